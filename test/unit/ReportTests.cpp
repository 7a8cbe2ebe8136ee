//===- ReportTests.cpp - Findings and locks, written down -------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Report.h"
#include "llvm/Support/JSON.h"
#include "gtest/gtest.h"

using namespace gfpcheck;

namespace {

Report sample() {
  Finding F;
  F.Id = "0123456789abcdef";
  F.Check = "sleep-in-atomic";
  F.Conf = Confidence::High;
  F.File = "drivers/a.c";
  F.Line = 21;
  F.Column = 9;
  F.Function = "refill";
  F.Message = "kmalloc(GFP_KERNEL) may sleep while spinlock &a->lock is held";
  F.Fix = "pass GFP_ATOMIC, or allocate before taking the lock";
  F.Reasons = {{Confidence::Medium, "a call may go to 2 functions"}};
  F.Assumptions = {"it goes to the first"};
  F.FixIts = {{"drivers/a.c", 22, 7, "GFP_KERNEL", "GFP_ATOMIC"}};
  F.Paths = {{"atomic context",
              {{StepKind::Entry, "drivers/a.c", 10, "top", "is the work function"},
               {StepKind::Lock, "drivers/a.c", 12, "top", "takes &a->lock"}}},
             {"sleep", {{StepKind::Alloc, "drivers/a.c", 21, "refill", "allocates"}}}};
  Report R;
  R.ToolVersion = "1.2.3";
  R.Units.Total = 3;
  R.Units.Reused = 1;
  R.Units.Failures = {{"drivers/b.c", "drivers/b.c:1:2: 'x.h' file not found"}};
  R.Findings = {F};
  return R;
}

std::string text(const Report &R, bool Color = false) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeText(R, OS, Color);
  return Out;
}

/// sample() as the gate would report it: the finding, which \p Status says more of.
Report gate(PatchStatus Status = PatchStatus::Introduced) {
  Report R = sample();
  R.Findings[0].Status = Status;
  R.Units.Failures.clear();
  R.Gate.emplace();
  R.Gate->Subject = "a: fill the pool early";
  R.Gate->Reproduce = "gfpcheck gate -p build HEAD~1..HEAD";
  R.Gate->Files = 2;
  return R;
}

LockReport locks() {
  LockReport R;
  R.ToolVersion = "1.2.3";
  R.Units.Total = 3;
  R.Locks = {{"cache.lock",
              ReclaimLevel::Any,
              ReclaimLevel::Fs,
              "grow",
              "reclaim waits for it",
              {{"reclaim -> cache.lock", {{StepKind::Entry, "mm/a.c", 1, "free", "begins"}}},
               {"cache.lock -> reclaim", {{StepKind::Lock, "mm/a.c", 7, "grow", "takes it"}}}}},
             {"map_sem", ReclaimLevel::Io, ReclaimLevel::None, "", "reclaim waits for it", {}},
             {"table", ReclaimLevel::Fs, ReclaimLevel::Io, "add", "\xff", {}}};
  return R;
}

template <class Report> std::string json(const Report &R) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeJson(R, OS);
  return Out;
}

std::string github(const Report &R) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeGithub(R, OS);
  return Out;
}

} // namespace

TEST(Report, Text) {
  EXPECT_EQ(text(sample()),
            "drivers/a.c:21:9: warning: kmalloc(GFP_KERNEL) may sleep while spinlock &a->lock is "
            "held [sleep-in-atomic, high confidence]\n"
            "  atomic context:\n"
            "    1. drivers/a.c:10: in top: is the work function\n"
            "    2. drivers/a.c:12: in top: takes &a->lock\n"
            "  sleep:\n"
            "    1. drivers/a.c:21: in refill: allocates\n"
            "  fix: pass GFP_ATOMIC, or allocate before taking the lock\n"
            "  id: 0123456789abcdef\n"
            "\n"
            "1 finding (1 high, 0 medium, 0 low) in 3 units, 1 of them incomplete\n");
}

TEST(Report, TextCountsSuppressedFindings) {
  Report R = sample();
  R.Findings.push_back(R.Findings[0]);
  R.Findings[0].Suppressed = "cannot happen";
  R.Findings[1].Message = "the other";
  EXPECT_EQ(text(R).find("kmalloc"), std::string::npos);
  EXPECT_NE(text(R).find("the other"), std::string::npos);
  EXPECT_TRUE(llvm::StringRef(text(R)).ends_with(
      "1 finding (1 high, 0 medium, 0 low) in 3 units, 1 of them incomplete; 1 more in the "
      "baseline\n"));
}

