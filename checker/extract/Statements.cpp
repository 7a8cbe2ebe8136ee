//===- Statements.cpp - Lowering of statements ----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unreachable code is not lowered at all unless a label or case inside it can be
// jumped to. A loop's head stays unsealed until its body is done, so that variables
// read in it get a Phi which later proves trivial or not.
//
//===----------------------------------------------------------------------===//

#include "FunctionBuilder.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace gfpcheck::extract {

void FunctionBuilder::build(const FunctionDecl *Function) {
  F.clear();
  Variables.clear();
  Opaque.clear();
  Labels.clear();
  Cleanups.clear();
  Breaks.clear();
  Continues.clear();
  Switches.clear();
  ComputedGotos.clear();
  StaticLocals.clear();
  Leaked.clear();
  VarCount = LocalCount = CallCount = Entries = 0;
  ReturnType = Function->getReturnType();
  Scan.run(Function->getBody());
  HasLabels = !Scan.Labels.empty();

  Known.clear();
  Current = F.newBlock();
  F.seal(Current);
  uint32_t Number = 0;
  for (const ParmVarDecl *Param : Function->parameters()) {
    ValueId Value = F.Values.leaf(ValueKind::Param, Number++);
    write(placeOfVariable(Param), Value, Param->getLocation());
  }
  emit(Function->getBody());
  if (!isDead()) {
    Event &E = addEvent(EventKind::Return, Function->getBody()->getEndLoc());
    E.A = 0;
    stop();
  }
  for (BlockId From : ComputedGotos)
    for (auto &[Decl, Info] : Scan.Labels)
      if (Info.AddressTaken)
        F.addEdge(From, label(Decl).Block);
  F.Blocks[Current].EventEnd = F.Events.size();
  F.finish();
}

void FunctionBuilder::start(BlockId Block, bool Seal) {
  F.Blocks[Current].EventEnd = F.Events.size();
  F.Blocks[Block].EventBegin = F.Blocks[Block].EventEnd = F.Events.size();
  if (Seal)
    F.seal(Block);
  Current = Block;
  Known.clear();
}

void FunctionBuilder::stop() { start(F.newBlock()); }

Event &FunctionBuilder::addEvent(EventKind Kind, SourceLocation Loc) {
  Place P = N.place(Loc);
  Event &E = F.Events.emplace_back();
  E.Kind = Kind;
  E.Line = P.Line;
  E.Column = P.Column;
  E.Macro = P.Macro;
  return E;
}

void FunctionBuilder::emit(const Stmt *S) {
  if (!S)
    return;
  if (isDead() && !(HasLabels || !Switches.empty()))
    return;
  if (isDead() && !canBeEntered(S))
    return;
  switch (S->getStmtClass()) {
  case Stmt::NullStmtClass:
    return;
  case Stmt::CompoundStmtClass:
    return emitCompound(cast<CompoundStmt>(S));
  case Stmt::DeclStmtClass:
    return emitDecl(cast<DeclStmt>(S));
  case Stmt::IfStmtClass:
    return emitIf(cast<IfStmt>(S));
  case Stmt::WhileStmtClass:
    return emitWhile(cast<WhileStmt>(S));
  case Stmt::DoStmtClass:
    return emitDo(cast<DoStmt>(S));
  case Stmt::ForStmtClass:
    return emitFor(cast<ForStmt>(S));
  case Stmt::SwitchStmtClass:
    return emitSwitch(cast<SwitchStmt>(S));
  case Stmt::CaseStmtClass:
  case Stmt::DefaultStmtClass:
    return emit(emitCases(cast<SwitchCase>(S)));
  case Stmt::LabelStmtClass:
    emitLabel(cast<LabelStmt>(S));
    return emit(cast<LabelStmt>(S)->getSubStmt());
  case Stmt::AttributedStmtClass:
    return emit(cast<AttributedStmt>(S)->getSubStmt());
  case Stmt::GotoStmtClass:
    return emitGoto(cast<GotoStmt>(S));
  case Stmt::IndirectGotoStmtClass:
    value(cast<IndirectGotoStmt>(S)->getTarget());
    ComputedGotos.push_back(Current);
    return stop();
  case Stmt::BreakStmtClass:
    return jump(Breaks.back(), S->getBeginLoc());
  case Stmt::ContinueStmtClass:
    return jump(Continues.back(), S->getBeginLoc());
  case Stmt::ReturnStmtClass:
    return emitReturn(cast<ReturnStmt>(S));
  case Stmt::GCCAsmStmtClass:
    return emitAsm(cast<GCCAsmStmt>(S));
  default:
    if (auto *E = dyn_cast<Expr>(S))
      discard(E);
    else
      for (const Stmt *Child : S->children())
        emit(Child);
    return;
  }
}

