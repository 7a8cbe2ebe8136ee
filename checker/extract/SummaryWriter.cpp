//===- SummaryWriter.cpp - Writes built functions into a summary ----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values are built anew, reachable ones only, through the same folding constructors:
// a Phi that turned out to be one value makes the expressions over it equal to, or
// simpler than, others.
//
//===----------------------------------------------------------------------===//

#include "SummaryWriter.h"
#include "clang/AST/Attr.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace clang;

namespace gfpcheck::extract {

StrId SummaryWriter::str(StrId Id) {
  if (!Id)
    return 0;
  auto [It, Added] = Strings.try_emplace(Id, Summary.Strings.size());
  if (Added)
    Summary.Strings.push_back(N.text(Id).str());
  return It->second;
}

SymId SummaryWriter::symbol(EntityId Id) {
  auto [It, Added] = Symbols.try_emplace(Id, Summary.Symbols.size());
  if (!Added)
    return It->second;
  const SymId Sym = It->second;
  const Entity &E = N.entity(Id);
  Symbol S;
  S.Name = str(E.Name);
  S.File = str(E.File);
  S.Line = E.Line;
  S.Flags = E.Flags;
  S.Type = str(E.Type);
  Summary.Symbols.push_back(S);
  Used.push_back(Id);
  return Sym;
}

void SummaryWriter::annotate(const FunctionDecl *Decl, Function &Out) {
  auto Note = [&](llvm::StringRef Kind, llvm::StringRef What) {
    Out.Annotations.push_back(str((Kind + ":" + What).str()));
  };
  auto NoteExprs = [&](llvm::StringRef Kind, auto Args) {
    for (const Expr *Arg : Args) {
      std::string Text;
      llvm::raw_string_ostream OS(Text);
      Arg->printPretty(OS, nullptr, N.Context.getPrintingPolicy());
      Note(Kind, Text);
    }
  };
  if (const auto *Alias = Decl->getAttr<AliasAttr>())
    Note("alias", Alias->getAliasee());
  if (const auto *Section = Decl->getAttr<SectionAttr>()) {
    Note("section", Section->getName());
    if (Section->getName().starts_with(".init.") || Section->getName().starts_with(".exit."))
      Out.Flags |= FF_Init;
  }
  for (const auto *A : Decl->specific_attrs<AcquireCapabilityAttr>())
    NoteExprs("acquires", A->args());
  for (const auto *A : Decl->specific_attrs<ReleaseCapabilityAttr>())
    NoteExprs("releases", A->args());
  for (const auto *A : Decl->specific_attrs<RequiresCapabilityAttr>())
    NoteExprs("must_hold", A->args());
}

void SummaryWriter::function(const FunctionDecl *Decl, Flow *Body, uint8_t Flags) {
  Function Out;
  const EntityId Id = N.entity(Decl);
  Out.Sym = symbol(Id);
  Out.File = str(N.fileName(Decl->getLocation()));
  Out.Line = N.line(Decl->getLocation());
  Out.ReturnType = str(N.typeName(Decl->getReturnType()));
  Out.TypeHash = N.typeHash(Decl->getType());
  Out.Flags = Flags;
  if (Decl->isNoReturn())
    Out.Flags |= FF_NoReturn;
  if (N.entity(Id).Flags & SF_Weak)
    Out.Flags |= FF_Weak;
  for (const ParmVarDecl *P : Decl->parameters())
    Out.Params.push_back({str(P->getName()), str(N.typeName(P->getType()))});
  annotate(Decl, Out);
  if (Body) {
    Skeleton S = reduce(*Body);
    if (S.Truncated)
      Out.Flags |= FF_Truncated;
    body(*Body, S, Out);
  }
  Summary.Functions.push_back(std::move(Out));
}

ValueId SummaryWriter::rebuild(ValueId Id) {
  Id = F->resolve(Id);
  if (Rebuilt[Id] != None)
    return Rebuilt[Id];
  const Value V = F->Values[Id];
  const IntType T = F->Values.typeOf(Id);
  ValueId Result = 0;
  switch (V.Kind) {
  case ValueKind::Unknown:
    break;
  case ValueKind::Const:
    Result = New.constant(V.Imm);
    break;
  case ValueKind::String:
  case ValueKind::Param:
    Result = New.leaf(V.Kind, V.A);
    break;
  case ValueKind::Global:
  case ValueKind::Func:
    Result = New.leaf(V.Kind, symbol(V.A));
    break;
  case ValueKind::Local:
    if (Locals.size() <= V.A)
      Locals.resize(V.A + 1, None);
    if (Locals[V.A] == None)
      Locals[V.A] = LocalCount++;
    Result = New.leaf(V.Kind, Locals[V.A]);
    break;
  case ValueKind::Call:
    if (V.A < CallNos.size() && CallNos[V.A] != None)
      Result = New.leaf(V.Kind, CallNos[V.A]);
    break;
  case ValueKind::Phi:
    Result = Rebuilt[Id] = New.phi(0);
    Phis.push_back(Id);
    break;
  case ValueKind::Field:
    Result = New.field(rebuild(V.A), str(V.B), str(V.C));
    break;
  case ValueKind::Container:
    Result = New.container(rebuild(V.A), str(V.B), str(V.C));
    break;
  case ValueKind::Index: {
    ValueId Base = rebuild(V.A);
    Result = New.index(Base, rebuild(V.B), true);
    break;
  }
  case ValueKind::Load:
    Result = New.load(rebuild(V.A));
    break;
  case ValueKind::Not:
  case ValueKind::LNot:
  case ValueKind::Neg:
    Result = New.unary(V.Kind, rebuild(V.A), T);
    break;
  case ValueKind::Select: {
    ValueId A = rebuild(V.A), B = rebuild(V.B);
    Result = New.select(A, B, rebuild(V.C));
    break;
  }
  default: {
    ValueId A = rebuild(V.A);
    IntType Type = T;
    if (V.Kind >= ValueKind::Lt && V.Kind <= ValueKind::Ge)
      Type.Unsigned = V.Imm != 0;
    Result = New.binary(V.Kind, A, rebuild(V.B), Type);
    break;
  }
  }
  return Rebuilt[Id] = Result;
}

// A Phi's leaves: Phis among its operands are replaced by theirs; what a loop carries
// round and computes from itself is Unknown.
void SummaryWriter::finishPhis(Function &Out) {
  for (size_t I = 0; I != Phis.size(); ++I) { // rebuild() may add to Phis
    llvm::SmallVector<ValueId, 8> Leaves;
    llvm::SmallVector<ValueId, 8> Work{Phis[I]};
    llvm::SmallDenseSet<ValueId, 8> Seen{Phis[I]};
    bool Open = false;
    while (!Work.empty() && Leaves.size() <= 4 * MaxPhi) {
      const Flow::PhiInfo &P = F->phi(Work.pop_back_val());
      const Flow::BlockInfo &Block = F->Blocks[P.Block];
      for (size_t K = 0; K != P.Operands.size(); ++K) {
        const BlockId From = F->Edges[Block.Preds[K]].From;
        if (!F->Reachable[From])
          continue;
        ValueId Operand = F->resolve(P.Operands[K]);
        if (F->Values[Operand].Kind == ValueKind::Phi) {
          if (Seen.insert(Operand).second)
            Work.push_back(Operand);
        } else if (Block.MayLoop && From >= P.Block && F->Values.hasPhi(Operand)) {
          Open = true;
        } else {
          ValueId Leaf = rebuild(Operand);
          if (New[Leaf].Kind == ValueKind::Phi || !Leaf)
            Open = true;
          else if (!llvm::is_contained(Leaves, Leaf))
            Leaves.push_back(Leaf);
        }
      }
    }
    if (Leaves.size() + Open > MaxPhi) {
      Leaves.resize(MaxPhi - 1);
      Open = true;
    }
    if (Open || Leaves.empty())
      Leaves.push_back(0);
    llvm::sort(Leaves);
    New.setPhi(Rebuilt[Phis[I]], Out.Operands.size(), Leaves.size());
    Out.Operands.insert(Out.Operands.end(), Leaves.begin(), Leaves.end());
  }
}

void SummaryWriter::body(Flow &Body, const Skeleton &S, Function &Out) {
  F = &Body;
  New.clear();
  Rebuilt.assign(F->Values.all().size(), None);
  Rebuilt[0] = 0;
  Phis.clear();
  CallNos.clear();
  Locals.clear();
  LocalCount = 0;

  // Numbers of calls first: a value may refer to a call that comes later (in a loop).
  for (const Skeleton::Block &B : S.Blocks)
    for (BlockId Part : B.Parts)
      for (uint32_t I = F->Blocks[Part].EventBegin; I != F->Blocks[Part].EventEnd; ++I)
        if (F->Events[I].Kind == EventKind::Call) {
          const uint32_t Old = F->Events[I].CallNo;
          if (CallNos.size() <= Old)
            CallNos.resize(Old + 1, None);
          CallNos[Old] = Out.CallCount++;
        }
  for (const Skeleton::Block &B : S.Blocks) {
    Block NewBlock;
    NewBlock.EventBegin = Out.Events.size();
    for (BlockId Part : B.Parts)
      for (uint32_t I = F->Blocks[Part].EventBegin; I != F->Blocks[Part].EventEnd; ++I) {
        Event E = F->Events[I];
        E.Macro = str(E.Macro);
        E.A = rebuild(E.A);
        E.B = rebuild(E.B);
        if (E.Kind == EventKind::Call) {
          E.CallNo = CallNos[E.CallNo];
          if (New[E.A].Kind == ValueKind::Func)
            E.TypeHash = 0;
          const uint32_t OldBegin = E.ArgBegin;
          E.ArgBegin = Out.Operands.size();
          for (uint32_t A = 0; A != E.ArgCount; ++A)
            Out.Operands.push_back(rebuild(F->Arguments[OldBegin + A]));
        }
        Out.Events.push_back(E);
      }
    NewBlock.EventCount = Out.Events.size() - NewBlock.EventBegin;
    NewBlock.Cond = rebuild(B.Cond);
    NewBlock.Line = B.Line;
    NewBlock.EdgeBegin = Out.Edges.size();
    NewBlock.EdgeCount = B.Edges.size();
    for (const Skeleton::Edge &E : B.Edges) {
      Edge NewEdge;
      NewEdge.Target = E.To;
      NewEdge.Guard = E.Guard;
      NewEdge.BackEdge = E.BackEdge;
      NewEdge.Lo = E.Lo, NewEdge.Hi = E.Hi;
      NewEdge.MoveBegin = Out.Moves.size();
      for (const Move &M : E.Moves) {
        ValueId Phi = rebuild(M.Phi);
        ValueId From = rebuild(M.From); // may be computed from the Phi itself (p++)
        if (Phi != From)
          Out.Moves.push_back({Phi, From});
      }
      NewEdge.MoveCount = Out.Moves.size() - NewEdge.MoveBegin;
      Out.Edges.push_back(NewEdge);
    }
    Out.Blocks.push_back(NewBlock);
  }
  finishPhis(Out);
  Out.Values.assign(New.all().begin(), New.all().end());
  F = nullptr;
}

} // namespace gfpcheck::extract
