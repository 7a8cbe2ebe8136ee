//===- IndexWriter.cpp - A solved program to look things up in ------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One pass over all functions in the order of their names, by which they are found.
//
//===----------------------------------------------------------------------===//

#include "IndexFormat.h"
#include "gfpcheck/checks/Words.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"
#include <map>

using namespace llvm;

namespace gfpcheck {

using namespace index;

namespace {

constexpr unsigned MaxMasks = 6;       // of one call, that its mask may be
constexpr unsigned MaxMaskDepth = 10;  // operations on a mask
constexpr unsigned SureConditions = 1; // on the way of reclaim to a lock that a mask is to be for
constexpr unsigned Wrappers = 3;       // one around the other, of what begins or ends a scope
constexpr unsigned MaxAsked = 32;      // parameters of which anything is known

class Writer {
public:
  explicit Writer(const Solution &S) : S(S), P(S.P) {
    Bytes.push_back('\0');
    Texts[""] = 0;
  }

  std::string run() {
    order();
    addTables();
    findPlaces();
    for (const WaitModel &W : make_second_range(S.M.Waits))
      if (W.Item)
        ItemContext = W.Context;
    addRoots();
    findAsked();
    findLostScopes();
    for (FuncId F : Order)
      addFunction(F);
    addCallers();
    addReclaimLocks();
    for (const QueuedItem &Q : S.QueuedItems)
      addQueued(Q);
    for (const auto &Entry : P.Constants)
      Constants.push_back({text(Entry.first()), 0, Entry.second});
    llvm::sort(Constants, [](const Constant &A, const Constant &B) { return A.Name < B.Name; });
    return encodeIndex({Functions, Calls, Items, HeldList, Tables, Targets, Roots, Allocations,
                        ReclaimLocks, Steps, QueuedList, Constants, CallerList, TableList, UserList,
                        TextList, Arguments, Conditions},
                       Bytes);
  }

private:
  Text text(StringRef T) {
    auto [It, New] = Texts.try_emplace(T, Bytes.size());
    if (New) {
      Bytes.append(T.data(), T.size());
      Bytes.push_back('\0');
    }
    return It->second;
  }
  Text nameOf(NameId N) {
    if (N >= NameTexts.size())
      NameTexts.resize(P.Names.size());
    if (N && !NameTexts[N])
      NameTexts[N] = text(P.name(N));
    return NameTexts[N];
  }
  Text nameOf(EntityId E, bool) { return nameOf(P.Entities[E].Name); }
  Text functionName(FuncId F) { return nameOf(P.Entities[P.Functions[F].Ent].Name); }
  Text fileOf(FuncId F) {
    const ProgramFunction &X = P.Functions[F];
    return nameOf(P.NameMap[X.Unit][X.F->File]);
  }

  void order() {
    const size_t N = P.Functions.size();
    Order.resize(N);
    for (FuncId F = 0; F != N; ++F)
      Order[F] = F;
    llvm::sort(Order, [&](FuncId A, FuncId B) {
      auto Key = [&](FuncId F) {
        return std::tuple(P.functionName(F), P.functionFile(F), P.function(F).Line, F);
      };
      return Key(A) < Key(B);
    });
    NewId.resize(N);
    for (uint32_t I = 0; I != N; ++I)
      NewId[Order[I]] = I;
    IsEntry.assign(N, false);
    for (FuncId F : S.Entries)
      IsEntry[F] = true;
  }

  //===--------------------------------------------------------------------===//
  // Tables
  //===--------------------------------------------------------------------===//

  Text tableName(uint64_t Key) {
    if (Program::isVariableKey(Key))
      return nameOf(P.Entities[Key >> 32].Name);
    return text((P.name(Key >> 32) + "." + P.name(uint32_t(Key))).str());
  }

