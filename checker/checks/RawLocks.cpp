//===- RawLocks.cpp - Allocations under a raw spinlock ---------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A spinlock_t is a raw_spinlock_t with something around it (Model::LockWrappers), so what
// takes a raw one is given its address itself. From there on the function is walked to
// where it gives that up (PathWalk).
//
//===----------------------------------------------------------------------===//

#include "RawLocks.h"
#include "MaskFlow.h"
#include "PathWalk.h"
#include "gfpcheck/link/Operands.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

namespace {

class Finder {
public:
  Finder(const Solution &S, function_ref<bool(FuncId)> IsAllocator)
      : S(S), P(S.P), IsAllocator(IsAllocator), Walk(S) {}

  std::vector<RawAllocation> run() {
    for (FuncId F = 0; F != P.Functions.size(); ++F) {
      const Function &Fn = P.function(F);
      if (!S.wants(F) || Fn.Flags & (FF_HeaderInline | FF_Init | FF_Truncated))
        continue;
      for (EventIdx I = 0; I != Fn.Events.size(); ++I)
        if (const ValueId Lock = taken(F, Fn.Events[I]))
          walk(F, I, Lock);
    }
    return std::move(Out);
  }

private:
  const ContextOp *lockOp(FuncId F, const Event &E, bool Begins) const {
    if (E.Kind != EventKind::Call)
      return nullptr;
    const FunctionModel *FM = S.ModelOf[P.calledEntity(F, E)];
    if (!FM || FM->TheRole != FunctionModel::Role::Primitive || (Begins && FM->Tries))
      return nullptr;
    for (const ContextOp &Op : FM->Ops)
      if (Op.LockArg >= 0 && uint32_t(Op.LockArg) < E.ArgCount && (Op.Delta > 0) == Begins &&
          S.M.Contexts[Op.Context].Raw)
        return &Op;
    return nullptr;
  }

  // The address of the raw lock that a call takes; 0: none.
  ValueId taken(FuncId F, const Event &E) const {
    const ContextOp *Op = lockOp(F, E, true);
    if (!Op || S.ModelOf[P.calledEntity(F, E)]->OpsWhen != When::Always)
      return 0;
    const ValueId Lock = argument(P.function(F), E, Op->LockArg);
    const ValueKind K = P.function(F).Values[Lock].Kind;
    return (K == ValueKind::Field || K == ValueKind::Global) &&
                   !P.LockWrappers.contains(P.addressKey(F, Lock))
               ? Lock
               : 0;
  }

  void walk(FuncId F, EventIdx Where, ValueId Lock) {
    WalkStart Start;
    Start.Func = F;
    Start.After = Where;
    Walk.visit(Start, [&](EventIdx I, const PathWalk::Place &) {
      const Event &E = P.function(F).Events[I];
      if (const ContextOp *Op = lockOp(F, E, false))
        return argument(P.function(F), E, Op->LockArg) != Lock;
      note(F, Where, Lock, I);
      return true;
    });
  }

  void note(FuncId F, EventIdx Where, ValueId Lock, EventIdx I) {
    const Event &E = P.function(F).Events[I];
    const FuncId T = E.Kind == EventKind::Call ? P.directCallee(F, E) : NoFunc;
    const int Param = T == NoFunc ? -1 : parameterOfType(P, T, "gfp_t");
    if (Param < 0 || !IsAllocator(T) ||
        llvm::any_of(Out, [&](const RawAllocation &X) { return X.Func == F && X.Where == I; }))
      return;
    // One that can wait sleeps with any lock.
    const MaskBits Mask = maskBits(S, F, argument(P.function(F), E, Param), S.DirectReclaim);
    if (!Mask.Set)
      Out.push_back({F, Where, I, Lock, Mask.Mask});
  }

  const Solution &S;
  const Program &P;
  const function_ref<bool(FuncId)> IsAllocator;
  PathWalk Walk;
  std::vector<RawAllocation> Out;
};

} // namespace

std::vector<RawAllocation> findRawAllocations(const Solution &S,
                                              function_ref<bool(FuncId)> IsAllocator) {
  return Finder(S, IsAllocator).run();
}

} // namespace gfpcheck
