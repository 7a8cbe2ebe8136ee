//===- SarifTests.cpp - Findings as SARIF -----------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a log says. That it is one by the standard's schema is tested in
// test/commands/analyze-formats.test.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Report.h"
#include "llvm/Support/JSON.h"
#include "gtest/gtest.h"

using namespace gfpcheck;
namespace json = llvm::json;

namespace {

Finding sample() {
  Finding F;
  F.Id = "0123456789abcdef";
  F.Check = "sleep-in-atomic";
  F.Conf = Confidence::High;
  F.File = "drivers/a.c";
  F.Line = 21;
  F.Column = 9;
  F.Function = "refill";
  F.Message = "may sleep";
  F.Fix = "allocate before";
  F.Paths = {{"down", {{StepKind::Lock, "drivers/a.c", 12, "top", "takes it"}}},
             {"up",
              {{StepKind::Entry, "drivers/b.c", 3, "bottom", "begins"},
               {StepKind::Indirect, "drivers/b.c", 4, "bottom", "calls f"}}}};
  return F;
}

std::string write(const Report &R) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeSarif(R, OS);
  return Out;
}

/// The one run of the log of \p R.
json::Object run(const Report &R) {
  json::Value Log = llvm::cantFail(json::parse(write(R)));
  return std::move(*(*Log.getAsObject()->getArray("runs"))[0].getAsObject());
}

/// Its results, as there are findings.
json::Object result(const Report &R, size_t I = 0) {
  return std::move(*(*run(R).getArray("results"))[I].getAsObject());
}

json::Value value(llvm::StringRef Text) { return llvm::cantFail(json::parse(Text)); }

/// The URI of the finding's place, which \p File is.
std::string uri(const char *File) {
  Report R;
  R.Findings = {sample()};
  R.Findings[0].File = File;
  return (*result(R).getArray("locations"))[0]
      .getAsObject()
      ->getObject("physicalLocation")
      ->getObject("artifactLocation")
      ->getString("uri")
      ->str();
}

} // namespace

TEST(Sarif, Result) {
  Report R;
  R.Checks = {{"gfp-mismatch", "other"}, {"sleep-in-atomic", "sleeps"}};
  R.Findings = {sample()};
  R.Findings[0].Paths.clear();
  EXPECT_EQ(json::Value(result(R)), value(R"({
    "ruleId": "sleep-in-atomic", "ruleIndex": 1, "level": "error",
    "message": {"text": "may sleep.\nTo fix it: allocate before."},
    "locations": [{
      "physicalLocation": {
        "artifactLocation": {"uri": "drivers/a.c", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 21, "startColumn": 9}},
      "logicalLocations": [{"name": "refill", "kind": "function"}]}],
    "partialFingerprints": {"gfpcheck/v1": "0123456789abcdef"},
    "properties": {"confidence": "high"}})"));
}

TEST(Sarif, LevelsByConfidence) {
  Report R;
  R.Findings = {sample(), sample(), sample()};
  R.Findings[1].Conf = Confidence::Medium;
  R.Findings[2].Conf = Confidence::Low;
  EXPECT_EQ(*result(R, 0).getString("level"), "error");
  EXPECT_EQ(*result(R, 1).getString("level"), "warning");
  EXPECT_EQ(*result(R, 2).getString("level"), "note");
}

TEST(Sarif, PathsAreThreadFlows) {
  Report R;
  R.Findings = {sample()};
  R.Findings[0].Paths.push_back({"nothing", {}});
  EXPECT_EQ(*result(R).get("codeFlows"), value(R"([{"threadFlows": [
    {"message": {"text": "down"}, "locations": [
      {"location": {
         "physicalLocation": {"artifactLocation": {"uri": "drivers/a.c", "uriBaseId": "SRCROOT"},
                              "region": {"startLine": 12}},
         "logicalLocations": [{"name": "top", "kind": "function"}],
         "message": {"text": "takes it"}},
       "kinds": ["lock"]}]},
    {"message": {"text": "up"}, "locations": [
      {"location": {
         "physicalLocation": {"artifactLocation": {"uri": "drivers/b.c", "uriBaseId": "SRCROOT"},
                              "region": {"startLine": 3}},
         "logicalLocations": [{"name": "bottom", "kind": "function"}],
         "message": {"text": "begins"}},
       "kinds": ["entry"]},
      {"location": {
         "physicalLocation": {"artifactLocation": {"uri": "drivers/b.c", "uriBaseId": "SRCROOT"},
                              "region": {"startLine": 4}},
         "logicalLocations": [{"name": "bottom", "kind": "function"}],
         "message": {"text": "calls f"}},
       "kinds": ["indirect"]}]}]}])"));
}

TEST(Sarif, FixIts) {
  Report R;
  R.Findings = {sample(), sample()};
  R.Findings[1].FixIts = {{"drivers/a.c", 22, 7, "GFP_KERNEL", "GFP_ATOMIC"}};
  EXPECT_FALSE(result(R, 0).get("fixes"));
  EXPECT_EQ(*result(R, 1).get("fixes"), value(R"([{
    "description": {"text": "replace GFP_KERNEL by GFP_ATOMIC"},
    "artifactChanges": [{
      "artifactLocation": {"uri": "drivers/a.c", "uriBaseId": "SRCROOT"},
      "replacements": [{
        "deletedRegion": {"startLine": 22, "startColumn": 7, "endColumn": 17},
        "insertedContent": {"text": "GFP_ATOMIC"}}]}]}])"));
}

