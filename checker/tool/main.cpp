//===- main.cpp - The gfpcheck program ----------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <sys/mman.h>
#include <unistd.h>

using namespace llvm;

namespace gfpcheck {
std::string ProgramDirectory;
}

namespace {

struct Command {
  cl::SubCommand &Options;
  int (*Run)();
};

const Command Commands[] = {
    {gfpcheck::CaptureSubcommand, gfpcheck::captureCommand},
    {gfpcheck::AnalyzeSubcommand, gfpcheck::analyzeCommand},
    {gfpcheck::BaselineSubcommand, gfpcheck::baselineCommand},
    {gfpcheck::GateSubcommand, gfpcheck::gateCommand},
    {gfpcheck::ExplainSubcommand, gfpcheck::explainCommand},
    {gfpcheck::QuerySubcommand, gfpcheck::queryCommand},
    {gfpcheck::ReportSubcommand, gfpcheck::reportCommand},
    {gfpcheck::AuditSubcommand, gfpcheck::auditCommand},
};

constexpr const char *Overview =
    "finds allocation-context bugs in the Linux kernel\n\n"
    "  gfpcheck capture -C LINUX -O BUILD [-- make args]   record the compile commands\n"
    "  gfpcheck analyze -p BUILD                           report findings\n"
    "  gfpcheck baseline write|show|prune -p BUILD         keep a file of findings that are\n"
    "                                                      not to be reported\n"
    "  gfpcheck gate -p BUILD ...                          say what a patch introduces\n"
    "  gfpcheck explain CHECK|FINDING-ID [-p BUILD]        tell all about a check or a finding\n"
    "  gfpcheck query locks -p BUILD [CLASS...]            say where reclaim waits for a lock,\n"
    "                                                      and what is allocated under it\n"
    "  gfpcheck query QUESTION -p BUILD FUNC[:LINE]        contexts, gfp, callers, callees,\n"
    "                                                      targets or why, of a function\n"
    "  gfpcheck audit nofs|noio -p BUILD [PATH]            say which GFP_NOFS are redundant, and\n"
    "                                                      what the others protect\n"
    "  gfpcheck report --html -o DIR|FILE -p BUILD         write findings as a page to read\n\n"
    "  Exit status: 0 no findings, 1 findings, 2 could not run, 3 incomplete\n"
    "  (some files failed; findings may be missing).\n";

/// libLLVM registers options of its own for every program. Ours are those that
/// belong to one of our subcommands, and --help and --version.
void hideOptionsOfLibraries() {
  cl::HideUnrelatedOptions(cl::getGeneralCategory()); // registers the last of them, too
  for (cl::SubCommand *Sub : cl::getRegisteredSubcommands())
    for (auto &Entry : Sub->OptionsMap) {
      cl::Option &O = *Entry.second;
      bool Generic = O.ArgStr == "help" || O.ArgStr == "version";
      bool Ours =
          Sub != &cl::SubCommand::getTopLevel() && !O.Subs.contains(&cl::SubCommand::getAll());
      if (!Generic && !Ours)
        O.setHiddenFlag(cl::ReallyHidden);
    }
}

/// What cl says of a wrong command line, as one clear line of ours.
///   gfpcheck: error: unknown command line argument '-x'; try 'gfpcheck analyze --help'
void printUsageError(StringRef Message, StringRef SubcommandName) {
  StringRef Line = Message.trim().split('\n').first;
  Line.consume_front("gfpcheck: ");
  Line = Line.split(" Try: ").first.split(" See: ").first.trim();
  std::string Text = Line.str();
  while (StringRef(Text).ends_with(".") || StringRef(Text).ends_with("!"))
    Text.pop_back();
  if (!Text.empty() && Text.size() > 1 && isLower(Text[1]))
    Text[0] = toLower(Text[0]);
  StringRef Guess = Message.split("Did you mean '").second.split('\'').first;
  errs() << "gfpcheck: error: " << Text;
  if (Guess.size() > 2)
    errs() << " (did you mean '" << Guess << "'?)";
  errs() << "; try 'gfpcheck " << SubcommandName << (SubcommandName.empty() ? "" : " ")
         << "--help'\n";
}

/// Parses the command line. Returns what cl has to say against it, "" if nothing. cl
/// writes some of its errors to the stream given and some to stderr whatever is given,
/// so stderr is caught meanwhile.
std::string parseCommandLine(int Argc, char **Argv) {
  std::string Message;
  raw_string_ostream Errors(Message);
  int Caught = memfd_create("stderr", MFD_CLOEXEC), Saved = dup(STDERR_FILENO);
  if (Caught >= 0 && Saved >= 0)
    dup2(Caught, STDERR_FILENO);
  bool Parsed = cl::ParseCommandLineOptions(Argc, Argv, Overview, &Errors);
  if (Caught >= 0 && Saved >= 0) {
    dup2(Saved, STDERR_FILENO);
    char Buffer[1024];
    ssize_t Length = pread(Caught, Buffer, sizeof Buffer, 0);
    if (Length > 0)
      Message.insert(0, Buffer, Length);
  }
  close(Caught);
  close(Saved);
  return Parsed ? "" : Message;
}

} // namespace

int main(int Argc, char **Argv) {
  InitLLVM Init(Argc, Argv);
  SmallString<256> Program(
      sys::fs::getMainExecutable(Argv[0], reinterpret_cast<void *>(&hideOptionsOfLibraries)));
  gfpcheck::ProgramDirectory = sys::path::parent_path(Program).str();
  hideOptionsOfLibraries();
  cl::SetVersionPrinter([](raw_ostream &OS) {
    OS << "gfpcheck " << GFPCHECK_VERSION << " (Clang/LLVM " << LLVM_VERSION_STRING << ")\n";
  });

  StringRef Name = Argc > 1 ? Argv[1] : "";
  const Command *Chosen = nullptr;
  for (const Command &C : Commands)
    if (C.Options.getName() == Name)
      Chosen = &C;
  std::string Message = parseCommandLine(Argc, Argv);
  if (!Message.empty()) {
    printUsageError(Message, Chosen ? Name : "");
    return 2;
  }
  if (!Chosen) {
    printUsageError("no command given", "");
    return 2;
  }
  return Chosen->Run();
}
