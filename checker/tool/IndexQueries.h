//===- IndexQueries.h - Questions about functions -------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TOOL_INDEXQUERIES_H
#define GFPCHECK_TOOL_INDEXQUERIES_H

#include "gfpcheck/index/ProgramIndex.h"
#include "gfpcheck/report/Facts.h"

namespace gfpcheck {

/// Whether answerQuery() knows the answer to "contexts", "gfp" …
bool isIndexQuery(llvm::StringRef Question);

/// The answer to \p Question about \p Where, FUNCTION or FUNCTION:LINE, docs/query.md.
/// \p Findings are all that the analysis made. Error: there is no such function, or nothing of
/// what is asked about on that line.
llvm::Expected<FactReport> answerQuery(const ProgramIndex &X, llvm::StringRef Question,
                                       llvm::StringRef Where, llvm::ArrayRef<Finding> Findings);

} // namespace gfpcheck

#endif // GFPCHECK_TOOL_INDEXQUERIES_H
