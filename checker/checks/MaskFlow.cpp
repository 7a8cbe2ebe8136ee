//===- MaskFlow.cpp - What GFP masks a function is given --------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MaskFlow.h"
#include "gfpcheck/link/Operands.h"
#include "llvm/ADT/STLExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

static constexpr unsigned MaxDepth = 10; // operations on a mask

static void collect(const Solution &S, FuncId Id, ValueId V, uint64_t Bits, unsigned Depth,
                    MaskBits &Out) {
  const Function &F = S.P.function(Id);
  const Value &X = F.Values[V];
  if (!Depth) {
    Out.Unknown = true;
    return;
  }
  auto Of = [&](ValueId O) { collect(S, Id, O, Bits, Depth - 1, Out); };
  auto Constant = [&](int64_t C) {
    if (C & Bits) {
      Out.Set = true;
    } else {
      Out.Clear = true;
      if (!Out.Mask)
        Out.Mask = uint32_t(C);
    }
  };
  switch (X.Kind) {
  case ValueKind::Const:
    Constant(X.Imm);
    return;
  case ValueKind::Param:
    if (!llvm::is_contained(Out.Params, X.A))
      Out.Params.push_back(X.A);
    return;
  case ValueKind::And:
  case ValueKind::Or: {
    ValueId Mask = X.A, Other = X.B;
    if (F.Values[Mask].Kind == ValueKind::Const)
      std::swap(Mask, Other);
    if (F.Values[Other].Kind != ValueKind::Const) {
      Out.Unknown = true;
      return;
    }
    const int64_t C = F.Values[Other].Imm;
    if (X.Kind == ValueKind::And && !(C & Bits))
      Out.Clear = true;
    else if (X.Kind == ValueKind::Or && (C & Bits))
      Out.Set = true;
    else
      Of(Mask);
    return;
  }
  case ValueKind::Select:
    Of(X.B);
    Of(X.C);
    return;
  case ValueKind::Phi:
    for (ValueId O : ArrayRef(F.Operands).slice(X.A, X.B))
      Of(O);
    return;
  case ValueKind::Call:
    for (const Event &E : F.Events) {
      if (E.Kind != EventKind::Call || E.CallNo != X.A)
        continue;
      const EntityId Called = S.P.calledEntity(Id, E);
      const FunctionModel *FM = S.ModelOf[Called];
      if (FM && FM->ValueArg >= 0 && unsigned(FM->ValueArg) < E.ArgCount) {
        Of(F.Operands[E.ArgBegin + FM->ValueArg]);
        return;
      }
      if (const FuncId G = S.P.directCallee(Id, E); G != NoFunc)
        if (const VNode N = S.Pool.node(S.Effects[G].Ret); N.Kind == ValueKind::Const) {
          Constant(N.Imm);
          return;
        }
      break;
    }
    Out.Unknown = true;
    return;
  default:
    Out.Unknown = true;
    return;
  }
}

MaskBits maskBits(const Solution &S, FuncId F, ValueId V, uint64_t Bits) {
  MaskBits Out;
  collect(S, F, V, Bits, MaxDepth, Out);
  return Out;
}

int parameterOfType(const Program &P, FuncId F, StringRef Type) {
  const Function &Fn = P.function(F);
  const TuSummary &U = P.Units[P.Functions[F].Unit];
  for (size_t I = 0; I != Fn.Params.size(); ++I)
    if (U.str(Fn.Params[I].Type) == Type)
      return int(I);
  return -1;
}

std::string flagNames(const StringMap<int64_t> &Constants, uint64_t Mask) {
  static const char *const Sets[] = {"GFP_HIGHUSER_MOVABLE",
                                     "GFP_HIGHUSER",
                                     "GFP_USER",
                                     "GFP_KERNEL_ACCOUNT",
                                     "GFP_KERNEL",
                                     "GFP_NOFS",
                                     "GFP_NOIO",
                                     "GFP_ATOMIC",
                                     "GFP_NOWAIT"};
  std::string Out;
  auto Take = [&](StringRef Name) {
    auto It = Constants.find(Name);
    uint64_t Bits = It == Constants.end() ? 0 : uint64_t(It->second);
    if (!Bits || (Mask & Bits) != Bits)
      return false;
    Out += (Out.empty() ? "" : " | ") + Name.str();
    Mask &= ~Bits;
    return true;
  };
  for (const char *Name : Sets)
    if (Take(Name))
      break;
  std::vector<StringRef> Bits;
  for (const auto &Entry : Constants)
    if (Entry.first().starts_with("__GFP_"))
      Bits.push_back(Entry.first());
  llvm::sort(Bits);
  for (StringRef Name : Bits)
    Take(Name);
  if (Mask || Out.empty())
    Out += fmt::format("{}{:#x}", Out.empty() ? "" : " | ", Mask);
  return Out;
}

bool mentions(const Solution &S, VId V, unsigned Param, unsigned Depth) {
  const VNode N = S.Pool.node(V);
  if (!(N.Flags & VF_Param))
    return false;
  if (N.Kind == ValueKind::Param)
    return N.A == Param;
  if (!Depth)
    return true;
  auto Mentions = [&](VId O) { return mentions(S, O, Param, Depth - 1); };
  return N.Kind == ValueKind::Phi ? llvm::any_of(S.Pool.operands(V), Mentions)
                                  : llvm::any_of(operandsOf(N), Mentions);
}

bool reclaimsWith(const Solution &S, FuncId F, unsigned Param) {
  return llvm::any_of(S.Effects[F].Atoms, [&](const Atom &A) {
    return A.Kind == AtomKind::Reclaim &&
           (mentions(S, A.Gfp, Param) ||
            llvm::any_of(A.When, [&](const Pred &X) { return mentions(S, X.V, Param); }));
  });
}

DirectCalls::DirectCalls(const Program &P) : Begin(P.Functions.size() + 1) {
  std::vector<std::pair<FuncId, Site>> All;
  for (FuncId F = 0; F != P.Functions.size(); ++F) {
    const Function &Fn = P.function(F);
    for (EventIdx I = 0; I != Fn.Events.size(); ++I)
      if (const FuncId G = P.directCallee(F, Fn.Events[I]); G != NoFunc) {
        All.push_back({G, {F, I}});
        ++Begin[G + 1];
      }
  }
  for (size_t I = 1; I != Begin.size(); ++I)
    Begin[I] += Begin[I - 1];
  std::vector<uint32_t> Next(Begin.begin(), Begin.end() - 1);
  Sites.resize(All.size());
  for (const auto &[Callee, X] : All)
    Sites[Next[Callee]++] = X;
}

} // namespace gfpcheck
