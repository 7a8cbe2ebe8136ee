//===- CheckPages.cpp - The pages of the checks -----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Explain.h"

namespace gfpcheck {

extern const char *const CheckPageTexts[]; // made from docs/checks at build time

llvm::StringRef checkPage(llvm::StringRef Id) {
  for (const char *const *Page = CheckPageTexts; *Page; Page += 2)
    if (llvm::StringRef Name = Page[0]; Name.consume_back(".md") && Name == Id)
      return Page[1];
  return "";
}

} // namespace gfpcheck
