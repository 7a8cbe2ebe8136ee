//===- OpencodedNofail.cpp - Allocations retried until they succeed --------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/opencoded-nofail.md. A loop that an allocation's failure cannot leave, and its
// success can, is an allocation that must not fail. The allocator does not know that unless
// it is told.
//
// What a failed call leads to is found by walking the function's blocks from the call on,
// with its result as a constant, NULL or -ENOMEM: conditions that are decided by that are
// followed one way, all others both ways.
//
//===----------------------------------------------------------------------===//

#include "AllocationReport.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallSet.h"
#include <fmt/format.h>
#include <set>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr const char *Check = "opencoded-nofail";
constexpr int64_t NoMemory = -12; // -ENOMEM
constexpr size_t MaxStates = 512; // of a walk: blocks and what is known of phis
constexpr unsigned MaxDepth = 16; // of a condition

/// A call that may fail for want of memory, and what it returns then.
struct Fallible {
  int64_t Failure = 0;
  bool Direct = true; ///< an allocator, with a mask of its own; otherwise a function that calls one
  bool Sure = true;   ///< it is known to return that; otherwise its caller must ask for it
  std::optional<int64_t> Mask; ///< Direct, where it is known
};

class Finder {
public:
  explicit Finder(const Solution &S) : S(S), P(S.P) {
    if (auto It = P.Constants.find("__GFP_NOFAIL"); It != P.Constants.end())
      NoFail = It->second;
    findReturners();
  }

