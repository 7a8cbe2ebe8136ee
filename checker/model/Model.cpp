//===- Model.cpp - Reading the model --------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/model/Model.h"
#include "ModelFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace gfpcheck {
extern const char *const BuiltinModel[]; ///< file, text, file, text, …, null

namespace {

// "{a,b}_lock{,_irq}" stands for its four expansions, as in a shell.
void expandBraces(StringRef Pattern, std::vector<std::string> &Out) {
  size_t Open = Pattern.find('{');
  size_t Close = Open == StringRef::npos ? StringRef::npos : Pattern.find('}', Open);
  if (Close == StringRef::npos) {
    Out.push_back(Pattern.str());
    return;
  }
  SmallVector<StringRef> Alternatives;
  Pattern.slice(Open + 1, Close).split(Alternatives, ',');
  for (StringRef A : Alternatives)
    expandBraces((Pattern.take_front(Open) + A + Pattern.drop_front(Close + 1)).str(), Out);
}

std::vector<std::string> expandAll(const std::vector<std::string> &Patterns) {
  std::vector<std::string> Out;
  for (const std::string &P : Patterns)
    expandBraces(P, Out);
  return Out;
}

class Reader {
public:
  Reader(Model &M, StringRef Name) : M(M), Name(Name) {}

  Error fail(const Twine &Message) const {
    return createStringError("model '" + Name + "': " + Message);
  }

