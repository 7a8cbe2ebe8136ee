//===- GfpMismatch.cpp - Flags that contradict each other, or are ignored ---===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/gfp-mismatch.md. Of masks that are constants where they are given: what no
// allocator can do, and what the function that they are given to does not do.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "MaskFlow.h"
#include "PathWalk.h"
#include "RawLocks.h"
#include "Tier.h"
#include "VmallocMasks.h"
#include "Witness.h"
#include "gfpcheck/link/Operands.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr const char *Check = "gfp-mismatch";

constexpr int64_t MaxSureOrder = 1;   // that __GFP_NOFAIL may ask for (rmqueue(), mm/page_alloc.c)
constexpr unsigned MaxConditions = 2; // that nothing decided, on the way to the allocation
constexpr unsigned MaxCallers = 200;  // looked at for one function

class Checker {
public:
  Checker(const Solution &S, std::vector<Finding> &Out)
      : S(S), P(S.P), Out(Out), Calls(S.P), Walk(S) {
    if (auto It = P.Constants.find("__GFP_NOFAIL"); It != P.Constants.end())
      NoFail = It->second;
    MaskParam.resize(P.Functions.size());
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      MaskParam[F] = parameterOfType(P, F, "gfp_t");
  }

  void run() {
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      if (MaskParam[F] >= 0) {
        checkConstants(F);
        checkIgnored(F, MaskParam[F]);
      }
    for (const RawAllocation &A : findRawAllocations(S, [&](FuncId F) { return allocates(F); }))
      Out.push_back(underRawLock(A));
    checkVmallocMasks(S, Calls, Out);
  }

private:
  using Site = DirectCalls::Site;

  ValueId argument(const Site &X, unsigned I) const {
    const Function &F = P.function(X.Func);
    return gfpcheck::argument(F, F.Events[X.Where], I);
  }
  std::optional<int64_t> constant(const Site &X, unsigned I) const {
    const Value &V = P.function(X.Func).Values[argument(X, I)];
    return V.Kind == ValueKind::Const ? std::optional(V.Imm) : std::nullopt;
  }
  std::string name(FuncId F) const { return P.functionName(F).str(); }
  std::string id(const Finding &F, const Site &X, StringRef Kind) const {
    return fingerprint({F.Check, Kind.str(), F.Function, F.File, callName(S, X.Func, X.Where),
                        std::to_string(ordinal(S, X.Func, X.Where))});
  }

  // What __GFP_NOFAIL is given with.
  void checkConstants(FuncId Callee) {
    if (!NoFail || !S.DirectReclaim)
      return;
    const int Order = parameterNamed(Callee, "order");
    const bool Waits = S.M.WaitingAllocators.contains(P.functionName(Callee));
    for (const Site &X : Calls.of(Callee)) {
      if (!S.wants(X.Func))
        continue;
      if (Waits)
        if (const MaskBits B = maskBits(S, X.Func, argument(X, MaskParam[Callee]), S.DirectReclaim);
            B.surelyClear())
          Out.push_back(waiting(X, Callee, B));
      const ValueId Given = argument(X, MaskParam[Callee]);
      if (!maskBits(S, X.Func, Given, NoFail).surelySet() || !allocates(Callee))
        continue;
      const auto Mask = constant(X, MaskParam[Callee]);
      const MaskBits Reclaim = maskBits(S, X.Func, Given, S.DirectReclaim);
      if (Reclaim.surelyClear())
        Out.push_back(contradiction(X, Mask));
      else if (!Mask && Reclaim.Params.size() == 1 && !Reclaim.Set && !Reclaim.Unknown &&
               Walk.reaches(X.Func, X.Where, Reclaim.Params.front(), S.DirectReclaim))
        checkPassed(X, Reclaim.Params.front());
      if (const auto N = Order < 0 ? std::nullopt : constant(X, Order); N && *N > MaxSureOrder)
        Out.push_back(tooLarge(X, Mask, *N));
    }
  }

  // A mask that a function is given and to which it adds __GFP_NOFAIL.
  void checkPassed(const Site &X, unsigned Param) {
    const std::vector<Site> Callers = findCaller(X.Func, Param, X.Where, nullptr);
    if (Callers.empty())
      return;
    Finding F = contradiction(X, std::nullopt);
    Tier T;
    limitAtBoot(T, S, X.Func);
    T.limitIf(Callers.size() > 1, Confidence::Medium, "the mask is passed on by several functions");
    T.apply(F);
    F.Message = fmt::format("{}() is given the mask of {}() and __GFP_NOFAIL, and not everybody's "
                            "can wait for memory",
                            callName(S, X.Func, X.Where), name(X.Func));
    addCallers(F, Callers);
    Out.push_back(std::move(F));
  }

