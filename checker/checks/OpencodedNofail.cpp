//===- OpencodedNofail.cpp - Allocations retried until they succeed --------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/opencoded-nofail.md. A loop that an allocation's failure cannot leave, and its
// success can, is an allocation that must not fail. The allocator does not know that unless
// it is told.
//
// What a failed call leads to is found by a walk from the call on (PathWalk) with its result
// as a constant, NULL or -ENOMEM.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "MaskFlow.h"
#include "PathWalk.h"
#include "Tier.h"
#include "Witness.h"
#include "gfpcheck/link/Operands.h"
#include "gfpcheck/link/Skeleton.h"
#include "llvm/ADT/STLExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr const char *Check = "opencoded-nofail";
constexpr int64_t NoMemory = -12, OtherError = -5; // -ENOMEM, -EIO

/// A call that may fail for want of memory, and what it returns then.
struct Fallible {
  int64_t Failure = 0;
  bool Direct = true; ///< an allocator, with a mask of its own; otherwise a function that calls one
  bool Sure = true;   ///< it is known to return that; otherwise its caller must ask for it
  std::optional<int64_t> Mask; ///< Direct, where it is known
};

class Finder {
public:
  explicit Finder(const Solution &S) : S(S), P(S.P), Walk(S) {
    if (auto It = P.Constants.find("__GFP_NOFAIL"); It != P.Constants.end())
      NoFail = It->second;
    findReturners();
  }

  void run(std::vector<Finding> &Out) {
    for (FuncId F = 0; F != P.Functions.size(); ++F) {
      const Function &Fn = P.function(F);
      // Without a back edge nothing is done again.
      if (!S.wants(F) || Fn.Flags & (FF_Init | FF_Truncated) ||
          llvm::none_of(Fn.Edges, [](const Edge &E) { return E.BackEdge; }))
        continue;
      for (EventIdx I = 0; I != Fn.Events.size(); ++I) {
        auto A = fallible(F, Fn.Events[I]);
        if (!A)
          continue;
        auto Loop = retries(F, I, *A);
        if (!Loop && !A->Failure) { // an error pointer, for whoever asks for that
          A->Failure = NoMemory;
          A->Sure = false;
          Loop = retries(F, I, *A);
        }
        if (Loop)
          Out.push_back(report(F, I, *A, *Loop));
      }
    }
  }

private:
  using Calls = std::vector<EventIdx>; // on the way back to the allocation

  bool mayReclaim(FuncId F) const {
    return llvm::any_of(S.Effects[F].Atoms,
                        [](const Atom &A) { return A.Kind == AtomKind::Reclaim; });
  }

  // Whether a mask may have __GFP_NOFAIL, in some round of a loop.
  bool mayBeTold(FuncId F, ValueId Mask) const {
    return maskBits(S, F, Mask, NoFail).Set ||
           llvm::any_of(P.function(F).Moves, [&](const Move &M) {
             return M.Phi == Mask && maskBits(S, F, M.From, NoFail).Set;
           });
  }

  // Whether a function takes from a pool, itself or by the one that it hands on to.
  bool fromPool(FuncId F) const {
    auto IsReserve = [&](EntityId E) {
      return E && S.M.Reserves.contains(P.name(P.Entities[E].Name));
    };
    return IsReserve(P.Functions[F].Ent) || llvm::any_of(P.function(F).Events, [&](const Event &E) {
             return IsReserve(P.calledEntity(F, E));
           });
  }

  StringRef returnType(FuncId F) const {
    return P.Units[P.Functions[F].Unit].str(P.function(F).ReturnType);
  }

  std::optional<Fallible> fallible(FuncId F, const Event &E) const {
    if (E.Kind != EventKind::Call)
      return std::nullopt;
    const FuncId T = P.directCallee(F, E);
    if (T == NoFunc || !mayReclaim(T))
      return std::nullopt;
    const StringRef Type = returnType(T);
    const int Param = parameterOfType(P, T, "gfp_t");
    Fallible A;
    if (Param >= 0 && uint32_t(Param) < E.ArgCount &&
        (Type.ends_with("*") || Type == "unsigned long")) {
      const ValueId V = argument(P.function(F), E, Param);
      const Value &Mask = P.function(F).Values[V];
      if (Mask.Kind == ValueKind::Const)
        A.Mask = Mask.Imm;
      // One that is given __GFP_NOFAIL in the next round is no loop, and a pool that may wait never
      // fails.
      const bool Pool = fromPool(T) && (!A.Mask || (*A.Mask & S.DirectReclaim));
      return Pool || mayBeTold(F, V) ? std::nullopt : std::optional(A);
    }
    A.Direct = false;
    A.Failure = NoMemory;
    A.Sure = false;
    if (auto It = Returners.find(T); It != Returners.end()) {
      A.Failure = It->second;
      A.Sure = true;
    }
    return A;
  }

  // Functions that return what an allocation returned, or -ENOMEM; callees first.
  void findReturners() {
    for (unsigned Round = 0; Round != MaxRounds; ++Round)
      for (FuncId F = 0; F != P.Functions.size(); ++F)
        if (!Returners.contains(F) && mayReclaim(F))
          if (const auto Failure = returnedFailure(F))
            Returners[F] = *Failure;
  }
  static constexpr unsigned MaxRounds = 2; // calls between the loop and the allocator