TEST(Report, WhatIsReported) {
  Finding F;
  EXPECT_TRUE(isReported(F));
  F.Status = PatchStatus::Introduced;
  EXPECT_TRUE(isReported(F));
  F.Suppressed = "known";
  EXPECT_FALSE(isReported(F));
  for (PatchStatus S : {PatchStatus::Fixed, PatchStatus::Preexisting}) {
    F = Finding();
    F.Status = S;
    EXPECT_FALSE(isReported(F));
  }
}

TEST(Report, GateText) {
  Report R = gate();
  R.Findings.resize(4, R.Findings[0]);
  R.Findings[1].Status = PatchStatus::Fixed;
  R.Findings[2].Status = PatchStatus::Preexisting;
  R.Findings[3].Suppressed = "cannot happen";
  R.Gate->Recapture = {"drivers/Makefile"};
  R.Gate->NotBuilt = {"arch/sparc/x.c", "arch/sparc/y.c"};
  EXPECT_EQ(
      text(R),
      "gfpcheck 1.2.3: a: fill the pool early\n"
      "\n"
      "2 files changed, 3 units analysed\n"
      "\n"
      "  introduced:   1 (1 high, 0 medium, 0 low); 1 more in the baseline\n"
      "  fixed:        1\n"
      "  preexisting:  1\n"
      "\n"
      "drivers/a.c:21:9: warning: kmalloc(GFP_KERNEL) may sleep while spinlock &a->lock is held "
      "[sleep-in-atomic, high confidence, new]\n"
      "  atomic context:\n"
      "    1. drivers/a.c:10: in top: is the work function\n"
      "    2. drivers/a.c:12: in top: takes &a->lock\n"
      "  sleep:\n"
      "    1. drivers/a.c:21: in refill: allocates\n"
      "  fix: pass GFP_ATOMIC, or allocate before taking the lock\n"
      "  id: 0123456789abcdef\n"
      "\n"
      "Fixed by this change:\n"
      "\n"
      "  drivers/a.c: refill(): kmalloc(GFP_KERNEL) may sleep while spinlock &a->lock is held "
      "[sleep-in-atomic]\n"
      "\n"
      "These changed files decide what is compiled, or how. Before `gfpcheck capture` is run\n"
      "again, what they change is not seen:\n"
      "\n"
      "  drivers/Makefile\n"
      "\n"
      "No unit of this build reads these changed files, so nothing is said of them:\n"
      "\n"
      "  arch/sparc/x.c\n"
      "  arch/sparc/y.c\n"
      "\n"
      "To get this report again:\n"
      "\n"
      "  gfpcheck gate -p build HEAD~1..HEAD\n"
      "\n"
      "A commit of its own that corrects this may say who found it:\n"
      "\n"
      "  Reported-by: gfpcheck 1.2.3\n");
}

TEST(Report, GateTextWithNothingNew) {
  Report R = gate(PatchStatus::Preexisting);
  R.Units.Total = 1;
  R.Units.Failures = sample().Units.Failures;
  R.Gate->Files = 1;
  EXPECT_EQ(text(R), "gfpcheck 1.2.3: a: fill the pool early\n"
                     "\n"
                     "1 file changed, 1 unit analysed, 1 of them incomplete: findings may be "
                     "missing\n"
                     "\n"
                     "  introduced:   0\n"
                     "  fixed:        0\n"
                     "  preexisting:  1\n"
                     "\n"
                     "To get this report again:\n"
                     "\n"
                     "  gfpcheck gate -p build HEAD~1..HEAD\n");
}