TEST(Sarif, Rules) {
  Report R;
  R.Checks = {{"sleep-in-atomic", "sleeps"}};
  R.Documentation = "https://example.org/docs";
  R.Findings = {sample(), sample()};
  R.Findings[1].Check = "unheard-of";
  json::Object Run = run(R);
  const json::Object &Driver = *Run.getObject("tool")->getObject("driver");
  EXPECT_EQ(*Driver.getString("informationUri"), "https://example.org/docs");
  EXPECT_EQ(*Driver.get("rules"), value(R"([
    {"id": "sleep-in-atomic", "shortDescription": {"text": "sleeps"},
     "fullDescription": {"text": "sleeps"},
     "help": {"text": "docs/checks/sleep-in-atomic.md in gfpcheck's documentation"},
     "helpUri": "https://example.org/docs/checks/sleep-in-atomic.md",
     "defaultConfiguration": {"enabled": true, "level": "warning"}},
    {"id": "unheard-of",
     "help": {"text": "docs/checks/unheard-of.md in gfpcheck's documentation"},
     "helpUri": "https://example.org/docs/checks/unheard-of.md",
     "defaultConfiguration": {"enabled": true, "level": "warning"}}])"));
  EXPECT_EQ(*result(R, 1).getInteger("ruleIndex"), 1);
}

TEST(Sarif, SuppressionsAreOfAllResultsOrOfNone) {
  Report R;
  R.Findings = {sample(), sample()};
  EXPECT_EQ(result(R).get("suppressions"), nullptr);
  R.Findings[1].Suppressed = "cannot happen";
  EXPECT_EQ(*result(R).get("suppressions"), value("[]"));
  EXPECT_EQ(*result(R, 1).get("suppressions"), value(R"([
    {"kind": "external", "status": "accepted", "justification": "cannot happen"}])"));
}

TEST(Sarif, BaselineStates) {
  Report R;
  R.Findings = {sample(), sample(), sample()};
  EXPECT_EQ(result(R).get("baselineState"), nullptr);
  R.Gate.emplace().Reproduce = "gfpcheck gate";
  R.Findings[0].Status = PatchStatus::Introduced;
  R.Findings[1].Status = PatchStatus::Fixed;
  R.Findings[2].Status = PatchStatus::Preexisting;
  EXPECT_EQ(*result(R, 0).getString("baselineState"), "new");
  EXPECT_EQ(*result(R, 1).getString("baselineState"), "absent");
  EXPECT_EQ(*result(R, 2).getString("baselineState"), "unchanged");
}

TEST(Sarif, Invocation) {
  Report R;
  EXPECT_EQ(*run(R).get("invocations"),
            value(R"([{"executionSuccessful": true, "toolExecutionNotifications": []}])"));
  R.Units.Failures = {{"a.c", "a.c:1:2: what?"}};
  R.Units.ConstantsError = "b.h:1:2: what?";
  R.Gate.emplace().Reproduce = "gfpcheck gate";
  R.Gate->Recapture = {"Kconfig"};
  R.Gate->NotBuilt = {"x.c"};
  EXPECT_EQ(*run(R).get("invocations"), value(R"([{
    "executionSuccessful": false, "commandLine": "gfpcheck gate",
    "toolExecutionNotifications": [
      {"level": "error",
       "message": {"text": "could not be parsed; findings may be missing: a.c:1:2: what?"},
       "locations": [{"physicalLocation": {
         "artifactLocation": {"uri": "a.c", "uriBaseId": "SRCROOT"}}}]},
      {"level": "error",
       "message": {"text": "the kernel's constants could not be read; reclaim checks find nothing: b.h:1:2: what?"}},
      {"level": "warning",
       "message": {"text": "decides what is compiled, or how; its change is not seen before the build is captured again"},
       "locations": [{"physicalLocation": {
         "artifactLocation": {"uri": "Kconfig", "uriBaseId": "SRCROOT"}}}]},
      {"level": "warning",
       "message": {"text": "no unit of this build reads it, so nothing is said of it"},
       "locations": [{"physicalLocation": {
         "artifactLocation": {"uri": "x.c", "uriBaseId": "SRCROOT"}}}]}]}])"));
}

TEST(Sarif, NamesBecomeUris) {
  EXPECT_EQ(uri("fs/ext4/inode.c"), "fs/ext4/inode.c");
  EXPECT_EQ(uri("a b#c?d%e\"f"), "a%20b%23c%3Fd%25e%22f");
  EXPECT_EQ(uri("c:x"), "c%3Ax");
  EXPECT_EQ(uri("\xc3\xa4\xff"), "%C3%A4%FF");
  EXPECT_EQ(uri("/usr/include/x y.h"), "file:///usr/include/x%20y.h");
}

TEST(Sarif, AbsolutePathsHaveNoBase) {
  Report R;
  R.Findings = {sample()};
  R.Findings[0].File = "/usr/include/x.h";
  EXPECT_EQ(write(R).find("x.h\",\"uriBaseId"), std::string::npos);
}

TEST(Sarif, WhatIsUnknownIsLeftOut) {
  Report R;
  R.Findings = {Finding()};
  EXPECT_EQ(*result(R).get("locations"), value("[{}]"));
  EXPECT_EQ(result(R).get("codeFlows"), nullptr);
}

TEST(Sarif, OutputIsAlwaysUtf8) {
  Report R;
  R.Findings = {sample()};
  Finding &F = R.Findings[0];
  for (std::string *S : {&F.Id, &F.Check, &F.File, &F.Function, &F.Message, &F.Suppressed,
                         &F.Paths[0].Title, &F.Paths[0].Steps[0].Text})
    *S = "\xff\x01";
  std::string Out = write(R);
  EXPECT_TRUE(json::isUTF8(Out));
  EXPECT_TRUE(static_cast<bool>(json::parse(Out)));
}
