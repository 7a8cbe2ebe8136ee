//===- SummaryWriter.h - Writes built functions into a summary ------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_SUMMARYWRITER_H
#define GFPCHECK_EXTRACT_SUMMARYWRITER_H

#include "Flow.h"
#include "Names.h"
#include "Skeleton.h"

namespace gfpcheck::extract {

/// Copies what is used, and only that, into one TuSummary: strings, symbols and values
/// get their numbers here, in the order of first use.
class SummaryWriter {
public:
  SummaryWriter(Names &N, TuSummary &Summary) : N(N), Summary(Summary) {}

  StrId str(StrId Id);
  StrId str(llvm::StringRef Text) { return str(N.str(Text)); }
  SymId symbol(EntityId Id);

  /// Appends Function, whose body was lowered to F; null F for one that is only an
  /// alias.
  void function(const clang::FunctionDecl *Function, Flow *F, uint8_t Flags);

  /// Entities that symbol() was asked for.
  llvm::ArrayRef<EntityId> used() const { return Used; }

private:
  void body(Flow &F, const Skeleton &S, Function &Out);
  ValueId rebuild(ValueId Id);
  void finishPhis(Function &Out);
  void annotate(const clang::FunctionDecl *Decl, Function &Out);

  Names &N;
  TuSummary &Summary;
  llvm::DenseMap<StrId, StrId> Strings;
  llvm::DenseMap<EntityId, SymId> Symbols;
  std::vector<EntityId> Used;

  // While body() runs.
  Flow *F = nullptr;
  ValueTable New;
  std::vector<ValueId> Rebuilt;  ///< by old value; None if not yet
  std::vector<ValueId> Phis;     ///< old ids in the order they were rebuilt
  std::vector<uint32_t> CallNos; ///< by old call number
  std::vector<uint32_t> Locals;  ///< by old local number
  uint32_t LocalCount = 0;
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_SUMMARYWRITER_H
