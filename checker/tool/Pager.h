//===- Pager.h - Long answers on a terminal --------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TOOL_PAGER_H
#define GFPCHECK_TOOL_PAGER_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace gfpcheck {

/// Has \p Write write for people: to a terminal in its width, with colours and as git does it
/// through $PAGER, or less, which ends at once where all fits on the screen (PAGER=cat, or an empty
/// one: none); else to stdout, plain and 100 columns wide.
llvm::Error
writePaged(llvm::function_ref<void(llvm::raw_ostream &OS, bool Styled, unsigned Width)> Write);

} // namespace gfpcheck

#endif // GFPCHECK_TOOL_PAGER_H