TEST(Report, GateTextLeavesOutWhatIsTooMuch) {
  Report R = gate();
  R.Findings.resize(25, R.Findings[0]);
  R.Findings.resize(46, gate(PatchStatus::Fixed).Findings[0]);
  R.Gate->NotBuilt.resize(13, "x.c");
  std::string Out = text(R);
  EXPECT_EQ(llvm::StringRef(Out).count("warning: "), 20u);
  EXPECT_NE(Out.find("introduced:   25 (25 high"), std::string::npos);
  EXPECT_NE(Out.find("\nand 5 introduced findings more; --format=json has them all\n\n"),
            std::string::npos);
  EXPECT_EQ(llvm::StringRef(Out).count("  drivers/a.c: refill(): "), 20u);
  EXPECT_NE(Out.find("\nand 1 fixed finding more; --format=json has them all\n\n"),
            std::string::npos);
  EXPECT_EQ(llvm::StringRef(Out).count("  x.c\n"), 10u);
  EXPECT_NE(Out.find("\n  and 3 more\n\n"), std::string::npos);
}

TEST(Report, TextWithoutFindings) {
  Report R;
  R.Units.Total = 1;
  EXPECT_EQ(text(R), "0 findings (0 high, 0 medium, 0 low) in 1 unit\n");
}

TEST(Report, ColorOnlyWhenAsked) {
  EXPECT_EQ(text(sample()).find('\033'), std::string::npos);
  EXPECT_NE(text(sample(), true).find("\033["), std::string::npos);
}

TEST(Report, JsonIsTheContract) {
  llvm::Expected<llvm::json::Value> Got = llvm::json::parse(json(sample()));
  ASSERT_TRUE(static_cast<bool>(Got)) << toString(Got.takeError());
  llvm::Expected<llvm::json::Value> Want = llvm::json::parse(R"({
    "schema": 1,
    "tool": {"name": "gfpcheck", "version": "1.2.3"},
    "units": {"total": 3, "failed": 1, "reused": 1, "failures": [
      {"file": "drivers/b.c", "error": "drivers/b.c:1:2: 'x.h' file not found"}]},
    "findings": [{
      "id": "0123456789abcdef", "check": "sleep-in-atomic", "confidence": "high",
      "file": "drivers/a.c", "line": 21, "column": 9, "function": "refill",
      "message": "kmalloc(GFP_KERNEL) may sleep while spinlock &a->lock is held",
      "reasons": [
        {
          "limit": "medium",
          "text": "a call may go to 2 functions"
        }
      ],
      "assumptions": [
        "it goes to the first"
      ],
      "fix": "pass GFP_ATOMIC, or allocate before taking the lock",
      "fixes": [
        {
          "file": "drivers/a.c",
          "line": 22,
          "column": 7,
          "old": "GFP_KERNEL",
          "new": "GFP_ATOMIC"
        }
      ],
      "paths": [
        {"title": "atomic context", "steps": [
          {"file": "drivers/a.c", "line": 10, "function": "top", "kind": "entry",
           "text": "is the work function"},
          {"file": "drivers/a.c", "line": 12, "function": "top", "kind": "lock",
           "text": "takes &a->lock"}]},
        {"title": "sleep", "steps": [
          {"file": "drivers/a.c", "line": 21, "function": "refill", "kind": "alloc",
           "text": "allocates"}]}]}]})");
  ASSERT_TRUE(static_cast<bool>(Want));
  EXPECT_EQ(*Got, *Want);
}

TEST(Report, JsonOfTheGate) {
  Report R = gate();
  R.Findings.resize(3, R.Findings[0]);
  R.Findings[1].Status = PatchStatus::Fixed;
  R.Findings[2].Status = PatchStatus::Preexisting;
  R.Findings[2].Suppressed = "cannot happen";
  R.Gate->Recapture = {"Makefile"};
  R.Gate->NotBuilt = {"x.c", "\xff.c"};
  llvm::Expected<llvm::json::Value> Got = llvm::json::parse(json(R));
  ASSERT_TRUE(static_cast<bool>(Got)) << toString(Got.takeError());
  const llvm::json::Object &Top = *Got->getAsObject();
  EXPECT_EQ(*Top.get("gate"),
            llvm::cantFail(llvm::json::parse("{\"subject\": \"a: fill the pool early\", "
                                             "\"reproduce\": \"gfpcheck gate -p build "
                                             "HEAD~1..HEAD\", \"files\": 2, \"recapture\": "
                                             "[\"Makefile\"], \"not_built\": [\"x.c\", "
                                             "\"\xef\xbf\xbd.c\"]}")));
  const llvm::json::Array &Findings = *Top.getArray("findings");
  ASSERT_EQ(Findings.size(), 3u);
  const char *Status[] = {"introduced", "fixed", "preexisting"};
  for (unsigned I = 0; I != 3; ++I)
    EXPECT_EQ(*Findings[I].getAsObject()->getString("status"), Status[I]);
  EXPECT_EQ(Findings[0].getAsObject()->get("suppressed"), nullptr);
  EXPECT_EQ(*Findings[2].getAsObject()->getString("suppressed"), "cannot happen");
}