  void addTables() {
    std::vector<std::pair<uint64_t, ArrayRef<FuncId>>> All;
    for (const auto &[Key, Targets] : P.Targets)
      All.push_back({Key, Targets});
    for (const auto &[Variable, Targets] : P.VariableTargets)
      All.push_back({Program::variableKey(Variable), Targets});
    DenseSet<uint64_t> Known;
    for (const auto &Entry : All)
      Known.insert(Entry.first);
    for (const auto &Sites : S.Sites)
      for (const CallSite &C : Sites)
        if (C.Callee == NoFunc && Known.insert(C.Key).second)
          All.push_back({C.Key, {}});
    llvm::sort(All, llvm::less_first());
    for (const auto &[Key, Funcs] : All) {
      Table T;
      T.Name = tableName(Key);
      T.Targets = {uint32_t(Targets.size()), uint32_t(Funcs.size())};
      TableOf[Key] = Tables.size();
      for (FuncId F : Funcs) {
        Target X;
        X.Function = NewId[F];
        TargetOf[{Key, F}] = Targets.size();
        Targets.push_back(X);
      }
      Tables.push_back(T);
    }
  }

  void put(uint64_t Key, FuncId F, Put How, Text Owner, Text File, uint32_t Line) {
    auto It = TargetOf.find({Key, F});
    if (It == TargetOf.end() || Targets[It->second].How)
      return;
    Target &X = Targets[It->second];
    X.How = uint32_t(How);
    X.Owner = Owner;
    X.File = File;
    X.Line = Line;
  }

  // Who puts functions into tables: initialisers, stores, and whoever passes them to somebody
  // who stores them.
  void findPlaces() {
    for (uint32_t U = 0; U != P.Units.size(); ++U)
      for (const InitEntry &I : P.Units[U].Inits) {
        const Entity &Target = P.Entities[P.EntityMap[U][I.Target]];
        const EntityId Owner = P.EntityMap[U][I.Owner];
        const uint64_t Key = I.Record ? Member{P.NameMap[U][I.Record], P.NameMap[U][I.Field]}.key()
                                      : Program::variableKey(Owner);
        if (Target.IsFunction)
          for (FuncId F : Target.Defs)
            put(Key, F, Put::Initialiser, nameOf(P.Entities[Owner].Name), text(P.Units[U].MainFile),
                I.Line);
      }
    DenseMap<FuncId, std::pair<FuncId, EventIdx>> Passed;
    for (FuncId F = 0; F != P.Functions.size(); ++F) {
      const gfpcheck::Function &Fn = P.function(F);
      auto FuncOf = [&](ValueId V) {
        return Fn.Values[V].Kind == ValueKind::Func
                   ? P.resolve(P.EntityMap[P.Functions[F].Unit][Fn.Values[V].A], F)
                   : NoFunc;
      };
      for (EventIdx I = 0; I != Fn.Events.size(); ++I) {
        const Event &E = Fn.Events[I];
        if (E.Kind == EventKind::Store) {
          if (const FuncId T = FuncOf(E.B); T != NoFunc)
            if (const uint64_t Key = P.addressKey(F, E.A))
              put(Key, T, Put::Store, functionName(F), fileOf(F), E.Line);
        } else if (E.Kind == EventKind::Call) {
          for (ValueId A : ArrayRef(Fn.Operands).slice(E.ArgBegin, E.ArgCount))
            if (const FuncId T = FuncOf(A); T != NoFunc)
              Passed.try_emplace(T, F, I);
        }
      }
    }
    for (const auto &[At, Index] : TargetOf)
      if (auto It = Passed.find(At.second); It != Passed.end() && !Targets[Index].How) {
        const auto [F, I] = It->second;
        put(At.first, At.second, Put::Argument, functionName(F), fileOf(F),
            P.function(F).Events[I].Line);
      }
  }

  //===--------------------------------------------------------------------===//
  // Functions
  //===--------------------------------------------------------------------===//

  uint32_t item(ContextId C, uint64_t Class) {
    auto [It, New] = ItemOf.try_emplace({C, Class}, Items.size());
    if (!New)
      return It->second;
    const ContextKind &K = S.M.Contexts[C];
    Item X;
    X.Phrase = text(K.Phrase);
    if (!P.ContextClass[C])
      X.Class = text(lockClassName(P, Class));
    X.State = text(K.State);
    X.Needs = text(K.Needs);
    X.ClassKey = Class;
    X.Kind = uint8_t(K.Class);
    X.Forbids = uint8_t(K.Forbids);
    X.Prevents = K.Prevents;
    X.Shared = K.Shared;
    X.Named = K.Named;
    X.Certain = K.Certain;
    X.Context = C;
    Items.push_back(X);
    return It->second;
  }

