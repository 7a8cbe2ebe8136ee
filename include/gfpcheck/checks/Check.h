//===- Check.h - Checks and how they are run -------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A check is one file in checker/checks/ that turns facts of the Solution into
// findings, and one line in the registry (Check.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_CHECK_H
#define GFPCHECK_CHECKS_CHECK_H

#include "gfpcheck/report/Finding.h"
#include "gfpcheck/report/LockInfo.h"
#include "gfpcheck/report/SourceText.h"
#include "gfpcheck/solve/Solver.h"

namespace gfpcheck {

struct CheckInfo {
  const char *Id;      ///< "sleep-in-atomic"
  const char *Summary; ///< one line for --help
  void (*Run)(const Solution &, std::vector<Finding> &);
  bool OfDefects = false; ///< looks at Solution::Defects and at nothing that walks find
};

/// All checks, in the order they run.
llvm::ArrayRef<CheckInfo> allChecks();

struct CheckOptions {
  std::vector<std::string> DumpFunctions; ///< names; see dumpEffects()
  std::vector<std::string> Ids;           ///< empty: all; unknown ids are the caller's to reject
  SourceText::Reader Source;              ///< of what was analysed; empty: there are no fix-its
};

struct CheckResult {
  std::vector<Finding> Findings;     ///< sorted by file, line, check, id; one per id
  std::vector<LockInfo> Locks;       ///< describeLocks(); with Solution::OnlyUnit none
  std::vector<std::string> CapLines; ///< statistics and limits reached, for --stats
  std::vector<std::string> Dumps;    ///< one text a function of that name
};

/// Runs the checks.
/// With Solution::OnlyUnit: findings located in the main file of that unit.
CheckResult runChecks(const Solution &S, const CheckOptions &O);

/// What is known of each lock class that reclaim waits for or that is held across an
/// allocation, for `gfpcheck query locks`, sorted by class.
std::vector<LockInfo> describeLocks(const Solution &S);

/// The stable fingerprint of a finding made of \p Parts (names; no line numbers, no
/// absolute paths).
std::string fingerprint(llvm::ArrayRef<std::string> Parts);

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_CHECK_H