  Error add(const YModel &Y) {
    if (Y.Schema != 1)
      return fail("schema is " + Twine(Y.Schema) + ", this gfpcheck reads schema 1");
    for (const YContext &C : Y.Contexts)
      if (Error E = addContext(C))
        return E;
    for (const YPrimitive &P : Y.Primitives)
      if (Error E = addPrimitive(P))
        return E;
    addNames(Y.Sleepers, FunctionModel::Role::Sleep);
    addNames(Y.Neutral, FunctionModel::Role::Neutral);
    for (const YNames &N : Y.Contracts)
      for (const std::string &Fn : expandAll(N.Functions))
        M.Contracts[Fn] = N.Why;
    for (const YValue &V : Y.Values) {
      FunctionModel F;
      F.TheRole = FunctionModel::Role::Value;
      StringRef Is = V.Is;
      if (Is.consume_front("argument ")) {
        if (Is.getAsInteger(10, F.ValueArg))
          return fail("value '" + V.Is + "': expected a number after 'argument'");
      } else {
        F.Value = V.Is;
      }
      F.Why = V.Why;
      M.Functions[V.Function] = F;
    }
    for (const YConstant &C : Y.Constants)
      M.Constants[C.Global] = C.Value;
    for (const YCallback &C : Y.Callbacks)
      if (Error E = addCallback(C))
        return E;
    for (const YDeferred &D : Y.Deferred)
      M.Deferred[D.Member] = D.Why;
    for (const YPossession &P : Y.Possession) {
      Expected<ContextId> C = holder(P.Context, "possession of '" + P.Type + "'");
      if (!C)
        return C.takeError();
      M.Possession[P.Type] = *C;
    }
    for (const YTaskMember &T : Y.TaskMembers) {
      const ContextId C = M.context(T.Context);
      if (C == NoContext || (M.Contexts[C].Class != ContextClass::Holder &&
                             M.Contexts[C].Class != ContextClass::Atomic))
        return fail("task member '" + T.Member + "' names '" + T.Context +
                    "', which is not a context of class holder or atomic");
      M.TaskMembers[T.Member] = C;
    }
    for (const YReclaims &R : Y.Reclaims)
      for (const std::string &Fn : expandAll(R.Functions))
        M.Reclaims[Fn] = R.Argument;
    for (const YNames &N : Y.IoEnds)
      for (const std::string &Fn : expandAll(N.Functions))
        M.IoEnds.push_back(Fn);
    for (const YUserEntry &U : Y.UserEntries) {
      llvm::append_range(M.UserRecords, U.Records);
      llvm::append_range(M.UserPrefixes, U.Prefixes);
    }
    for (const YIoTable &T : Y.IoTables)
      M.IoTables.push_back(T.Record);
    for (const YIoType &T : Y.IoTypes)
      M.IoTypes[T.Type] = T.Why;
    for (const YReclaims &Q : Y.QueueAllocators)
      for (const std::string &Fn : expandAll(Q.Functions))
        M.QueueAllocators[Fn] = Q.Argument;
    for (const YReclaims &R : Y.Threads)
      for (const std::string &Fn : expandAll(R.Functions))
        M.Threads[Fn] = R.Argument;
    for (const YReserve &R : Y.Reserves)
      for (const std::string &Fn : expandAll(R.Functions))
        M.Reserves[Fn] = R.Pool;
    for (const YNames &N : Y.WaitingAllocators)
      for (const std::string &Fn : expandAll(N.Functions))
        M.WaitingAllocators[Fn] = N.Why;
    for (const YWork &W : Y.Works) {
      if (W.Queue.empty() == W.Member.empty())
        return fail("a works entry needs either 'queue' or 'member'");
      Expected<ContextId> C = holder(W.Context, "work '" + W.Queue + W.Member + "'");
      if (!C)
        return C.takeError();
      M.Works.push_back({W.Queue, W.Member, {*C, W.Phrase, ""}});
    }
    for (const YQueueing &Q : Y.Queueing)
      for (const std::string &Fn : expandAll(Q.Functions))
        M.Queueing[Fn] = {Q.Queue, Q.Work};
    for (const YGfpMember &G : Y.GfpMembers) {
      if (StringRef(G.Member).count('.') != 1)
        return fail("gfp_members: '" + G.Member + "' is not of the form record.member");
      M.GfpMembers.push_back({G.Member, G.Owners});
    }
    for (const YReclaimEntry &R : Y.ReclaimEntries)
      for (const std::string &Fn : expandAll(R.Functions))
        M.ReclaimEntries.push_back({Fn, R.Gfp, R.Flagged, R.Phrase});
    for (auto [Key, List, Out] : {std::tuple("level_members", &Y.LevelMembers, &M.LevelMembers),
                                  std::tuple("lock_wrappers", &Y.LockWrappers, &M.LockWrappers),
                                  std::tuple("core_members", &Y.CoreMembers, &M.CoreMembers),
                                  std::tuple("back_pointers", &Y.BackPointers, &M.BackPointers)})
      for (const YMember &L : *List) {
        if (StringRef(L.Member).count('.') != 1)
          return fail(Twine(Key) + ": '" + L.Member + "' is not of the form record.member");
        Out->push_back(L.Member);
      }
    for (const YUnreferenced &U : Y.Unreferenced) {
      for (const std::string &Fn : expandAll(U.Functions))
        M.Unreferenced.push_back({Fn, U.Argument});
      for (const std::string &Member : expandAll(U.Members)) {
        if (StringRef(Member).count('.') != 1)
          return fail("unreferenced: '" + Member + "' is not of the form record.member");
        M.Unreferenced.push_back({Member, U.Argument});
      }
      if (U.Functions.empty() && U.Members.empty())
        return fail("an unreferenced entry needs functions or members");
    }
    for (auto [Key, List] : {std::pair("waits", &Y.Waits), std::pair("signals", &Y.Signals)})
      for (const YWait &W : *List) {
        const ContextId C = M.context(W.Context);
        if (C == NoContext || M.Contexts[C].Class != ContextClass::Lock)
          return fail(Twine(Key) + " names '" + W.Context +
                      "', which is not a context of class lock");
        for (const std::string &Fn : expandAll(W.Functions))
          if (List == &Y.Waits)
            M.Waits[Fn] = {W.Argument, C, W.Item, W.Queue, W.Cancels};
          else
            M.Signals[Fn] = {W.Argument, C};
        if (W.Functions.empty() == W.Members.empty())
          return fail(Twine(Key) + " of '" + W.Context + "' need either functions or members");
        for (const std::string &Member : expandAll(W.Members)) {
          if (StringRef(Member).count('.') != 1)
            return fail(Twine(Key) + ": '" + Member + "' is not of the form record.member");
          if (List == &Y.Waits || !M.Contexts[C].OneClass)
            return fail(Twine(Key) + ": members are for signals of a context with 'one_class'");
          M.Signals[Member] = {0, C};
        }
      }
    for (const YLevelFunction &L : Y.LevelFunctions) {
      if (L.Level != "io" && L.Level != "fs")
        return fail("level_functions: the level is '" + L.Level + "', expected io or fs");
      for (const std::string &Fn : expandAll(L.Functions))
        M.LevelFunctions[Fn] = L.Level == "io" ? AtomKind::Io : AtomKind::Fs;
    }
    for (const YLockKey &K : Y.LockKeys) {
      if (StringRef(K.Member).count('.') != 1)
        return fail("lock_keys: '" + K.Member + "' is not of the form record.member");
      M.LockKeys.push_back({K.Member, expandAll(K.Files)});
    }
    for (const YNonBlocking &N : Y.NonBlocking)
      if (Error E = addNonBlocking(N))
        return E;
    for (const YOomPath &O : Y.OomPaths)
      M.OomPaths.push_back({O.Function, O.Phrase, O.LastResort});
    for (const YOomDone &O : Y.OomDone)
      for (const std::string &Fn : expandAll(O.Functions))
        M.OomDone.push_back({Fn, O.Argument, O.Is});
    for (const YMember &L : Y.OomLocks)
      M.OomLocks.push_back(L.Member);
    for (const YLockAnnotation &A : Y.LockAnnotations)
      for (const std::string &Fn : expandAll(A.Functions))
        M.LockAnnotations[Fn] = {A.Argument, A.Key};
    for (const YReclaimFact &F : Y.ReclaimFacts) {
      if (StringRef(F.Member).count('.') != 1)
        return fail("reclaim_facts: '" + F.Member + "' is not of the form record.member");
      M.ReclaimFacts[F.Member] = F.Is;
    }
    for (const YNames &N : Y.ReclaimExcludes)
      for (const std::string &Fn : expandAll(N.Functions))
        M.ReclaimExcludes[Fn] = N.Why;
    for (const YLastReference &L : Y.LastReferences)
      for (const std::string &Fn : expandAll(L.Functions))
        M.LastReferences[Fn] = {L.Argument, L.Zero};
    M.CoreDirs.insert(M.CoreDirs.end(), Y.Core.begin(), Y.Core.end());
    return addProbe(Y.Probe);
  }

private:
  Error addContext(const YContext &C) {
    if (M.context(C.Id) != NoContext)
      return fail("context '" + C.Id + "' is defined twice");
    if (M.Contexts.size() >= NoContext)
      return fail("more than 254 contexts");
    ContextKind K;
    K.Id = C.Id;
    K.Phrase = C.Phrase;
    K.State = C.State;
    K.Begin = C.Begin;
    K.Named = C.Named;
    K.Counted = C.Counted;
    K.Nonzero = C.Nonzero;
    K.Test = C.Test;
    K.TaskFlag = C.TaskFlag;
    K.Needs = C.Needs;
    K.Certain = C.Certain;
    K.Shared = C.Shared;
    K.Owned = C.Owned;
    K.OneClass = C.OneClass;
    K.Interrupt = C.Interrupt;
    K.Carries = C.Carries;
    K.Handle = C.Handle;
    K.Raw = C.Raw;
    if (C.Class == "scope") {
      K.Class = ContextClass::Scope;
      constexpr uint8_t Any = 1 << unsigned(AtomKind::Reclaim), Io = 1 << unsigned(AtomKind::Io),
                        Fs = 1 << unsigned(AtomKind::Fs);
      // Without __GFP_IO an allocation does not get as far as a filesystem either
      // (include/linux/gfp_types.h).
      for (const std::string &Flag : C.Clears) {
        if (!StringRef(Flag).starts_with("__GFP_"))
          return fail("scope '" + C.Id + "' clears '" + Flag + "', expected a __GFP_ flag");
        K.Prevents |= Flag == "__GFP_FS"               ? Fs
                      : Flag == "__GFP_IO"             ? Io | Fs
                      : Flag == "__GFP_DIRECT_RECLAIM" ? Any | Io | Fs
                                                       : 0;
      }
      if (C.Clears.empty())
        return fail("scope '" + C.Id + "' needs 'clears', the GFP flags that it takes away");
    } else if (C.Class == "holder") {
      K.Class = ContextClass::Holder;
      if (C.Forbids != "fs" && C.Forbids != "io")
        return fail("context '" + C.Id + "': 'forbids' is '" + C.Forbids + "', expected fs or io");
      K.Forbids = C.Forbids == "fs" ? AtomKind::Fs : AtomKind::Io;
      if (C.State.empty() || C.Begin.empty() || C.Needs.empty())
        return fail("holder '" + C.Id + "' needs 'state', 'begin' and 'needs'");
    } else if (C.Class == "lock") {
      K.Class = ContextClass::Lock;
      K.Named = C.Begin.empty();
      if (!K.Named && C.State.empty())
        return fail("context '" + C.Id + "' has 'begin' and needs 'state'");
    } else if (C.Class != "atomic") {
      return fail("context '" + C.Id + "': class is '" + C.Class +
                  "', expected atomic, scope, holder or lock");
    } else if (!C.Named && (C.State.empty() || C.Begin.empty())) {
      return fail("context '" + C.Id + "' is not named and needs 'state' and 'begin'");
    }
    M.Contexts.push_back(std::move(K));
    return Error::success();
  }

