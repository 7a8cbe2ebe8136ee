//===- IndirectCalls.cpp - Where function pointers come from ---------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Function pointers reach a member in three ways: a static initialiser, a store,
// and a store behind a call (timer_setup(t, fn, 0) ends in init_timer_key(), which
// stores its parameter in timer_list.function). The third is solved by *sinks*:
// parameter i of f flows to member m, or to a registration that the model names.
// Sinks start at stores and registrations and walk up the call graph through
// parameters that are passed on; each (function, parameter) has a small set, so
// the walk is linear in call sites. At every site where the argument is a function
// (or, for a registration of an object, an object whose initialiser holds one),
// the sinks say where it ends up.
//
//===----------------------------------------------------------------------===//

#include "IndirectCalls.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace llvm;

namespace gfpcheck {

namespace {

// Where a function value passed as a parameter ends up.
struct Sink {
  uint64_t MemberKey = 0;                  // stored in a member
  const CallbackModel *Callback = nullptr; // registered to run in a context
  bool operator==(const Sink &O) const {
    return MemberKey == O.MemberKey && Callback == O.Callback;
  }
};

class Collector {
public:
  Collector(Program &P, const Model &M) : P(P), M(M) {}

  void run() {
    for (const auto &Entry : M.Registrations)
      for (const auto &[Argument, Callback] : Entry.second)
        if (!Callback.Field.empty())
          RegisteredMembers.insert(P.memberKey(Callback.Field));
    for (uint32_t U = 0; U != P.Units.size(); ++U)
      for (const InitEntry &I : P.Units[U].Inits)
        addInit(U, I);
    findSinks();
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      useSites(F);
    addMemberRoots();
    addWorkRoots();
    addWorkItems();
    finish();
  }

private:
  uint64_t memberKey(uint32_t U, StrId Record, StrId Field) const {
    return Member{P.NameMap[U][Record], P.NameMap[U][Field]}.key();
  }

  FuncId bodyOf(EntityId E, uint32_t Unit, FuncId From) const {
    const Entity &Ent = P.Entities[E];
    for (FuncId D : Ent.Defs)
      if (P.Functions[D].Unit == Unit)
        return D;
    return P.resolve(E, From);
  }

  void addInit(uint32_t U, const InitEntry &I) {
    EntityId Target = P.EntityMap[U][I.Target];
    EntityId Owner = P.EntityMap[U][I.Owner];
    if (!P.Entities[Target].IsFunction)
      return;
    FuncId F = bodyOf(Target, U, NoFunc);
    if (F == NoFunc)
      return;
    if (!I.Record) {
      P.VariableTargets[Owner].push_back(F);
      return;
    }
    if (isWorkFunction(U, I.Record, I.Field))
      WorkFunctions[P.name(P.Entities[Owner].Name).str()].push_back({F, NoFunc, I.Line});
    uint64_t Key = memberKey(U, I.Record, I.Field);
    P.Targets[Key].push_back(F);
    P.InstanceTargets[{Owner, Key}].push_back(F);
  }

  // Calls Fn(value) for every function-local leaf of a Phi or Select.
  template <typename Callable> void leaves(const Function &F, ValueId V, Callable Fn) const {
    const Value &X = F.Values[V];
    if (X.Kind == ValueKind::Phi) {
      for (uint32_t I = 0; I != X.B; ++I)
        Fn(F.Operands[X.A + I]);
    } else if (X.Kind == ValueKind::Select) {
      leaves(F, X.B, Fn);
      leaves(F, X.C, Fn);
    } else {
      Fn(V);
    }
  }

  void addSink(FuncId F, unsigned Param, const Sink &S) {
    auto &Set = Sinks[{F, Param}];
    if (is_contained(Set, S) || Set.size() >= 8)
      return;
    Set.push_back(S);
    Work.push_back({F, Param, S});
  }

