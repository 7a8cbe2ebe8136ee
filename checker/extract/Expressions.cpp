//===- Expressions.cpp - Lowering of expressions to values ----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An rvalue becomes a value, an lvalue a slot: a substituted variable, or memory at
// an address value. READ_ONCE() and its kin, which go through casts of an address,
// come out as plain loads and stores of the member, since casts are transparent.
//
//===----------------------------------------------------------------------===//

#include "FunctionBuilder.h"
#include "clang/AST/Attr.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace gfpcheck::extract {

IntType FunctionBuilder::intType(QualType Type) const {
  if (Type->isIntegralOrEnumerationType() && !Type->isIncompleteType())
    return {uint8_t(std::min(Ctx.getIntWidth(Type), 64u)),
            Type->isUnsignedIntegerOrEnumerationType()};
  return {uint8_t(Ctx.getTypeSize(Ctx.VoidPtrTy)), true};
}

ValueId FunctionBuilder::constantOf(const Expr *E) {
  Expr::EvalResult Result;
  if (E->isValueDependent() || !E->EvaluateAsInt(Result, Ctx))
    return 0;
  return F.Values.constant(Result.Val.getInt().getExtValue());
}

// __LINE__ is for messages; what a summary says shall not change with every line above it.
bool FunctionBuilder::isLineNumber(const IntegerLiteral *E) const {
  return E->getLocation().isMacroID() &&
         Lexer::getImmediateMacroName(E->getLocation(), Ctx.getSourceManager(),
                                      Ctx.getLangOpts()) == "__LINE__";
}

void FunctionBuilder::discard(const Expr *E) {
  if (E->isGLValue())
    place(E);
  else
    value(E);
}

ValueId FunctionBuilder::value(const Expr *E) {
  E = strip(E);
  switch (E->getStmtClass()) {
  case Stmt::IntegerLiteralClass: {
    const llvm::APInt &N = cast<IntegerLiteral>(E)->getValue();
    if (N.getBitWidth() > 64 || isLineNumber(cast<IntegerLiteral>(E)))
      return 0;
    return F.Values.constant(ValueTable::wrap(int64_t(N.getZExtValue()), intType(E->getType())));
  }
  case Stmt::CharacterLiteralClass:
    return F.Values.constant(
        ValueTable::wrap(cast<CharacterLiteral>(E)->getValue(), intType(E->getType())));
  case Stmt::StringLiteralClass:
  case Stmt::PredefinedExprClass:
    return F.Values.leaf(ValueKind::String);
  case Stmt::DeclRefExprClass:
    if (auto *Enum = dyn_cast<EnumConstantDecl>(cast<DeclRefExpr>(E)->getDecl()))
      return F.Values.constant(Enum->getInitVal().getExtValue());
    return place(E).Address;
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::OffsetOfExprClass:
  case Stmt::TypeTraitExprClass:
    return constantOf(E);
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
    return valueOfCast(cast<CastExpr>(E));
  case Stmt::UnaryOperatorClass:
    return valueOfUnary(cast<UnaryOperator>(E));
  case Stmt::BinaryOperatorClass:
  case Stmt::CompoundAssignOperatorClass:
    return valueOfBinary(cast<BinaryOperator>(E));
  case Stmt::ConditionalOperatorClass: {
    auto *C = cast<ConditionalOperator>(E);
    return emitConditional(C->getCond(), C->getTrueExpr(), C->getFalseExpr());
  }
  case Stmt::BinaryConditionalOperatorClass:
    return emitElvis(cast<BinaryConditionalOperator>(E));
  case Stmt::OpaqueValueExprClass: {
    auto It = Opaque.find(cast<OpaqueValueExpr>(E));
    return It == Opaque.end() ? 0 : It->second;
  }
  case Stmt::CallExprClass:
    return valueOfCall(cast<CallExpr>(E));
  case Stmt::StmtExprClass:
    return valueOfStmtExpr(cast<StmtExpr>(E));
  case Stmt::MemberExprClass:
  case Stmt::ArraySubscriptExprClass:
  case Stmt::CompoundLiteralExprClass:
    return read(place(E)); // of a record that is an rvalue
  case Stmt::InitListExprClass: {
    auto *List = cast<InitListExpr>(E);
    return List->getNumInits() == 1 && E->getType()->isScalarType() ? value(List->getInit(0)) : 0;
  }
  case Stmt::ImplicitValueInitExprClass:
    return E->getType()->isScalarType() ? F.Values.constant(0) : 0;
  default:
    // Atomics, va_arg, vectors, floating point: only what they call matters.
    for (const Stmt *Child : E->children())
      if (auto *Operand = dyn_cast_or_null<Expr>(Child))
        discard(Operand);
    return 0;
  }
}