void FunctionBuilder::emitCompound(const CompoundStmt *S) {
  const size_t Depth = Cleanups.size();
  for (const Stmt *Child : S->body())
    emit(Child);
  leaveScope(Depth, S->getRBracLoc());
}

void FunctionBuilder::emitCleanups(size_t Depth, SourceLocation Loc) {
  for (size_t I = Cleanups.size(); I != Depth && !isDead(); --I) {
    const VarDecl *Var = Cleanups[I - 1];
    const FunctionDecl *Callee = Var->getAttr<CleanupAttr>()->getFunctionDecl();
    ValueId Address = placeOfVariable(Var).Address;
    emitCall(F.Values.leaf(ValueKind::Func, N.entity(Callee)), Address, Loc, 0, EF_Cleanup);
  }
}

void FunctionBuilder::leaveScope(size_t Depth, SourceLocation Loc) {
  emitCleanups(Depth, Loc);
  Cleanups.resize(Depth);
}

void FunctionBuilder::jump(Jump To, SourceLocation Loc) {
  emitCleanups(To.CleanupDepth, Loc);
  go(To.Target);
  stop();
}

void FunctionBuilder::emitDecl(const DeclStmt *S) {
  for (const Decl *D : S->decls()) {
    auto *Var = dyn_cast<VarDecl>(D);
    if (!Var)
      continue;
    if (Var->isStaticLocal()) {
      if (Var->hasInit())
        StaticLocals.push_back(Var);
      continue;
    }
    if (!Var->hasLocalStorage())
      continue; // extern
    emitInitialValue(Var);
    if (Var->hasAttr<CleanupAttr>())
      Cleanups.push_back(Var);
  }
}

void FunctionBuilder::emitInitialValue(const VarDecl *Var) {
  Slot P = placeOfVariable(Var);
  const Expr *Init = Var->getInit();
  if (P.Var != None) {
    ValueId Value = 0;
    if (Init) {
      // A scalar may be written with braces.
      while (auto *List = dyn_cast<InitListExpr>(strip(Init))) {
        Init = List->getNumInits() ? List->getInit(0) : nullptr;
        if (!Init)
          break;
      }
      Value = Init ? value(Init) : F.Values.constant(0);
    }
    F.write(P.Var, Current, Value);
  } else if (Init) {
    initialise(P.Address, Init, Var->getType());
  }
}

void FunctionBuilder::emitIf(const IfStmt *S) {
  BlockId Then = F.newBlock(), Else = F.newBlock(), Join = F.newBlock();
  ValueId Cond = emitBranch(S->getCond(), Then, Else);
  const unsigned Before = Entries;
  start(Then);
  emit(S->getThen());
  EdgeId FromThen = isDead() ? None : F.addEdge(Current, Join);
  start(Else);
  emit(S->getElse());
  EdgeId FromElse = isDead() ? None : F.addEdge(Current, Join);
  if (Entries == Before && FromThen != None && FromElse != None && Cond) {
    F.Blocks[Join].TrueEdge = FromThen;
    F.Blocks[Join].JoinCond = Cond;
  }
  start(Join);
}

void FunctionBuilder::emitWhile(const WhileStmt *S) {
  BlockId Head = F.newBlock(), Body = F.newBlock(), Exit = F.newBlock();
  F.Blocks[Head].MayLoop = true;
  go(Head);
  start(Head, /*Seal=*/false);
  emitBranch(S->getCond(), Body, Exit);
  Breaks.push_back({Exit, Cleanups.size()});
  Continues.push_back({Head, Cleanups.size()});
  start(Body);
  emit(S->getBody());
  go(Head);
  Breaks.pop_back();
  Continues.pop_back();
  F.seal(Head);
  start(Exit);
}

