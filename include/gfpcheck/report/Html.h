//===- Html.h - Findings as a page to read ----------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thread-safe: no state.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_HTML_H
#define GFPCHECK_REPORT_HTML_H

#include "gfpcheck/report/Maintainers.h"
#include "gfpcheck/report/Report.h"
#include "gfpcheck/report/SourceText.h"

namespace gfpcheck {

/// "Linux 6.12.90", by the Makefile at the root of the source; "" where that does not say.
std::string kernelName(SourceText &Source);

/// One page that needs nothing else: style, program and findings, with the lines of source that
/// their paths lead through. Whatever the findings and the source contain is text there, never
/// markup: docs/report.md. The same report and source give the same bytes.
void writeHtml(const Report &R, SourceText &Source, const Maintainers &Whose,
               llvm::raw_ostream &OS);

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_HTML_H