// `static const bool class_mutex_is_conditional = false` is as good as a literal.
ValueId FunctionBuilder::constantVariable(const Expr *E) {
  auto *Ref = dyn_cast<DeclRefExpr>(strip(E));
  auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Var || Var->hasLocalStorage() || Var->isExternallyVisible())
    return 0;
  QualType Type = Var->getType();
  if (!Type.isConstQualified() || Type.isVolatileQualified() ||
      !Type->isIntegralOrEnumerationType())
    return 0;
  const Expr *Init = Var->getAnyInitializer();
  return Init ? constantOf(Init) : 0;
}

ValueId FunctionBuilder::valueOfCast(const CastExpr *E) {
  const Expr *Sub = E->getSubExpr();
  switch (E->getCastKind()) {
  case CK_LValueToRValue:
    if (ValueId Constant = constantVariable(Sub))
      return Constant;
    return read(place(Sub));
  case CK_ArrayToPointerDecay:
  case CK_FunctionToPointerDecay:
  case CK_BuiltinFnToFnPtr:
    return place(Sub).Address;
  case CK_ToVoid:
    discard(Sub);
    return 0;
  case CK_IntegralToBoolean:
  case CK_PointerToBoolean:
    return F.Values.truth(value(Sub));
  case CK_IntegralCast:
  case CK_PointerToIntegral:
  case CK_IntegralToPointer: {
    ValueId V = value(Sub);
    if (F.Values.isConst(V))
      return F.Values.constant(ValueTable::wrap(F.Values[V].Imm, intType(E->getType())));
    return V;
  }
  case CK_NullToPointer:
    discard(Sub);
    return F.Values.constant(0);
  case CK_IntegralToFloating:
  case CK_FloatingToIntegral:
  case CK_FloatingToBoolean:
  case CK_FloatingCast:
    discard(Sub);
    return 0;
  default:
    return Sub->isGLValue() ? place(Sub).Address : value(Sub);
  }
}

ValueId FunctionBuilder::valueOfUnary(const UnaryOperator *E) {
  switch (E->getOpcode()) {
  case UO_AddrOf:
    return place(E->getSubExpr()).Address;
  case UO_Deref:
    return read(place(E));
  case UO_Plus:
    return value(E->getSubExpr());
  case UO_Minus:
    return F.Values.unary(ValueKind::Neg, value(E->getSubExpr()), intType(E->getType()));
  case UO_Not:
    return F.Values.unary(ValueKind::Not, value(E->getSubExpr()), intType(E->getType()));
  case UO_LNot:
    return F.Values.unary(ValueKind::LNot, value(E->getSubExpr()), IntType());
  case UO_PreInc:
  case UO_PreDec:
  case UO_PostInc:
  case UO_PostDec:
    return increment(E);
  default:
    discard(E->getSubExpr());
    return 0;
  }
}

ValueId FunctionBuilder::increment(const UnaryOperator *E) {
  Slot P = place(E->getSubExpr());
  ValueId Old = read(P), One = F.Values.constant(1);
  QualType Type = E->getType();
  ValueId New;
  if (Type->isPointerType())
    New = F.Values.index(Old, E->isIncrementOp() ? One : F.Values.constant(-1), false);
  else
    New = F.Values.binary(E->isIncrementOp() ? ValueKind::Add : ValueKind::Sub, Old, One,
                          intType(Type));
  write(P, New, E->getOperatorLoc(), EF_AtomicRmw);
  return E->isPrefix() ? New : Old;
}

