//===- Prescan.cpp - What must be known of a body before lowering it ------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Prescan.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/Builtins.h"

using namespace clang;

namespace gfpcheck::extract {

const Expr *strip(const Expr *E) {
  for (;;) {
    if (auto *Paren = dyn_cast<ParenExpr>(E))
      E = Paren->getSubExpr();
    else if (auto *Choose = dyn_cast<ChooseExpr>(E))
      E = Choose->getChosenSubExpr();
    else if (auto *Generic = dyn_cast<GenericSelectionExpr>(E))
      E = Generic->getResultExpr();
    else if (auto *Full = dyn_cast<FullExpr>(E))
      E = Full->getSubExpr();
    else if (auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
      E = Temporary->getSubExpr();
    else if (auto *Unary = dyn_cast<UnaryOperator>(E); Unary && Unary->getOpcode() == UO_Extension)
      E = Unary->getSubExpr();
    else
      return E;
  }
}

const VarDecl *addressedVariable(const Expr *E) {
  E = strip(E);
  while (auto *Cast = dyn_cast<CastExpr>(E))
    E = strip(Cast->getSubExpr());
  auto *AddrOf = dyn_cast<UnaryOperator>(E);
  if (!AddrOf || AddrOf->getOpcode() != UO_AddrOf)
    return nullptr;
  auto *Ref = dyn_cast<DeclRefExpr>(strip(AddrOf->getSubExpr()));
  auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return Var && Var->hasLocalStorage() ? Var : nullptr;
}

const VarDecl *directlyDereferenced(const UnaryOperator *Deref) {
  const VarDecl *Var = addressedVariable(Deref->getSubExpr());
  if (!Var || !Var->getType()->isScalarType() || !Deref->getType()->isScalarType())
    return nullptr;
  const ASTContext &C = Var->getASTContext();
  return C.getTypeSize(Var->getType()) == C.getTypeSize(Deref->getType()) ? Var : nullptr;
}

static bool isOverflowBuiltin(const CallExpr *Call) {
  switch (Call->getBuiltinCallee()) {
  case Builtin::BI__builtin_add_overflow:
  case Builtin::BI__builtin_sub_overflow:
  case Builtin::BI__builtin_mul_overflow:
    return true;
  default:
    return false;
  }
}

void Prescan::run(const Stmt *Body) {
  AddressTaken.clear();
  Labels.clear();
  HasComputedGoto = false;
  Active.clear();
  visit(Body);
}

void Prescan::visit(const Stmt *S) {
  if (!S)
    return;
  const size_t Scope = Active.size();
  switch (S->getStmtClass()) {
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::OffsetOfExprClass:
    return; // not evaluated
  case Stmt::GenericSelectionExprClass:
  case Stmt::ChooseExprClass:
  case Stmt::ParenExprClass:
  case Stmt::ConstantExprClass:
  case Stmt::ExprWithCleanupsClass:
  case Stmt::MaterializeTemporaryExprClass:
    return visit(strip(cast<Expr>(S)));
  case Stmt::UnaryOperatorClass: {
    auto *U = cast<UnaryOperator>(S);
    if (U->getOpcode() == UO_Deref && directlyDereferenced(U))
      return;
    if (U->getOpcode() == UO_AddrOf)
      if (const VarDecl *Var = addressedVariable(U))
        AddressTaken.insert(Var);
    break;
  }
  case Stmt::CallExprClass: {
    auto *Call = cast<CallExpr>(S);
    if (isOverflowBuiltin(Call) && Call->getNumArgs() == 3 && addressedVariable(Call->getArg(2))) {
      visit(Call->getArg(0));
      visit(Call->getArg(1));
      return;
    }
    if (Call->getBuiltinCallee() == Builtin::BI__builtin_constant_p)
      return;
    break;
  }
  case Stmt::DeclStmtClass:
    for (const Decl *D : cast<DeclStmt>(S)->decls())
      if (auto *Var = dyn_cast<VarDecl>(D); Var && Var->hasAttr<CleanupAttr>())
        Active.push_back(Var);
    for (const Stmt *Child : S->children())
      visit(Child);
    return; // stays in scope
  case Stmt::LabelStmtClass:
    Labels[cast<LabelStmt>(S)->getDecl()].Cleanups = Active;
    for (const Stmt *Child : S->children())
      visit(Child);
    return; // a declaration after a label belongs to the enclosing scope
  case Stmt::GotoStmtClass:
    ++Labels[cast<GotoStmt>(S)->getLabel()].Jumps;
    return;
  case Stmt::AddrLabelExprClass:
    Labels[cast<AddrLabelExpr>(S)->getLabel()].AddressTaken = true;
    return;
  case Stmt::IndirectGotoStmtClass:
    HasComputedGoto = true;
    break;
  case Stmt::GCCAsmStmtClass: {
    auto *Asm = cast<GCCAsmStmt>(S);
    for (const AddrLabelExpr *L : Asm->labels())
      ++Labels[L->getLabel()].Jumps;
    for (const Expr *Output : Asm->outputs())
      visit(Output);
    for (const Expr *Input : Asm->inputs())
      visit(Input);
    return;
  }
  case Stmt::InitListExprClass: {
    auto *List = cast<InitListExpr>(S);
    if (List->isSyntacticForm() && List->getSemanticForm())
      return visit(List->getSemanticForm());
    for (const Expr *Init : List->inits())
      visit(Init);
    return;
  }
  default:
    break;
  }
  for (const Stmt *Child : S->children())
    visit(Child);
  // Scopes end with the statement that opened them.
  if (!isa<Expr>(S) || isa<StmtExpr>(S))
    Active.resize(Scope);
}

bool canBeEntered(const Stmt *S) {
  if (!S)
    return false;
  if (isa<LabelStmt, SwitchCase>(S))
    return true;
  for (const Stmt *Child : S->children())
    if (canBeEntered(Child))
      return true;
  return false;
}

bool isPure(const Expr *E) {
  E = strip(E);
  switch (E->getStmtClass()) {
  case Stmt::IntegerLiteralClass:
  case Stmt::CharacterLiteralClass:
  case Stmt::StringLiteralClass:
  case Stmt::DeclRefExprClass:
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::OffsetOfExprClass:
  case Stmt::TypeTraitExprClass:
    return true;
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
    return isPure(cast<CastExpr>(E)->getSubExpr());
  case Stmt::MemberExprClass:
    return isPure(cast<MemberExpr>(E)->getBase());
  case Stmt::ArraySubscriptExprClass:
    return isPure(cast<ArraySubscriptExpr>(E)->getLHS()) &&
           isPure(cast<ArraySubscriptExpr>(E)->getRHS());
  case Stmt::UnaryOperatorClass: {
    auto *U = cast<UnaryOperator>(E);
    return !U->isIncrementDecrementOp() && isPure(U->getSubExpr());
  }
  case Stmt::BinaryOperatorClass: {
    auto *B = cast<BinaryOperator>(E);
    return !B->isAssignmentOp() && isPure(B->getLHS()) && isPure(B->getRHS());
  }
  case Stmt::ConditionalOperatorClass: {
    auto *C = cast<ConditionalOperator>(E);
    return isPure(C->getCond()) && isPure(C->getTrueExpr()) && isPure(C->getFalseExpr());
  }
  default:
    return false;
  }
}

} // namespace gfpcheck::extract
