//===- Witness.h - Paths in words -------------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_WITNESS_H
#define GFPCHECK_CHECKS_WITNESS_H

#include "gfpcheck/checks/Words.h"

namespace gfpcheck {

/// One call on the way from a function to a sleeper or reclaimer.
struct Hop : CallHop {
  bool BeginsContext = false; ///< the context held at the end begins in Func
  HeldContext Begun;
  bool ViaArgument = false; ///< Callee is a function that was passed in
  VId Gfp = 0;              ///< Atom::Gfp, in terms of Func
};

/// The way from a function to what it is reported for.
struct Chain {
  std::vector<Hop> Hops;
  /// An indirect call on the way leads into the code of another filesystem or driver than
  /// the first one on the chain, which has no function of its own there (stacking:
  /// loop, overlayfs) …
  bool CrossesProvider = false;
  /// … or has one, which does no such thing: this chain is none.
  bool Impossible = false;
  /// Conditions of functions that took another's place.
  unsigned Conditions = 0;
  /// Of Atom::Conditions, those outside the code of the provider that the chain began in.
  unsigned Foreign = 0;
};

/// Follows the chain of \p A, an atom of \p F, to its end. An indirect call out of the
/// code of the first provider (Program::provider) on the chain goes to a target of that
/// provider, where there is one.
Chain followChain(const Solution &S, FuncId F, const Atom &A);

/// What the call of \p H is called: the function that an indirect one leads to, else callName().
std::string operationName(const Solution &S, const CallHop &H);

/// A finding of \p Check at an event of F (~0u: at F itself): its place.
Finding findingAt(const Solution &S, std::string Check, FuncId F, EventIdx E);

/// A step at an event of F.
Step stepAt(const Solution &S, StepKind K, FuncId F, EventIdx E, std::string Text);

/// A call hop as a step: "calls g()" or why the indirect call goes there.
Step hopStep(const Solution &S, const Hop &H);

/// The calls of a way.
void addCalls(const Solution &S, llvm::ArrayRef<CallHop> Way, Path &Out);
/// The calls that lead to a lock or wait, and that.
void addWay(const Solution &S, llvm::ArrayRef<CallHop> Way, uint64_t Lock, ContextId Context,
            Path &Out);

/// "a timer callback", "an RPC task".
std::string withArticle(llvm::StringRef Noun);

/// The class of what is waited for at the end of a way, or what kind of thing it is.
std::string waitedFor(const Solution &S, const BlockingWay &B);

/// Which of the calls of one callee in \p F the one at \p Where is.
unsigned ordinal(const Solution &S, FuncId F, EventIdx Where);

/// Whether a call by \p F is blamed on \p Provider: its own; of none, what is outside the core.
bool isOwn(const Solution &S, NameId Provider, FuncId F);

/// Whether the function is of the core (Model::CoreDirs).
bool isCore(const Solution &S, FuncId F);

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_WITNESS_H
