//===- InitBuilder.cpp - Function pointers in static initialisers ---------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InitBuilder.h"
#include "Prescan.h"

using namespace clang;

namespace gfpcheck::extract {
namespace {

class InitWalk {
public:
  InitWalk(const VarDecl *Var, Names &N, SummaryWriter &Writer, TuSummary &Summary)
      : Var(Var), N(N), Writer(Writer), Summary(Summary) {}

  void walk(const Expr *E, Member In) {
    E = strip(E);
    if (auto *List = dyn_cast<InitListExpr>(E))
      return walkList(List, In);
    if (auto *Cast = dyn_cast<CastExpr>(E))
      return walk(Cast->getSubExpr(), In);
    if (auto *Literal = dyn_cast<CompoundLiteralExpr>(E))
      return walk(Literal->getInitializer(), In);
    if (auto *Conditional = dyn_cast<ConditionalOperator>(E)) {
      bool Known;
      if (Conditional->getCond()->EvaluateAsBooleanCondition(Known, N.Context))
        return walk(Known ? Conditional->getTrueExpr() : Conditional->getFalseExpr(), In);
      walk(Conditional->getTrueExpr(), In);
      return walk(Conditional->getFalseExpr(), In);
    }
    if (auto *Unary = dyn_cast<UnaryOperator>(E)) {
      if (Unary->getOpcode() == UO_AddrOf || Unary->getOpcode() == UO_Deref)
        walk(Unary->getSubExpr(), In);
      return;
    }
    if (auto *Access = dyn_cast<MemberExpr>(E))
      return Access->isArrow() ? void() : walk(Access->getBase(), In);
    if (auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
      return walk(Subscript->getBase(), In);
    if (auto *Binary = dyn_cast<BinaryOperator>(E)) {
      if (Binary->isAdditiveOp()) // &table[0] + 1, or bits in a pointer
        walk(Binary->getLHS(), In);
      return;
    }
    auto *Ref = dyn_cast<DeclRefExpr>(E);
    if (!Ref)
      return;
    const ValueDecl *Target = Ref->getDecl();
    auto *TargetVar = dyn_cast<VarDecl>(Target);
    if (TargetVar ? TargetVar->getCanonicalDecl() == Var->getCanonicalDecl()
                  : !isa<FunctionDecl>(Target))
      return; // lists that point to themselves say nothing
    add(Target, In, E->getExprLoc());
  }

private:
  void add(const ValueDecl *Target, Member In, SourceLocation Loc) {
    InitEntry Entry;
    Entry.Owner = Writer.symbol(N.entity(Var));
    Entry.Record = Writer.str(In.Record);
    Entry.Field = Writer.str(In.Name);
    Entry.Target = Writer.symbol(N.entity(Target));
    Entry.Path = Writer.str(Path);
    Entry.Line = N.line(Loc);
    Summary.Inits.push_back(Entry);
  }

  void walkList(const InitListExpr *List, Member In) {
    if (List->isSyntacticForm() && List->getSemanticForm())
      List = List->getSemanticForm();
    const size_t Length = Path.size();
    if (const RecordDecl *Record = List->getType()->getAsRecordDecl()) {
      auto Field = [&](const FieldDecl *Field, const Expr *Init) {
        Member M = N.member(Field);
        if (M.Name)
          Path += (Path.empty() ? "" : ".") + N.text(M.Name).str();
        walk(Init, M.Name ? M : In);
        Path.resize(Length);
      };
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
    if (const ArrayType *Array = N.Context.getAsArrayType(List->getType()))
      if (Array->getElementType()->isFloatingType() || Array->getElementType()->isCharType())
        return;
    for (unsigned I = 0; I != List->getNumInits(); ++I) {
      const Expr *Init = List->getInit(I);
      if (!Init || isa<ImplicitValueInitExpr>(Init))
        continue;
      Path += "[" + std::to_string(I) + "]";
      walk(Init, In);
      Path.resize(Length);
    }
  }

  const VarDecl *Var;
  Names &N;
  SummaryWriter &Writer;
  TuSummary &Summary;
  std::string Path;
};

} // namespace

void addInits(const VarDecl *Var, Names &N, SummaryWriter &Writer, TuSummary &Summary) {
  QualType Type = N.Context.getBaseElementType(Var->getType());
  if (Type->isFloatingType() || Type->isCharType())
    return;
  InitWalk(Var, N, Writer, Summary).walk(Var->getInit(), Member());
}

} // namespace gfpcheck::extract
