//===- BaselineCommand.cpp - gfpcheck baseline ------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keeps a file of findings that are not to be reported: docs/baseline.md.
//
// Exit status: 0 done, 2 could not run, 3 incomplete (some units failed; nothing is pruned
// then), 130 interrupted.
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "ReportOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

cl::SubCommand BaselineSubcommand(
    "baseline", "Keep a file of findings that are not to be reported. write: add all there are; "
                "show: what its entries match; prune: remove those that match nothing");

namespace {

AnalysisOptions Options(BaselineSubcommand);
FindingOptions Findings(Options);
auto In = cl::sub(BaselineSubcommand);
auto OfBaseline = cl::cat(Options.Category);

cl::opt<std::string> Action(cl::Positional, cl::Optional, cl::desc("write|show|prune"), OfBaseline,
                            In);
cl::opt<std::string> FileName("baseline", cl::desc("The file (default: gfpcheck.baseline)"),
                              cl::value_desc("FILE"), cl::init("gfpcheck.baseline"), OfBaseline,
                              In);
cl::opt<std::string> Reason("reason", cl::desc("write: why what is added is not to be reported"),
                            cl::value_desc("TEXT"), OfBaseline, In);

constexpr llvm::StringRef NewFile =
    "# What gfpcheck is not to report, and why. Kept by `gfpcheck baseline`, or by hand.\n\n";

std::string entries(size_t N) { return llvm::formatv("{0} entr{1}", N, N == 1 ? "y" : "ies"); }

/// Answers with one line, as -o says.
Expected<int> say(const std::string &Line) {
  if (Error E = writeReport(Options, [&](llvm::raw_ostream &OS, bool) { OS << Line << '\n'; }))
    return std::move(E);
  return 0;
}

/// The baseline; for write an empty one where there is no file yet.
Expected<Baseline> current() {
  if (Action == "write" && !llvm::sys::fs::exists(FileName))
    return Baseline::parse(NewFile, FileName);
  return readBaseline(FileName);
}

Expected<int> write(const Analysis &Result, const UnitCounts &Units) {
  Expected<Baseline> Known = current();
  if (!Known)
    return Known.takeError();
  const size_t Before = Known->entries().size();
  for (const Finding &F : Result.Findings) {
    if (F.Conf < Findings.MinConfidence || Known->find(F))
      continue;
    if (Error E = checkReason(Reason))
      return error("--reason: {0}", toString(std::move(E)));
    Known->add(F, Reason);
  }
  const size_t Added = Known->entries().size() - Before;
  if (Added)
    if (Error E = replaceFile(FileName, Known->text()))
      return std::move(E);
  return say(llvm::formatv("{0}: {1} added, {2} kept", FileName, entries(Added), Before));
}

/// ENTRY
///   FILE:LINE:COLUMN: MESSAGE [high confidence]
Expected<int> show(const Analysis &Result, const UnitCounts &Units) {
  Expected<Baseline> Known = current();
  if (!Known)
    return Known.takeError();
  auto Uses = Known->uses(Result.Findings);
  size_t Covered = 0;
  if (Error E = writeReport(Options, [&](llvm::raw_ostream &OS, bool) {
        for (const auto &[Entry, Found] : llvm::zip(Known->entries(), Uses)) {
          OS << Entry.Text << '\n';
          for (const Finding *F : Found)
            OS << llvm::formatv("  {0}:{1}:{2}: {3} [{4}, {5} confidence]\n", F->File, F->Line,
                                F->Column, F->Message, F->Check, confidenceName(F->Conf));
          if (Found.empty())
            OS << "  matches nothing\n";
          Covered += Found.size();
        }
        const size_t Unused = llvm::count_if(Uses, [](const auto &Found) { return Found.empty(); });
        OS << llvm::formatv("{0}: {1}, {2} of them without a finding; {3} finding{4} covered\n",
                            FileName, entries(Uses.size()), Unused, Covered,
                            Covered == 1 ? "" : "s");
      }))
    return std::move(E);
  return 0;
}

Expected<int> prune(const Analysis &Result, const UnitCounts &Units) {
  // What a failed unit would have is not known; runAnalysis() says which failed.
  if (!Units.complete()) {
    llvm::errs() << "gfpcheck: warning: " << FileName
                 << " is left as it is: not all units could be analysed, so entries that match "
                    "nothing may match what is missing\n";
    return 0;
  }
  Expected<Baseline> Known = current();
  if (!Known)
    return Known.takeError();
  llvm::DenseSet<const BaselineEntry *> Unused;
  std::string Text;
  for (const auto &[Entry, Found] : llvm::zip(Known->entries(), Known->uses(Result.Findings)))
    if (Found.empty()) {
      Unused.insert(&Entry);
      Text += "removed: " + Entry.Text + "\n";
    }
  const size_t Before = Known->entries().size();
  Known->remove([&](const BaselineEntry &Entry) { return Unused.contains(&Entry); });
  if (!Unused.empty())
    if (Error E = replaceFile(FileName, Known->text()))
      return std::move(E);
  return say(llvm::formatv("{0}{1}: {2} removed, {3} kept", Text, FileName, entries(Unused.size()),
                           Before - Unused.size()));
}

} // namespace

int baselineCommand() {
  const std::pair<llvm::StringRef, Answer> Actions[] = {
      {"write", write}, {"show", show}, {"prune", prune}};
  auto Chosen = llvm::find_if(Actions, [](const auto &A) { return A.first == Action; });
  if (Action.empty())
    return fail(error("baseline needs to know what to do: write, show or prune"));
  if (Chosen == std::end(Actions))
    return fail(
        error("baseline {0}: there is no such action; there are write, show and prune", Action));
  if (Action != "write" && Reason.getNumOccurrences())
    return fail(error("--reason is for baseline write: {0} adds nothing", Action));
  if (Action == "prune" && !(Options.Only.empty() && Findings.Checks.empty()))
    return fail(error("baseline prune needs all units and all checks, as entries about others "
                      "would match nothing: leave out --only and --check"));
  if (Reason.getNumOccurrences())
    if (Error E = checkReason(Reason))
      return fail(error("--reason: {0}", toString(std::move(E))));
  Expected<CheckOptions> Checks = Findings.selected();
  if (!Checks)
    return fail(Checks.takeError());
  // Read again once the analysis is done, which may be long.
  if (Expected<Baseline> Known = current(); !Known)
    return fail(Known.takeError());
  return runAnalysis(Options, *Checks, Chosen->second);
}

} // namespace gfpcheck