ValueId FunctionBuilder::valueOfStmtExpr(const StmtExpr *E) {
  const CompoundStmt *Body = E->getSubStmt();
  const size_t Depth = Cleanups.size();
  ValueId Result = 0;
  for (const Stmt *Child : Body->body()) {
    if (Child != Body->body_back()) {
      emit(Child);
      continue;
    }
    const Stmt *Last = Child;
    while (!isDead()) {
      if (auto *Label = dyn_cast<LabelStmt>(Last)) {
        emitLabel(Label);
        Last = Label->getSubStmt();
      } else if (auto *Attributed = dyn_cast<AttributedStmt>(Last)) {
        Last = Attributed->getSubStmt();
      } else {
        break;
      }
    }
    auto *Value = dyn_cast<Expr>(Last);
    if (Value && !isDead() && !E->getType()->isVoidType())
      Result = Value->isGLValue() ? read(place(Value)) : value(Value);
    else
      emit(Last);
  }
  leaveScope(Depth, Body->getRBracLoc());
  return Result;
}

static ValueKind kindOf(BinaryOperatorKind Op) {
  switch (Op) {
  case BO_Mul:
  case BO_MulAssign:
    return ValueKind::Mul;
  case BO_Div:
  case BO_DivAssign:
    return ValueKind::Div;
  case BO_Rem:
  case BO_RemAssign:
    return ValueKind::Rem;
  case BO_Add:
  case BO_AddAssign:
    return ValueKind::Add;
  case BO_Sub:
  case BO_SubAssign:
    return ValueKind::Sub;
  case BO_Shl:
  case BO_ShlAssign:
    return ValueKind::Shl;
  case BO_Shr:
  case BO_ShrAssign:
    return ValueKind::Shr;
  case BO_And:
  case BO_AndAssign:
    return ValueKind::And;
  case BO_Or:
  case BO_OrAssign:
    return ValueKind::Or;
  case BO_Xor:
  case BO_XorAssign:
    return ValueKind::Xor;
  case BO_LT:
    return ValueKind::Lt;
  case BO_LE:
    return ValueKind::Le;
  case BO_GT:
    return ValueKind::Gt;
  case BO_GE:
    return ValueKind::Ge;
  case BO_EQ:
    return ValueKind::Eq;
  case BO_NE:
    return ValueKind::Ne;
  default:
    return ValueKind::Unknown;
  }
}

ValueId FunctionBuilder::arithmetic(BinaryOperatorKind Op, ValueId A, ValueId B, QualType Type) {
  ValueKind Kind = kindOf(Op);
  if (Kind == ValueKind::Unknown || !(Type->isIntegralOrEnumerationType() || Type->isPointerType()))
    return 0;
  return F.Values.binary(Kind, A, B, intType(Type));
}

static const OffsetOfExpr *offsetOf(const Expr *E) {
  E = strip(E);
  while (auto *Cast = dyn_cast<CastExpr>(E))
    E = strip(Cast->getSubExpr());
  return dyn_cast<OffsetOfExpr>(E);
}

// `(unsigned long)p + offset`, as the per-CPU accessors and RELOC_HIDE() have it: an
// instance of what p points to.
static bool isAddress(const Expr *E) {
  auto *Cast = dyn_cast<CastExpr>(strip(E));
  return Cast && Cast->getCastKind() == CK_PointerToIntegral;
}

