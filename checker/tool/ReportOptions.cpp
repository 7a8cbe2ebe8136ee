//===- ReportOptions.cpp - Which findings are reported, and how -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReportOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

FindingOptions::FindingOptions(AnalysisOptions &Analysis)
    : Checks("check", cl::desc("Checks to run (default: all)"), cl::value_desc("ID,.."),
             cl::CommaSeparated, cl::cat(Analysis.Category), cl::sub(Analysis.Command)),
      MinConfidence(
          "min-confidence",
          cl::desc("Report findings of at least this confidence (default: medium)"),
          cl::values(clEnumValN(Confidence::High, "high", "certain but for the values of data"),
                     clEnumValN(Confidence::Medium, "medium", "something on the path was assumed"),
                     clEnumValN(Confidence::Low, "low", "everything")),
          cl::init(Confidence::Medium), cl::cat(Analysis.Category), cl::sub(Analysis.Command)) {}

Expected<CheckOptions> FindingOptions::selected() const {
  CheckOptions Selected;
  for (const CheckInfo &Info : allChecks())
    if (Checks.empty() || llvm::is_contained(Checks, Info.Id))
      Selected.Ids.push_back(std::string(Info.Id));
  for (const std::string &Id : Checks)
    if (!llvm::is_contained(Selected.Ids, Id))
      return error("--check={0}: there is no such check; there are: {1}", Id,
                   llvm::join(llvm::map_range(allChecks(),
                                              [](const CheckInfo &I) { return std::string(I.Id); }),
                              ", "));
  return Selected;
}

ReportOptions::ReportOptions(AnalysisOptions &Analysis)
    : Analysis(Analysis), Findings(Analysis),
      Format("format", cl::desc("Form of the report (default: text)"),
             cl::values(clEnumValN(OutputFormat::Text, "text", "for people"),
                        clEnumValN(OutputFormat::Json, "json", "for programs"),
                        clEnumValN(OutputFormat::Sarif, "sarif", "SARIF 2.1.0, for code scanning"),
                        clEnumValN(OutputFormat::Github, "github", "annotations of a job")),
             cl::init(OutputFormat::Text), cl::cat(Analysis.Category), cl::sub(Analysis.Command)),
      BaselineFile("baseline",
                   cl::desc("Do not report what FILE has a reason not to; see 'gfpcheck baseline'"),
                   cl::value_desc("FILE"), cl::cat(Analysis.Category), cl::sub(Analysis.Command)) {}

Expected<Baseline> ReportOptions::baseline() const {
  return BaselineFile.empty() ? Baseline() : readBaseline(BaselineFile);
}

Report FindingOptions::report(llvm::ArrayRef<Finding> All, const UnitCounts &Units,
                              const Baseline &Known) const {
  Report R;
  R.ToolVersion = GFPCHECK_VERSION;
  R.Documentation = GFPCHECK_DOCUMENTATION;
  R.Units = Units;
  for (const CheckInfo &Info : allChecks())
    if (Checks.empty() || llvm::is_contained(Checks, Info.Id))
      R.Checks.push_back({Info.Id, Info.Summary});
  for (const Finding &F : All)
    if (F.Conf >= MinConfidence)
      R.Findings.push_back(F);
  Known.suppress(R.Findings);
  return R;
}

/// Entries whose check was not run say nothing; those of a check that does not exist do.
///   gfpcheck: warning: FILE:LINE: no finding matches ENTRY
///   gfpcheck: note: 'gfpcheck baseline prune' removes such entries of FILE
static void warnOfUnused(const ReportOptions &Options, llvm::ArrayRef<Finding> All,
                         const Baseline &Known) {
  constexpr size_t Shown = 20;
  auto NotRun = [&](const BaselineEntry &E) {
    return !Options.Findings.Checks.empty() &&
           !llvm::is_contained(Options.Findings.Checks, E.Check) &&
           llvm::any_of(allChecks(), [&](const CheckInfo &I) { return E.Check == I.Id; });
  };
  size_t Count = 0;
  for (const auto &[E, Uses] : llvm::zip(Known.entries(), Known.uses(All)))
    if (Uses.empty() && !NotRun(E) && ++Count <= Shown)
      llvm::errs() << "gfpcheck: warning: " << Options.BaselineFile << ':' << E.Line
                   << ": no finding matches " << E.Text << '\n';
  if (Count > Shown)
    llvm::errs() << "gfpcheck: warning: and " << Count - Shown << " more entries\n";
  if (Count)
    llvm::errs() << "gfpcheck: note: 'gfpcheck baseline prune' removes such entries of "
                 << Options.BaselineFile << '\n';
}

Error ReportOptions::write(const Report &R, llvm::ArrayRef<Finding> All,
                           const Baseline &Known) const {
  Error E = writeReport(Analysis, [&](llvm::raw_ostream &OS, bool Color) {
    switch (Format) {
    case OutputFormat::Text:
      return writeText(R, OS, Color);
    case OutputFormat::Json:
      return writeJson(R, OS);
    case OutputFormat::Sarif:
      return writeSarif(R, OS);
    case OutputFormat::Github:
      return writeGithub(R, OS);
    }
  });
  if (!E && !R.Gate && R.Units.complete() && Analysis.Only.empty())
    warnOfUnused(*this, All, Known);
  return E;
}

Expected<Baseline> readBaseline(llvm::StringRef FileName) {
  auto Buffer = llvm::MemoryBuffer::getFile(FileName);
  if (!Buffer)
    return error("cannot read the baseline {0} ({1})", FileName, Buffer.getError().message());
  return Baseline::parse((*Buffer)->getBuffer(), FileName);
}

Error replaceFile(const std::string &FileName, llvm::StringRef Text) {
  llvm::SmallString<256> Target;
  if (llvm::sys::fs::real_path(FileName, Target))
    Target = FileName; // there is none yet
  Error E = llvm::writeToOutput(Target, [&](llvm::raw_ostream &OS) {
    OS << Text;
    return Error::success();
  });
  if (E)
    return error("cannot write {0} ({1})", FileName, toString(std::move(E)));
  return Error::success();
}

} // namespace gfpcheck