  void addRoots() {
    auto Add = [&](FuncId F, uint32_t Item, StringRef Phrase, FuncId Where, uint32_t Line) {
      index::Root X;
      X.Item = Item;
      X.Phrase = text(Phrase);
      X.File = Where == NoFunc ? 0 : fileOf(Where);
      X.Line = Line;
      RootsOf[F].push_back(X);
    };
    for (const gfpcheck::Root &R : P.Roots)
      Add(R.Func, R.Callback->Context == NoContext ? index::None : item(R.Callback->Context, 0),
          R.Callback->Phrase, R.Where, R.Line);
    if (ItemContext)
      for (const WorkItem &W : P.WorkItems)
        Add(W.Func, item(*ItemContext, W.Class), "work item", W.Where, W.Line);
  }

  void addFunction(FuncId F) {
    const gfpcheck::Function &Fn = P.function(F);
    index::Function X;
    X.Name = functionName(F);
    X.File = fileOf(F);
    X.Provider = nameOf(P.provider(F));
    X.Line = Fn.Line;
    for (AtomKind K : ReclaimLevels)
      if (S.ExposedBy[unsigned(K)][F] != NoFunc)
        X.Exposed |= 1 << unsigned(K);
    X.BootOnly = S.BootOnly[F];
    X.Entry = IsEntry[F];
    const auto &TheRoots = RootsOf[F];
    X.Roots = {uint32_t(Roots.size()), uint32_t(TheRoots.size())};
    Roots.insert(Roots.end(), TheRoots.begin(), TheRoots.end());

    DenseMap<EventIdx, SmallVector<Variant, 1>> Variants;
    for (const CallVariant &V : S.CallVariants[F])
      Variants[V.Where].push_back(addVariant(F, V));
    auto VariantsAt = [&](EventIdx I) {
      auto It = Variants.find(I);
      return It == Variants.end() ? SmallVector<Variant, 1>{Variant()} : It->second;
    };

    const DenseMap<EventIdx, uint8_t> Perhaps = perhapsScoped(F);
    X.Calls.First = Calls.size();
    for (const CallSite &C : S.Sites[F]) {
      const Event &E = Fn.Events[C.Where];
      Call Y;
      Y.Caller = NewId[F];
      Y.Callee = C.Callee == NoFunc ? TableOf.lookup(C.Key) : NewId[C.Callee];
      Y.Line = E.Line;
      Y.Perhaps = Perhaps.lookup(C.Where);
      if (C.Callee == NoFunc)
        Y.Flags |= CF_Indirect;
      else if (P.calledEntity(F, E) && P.directCallee(F, E) != C.Callee)
        Y.Flags |= CF_Argument;
      if (!(Y.Flags & CF_Argument))
        Y.Arguments = addArguments(F, E, asked(C));
      for (const Variant &V : VariantsAt(C.Where)) {
        Y.Prevents = V.Prevents;
        Y.Held = V.HeldThere;
        Y.Conditions = V.Conditions;
        Calls.push_back(Y);
        Y.Flags |= CF_Variant;
      }
    }
    X.Calls.Count = Calls.size() - X.Calls.First;
    std::stable_sort(Calls.begin() + X.Calls.First, Calls.end(),
                     [](const Call &A, const Call &B) { return A.Line < B.Line; });

    X.Allocations.First = Allocations.size();
    for (EventIdx I = 0; I != Fn.Events.size(); ++I)
      addAllocation(F, I, VariantsAt(I), Perhaps.lookup(I));
    X.Allocations.Count = Allocations.size() - X.Allocations.First;
    std::stable_sort(Allocations.begin() + X.Allocations.First, Allocations.end(),
                     [](const Allocation &A, const Allocation &B) { return A.Line < B.Line; });
    Functions.push_back(X);
  }

  //===--------------------------------------------------------------------===//
  // Scopes that may be open
  //===--------------------------------------------------------------------===//

