//===- InitBuilder.h - Function pointers in static initialisers -----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_INITBUILDER_H
#define GFPCHECK_EXTRACT_INITBUILDER_H

#include "SummaryWriter.h"

namespace gfpcheck::extract {

/// Appends to Summary.Inits what the initialiser of Var (of static storage duration)
/// puts in its members: addresses of functions and of other global variables, found
/// in nested records, arrays, unions and compound literals.
void addInits(const clang::VarDecl *Var, Names &N, SummaryWriter &Writer, TuSummary &Summary);

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_INITBUILDER_H
