//===- ReportTests.cpp - Findings and locks as text and JSON ----------------===//
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

TEST(Report, OutputIsAlwaysUtf8) {
  Report R = sample();
  R.Findings[0].File = "drivers/\xff.c";
  R.Findings[0].Paths[0].Steps[0].Text = "\xc3(";
  R.Units.Failures[0].Error = "\x80";
  EXPECT_TRUE(llvm::json::isUTF8(text(R)));
  EXPECT_TRUE(llvm::json::isUTF8(json(R)));
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