  std::optional<int64_t> returnedFailure(FuncId F) const {
    const Function &Fn = P.function(F);
    if (returnType(F) == "void" || (Fn.Flags & FF_Truncated))
      return std::nullopt;
    std::optional<int64_t> Out;
    auto Look = [&](const Value &V) {
      if (V.Kind == ValueKind::Const && V.Imm == NoMemory) {
        Out = NoMemory;
      } else if (V.Kind == ValueKind::Call && !Out) {
        for (const Event &E : Fn.Events)
          if (E.Kind == EventKind::Call && E.CallNo == V.A)
            if (const auto A = fallible(F, E); A && A->Sure)
              Out = A->Failure;
      }
    };
    for (const Event &E : Fn.Events) {
      if (E.Kind != EventKind::Return)
        continue;
      const Value &V = Fn.Values[E.A];
      Look(V);
      if (V.Kind == ValueKind::Phi)
        for (ValueId X : ArrayRef(Fn.Operands).slice(V.A, V.B))
          Look(Fn.Values[X]);
    }
    return Out;
  }

  // Where the function goes from the call at \p Where, if that returned \p Result; up to its first
  // return.
  WalkResult follow(FuncId F, EventIdx Where, int64_t Result) {
    const Function &Fn = P.function(F);
    WalkStart Start;
    Start.Func = F;
    Start.After = Where;
    Start.ToReturn = true;
    for (ValueId V = 1; V != Fn.Values.size(); ++V)
      if (Fn.Values[V].Kind == ValueKind::Call && Fn.Values[V].A == Fn.Events[Where].CallNo)
        Start.Given.push_back({V, Known::constant(Result, /*Followed=*/true)});
    return Walk.visit(Start, [](EventIdx, const PathWalk::Place &) { return true; });
  }
  bool leaves(FuncId F, EventIdx Where, int64_t Result) {
    return !follow(F, Where, Result).Returns.empty();
  }

  std::optional<Calls> retries(FuncId F, EventIdx Where, const Fallible &A) {
    const Function &Fn = P.function(F);
    if (const uint32_t B = blockOf(Fn, Where); B == Fn.Blocks.size() || !comesBack(Fn, B))
      return std::nullopt;
    const WalkResult Failed = follow(F, Where, A.Failure);
    if (!Failed.Again || Failed.Capped || !Failed.Returns.empty())
      return std::nullopt;
    // A loop that success does not end serves something, again and again. One that no other error
    // ends either says nothing of memory.
    if (!leaves(F, Where, A.Failure ? 0 : 1) || (!A.Sure && !leaves(F, Where, OtherError)))
      return std::nullopt;
    Calls Out;
    for (unsigned I : Failed.Events.set_bits())
      if (I != Where && P.function(F).Events[I].Kind == EventKind::Call)
        Out.push_back(I);
    return Out;
  }

  Finding report(FuncId F, EventIdx Where, const Fallible &A, const Calls &Loop) const {
    const std::string Name = callName(S, F, Where);
    const std::string Flags = A.Mask ? " with " + flagNames(P, *A.Mask) : "";
    Finding Out = findingAt(S, Check, F, Where);
    tier(A).apply(Out);
    Out.Id = fingerprint(
        {Out.Check, Out.Function, Out.File, Name, std::to_string(ordinal(S, F, Where))});
    Out.Message =
        fmt::format("{}() is retried{} until it succeeds, without __GFP_NOFAIL: nobody who "
                    "makes memory free knows that it must not fail",
                    Name, Flags);
    Out.Fix = A.Direct ? fmt::format("pass __GFP_NOFAIL to {}() instead of the loop, or return the "
                                     "failure",
                                     Name)
                       : fmt::format("allocate with __GFP_NOFAIL in {}() instead of the loop, or "
                                     "return the failure",
                                     Name);
    Path Way;
    Way.Title = "round the loop";
    Way.Steps.push_back(
        stepAt(S, StepKind::Alloc, F, Where,
               fmt::format("{}() may return {}", Name, A.Failure ? "-ENOMEM" : "NULL")));
    Way.Steps.push_back(
        stepAt(S, StepKind::Guard, F, Where, "if so, no way leads out of the loop"));
    for (EventIdx I : Loop)
      if (const std::string Back = callName(S, F, I); !Back.empty())
        Way.Steps.push_back(stepAt(S, StepKind::Call, F, I, fmt::format("calls {}()", Back)));
    Way.Steps.push_back(
        stepAt(S, StepKind::Alloc, F, Where, fmt::format("calls {}() again", Name)));
    Out.Paths.push_back(std::move(Way));
    return Out;
  }

  static Tier tier(const Fallible &A) {
    Tier T;
    T.limitIf(!A.Direct, Confidence::Medium, "what is retried is no allocator itself");
    T.limitIf(!A.Mask, Confidence::Medium, "the flags of the allocation are not known");
    return T;
  }

  const Solution &S;
  const Program &P;
  PathWalk Walk;
  int64_t NoFail = 0;
  DenseMap<FuncId, int64_t> Returners; ///< what they return where memory is wanting
};

} // namespace

void checkOpencodedNofail(const Solution &S, std::vector<Finding> &Out) { Finder(S).run(Out); }

} // namespace gfpcheck