// pointer ± offsetof(T, member) is what container_of() and its reverse expand to;
// every other displacement leads to some element of an array.
ValueId FunctionBuilder::pointerArithmetic(const Expr *Pointer, ValueId Base, const Expr *Offset,
                                           ValueId OffsetValue, bool Subtract) {
  if (const OffsetOfExpr *Path = offsetOf(Offset)) {
    const unsigned Count = Path->getNumComponents();
    for (unsigned I = 0; I != Count; ++I) {
      const OffsetOfNode &Node = Path->getComponent(Subtract ? Count - 1 - I : I);
      if (Node.getKind() == OffsetOfNode::Array) {
        if (!Subtract)
          Base = F.Values.index(Base, value(Path->getIndexExpr(Node.getArrayExprIndex())), true);
        else if (F.Values[Base].Kind == ValueKind::Index)
          Base = F.Values[Base].A;
      } else if (Node.getKind() == OffsetOfNode::Field) {
        Member M = N.member(Node.getField());
        if (M.Name)
          Base = Subtract ? F.Values.container(Base, M.Record, M.Name)
                          : F.Values.field(Base, M.Record, M.Name);
      }
    }
    return Base;
  }
  if (Subtract)
    OffsetValue = F.Values.unary(ValueKind::Neg, OffsetValue, {64, false});
  if (F.Values.isConst(Base))
    return F.Values.binary(ValueKind::Add, Base, OffsetValue, intType(Ctx.VoidPtrTy));
  auto *Decay = dyn_cast<CastExpr>(strip(Pointer));
  return F.Values.index(Base, OffsetValue, Decay && Decay->getCastKind() == CK_ArrayToPointerDecay);
}

ValueId FunctionBuilder::valueOfBinary(const BinaryOperator *E) {
  if (E->isAssignmentOp())
    return assign(E);
  if (E->isLogicalOp())
    return emitLogical(E);
  if (E->getOpcode() == BO_Comma) {
    discard(E->getLHS());
    return value(E->getRHS());
  }
  const Expr *L = E->getLHS(), *R = E->getRHS();
  ValueId A = value(L), B = value(R);
  if (E->isAdditiveOp()) {
    const bool Subtract = E->getOpcode() == BO_Sub;
    const bool LeftPointer = L->getType()->isPointerType();
    const bool RightPointer = R->getType()->isPointerType();
    if (LeftPointer && !RightPointer)
      return pointerArithmetic(L, A, R, B, Subtract);
    if (RightPointer && !LeftPointer && !Subtract)
      return pointerArithmetic(R, B, L, A, false);
    // An address in an integer, displaced to another member or to the whole.
    if (!LeftPointer && !RightPointer && offsetOf(R) && !F.Values.isConst(A))
      return pointerArithmetic(L, A, R, B, Subtract);
    if (!Subtract && isAddress(R) && !F.Values.isConst(A))
      return F.Values.index(B, 0, true);
    if (!Subtract && isAddress(L) && !F.Values.isConst(B))
      return F.Values.index(A, 0, true);
  }
  return arithmetic(E->getOpcode(), A, B, E->isComparisonOp() ? L->getType() : E->getType());
}

ValueId FunctionBuilder::assign(const BinaryOperator *E) {
  const Expr *Left = E->getLHS();
  if (auto *Compound = dyn_cast<CompoundAssignOperator>(E)) {
    ValueId Operand = value(E->getRHS());
    Slot P = place(Left);
    ValueId Old = read(P), New;
    if (E->getType()->isPointerType()) {
      New = pointerArithmetic(Left, Old, E->getRHS(), Operand, E->getOpcode() == BO_SubAssign);
    } else if (E->getOpcode() == BO_AddAssign && isAddress(E->getRHS())) {
      New = F.Values.index(Operand, 0, true);
    } else {
      New = arithmetic(E->getOpcode(), Old, Operand, Compound->getComputationResultType());
      if (F.Values.isConst(New))
        New = F.Values.constant(ValueTable::wrap(F.Values[New].Imm, intType(E->getType())));
    }
    write(P, New, E->getOperatorLoc(), EF_AtomicRmw);
    return New;
  }
  if (Left->getType()->isRecordType()) {
    Slot P = place(Left);
    initialise(P.Address, E->getRHS(), Left->getType());
    return F.Values.load(P.Address);
  }
  ValueId V = value(E->getRHS());
  write(place(Left), V, E->getOperatorLoc());
  return V;
}

