//===- LineShift.h - Edits that change nothing but places -----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_PLUGIN_LINESHIFT_H
#define GFPCHECK_PLUGIN_LINESHIFT_H

#include "gfpcheck/report/Finding.h"
#include "gfpcheck/summary/Summary.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>

namespace gfpcheck::plugin {

/// Most of what is typed, comments and blanks, moves code and does nothing else. \p Findings of a
/// unit whose summary was \p Before, as they are with the summary \p After; nothing where the two
/// differ in more than places in the main file, or where a place in a finding is none of a
/// summary's.
std::optional<std::vector<Finding>> shiftLines(llvm::ArrayRef<Finding> Findings,
                                               const TuSummary &Before, const TuSummary &After);

} // namespace gfpcheck::plugin

#endif // GFPCHECK_PLUGIN_LINESHIFT_H