TEST(Report, GithubAnnotations) {
  Report R = sample();
  R.Units.Failures.clear();
  Finding &F = R.Findings[0];
  F.Paths.resize(1);
  F.Paths[0].Steps.resize(1);
  EXPECT_EQ(github(R), "::error file=drivers/a.c,line=21,col=9,title=sleep-in-atomic (high "
                       "confidence)::kmalloc(GFP_KERNEL) may sleep while spinlock &a->lock is "
                       "held%0A  atomic context:%0A    1. drivers/a.c:10: in top: is the work "
                       "function%0A  fix: pass GFP_ATOMIC, or allocate before taking the "
                       "lock%0A  id: 0123456789abcdef\n");
  F.Conf = Confidence::Medium;
  EXPECT_TRUE(llvm::StringRef(github(R)).starts_with("::warning file="));
  F.Conf = Confidence::Low;
  EXPECT_TRUE(llvm::StringRef(github(R)).starts_with("::notice file="));
  F.Suppressed = "known";
  EXPECT_EQ(github(R), "");
}

TEST(Report, GithubEscapes) {
  Report R = sample();
  Finding &F = R.Findings[0];
  F.File = "a,b:c%d\n.c";
  F.Line = F.Column = 0;
  F.Message = "100%, that is: a\r\nb";
  F.Paths.clear();
  F.Fix = "";
  EXPECT_EQ(github(R), "::error file=a%2Cb%3Ac%25d%0A.c,title=sleep-in-atomic (high "
                       "confidence)::100%25, that is: a%0D%0Ab%0A  id: 0123456789abcdef\n"
                       "::warning title=incomplete::gfpcheck could not parse 1 of 3 units; "
                       "findings may be missing\n");
}

TEST(Report, GithubShowsWhatAPatchIntroduces) {
  EXPECT_NE(github(gate()), "");
  EXPECT_EQ(github(gate(PatchStatus::Fixed)), "");
  EXPECT_EQ(github(gate(PatchStatus::Preexisting)), "");
}

TEST(Report, OutputIsAlwaysUtf8) {
  Report R = sample();
  R.Findings[0].File = "drivers/\xff.c";
  R.Findings[0].Paths[0].Steps[0].Text = "\xc3(";
  R.Units.Failures[0].Error = "\x80";
  EXPECT_TRUE(llvm::json::isUTF8(text(R)));
  EXPECT_TRUE(llvm::json::isUTF8(json(R)));
  EXPECT_TRUE(llvm::json::isUTF8(github(R)));
  R.Gate.emplace().Subject = "\xff";
  EXPECT_TRUE(llvm::json::isUTF8(text(R)));
}

TEST(Report, StepKindNames) {
  const char *Names[] = {"entry", "call",  "indirect", "lock", "scope",
                         "guard", "alloc", "sleep",    "wait"};
  for (unsigned K = 0; K != std::size(Names); ++K)
    EXPECT_STREQ(stepKindName(StepKind(K)), Names[K]);
}

TEST(Report, StoredFindingsComeBackUnchanged) {
  Report R = sample();
  R.Findings.push_back(Finding());
  R.Findings.push_back(R.Findings[0]);
  R.Findings[2].Message = std::string("\0\xff", 2);
  auto Back = decodeFindings(encodeFindings(R.Findings));
  ASSERT_TRUE(static_cast<bool>(Back)) << toString(Back.takeError());
  Report Again = R;
  Again.Findings = *Back;
  EXPECT_EQ(json(R), json(Again));
  EXPECT_EQ(text(R), text(Again));
}