  // Functions that return with a scope open on paths that no caller can tell (a transaction of
  // its own, or the caller's), or end one so; and who returns what the first return, or gives the
  // second what it was given.
  void findLostScopes() {
    MayBegin.assign(P.Functions.size(), 0);
    MayEnd = MayBegin;
    std::vector<uint8_t> Begins = MayBegin, Again = MayBegin;
    for (FuncId F = 0; F != P.Functions.size(); ++F) {
      Begins[F] = MayBegin[F] = S.Lost[F].Begun;
      MayEnd[F] = S.Lost[F].Ended;
      for (const Outcome &O : S.Effects[F].Outcomes) {
        for (const HeldContext &H : O.Begun)
          Begins[F] |= S.M.Contexts[H.Context].Prevents;
        for (const HeldContext &H : O.Ended)
          MayEnd[F] |= S.M.Contexts[H.Context].Prevents;
      }
    }
    // Who begins one again after the end of the old one has not ended it for the caller.
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      for (const CallSite &C : S.Sites[F])
        if (C.Callee != NoFunc)
          Again[F] |= Begins[C.Callee];
    std::vector<uint8_t> NewEnd = MayEnd;
    for (unsigned Round = 0; Round != Wrappers; ++Round) {
      for (FuncId F = 0; F != P.Functions.size(); ++F) {
        const gfpcheck::Function &Fn = P.function(F);
        uint8_t Opens = MayBegin[F], Ends = MayEnd[F];
        for (const CallSite &C : S.Sites[F]) {
          if (C.Callee == NoFunc || !(MayBegin[C.Callee] | MayEnd[C.Callee]))
            continue;
          const Event &E = Fn.Events[C.Where];
          if (MayBegin[C.Callee] && returnsResult(Fn, E.CallNo))
            Opens |= MayBegin[C.Callee];
          if (llvm::any_of(ArrayRef(Fn.Operands).slice(E.ArgBegin, E.ArgCount),
                           [&](ValueId A) { return Fn.Values[A].Kind == ValueKind::Param; }))
            Ends |= MayEnd[C.Callee] & ~Again[F];
        }
        Begins[F] = Opens;
        NewEnd[F] = Ends;
      }
      MayBegin = Begins;
      MayEnd = NewEnd;
    }
  }

  static bool returnsResult(const gfpcheck::Function &Fn, uint32_t CallNo) {
    auto Is = [&](auto &Self, ValueId V) -> bool {
      const Value &N = Fn.Values[V];
      if (N.Kind == ValueKind::Select)
        return Self(Self, N.B) || Self(Self, N.C);
      if (N.Kind == ValueKind::Phi) // has no phi in it
        return llvm::any_of(ArrayRef(Fn.Operands).slice(N.A, N.B), [&](ValueId O) {
          return Fn.Values[O].Kind != ValueKind::Phi && Self(Self, O);
        });
      return N.Kind == ValueKind::Call && N.A == CallNo;
    };
    return llvm::any_of(Fn.Events,
                        [&](const Event &E) { return E.Kind == EventKind::Return && Is(Is, E.A); });
  }

  // By event of a function: what a scope may prevent there that one of its calls may have begun.
  DenseMap<EventIdx, uint8_t> perhapsScoped(FuncId F) const {
    DenseMap<EventIdx, uint8_t> Out;
    const gfpcheck::Function &Fn = P.function(F);
    auto Bits = [&](const std::vector<uint8_t> &Of, EventIdx I) -> uint8_t {
      const FuncId G =
          Fn.Events[I].Kind == EventKind::Call ? P.directCallee(F, Fn.Events[I]) : NoFunc;
      return G == NoFunc ? 0 : Of[G];
    };
    std::vector<uint8_t> Entered(Fn.Blocks.size()); // with what open
    std::vector<uint32_t> Work;
    auto Run = [&](uint32_t B, uint8_t Open) {
      for (EventIdx I = Fn.Blocks[B].EventBegin, N = I + Fn.Blocks[B].EventCount; I != N; ++I) {
        if (Open)
          Out[I] |= Open;
        Open = (Open & ~Bits(MayEnd, I)) | Bits(MayBegin, I);
      }
      for (const Edge &E : ArrayRef(Fn.Edges).slice(Fn.Blocks[B].EdgeBegin, Fn.Blocks[B].EdgeCount))
        if (Open & ~Entered[E.Target]) {
          Entered[E.Target] |= Open;
          Work.push_back(E.Target);
        }
    };
    if (llvm::none_of(S.Sites[F],
                      [&](const CallSite &C) { return C.Callee != NoFunc && MayBegin[C.Callee]; }))
      return Out;
    for (uint32_t B = 0; B != Fn.Blocks.size(); ++B)
      Run(B, 0);
    while (!Work.empty()) {
      const uint32_t B = Work.back();
      Work.pop_back();
      Run(B, Entered[B]);
    }
    return Out;
  }

