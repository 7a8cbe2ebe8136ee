//===- TextWriter.h - Findings and locks as lines of text -----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the reports for people have in common. See writeText() for the form.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_TEXTWRITER_H
#define GFPCHECK_REPORT_TEXTWRITER_H

#include "gfpcheck/report/Facts.h"

namespace gfpcheck {

class TextWriter {
  llvm::raw_ostream &OS;
  bool Color;

public:
  TextWriter(llvm::raw_ostream &OS, bool Color);

  /// The whole of a finding and an empty line. \p Mark, if any, is added in the brackets of
  /// the first line: "[CHECK, high confidence, MARK]".
  void write(const Finding &F, llvm::StringRef Mark = "");
  /// The first line of that.
  void writeHead(const Finding &F, llvm::StringRef Mark = "");
  /// What follows the first line of a finding: its paths, fix and id.
  void writeBody(const Finding &F);
  void write(const LockInfo &L);
  void write(const Fact &F, bool Paths);
  /// Always as UTF-8.
  void plain(const std::string &Text);
  /// The same in colour, where colours are wanted.
  void paint(llvm::raw_ostream::Colors C, bool Bold, const std::string &Text);

private:
  void write(const Path &P);
};

/// "1 finding", "2 findings".
std::string plural(size_t N, llvm::StringRef Noun);

/// "(1 high, 0 medium, 0 low)".
std::string byConfidence(llvm::ArrayRef<const Finding *> Findings);

/// writeText() for a report of the gate.
void writeGateText(const Report &R, llvm::raw_ostream &OS, bool Color);

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_TEXTWRITER_H
