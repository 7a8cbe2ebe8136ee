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

template <class List> void sortUnique(List &L) {
  llvm::sort(L);
  L.erase(llvm::unique(L), L.end());
}

/// What one function calls.
struct CalledBy {
  std::vector<CallSite> Sites;
  SmallVector<FuncId, 8> Callees; ///< for the order and Callers, sorted
  SmallVector<uint64_t, 2> Keys;  ///< of tables that it calls through, sorted
  SmallVector<FuncId, 2> Escaping;
};

class CallReader {
public:
  CallReader(const Program &P, const Model &M) : P(P), M(M) {}

  CalledBy read(FuncId Id) {
    Out = CalledBy();
    const Function &F = P.function(Id);
    uint32_t U = P.Functions[Id].Unit;
    auto Ref = [&](ValueId V) {
      const Value &X = F.Values[V];
      if (X.Kind != ValueKind::Func)
        return;
      FuncId T = P.resolve(P.EntityMap[U][X.A], Id);
      if (T != NoFunc)
        addCallee(T);
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
            Out.Escaping.push_back(T);
      }
      if (C.Kind == ValueKind::Func) {
        const FunctionModel *FM = M.function(P.name(P.Entities[P.EntityMap[U][C.A]].Name));
        if (!FM || FM->HasBody)
          Ref(E.A);
      } else {
        addIndirect(Id, F, U, E.A);
      }
    }
    sortUnique(Out.Callees);
    sortUnique(Out.Keys);
    return std::move(Out);
  }

private:
  void addCallee(FuncId T) {
    Out.Callees.push_back(T);
    Out.Sites.push_back({Where, T, 0});
  }

  void addKey(uint64_t Key) {
    Out.Keys.push_back(Key);
    Out.Sites.push_back({Where, NoFunc, Key});
    ArrayRef<FuncId> Targets = P.targets(Key);
    if (Targets.size() <= OrderTargets)
      Out.Callees.append(Targets.begin(), Targets.end());
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
        addCallee(T);
      return;
    }
    const uint64_t Key = P.tableKey(Id, V);
    if (!Key || (!Program::isVariableKey(Key) &&
                 M.Deferred.contains((P.name(Key >> 32) + "." + P.name(uint32_t(Key))).str())))
      return;
    addKey(Key);
  }

  const Program &P;
  const Model &M;
  uint32_t Where = 0; // the event looked at
  CalledBy Out;
};

class Builder {
public:
  Builder(const Program &P, const Model &M) : P(P), M(M) {}

  CallGraph build() {
    const size_t N = P.Functions.size();
    G.Callers.resize(N);
    G.Sites.resize(N);
    Callees.resize(N);
    CallReader Reader(P, M);
    for (FuncId F = 0; F != N; ++F) {
      CalledBy C = Reader.read(F);
      for (FuncId T : C.Callees)
        G.Callers[T].push_back(F);
      for (uint64_t Key : C.Keys)
        G.Users[Key].push_back(F);
      llvm::append_range(G.Escaping, C.Escaping);
      G.Sites[F] = std::move(C.Sites);
      Callees[F] = std::move(C.Callees);
    }
    addKeys();
    order();
    return std::move(G);
  }

private:
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
  CallGraph G;
  std::vector<SmallVector<FuncId, 8>> Callees;
};

} // namespace

CallGraph buildCallGraph(const Program &P, const Model &M) { return Builder(P, M).build(); }

//===----------------------------------------------------------------------===//
// A graph in which a few functions call others
//===----------------------------------------------------------------------===//

CallGraphPatch::CallGraphPatch(CallGraph &G, const Program &P, const Model &M, size_t Functions,
                               ArrayRef<FuncId> Changed)
    : G(G), FunctionsBefore(G.Sites.size()), EscapingBefore(G.Escaping.size()) {
  G.Sites.resize(Functions);
  G.Callers.resize(Functions);
  for (FuncId F = FunctionsBefore; F != Functions; ++F) {
    G.Position.push_back(G.Order.size());
    G.Order.push_back(F);
  }
  CallReader Reader(P, M);
  for (FuncId F : Changed) {
    CalledBy Is = Reader.read(F);
    // As it is in the graph.
    SmallVector<FuncId, 8> Callees;
    SmallVector<uint64_t, 2> Keys;
    for (const CallSite &C : G.Sites[F]) {
      if (C.Callee == NoFunc)
        Keys.push_back(C.Key);
      if (const ArrayRef<FuncId> Targets = C.callees(P);
          C.Callee != NoFunc || Targets.size() <= OrderTargets)
        Callees.append(Targets.begin(), Targets.end());
    }
    sortUnique(Callees);
    sortUnique(Keys);
    auto Move = [F](const auto &Was, const auto &Is, auto ListOf) {
      for (auto X : Was)
        if (!llvm::is_contained(Is, X))
          llvm::erase(ListOf(X), F);
      for (auto X : Is)
        if (!llvm::is_contained(Was, X)) {
          std::vector<FuncId> &List = ListOf(X);
          List.insert(llvm::lower_bound(List, F), F);
        }
    };
    Move(Callees, Is.Callees,
         [&](FuncId T) -> auto & { return Callers.try_emplace(T, G.Callers[T]), G.Callers[T]; });
    Move(Keys, Is.Keys, [&](uint64_t Key) -> auto & {
      auto [It, New] = G.Users.try_emplace(Key);
      Users.try_emplace(Key, It->second);
      if (New) // nobody has called through it before
        for (FuncId T : P.targets(Key)) {
          std::vector<uint64_t> &Of = G.Keys[T];
          KeysOf.try_emplace(T, Of);
          Of.insert(llvm::lower_bound(Of, Key), Key);
        }
      return It->second;
    });
    Sites.push_back({F, std::move(G.Sites[F])});
    G.Sites[F] = std::move(Is.Sites);
    llvm::append_range(G.Escaping, Is.Escaping);
  }
}

CallGraphPatch::~CallGraphPatch() {
  for (auto &[T, Was] : Callers)
    G.Callers[T] = std::move(Was);
  for (auto &[Key, Was] : Users)
    if (Was.empty())
      G.Users.erase(Key);
    else
      G.Users[Key] = std::move(Was);
  for (auto &[T, Was] : KeysOf)
    if (Was.empty())
      G.Keys.erase(T);
    else
      G.Keys[T] = std::move(Was);
  for (auto &[F, Was] : Sites)
    G.Sites[F] = std::move(Was);
  G.Sites.resize(FunctionsBefore);
  G.Callers.resize(FunctionsBefore);
  G.Order.resize(FunctionsBefore);
  G.Position.resize(FunctionsBefore);
  G.Escaping.resize(EscapingBefore);
}

} // namespace gfpcheck