  //===--------------------------------------------------------------------===//
  // Conditions
  //===--------------------------------------------------------------------===//

  // Parameters on which there are conditions, in the function or in one that it hands them to.
  void findAsked() {
    Asked.assign(P.Functions.size(), 0);
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      for (const CallVariant &V : S.CallVariants[F])
        for (const Pred &C : V.Conditions)
          if (C.V < MaxAsked)
            Asked[F] |= 1u << C.V;
    for (bool Changed = true; Changed;) {
      Changed = false;
      AskedOfTable.clear();
      for (FuncId F = 0; F != P.Functions.size(); ++F) {
        uint32_t Mine = Asked[F];
        for (const CallSite &C : S.Sites[F]) {
          const uint32_t Theirs = asked(C);
          const gfpcheck::Function &Fn = P.function(F);
          const Event &E = Fn.Events[C.Where];
          for (unsigned I = 0; I != std::min(E.ArgCount, MaxAsked); ++I)
            if (Theirs >> I & 1)
              if (const auto A = argument(F, Fn.Operands[E.ArgBegin + I]);
                  A && A->What == uint8_t(Argument::Is::Param))
                Mine |= 1u << A->Param;
        }
        Changed |= Mine != Asked[F];
        Asked[F] = Mine;
      }
    }
  }

  uint32_t asked(const CallSite &C) {
    if (C.Callee != NoFunc)
      return Asked[C.Callee];
    auto [It, New] = AskedOfTable.try_emplace(C.Key, 0);
    if (New)
      for (FuncId T : P.targets(C.Key))
        It->second |= Asked[T];
    return It->second;
  }

  // What a value is, as far as it can be said of parameters.
  std::optional<Argument> argument(FuncId F, ValueId V) const {
    const gfpcheck::Function &Fn = P.function(F);
    Argument Out;
    int64_t And = -1, Or = 0;
    for (unsigned Depth = 0; Depth != MaxMaskDepth; ++Depth) {
      const Value &N = Fn.Values[V];
      if (N.Kind == ValueKind::Const) {
        Out.What = uint8_t(Argument::Is::Constant);
        Out.Or = (N.Imm & And) | Or;
        return Out;
      }
      if (N.Kind == ValueKind::Param) {
        if (N.A >= MaxAsked)
          return std::nullopt;
        Out.What = uint8_t(Argument::Is::Param);
        Out.Param = N.A;
        Out.And = And;
        Out.Or = Or;
        return Out;
      }
      if (isAddress(N.Kind) && And == -1 && Or == 0) {
        Out.What = uint8_t(Argument::Is::Address);
        return Out;
      }
      if ((N.Kind != ValueKind::And && N.Kind != ValueKind::Or) ||
          Fn.Values[N.B].Kind != ValueKind::Const)
        return std::nullopt;
      const int64_t C = Fn.Values[N.B].Imm;
      if (N.Kind == ValueKind::And)
        And &= C;
      else
        Or |= C & And;
      V = N.A;
    }
    return std::nullopt;
  }

  Range addArguments(FuncId F, const Event &E, uint32_t Which) {
    Range Out{uint32_t(Arguments.size()), 0};
    const gfpcheck::Function &Fn = P.function(F);
    for (unsigned I = 0; I != std::min(E.ArgCount, MaxAsked); ++I)
      if (Which >> I & 1)
        if (auto A = argument(F, Fn.Operands[E.ArgBegin + I])) {
          A->Number = I;
          Arguments.push_back(*A);
        }
    Out.Count = Arguments.size() - Out.First;
    return Out;
  }

  /// A CallVariant in the index.
  struct Variant {
    uint8_t Prevents = 0;
    Range HeldThere, Conditions;
  };

  Variant addVariant(FuncId F, const CallVariant &V) {
    const gfpcheck::Function &Fn = P.function(F);
    Variant Out;
    Out.Prevents = V.Prevents;
    Out.HeldThere = {uint32_t(HeldList.size()), uint32_t(V.Held.size())};
    for (const HeldCall &H : V.Held) {
      const bool Here = H.Begun != AtEntry && H.Begun < Fn.Events.size();
      Held Y;
      Y.Item = item(H.Context, H.Class);
      Y.Line = Here ? Fn.Events[H.Begun].Line : Fn.Line;
      Y.By = Here ? text(callName(S, F, H.Begun)) : 0;
      Y.Flags =
          (H.Sure ? HF_Sure : 0) | (H.Ended ? HF_Ended : 0) | (H.Begun == AtEntry ? HF_AtEntry : 0);
      HeldList.push_back(Y);
    }
    Out.Conditions = {uint32_t(Conditions.size()), uint32_t(V.Conditions.size())};
    Conditions.insert(Conditions.end(), V.Conditions.begin(), V.Conditions.end());
    return Out;
  }

