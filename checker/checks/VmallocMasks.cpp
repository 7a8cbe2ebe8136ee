//===- VmallocMasks.cpp - Whether vmalloc does what its mask says ----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Page tables are allocated with a mask of their own. Since 5.17 __vmalloc() opens a scope around
// that, as its mask says; before, GFP_NOFS had no effect on them. What the analysed tree does is
// read off its code: the functions of the allocator's file are walked with the mask that a caller
// gives, to a call that allocates with another one, past no beginning of a scope.
//
//===----------------------------------------------------------------------===//

#include "VmallocMasks.h"
#include "PathWalk.h"
#include "Tier.h"
#include "Witness.h"
#include "gfpcheck/checks/Check.h"
#include "gfpcheck/link/Operands.h"
#include <fmt/format.h>
#include <map>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr unsigned MaxDepth = 6;      // calls from the allocator to the one with the other mask
constexpr unsigned MaxConditions = 2; // undecided, on the way from there to the allocation

class Checker {
public:
  Checker(const Solution &S, const DirectCalls &Calls, std::vector<Finding> &Out)
      : S(S), P(S.P), Calls(Calls), Out(Out), Walk(S) {}

  void run() {
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      if (S.M.WaitingAllocators.contains(P.functionName(F)))
        if (const int Param = parameterOfType(P, F, "gfp_t"); Param >= 0)
          for (const DirectCalls::Site &X : Calls.of(F))
            check(X, F, Param);
  }

private:
  // Where a function allocates with a mask of its own: calls, and the atom of the last one's
  // callee.
  struct Breach {
    std::vector<Hop> Way;
    const Atom *Last = nullptr;
  };

  void check(const DirectCalls::Site &X, FuncId Callee, unsigned Param) {
    const Function &F = P.function(X.Func);
    const Value &Mask = F.Values[argument(F, F.Events[X.Where], Param)];
    if (Mask.Kind != ValueKind::Const || !(Mask.Imm & S.DirectReclaim))
      return;
    const AtomKind Level = !(Mask.Imm & S.LevelBit[unsigned(AtomKind::Io)])   ? AtomKind::Io
                           : !(Mask.Imm & S.LevelBit[unsigned(AtomKind::Fs)]) ? AtomKind::Fs
                                                                              : AtomKind::NoFail;
    if (!isReclaimLevel(Level) || S.ExposedBy[unsigned(Level)][X.Func] == NoFunc ||
        !reachesWithoutScope(X, Level))
      return;
    if (const Breach &B = breach(Callee, Mask.Imm, Level, 0); B.Last)
      Out.push_back(report(X, Mask.Imm, Level, B));
  }

  bool beginsScope(FuncId F, const Event &E, AtomKind Level) const {
    const FunctionModel *FM = E.Kind == EventKind::Call ? S.ModelOf[P.calledEntity(F, E)] : nullptr;
    return FM && llvm::any_of(FM->Ops, [&](const ContextOp &Op) {
             return Op.Delta > 0 && (Op.ByTaskFlag || S.M.Contexts[Op.Context].prevents(Level));
           });
  }

  bool reachesWithoutScope(const DirectCalls::Site &X, AtomKind Level) {
    WalkStart Start;
    Start.Func = X.Func;
    const WalkResult R = Walk.visit(Start, [&](EventIdx I, const PathWalk::Place &) {
      return !beginsScope(X.Func, P.function(X.Func).Events[I], Level);
    });
    return R.Events.test(X.Where);
  }

  // What F, given this mask, does not do as it says.
  const Breach &breach(FuncId F, int64_t Mask, AtomKind Level, unsigned Depth) {
    auto [It, New] = Breaches.try_emplace({F, Mask});
    if (!New || Depth == MaxDepth)
      return It->second;
    struct Call {
      EventIdx Where;
      FuncId Callee;
      std::optional<int64_t> Given;
    };
    std::vector<Call> Found;
    const Function &Fn = P.function(F);
    WalkStart Start;
    Start.Func = F;
    if (const ValueId V = PathWalk::parameter(Fn, parameterOfType(P, F, "gfp_t")))
      Start.Given.push_back({V, Known::constant(Mask)});
    Walk.visit(Start, [&](EventIdx I, const PathWalk::Place &At) {
      const Event &E = Fn.Events[I];
      if (E.Kind != EventKind::Call)
        return true;
      if (beginsScope(F, E, Level))
        return false;
      const FuncId Callee = P.directCallee(F, E);
      if (Callee == NoFunc || P.functionFile(Callee) != P.functionFile(F))
        return true;
      Call C{I, Callee, std::nullopt};
      if (const int Param = parameterOfType(P, Callee, "gfp_t"); Param >= 0) {
        const Known K = At.eval(argument(Fn, E, Param));
        if (!K.isConstant())
          return true;
        C.Given = K.C;
      }
      Found.push_back(C);
      return true;
    });
    Breach Out;
    for (const Call &C : Found) {
      Hop H;
      H.Func = F;
      H.Where = C.Where;
      H.Callee = C.Callee;
      if (!C.Given) {
        Out.Last = ownMask(C.Callee, Level);
        Out.Way = {H};
      } else if (const Breach &B = breach(C.Callee, *C.Given, Level, Depth + 1); B.Last) {
        Out.Last = B.Last;
        Out.Way = {H};
        llvm::append_range(Out.Way, B.Way);
      }
      if (Out.Last)
        break;
    }
    return Breaches[{F, Mask}] = std::move(Out);
  }