  // Whether a function allocates with the mask that it is given.
  bool allocates(FuncId F) const { return reclaimsWith(S, F, MaskParam[F]); }

  int parameterNamed(FuncId F, StringRef Name) const {
    const TuSummary &U = P.Units[P.Functions[F].Unit];
    const auto &Params = P.function(F).Params;
    auto It = llvm::find_if(Params, [&](const Param &X) { return U.str(X.Name) == Name; });
    return It == Params.end() ? -1 : int(It - Params.begin());
  }

  Path single(const Site &X, std::string Title, std::string Text) const {
    Path Out;
    Out.Title = std::move(Title);
    Out.Steps.push_back(stepAt(S, StepKind::Alloc, X.Func, X.Where, std::move(Text)));
    return Out;
  }

  // What a mask with __GFP_NOFAIL is called.
  std::string nofail(std::optional<int64_t> Mask) const {
    return Mask ? flagNames(P, uint32_t(*Mask)) : "__GFP_NOFAIL";
  }

  Finding contradiction(const Site &X, std::optional<int64_t> Mask) const {
    Finding F = findingAt(S, Check, X.Func, X.Where);
    F.Id = id(F, X, "nofail");
    F.Conf = Confidence::High;
    F.Message = fmt::format("{}() is given {}: an allocation that must not fail, and cannot wait "
                            "for memory either",
                            callName(S, X.Func, X.Where), nofail(Mask));
    F.Fix = "drop __GFP_NOFAIL and handle NULL, or allocate where it can wait";
    F.Paths.push_back(single(X, "the flags",
                             "__GFP_NOFAIL is set, and __GFP_DIRECT_RECLAIM is not: the page "
                             "allocator warns, and returns NULL when there is no memory"));
    return F;
  }

  Finding waiting(const Site &X, FuncId Callee, const MaskBits &Mask) const {
    Finding F = findingAt(S, Check, X.Func, X.Where);
    F.Id = id(F, X, "waits");
    Tier T;
    limitAtBoot(T, S, X.Func);
    T.apply(F);
    F.Message = fmt::format("{}() waits for memory and sleeps, although it is given {}",
                            callName(S, X.Func, X.Where),
                            Mask.Mask ? flagNames(P, *Mask.Mask) : "a mask that cannot wait");
    F.Fix = "use kmalloc() or alloc_pages(), or allocate where it can wait";
    F.Paths.push_back(
        single(X, "the flags", S.M.WaitingAllocators.find(P.functionName(Callee))->second));
    return F;
  }

  Finding tooLarge(const Site &X, std::optional<int64_t> Mask, int64_t Order) const {
    Finding F = findingAt(S, Check, X.Func, X.Where);
    F.Id = id(F, X, "order");
    Tier T;
    T.limit(Confidence::Medium, "there may be enough memory in a row where this is called");
    T.apply(F);
    F.Message = fmt::format(
        "{}() is given {} and order {}: {} pages in a row may never become free",
        callName(S, X.Func, X.Where), nofail(Mask), Order, 1ll << std::min<int64_t>(Order, 32));
    F.Fix = "use kvmalloc(), or handle failure";
    F.Paths.push_back(single(X, "the flags",
                             "__GFP_NOFAIL is for single pages and pairs; the page allocator warns "
                             "of more"));
    return F;
  }

  Finding underRawLock(const RawAllocation &A) const {
    Finding F = findingAt(S, Check, A.Func, A.Where);
    const std::string Name = callName(S, A.Func, A.Where);
    const std::string Lock = lockClassName(P, P.addressClass(A.Func, A.Address));
    F.Id = id(F, {A.Func, A.Where}, "raw");
    Tier T;
    limitAtBoot(T, S, A.Func);
    T.limit(Confidence::Medium, "it is a defect with PREEMPT_RT only");
    T.limitIf(!A.Mask, Confidence::Low, "the flags of the allocation are not known");
    T.apply(F);
    F.Message = fmt::format("{}() allocates{} while raw spinlock {} is held: with PREEMPT_RT the "
                            "allocator's own locks sleep",
                            Name, A.Mask ? " with " + flagNames(P, uint32_t(*A.Mask)) : "", Lock);
    F.Fix =
        fmt::format("allocate before {}() takes the lock, or make it a spinlock_t", name(A.Func));
    Path Out;
    Out.Title = "from the lock to the allocation";
    Out.Steps.push_back(
        stepAt(S, StepKind::Lock, A.Func, A.Lock, fmt::format("takes raw spinlock {}", Lock)));
    Out.Steps.push_back(
        stepAt(S, StepKind::Alloc, A.Func, A.Where, fmt::format("calls {}()", Name)));
    F.Paths.push_back(std::move(Out));
    return F;
  }

