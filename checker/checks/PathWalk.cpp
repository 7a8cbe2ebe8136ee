//===- PathWalk.cpp - Where a function goes once a value is known -----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PathWalk.h"
#include "gfpcheck/link/Operands.h"
#include "gfpcheck/link/Skeleton.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <set>

using namespace llvm;

namespace gfpcheck {

namespace {
constexpr unsigned MaxSteps = 4000;         // blocks of one walk, callees included
constexpr unsigned MaxEvaluations = 400000; // of values, likewise
constexpr unsigned MaxDepth = 3;            // calls into which a value is followed
constexpr unsigned MaxExpression = 12;      // operations in a value
constexpr size_t MaxResultBlocks = 16;      // of a function whose result is worked out
} // namespace

/// The walk in one function.
class PathWalk::Frame : public PathWalk::Place {
public:
  Frame(PathWalk &W, const WalkStart &Start, bool Dereferences, const Visitor *Visit,
        unsigned Depth)
      : W(W), P(W.P), Id(Start.Func), F(W.P.function(Start.Func)), Start(Start),
        Dereferences(Dereferences), Visit(Visit), Depth(Depth) {
    Out.Events.resize(F.Events.size());
    EventOf.assign(F.CallCount, ~0u);
    for (EventIdx I = 0; I != F.Events.size(); ++I)
      if (F.Events[I].Kind == EventKind::Call && F.Events[I].CallNo < F.CallCount)
        EventOf[F.Events[I].CallNo] = I;
    for (ValueId V = 0; V != F.Values.size(); ++V)
      if (F.Values[V].Kind == ValueKind::Load)
        LoadOf.try_emplace(F.Values[V].A, V);
    DenseSet<ValueId> Tested;
    for (const Block &B : F.Blocks)
      if (B.EdgeCount > 1 && B.Cond && !Tested.insert(B.Cond).second)
        TestedAgain.insert(B.Cond);
  }

  WalkResult run() {
    At = Start.Given;
    llvm::sort(At);
    if (Start.After == WalkStart::Entry) {
      if (!F.Blocks.empty())
        push(0);
    } else {
      const uint32_t B = blockOf(F, Start.After);
      if (B != F.Blocks.size() && events(F.Blocks[B], Start.After + 1))
        leave(F.Blocks[B]);
    }
    while (!Work.empty() && !done()) {
      if (++W.Steps > MaxSteps) {
        Out.Capped = true;
        break;
      }
      auto [B, Values] = std::move(Work.back());
      Work.pop_back();
      At = std::move(Values);
      if (events(F.Blocks[B], F.Blocks[B].EventBegin))
        leave(F.Blocks[B]);
    }
    return std::move(Out);
  }

  Known eval(ValueId V) const override { return eval(V, MaxExpression); }

  bool isFollowed(ValueId V) const override {
    for (unsigned I = 0; I != MaxExpression; ++I) {
      if (auto It = find(V); It != At.end())
        return It->second.Followed;
      const Value &X = F.Values[V];
      if (X.Kind == ValueKind::Select)
        return eval(V).Followed;
      if (X.Kind != ValueKind::Field && X.Kind != ValueKind::Index &&
          X.Kind != ValueKind::Container && X.Kind != ValueKind::Add)
        return false;
      V = X.A;
    }
    return false;
  }

private:
  bool done() const {
    return Out.Dereference.has_value() || (Start.ToReturn && !Out.Returns.empty());
  }

  KnownValues::const_iterator find(ValueId V) const {
    auto It = llvm::lower_bound(At, V, [](const auto &X, ValueId V) { return X.first < V; });
    return It != At.end() && It->first == V ? It : At.end();
  }

  void set(ValueId V, const Known &K) {
    auto It = llvm::lower_bound(At, V, [](const auto &X, ValueId V) { return X.first < V; });
    const bool Has = It != At.end() && It->first == V;
    if (K == Known()) {
      if (Has)
        At.erase(It);
    } else if (Has) {
      It->second = K;
    } else {
      At.insert(It, {V, K});
    }
  }

  void push(uint32_t B) {
    if (Seen.insert({B, std::vector(At.begin(), At.end())}).second)
      Work.push_back({B, At});
  }

  static Known truth(bool B) { return Known::constant(B); }
  // 1: nonzero, 0: zero, -1: not known.
  static int test(const Known &K) {
    return K.What == Known::Is::Any ? -1 : K.What == Known::Is::Nonzero ? 1 : K.C != 0;
  }

