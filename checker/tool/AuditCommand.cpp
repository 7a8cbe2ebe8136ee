//===- AuditCommand.cpp - gfpcheck audit ------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What explicit GFP masks are good for, and where scopes would do instead: docs/audit.md.
//
// Exit status: 0 answered, 2 could not run, 3 incomplete (some units failed), 130 interrupted.
//
//===----------------------------------------------------------------------===//

#include "AnswerFormat.h"
#include "AuditPatches.h"
#include "Commands.h"
#include "gfpcheck/audit/ScopePlan.h"
#include "gfpcheck/report/Facts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <fmt/format.h>
#include <map>
#include <optional>

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace gfpcheck {

cl::SubCommand AuditSubcommand(
    "audit", "Say what explicit GFP masks are good for. nofs, noio: which uses of GFP_NOFS or "
             "GFP_NOIO are redundant, which protect something and what, which mask nothing known; "
             "and where scopes would do instead. atomic: GFP_ATOMIC that no atomic caller reaches. "
             "nolockdep: which locks __GFP_NOLOCKDEP hides");

namespace {

AnalysisOptions Options(AuditSubcommand);
auto In = cl::sub(AuditSubcommand);
auto OfAudit = cl::cat(Options.Category);

cl::list<std::string> Words(cl::Positional, cl::ZeroOrMore,
                            cl::desc("nofs|noio|atomic|nolockdep [PATH]"), OfAudit, In);
AnswerFormat Format(Options);
cl::opt<std::string> Patches("patches",
                             cl::desc("Of nofs, noio: write a series of patches that make the "
                                      "redundant uses GFP_KERNEL, and have the gate judge it"),
                             cl::value_desc("DIR"), OfAudit, In);
cl::opt<bool> Paths("paths", cl::desc("Print the paths of each use (JSON always has them)"),
                    OfAudit, In);

struct KindName {
  StringRef Name;
  AuditKind Kind;
};
const KindName Kinds[] = {{"nofs", AuditKind::NoFs},
                          {"noio", AuditKind::NoIo},
                          {"atomic", AuditKind::Atomic},
                          {"nolockdep", AuditKind::NoLockdep}};

/// The directory that people would send one patch for: that of the file.
StringRef directoryOf(const ProgramIndex &X, const MaskUse &U) {
  return llvm::sys::path::parent_path(
      X.text(X.Functions[X.Allocations[U.Allocation].Function].File));
}

Fact describe(const ProgramIndex &X, const MaskUse &U) {
  const index::Allocation &A = X.Allocations[U.Allocation];
  const std::string File = X.text(X.Functions[A.Function].File).str();
  Fact Out;
  Out.Text = fmt::format("{}:{}: {}() in {}(): {}: {}: {}", File, A.Line, X.text(A.Name).str(),
                         X.name(A.Function).str(), X.flagNames(U.Mask), verdictName(U.TheVerdict),
                         U.Reason);
  Out.Fields = {{"file", File},
                {"line", int64_t(A.Line)},
                {"column", int64_t(A.Column)},
                {"function", X.name(A.Function).str()},
                {"allocator", X.text(A.Name).str()},
                {"mask", X.flagNames(U.Mask)},
                {"verdict", std::string(verdictName(U.TheVerdict))},
                {"in_scope", U.InScope},
                {"unsure", U.Unsure},
                {"against", U.Against},
                {"reason", U.Reason}};
  Out.Paths = U.Paths;
  return Out;
}

/// One line a directory, and one for all.
std::vector<std::string> countVerdicts(const ProgramIndex &X, llvm::ArrayRef<MaskUse> Uses) {
  struct Counts {
    size_t All = 0, InScope = 0, Unneeded = 0, Protects = 0, Nothing = 0;
  };
  std::map<std::string, Counts> By;
  Counts Sum;
  for (const MaskUse &U : Uses)
    for (Counts *C : {&By[directoryOf(X, U).str()], &Sum}) {
      ++C->All;
      ++(U.TheVerdict == Verdict::Protects  ? C->Protects
         : U.TheVerdict == Verdict::Nothing ? C->Nothing
         : U.InScope                        ? C->InScope
                                            : C->Unneeded);
    }
  auto Line = [](StringRef Where, const Counts &C) {
    return fmt::format("{}: {} use{}: {} redundant ({} always in scope, {} that no path needs), {} "
                       "that protect{} something, {} that mask{} nothing known",
                       Where.str(), C.All, C.All == 1 ? "" : "s", C.InScope + C.Unneeded, C.InScope,
                       C.Unneeded, C.Protects, C.Protects == 1 ? "s" : "", C.Nothing,
                       C.Nothing == 1 ? "s" : "");
  };
  std::vector<std::string> Out;
  for (const auto &[Where, C] : By)
    Out.push_back(Line(Where, C));
  if (By.size() != 1)
    Out.push_back(Line("in all", Sum));
  return Out;
}

constexpr size_t ShownLosses = 5; // of one scope

/// Where scopes would do instead.
void describe(const ProgramIndex &X, const ScopePlan &Plan, llvm::ArrayRef<MaskUse> Uses,
              FactReport &Out) {
  auto Place = [&](uint32_t F) {
    return fmt::format("{}() ({}:{})", X.name(F).str(), X.text(X.Functions[F].File).str(),
                       X.Functions[F].Line);
  };
  size_t Protecting = 0;
  for (const MaskUse &U : Uses)
    Protecting +=
        U.TheVerdict == Verdict::Protects &&
        X.text(X.Functions[X.Allocations[U.Allocation].Function].Provider) == Plan.Provider;
  Fact Head;
  Head.Text = fmt::format("{}: {} of the {} uses that protect something could become GFP_KERNEL "
                          "with {} scope{}:",
                          Plan.Provider, Plan.Covered, Protecting, Plan.Places.size(),
                          Plan.Places.size() == 1 ? "" : "s");
  Head.Fields = {{"provider", Plan.Provider},
                 {"uses", int64_t(Protecting)},
                 {"covered", int64_t(Plan.Covered)},
                 {"scopes", int64_t(Plan.Places.size())}};
  Out.Facts.push_back(std::move(Head));
  for (const ScopePlace &P : Plan.Places) {
    Fact Y;
    Y.Text = fmt::format("  in {}: {} use{}{}", Place(P.Function), P.Uses.size(),
                         P.Uses.size() == 1 ? "" : "s", P.OwnOnly ? ", its own" : "");
    Y.Fields = {{"scope_in", X.name(P.Function).str()},
                {"file", X.text(X.Functions[P.Function].File).str()},
                {"line", int64_t(X.Functions[P.Function].Line)},
                {"uses", int64_t(P.Uses.size())}};
    Out.Facts.push_back(std::move(Y));
    for (const ScopeLoss &L : llvm::ArrayRef(P.Lost).take_front(ShownLosses)) {
      Fact Z;
      Z.Text = fmt::format("    lost where {}() at {}:{} queues the work item that {}() runs: {} "
                           "use{} below that",
                           X.name(L.Queues).str(), X.text(X.Functions[L.Queues].File).str(), L.Line,
                           X.name(L.Runs).str(), L.Uses, L.Uses == 1 ? "" : "s");
      Z.Fields = {{"scope_in", X.name(P.Function).str()},
                  {"lost_in", X.name(L.Queues).str()},
                  {"line", int64_t(L.Line)},
                  {"runs", X.name(L.Runs).str()},
                  {"uses", int64_t(L.Uses)}};
      Out.Facts.push_back(std::move(Z));
    }
  }
}

/// What the gate says of the patches; it is given what this command was.
std::string judge(const PatchSeries &Series) {
  const std::string Gate = ProgramDirectory + "/gfpcheck";
  std::vector<std::string> Args = {Gate, "gate", "-p", Options.Build, "-o", "/dev/null"};
  auto Add = [&](const char *Name, const std::string &Value) {
    if (!Value.empty())
      Args.push_back(fmt::format("--{}={}", Name, Value));
  };
  Add("db", Options.Database);
  Add("source-root", Options.SourceRoot);
  for (const std::string &M : Options.Models)
    Add("model", M);
  for (const std::string &O : Options.Only)
    Add("only", O);
  for (const std::string &File : Series.Files)
    Add("patch", File);
  const std::vector<StringRef> Refs(Args.begin(), Args.end());
  std::string Message;
  const int Status = llvm::sys::ExecuteAndWait(Gate, Refs, std::nullopt, {}, 0, 0, &Message);
  if (Status == 0)
    return "the gate was run on the series: it introduces nothing";
  const std::string Again = llvm::join(Args, " ");
  if (Status == 1)
    return "the gate was run on the series, and it introduces findings: take out what they are "
           "about; to see them: " +
           Again;
  return fmt::format("the gate could not judge the series (exit status {}{}{}): {}", Status,
                     Message.empty() ? "" : ", ", Message, Again);
}

/// What an audit has found.
struct Audited {
  FactReport Answer;
  std::vector<MaskEdit> Edits; ///< the redundant uses
};

/// Writes the patches; the lines say what was done. The database must not be open: the gate is
/// to use it.
Expected<std::vector<std::string>> writeSeries(AuditKind Kind, const Audited &Found) {
  std::string Notes, Root;
  llvm::raw_string_ostream OS(Notes);
  writeText(Found.Answer, OS, /*Color=*/false, /*Paths=*/false);
  if (Expected<Session> S = openSession(Options))
    Root = S->Driver.SourceRoot;
  else
    return S.takeError();
  Expected<PatchSeries> Series = writePatches(
      Found.Edits, Root, Patches, Kind == AuditKind::NoFs ? "GFP_NOFS" : "GFP_NOIO", Notes);
  if (!Series)
    return Series.takeError();
  std::vector<std::string> Out;
  for (const MaskEdit &E : Series->ByHand)
    Out.push_back(fmt::format("{}:{}: not in the patches: the mask is not written in the call",
                              E.File, E.Line));
  Out.push_back(fmt::format("{} patch{} written to {}", Series->Files.size(),
                            Series->Files.size() == 1 ? "" : "es", Patches.getValue()));
  if (!Series->Files.empty())
    Out.push_back(judge(*Series));
  return Out;
}

Expected<Audited> audit(AuditKind Kind, StringRef Name, const Analysis &Result,
                        const UnitCounts &Units) {
  Expected<ProgramIndex> X = ProgramIndex::open(Result.Index->getBuffer());
  if (!X)
    return X.takeError();
  const StringRef Prefix = Words.size() > 1 ? StringRef(Words[1]) : "";
  const std::vector<MaskUse> Uses = auditMasks(*X, Kind, Prefix);
  Audited Out;
  Out.Answer.ToolVersion = GFPCHECK_VERSION;
  Out.Answer.Units = Units;
  Out.Answer.Question = Name.str();
  for (const MaskUse &U : Uses) {
    Out.Answer.Facts.push_back(describe(*X, U));
    const index::Allocation &A = X->Allocations[U.Allocation];
    if (U.TheVerdict == Verdict::Redundant)
      Out.Edits.push_back(
          {X->text(X->Functions[A.Function].File).str(), A.Line, A.Column, U.Reason});
  }
  if (Kind == AuditKind::NoFs || Kind == AuditKind::NoIo)
    for (const ScopePlan &Plan : planScopes(*X, Kind, Uses))
      describe(*X, Plan, Uses, Out.Answer);
  Out.Answer.Summary = countVerdicts(*X, Uses);
  return Out;
}

Error write(const FactReport &Answer) {
  return writeReport(Options, [&](llvm::raw_ostream &OS, bool Color) {
    if (Format.isJson())
      writeJson(Answer, OS);
    else
      writeText(Answer, OS, Color, Paths);
  });
}

} // namespace

int auditCommand() {
  constexpr const char *There = "nofs, noio, atomic and nolockdep";
  if (Words.empty())
    return fail(error("audit needs to know of what; there are {0}", There));
  auto Kind = llvm::find_if(Kinds, [](const KindName &K) { return K.Name == Words[0]; });
  if (Kind == std::end(Kinds))
    return fail(error("audit {0}: there is no such audit; there are {1}", Words[0], There));
  if (Words.size() > 2)
    return fail(
        error("audit {0} takes one PATH, a file or directory of the source tree", Words[0]));
  if (!Patches.empty() && Kind->Kind != AuditKind::NoFs && Kind->Kind != AuditKind::NoIo)
    return fail(error("--patches is for audit nofs and audit noio"));
  std::optional<Audited> Found;
  const int Status = runAnalysis(
      Options, CheckOptions(),
      [&](const Analysis &Result, const UnitCounts &Units) -> Expected<int> {
        Expected<Audited> Made = audit(Kind->Kind, Kind->Name, Result, Units);
        if (!Made)
          return Made.takeError();
        Found = std::move(*Made);
        return 0;
      },
      Need::Index);
  if (!Found)
    return Status;
  if (!Patches.empty()) {
    auto Lines = writeSeries(Kind->Kind, *Found);
    if (!Lines)
      return fail(Lines.takeError());
    llvm::append_range(Found->Answer.Summary, *Lines);
  }
  if (Error E = write(Found->Answer))
    return fail(std::move(E));
  return Status;
}

} // namespace gfpcheck
