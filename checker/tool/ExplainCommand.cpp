//===- ExplainCommand.cpp - gfpcheck explain --------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shows the page of a check, or all that is known of a finding: docs/explain.md. Findings are
// those of the last analyses, as they are in the database: nothing is parsed or solved.
//
// Exit status: 0 explained, 2 could not run or nothing of that name.
//
//===----------------------------------------------------------------------===//

#include "AnalysisRun.h"
#include "Commands.h"
#include "Pager.h"
#include "gfpcheck/report/Explain.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace gfpcheck {

cl::SubCommand ExplainSubcommand(
    "explain", "Tell all about a check, or about a finding of the last analysis: its paths with "
               "the source, why it is as sure as it is, how to see it at run time, and a fix. "
               "FINDING-ID may be the beginning of one");

namespace {

cl::OptionCategory Category("Options of explain");
auto In = cl::sub(ExplainSubcommand);
cl::opt<std::string> Subject(cl::Positional, cl::Optional, cl::desc("CHECK|FINDING-ID"),
                             cl::cat(Category), In);
cl::opt<std::string> Build("p", cl::desc("Build directory that was analysed, for a finding"),
                           cl::value_desc("BUILD"), cl::cat(Category), In);
cl::opt<std::string> Database("db", cl::desc("Database (default: BUILD/.gfpcheck/gfpcheck.db)"),
                              cl::value_desc("FILE"), cl::cat(Category), In);
cl::opt<std::string> SourceRoot("source-root",
                                cl::desc("Directory that reported paths are relative to"),
                                cl::value_desc("DIR"), cl::cat(Category), In);

constexpr size_t ShortestPrefix = 4; ///< of an id

bool isIdPrefix(StringRef Text) {
  return Text.size() >= ShortestPrefix && Text.size() <= 16 && llvm::all_of(Text, llvm::isHexDigit);
}

std::string checkNames() {
  return llvm::join(
      llvm::map_range(allChecks(), [](const CheckInfo &I) { return std::string(I.Id); }), ", ");
}

Error unknown() {
  StringRef Nearest;
  unsigned Least = 4; // more edits make another word
  for (const CheckInfo &I : allChecks())
    if (unsigned N = StringRef(Subject).edit_distance(I.Id, true, Least); N < Least) {
      Least = N;
      Nearest = I.Id;
    }
  return error("{0}: there is no such check{1}{2}{3}, and it is not the beginning of an id of a "
               "finding ({4} hexadecimal digits or more); there are the checks {5}",
               Subject, Nearest.empty() ? "" : " (did you mean ", Nearest,
               Nearest.empty() ? "" : "?)", ShortestPrefix, checkNames());
}

/// The finding, and the analysis that has it, the latest that does.
struct Found {
  Finding F;
  llvm::StringMap<uint64_t> Sources;
};

Expected<Found> find(Session &S) {
  const std::string Prefix = StringRef(Subject).lower();
  std::vector<Found> Matches;
  bool Any = false;
  Error E = storedAnalyses(S, [&](const Analysis &A) {
    Any = true;
    for (const Finding &F : A.Findings)
      if (StringRef(F.Id).starts_with(Prefix))
        Matches.push_back({F, A.Sources});
    return Matches.empty();
  });
  if (E)
    return std::move(E);
  if (!Any)
    return error("{0}: nothing is stored of an analysis of {1} by this version of gfpcheck; run "
                 "gfpcheck analyze -p {1} first",
                 Subject, Build);
  if (Matches.empty())
    return error("{0}: no finding of the analyses that are stored has an id that begins so; those "
                 "of a patch (gfpcheck gate) are not stored",
                 Subject);
  if (Matches.size() == 1)
    return std::move(Matches.front());
  constexpr size_t Shown = 8;
  std::string Ids;
  for (const Found &M : llvm::ArrayRef(Matches).take_front(Shown))
    Ids += (Ids.empty() ? "" : ", ") + M.F.Id;
  return error("{0}: {1} findings have ids that begin so: {2}{3}", Subject, Matches.size(), Ids,
               Matches.size() > Shown ? ", …" : "");
}

Error explainFinding() {
  if (Build.empty())
    return error("explain {0} needs -p BUILD, the build directory that was analysed", Subject);
  SessionOptions Options;
  Options.Build = Build;
  Options.Database = Database;
  Options.SourceRoot = SourceRoot;
  Expected<Session> S = openSession(Options);
  if (!S)
    return S.takeError();
  Expected<Found> It = find(*S);
  if (!It)
    return It.takeError();
  SourceText Source(SourceText::below(S->Driver.SourceRoot));
  llvm::StringSet<> Changed;
  auto Look = [&](const std::string &File) {
    const uint64_t Digest = It->Sources.lookup(File); // 0: could not be read then
    if (auto Text = Source.contents(File); Text && InputFiles::contentDigest(*Text) != Digest)
      Changed.insert(File);
  };
  Look(It->F.File);
  for (const Path &P : It->F.Paths)
    for (const Step &Step : P.Steps)
      Look(Step.File);
  return writePaged([&](llvm::raw_ostream &OS, bool Styled, unsigned Width) {
    writeExplanation(It->F, Source, Changed, OS, Styled, Width);
  });
}

} // namespace

int explainCommand() {
  if (Subject.empty())
    return fail(error("explain needs a check or the id of a finding; there are the checks {0}",
                      checkNames()));
  auto Explain = [] {
    const StringRef Page = checkPage(Subject);
    if (Page.empty())
      return isIdPrefix(Subject) ? explainFinding() : unknown();
    return writePaged([&](llvm::raw_ostream &OS, bool Styled, unsigned Width) {
      writePage(Page, OS, Styled, Width);
    });
  };
  Error E = Explain();
  return E ? fail(std::move(E)) : 0;
}

} // namespace gfpcheck
