//===- HtmlTests.cpp - Findings as a page -----------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is in the page. How it looks and behaves is tested in a browser, in
// test/commands/report-html.test.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Html.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"
#include "gtest/gtest.h"

using namespace gfpcheck;
namespace json = llvm::json;

namespace {

constexpr const char *Evil = "</script><!--<script>\"'&\xe2\x80\xa8\\";

SourceText source() {
  return SourceText([](llvm::StringRef File) -> std::unique_ptr<llvm::MemoryBuffer> {
    if (File == "Makefile")
      return llvm::MemoryBuffer::getMemBuffer("# x\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\n"
                                              "EXTRAVERSION = -rc1\nNAME = y\n");
    std::string Lines;
    for (int N = 1; N <= 100; ++N)
      Lines += "line " + std::to_string(N) + "\n";
    return File == "a.c" ? llvm::MemoryBuffer::getMemBufferCopy(Lines + Evil + "\n") : nullptr;
  });
}

std::string page(const Report &R) {
  SourceText Source = source();
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeHtml(R, Source, Maintainers(), OS);
  return Out;
}

llvm::StringRef between(llvm::StringRef Text, llvm::StringRef Begin, llvm::StringRef End) {
  return Text.split(Begin).second.split(End).first;
}

llvm::StringRef dataOf(llvm::StringRef Page) { return between(Page, "id=\"data\">", "</script>"); }

Report hostile() {
  Finding F;
  F.Id = F.Check = F.File = F.Function = F.Message = F.Fix = F.Suppressed = Evil;
  F.Reasons = {{Confidence::Low, Evil}};
  F.Assumptions = {Evil};
  F.FixIts = {{"a.c", 101, 1, "</", Evil}};
  F.Paths = {{Evil,
              {{StepKind::Call, Evil, 1, Evil, Evil}, {StepKind::Call, "a.c", 101, "f", "g"}},
              Evil,
              Evil}};
  Report R;
  R.ToolVersion = Evil;
  R.Units.Failures = {{Evil, "\xff"}};
  R.Units.ConstantsError = Evil;
  R.Checks = {{Evil, Evil}};
  R.Findings = {F};
  return R;
}

} // namespace

TEST(Html, TextsStayTexts) {
  const std::string Page = page(hostile());
  ASSERT_TRUE(json::isUTF8(Page));
  const llvm::StringRef Data = dataOf(Page);
  EXPECT_FALSE(Data.contains('<'));
  json::Value Parsed = llvm::cantFail(json::parse(Data));
  const json::Object &Root = *Parsed.getAsObject();
  const json::Object &F = *(*Root.getArray("findings"))[0].getAsObject();
  EXPECT_EQ(F.getString("id"), Evil);
  EXPECT_EQ((*Root.getArray("texts"))[*F.getInteger("msg")], Evil);
  // Data's two ends, and what comes of the template.
  Report None;
  EXPECT_EQ(llvm::StringRef(Page).count('<'), llvm::StringRef(page(None)).count('<'));
}

TEST(Html, ThePolicyPermitsStyleAndProgramByDigest) {
  const std::string Page = page(hostile());
  const llvm::StringRef Policy = between(Page, "Content-Security-Policy\" content=\"", "\"");
  auto Digest = [](llvm::StringRef Text) {
    llvm::SHA256 Hash;
    Hash.update(Text);
    return "'sha256-" + llvm::encodeBase64(Hash.final()) + "'";
  };
  EXPECT_EQ(Policy, "default-src 'none'; style-src " +
                        Digest(between(Page, "<style>", "</style>")) + "; script-src " +
                        Digest(between(Page, "<script>", "</script>")) +
                        "; img-src data:; base-uri 'none'; form-action 'none'");
}

TEST(Html, LinesAroundStepsThatMeetAreOnePiece) {
  Finding F;
  F.File = "a.c";
  F.Line = 10;
  F.Paths = {{"",
              {{StepKind::Call, "a.c", 10, "f", ""},
               {StepKind::Call, "a.c", 19, "f", ""},
               {StepKind::Call, "a.c", 29, "f", ""},
               {StepKind::Call, "a.c", 500, "f", ""},
               {StepKind::Call, "gone.c", 1, "f", ""}}}};
  Report R;
  R.Findings = {F};
  const std::string Page = page(R);
  json::Value Parsed = llvm::cantFail(json::parse(dataOf(Page)));
  const json::Object &Sources = *Parsed.getAsObject()->getObject("sources");
  ASSERT_EQ(Sources.size(), 1u);
  const json::Array &Pieces = *Sources.begin()->second.getAsArray();
  ASSERT_EQ(Pieces.size(), 2u);
  auto Piece = [&](size_t I) { return Pieces[I].getAsArray(); };
  EXPECT_EQ((*Piece(0))[0], 6);
  EXPECT_TRUE((*Piece(0))[1].getAsString()->starts_with("line 6\nline 7\n"));
  EXPECT_TRUE((*Piece(0))[1].getAsString()->ends_with("\nline 23"));
  EXPECT_EQ((*Piece(1))[0], 25);
}

TEST(Html, KernelName) {
  SourceText Source = source();
  EXPECT_EQ(kernelName(Source), "Linux 6.12.3-rc1");
  SourceText None{SourceText::Reader()};
  EXPECT_EQ(kernelName(None), "");
}