  // The allocation at the end of a chain that is made with a mask of its own: the hop that gives
  // that. None: the mask comes from elsewhere, or the way is not certain.
  const Hop *giver(const Chain &Way) const {
    const Hop *Out = nullptr;
    for (const Hop &H : Way.Hops) {
      if (H.Indirect || H.BeginsContext)
        return nullptr;
      const VNode N = S.Pool.node(H.Gfp);
      if (N.Kind != ValueKind::Const || !(N.Imm & S.DirectReclaim))
        continue;
      Out = &H;
    }
    return Out;
  }

  void checkIgnored(FuncId F, unsigned Param) {
    if (!S.DirectReclaim)
      return;
    for (const Atom &A : S.Effects[F].Atoms) {
      if (A.Kind != AtomKind::Reclaim || A.How != Evidence::Certain || !A.Inside.empty() ||
          A.Conditions > MaxConditions || S.Pool.node(A.Gfp).Kind != ValueKind::Const ||
          passesOn({F, A.Where}, Param) ||
          llvm::any_of(A.When, [&](const Pred &X) { return mentions(S, X.V, Param); }))
        continue;
      const Chain Way = followChain(S, F, A);
      const Hop *Giver = Way.Impossible ? nullptr : giver(Way);
      if (!Giver || !Walk.reaches(F, A.Where, Param, S.DirectReclaim))
        continue;
      Out.push_back(ignored(F, Param, A, Way, *Giver));
    }
  }

  // Whether a call hands the mask down: then the callee is at fault.
  bool passesOn(const Site &X, unsigned Param) const {
    const FuncId G = P.directCallee(X.Func, P.function(X.Func).Events[X.Where]);
    return G != NoFunc && MaskParam[G] >= 0 &&
           llvm::is_contained(
               maskBits(S, X.Func, argument(X, MaskParam[G]), S.DirectReclaim).Params, Param);
  }

  // A caller that gives a mask that cannot wait, and those that pass it on; with A, not one that
  // rules A out.
  std::vector<Site> findCaller(FuncId F, unsigned Param, EventIdx Where, const Atom *A) {
    struct Reached {
      FuncId Func;
      unsigned Param;
      int From; // index of what it calls
      Site Call;
    };
    std::vector<Reached> Work{{F, Param, -1, {}}};
    DenseSet<std::pair<FuncId, unsigned>> Seen{{F, Param}};
    unsigned Left = MaxCallers;
    for (size_t I = 0; I != Work.size(); ++I) {
      const Reached R = Work[I];
      for (const Site &X : Calls.of(R.Func)) {
        if (!Left--)
          return {};
        if (R.From < 0 && A && refuted(*A, X))
          continue;
        const MaskBits Mask = maskBits(S, X.Func, argument(X, R.Param), S.DirectReclaim);
        if ((Mask.surelyClear() || Mask.Params.size() == 1) &&
            !reachesWith(X, R.Func, R.From < 0 ? Where : R.Call.Where, R.Param))
          continue;
        if (Mask.surelyClear() && Mask.Mask && !S.BootOnly[X.Func]) {
          std::vector<Site> Way{X};
          for (const Reached *Y = &R; Y->From >= 0; Y = &Work[Y->From])
            Way.push_back(Y->Call);
          return Way;
        }
        if (Mask.Params.size() == 1 && Seen.insert({X.Func, Mask.Params.front()}).second &&
            Walk.reaches(X.Func, X.Where, Mask.Params.front(), S.DirectReclaim))
          Work.push_back({X.Func, Mask.Params.front(), int(I), X});
      }
    }
    return {};
  }

