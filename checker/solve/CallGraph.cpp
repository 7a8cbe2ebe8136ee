//===- CallGraph.cpp - Order of analysis ------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallGraph.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

namespace {

// Indirect edges count for the order only where they are few: with all of them half
// the kernel is one component and there is no order.
constexpr size_t OrderTargets = 16;

class Builder {
public:
  Builder(const Program &P, const Model &M) : P(P), M(M) {}

  CallGraph build() {
    size_t N = P.Functions.size();
    G.Callers.resize(N);
    G.Sites.resize(N);
    Callees.resize(N);
    for (FuncId F = 0; F != N; ++F)
      addCalls(F);
    for (FuncId F = 0; F != N; ++F) {
      auto &C = Callees[F];
      llvm::sort(C);
      C.erase(llvm::unique(C), C.end());
      for (FuncId T : C)
        G.Callers[T].push_back(F);
    }
    for (auto &[Key, Users] : G.Users)
      Users.erase(llvm::unique(Users), Users.end());
    addKeys();
    order();
    return std::move(G);
  }

private:
  void addCalls(FuncId Id) {
    const Function &F = P.function(Id);
    uint32_t U = P.Functions[Id].Unit;
    auto Ref = [&](ValueId V) {
      const Value &X = F.Values[V];
      if (X.Kind != ValueKind::Func)
        return;
      FuncId T = P.resolve(P.EntityMap[U][X.A], Id);
      if (T != NoFunc)
        addCallee(Id, T);
    };
    for (const Event &E : F.Events) {
      Where = &E - F.Events.data();
      if (E.Kind != EventKind::Call)
        continue;
      const Value &C = F.Values[E.A];
      const bool NoBody = C.Kind == ValueKind::Func && P.resolve(P.EntityMap[U][C.A], Id) == NoFunc;
      for (uint32_t I = 0; I != E.ArgCount; ++I) {
        const Value &Arg = F.Values[F.Operands[E.ArgBegin + I]];
        if (!NoBody)
          Ref(F.Operands[E.ArgBegin + I]);
        else if (Arg.Kind == ValueKind::Func)
          if (FuncId T = P.resolve(P.EntityMap[U][Arg.A], Id); T != NoFunc)
            G.Escaping.push_back(T);
      }
      if (C.Kind == ValueKind::Func) {
        const FunctionModel *FM = M.function(P.name(P.Entities[P.EntityMap[U][C.A]].Name));
        if (!FM || FM->HasBody)
          Ref(E.A);
      } else {
        addIndirect(Id, F, U, E.A);
      }
    }
  }

  void addCallee(FuncId Id, FuncId T) {
    Callees[Id].push_back(T);
    G.Sites[Id].push_back({Where, T, 0});
  }

  void addKey(FuncId Id, uint64_t Key) {
    G.Users[Key].push_back(Id);
    G.Sites[Id].push_back({Where, NoFunc, Key});
    ArrayRef<FuncId> Targets = P.targets(Key);
    if (Targets.size() <= OrderTargets)
      Callees[Id].append(Targets.begin(), Targets.end());
  }

  void addIndirect(FuncId Id, const Function &F, uint32_t U, ValueId V) {
    const Value &X = F.Values[V];
    if (X.Kind == ValueKind::Phi) {
      for (uint32_t I = 0; I != X.B; ++I)
        if (F.Values[F.Operands[X.A + I]].Kind != ValueKind::Phi)
          addIndirect(Id, F, U, F.Operands[X.A + I]);
      return;
    }
    if (X.Kind == ValueKind::Select) {
      addIndirect(Id, F, U, X.B);
      addIndirect(Id, F, U, X.C);
      return;
    }
    if (X.Kind == ValueKind::Func) {
      FuncId T = P.resolve(P.EntityMap[U][X.A], Id);
      if (T != NoFunc)
        addCallee(Id, T);
      return;
    }
    const uint64_t Key = P.tableKey(Id, V);
    if (!Key || (!Program::isVariableKey(Key) &&
                 M.Deferred.contains((P.name(Key >> 32) + "." + P.name(uint32_t(Key))).str())))
      return;
    addKey(Id, Key);
  }

  void addKeys() {
    auto Add = [&](uint64_t Key, ArrayRef<FuncId> Targets) {
      if (G.Users.contains(Key))
        for (FuncId T : Targets)
          G.Keys[T].push_back(Key);
    };
    for (const auto &[Key, Targets] : P.Targets)
      Add(Key, Targets);
    for (const auto &[E, Targets] : P.VariableTargets)
      Add(Program::variableKey(E), Targets);
    for (auto &[F, Keys] : G.Keys)
      llvm::sort(Keys);
  }

  // Tarjan's algorithm, with a stack of our own: the kernel's call chains are deep.
  void order() {
    size_t N = P.Functions.size();
    std::vector<uint32_t> Index(N, 0), Low(N, 0);
    std::vector<bool> OnStack(N, false);
    std::vector<FuncId> Stack;
    struct Frame {
      FuncId F;
      size_t Next;
    };
    std::vector<Frame> Frames;
    uint32_t Counter = 0;
    for (FuncId Root = 0; Root != N; ++Root) {
      if (Index[Root])
        continue;
      Frames.push_back({Root, 0});
      while (!Frames.empty()) {
        auto &[F, Next] = Frames.back();
        if (Next == 0) {
          Index[F] = Low[F] = ++Counter;
          Stack.push_back(F);
          OnStack[F] = true;
        }
        if (Next < Callees[F].size()) {
          FuncId T = Callees[F][Next++];
          if (!Index[T])
            Frames.push_back({T, 0});
          else if (OnStack[T])
            Low[F] = std::min(Low[F], Index[T]);
          continue;
        }
        if (Low[F] == Index[F]) {
          FuncId T;
          do {
            T = Stack.back();
            Stack.pop_back();
            OnStack[T] = false;
            G.Order.push_back(T);
          } while (T != F);
        }
        FuncId Done = F;
        Frames.pop_back();
        if (!Frames.empty())
          Low[Frames.back().F] = std::min(Low[Frames.back().F], Low[Done]);
      }
    }
    G.Position.resize(N);
    for (uint32_t I = 0; I != N; ++I)
      G.Position[G.Order[I]] = I;
  }

  const Program &P;
  const Model &M;
  uint32_t Where = 0; // the event looked at
  CallGraph G;
  std::vector<SmallVector<FuncId, 8>> Callees;
};

} // namespace

CallGraph buildCallGraph(const Program &P, const Model &M) { return Builder(P, M).build(); }

} // namespace gfpcheck