  Known eval(ValueId V, unsigned Left) const {
    if (auto It = find(V); It != At.end())
      return It->second;
    const Value &X = F.Values[V];
    if (!Left || ++W.Evaluations > MaxEvaluations)
      return {};
    auto Of = [&](ValueId O) { return eval(O, Left - 1); };
    switch (X.Kind) {
    case ValueKind::Const:
      return Known::constant(X.Imm);
    case ValueKind::String:
    case ValueKind::Global:
    case ValueKind::Func:
    case ValueKind::Local:
      return Known::nonzero();
    case ValueKind::Field:
    case ValueKind::Index:
    case ValueKind::Container:
      return Known::nonzero(isFollowed(V));
    case ValueKind::LNot: {
      const int T = test(Of(X.A));
      return T < 0 ? Known() : truth(!T);
    }
    case ValueKind::And: {
      const Known A = Of(X.A), B = Of(X.B);
      if (A.isConstant() && B.isConstant())
        return Known::constant(A.C & B.C);
      const uint64_t Clear = A.Clear | B.Clear;
      return Clear == ~0ull ? Known::constant(0) : Known::without(Clear);
    }
    case ValueKind::Or: {
      const Known A = Of(X.A), B = Of(X.B);
      if (A.isConstant() && B.isConstant())
        return Known::constant(A.C | B.C);
      if (test(A) == 1 || test(B) == 1)
        return {Known::Is::Nonzero, false, 0, A.Clear & B.Clear};
      return Known::without(A.Clear & B.Clear);
    }
    case ValueKind::LAnd: {
      const int A = test(Of(X.A)), B = A == 0 ? 0 : test(Of(X.B));
      return A == 0 || B == 0 ? truth(false) : A == 1 && B == 1 ? truth(true) : Known();
    }
    case ValueKind::LOr: {
      const int A = test(Of(X.A)), B = A == 1 ? 1 : test(Of(X.B));
      return A == 1 || B == 1 ? truth(true) : A == 0 && B == 0 ? truth(false) : Known();
    }
    case ValueKind::Eq:
    case ValueKind::Ne:
    case ValueKind::Lt:
    case ValueKind::Le:
    case ValueKind::Gt:
    case ValueKind::Ge:
      return compare(X, Of(X.A), Of(X.B));
    case ValueKind::Select: {
      const int T = test(Of(X.A));
      if (T >= 0)
        return Of(T ? X.B : X.C);
      const Known B = Of(X.B), C = Of(X.C);
      // The walk has just come from where it is one of the two.
      return B == C || B.Followed ? B : C.Followed ? C : Known();
    }
    case ValueKind::Call:
      return result(X.A, Left - 1);
    default:
      return {};
    }
  }

  static Known compare(const Value &X, const Known &A, const Known &B) {
    const bool Equality = X.Kind == ValueKind::Eq || X.Kind == ValueKind::Ne;
    if (!A.isConstant() || !B.isConstant()) {
      const bool Differ = (test(A) == 1 && test(B) == 0) || (test(A) == 0 && test(B) == 1);
      return Equality && Differ ? truth(X.Kind == ValueKind::Ne) : Known();
    }
    const bool Less = X.Imm ? uint64_t(A.C) < uint64_t(B.C) : A.C < B.C;
    switch (X.Kind) {
    case ValueKind::Eq:
      return truth(A.C == B.C);
    case ValueKind::Ne:
      return truth(A.C != B.C);
    case ValueKind::Lt:
      return truth(Less);
    case ValueKind::Le:
      return truth(Less || A.C == B.C);
    case ValueKind::Gt:
      return truth(!Less && A.C != B.C);
    default:
      return truth(!Less);
    }
  }

  ArrayRef<ValueId> arguments(const Event &E) const {
    return ArrayRef(F.Operands).slice(E.ArgBegin, E.ArgCount);
  }

  WalkStart into(FuncId G, const Event &E, unsigned Left) const {
    WalkStart Next;
    Next.Func = G;
    for (unsigned I = 0; I != E.ArgCount; ++I)
      if (const ValueId V = PathWalk::parameter(P.function(G), I))
        if (const Known K = eval(arguments(E)[I], Left); !(K == Known()))
          Next.Given.push_back({V, K});
    return Next;
  }