  // Whether an event of F is reached when X calls it, with a mask that cannot wait.
  bool reachesWith(const Site &X, FuncId F, EventIdx Where, unsigned Param) {
    SmallVector<std::pair<unsigned, Known>, 6> Given{{Param, Known::without(S.DirectReclaim)}};
    for (unsigned I = 0; I != P.function(F).Params.size(); ++I)
      if (const auto C = I == Param ? std::nullopt : constant(X, I))
        Given.push_back({I, Known::constant(*C)});
    return Walk.reaches(F, Where, Given);
  }

  // Whether what a call passes rules the allocation out.
  bool refuted(const Atom &A, const Site &X) const {
    return llvm::any_of(A.When, [&](const Pred &Q) {
      const VNode N = S.Pool.node(Q.V);
      if (N.Kind != ValueKind::Param)
        return false;
      const auto C = constant(X, N.A);
      return C && !evalConst(Q, *C);
    });
  }

  // Whether the allocation depends on what a call does not tell.
  bool undecided(const Atom &A, const Site &X) const {
    return !llvm::all_of(A.When, [&](const Pred &Q) {
      const VNode N = S.Pool.node(Q.V);
      const auto C = N.Kind == ValueKind::Param ? constant(X, N.A) : std::nullopt;
      return C && evalConst(Q, *C);
    });
  }

  Finding ignored(FuncId F, unsigned Param, const Atom &A, const Chain &Way, const Hop &Giver) {
    Finding X = findingAt(S, Check, F, A.Where);
    const std::string Given = flagNames(P, uint32_t(S.Pool.node(Giver.Gfp).Imm));
    const std::string Callee = callName(S, F, A.Where);
    X.Id = id(X, {F, A.Where}, "ignored");
    X.Message =
        fmt::format("{}() may wait for memory with {}, whatever the mask that {}() is given",
                    Callee, Given, name(F));
    X.Fix = fmt::format("pass the mask on to {}()", Callee);
    Path Alloc;
    Alloc.Title = "from the function that is given a mask to the allocation";
    for (const Hop &H : Way.Hops)
      if (H.Callee != NoFunc)
        Alloc.Steps.push_back(hopStep(S, H));
    Alloc.Steps.push_back(stepAt(S, StepKind::Alloc, Giver.Func, Giver.Where,
                                 fmt::format("{} is given here", Given)));
    X.Paths.push_back(std::move(Alloc));
    const std::vector<Site> Callers = findCaller(F, Param, A.Where, &A);
    Tier T;
    limitAtBoot(T, S, F);
    if (Callers.empty()) {
      T.limit(Confidence::Low, "nobody is known to give it a mask that cannot wait");
    } else {
      T.limitIf(undecided(A, Callers.back()), Confidence::Low,
                "whether it allocates depends on what the caller passes besides");
      T.limitIf(Callers.size() > 1, Confidence::Medium,
                "the mask is passed on by several functions");
    }
    if (A.Conditions)
      T.limit(A.Conditions > 1 ? Confidence::Low : Confidence::Medium,
              gfpcheck::undecided(A.Conditions));
    T.apply(X);
    if (!Callers.empty())
      addCallers(X, Callers);
    return X;
  }

  // The callers that findCaller() has found.
  void addCallers(Finding &X, ArrayRef<Site> Callers) const {
    Path From;
    From.Title = "who gives it a mask that cannot wait";
    for (size_t I = 0; I != Callers.size(); ++I) {
      Hop H;
      H.Func = Callers[I].Func;
      H.Where = Callers[I].Where;
      H.Callee = P.directCallee(H.Func, P.function(H.Func).Events[H.Where]);
      From.Steps.push_back(hopStep(S, H));
      if (I)
        continue;
      const MaskBits Mask =
          maskBits(S, H.Func, argument(Callers[I], MaskParam[H.Callee]), S.DirectReclaim);
      if (Mask.Mask)
        From.Steps.back().Text += " with " + flagNames(P, *Mask.Mask);
      X.Message += fmt::format(": {}() gives {}", name(H.Func),
                               Mask.Mask ? flagNames(P, *Mask.Mask) : "one that cannot wait");
    }
    X.Paths.push_back(std::move(From));
  }

  const Solution &S;
  const Program &P;
  std::vector<Finding> &Out;
  const DirectCalls Calls;
  PathWalk Walk;
  std::vector<int> MaskParam; // by FuncId; -1: none
  int64_t NoFail = 0;
};

} // namespace

void checkGfpMismatch(const Solution &S, std::vector<Finding> &Out) {
  TimeTraceScope Trace("gfp mismatch");
  Checker(S, Out).run();
  checkNofailScope(S, Out);
}

} // namespace gfpcheck