  Expected<ContextId> holder(StringRef Id, const Twine &Of) const {
    ContextId C = M.context(Id);
    if (C == NoContext || M.Contexts[C].Class != ContextClass::Holder)
      return fail(Of + " names '" + Id + "', which is not a context of class holder");
    return C;
  }

  Error addNonBlocking(const YNonBlocking &N) {
    NonBlockingModel Out{"", N.Argument, {}, N.Phrase, N.Refuses};
    for (const YNonBlockingFact &F : N.Facts) {
      if (StringRef(F.Member).count('.') != 1)
        return fail("non_blocking: '" + F.Member + "' is not of the form record.member");
      if (F.Clear.empty() == F.Is.empty())
        return fail("non_blocking: '" + F.Member + "' needs either 'clear' or 'is'");
      Out.Facts.push_back({F.Member, F.Clear, F.Is});
    }
    for (const std::string &Member : expandAll(N.Members)) {
      if (StringRef(Member).count('.') != 1)
        return fail("non_blocking: '" + Member + "' is not of the form record.member");
      Out.Member = Member;
      M.NonBlocking.push_back(Out);
    }
    return Error::success();
  }

  // An op is "+spin(0)", "-spin(0)", "+irq", "0irq", "+trans(result)", "+count[0]" or
  // "+flags[0]".
  Error addPrimitive(const YPrimitive &P) {
    FunctionModel F;
    F.TheRole = FunctionModel::Role::Primitive;
    F.SleepsFirst = P.Sleeps;
    F.Tries = P.Tries;
    F.Why = P.Why;
    if (P.When == "always")
      F.OpsWhen = When::Always;
    else if (P.When == "nonzero")
      F.OpsWhen = When::Nonzero;
    else if (P.When == "zero")
      F.OpsWhen = When::Zero;
    else if (P.When == "pointer")
      F.OpsWhen = When::Pointer;
    else
      return fail("'when' is '" + P.When + "', expected always, nonzero, zero or pointer");
    for (const std::string &Text : P.Ops) {
      StringRef S = Text;
      ContextOp Op;
      if (S.consume_front("+"))
        Op.Delta = 1;
      else if (S.consume_front("-"))
        Op.Delta = -1;
      else if (!S.consume_front("0"))
        return fail("op '" + Text + "' does not start with +, - or 0");
      StringRef Id = S.take_while([](char C) { return isAlnum(C) || C == '_' || C == '-'; });
      S = S.drop_front(Id.size());
      if (S.consume_front("(result)")) {
        Op.LockResult = true;
        if (!S.empty())
          return fail("op '" + Text + "' is not understood after (result)");
      } else if (S.consume_front("(")) {
        if (S.consumeInteger(10, Op.LockArg) || S != ")")
          return fail("op '" + Text + "': expected an argument number in parentheses");
      } else if (S.consume_front("[")) {
        if (S.consumeInteger(10, Op.AmountArg) || S != "]")
          return fail("op '" + Text + "': expected an argument number in brackets");
        Op.ByTaskFlag = Id == "flags";
        if (Id != "flags" && Id != "count")
          return fail("op '" + Text + "': only count and flags take an argument in brackets");
      } else if (!S.empty()) {
        return fail("op '" + Text + "' is not understood after the context");
      }
      if (Op.AmountArg < 0) {
        Op.Context = M.context(Id);
        if (Op.Context == NoContext)
          return fail("op '" + Text + "' names the unknown context '" + Id + "'");
        F.HasBody |= M.Contexts[Op.Context].Class == ContextClass::Holder ||
                     M.Contexts[Op.Context].Class == ContextClass::Lock;
      }
      if (Op.Delta > 0)
        Op.SubclassArg = P.Subclass;
      F.Ops.push_back(Op);
    }
    for (const std::string &Fn : expandAll(P.Functions))
      M.Functions[Fn] = F;
    return Error::success();
  }