TEST(Report, EdgesOfACycle) {
  Report R = sample();
  R.Findings[0].Paths[0].From = "a.lock";
  R.Findings[0].Paths[0].To = reclaimNode(ReclaimLevel::Io);
  EXPECT_NE(json(R).find("\"title\": \"atomic context\",\n          \"from\": \"a.lock\",\n"
                         "          \"to\": \"reclaim with __GFP_IO\""),
            std::string::npos);
  auto Back = decodeFindings(encodeFindings(R.Findings));
  ASSERT_TRUE(static_cast<bool>(Back)) << toString(Back.takeError());
  EXPECT_EQ(Back->front().Paths[0].From, "a.lock");
  EXPECT_EQ(Back->front().Paths[0].To, "reclaim with __GFP_IO");
}

TEST(Report, DamagedStoredFindingsNeverCrash) {
  std::string Good = encodeFindings(sample().Findings);
  for (size_t Size = 0; Size != Good.size(); ++Size) {
    auto Back = decodeFindings(llvm::StringRef(Good).take_front(Size));
    EXPECT_FALSE(static_cast<bool>(Back)) << Size << " bytes";
    llvm::consumeError(Back.takeError());
  }
  for (size_t At = 0; At != Good.size(); ++At)
    for (char Byte : {'\0', '\x7f', '\xff'}) {
      std::string Bad = Good;
      Bad[At] = Byte;
      llvm::consumeError(decodeFindings(Bad).takeError());
    }
  // A number that never ends.
  auto Endless = decodeFindings(std::string(40, '\x80'));
  EXPECT_FALSE(static_cast<bool>(Endless));
  llvm::consumeError(Endless.takeError());
}

TEST(Report, LocksAsTable) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeTable(locks(), OS);
  EXPECT_EQ(Out, "cache.lock  any  __GFP_FS, in grow()\n"
                 "map_sem     io   -\n"
                 "table       fs   __GFP_IO, in add()\n"
                 "reclaim waits for 3 lock classes (1 any, 1 io, 1 fs); 1 of them held across an "
                 "allocation that lets it get there\n");
}

TEST(Report, LocksAsText) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeText(locks(), OS, /*Color=*/false);
  EXPECT_EQ(Out, "cache.lock: reclaim waits for it\n"
                 "  reclaim -> cache.lock:\n"
                 "    1. mm/a.c:1: in free: begins\n"
                 "  cache.lock -> reclaim:\n"
                 "    1. mm/a.c:7: in grow: takes it\n"
                 "\n"
                 "map_sem: reclaim waits for it\n"
                 "\n"
                 "table: \xef\xbf\xbd\n");
}

TEST(Report, LocksAsJson) {
  auto Parsed = llvm::json::parse(json(locks()));
  ASSERT_TRUE(static_cast<bool>(Parsed)) << toString(Parsed.takeError());
  const llvm::json::Array &Locks = *Parsed->getAsObject()->getArray("locks");
  ASSERT_EQ(Locks.size(), 3u);
  EXPECT_EQ(*Locks[0].getAsObject()->get("reclaim_level"), llvm::json::Value("any"));
  EXPECT_EQ(*Locks[0].getAsObject()->get("allocation_level"), llvm::json::Value("fs"));
  EXPECT_EQ(Locks[0].getAsObject()->getArray("paths")->size(), 2u);
  EXPECT_EQ(*Locks[1].getAsObject()->get("allocation_level"), llvm::json::Value(nullptr));
}

TEST(Report, LocksSurviveStoring) {
  LockReport R = locks(), Again = R;
  auto Back = decodeLocks(encodeLocks(R.Locks));
  ASSERT_TRUE(static_cast<bool>(Back)) << toString(Back.takeError());
  Again.Locks = *Back;
  EXPECT_EQ(json(R), json(Again));
  EXPECT_EQ(Back->front().Function, "grow");
}

TEST(Report, DamagedStoredLocksNeverCrash) {
  std::string Good = encodeLocks(locks().Locks);
  for (size_t Size = 0; Size != Good.size(); ++Size) {
    auto Back = decodeLocks(llvm::StringRef(Good).take_front(Size));
    EXPECT_FALSE(static_cast<bool>(Back)) << Size << " bytes";
    llvm::consumeError(Back.takeError());
  }
  for (size_t At = 0; At != Good.size(); ++At)
    for (char Byte : {'\0', '\x7f', '\xff'}) {
      std::string Bad = Good;
      Bad[At] = Byte;
      llvm::consumeError(decodeLocks(Bad).takeError());
    }
}
