//===- CommandAdjuster.cpp - Compile command to compiler invocation -------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Commands are taken apart with Clang's own option table: what writes files or loads
// code is dropped by what it is, not by how it is spelt, and what the table does not
// know is a gcc option. Options it knows but the driver refuses for the target, or
// with that argument, are named by the driver's diagnostics: they are taken out and
// the driver asked again.
//
//===----------------------------------------------------------------------===//

#include "CommandAdjuster.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/Basic/TargetOptions.h"
#include "clang/Driver/CreateInvocationFromArgs.h"
#include "clang/Frontend/FrontendOptions.h"
#include "clang/Options/Options.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace gfpcheck::extract {
namespace {

// An option together with its arguments, as the driver is given them.
struct Setting {
  std::vector<std::string> Words;
  std::string Text; ///< as the user wrote it
};

/// Keeps the driver's errors and the strings they mention.
class DriverErrors : public DiagnosticConsumer {
public:
  void HandleDiagnostic(DiagnosticsEngine::Level Level, const Diagnostic &Info) override {
    if (Level < DiagnosticsEngine::Error)
      return;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    if (First.empty())
      First = Text.str().str();
    for (unsigned I = 0; I != Info.getNumArgs(); ++I) {
      if (Info.getArgKind(I) == DiagnosticsEngine::ak_std_string)
        Mentioned.push_back(Info.getArgStdStr(I));
      else if (Info.getArgKind(I) == DiagnosticsEngine::ak_c_string)
        Mentioned.push_back(Info.getArgCStr(I));
    }
  }

  std::string First;
  std::vector<std::string> Mentioned;
};

// Outputs and the files that describe them, other actions, code to load.
bool isUnwanted(const llvm::opt::Arg &A) {
  const llvm::opt::Option &O = A.getOption();
  if (O.matches(options::OPT_M_Group) || O.matches(options::OPT_Action_Group))
    return true;
  switch (O.getID()) {
  case options::OPT_o:
  case options::OPT_fplugin_EQ:
  case options::OPT_fplugin_arg:
  case options::OPT_fpass_plugin_EQ:
  case options::OPT_Xclang:
  case options::OPT_mllvm:
  case options::OPT_specs_EQ:
  case options::OPT_save_temps:
  case options::OPT_save_temps_EQ:
  case options::OPT_ftime_trace:
  case options::OPT_ftime_trace_EQ:
  case options::OPT__serialize_diags:
  case options::OPT_v:
  case options::OPT__HASH_HASH_HASH:
    return true;
  default:
    return false;
  }
}

// "aarch64-linux-gnu-gcc-12" names its target.
std::string targetOf(llvm::StringRef Compiler) {
  llvm::StringRef Name = llvm::sys::path::filename(Compiler);
  Name = Name.rtrim("0123456789.").rtrim('-');
  for (llvm::StringRef Suffix : {"-gcc", "-clang", "-cc"})
    if (Name.ends_with(Suffix) && Name.size() > Suffix.size())
      return Name.drop_back(Suffix.size()).str();
  return "";
}

} // namespace

llvm::StringRef CommandAdjuster::resourceDirectory() { return GFPCHECK_RESOURCE_DIR; }

bool CommandAdjuster::isRefused(llvm::StringRef Option) {
  std::lock_guard Lock(Mutex);
  return Refused.contains(Option);
}

void CommandAdjuster::refuse(llvm::StringRef Option) {
  std::lock_guard Lock(Mutex);
  Refused.insert(Option);
}

