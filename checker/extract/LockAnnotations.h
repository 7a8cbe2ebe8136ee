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
#include "llvm/ADT/DenseMap.h"

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
  llvm::DenseMap<const clang::IdentifierInfo *, clang::IdentifierInfo *> Functions; ///< by macro
  const clang::IdentifierInfo *NoLockdep;
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_LOCKANNOTATIONS_H
