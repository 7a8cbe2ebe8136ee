//===- Branches.cpp - Lowering of conditions and conditional values -------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A condition is lowered to one branch per operand of && and ||, so that each edge
// says one thing, and at the same time to one value for the whole, so that a join
// behind it can be a Select. A conditional value whose arms only compute needs no
// blocks at all.
//
//===----------------------------------------------------------------------===//

#include "FunctionBuilder.h"
#include "clang/Basic/Builtins.h"

using namespace clang;

namespace gfpcheck::extract {

// Takes off what does not change whether E is zero.
static const Expr *stripCondition(const Expr *E) {
  for (;;) {
    E = strip(E);
    if (auto *Cast = dyn_cast<CastExpr>(E)) {
      const CastKind Kind = Cast->getCastKind();
      if (Kind == CK_IntegralToBoolean || Kind == CK_PointerToBoolean || Kind == CK_NoOp ||
          (Kind == CK_IntegralCast && Cast->getSubExpr()->isKnownToHaveBooleanValue())) {
        E = Cast->getSubExpr();
        continue;
      }
    } else if (auto *Call = dyn_cast<CallExpr>(E)) {
      const unsigned Builtin = Call->getBuiltinCallee();
      if (Builtin == Builtin::BI__builtin_expect ||
          Builtin == Builtin::BI__builtin_expect_with_probability) {
        E = Call->getArg(0);
        continue;
      }
    }
    return E;
  }
}

ValueId FunctionBuilder::branchOn(ValueId Cond, BlockId True, BlockId False, SourceLocation Loc) {
  ValueId Tested = Cond;
  for (;;) {
    const Value &V = F.Values[Tested];
    if (V.Kind == ValueKind::LNot)
      std::swap(True, False);
    else if (!(V.Kind == ValueKind::Ne && F.Values.isConst(V.B, 0)))
      break;
    Tested = V.A;
  }
  if (F.Values.isConst(Tested)) {
    go(F.Values[Tested].Imm ? True : False);
  } else {
    F.Blocks[Current].Cond = Tested;
    F.Blocks[Current].Line = N.line(Loc);
    go(True, GuardKind::True);
    go(False, GuardKind::False);
  }
  stop();
  return Cond;
}

ValueId FunctionBuilder::emitBranch(const Expr *E, BlockId True, BlockId False) {
  E = stripCondition(E);
  if (auto *U = dyn_cast<UnaryOperator>(E); U && U->getOpcode() == UO_LNot)
    return F.Values.unary(ValueKind::LNot, emitBranch(U->getSubExpr(), False, True), IntType());
  if (auto *B = dyn_cast<BinaryOperator>(E)) {
    if (B->isLogicalOp()) {
      const bool IsAnd = B->getOpcode() == BO_LAnd;
      BlockId Rest = F.newBlock();
      ValueId Left =
          IsAnd ? emitBranch(B->getLHS(), Rest, False) : emitBranch(B->getLHS(), True, Rest);
      start(Rest);
      if (isDead())
        return Left;
      ValueId Right = emitBranch(B->getRHS(), True, False);
      return F.Values.binary(IsAnd ? ValueKind::LAnd : ValueKind::LOr, Left, Right, IntType());
    }
    if (B->getOpcode() == BO_Comma) {
      discard(B->getLHS());
      return emitBranch(B->getRHS(), True, False);
    }
  }
  if (auto *C = dyn_cast<ConditionalOperator>(E); C && !isPure(C)) {
    BlockId IfTrue = F.newBlock(), IfFalse = F.newBlock();
    ValueId Cond = emitBranch(C->getCond(), IfTrue, IfFalse);
    ValueId Values[2] = {0, 0};
    start(IfTrue);
    if (!isDead())
      Values[0] = emitBranch(C->getTrueExpr(), True, False);
    start(IfFalse);
    if (!isDead())
      Values[1] = emitBranch(C->getFalseExpr(), True, False);
    return F.Values.select(Cond, Values[0], Values[1]);
  }
  return branchOn(value(E), True, False, E->getExprLoc());
}

template <typename TrueFn, typename FalseFn>
ValueId FunctionBuilder::emitDiamond(const Expr *Cond, TrueFn True, FalseFn False) {
  BlockId IfTrue = F.newBlock(), IfFalse = F.newBlock(), Join = F.newBlock();
  ValueId Tested = emitBranch(Cond, IfTrue, IfFalse);
  const unsigned Before = Entries;
  const VarId Result = VarCount++;
  EdgeId FromTrue = None, FromFalse = None;
  start(IfTrue);
  if (!isDead()) {
    F.write(Result, Current, True());
    if (!isDead()) {
      // True() may have moved on to another block.
      FromTrue = F.addEdge(Current, Join);
    }
  }
  start(IfFalse);
  if (!isDead()) {
    F.write(Result, Current, False());
    if (!isDead())
      FromFalse = F.addEdge(Current, Join);
  }
  if (Entries == Before && FromTrue != None && FromFalse != None && Tested) {
    F.Blocks[Join].TrueEdge = FromTrue;
    F.Blocks[Join].JoinCond = Tested;
  }
  start(Join);
  return F.read(Result, Current);
}

ValueId FunctionBuilder::emitConditional(const Expr *Cond, const Expr *True, const Expr *False) {
  if (isPure(True) && isPure(False)) {
    ValueId Tested = value(Cond);
    if (F.Values.isConst(Tested))
      return value(F.Values[Tested].Imm ? True : False);
    ValueId IfTrue = value(True);
    return F.Values.select(Tested, IfTrue, value(False));
  }
  return emitDiamond(Cond, [&] { return value(True); }, [&] { return value(False); });
}

ValueId FunctionBuilder::emitElvis(const BinaryConditionalOperator *E) {
  Opaque[E->getOpaqueValue()] = value(E->getCommon());
  return emitConditional(E->getCond(), E->getTrueExpr(), E->getFalseExpr());
}

ValueId FunctionBuilder::emitLogical(const BinaryOperator *E) {
  const bool IsAnd = E->getOpcode() == BO_LAnd;
  if (isPure(E->getRHS())) {
    ValueId Left = value(E->getLHS());
    if (F.Values.isConst(Left) && (F.Values[Left].Imm != 0) != IsAnd)
      return F.Values.constant(!IsAnd);
    ValueId Right = value(E->getRHS());
    return F.Values.binary(IsAnd ? ValueKind::LAnd : ValueKind::LOr, Left, Right, IntType());
  }
  return emitDiamond(E, [&] { return F.Values.constant(1); }, [&] { return F.Values.constant(0); });
}

} // namespace gfpcheck::extract