std::unique_ptr<CompilerInvocation>
CommandAdjuster::createInvocation(const CompileCommand &Command,
                                  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> VFS,
                                  std::vector<std::string> &Dropped, std::string &Error) {
  std::vector<const char *> Recorded;
  for (size_t I = 1; I < Command.Args.size(); ++I) {
    if (llvm::StringRef(Command.Args[I]).starts_with("@"))
      Dropped.push_back(Command.Args[I]); // response files are not read
    else
      Recorded.push_back(Command.Args[I].c_str());
  }
  unsigned MissingIndex, MissingCount;
  llvm::opt::InputArgList Parsed = getDriverOptTable().ParseArgs(
      Recorded, MissingIndex, MissingCount, llvm::opt::Visibility(options::ClangOption));
  std::vector<Setting> Options;
  bool HasTarget = false;
  for (const llvm::opt::Arg *A : Parsed) {
    const llvm::opt::Option &O = A->getOption();
    HasTarget |= O.matches(options::OPT_target) || O.matches(options::OPT_target_legacy_spelling);
    if (O.getKind() == llvm::opt::Option::InputClass || isUnwanted(*A))
      continue;
    if (O.getID() == options::OPT_Wp_COMMA &&
        llvm::any_of(A->getValues(), [](llvm::StringRef V) { return V.starts_with("-M"); }))
      continue;
    Setting New;
    New.Text = A->getAsString(Parsed);
    if (O.getKind() == llvm::opt::Option::UnknownClass || isRefused(New.Text)) {
      Dropped.push_back(New.Text);
      continue;
    }
    llvm::opt::ArgStringList Words;
    A->render(Parsed, Words);
    New.Words.assign(Words.begin(), Words.end());
    Options.push_back(std::move(New));
  }

  for (;;) {
    std::vector<const char *> Args{"clang"};
    std::string Target = HasTarget || Command.Args.empty() ? "" : targetOf(Command.Args[0]);
    if (!Target.empty()) {
      Target = "--target=" + Target;
      Args.push_back(Target.c_str());
    }
    for (const Setting &O : Options)
      for (const std::string &Word : O.Words)
        Args.push_back(Word.c_str());
    // The kernel's might_sleep() is an empty macro without this; with it, it is a call.
    Args.insert(Args.end(), {"-DCONFIG_DEBUG_ATOMIC_SLEEP=1", "-w", "-Wno-error", "-fsyntax-only",
                             "-resource-dir", GFPCHECK_RESOURCE_DIR, "--", Command.File.c_str()});
    DriverErrors Errors;
    DiagnosticOptions DiagOpts;
    CreateInvocationOptions Create;
    Create.Diags = llvm::makeIntrusiveRefCnt<DiagnosticsEngine>(DiagnosticIDs::create(), DiagOpts,
                                                                &Errors, /*ShouldOwn=*/false);
    Create.VFS = VFS;
    std::unique_ptr<CompilerInvocation> Invocation = clang::createInvocation(Args, Create);
    if (Errors.First.empty() && Invocation) {
      // ABIs and processors are not checked before the target is set up.
      TargetOptions Target = Invocation->getTargetOpts();
      llvm::IntrusiveRefCntPtr<TargetInfo> Info(
          TargetInfo::CreateTargetInfo(*Create.Diags, Target));
    }
    if (Errors.First.empty() && Invocation) {
      FrontendOptions &Frontend = Invocation->getFrontendOpts();
      if (Frontend.Inputs.size() == 1) {
        Frontend.DisableFree = false;
        Frontend.ShowStats = false;
        Frontend.Plugins.clear();
        Frontend.AddPluginActions.clear();
        Frontend.LLVMArgs.clear();
        Frontend.OutputFile.clear();
        Invocation->getDependencyOutputOpts() = DependencyOutputOptions();
        DiagnosticOptions &Diagnostics = Invocation->getDiagnosticOpts();
        Diagnostics.ShowCarets = false;
        Diagnostics.DiagnosticLogFile.clear();
        Diagnostics.DiagnosticSerializationFile.clear();
        Diagnostics.DiagnosticSuppressionMappingsFile.clear();
        return Invocation;
      }
      Error = "the command does not compile one source file";
      return nullptr;
    }
    // Take out what the driver complained about.
    const size_t Before = Options.size();
    llvm::erase_if(Options, [&](const Setting &O) {
      for (const std::string &Text : Errors.Mentioned)
        if (Text == O.Text || llvm::is_contained(O.Words, Text)) {
          refuse(O.Text);
          Dropped.push_back(O.Text);
          return true;
        }
      return false;
    });
    // It may name an option without its argument, "-mfoo=" for "-mfoo=bar", or the
    // argument alone.
    if (Options.size() == Before)
      llvm::erase_if(Options, [&](const Setting &O) {
        llvm::StringRef Value = llvm::StringRef(O.Text).split('=').second;
        for (llvm::StringRef Text : Errors.Mentioned)
          if ((Text.size() > 2 && Text.starts_with("-") &&
               llvm::StringRef(O.Text).starts_with(Text)) ||
              (!Value.empty() && Text == Value && O.Text[1] == 'm')) {
            refuse(O.Text);
            Dropped.push_back(O.Text);
            return true;
          }
        return false;
      });
    if (Options.size() == Before) {
      Error =
          Errors.First.empty() ? "clang's driver cannot make sense of the command" : Errors.First;
      return nullptr;
    }
  }
}

} // namespace gfpcheck::extract