void FunctionBuilder::emitDo(const DoStmt *S) {
  // do { } while (0), the kernel's way to write a macro: no loop at all.
  if (auto *Zero = dyn_cast<IntegerLiteral>(strip(S->getCond())); Zero && Zero->getValue() == 0) {
    BlockId Exit = F.newBlock();
    Breaks.push_back({Exit, Cleanups.size()});
    Continues.push_back({Exit, Cleanups.size()});
    emit(S->getBody());
    Breaks.pop_back();
    Continues.pop_back();
    if (!F.Blocks[Exit].Preds.empty()) {
      go(Exit);
      start(Exit);
    }
    return;
  }
  BlockId Body = F.newBlock(), Cond = F.newBlock(), Exit = F.newBlock();
  F.Blocks[Body].MayLoop = true;
  go(Body);
  start(Body, /*Seal=*/false);
  Breaks.push_back({Exit, Cleanups.size()});
  Continues.push_back({Cond, Cleanups.size()});
  emit(S->getBody());
  go(Cond);
  Breaks.pop_back();
  Continues.pop_back();
  start(Cond);
  if (!isDead())
    emitBranch(S->getCond(), Body, Exit);
  F.seal(Body);
  start(Exit);
}

void FunctionBuilder::emitFor(const ForStmt *S) {
  const size_t Depth = Cleanups.size();
  emit(S->getInit());
  BlockId Head = F.newBlock(), Body = F.newBlock(), Next = F.newBlock(), Exit = F.newBlock();
  F.Blocks[Head].MayLoop = true;
  go(Head);
  start(Head, /*Seal=*/false);
  if (S->getCond())
    emitBranch(S->getCond(), Body, Exit);
  else
    go(Body);
  Breaks.push_back({Exit, Cleanups.size()});
  Continues.push_back({Next, Cleanups.size()});
  start(Body);
  emit(S->getBody());
  go(Next);
  start(Next);
  if (S->getInc() && !isDead())
    discard(S->getInc());
  go(Head);
  Breaks.pop_back();
  Continues.pop_back();
  F.seal(Head);
  start(Exit);
  leaveScope(Depth, S->getEndLoc());
}

static std::optional<llvm::APSInt> caseValue(const Expr *E, const ASTContext &Ctx) {
  return E ? E->getIntegerConstantExpr(Ctx) : std::nullopt;
}

void FunctionBuilder::emitSwitch(const SwitchStmt *S) {
  ValueId Cond = value(S->getCond());
  Switch W{Current, nullptr, F.Values.isConst(Cond), false};
  const SwitchCase *Default = nullptr;
  if (W.IsConstant) {
    const int64_t Number = F.Values[Cond].Imm;
    for (const SwitchCase *C = S->getSwitchCaseList(); C; C = C->getNextSwitchCase()) {
      auto *Case = dyn_cast<CaseStmt>(C);
      if (!Case) {
        Default = C;
        continue;
      }
      auto Lo = caseValue(Case->getLHS(), Ctx), Hi = caseValue(Case->getRHS(), Ctx);
      if (Lo && Number >= Lo->getExtValue() && Number <= (Hi ? *Hi : *Lo).getExtValue())
        W.Only = Case;
    }
    if (!W.Only)
      W.Only = Default;
  }
  BlockId Exit = F.newBlock();
  F.Blocks[Current].Cond = Cond;
  F.Blocks[Current].Line = N.line(S->getCond()->getExprLoc());
  Switches.push_back(W);
  Breaks.push_back({Exit, Cleanups.size()});
  stop(); // the body is entered by its cases only
  emit(S->getBody());
  go(Exit);
  Breaks.pop_back();
  W = Switches.back();
  Switches.pop_back();
  if (W.IsConstant ? !W.Only : !W.HasDefault)
    F.addEdge(W.Head, Exit, W.IsConstant ? GuardKind::Always : GuardKind::Default);
  start(Exit);
}

