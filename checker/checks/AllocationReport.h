//===- AllocationReport.h - Findings about allocations ---------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_ALLOCATIONREPORT_H
#define GFPCHECK_CHECKS_ALLOCATIONREPORT_H

#include "ContextReport.h"
#include "Tier.h"

namespace gfpcheck {

/// A lock that is held across an allocation, as a context in which something is wrong.
Defect defectOf(const Solution &S, const LockedReclaim &L);

/// What findings have in common that end in an allocation: its GFP flags, where they come
/// from, and what would take the wrong one away.
class AllocationReport : public ContextReport {
public:
  AllocationReport(const Solution &S, const Defect &D);

protected:
  /// The context, the operation at fault and the last call of the provider that leads there:
  /// many functions that begin the context reach one allocation by one way. \p Apart is what
  /// else tells findings apart.
  std::string id(const Finding &F, llvm::ArrayRef<std::string> Apart = {}) const;
  /// " with GFP_KERNEL", or nothing where the flags are not known.
  std::string withFlags() const { return Flags.empty() ? "" : " with " + Flags; }
  /// "kmalloc() may enter direct reclaim: … are set; GFP_KERNEL comes from f() at x.c:1; no
  /// scope on the way clears …".
  Step allocationStep() const;
  /// "; GFP_KERNEL comes from f() at x.c:1".
  std::string maskOrigin() const;
  /// The flag that lets reclaim go as far as it must not.
  llvm::StringRef levelName() const;
  /// A constant somewhere on the way, or what a member is known to hold.
  bool maskKnown() const;
  /// "pass GFP_NOFS to kmalloc() at x.c:1, or open …": \p Scope is the second half.
  std::string passInstead(llvm::StringRef Flags, const std::string &Scope) const;
  /// Proposes these flags where the call at fault, or one on the way to it, gives the wrong ones.
  void proposeInstead(Finding &F, const char *Flags) const;
  /// How the context comes to have the allocation in it: "the lock is held across", "the work item
  /// makes", "who ends the wait first makes".
  const char *relation() const {
    return D.Entry         ? "the work item makes"
           : !kind().Named ? "who ends the wait first makes"
                           : "the lock is held across";
  }
  /// By how sure the chain to the allocation is.
  Tier chainTier() const;

private:
  std::pair<std::string, size_t> findFlags() const;
  std::string maskText(VId V, size_t I) const;
  std::string origin() const;
  std::string provider() const;
  const Event &eventAt(size_t I) const {
    return S.P.function(Way.Hops[I].Func).Events[Way.Hops[I].Where];
  }

  std::string Flags; // effective at the allocation, where they are known
  size_t Giver = 0;  // the hop that gives them; past the last: unknown
};

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_ALLOCATIONREPORT_H
