//===- Relocate.h - Findings of a text in a later version of it -----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_PLUGIN_RELOCATE_H
#define GFPCHECK_PLUGIN_RELOCATE_H

#include "gfpcheck/report/Finding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace gfpcheck::plugin {

/// \p Findings of the file \p File with the text \p Before, as they are to be shown in the text
/// \p After, which somebody is typing: those above and below the lines that differ, with new line
/// numbers where needed. Those in between are left out.
std::vector<Finding> relocate(llvm::ArrayRef<Finding> Findings, llvm::StringRef File,
                              llvm::StringRef Before, llvm::StringRef After);

} // namespace gfpcheck::plugin

#endif // GFPCHECK_PLUGIN_RELOCATE_H
