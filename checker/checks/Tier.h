//===- Tier.h - How sure a finding is, and why ------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_TIER_H
#define GFPCHECK_CHECKS_TIER_H

#include "gfpcheck/report/Finding.h"
#include "gfpcheck/solve/Solver.h"

namespace gfpcheck {

/// Starts high. Each thing that is not certain holds it down and is a reason of the finding.
class Tier {
public:
  /// The finding is no surer than \p At because of \p Why, a clause.
  void limit(Confidence At, std::string Why) { Reasons.push_back({At, std::move(Why)}); }
  void limitIf(bool Doubtful, Confidence At, const char *Why) {
    if (Doubtful)
      limit(At, Why);
  }
  /// Takes \p What, a clause, for granted; that holds nothing down.
  void assume(std::string What) { Assumptions.push_back(std::move(What)); }

  Confidence confidence() const;
  /// Sets confidence, reasons and assumptions.
  void apply(Finding &F) const;

private:
  std::vector<ConfidenceReason> Reasons;
  std::vector<std::string> Assumptions;
};

/// "1 function on the way goes on", "2 functions on the way go on": only under a condition …
std::string undecided(size_t Conditions);

/// Holds \p T down by how sure the calls of a chain are.
void limitByEvidence(Tier &T, const Atom &A);

/// Holds \p T down by how sure a way is; \p TooMany: its conditions are.
void limitByWay(Tier &T, const BlockingWay &W, bool TooMany);
void limitByWay(Tier &T, const BlockingWay &W); ///< as BlockingWay::sure()

/// Boot code runs before anything can contend, or memory is short.
void limitAtBoot(Tier &T, const Solution &S, FuncId F);

/// What is assumed of the indirect calls of a way.
void assumeTargets(Tier &T, const Solution &S, llvm::ArrayRef<CallHop> Way);

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_TIER_H