  // Whether a mask has these bits whoever calls.
  bool surelyHas(VId V, uint64_t Bits, unsigned Depth = 8) const {
    const VNode N = S.Pool.node(V);
    auto Has = [&](VId O) { return surelyHas(O, Bits, Depth - 1); };
    if (N.Kind == ValueKind::Const)
      return (uint64_t(N.Imm) & Bits) == Bits;
    if (!Depth)
      return false;
    return N.Kind == ValueKind::Or       ? Has(N.A) || Has(N.B)
           : N.Kind == ValueKind::And    ? Has(N.A) && Has(N.B)
           : N.Kind == ValueKind::Select ? Has(N.B) && Has(N.C)
           : N.Kind == ValueKind::Phi    ? N.C && llvm::all_of(S.Pool.operands(V), Has)
                                         : false;
  }

  // An allocation of F with a mask of its own that lets reclaim go to this level.
  const Atom *ownMask(FuncId F, AtomKind Level) const {
    const Atom *Best = nullptr;
    for (const Atom &A : S.Effects[F].Atoms)
      if (A.Kind == Level && A.How == Evidence::Certain && A.Inside.empty() &&
          A.Conditions <= MaxConditions && surelyHas(A.Gfp, S.LevelBit[unsigned(Level)]) &&
          (!Best || A.Depth < Best->Depth))
        Best = &A;
    return Best;
  }

  Finding report(const DirectCalls::Site &X, int64_t Mask, AtomKind Level, const Breach &B) const {
    const bool Io = Level == AtomKind::Io;
    const std::string Flag = Io ? "__GFP_IO" : "__GFP_FS";
    const std::string Name = callName(S, X.Func, X.Where);
    Finding F = findingAt(S, "gfp-mismatch", X.Func, X.Where);
    F.Id = fingerprint({F.Check, "vmalloc", F.Function, F.File, Name,
                        std::to_string(ordinal(S, X.Func, X.Where))});
    Tier T;
    limitAtBoot(T, S, X.Func);
    T.apply(F);
    F.Message = fmt::format("{}() is given {}, and may reclaim with {} all the same", Name,
                            flagNames(P, uint32_t(Mask)), Flag);
    F.Fix = fmt::format("open a {}() scope around it",
                        Io ? "memalloc_noio_save" : "memalloc_nofs_save");
    Path Way;
    Way.Title = "from the call to the allocation with another mask";
    Hop Call;
    Call.Func = X.Func;
    Call.Where = X.Where;
    Call.Callee = P.directCallee(X.Func, P.function(X.Func).Events[X.Where]);
    Way.Steps.push_back(hopStep(S, Call));
    for (const Hop &H : B.Way)
      Way.Steps.push_back(hopStep(S, H));
    const FuncId Last = B.Way.back().Callee;
    const Chain C = followChain(S, Last, *B.Last);
    for (const Hop &H : C.Hops)
      if (H.Callee != NoFunc)
        Way.Steps.push_back(hopStep(S, H));
    const VNode Own = S.Pool.node(B.Last->Gfp);
    Way.Steps.push_back(stepAt(
        S, StepKind::Alloc, C.Hops.back().Func, C.Hops.back().Where,
        fmt::format("{}() may enter direct reclaim: its mask{} does not come from the caller",
                    callName(S, C.Hops.back().Func, C.Hops.back().Where),
                    Own.Kind == ValueKind::Const ? ", " + flagNames(P, uint32_t(Own.Imm)) + ","
                                                 : "")));
    F.Paths.push_back(std::move(Way));
    return F;
  }

  const Solution &S;
  const Program &P;
  const DirectCalls &Calls;
  std::vector<Finding> &Out;
  PathWalk Walk;
  std::map<std::pair<FuncId, int64_t>, Breach> Breaches; // the mask tells the level
};

} // namespace

void checkVmallocMasks(const Solution &S, const DirectCalls &Calls, std::vector<Finding> &Out) {
  if (S.DirectReclaim)
    Checker(S, Calls, Out).run();
}

} // namespace gfpcheck
