//===- FunctionAnalysis.h - Effects of one function ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_FUNCTIONANALYSIS_H
#define GFPCHECK_SOLVE_FUNCTIONANALYSIS_H

#include "gfpcheck/solve/Solver.h"

namespace gfpcheck {

/// What a call through a member may do, over all functions put there.
struct InterfaceAtoms {
  std::vector<std::pair<FuncId, uint32_t>> Atoms; ///< representatives, distinct guards
  uint32_t Targets = 0;
  uint32_t Having[AtomKinds] = {}; ///< targets with an atom of that kind
};

/// What the analysis of a function sees of the rest of the program.
class SolveContext {
public:
  virtual ~SolveContext() = default;
  virtual const InterfaceAtoms &interface(llvm::ArrayRef<FuncId> Targets, uint64_t Key) = 0;
};

/// A call that is always made with a sleeping lock held.
struct LockedCall {
  uint64_t Class = 0; ///< lockClass()
  EventIdx Where = 0;
  bool operator==(const LockedCall &O) const { return Class == O.Class && Where == O.Where; }
  bool operator<(const LockedCall &O) const {
    return std::tie(Class, Where) < std::tie(O.Class, O.Where);
  }
};

struct FunctionResult {
  FunctionEffects Effects;
  std::vector<Defect> Defects;
  std::vector<ScopedCall> ScopedCalls; ///< sorted
  std::vector<LockedCall> LockedCalls; ///< sorted
  std::vector<CallVariant> CallVariants; ///< sorted by event
  LostScopes Lost;
  std::vector<LockedReclaim> Locked;   ///< one a lock class and level
  std::vector<GfpStore> GfpStores;     ///< whose mask is known here
  /// Atoms of callees that this caller's arguments decided: (callee, atom).
  std::vector<std::pair<FuncId, uint32_t>> Decided;
};

/// What a member of the record that an argument points to holds: a constant, a function or what is
/// made of the caller's parameters; 0 where that is not known. Without a name: zero in all members
/// that are not listed.
struct KnownMember {
  uint32_t Argument = 0;
  NameId Record = 0, Field = 0;
  VId Value = 0;
  auto key() const { return std::tuple(Argument, Record, Field, Value); }
  bool operator==(const KnownMember &O) const { return key() == O.key(); }
  bool operator<(const KnownMember &O) const { return key() < O.key(); }
};

/// A call as a function makes it on some of its paths. All values are of the program's
/// pool, over the function's parameters and globals; 0 where they are not known there.
struct CallState {
  EventIdx Where = 0;
  Guard When;        ///< what holds there, of what the function knew at its entry
  bool Lost = false; ///< a condition on the way cannot be said in those terms
  VId Callee = 0;    ///< the function value, for indirect calls
  llvm::SmallVector<VId, 6> Args;
  llvm::SmallVector<KnownMember, 2> Members; ///< of what arguments point to, sorted
  uint64_t NonNull = 0; ///< arguments that are used as addresses elsewhere in the call, by bit
  /// Earlier calls (CallNo) that returned something; whether that was nonzero.
  llvm::SmallVector<std::pair<uint32_t, bool>, 2> Results;
  llvm::SmallVector<ContextId, 2> Atomic; ///< atomic contexts begun here and held, sorted
  bool operator==(const CallState &) const = default;
};

/// A way out of a function.
struct ExitState {
  EventIdx Where = 0; ///< the return
  VId Ret = 0;        ///< of the program's pool; 0: not known
  Guard When;         ///< as CallState::When
  bool Lost = false;  ///< as CallState::Lost
};

/// A scope whose token a function, or one that it calls, keeps in an object that outlives it.
struct KeptToken {
  enum class Of : uint8_t {
    Param,  ///< the object is what parameter Param points to
    Own,    ///< a local variable, or allocated here
    Others, ///< anything else
  };
  ContextId Context = 0;
  EventIdx Where = 0;   ///< the event that began the scope
  EventIdx Store = ~0u; ///< the event that stores the token; ~0u: a callee does
  uint64_t Member = 0;  ///< Member::key()
  Of Object = Of::Others;
  uint32_t Param = 0;
  bool Tied = true;      ///< a lock or holder is held where the scope begins …
  bool TiedAfter = true; ///< … and wherever the function returns with the scope open
  bool Open = false;     ///< it may return with the scope open
  bool Released = false; ///< as ScopeFault::Released
  std::string Name;      ///< as ScopeFault::Object
};

/// A scope that a function ends with a token from memory.
struct TakenToken {
  ContextId Context = 0;
  EventIdx Where = 0;
  uint64_t Member = 0;
  bool Begun = false; ///< the scope began in this function
};

/// A scope that is open wherever a function returns, by a bit that was set by hand or with its
/// token in memory.
struct OpenScope {
  ContextId Context = 0;
  EventIdx Where = 0;
  uint64_t Member = 0; ///< 0: by hand
};

/// What a function does with scopes.
struct ScopeUse {
  std::vector<ScopeFault> Faults;
  std::vector<KeptToken> Kept;
  std::vector<TakenToken> Taken;
  std::vector<OpenScope> Open;
  llvm::SmallVector<ContextId, 1> Returned; ///< scopes whose tokens it returns
};
/// Functions that return the token of a scope, by (function, context).
using TokenSources = llvm::DenseSet<std::pair<FuncId, unsigned>>;

/// Functions that an indirect call's callee value may be. Empty: unknown.
/// \p Key identifies the table for SolveContext::interface.
struct CalleeSet {
  llvm::ArrayRef<FuncId> Funcs;
  uint64_t Key = 0;
  bool Deferred = false; ///< dispatched per instance: not followed on purpose
};
CalleeSet indirectCallees(const Program &P, const Model &M, const ValuePool &Pool, VId Callee);

/// The calls that functions make, by FuncId, as far as somebody asked; null: nobody did.
using KnownCalls = std::vector<std::shared_ptr<const std::vector<CallState>>>;

/// Analyses functions one after the other; keeps its scratch memory in between.
class FunctionAnalyzer {
public:
  FunctionAnalyzer(Solution &S, SolveContext &C);
  ~FunctionAnalyzer();
  FunctionResult analyze(FuncId F);
  /// The calls that \p F makes, sorted by event; for each the states that differ. Kept in Known: to
  /// be asked for when effects no longer change.
  const std::vector<CallState> &calls(FuncId F);
  KnownCalls Known;
  /// The ways in which \p F returns.
  std::vector<ExitState> exits(FuncId F);
  /// What \p F may return (RetClass), called with these arguments; 0 of them: not known.
  uint8_t returns(FuncId F, llvm::ArrayRef<VId> Args);
  /// What \p F does with scopes. \p Sources has what is known of its callees.
  ScopeUse scopes(FuncId F, const TokenSources &Sources);

private:
  class Impl;
  std::unique_ptr<Impl> I;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_FUNCTIONANALYSIS_H