  void addAllocation(FuncId F, EventIdx I, ArrayRef<Variant> Variants, uint8_t Perhaps) {
    const gfpcheck::Function &Fn = P.function(F);
    const Event &E = Fn.Events[I];
    const FuncId Callee = E.Kind == EventKind::Call ? P.directCallee(F, E) : NoFunc;
    if (Callee == NoFunc)
      return;
    const auto [Param, Reclaims] = maskParameter(Callee);
    if (Param < 0 || unsigned(Param) >= E.ArgCount)
      return;
    Allocation X;
    X.Function = NewId[F];
    X.Callee = NewId[Callee];
    X.Line = E.Line;
    X.Column = E.Column;
    X.Name = text(callName(S, F, I));
    X.Reclaims = Reclaims;
    X.Perhaps = Perhaps;
    for (const Variant &V : Variants) {
      X.Prevents = V.Prevents;
      X.Held = V.HeldThere;
      X.Conditions = V.Conditions;
      addMasks(F, Fn.Operands[E.ArgBegin + Param], -1, 0, MaxMaskDepth, Allocations.size(), X);
      X.Variant = true;
    }
  }

  std::pair<int, bool> maskParameter(FuncId F) {
    auto [It, New] = MaskParameters.try_emplace(F, -1, false);
    if (New) {
      const int Param = parameterOfType(P, F, "gfp_t");
      It->second = {Param, Param >= 0 && reclaimsWith(S, F, Param)};
    }
    return It->second;
  }

  // What a mask may be: (\p V & And) | Or, where \p V may be one of several.
  void addMasks(FuncId F, ValueId V, int64_t And, int64_t Or, unsigned Depth, size_t First,
                Allocation X) {
    const gfpcheck::Function &Fn = P.function(F);
    const Value &N = Fn.Values[V];
    auto Add = [&](MaskBase Base) {
      X.Base = uint8_t(Base);
      X.And = And;
      X.Or = Or;
      const bool Known = any_of(ArrayRef(Allocations).drop_front(First), [&](const Allocation &O) {
        return std::tie(O.Base, O.Param, O.And, O.Or) == std::tie(X.Base, X.Param, X.And, X.Or);
      });
      if (!Known && Allocations.size() - First < MaxMasks)
        Allocations.push_back(X);
    };
    auto Of = [&](ValueId O, int64_t NewAnd, int64_t NewOr) {
      addMasks(F, O, NewAnd, NewOr, Depth - 1, First, X);
    };
    if (!Depth)
      return Add(MaskBase::Unknown);
    switch (N.Kind) {
    case ValueKind::Const:
      Or |= N.Imm & And;
      And = 0;
      return Add(MaskBase::Constant);
    case ValueKind::Param:
      X.Param = N.A;
      return Add(MaskBase::Param);
    case ValueKind::And:
    case ValueKind::Or: {
      ValueId Mask = N.A, Other = N.B;
      if (Fn.Values[Mask].Kind == ValueKind::Const)
        std::swap(Mask, Other);
      if (Fn.Values[Other].Kind != ValueKind::Const)
        return Add(MaskBase::Unknown);
      const int64_t C = Fn.Values[Other].Imm;
      return N.Kind == ValueKind::And ? Of(Mask, And & C, Or) : Of(Mask, And, Or | (C & And));
    }
    case ValueKind::Select:
      Of(N.B, And, Or);
      return Of(N.C, And, Or);
    case ValueKind::Phi:
      for (ValueId O : ArrayRef(Fn.Operands).slice(N.A, N.B))
        Of(O, And, Or);
      return;
    default:
      return Add(MaskBase::Unknown);
    }
  }

