//===- Explain.h - Checks and findings in full ----------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thread-safe: no state.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_EXPLAIN_H
#define GFPCHECK_REPORT_EXPLAIN_H

#include "gfpcheck/report/Finding.h"
#include "gfpcheck/report/SourceText.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

namespace gfpcheck {

/// docs/checks/ID.md as it was when gfpcheck was built; "": there is no such check.
llvm::StringRef checkPage(llvm::StringRef Id);

/// Lays a page out for a terminal of \p Width columns: paragraphs and tables are wrapped, links to
/// other pages are their text. \p Styled: with bold, underline and colours.
void writePage(llvm::StringRef Markdown, llvm::raw_ostream &OS, bool Styled, unsigned Width);

/// Everything that is known of a finding: its paths with their lines of source, why it is as sure
/// as it is, what it assumes, how to see it at run time, and the change that would fix it where
/// that is local. \p Changed has the files that are not as they were analysed.
void writeExplanation(const Finding &F, SourceText &Source, const llvm::StringSet<> &Changed,
                      llvm::raw_ostream &OS, bool Styled, unsigned Width);

/// How a finding can be seen at run time: what to configure, what makes it happen, and what the
/// kernel says then. Paragraphs; lines that begin with four blanks are commands.
std::vector<std::string> waysToReproduce(const Finding &F);

/// \p X as a unified diff; "": its line is not there, or has other text.
std::string unifiedDiff(const FixIt &X, SourceText &Source);

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_EXPLAIN_H
