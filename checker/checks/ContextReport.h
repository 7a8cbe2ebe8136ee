//===- ContextReport.h - Findings about what a context forbids --------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_CONTEXTREPORT_H
#define GFPCHECK_CHECKS_CONTEXTREPORT_H

#include "Checks.h"
#include "Witness.h"

namespace gfpcheck {

/// What findings of the checks on contexts have in common: a context begins in some
/// function, and a chain of calls leads from there to what it forbids.
class ContextReport {
public:
  /// Whose call is at fault: the last one, after the context began, that is made outside
  /// the core, or that is made by the provider in whose code the context began (if it
  /// began in the core, outside that). Within the core, the call by the function that
  /// began it.
  enum class Blamed { OutsideCore, Provider };
  ContextReport(const Solution &S, const Defect &D, Blamed Blame);
  /// Whether the chain can be at all (Chain::Impossible).
  bool possible() const { return !Way.Impossible; }

protected:
  const ContextKind &kind() const {
    return S.M.Contexts[InCallee ? hop().Begun.Context : D.Held.Context];
  }
  const Hop &hop() const { return Way.Hops[ContextHop]; }
  const Hop &fault() const { return Way.Hops[Fault]; }
  FuncId contextFunction() const { return hop().Func; }
  std::string functionName(FuncId F) const { return S.P.functionName(F).str(); }

  /// What the call at \p H is called.
  std::string operation(const Hop &H) const;
  /// "foo() holds spinlock &dev->lock", "foo() is a timer callback, which …".
  std::string contextPhrase() const;
  /// Check, place and id of the finding; message, fix, confidence are the check's.
  Finding begin(std::string Check) const;
  /// What began the context, by kind and class, without names that edits change.
  std::string entity() const;
  /// Title and steps up to the last, which is the check's own.
  Path path(std::string Title) const;

  const Solution &S;
  const Defect &D;
  Chain Way;
  bool InCallee = false;            ///< the context begins deeper than D.Func
  size_t ContextHop = 0, Fault = 0; ///< indices in Way.Hops

private:
  std::string lockPhrase() const;
  std::string callers() const;
  Step contextStep() const;
};

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_CONTEXTREPORT_H