  // One pass over all events: stores of parameters and functions, calls to
  // registrations, and for every parameter passed on, an edge callee ← caller.
  void findSinks() {
    for (FuncId Id = 0; Id != P.Functions.size(); ++Id) {
      const Function &F = P.function(Id);
      uint32_t U = P.Functions[Id].Unit;
      for (const Event &E : F.Events) {
        if (E.Kind == EventKind::Store)
          addStore(Id, F, U, E);
        else if (E.Kind == EventKind::Call)
          addCall(Id, F, U, E);
      }
    }
    while (!Work.empty()) {
      auto [F, Param, S] = Work.pop_back_val();
      auto It = PassedOn.find({F, Param});
      if (It == PassedOn.end())
        continue;
      for (auto [Caller, CallerParam] : SmallVector<std::pair<FuncId, unsigned>, 2>(It->second))
        addSink(Caller, CallerParam, S);
    }
  }

  void addStore(FuncId Id, const Function &F, uint32_t U, const Event &E) {
    const Value &Addr = F.Values[E.A];
    leaves(F, E.B, [&](ValueId L) {
      const Value &V = F.Values[L];
      if (V.Kind == ValueKind::Param && Addr.Kind == ValueKind::Field) {
        addSink(Id, V.A, {memberKey(U, Addr.B, Addr.C), nullptr});
      } else if (V.Kind == ValueKind::Func) {
        FuncId T = bodyOf(P.EntityMap[U][V.A], U, Id);
        if (T == NoFunc)
          return;
        if (Addr.Kind == ValueKind::Field) {
          const uint64_t Key = memberKey(U, Addr.B, Addr.C);
          addTarget(Id, E.Line, Key, T, baseGlobal(F, U, Addr.A));
          if (RegisteredMembers.contains(Key))
            if (std::string Object = objectName(F, U, Addr.A); !Object.empty())
              StoredIn[Object].push_back({Key, T});
          if (isWorkFunction(U, Addr.B, Addr.C))
            if (std::string Work = objectName(F, U, Addr.A); !Work.empty())
              WorkFunctions[Work].push_back({T, Id, E.Line});
        } else if (EntityId G = baseGlobal(F, U, E.A))
          P.VariableTargets[G].push_back(T);
      }
    });
  }

  bool isWorkFunction(uint32_t U, StrId Record, StrId Field) const {
    StringRef R = P.Units[U].str(Record);
    return (R == "work_struct" || R == "kthread_work") && P.Units[U].str(Field) == "func";
  }

  // What an object is called in the model: "record.member" it is (or is pointed to by), or
  // the variable. The work_struct inside a delayed_work is that.
  std::string objectName(const Function &F, uint32_t U, ValueId V) const {
    const TuSummary &T = P.Units[U];
    for (;;) {
      const Value &X = F.Values[V];
      switch (X.Kind) {
      case ValueKind::Field:
        if (StringRef R = T.str(X.B); R != "delayed_work" && R != "rcu_work")
          return T.str(X.B) + "." + T.str(X.C);
        break;
      case ValueKind::Global:
        return P.name(P.Entities[P.EntityMap[U][X.A]].Name).str();
      case ValueKind::Index:
      case ValueKind::Load:
        break;
      default:
        return "";
      }
      V = X.A;
    }
  }

  // The global variable that an address lies in, 0 if none.
  EntityId baseGlobal(const Function &F, uint32_t U, ValueId V) const {
    for (;;) {
      const Value &X = F.Values[V];
      if (X.Kind == ValueKind::Global)
        return P.EntityMap[U][X.A];
      if (X.Kind != ValueKind::Field && X.Kind != ValueKind::Index)
        return 0;
      V = X.A;
    }
  }

  void addTarget(FuncId Where, uint32_t Line, uint64_t Key, FuncId T, EntityId Owner) {
    P.Targets[Key].push_back(T);
    if (Owner)
      P.InstanceTargets[{Owner, Key}].push_back(T);
    StoredAt.insert({{T, Key}, {Where, Line}});
  }

  // Whether a registration is one of those that the model means.
  bool applies(const CallbackModel &CB, const Function &F, const Event &E) const {
    if (CB.StateArg < 0)
      return true;
    auto From = P.Constants.find(CB.From), Below = P.Constants.find(CB.Below);
    if (uint32_t(CB.StateArg) >= E.ArgCount || From == P.Constants.end() ||
        Below == P.Constants.end())
      return false;
    const Value &State = F.Values[F.Operands[E.ArgBegin + CB.StateArg]];
    return State.Kind == ValueKind::Const && State.Imm >= From->second && State.Imm < Below->second;
  }

