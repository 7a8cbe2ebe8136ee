//===- Prescan.h - What must be known of a body before lowering it --*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_PRESCAN_H
#define GFPCHECK_EXTRACT_PRESCAN_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace gfpcheck::extract {

/// Facts about one function body that lowering needs before it gets there.
struct Prescan {
  struct Label {
    unsigned Jumps = 0; ///< goto and asm goto statements that name it
    bool AddressTaken = false;
    std::vector<const clang::VarDecl *> Cleanups; ///< active at the label
  };

  llvm::DenseSet<const clang::VarDecl *> AddressTaken; ///< scalar locals and parameters
  llvm::DenseMap<const clang::LabelDecl *, Label> Labels;
  bool HasComputedGoto = false;

  void run(const clang::Stmt *Body);

private:
  void visit(const clang::Stmt *S);

  std::vector<const clang::VarDecl *> Active; ///< variables with cleanup, in scope
};

/// The local variable that `&x`, through parentheses and casts, names; else null.
const clang::VarDecl *addressedVariable(const clang::Expr *E);

/// The variable that `*&x`, through parentheses and casts, names; null for others.
/// READ_ONCE() and WRITE_ONCE() of a local variable have this form.
const clang::VarDecl *directlyDereferenced(const clang::UnaryOperator *Deref);

/// Whether S holds a label or case that control may enter it by.
bool canBeEntered(const clang::Stmt *S);

/// Whether evaluating E calls nothing, stores nothing and needs no blocks.
bool isPure(const clang::Expr *E);

/// Parentheses, and the wrappers that choose one of their operands while parsing
/// (_Generic, __builtin_choose_expr, __extension__), taken off.
const clang::Expr *strip(const clang::Expr *E);

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_PRESCAN_H
