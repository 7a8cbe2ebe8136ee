//===- PathState.h - What holds at a point of a function --------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A state says which contexts are held and what is known of values. At a join,
// states that hold the same contexts are merged and keep only the facts they share;
// states that differ in what they hold stay apart, each with its facts (property
// simulation, after ESP). So "if (x) lock(); …; if (x) unlock();" comes out right
// without enumerating paths.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_PATHSTATE_H
#define GFPCHECK_SOLVE_PATHSTATE_H

#include "gfpcheck/solve/Effects.h"

namespace gfpcheck {

struct PathState {
  HeldList Held;  ///< begun here, in order
  HeldList Ended; ///< of the caller's, ended here
  llvm::SmallVector<Pred, 6> Facts;
  /// Which value a phi has on this path.
  llvm::SmallVector<std::pair<VId, VId>, 4> Phis;
  /// What scalar local variables whose address is taken hold, by their Load.
  llvm::SmallVector<std::pair<VId, VId>, 2> Locals;
  /// Loads whose memory this function has stored to: what is known of them is not
  /// known of the memory at entry.
  llvm::SmallVector<VId, 4> Written;
  Guard Declared;     ///< as Outcome::Declared, for the rest of this function
  Guard DeclaredHere; ///< the same by might_sleep_if(): holds in this function only
  VId Ret = 0;

  VId phi(VId Phi) const {
    for (auto [P, V] : Phis)
      if (P == Phi)
        return V;
    return Phi;
  }
  bool sameContexts(const PathState &O) const;
  /// Merges \p O in; true if anything was lost.
  bool merge(const PathState &O);
};

/// The same contexts on the same locks, in the same order.
bool sameContexts(llvm::ArrayRef<HeldContext> A, llvm::ArrayRef<HeldContext> B);

/// The lock that \p Lock is part of: &foo->lock for &foo->lock.rlock.
VId lockObject(const ValuePool &Pool, const Program &P, VId Lock);

/// The class of a lock: its address without the instance, as lockdep's: (record,
/// member) packed, or the global variable. 0: unknown.
uint64_t lockClass(const ValuePool &Pool, const Program &P, VId Lock);
/// Subclasses are told apart as lockdep does, by bits that neither form of a class uses.
inline constexpr uint64_t MaxSubclass = 7; // MAX_LOCKDEP_SUBCLASSES, include/linux/lockdep_types.h
inline constexpr unsigned SubclassShift = 60;
inline unsigned subclassOf(uint64_t Class) { return Class >> SubclassShift & MaxSubclass; }
inline uint64_t plainClass(uint64_t Class) { return Class & ~(MaxSubclass << SubclassShift); }
/// \p Class with the subclass that \p Subclass, a value of \p Pool, is; that is 0 where it is not
/// known.
uint64_t withSubclass(uint64_t Class, const ValuePool &Pool, VId Subclass);
/// The class of a lock that is held, with its subclass.
uint64_t lockClass(const ValuePool &Pool, const Program &P, const HeldContext &H);

/// What being in context \p C says of \p X, a predicate on preempt_count() or on the
/// context's test value (irqs_disabled()).
Truth truthInContext(const ValuePool &Pool, const Program &P, const ContextKind &C, const Pred &X);

/// Which of \p Held ends when (\p C, \p Lock) is ended: the same lock, else the last
/// of the same class, else, where one of the two is unknown, the last of the
/// context. \p Token: Lock is a scope's token; one that is kept in a member ends no scope
/// whose token is kept elsewhere. Npos: none, it is the caller's.
inline constexpr size_t Npos = ~size_t(0);
size_t findHeld(const ValuePool &Pool, const Program &P, llvm::ArrayRef<HeldContext> Held,
                ContextId C, VId Lock, bool Token = false);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_PATHSTATE_H
