//===- FindingsFuzzer.cpp - Stored findings and their reports -----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The input is what encodeFindings() might have written. Findings that decode come back
// the same, and all reports of them are well-formed.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Explain.h"
#include "gfpcheck/report/Html.h"
#include "gfpcheck/report/Report.h"
#include "llvm/Support/JSON.h"
#include <cstdlib>

using namespace gfpcheck;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::Expected<std::vector<Finding>> Findings =
      decodeFindings({reinterpret_cast<const char *>(Data), Size});
  if (!Findings) {
    llvm::consumeError(Findings.takeError());
    return 0;
  }
  std::string Bytes = encodeFindings(*Findings);
  if (encodeFindings(llvm::cantFail(decodeFindings(Bytes))) != Bytes)
    abort();

  Report R;
  R.Findings = std::move(*Findings);
  std::string Json, Text, Sarif;
  llvm::raw_string_ostream JsonOS(Json), TextOS(Text), SarifOS(Sarif);
  writeJson(R, JsonOS);
  writeText(R, TextOS, /*Color=*/true);
  writeSarif(R, SarifOS);
  std::string Github;
  llvm::raw_string_ostream GithubOS(Github);
  writeGithub(R, GithubOS);
  llvm::Expected<llvm::json::Value> Parsed = llvm::json::parse(Json);
  if (!Parsed)
    abort();
  const llvm::json::Array *Printed = Parsed->getAsObject()->getArray("findings");
  if (!Printed || Printed->size() != R.Findings.size() || !llvm::json::isUTF8(Text))
    abort();
  // A line each, whatever is in them.
  if (!llvm::json::isUTF8(Github) || llvm::StringRef(Github).count('\n') != R.Findings.size())
    abort();
  Parsed = llvm::json::parse(Sarif);
  if (!Parsed)
    abort();

  // With the input for the source, too.
  const llvm::StringRef Input(reinterpret_cast<const char *>(Data), Size);
  SourceText Source([&](llvm::StringRef) {
    return llvm::MemoryBuffer::getMemBuffer(Input, "", /*RequiresNullTerminator=*/false);
  });
  std::string Html, Explained;
  llvm::raw_string_ostream HtmlOS(Html), ExplainedOS(Explained);
  writeHtml(R, Source, Maintainers(Input, [](llvm::StringRef) { return false; }), HtmlOS);
  for (const Finding &F : R.Findings)
    writeExplanation(F, Source, {}, ExplainedOS, /*Styled=*/true, /*Width=*/80);
  const llvm::StringRef Island =
      llvm::StringRef(Html).split("id=\"data\">").second.split("</script>").first;
  Parsed = llvm::json::parse(Island);
  if (!Parsed || Island.contains('<') || !llvm::json::isUTF8(Html) ||
      !llvm::json::isUTF8(Explained))
    abort();
  return 0;
}