  // What a small function returns that is asked about such a value (gfpflags_allow_blocking()).
  Known result(uint32_t CallNo, unsigned Left) const {
    if (Depth >= MaxDepth || CallNo >= EventOf.size() || EventOf[CallNo] == ~0u || !Left)
      return {};
    const Event &E = F.Events[EventOf[CallNo]];
    const FunctionModel *FM = W.S.ModelOf[P.calledEntity(Id, E)];
    if (FM && FM->ValueArg >= 0 && unsigned(FM->ValueArg) < E.ArgCount)
      return eval(arguments(E)[FM->ValueArg], Left);
    const FuncId G = P.directCallee(Id, E);
    if (G == NoFunc || P.function(G).Blocks.size() > MaxResultBlocks)
      return {};
    const WalkStart Next = into(G, E, Left);
    if (llvm::none_of(Next.Given, [](const auto &X) {
          return X.second.Followed || (!X.second.isConstant() && X.second.Clear);
        }))
      return {};
    const WalkResult R = W.walk(Next, /*Dereferences=*/false, nullptr, Depth + 1);
    if (R.Capped || R.Returns.empty() || !llvm::all_equal(R.Returns))
      return {};
    return R.Returns.front();
  }

  bool isSomeElement(ValueId V) const {
    for (unsigned I = 0; I != MaxExpression; ++I) {
      const Value &X = F.Values[V];
      if (X.Kind == ValueKind::Index && !X.B)
        return true;
      if (X.Kind != ValueKind::Field && X.Kind != ValueKind::Index)
        return false;
      V = X.A;
    }
    return false;
  }

  // Events of a block from First on; false: the path ends there.
  bool events(const Block &B, EventIdx First) {
    for (EventIdx I = First; I != B.EventBegin + B.EventCount; ++I) {
      const Event &E = F.Events[I];
      Out.Events.set(I);
      if (Visit && !(*Visit)(I, *this))
        return false;
      if (I == Start.After) {
        Out.Again = true;
        if (!Start.Again)
          return false;
      }
      switch (E.Kind) {
      case EventKind::Return:
        note(I, E.Line, E.A);
        Out.Returns.push_back(eval(E.A));
        return false;
      case EventKind::Store:
        note(I, E.Line, E.B);
        noteAddress(I, E.Line, E.A);
        // Which element it is of an array the next round may decide anew.
        if (auto It = LoadOf.find(E.A); It != LoadOf.end())
          set(It->second, isSomeElement(E.A) ? Known() : eval(E.B));
        break;
      case EventKind::Call:
        for (ValueId A : arguments(E))
          note(I, E.Line, A);
        note(I, E.Line, E.A);
        inCallee(I, E);
        if (E.Flags & EF_NoReturn)
          return false;
        llvm::erase_if(At, [&](const auto &X) {
          return F.Values[X.first].Kind == ValueKind::Load && !X.second.Followed;
        });
        break;
      }
      if (done())
        return false;
    }
    return true;
  }

  void leave(const Block &B) {
    if (B.EdgeCount > 1)
      note(~0u, B.Line, B.Cond);
    if (done())
      return;
    const Known C = eval(B.Cond);
    const KnownValues Before = At;
    bool InCase = false;
    const auto Edges = edgesOf(F, B);
    for (const Edge &E : Edges)
      InCase |= E.Guard == GuardKind::Case && C.isConstant() && C.C >= E.Lo && C.C <= E.Hi;
    for (const Edge &E : Edges) {
      if ((E.Guard == GuardKind::True && test(C) == 0) ||
          (E.Guard == GuardKind::False && test(C) == 1) ||
          (E.Guard == GuardKind::Default && InCase) ||
          (E.Guard == GuardKind::Case && C.isConstant() && (C.C < E.Lo || C.C > E.Hi)))
        continue;
      At = Before;
      if (C.What == Known::Is::Any && TestedAgain.contains(B.Cond)) {
        if (E.Guard == GuardKind::True)
          set(B.Cond, Known::nonzero());
        else if (E.Guard == GuardKind::False)
          set(B.Cond, Known::constant(0));
      }
      SmallVector<std::pair<ValueId, Known>, 4> New;
      for (const Move &M : ArrayRef(F.Moves).slice(E.MoveBegin, E.MoveCount)) {
        note(~0u, B.Line, M.From);
        New.push_back({M.Phi, copied(M.From)});
      }
      for (const auto &[Phi, K] : New)
        set(Phi, K);
      push(E.Target);
    }
  }

