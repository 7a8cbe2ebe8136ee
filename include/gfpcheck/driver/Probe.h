//===- Probe.h - A unit that reads the tree's constants -------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The numbers of the gfp and task flags differ between kernels, and between the
// configurations of one. A unit of our own making is compiled as one of the tree's is,
// includes the headers that the model names, and has one function for each constant
// that returns it; linkProgram() finds their values there.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_DRIVER_PROBE_H
#define GFPCHECK_DRIVER_PROBE_H

#include "gfpcheck/capture/CompileDatabase.h"
#include "gfpcheck/model/Model.h"
#include <string>

namespace gfpcheck {

/// The unit's C text; "" when \p M asks for no constants. Headers and constants that
/// the tree does not have are passed over; a constant may be a macro or of an enum.
std::string probeText(const Model &M);

/// How well a unit's command serves to compile the text; less is better. \p File is the
/// unit's main file relative to the source root.
unsigned probeRank(llvm::StringRef File);

/// The command of a unit, made to compile the text, which it calls \p File (absolute).
CompileCommand probeCommand(CompileCommand Lender, std::string File);

} // namespace gfpcheck

#endif // GFPCHECK_DRIVER_PROBE_H