  void addCall(FuncId Id, const Function &F, uint32_t U, const Event &E) {
    const Value &Callee = F.Values[E.A];
    if (Callee.Kind != ValueKind::Func)
      return;
    ++P.Stats.DirectCalls;
    EntityId Ent = P.EntityMap[U][Callee.A];
    FuncId G = P.resolve(Ent, Id);
    if (G == NoFunc) {
      ++P.Stats.External;
      const Entity &X = P.Entities[Ent];
      if (X.File && P.name(X.File).ends_with(".h") && Missing.insert(Ent).second)
        P.MissingInlines.push_back({X.File, X.Line, X.Name, 0, 0});
    }
    auto Reg = M.Registrations.find(P.name(P.Entities[Ent].Name));
    if (auto Q = M.Queueing.find(P.name(P.Entities[Ent].Name));
        Q != M.Queueing.end() && std::max(Q->second.Queue, Q->second.Work) < E.ArgCount)
      QueuedOn.insert({objectName(F, U, F.Operands[E.ArgBegin + Q->second.Queue]),
                       objectName(F, U, F.Operands[E.ArgBegin + Q->second.Work])});
    for (uint32_t I = 0; I != E.ArgCount; ++I) {
      leaves(F, F.Operands[E.ArgBegin + I], [&](ValueId L) {
        const Value &V = F.Values[L];
        if (V.Kind != ValueKind::Param)
          return;
        if (Reg != M.Registrations.end())
          for (const auto &[Arg, CB] : Reg->second)
            if (Arg == I && applies(CB, F, E))
              addSink(Id, V.A, {0, &CB});
        if (G != NoFunc)
          PassedOn[{G, I}].push_back({Id, V.A});
      });
    }
  }

  // Second pass: functions and objects given to parameters with sinks.
  void useSites(FuncId Id) {
    const Function &F = P.function(Id);
    uint32_t U = P.Functions[Id].Unit;
    for (const Event &E : F.Events) {
      if (E.Kind != EventKind::Call || F.Values[E.A].Kind != ValueKind::Func)
        continue;
      EntityId Ent = P.EntityMap[U][F.Values[E.A].A];
      FuncId G = P.resolve(Ent, Id);
      auto Reg = M.Registrations.find(P.name(P.Entities[Ent].Name));
      for (uint32_t I = 0; I != E.ArgCount; ++I) {
        ValueId Arg = F.Operands[E.ArgBegin + I];
        if (Reg != M.Registrations.end())
          for (const auto &[N, CB] : Reg->second)
            if (N == I && applies(CB, F, E))
              applySink(Id, F, U, E.Line, Arg, {0, &CB});
        if (G == NoFunc)
          continue;
        auto It = Sinks.find({G, I});
        if (It != Sinks.end())
          for (const Sink &S : It->second)
            applySink(Id, F, U, E.Line, Arg, S);
      }
    }
  }

  void applySink(FuncId Id, const Function &F, uint32_t U, uint32_t Line, ValueId Arg,
                 const Sink &S) {
    leaves(F, Arg, [&](ValueId L) {
      const Value &V = F.Values[L];
      if (V.Kind == ValueKind::Func) {
        FuncId T = bodyOf(P.EntityMap[U][V.A], U, Id);
        if (T == NoFunc)
          return;
        if (S.MemberKey)
          addTarget(Id, Line, S.MemberKey, T, 0);
        else if (S.Callback->Field.empty())
          P.Roots.push_back({T, S.Callback, Id, Line});
        return;
      }
      if (!S.Callback || S.Callback->Field.empty())
        return;
      // Registration of an object: what its member was initialised with, or what is stored
      // there where it is part of another one.
      const uint64_t Key = P.memberKey(S.Callback->Field);
      EntityId G = baseGlobal(F, U, L);
      if (!G) {
        if (auto Stores = StoredIn.find(objectName(F, U, L)); Stores != StoredIn.end())
          for (auto [Stored, T] : Stores->second)
            if (Stored == Key)
              P.Roots.push_back({T, S.Callback, Id, Line});
        return;
      }
      auto It = P.InstanceTargets.find({G, Key});
      if (It != P.InstanceTargets.end())
        for (FuncId T : It->second)
          P.Roots.push_back({T, S.Callback, Id, Line});
    });
  }