  void addNames(const std::vector<YNames> &List, FunctionModel::Role Role) {
    for (const YNames &N : List)
      for (const std::string &Fn : expandAll(N.Functions)) {
        FunctionModel F;
        F.TheRole = Role;
        F.Why = N.Why;
        F.SleepArg = N.Argument;
        F.SleepEquals = N.Equals;
        F.Annotation = N.Annotation;
        M.Functions[Fn] = F;
      }
  }

  Error addCallback(const YCallback &C) {
    CallbackModel CB;
    CB.Phrase = C.Phrase;
    CB.Field = C.Field;
    CB.InReclaim = C.InReclaim;
    CB.StateArg = C.State.Argument;
    CB.From = C.State.From;
    CB.Below = C.State.Below;
    if (CB.StateArg >= 0 && !C.Members.empty())
      return fail("callbacks: 'state' is for functions that register");
    if (C.Context != "process") {
      CB.Context = M.context(C.Context);
      if (CB.Context == NoContext)
        return fail("callback context '" + C.Context + "' is unknown");
      if (M.Contexts[CB.Context].Class == ContextClass::Scope ||
          M.Contexts[CB.Context].Class == ContextClass::Lock)
        return fail("callback context '" + C.Context +
                    "' is a scope or a lock, without which callbacks run");
    }
    for (const std::string &Fn : expandAll(C.Functions))
      M.Registrations[Fn].push_back({C.Argument, CB});
    for (const std::string &Member : expandAll(C.Members)) {
      if (StringRef(Member).count('.') != 1)
        return fail("callback member '" + Member + "' is not of the form record.member");
      M.Callbacks[Member] = CB;
    }
    if (C.Functions.empty() && C.Members.empty())
      return fail("a callback entry needs functions or members");
    return Error::success();
  }