  void run(std::vector<Finding> &Out) const {
    for (FuncId F = 0; F != P.Functions.size(); ++F) {
      const Function &Fn = P.function(F);
      // Without a back edge nothing is done again.
      if (Fn.Flags & (FF_Init | FF_Truncated) ||
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
  struct Retry {
    std::vector<EventIdx> Calls; ///< on the way back to the allocation
    uint32_t Line = 0;           ///< of the condition that finds that it failed
  };

  // A function's parameter that holds GFP flags; -1: none.
  int maskParam(FuncId F) const {
    const Function &Fn = P.function(F);
    const TuSummary &U = P.Units[P.Functions[F].Unit];
    for (size_t I = 0; I != Fn.Params.size(); ++I)
      if (U.str(Fn.Params[I].Type) == "gfp_t")
        return int(I);
    return -1;
  }

  bool mayReclaim(FuncId F) const {
    return llvm::any_of(S.Effects[F].Atoms,
                        [](const Atom &A) { return A.Kind == AtomKind::Reclaim; });
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
    const int Param = maskParam(T);
    Fallible A;
    if (Param >= 0 && uint32_t(Param) < E.ArgCount &&
        (Type.ends_with("*") || Type == "unsigned long")) {
      const Value &Mask = P.function(F).Values[P.function(F).Operands[E.ArgBegin + Param]];
      if (Mask.Kind == ValueKind::Const) {
        A.Mask = Mask.Imm;
        if (Mask.Imm & NoFail)
          return std::nullopt;
      }
      return A;
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

  /// Phis that stand for the result of the call, sorted.
  using Known = SmallVector<ValueId, 2>;

  /// What is known after the call.
  struct Facts {
    FuncId Func = NoFunc;
    uint32_t CallNo = 0;
    int64_t Result = 0;
  };
  using Number = std::optional<int64_t>;

  // An operation on constants, of which one may not be known.
  static Number apply(ValueKind K, bool Unsigned, Number A, Number B) {
    if (K == ValueKind::LAnd && ((A && !*A) || (B && !*B)))
      return 0;
    if (K == ValueKind::LOr && ((A && *A) || (B && *B)))
      return 1;
    if (K == ValueKind::LNot && A)
      return !*A;
    if (K == ValueKind::Neg && A)
      return -*A;
    if (!A || !B)
      return std::nullopt;
    auto Less = [&](int64_t L, int64_t R) { return Unsigned ? uint64_t(L) < uint64_t(R) : L < R; };
    switch (K) {
    case ValueKind::And:
      return *A & *B;
    case ValueKind::Or:
      return *A | *B;
    case ValueKind::Eq:
      return *A == *B;
    case ValueKind::Ne:
      return *A != *B;
    case ValueKind::Lt:
      return Less(*A, *B);
    case ValueKind::Le:
      return !Less(*B, *A);
    case ValueKind::Gt:
      return Less(*B, *A);
    case ValueKind::Ge:
      return !Less(*A, *B);
    case ValueKind::LAnd:
    case ValueKind::LOr:
      return *A && *B;
    default:
      return std::nullopt;
    }
  }

  static bool isOperation(ValueKind K) {
    return K == ValueKind::LNot || K == ValueKind::Neg ||
           (K >= ValueKind::And && K <= ValueKind::LOr);
  }
  static bool isUnary(ValueKind K) { return K == ValueKind::LNot || K == ValueKind::Neg; }

  // What \p V is where the call returned what it did.
  Number eval(const Facts &At, ValueId V, const Known &Phis, unsigned Depth = MaxDepth) const {
    const Function &F = P.function(At.Func);
    const Value &X = F.Values[V];
    if (!Depth)
      return std::nullopt;
    if (X.Kind == ValueKind::Const)
      return X.Imm;
    if (X.Kind == ValueKind::Phi)
      return is_contained(Phis, V) ? Number(At.Result) : std::nullopt;
    if (X.Kind == ValueKind::Call)
      return X.A == At.CallNo ? Number(At.Result) : returned(At, X.A, Phis, Depth - 1);
    if (!isOperation(X.Kind))
      return std::nullopt;
    return apply(X.Kind, X.Imm == 1, eval(At, X.A, Phis, Depth - 1),
                 isUnary(X.Kind) ? std::nullopt : eval(At, X.B, Phis, Depth - 1));
  }

  // What a small function, IS_ERR() for one, makes of its arguments.
  Number returned(const Facts &At, uint32_t CallNo, const Known &Phis, unsigned Depth) const {
    const Function &F = P.function(At.Func);
    for (const Event &E : F.Events) {
      if (E.Kind != EventKind::Call || E.CallNo != CallNo)
        continue;
      const FuncId T = P.directCallee(At.Func, E);
      if (T == NoFunc || !S.Effects[T].Ret)
        return std::nullopt;
      SmallVector<Number, 4> Args;
      for (ValueId A : ArrayRef(F.Operands).slice(E.ArgBegin, E.ArgCount))
        Args.push_back(eval(At, A, Phis, Depth));
      return evalPool(S.Effects[T].Ret, Args, Depth);
    }
    return std::nullopt;
  }

  Number evalPool(VId V, ArrayRef<Number> Args, unsigned Depth) const {
    const VNode &X = S.Pool.node(V);
    if (!Depth)
      return std::nullopt;
    if (X.Kind == ValueKind::Const)
      return X.Imm;
    if (X.Kind == ValueKind::Param)
      return X.A < Args.size() ? Args[X.A] : std::nullopt;
    if (!isOperation(X.Kind))
      return std::nullopt;
    return apply(X.Kind, X.Imm == 1, evalPool(X.A, Args, Depth - 1),
                 isUnary(X.Kind) ? std::nullopt : evalPool(X.B, Args, Depth - 1));
  }

  // Whether a condition is about \p Constant.
  static bool mentions(const Function &F, ValueId V, int64_t Constant, unsigned Depth = MaxDepth) {
    const Value &X = F.Values[V];
    if (X.Kind == ValueKind::Const)
      return X.Imm == Constant;
    return Depth && isOperation(X.Kind) &&
           (mentions(F, X.A, Constant, Depth - 1) ||
            (!isUnary(X.Kind) && mentions(F, X.B, Constant, Depth - 1)));
  }

  static bool taken(const Edge &E, std::optional<int64_t> Cond, ArrayRef<Edge> All) {
    if (!Cond)
      return true;
    auto InCase = [&](const Edge &X) {
      return X.Guard == GuardKind::Case && *Cond >= X.Lo && *Cond <= X.Hi;
    };
    switch (E.Guard) {
    case GuardKind::Always:
      return true;
    case GuardKind::True:
      return *Cond != 0;
    case GuardKind::False:
      return *Cond == 0;
    case GuardKind::Case:
      return InCase(E);
    case GuardKind::Default:
      return llvm::none_of(All, InCase);
    }
    return true;
  }

  struct Outcome {
    bool Leaves = false, Returns = false; ///< leaves the function; comes back to the call
    bool Decided = false;                 ///< some condition was
    bool Tested = false;                  ///< against the very result
    Retry Way;
  };

  // Where the function goes from the call at \p Where, if that returned \p Result, until it comes
  // back there.
  Outcome follow(FuncId Id, EventIdx Where, int64_t Result) const {
    const Function &F = P.function(Id);
    const Facts At{Id, F.Events[Where].CallNo, Result};
    const auto Start = llvm::find_if(F.Blocks, [&](const Block &B) {
      return Where >= B.EventBegin && Where < B.EventBegin + B.EventCount;
    });
    Outcome Out;
    if (Start == F.Blocks.end()) {
      Out.Leaves = true;
      return Out;
    }
    const uint32_t Home = Start - F.Blocks.begin();
    std::set<std::pair<uint32_t, Known>> Seen;
    std::vector<std::pair<uint32_t, Known>> Work{{Home, {}}};
    bool First = true;
    while (!Work.empty()) {
      const auto [B, Phis] = Work.back();
      Work.pop_back();
      const Block &X = F.Blocks[B];
      if (!First)
        for (EventIdx I = X.EventBegin; I != X.EventBegin + X.EventCount; ++I)
          if (F.Events[I].Kind == EventKind::Call)
            Out.Way.Calls.push_back(I);
      First = false;
      if (!X.EdgeCount)
        Out.Leaves = true;
      const auto Edges = ArrayRef(F.Edges).slice(X.EdgeBegin, X.EdgeCount);
      const auto Cond = X.Cond ? eval(At, X.Cond, Phis) : std::nullopt;
      if (Cond && F.Values[X.Cond].Kind != ValueKind::Const) {
        Out.Decided = true;
        Out.Tested |= mentions(F, X.Cond, Result);
        if (!Out.Way.Line)
          Out.Way.Line = X.Line;
      }
      for (const Edge &E : Edges) {
        if (!taken(E, Cond, Edges))
          continue;
        if (E.Target == Home) {
          Out.Returns = true;
          continue;
        }
        Known Next = Phis;
        for (const Move &M : ArrayRef(F.Moves).slice(E.MoveBegin, E.MoveCount)) {
          const Value &From = F.Values[M.From];
          const bool Is = (From.Kind == ValueKind::Call && From.A == At.CallNo) ||
                          (From.Kind == ValueKind::Phi && is_contained(Phis, M.From));
          llvm::erase(Next, M.Phi);
          if (Is)
            Next.push_back(M.Phi);
        }
        llvm::sort(Next);
        if (Seen.insert({E.Target, Next}).second)
          Work.push_back({E.Target, std::move(Next)});
      }
      if (Seen.size() > MaxStates)
        Out.Leaves = true;
      if (Out.Leaves)
        return Out;
    }
    return Out;
  }

  std::optional<Retry> retries(FuncId F, EventIdx Where, const Fallible &A) const {
    Outcome Failed = follow(F, Where, A.Failure);
    if (Failed.Leaves || !Failed.Returns || !Failed.Decided || (!A.Sure && !Failed.Tested))
      return std::nullopt;
    // A loop that success does not end serves something, again and again.
    if (!follow(F, Where, A.Failure ? 0 : 1).Leaves)
      return std::nullopt;
    return std::move(Failed.Way);
  }

  Finding report(FuncId F, EventIdx Where, const Fallible &A, const Retry &Loop) const {
    const std::string Name = callName(S, F, Where);
    const std::string Flags = A.Mask ? " with " + flagNames(P, *A.Mask) : "";
    Finding Out = findingAt(S, Check, F, Where);
    Out.Conf = confidence(A);
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
    Step Test = stepAt(S, StepKind::Guard, F, Where, "if so, no way leads out of the loop");
    if (Loop.Line)
      Test.Line = Loop.Line;
    Way.Steps.push_back(std::move(Test));
    for (EventIdx I : Loop.Calls)
      if (const std::string Back = callName(S, F, I); !Back.empty())
        Way.Steps.push_back(stepAt(S, StepKind::Call, F, I, fmt::format("calls {}()", Back)));
    Way.Steps.push_back(
        stepAt(S, StepKind::Alloc, F, Where, fmt::format("calls {}() again", Name)));
    Out.Paths.push_back(std::move(Way));
    return Out;
  }

  Confidence confidence(const Fallible &A) const {
    return A.Direct && A.Mask ? Confidence::High : Confidence::Medium;
  }

  const Solution &S;
  const Program &P;
  int64_t NoFail = 0;
  DenseMap<FuncId, int64_t> Returners; ///< what they return where memory is wanting
};

} // namespace

void checkOpencodedNofail(const Solution &S, std::vector<Finding> &Out) { Finder(S).run(Out); }

} // namespace gfpcheck
