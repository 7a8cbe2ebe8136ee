//===- Utf8.h - Text from anywhere, fit to be printed ---------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_UTF8_H
#define GFPCHECK_REPORT_UTF8_H

#include "llvm/Support/JSON.h"
#include <string>

namespace gfpcheck {

/// Paths and names come from the file system and from source text in any encoding.
inline std::string utf8(const std::string &S) {
  return llvm::json::isUTF8(S) ? S : llvm::json::fixUTF8(S);
}

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_UTF8_H
