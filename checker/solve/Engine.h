//===- Engine.h - How a program is solved ---------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two parts in two files: the fixpoint of all functions' effects (Fixpoint.cpp), and what follows
// from it (Findings.cpp). ChangeResolver makes the fixpoint of one program that of a similar one.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_ENGINE_H
#define GFPCHECK_SOLVE_ENGINE_H

#include "CallGraph.h"
#include "FunctionAnalysis.h"
#include "gfpcheck/link/Bytes.h"
#include "llvm/ADT/BitVector.h"
#include <queue>

namespace gfpcheck {

/// What analysing each function has found beside its effects; by FuncId.
struct Fixpoint {
  std::vector<std::vector<Defect>> Defects;
  std::vector<std::vector<ScopedCall>> Scoped;
  std::vector<std::vector<LockedReclaim>> Locked;
  std::vector<std::vector<LockedCall>> LockedCalls;
  std::vector<std::vector<GfpStore>> GfpStores;
  std::vector<std::vector<CallVariant>>
      CallVariants; ///< these two not of a fixpoint that was loaded
  std::vector<LostScopes> Lost;

  void resize(size_t N) {
    Defects.resize(N);
    Scoped.resize(N);
    Locked.resize(N);
    LockedCalls.resize(N);
    GfpStores.resize(N);
    CallVariants.resize(N);
    Lost.resize(N);
  }
};

constexpr unsigned MaxEvaluations = 6; // of one function
constexpr unsigned MaxKeptAtoms = 18;  // of a kind, over all evaluations
constexpr unsigned MaxParamCalls = 8;  // of one function

bool sameHeld(llvm::ArrayRef<HeldContext> A, llvm::ArrayRef<HeldContext> B);
/// Whether a caller could not tell them apart, witnesses and likelihood aside.
bool sameAtom(const Atom &A, const Atom &B);
bool sameOutcomes(llvm::ArrayRef<Outcome> A, llvm::ArrayRef<Outcome> B);
/// How likely an atom is; less is better.
inline auto worthOf(const Atom &A) { return std::tie(A.How, A.Conditions); }

/// What calls through members may do, made when it is asked for and dropped when a target changes.
class Interfaces {
public:
  explicit Interfaces(const Solution &S) : S(S) {}
  const InterfaceAtoms &get(llvm::ArrayRef<FuncId> Targets, uint64_t Key);
  void drop(FuncId Target);

private:
  const Solution &S;
  llvm::DenseMap<uint64_t, InterfaceAtoms> Known;
  llvm::DenseMap<FuncId, llvm::SmallVector<uint64_t, 1>> Of; // by target
};

/// Solves one program. The graph is that of the solution's program.
class Engine : public SolveContext {
public:
  enum Walk : unsigned { ReclaimWalk, WorkerWalk, NotifierWalk, OomWalk, ScopeWalk, Walks };
  static constexpr unsigned AllWalks = (1 << Walks) - 1;

  Engine(Solution &S, CallGraph Graph)
      : S(S), Graph(std::move(Graph)), Analyzer(S, *this), Current(S) {}

  /// Makes all lists by FuncId those of so many functions.
  void resize(size_t Functions) {
    S.Effects.resize(Functions);
    Found.resize(Functions);
    Analyzer.Known.resize(Functions);
  }
  /// Analyses all functions, callees first, until none changes.
  void findFixpoint();
  /// From a fixpoint on, again after it has changed: Solution::Defects and Locked …
  void findDefects();
  /// … and after that the other lists, by walks over the calls. Those that are not in \p Which
  /// (bits by Walk) are what the caller has left in the solution.
  void walk(unsigned Which = AllWalks);
  /// By Walk, of the last time: functions whose body or effects have mattered.
  std::array<llvm::BitVector, Walks> LookedAt;
  /// What resolve() needs: the fixpoint, and the calls that the walks have asked for.
  void save(ByteWriter &Out);
  /// Gives the solution its Sites, CallVariants, Lost and Entries; the end of this engine.
  void handOverCalls();

  const InterfaceAtoms &interface(llvm::ArrayRef<FuncId> Targets, uint64_t Key) override {
    return Shown->get(Targets, Key);
  }

  Solution &S;
  CallGraph Graph;
  FunctionAnalyzer Analyzer;
  Fixpoint Found;
  Interfaces Current, *Shown = &Current; ///< what the analysed functions see

  void markDecided(FuncId F, uint32_t Index);
  std::vector<std::pair<FuncId, uint32_t>> NewlyDecided; ///< by that, in order

private:
  void enqueue(FuncId F);
  void evaluate(FuncId F);
  bool update(FuncId F, FunctionEffects &&New);
  void dropScoped();
  void decideMembers();
  void findBootOnly();
  void addRoots();
  void addUndecided();

  std::vector<FuncId> Entries;
  std::vector<FuncId> SideCalls; // asked for beside the analyzer
  std::vector<uint8_t> Evaluations;
  llvm::BitVector Queued;
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> Work, NextRound;
  uint32_t Now = 0; // position of the function that is evaluated
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_ENGINE_H