FunctionBuilder::Slot FunctionBuilder::placeOfVariable(const VarDecl *Var) {
  auto [It, New] = Variables.try_emplace(Var);
  if (!New)
    return It->second;
  Slot P;
  if (!Var->hasLocalStorage())
    P.Address = F.Values.leaf(ValueKind::Global, N.entity(Var));
  else if (Var->getType()->isScalarType() && !Scan.AddressTaken.contains(Var) &&
           !Var->hasAttr<CleanupAttr>())
    P.Var = VarCount++;
  else
    P.Address = newLocal();
  return It->second = P;
}

ValueId FunctionBuilder::addressOfMember(const MemberExpr *E) {
  const Expr *Base = E->getBase();
  ValueId Address = E->isArrow() ? value(Base) : place(Base).Address;
  auto *Field = dyn_cast<FieldDecl>(E->getMemberDecl());
  if (!Field)
    return 0;
  Member M = N.member(Field);
  return M.Name ? F.Values.field(Address, M.Record, M.Name) : Address;
}

FunctionBuilder::Slot FunctionBuilder::place(const Expr *E) {
  E = strip(E);
  switch (E->getStmtClass()) {
  case Stmt::DeclRefExprClass: {
    const ValueDecl *D = cast<DeclRefExpr>(E)->getDecl();
    if (auto *Var = dyn_cast<VarDecl>(D))
      return placeOfVariable(Var);
    if (auto *Function = dyn_cast<FunctionDecl>(D))
      return {None, F.Values.leaf(ValueKind::Func, N.entity(Function))};
    return {};
  }
  case Stmt::UnaryOperatorClass: {
    auto *U = cast<UnaryOperator>(E);
    if (U->getOpcode() != UO_Deref)
      break;
    if (const VarDecl *Var = directlyDereferenced(U))
      return placeOfVariable(Var);
    return {None, value(U->getSubExpr())};
  }
  case Stmt::MemberExprClass:
    return {None, addressOfMember(cast<MemberExpr>(E))};
  case Stmt::ArraySubscriptExprClass: {
    auto *Subscript = cast<ArraySubscriptExpr>(E);
    const Expr *Base = Subscript->getBase();
    ValueId Address = value(Base);
    return {None, pointerArithmetic(Base, Address, Subscript->getIdx(), value(Subscript->getIdx()),
                                    false)};
  }
  case Stmt::StringLiteralClass:
  case Stmt::PredefinedExprClass:
    return {None, F.Values.leaf(ValueKind::String)};
  case Stmt::CompoundLiteralExprClass:
    return {None, temporary(E)};
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
    if (E->isGLValue())
      return place(cast<CastExpr>(E)->getSubExpr());
    break;
  default:
    break;
  }
  if (E->isGLValue()) {
    if (isa<OpaqueValueExpr>(E))
      return {None, value(E)};
    return {};
  }
  // A record that is an rvalue is where it was loaded from, or the call itself.
  ValueId V = value(E);
  return {None, F.Values[V].Kind == ValueKind::Load ? F.Values[V].A : V};
}

ValueId FunctionBuilder::read(Slot P) {
  if (P.Var != None)
    return F.read(P.Var, Current);
  for (ValueId At = P.Address;; At = F.Values[At].A) {
    auto It = Known.find(At);
    if (It != Known.end() && (At == P.Address || F.Values.isConst(It->second, 0)))
      return It->second; // a member of what was zeroed is zero
    if (F.Values[At].Kind != ValueKind::Field && F.Values[At].Kind != ValueKind::Index)
      return F.Values.load(P.Address);
  }
}

void FunctionBuilder::write(Slot P, ValueId Value, SourceLocation Loc, uint8_t Flags) {
  if (P.Var != None)
    F.write(P.Var, Current, Value);
  else
    store(P.Address, Value, Loc, Flags);
}

} // namespace gfpcheck::extract