// Places the block that a run of adjacent cases leads to; returns what follows them.
const Stmt *FunctionBuilder::emitCases(const SwitchCase *S) {
  BlockId Block = F.newBlock();
  go(Block);
  for (;;) {
    Switch &W = Switches.back();
    auto *Case = dyn_cast<CaseStmt>(S);
    W.HasDefault |= !Case;
    if (W.IsConstant) {
      if (W.Only == S)
        F.addEdge(W.Head, Block);
    } else if (!Case) {
      F.addEdge(W.Head, Block, GuardKind::Default);
    } else {
      auto Lo = caseValue(Case->getLHS(), Ctx), Hi = caseValue(Case->getRHS(), Ctx);
      if (Lo)
        F.addEdge(W.Head, Block, GuardKind::Case, Lo->getExtValue(),
                  (Hi ? *Hi : *Lo).getExtValue());
      else
        F.addEdge(W.Head, Block, GuardKind::Default);
    }
    auto *Next = dyn_cast_or_null<SwitchCase>(S->getSubStmt());
    if (!Next)
      break;
    S = Next;
  }
  ++Entries;
  start(Block);
  return S->getSubStmt();
}

FunctionBuilder::LabelInfo &FunctionBuilder::label(const LabelDecl *Decl) {
  LabelInfo &Info = Labels[Decl];
  if (Info.Block == None) {
    Info.Block = F.newBlock();
    Info.JumpsLeft = Scan.Labels[Decl].Jumps;
  }
  return Info;
}

void FunctionBuilder::emitLabel(const LabelStmt *S) {
  const Prescan::Label &Known = Scan.Labels[S->getDecl()];
  const bool Computed = Known.AddressTaken && Scan.HasComputedGoto;
  if (!Known.Jumps && !Computed)
    return;
  LabelInfo &Info = label(S->getDecl());
  go(Info.Block);
  const bool Complete = Info.JumpsLeft == 0 && !Computed;
  F.Blocks[Info.Block].MayLoop = !Complete;
  ++Entries;
  start(Info.Block, Complete);
}

void FunctionBuilder::emitGoto(const GotoStmt *S) {
  const LabelDecl *Decl = S->getLabel();
  // Scopes that the label is not in are left.
  const auto &Outer = Scan.Labels[Decl].Cleanups;
  size_t Depth = 0;
  while (Depth < Outer.size() && Depth < Cleanups.size() && Outer[Depth] == Cleanups[Depth])
    ++Depth;
  LabelInfo &Info = label(Decl);
  BlockId Target = Info.Block;
  if (Info.JumpsLeft)
    --Info.JumpsLeft;
  jump({Target, Depth}, S->getGotoLoc());
}

void FunctionBuilder::emitReturn(const ReturnStmt *S) {
  ValueId Value = 0;
  if (const Expr *E = S->getRetValue())
    Value = value(E);
  if (ReturnType->isVoidType())
    Value = 0;
  emitCleanups(0, S->getReturnLoc());
  if (isDead())
    return;
  addEvent(EventKind::Return, S->getReturnLoc()).A = Value;
  stop();
}

// Outputs become Unknown, except where the template is empty: then the statement only
// hides a value from the optimiser (OPTIMIZER_HIDE_VAR, barrier_data).
void FunctionBuilder::emitAsm(const GCCAsmStmt *S) {
  llvm::SmallVector<ValueId, 8> Inputs;
  for (const Expr *Input : S->inputs())
    Inputs.push_back(Input->isGLValue() ? place(Input).Address : value(Input));
  const bool Hides = S->getAsmString().empty();
  for (unsigned I = 0, E = S->getNumOutputs(); I != E; ++I) {
    const Expr *Output = S->getOutputExpr(I);
    if (!Output->getType()->isScalarType())
      continue;
    Slot P = place(Output);
    if (P.Var == None || (Hides && S->isOutputPlusConstraint(I)))
      continue;
    ValueId Value = 0;
    if (Hides)
      for (unsigned J = 0; J != Inputs.size(); ++J)
        if (S->getInputConstraint(J) == std::to_string(I))
          Value = Inputs[J];
    F.write(P.Var, Current, Value);
  }
  for (ValueId Input : Inputs)
    leak(Input);
  forgetStores();
  if (!S->isAsmGoto())
    return;
  BlockId Next = F.newBlock();
  for (const AddrLabelExpr *L : S->labels()) {
    LabelInfo &Info = label(L->getLabel());
    if (Info.JumpsLeft)
      --Info.JumpsLeft;
    F.addEdge(Current, Info.Block);
  }
  go(Next);
  start(Next);
}

} // namespace gfpcheck::extract