  void addCallers() {
    std::vector<SmallVector<uint32_t, 2>> Callers(Functions.size()), InTables(Functions.size()),
        Users(Tables.size());
    for (uint32_t C = 0; C != Calls.size(); ++C)
      ((Calls[C].Flags & CF_Indirect) ? Users : Callers)[Calls[C].Callee].push_back(C);
    for (uint32_t T = 0; T != Tables.size(); ++T)
      for (const Target &X :
           ArrayRef(Targets).slice(Tables[T].Targets.First, Tables[T].Targets.Count))
        InTables[X.Function].push_back(T);
    auto Append = [](std::vector<uint32_t> &List, ArrayRef<uint32_t> Part) {
      Range Out{uint32_t(List.size()), uint32_t(Part.size())};
      List.insert(List.end(), Part.begin(), Part.end());
      return Out;
    };
    for (uint32_t F = 0; F != Functions.size(); ++F) {
      Functions[F].Callers = Append(CallerList, Callers[F]);
      Functions[F].Tables = Append(TableList, InTables[F]);
    }
    for (uint32_t T = 0; T != Tables.size(); ++T)
      Tables[T].Users = Append(UserList, Users[T]);
  }

  void addReclaimLocks() {
    for (const gfpcheck::ReclaimLock &R : S.ReclaimLocks) {
      index::ReclaimLock X;
      X.ClassKey = R.Class;
      X.Class = text(lockClassName(P, R.Class));
      X.Level = uint8_t(R.Level);
      X.Sure = R.sure() && !R.LastReferences && R.Conditions <= SureConditions;
      X.Shared = S.M.Contexts[R.Context].Shared;
      X.Entry = text(R.Entry);
      X.Owners.First = TextList.size();
      for (NameId N : ownersOf(S, R))
        TextList.push_back(nameOf(N));
      X.Owners.Count = TextList.size() - X.Owners.First;
      X.Steps.First = Steps.size();
      for (const gfpcheck::Step &Y : reclaimPath(S, R).Steps)
        Steps.push_back({text(Y.File), text(Y.Function), text(Y.Text), Y.Line, uint32_t(Y.Kind)});
      X.Steps.Count = Steps.size() - X.Steps.First;
      ReclaimLocks.push_back(X);
    }
  }

  void addQueued(const QueuedItem &Q) {
    auto It = llvm::lower_bound(P.WorkItems, Q.Item,
                                [](const WorkItem &W, uint64_t Class) { return W.Class < Class; });
    for (; It != P.WorkItems.end() && It->Class == Q.Item; ++It)
      QueuedList.push_back(
          {NewId[Q.Func], P.function(Q.Func).Events[Q.Where].Line, NewId[It->Func]});
  }

  const Solution &S;
  const Program &P;
  std::vector<FuncId> Order;
  std::vector<uint32_t> NewId;
  std::vector<bool> IsEntry;
  std::optional<ContextId> ItemContext; // of work items
  std::vector<uint32_t> Asked;          // by FuncId: parameters, by bit
  DenseMap<uint64_t, uint32_t> AskedOfTable;
  std::vector<uint8_t> MayBegin, MayEnd; // by FuncId: bits per AtomKind
  std::string Bytes;
  StringMap<Text> Texts;
  std::vector<Text> NameTexts;
  DenseMap<uint64_t, uint32_t> TableOf;
  DenseMap<std::pair<uint64_t, FuncId>, uint32_t> TargetOf;
  DenseMap<FuncId, SmallVector<index::Root, 1>> RootsOf;
  DenseMap<FuncId, std::pair<int, bool>> MaskParameters;
  std::map<std::pair<ContextId, uint64_t>, uint32_t> ItemOf;

  std::vector<index::Function> Functions;
  std::vector<Call> Calls;
  std::vector<Item> Items;
  std::vector<Held> HeldList;
  std::vector<Table> Tables;
  std::vector<Target> Targets;
  std::vector<index::Root> Roots;
  std::vector<Allocation> Allocations;
  std::vector<index::ReclaimLock> ReclaimLocks;
  std::vector<index::Step> Steps;
  std::vector<Queued> QueuedList;
  std::vector<Constant> Constants;
  std::vector<uint32_t> CallerList, TableList, UserList;
  std::vector<Text> TextList;
  std::vector<Argument> Arguments;
  std::vector<Pred> Conditions;
};

} // namespace

std::string writeIndex(const Solution &S) {
  TimeTraceScope Trace("index");
  return Writer(S).run();
}

} // namespace gfpcheck
