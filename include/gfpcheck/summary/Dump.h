//===- Dump.h - Summaries as text -----------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SUMMARY_DUMP_H
#define GFPCHECK_SUMMARY_DUMP_H

#include "gfpcheck/summary/Summary.h"

namespace gfpcheck {

/// The summary for people to read: functions with their blocks, events and edges,
/// values as expressions over "param0", "call3", "local1", "&global"; then the entries
/// of initialisers and the header inlines used. The form is not stable.
std::string dumpSummary(const TuSummary &Summary);

/// One function of Summary, as dumpSummary() prints it.
std::string dumpFunction(const TuSummary &Summary, const Function &F);

/// One value of F as an expression: "param0->flags & ~0x40".
std::string dumpValue(const TuSummary &Summary, const Function &F, ValueId Id);

} // namespace gfpcheck

#endif // GFPCHECK_SUMMARY_DUMP_H
