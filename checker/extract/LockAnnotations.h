//===- LockAnnotations.h - What is said to lockdep -------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_LOCKANNOTATIONS_H
#define GFPCHECK_EXTRACT_LOCKANNOTATIONS_H

#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Allocator.h"

namespace gfpcheck::extract {

/// The annotations for lockdep are macros that lose what they say where the kernel is
/// built without it: subclasses (mutex_lock_nested()), keys (lockdep_set_class()),
/// __GFP_NOLOCKDEP. When such a macro is defined, this makes it a call of a function of its
/// name, or a bit.
class LockAnnotations : public clang::PPCallbacks {
public:
  /// Declares the functions in \p PP, which has not begun to read.
  explicit LockAnnotations(clang::Preprocessor &PP);

  void MacroDefined(const clang::Token &Name, const clang::MacroDirective *Directive) override;

private:
  clang::Preprocessor &PP;
  llvm::StringMap<std::string> Functions; ///< that stand for macros, by their names
  /// What new definitions consist of. Not the preprocessor's own: code that is built with
  /// AddressSanitizer and Clang's, which is not, must not share one.
  llvm::BumpPtrAllocator Memory;
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_LOCKANNOTATIONS_H
