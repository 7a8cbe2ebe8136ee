//===- Calls.cpp - Lowering of calls, aggregates and stores ---------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls and stores are the events of a skeleton. Compiler intrinsics are neither:
// they are evaluated where that is easy and Unknown otherwise. Records are
// initialised member by member; what a block stored in a local record is read back
// without a Load as long as nobody else can have written there.
//
//===----------------------------------------------------------------------===//

#include "FunctionBuilder.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/Builtins.h"

using namespace clang;

namespace gfpcheck::extract {

ValueId FunctionBuilder::emitCall(ValueId Callee, llvm::ArrayRef<ValueId> Args, SourceLocation Loc,
                                  uint64_t TypeHash, uint8_t Flags) {
  Event &E = addEvent(EventKind::Call, Loc);
  E.A = Callee;
  E.Flags = Flags;
  E.TypeHash = TypeHash;
  E.CallNo = CallCount++;
  E.ArgBegin = F.Arguments.size();
  E.ArgCount = Args.size();
  F.Arguments.insert(F.Arguments.end(), Args.begin(), Args.end());
  for (ValueId Arg : Args)
    leak(Arg);
  forgetStores();
  return F.Values.leaf(ValueKind::Call, E.CallNo);
}

static bool doesNotReturn(const CallExpr *E, const FunctionDecl *Callee) {
  if (Callee && Callee->isNoReturn())
    return true;
  QualType Type = E->getCallee()->getType();
  if (const auto *Pointer = Type->getAs<PointerType>())
    Type = Pointer->getPointeeType();
  const auto *Function = Type->getAs<clang::FunctionType>();
  return Function && Function->getNoReturnAttr();
}

ValueId FunctionBuilder::valueOfCall(const CallExpr *E) {
  const FunctionDecl *Callee = E->getDirectCallee();
  if (Callee) {
    if (unsigned Builtin = Callee->getBuiltinID();
        Builtin && !Ctx.BuiltinInfo.isPredefinedLibFunction(Builtin)) {
      ValueId Result = 0;
      if (!valueOfBuiltin(E, Builtin, Result)) {
        for (const Expr *Arg : E->arguments())
          if (Arg->isGLValue())
            place(Arg);
          else
            leak(value(Arg));
        forgetStores();
      }
      return Result;
    }
    // The compiler has proved that calls of __attribute__((error)) are never reached.
    if (const auto *Error = Callee->getAttr<ErrorAttr>(); Error && Error->isError()) {
      stop();
      return 0;
    }
  }
  ValueId Function = value(E->getCallee());
  llvm::SmallVector<ValueId, 8> Args;
  for (const Expr *Arg : E->arguments())
    Args.push_back(value(Arg));
  if (isDead())
    return 0;
  uint64_t TypeHash = 0;
  if (F.Values[Function].Kind != ValueKind::Func) {
    QualType Type = E->getCallee()->getType();
    if (const auto *Pointer = Type->getAs<PointerType>())
      TypeHash = N.typeHash(Pointer->getPointeeType());
  }
  const bool NoReturn = doesNotReturn(E, Callee);
  ValueId Result = emitCall(Function, Args, E->getBeginLoc(), TypeHash, NoReturn ? EF_NoReturn : 0);
  if (NoReturn)
    stop();
  return Result;
}

// Returns false for an intrinsic of no interest, whose arguments are not evaluated yet.
bool FunctionBuilder::valueOfBuiltin(const CallExpr *E, unsigned Builtin, ValueId &Result) {
  switch (Builtin) {
  case Builtin::BI__builtin_expect:
  case Builtin::BI__builtin_expect_with_probability:
  case Builtin::BI__builtin_assume_aligned:
    Result = value(E->getArg(0));
    return true;
  case Builtin::BI__builtin_constant_p: {
    // As if not optimised: only what is constant in the source.
    const Expr *Arg = E->getArg(0);
    ValueId V = isPure(Arg) && !Arg->isGLValue() ? value(Arg) : 0;
    Result = F.Values.constant(F.Values.isConst(V) || F.Values[V].Kind == ValueKind::String);
    return true;
  }
  case Builtin::BI__builtin_unreachable:
  case Builtin::BI__builtin_trap:
    stop();
    return true;
  case Builtin::BI__builtin_add_overflow:
  case Builtin::BI__builtin_sub_overflow:
  case Builtin::BI__builtin_mul_overflow: {
    ValueId A = value(E->getArg(0)), B = value(E->getArg(1));
    QualType Type = E->getArg(2)->getType()->getPointeeType();
    const VarDecl *Var = addressedVariable(E->getArg(2));
    Slot P = Var ? placeOfVariable(Var) : Slot{None, value(E->getArg(2))};
    BinaryOperatorKind Op = Builtin == Builtin::BI__builtin_add_overflow   ? BO_Add
                            : Builtin == Builtin::BI__builtin_sub_overflow ? BO_Sub
                                                                           : BO_Mul;
    write(P, arithmetic(Op, A, B, Type), E->getBeginLoc());
    return true;
  }
  case Builtin::BI__builtin_va_start:
  case Builtin::BI__builtin_va_end:
  case Builtin::BI__builtin_va_copy:
    return true;
  default:
    // ffs, clz, bswap, object_size of constants.
    if (E->getType()->isIntegerType())
      Result = constantOf(E);
    return Result != 0;
  }
}

static ValueId rootOf(const ValueTable &Values, ValueId Address) {
  while (Values[Address].Kind == ValueKind::Field || Values[Address].Kind == ValueKind::Index)
    Address = Values[Address].A;
  return Address;
}

// Whether what is stored at Outer may include what is stored at Inner.
static bool encloses(const ValueTable &Values, ValueId Outer, ValueId Inner) {
  for (;; Inner = Values[Inner].A) {
    if (Inner == Outer)
      return true;
    const gfpcheck::Value &I = Values[Inner], &O = Values[Outer];
    if (I.Kind == ValueKind::Index && O.Kind == ValueKind::Index && I.A == O.A && (!I.B || !O.B))
      return true; // some element, maybe this one
    if (I.Kind != ValueKind::Field && I.Kind != ValueKind::Index)
      return false;
  }
}

void FunctionBuilder::store(ValueId Address, ValueId Value, SourceLocation Loc, uint8_t Flags) {
  if (isDead())
    return;
  Event &E = addEvent(EventKind::Store, Loc);
  E.A = Address;
  E.B = Value;
  E.Flags = Flags;
  leak(Value);
  if (F.Values[rootOf(F.Values, Address)].Kind != ValueKind::Local)
    return forgetStores();
  for (auto It = Known.begin(); It != Known.end(); ++It)
    if (encloses(F.Values, Address, It->first) || encloses(F.Values, It->first, Address))
      Known.erase(It);
  if (F.Values[Address].Kind != ValueKind::Index || F.Values[Address].B)
    Known[Address] = Value;
}

void FunctionBuilder::forgetStores() {
  for (auto It = Known.begin(); It != Known.end(); ++It)
    if (Leaked.contains(rootOf(F.Values, It->first)))
      Known.erase(It);
}

// An address of local memory that is passed on or stored: others may write there.
void FunctionBuilder::leak(ValueId Id) {
  if (!F.Values.hasLocal(Id))
    return;
  const gfpcheck::Value V = F.Values[Id];
  switch (V.Kind) {
  case ValueKind::Local:
    Leaked[Id] = true;
    break;
  case ValueKind::Load:
    break;
  case ValueKind::Select:
    leak(V.C);
    leak(V.B);
    break;
  case ValueKind::Field:
  case ValueKind::Container:
  case ValueKind::Index:
    leak(V.A);
    break;
  default:
    if (V.Kind >= ValueKind::And && V.Kind <= ValueKind::Sub) {
      leak(V.A);
      leak(V.B);
    }
    break;
  }
}

// Whether an initialiser leaves something to be zeroed.
static bool leavesGaps(const InitListExpr *List) {
  if (List->hasArrayFiller())
    return true;
  for (const Expr *Init : List->inits()) {
    if (isa<ImplicitValueInitExpr>(Init))
      return true;
    if (auto *Inner = dyn_cast<InitListExpr>(strip(Init)); Inner && leavesGaps(Inner))
      return true;
  }
  return false;
}

static const InitListExpr *semanticForm(const InitListExpr *List) {
  return List->isSyntacticForm() && List->getSemanticForm() ? List->getSemanticForm() : List;
}

void FunctionBuilder::initialise(ValueId Address, const Expr *Init, QualType Type) {
  Init = strip(Init);
  if (Type->isScalarType()) {
    store(Address, value(Init), Init->getExprLoc());
    return;
  }
  const Expr *Literal = Init;
  if (auto *Cast = dyn_cast<CastExpr>(Init); Cast && Cast->getCastKind() == CK_LValueToRValue)
    Literal = strip(Cast->getSubExpr());
  if (auto *Compound = dyn_cast<CompoundLiteralExpr>(Literal))
    Literal = strip(Compound->getInitializer());
  if (auto *List = dyn_cast<InitListExpr>(Literal)) {
    List = semanticForm(List);
    if (List->getNumInits() == 0 || leavesGaps(List))
      store(Address, F.Values.constant(0), List->getBeginLoc());
    initialiseList(Address, List);
    return;
  }
  if (Type->isRecordType())
    store(Address, value(Init), Init->getExprLoc());
}

void FunctionBuilder::initialiseList(ValueId Address, const InitListExpr *List) {
  List = semanticForm(List);
  auto Element = [this](ValueId At, const Expr *Init, QualType Type) {
    Init = strip(Init);
    if (isa<ImplicitValueInitExpr>(Init))
      return;
    if (auto *Inner = dyn_cast<InitListExpr>(Init); Inner && !Type->isScalarType())
      initialiseList(At, Inner);
    else
      initialise(At, Init, Type);
  };
  auto Field = [&](const FieldDecl *Field, const Expr *Init) {
    Member M = N.member(Field);
    Element(M.Name ? F.Values.field(Address, M.Record, M.Name) : Address, Init, Field->getType());
  };
  if (const RecordDecl *Record = List->getType()->getAsRecordDecl()) {
    if (Record->isUnion()) {
      if (List->getInitializedFieldInUnion() && List->getNumInits())
        Field(List->getInitializedFieldInUnion(), List->getInit(0));
      return;
    }
    unsigned I = 0;
    for (const FieldDecl *Member : Record->fields()) {
      if (Member->isUnnamedBitField())
        continue;
      if (I == List->getNumInits())
        break;
      Field(Member, List->getInit(I++));
    }
    return;
  }
  const ArrayType *Array = Ctx.getAsArrayType(List->getType());
  if (!Array)
    return;
  const QualType Type = Array->getElementType();
  const bool IsData = Type->isScalarType() && !Type->isPointerType();
  for (unsigned I = 0; I != List->getNumInits(); ++I) {
    const Expr *Init = List->getInit(I);
    if (!IsData)
      Element(F.Values.index(Address, F.Values.constant(I), true), Init, Type);
    else if (!isPure(Init))
      value(Init); // numbers in a table are not kept, what computes them is
  }
}

ValueId FunctionBuilder::temporary(const Expr *E) {
  ValueId Address = newLocal();
  initialise(Address, cast<CompoundLiteralExpr>(E)->getInitializer(), E->getType());
  return Address;
}

} // namespace gfpcheck::extract
