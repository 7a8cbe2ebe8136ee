//===- QueryCommand.cpp - gfpcheck query ------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Answers questions from what an analysis of all checks found out, which `analyze` has
// stored or which is made now: docs/query.md.
//
// Exit status: 0 answered, 2 could not run or nothing of that name, 3 incomplete (some
// units failed), 130 interrupted.
//
//===----------------------------------------------------------------------===//

#include "AnswerFormat.h"
#include "Commands.h"
#include "IndexQueries.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"
#include <optional>
#include <tuple>

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace gfpcheck {

cl::SubCommand QuerySubcommand(
    "query",
    "Say what an analysis found out. locks: where reclaim waits for a lock, and what is allocated "
    "under it; CLASS is record.member, a variable, the member alone, or one of these with *. Of a "
    "function, or of one line of it: contexts, in which it is reached, and how; gfp, with which "
    "flags it allocates; callers; callees; targets, what its indirect calls resolve to and why; "
    "why, why an allocation is reported or not");

namespace {

AnalysisOptions Options(QuerySubcommand);
auto In = cl::sub(QuerySubcommand);
auto OfQuery = cl::cat(Options.Category);

cl::list<std::string> Words(cl::Positional, cl::ZeroOrMore,
                            cl::desc("locks [CLASS...] | contexts|gfp|callers|callees|targets|why "
                                     "FUNC[:LINE]"),
                            OfQuery, In);
AnswerFormat Format(Options);

/// "lock" of "record.lock"; a variable's name is its own.
StringRef memberOf(StringRef Class) { return Class.substr(Class.rfind('.') + 1); }

/// "a, b or c": the classes whose names are most like \p Name. One that contains it is
/// more like it than one that is only spelled alike.
std::string nearest(llvm::ArrayRef<LockInfo> Locks, StringRef Name) {
  std::vector<std::tuple<bool, unsigned, StringRef>> Ranked;
  for (const LockInfo &L : Locks)
    Ranked.push_back({!StringRef(L.Class).contains(Name),
                      std::min(Name.edit_distance(L.Class), Name.edit_distance(memberOf(L.Class))),
                      L.Class});
  llvm::sort(Ranked);
  std::string Text;
  const size_t Shown = std::min<size_t>(Ranked.size(), 3);
  for (size_t I = 0; I != Shown; ++I)
    Text += (I == 0 ? "" : I + 1 == Shown ? " or " : ", ") + std::get<2>(Ranked[I]).str();
  return Text;
}

/// Marks in \p Chosen the classes that \p Name stands for.
Error choose(llvm::ArrayRef<LockInfo> Locks, StringRef Name, llvm::MutableArrayRef<bool> Chosen) {
  std::optional<llvm::GlobPattern> Glob;
  if (Name.contains('*')) {
    Expected<llvm::GlobPattern> Parsed = llvm::GlobPattern::create(Name);
    if (!Parsed)
      return error("{0}: {1}", Name, toString(Parsed.takeError()));
    Glob = std::move(*Parsed);
  }
  auto Matches = [&](StringRef Text) { return Glob ? Glob->match(Text) : Text == Name; };
  bool Any = false;
  for (auto [L, IsChosen] : llvm::zip(Locks, Chosen))
    if (Matches(L.Class) || Matches(memberOf(L.Class)))
      Any = IsChosen = true;
  if (Any)
    return Error::success();
  const std::string Near = Glob ? "" : nearest(Locks, Name);
  return error("{0}: reclaim waits for no such lock class, and none is held across an allocation "
               "that enters reclaim{1}{2}{3}",
               Name, Near.empty() ? "" : " (did you mean ", Near, Near.empty() ? "" : "?)");
}

Expected<int> answerLocks(const Analysis &Result, const UnitCounts &Units) {
  const std::vector<std::string> Names(std::next(Words.begin()), Words.end());
  llvm::SmallVector<bool> Chosen(Result.Locks.size());
  for (const std::string &Name : Names)
    if (Error E = choose(Result.Locks, Name, Chosen))
      return std::move(E);

  LockReport Answer;
  Answer.ToolVersion = GFPCHECK_VERSION;
  Answer.Units = Units;
  for (auto [L, IsChosen] : llvm::zip(Result.Locks, Chosen))
    if (Names.empty() ? L.Reclaim != ReclaimLevel::None : IsChosen)
      Answer.Locks.push_back(L);
  if (Error E = writeReport(Options, [&](llvm::raw_ostream &OS, bool Color) {
        if (Format.isJson())
          writeJson(Answer, OS);
        else if (Names.empty())
          writeTable(Answer, OS);
        else
          writeText(Answer, OS, Color);
      }))
    return std::move(E);
  return 0;
}

Expected<int> answerFunction(const Analysis &Result, const UnitCounts &Units) {
  Expected<ProgramIndex> Index = ProgramIndex::open(Result.Index->getBuffer());
  if (!Index)
    return Index.takeError();
  Expected<FactReport> Answer = answerQuery(*Index, Words[0], Words[1], Result.Findings);
  if (!Answer)
    return Answer.takeError();
  Answer->ToolVersion = GFPCHECK_VERSION;
  Answer->Units = Units;
  if (Error E = writeReport(Options, [&](llvm::raw_ostream &OS, bool Color) {
        if (Format.isJson())
          writeJson(*Answer, OS);
        else
          writeText(*Answer, OS, Color);
      }))
    return std::move(E);
  return 0;
}

} // namespace

int queryCommand() {
  constexpr const char *There = "locks, contexts, gfp, callers, callees, targets and why";
  if (Words.empty())
    return fail(error("query needs to know of what; there are {0}", There));
  if (Words[0] == "locks")
    return runAnalysis(Options, CheckOptions(), answerLocks);
  if (!isIndexQuery(Words[0]))
    return fail(error("query {0}: there is no such query; there are {1}", Words[0], There));
  if (Words.size() != 2)
    return fail(error("query {0} needs one function: FUNC or FUNC:LINE", Words[0]));
  return runAnalysis(Options, CheckOptions(), answerFunction, Need::Index);
}

} // namespace gfpcheck