  // The names become C text.
  Error addProbe(const YProbe &P) {
    for (const std::string &Header : P.Headers) {
      if (Header.empty() ||
          !all_of(Header, [](char C) { return isAlnum(C) || StringRef("_-./+").contains(C); }))
        return fail("probe: '" + Header + "' is not the path of a header, as <linux/gfp.h> has it");
      if (!is_contained(M.ProbeHeaders, Header))
        M.ProbeHeaders.push_back(Header);
    }
    for (const std::string &Constant : P.Constants) {
      if (Constant.empty() || isDigit(Constant[0]) ||
          !all_of(Constant, [](char C) { return isAlnum(C) || C == '_'; }))
        return fail("probe: '" + Constant + "' is not the name of a constant");
      if (!is_contained(M.ProbeConstants, Constant))
        M.ProbeConstants.push_back(Constant);
    }
    return Error::success();
  }

  Model &M;
  std::string Name;
};

} // namespace

ContextId Model::context(StringRef Id) const {
  for (size_t I = 0; I != Contexts.size(); ++I)
    if (Contexts[I].Id == Id)
      return I;
  return NoContext;
}

Error addModelText(Model &M, StringRef Text, StringRef Name) {
  Expected<YModel> Y = readModelFile(Text, Name);
  if (!Y)
    return Y.takeError();
  M.Digest = M.Digest * 31 + xxh3_64bits(Text);
  return Reader(M, Name).add(*Y);
}

Expected<Model> loadModel(ArrayRef<std::string> ExtraFiles) {
  Model M;
  for (const char *const *File = BuiltinModel; *File; File += 2)
    if (Error E = addModelText(M, File[1], File[0]))
      return std::move(E);
  for (const std::string &File : ExtraFiles) {
    auto Buffer = MemoryBuffer::getFile(File);
    if (!Buffer)
      return createStringError("cannot read model '" + File + "': " + Buffer.getError().message());
    if (Error E = addModelText(M, (*Buffer)->getBuffer(), File))
      return std::move(E);
  }
  return M;
}

} // namespace gfpcheck