  void addMemberRoots() {
    for (const auto &Entry : M.Callbacks) {
      auto [Record, Field] = Entry.first().split('.');
      const Member Mem{P.findName(Record), P.findName(Field)};
      auto It = P.Targets.find(Mem.key());
      if (!Mem.Record || !Mem.Field || It == P.Targets.end())
        continue;
      for (FuncId T : It->second) {
        auto Where = StoredAt.find({T, Mem.key()});
        P.Roots.push_back({T, &Entry.second, Where == StoredAt.end() ? NoFunc : Where->second.first,
                           Where == StoredAt.end() ? 0 : Where->second.second,
                           /*CalledByMember=*/!M.Deferred.contains(Entry.first())});
      }
    }
  }

  void addWorkItems() {
    for (const auto &Entry : WorkFunctions) {
      uint64_t Class = 0;
      if (Entry.first().contains('.')) {
        Class = P.memberKey(Entry.first());
      } else if (NameId Name = P.findName(Entry.first())) {
        for (EntityId E = 1; E != P.Entities.size() && !Class; ++E)
          if (P.Entities[E].Name == Name && !P.Entities[E].IsFunction)
            Class = uint64_t(E) | 1ull << 63;
      }
      for (const WorkFunction &X : Entry.second)
        if (Class)
          P.WorkItems.push_back({Class, X.Func, X.Where, X.Line});
    }
    llvm::sort(P.WorkItems);
    P.WorkItems.erase(llvm::unique(P.WorkItems), P.WorkItems.end());
  }

  void addWorkRoots() {
    for (const WorkModel &W : M.Works) {
      auto Add = [&](StringRef Work) {
        if (auto It = WorkFunctions.find(Work); It != WorkFunctions.end())
          for (const WorkFunction &X : It->second)
            P.Roots.push_back({X.Func, &W.Callback, X.Where, X.Line});
      };
      if (!W.Member.empty())
        Add(W.Member);
      else
        for (const auto &[Queue, Work] : QueuedOn)
          if (Queue == W.Queue)
            Add(Work);
    }
  }

  static void normalise(std::vector<FuncId> &V) {
    llvm::sort(V);
    V.erase(llvm::unique(V), V.end());
  }

  void finish() {
    for (auto &[Key, V] : P.Targets)
      normalise(V);
    for (auto &[Key, V] : P.InstanceTargets)
      normalise(V);
    for (auto &[Key, V] : P.VariableTargets)
      normalise(V);
    auto Key = [](const Root &R) {
      return std::tuple(R.Func, StringRef(R.Callback->Phrase), R.Callback->Context, R.Where,
                        R.Line);
    };
    llvm::sort(P.Roots, [&](const Root &A, const Root &B) { return Key(A) < Key(B); });
    P.Roots.erase(llvm::unique(P.Roots,
                               [](const Root &A, const Root &B) {
                                 return A.Func == B.Func &&
                                        A.Callback->Context == B.Callback->Context;
                               }),
                  P.Roots.end());
    llvm::sort(P.MissingInlines, [](const InlineRef &A, const InlineRef &B) {
      return std::tie(A.File, A.Line, A.Name) < std::tie(B.File, B.Line, B.Name);
    });
  }

  struct WorkFunction {
    FuncId Func, Where;
    uint32_t Line;
  };

  Program &P;
  const Model &M;
  DenseSet<uint64_t> RegisteredMembers; // CallbackModel::Field of registrations
  StringMap<std::vector<std::pair<uint64_t, FuncId>>> StoredIn; // of those, by objectName()
  StringMap<std::vector<WorkFunction>> WorkFunctions;           // by objectName() of the work item
  std::set<std::pair<std::string, std::string>> QueuedOn;       // (queue, work item)
  DenseMap<std::pair<FuncId, unsigned>, SmallVector<Sink, 1>> Sinks;
  DenseMap<std::pair<FuncId, unsigned>, SmallVector<std::pair<FuncId, unsigned>, 2>> PassedOn;
  SmallVector<std::tuple<FuncId, unsigned, Sink>> Work;
  DenseMap<std::pair<FuncId, uint64_t>, std::pair<FuncId, uint32_t>> StoredAt;
  DenseSet<EntityId> Missing;
};

} // namespace

void collectIndirect(Program &P, const Model &M) { Collector(P, M).run(); }

} // namespace gfpcheck