  // What is computed anew in every round of a loop is not followed.
  Known copied(ValueId V) const {
    switch (F.Values[V].Kind) {
    case ValueKind::Add:
    case ValueKind::Sub:
    case ValueKind::Mul:
    case ValueKind::Shl:
    case ValueKind::Shr:
      return isFollowed(V) ? Known::nonzero(true) : Known();
    default:
      return eval(V);
    }
  }

  void found(EventIdx I, uint32_t Line, FuncId Callee = NoFunc) {
    if (!Out.Dereference)
      Out.Dereference = {I, Line, Callee};
  }

  // Loads in a value that is used.
  void note(EventIdx I, uint32_t Line, ValueId V, unsigned Left = MaxExpression) {
    if (!Dereferences || done() || !Left || find(V) != At.end())
      return;
    const Value &X = F.Values[V];
    switch (X.Kind) {
    case ValueKind::Load:
      if (isFollowed(X.A))
        found(I, Line);
      else
        note(I, Line, X.A, Left - 1);
      return;
    case ValueKind::LAnd:
    case ValueKind::LOr: {
      note(I, Line, X.A, Left - 1);
      const int T = test(eval(X.A));
      if (T < 0 || T == (X.Kind == ValueKind::LAnd))
        note(I, Line, X.B, Left - 1);
      return;
    }
    case ValueKind::Select: {
      note(I, Line, X.A, Left - 1);
      const int T = test(eval(X.A));
      if (T != 0)
        note(I, Line, X.B, Left - 1);
      if (T != 1)
        note(I, Line, X.C, Left - 1);
      return;
    }
    default:
      if (X.Kind != ValueKind::Index) // an index is no address
        for (ValueId O : operandsOf(X))
          note(I, Line, O, Left - 1);
      else
        note(I, Line, X.A, Left - 1);
      return;
    }
  }

  void noteAddress(EventIdx I, uint32_t Line, ValueId Address) {
    if (Dereferences && isFollowed(Address))
      found(I, Line);
    else
      note(I, Line, Address);
  }

  void inCallee(EventIdx I, const Event &E) {
    if (!Dereferences || done() || Depth >= MaxDepth ||
        llvm::none_of(arguments(E), [&](ValueId A) { return isFollowed(A); }))
      return;
    const FuncId G = P.directCallee(Id, E);
    if (G == NoFunc || P.function(G).Blocks.empty())
      return;
    const WalkResult R = W.walk(into(G, E, MaxExpression), true, nullptr, Depth + 1);
    if (R.Dereference)
      found(I, E.Line, G);
  }

  PathWalk &W;
  const Program &P;
  const FuncId Id;
  const Function &F;
  const WalkStart &Start;
  const bool Dereferences;
  const Visitor *Visit;
  const unsigned Depth;
  WalkResult Out;
  KnownValues At;
  std::vector<std::pair<uint32_t, KnownValues>> Work;
  std::set<std::pair<uint32_t, std::vector<std::pair<ValueId, Known>>>> Seen;
  std::vector<EventIdx> EventOf;     // by CallNo
  DenseMap<ValueId, ValueId> LoadOf; // by address
  DenseSet<ValueId> TestedAgain;     // conditions of several blocks
};

PathWalk::~PathWalk() = default;

ValueId PathWalk::parameter(const Function &F, unsigned I) {
  for (ValueId V = 1; V < F.Values.size(); ++V)
    if (F.Values[V].Kind == ValueKind::Param && F.Values[V].A == I)
      return V;
  return 0;
}

WalkResult PathWalk::walk(const WalkStart &Start, bool Dereferences, const Visitor *Visit,
                          unsigned Depth) {
  return Frame(*this, Start, Dereferences, Visit, Depth).run();
}

WalkResult PathWalk::run(const WalkStart &Start) {
  Steps = Evaluations = 0;
  return walk(Start, /*Dereferences=*/true, nullptr, 0);
}

bool PathWalk::reaches(FuncId F, EventIdx Where, ArrayRef<std::pair<unsigned, Known>> Params) {
  WalkStart Start;
  Start.Func = F;
  for (const auto &[Param, What] : Params)
    if (const ValueId V = parameter(P.function(F), Param))
      Start.Given.push_back({V, What});
  llvm::sort(Start.Given);
  const WalkResult R = visit(Start, [](EventIdx, const Place &) { return true; });
  return R.Capped || R.Events.test(Where);
}

WalkResult PathWalk::visit(const WalkStart &Start, Visitor Visit) {
  Steps = Evaluations = 0;
  return walk(Start, /*Dereferences=*/false, &Visit, 0);
}

} // namespace gfpcheck
