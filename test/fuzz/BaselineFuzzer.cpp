//===- BaselineFuzzer.cpp - Baselines that people wrote -----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The input is a baseline. One that is accepted says the same once it is written again, and
// takes more entries.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Baseline.h"
#include <cstdlib>

using namespace gfpcheck;

static void check(bool Condition) {
  if (!Condition)
    abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  const llvm::StringRef Text(reinterpret_cast<const char *>(Data), Size);
  llvm::Expected<Baseline> Given = Baseline::parse(Text, "baseline");
  if (!Given) {
    check(llvm::StringRef(toString(Given.takeError())).starts_with("baseline:"));
    return 0;
  }
  const std::string Written = Given->text();
  Baseline Again = llvm::cantFail(Baseline::parse(Written, "baseline"));
  check(Again.text() == Written && Again.entries().size() == Given->entries().size());

  // A finding made of each entry's words is covered.
  std::vector<Finding> Findings;
  for (const BaselineEntry &E : Given->entries()) {
    Finding F;
    F.Id = E.Id;
    F.Check = E.Check;
    F.Function = E.Function;
    F.Message = E.Entity;
    check(E.covers(F) && Given->find(F));
    Findings.push_back(std::move(F));
  }
  Given->suppress(Findings);
  for (const Finding &F : Findings)
    check(!F.Suppressed.empty());

  // Whatever a finding is called, its entry can be read again.
  Given->remove([](const BaselineEntry &E) { return E.Line % 2; });
  Finding F;
  F.Id = "0123456789abcdef";
  F.Check = "sleep-in-atomic";
  F.File = F.Function = Text;
  if (llvm::Error E = checkReason(Text))
    consumeError(std::move(E));
  else
    Given->add(F, Text);
  Given->add(F, "known");
  check(llvm::cantFail(Baseline::parse(Given->text(), "baseline")).entries().size() ==
        Given->entries().size());
  return 0;
}
