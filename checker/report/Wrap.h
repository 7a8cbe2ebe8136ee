//===- Wrap.h - Text in the columns of a terminal -------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_WRAP_H
#define GFPCHECK_REPORT_WRAP_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace gfpcheck {

/// A piece of text without blanks, with how it is to look.
struct Glyphs {
  enum class Look : uint8_t { Plain, Strong, Emphasis, Code, Link };
  std::string Text;
  Look As = Look::Plain;
  bool Glued = false; ///< no blank before it
};

/// The words of a paragraph of Markdown: `code`, **strong**, *emphasis* and [links](target) without
/// their marks. A link to a web page has its address after it.
std::vector<Glyphs> words(llvm::StringRef Markdown);

/// Columns that it takes on a terminal.
unsigned columns(llvm::StringRef Text);

/// Writes words in lines of at most \p Width columns, the first after \p First, the others after
/// \p Rest (both are counted), each with its end.
void writeWrapped(llvm::raw_ostream &OS, const std::vector<Glyphs> &Words, bool Styled,
                  unsigned Width, llvm::StringRef First, llvm::StringRef Rest);

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_WRAP_H
