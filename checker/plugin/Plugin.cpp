//===- Plugin.cpp - gfpcheck in clang and clangd ----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One shared object for three hosts: loaded by `clang -fplugin=`, in a build or by hand, or
// preloaded into clangd, which cannot load plugins but runs those that are registered. Of what the
// host has parsed it takes the name and text of the main file and whether there are errors; the
// rest is EditorSession's.
//
// clangd runs the action for preambles, too, and for files that it indexes; these are told by
// their options, not by who asks: a preamble says so, and nobody looks at the warnings of the
// others.
//
//===----------------------------------------------------------------------===//

#include "EditorSession.h"
#include "Emitter.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/Support/Path.h"
#include <cstdlib>

using namespace clang;

namespace gfpcheck::plugin {
namespace {

class Consumer : public ASTConsumer {
public:
  Consumer(CompilerInstance &CI, Settings S, std::string SettingsError)
      : CI(CI), S(std::move(S)), SettingsError(std::move(SettingsError)) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    SourceManager &SM = Context.getSourceManager();
    DiagnosticsEngine &Diags = Context.getDiagnostics();
    OptionalFileEntryRef Main = SM.getFileEntryRefForID(SM.getMainFileID());
    std::optional<llvm::StringRef> Text = SM.getBufferDataOrNone(SM.getMainFileID());
    if (!Main || !Text)
      return;
    Edit E;
    // Loaded by name, it is in a compiler; clangd does not know of it.
    E.ForEditor = CI.getFrontendOpts().Plugins.empty();
    if (auto Directory = CI.getVirtualFileSystem().getCurrentWorkingDirectory())
      E.Directory = *Directory;
    llvm::SmallString<256> File(Main->getName());
    if (!llvm::sys::path::is_absolute(File)) {
      File = E.Directory;
      llvm::sys::path::append(File, Main->getName());
    }
    llvm::sys::path::remove_dots(File, /*remove_dot_dot=*/true);
    E.File = File.str().str();
    E.Text = *Text;
    E.HasErrors = Diags.hasErrorOccurred();
    Verdict V;
    if (SettingsError.empty())
      V = EditorSession::get().judge(E, S);
    else
      V.Notices.push_back(SettingsError);
    Emitter Out(Diags, SM, V.SourceRoot, E.ForEditor);
    for (const Finding &F : V.Findings)
      Out.emit(F);
    for (const std::string &Notice : V.Notices)
      Out.inform(Notice);
  }

private:
  CompilerInstance &CI;
  const Settings S;
  const std::string SettingsError;
};

/// Code of the kernel, which is told so.
bool isKernel(const PreprocessorOptions &Options) {
  return llvm::any_of(Options.Macros, [](const auto &Macro) {
    return !Macro.second && llvm::StringRef(Macro.first).split('=').first == "__KERNEL__";
  });
}

class Action : public PluginASTAction {
protected:
  bool ParseArgs(const CompilerInstance &CI, const std::vector<std::string> &Arguments) override {
    const PreprocessorOptions &Options = CI.getPreprocessorOpts();
    if (Options.GeneratePreamble || CI.getDiagnostics().getIgnoreAllWarnings() ||
        CI.getLangOpts().CPlusPlus || !isKernel(Options))
      return false; // not to be run
    llvm::Expected<Settings> Read = Settings::read(Arguments);
    if (Read)
      S = std::move(*Read);
    else
      SettingsError = toString(Read.takeError());
    return true;
  }

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, llvm::StringRef) override {
    return std::make_unique<Consumer>(CI, S, SettingsError);
  }

  ActionType getActionType() override { return AddAfterMainAction; }

private:
  Settings S;
  std::string SettingsError;
};

/// gfpcheck-clangd had this preloaded; programs that clangd starts need not have it.
[[maybe_unused]] const bool Preloaded = [] {
  if (const char *Before = std::getenv("GFPCHECK_PRELOAD_BEFORE")) {
    if (*Before)
      setenv("LD_PRELOAD", Before, /*overwrite=*/1);
    else
      unsetenv("LD_PRELOAD");
    unsetenv("GFPCHECK_PRELOAD_BEFORE");
    return true;
  }
  return false;
}();

FrontendPluginRegistry::Add<Action> Registration("gfpcheck",
                                                 "allocation-context bugs of the Linux kernel");

} // namespace
} // namespace gfpcheck::plugin
