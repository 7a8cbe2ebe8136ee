//===- ModelTests.cpp - Reading the model ------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/model/Model.h"
#include "gmock/gmock.h"
#include <algorithm>

using namespace gfpcheck;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

/// A model of \p Text alone, behind a schema line and a holder "tx", a scope "nofs" and an
/// atomic context "lock".
constexpr const char *Contexts =
    "schema: 1\n"
    "contexts:\n"
    "  - {id: tx, class: holder, forbids: fs, phrase: transaction, state: runs in one,"
    " begin: begins one, needs: the journal}\n"
    "  - {id: nofs, class: scope, phrase: scope, clears: [__GFP_FS], task_flag: PF_NOFS}\n"
    "  - {id: lock, phrase: lock, named: true}\n";

Model read(llvm::StringRef Text) {
  Model M;
  llvm::Error E = addModelText(M, Contexts + Text.str(), "m");
  EXPECT_FALSE(bool(E)) << llvm::toString(std::move(E));
  return M;
}

std::string readError(llvm::StringRef Text) {
  Model M;
  llvm::Error E = addModelText(M, Contexts + Text.str(), "m");
  return E ? llvm::toString(std::move(E)) : "";
}

/// The error of a model that has only a context with these keys.
std::string contextError(llvm::StringRef Keys) {
  Model M;
  llvm::Error E =
      addModelText(M, ("schema: 1\ncontexts: [{id: c, phrase: p, " + Keys + "}]\n").str(), "m");
  return E ? llvm::toString(std::move(E)) : "";
}

std::string errorOf(llvm::StringRef Text) {
  llvm::Expected<Model> M = loadModel({});
  EXPECT_TRUE(bool(M));
  llvm::Error E = addModelText(*M, Text, "mine.yaml");
  return E ? llvm::toString(std::move(E)) : "";
}

TEST(Model, BuiltinLoads) {
  llvm::Expected<Model> M = loadModel({});
  ASSERT_TRUE(bool(M)) << llvm::toString(M.takeError());
  const FunctionModel *F = M->function("_raw_spin_lock_irqsave");
  ASSERT_TRUE(F);
  ASSERT_EQ(F->Ops.size(), 2u);
  EXPECT_EQ(M->Contexts[F->Ops[0].Context].Id, "spin");
  EXPECT_EQ(F->Ops[0].LockArg, 0);
  EXPECT_EQ(M->Contexts[F->Ops[1].Context].Id, "irq");
  EXPECT_TRUE(M->function("__raw_spin_lock_irqsave")) << "braces expand";
  EXPECT_FALSE(M->function("spin_lock")) << "derived from its body";
  EXPECT_NE(std::find(M->ProbeConstants.begin(), M->ProbeConstants.end(), "GFP_NOFS"),
            M->ProbeConstants.end())
      << "not only linux.yaml is built in";
}

TEST(Model, LaterFilesAdd) {
  llvm::Expected<Model> M = loadModel({});
  ASSERT_TRUE(bool(M));
  uint64_t Before = M->digest();
  ASSERT_FALSE(bool(addModelText(
      *M, "schema: 1\nsleepers:\n  - {functions: [my_wait], why: \"waits for hardware\"}\n", "m")));
  ASSERT_TRUE(M->function("my_wait"));
  EXPECT_EQ(M->function("my_wait")->TheRole, FunctionModel::Role::Sleep);
  EXPECT_NE(M->digest(), Before);
}

TEST(Model, ProbesAddUp) {
  Model M;
  auto Add = [&](llvm::StringRef Text) {
    llvm::Error E = addModelText(M, Text, "m");
    EXPECT_FALSE(bool(E));
  };
  Add("schema: 1\nprobe: {headers: [linux/gfp.h], constants: [GFP_KERNEL, GFP_NOFS]}\n");
  Add("schema: 1\n");
  Add("schema: 1\nprobe: {headers: [linux/gfp.h, linux/sched.h], constants: [PF_KSWAPD, "
      "GFP_NOFS]}\n");
  EXPECT_EQ(M.ProbeHeaders, (std::vector<std::string>{"linux/gfp.h", "linux/sched.h"}));
  EXPECT_EQ(M.ProbeConstants, (std::vector<std::string>{"GFP_KERNEL", "GFP_NOFS", "PF_KSWAPD"}));
}

TEST(Model, ErrorsSayWhatIsWrong) {
  EXPECT_EQ(errorOf("schema: 2\n"), "model 'mine.yaml': schema is 2, this gfpcheck reads schema 1");
  EXPECT_NE(errorOf("schema: 1\nsleeprs: []\n").find("unknown key 'sleeprs'"), std::string::npos);
  EXPECT_NE(errorOf("schema: 1\nprimitives:\n  - {functions: [f], ops: [\"+foo\"]}\n")
                .find("unknown context 'foo'"),
            std::string::npos);
  EXPECT_NE(errorOf("schema: 1\nprimitives:\n  - {functions: [f], ops: [\"spin\"]}\n")
                .find("does not start with +, - or 0"),
            std::string::npos);
  EXPECT_NE(errorOf("schema: 1\nprimitives:\n  - {functions: [f], ops: [\"+spin(x)\"]}\n")
                .find("expected an argument number"),
            std::string::npos);
  EXPECT_NE(errorOf("schema: 1\ncallbacks:\n  - {members: [foo], context: softirq, phrase: p}\n")
                .find("not of the form record.member"),
            std::string::npos);
  EXPECT_NE(
      errorOf("schema: 1\nprobe: {headers: [\"a.h>\"]}\n").find("is not the path of a header"),
      std::string::npos);
  EXPECT_NE(
      errorOf("schema: 1\nprobe: {constants: [\"1 + 2\"]}\n").find("'1 + 2' is not the name of"),
      std::string::npos);
  EXPECT_NE(errorOf("schema: [1\n").find("line"), std::string::npos);
}

TEST(Model, ContextIsAtomicUnlessItSaysOtherwise) {
  Model M = read("");
  const ContextKind &C = M.Contexts[M.context("lock")];
  EXPECT_EQ(C.Class, ContextClass::Atomic);
  EXPECT_EQ(C.Forbids, AtomKind::Sleep);
  EXPECT_EQ(C.Prevents, 0u);
}

TEST(Model, HolderForbidsOneLevel) {
  Model M = read("");
  const ContextKind &C = M.Contexts[M.context("tx")];
  EXPECT_EQ(C.Class, ContextClass::Holder);
  EXPECT_EQ(C.Forbids, AtomKind::Fs);
  EXPECT_EQ(C.Needs, "the journal");
  EXPECT_EQ(C.Prevents, 0u);
}

TEST(Model, ScopeMayPreventMoreThanItClears) {
  auto Prevents = [](llvm::StringRef Clears) {
    Model M;
    llvm::Error E = addModelText(
        M,
        ("schema: 1\ncontexts: [{id: s, class: scope, phrase: p, clears: [" + Clears + "]}]\n")
            .str(),
        "m");
    EXPECT_FALSE(bool(E)) << llvm::toString(std::move(E));
    return std::pair(M.Contexts[0].prevents(AtomKind::Io), M.Contexts[0].prevents(AtomKind::Fs));
  };
  EXPECT_EQ(Prevents("__GFP_FS"), std::pair(false, true));
  EXPECT_EQ(Prevents("__GFP_IO"), std::pair(true, true)) << "filesystems need I/O";
  EXPECT_EQ(Prevents("__GFP_DIRECT_RECLAIM"), std::pair(true, true));
  EXPECT_EQ(Prevents("__GFP_MOVABLE"), std::pair(false, false));
  EXPECT_EQ(Prevents("__GFP_MOVABLE, __GFP_FS"), std::pair(false, true));
  EXPECT_EQ(read("").Contexts[1].TaskFlag, "PF_NOFS");
}

TEST(Model, ContextErrors) {
  EXPECT_EQ(contextError("class: mutex"),
            "model 'm': context 'c': class is 'mutex', expected atomic, scope, holder or lock");
  EXPECT_EQ(contextError("class: holder, state: s, begin: b, needs: n"),
            "model 'm': context 'c': 'forbids' is '', expected fs or io");
  EXPECT_EQ(contextError("class: holder, forbids: sleep, state: s, begin: b, needs: n"),
            "model 'm': context 'c': 'forbids' is 'sleep', expected fs or io");
  for (const char *Missing : {"begin: b, needs: n", "state: s, needs: n", "state: s, begin: b"})
    EXPECT_EQ(contextError(std::string("class: holder, forbids: io, ") + Missing),
              "model 'm': holder 'c' needs 'state', 'begin' and 'needs'")
        << Missing;
  EXPECT_EQ(contextError("class: scope"),
            "model 'm': scope 'c' needs 'clears', the GFP flags that it takes away");
  EXPECT_EQ(contextError("state: s"),
            "model 'm': context 'c' is not named and needs 'state' and 'begin'");
  EXPECT_EQ(readError("  - {id: tx, phrase: p, named: true}\n"),
            "model 'm': context 'tx' is defined twice");
}

TEST(Model, OpsMayNameTheResult) {
  Model M = read("primitives:\n"
                 "  - {functions: [start], ops: [\"+tx(result)\"], when: pointer}\n"
                 "  - {functions: [stop], ops: [\"-tx(1)\"], when: zero}\n"
                 "  - {functions: [submit], ops: [\"0tx\"], when: nonzero}\n");
  const FunctionModel *Start = M.function("start"), *Stop = M.function("stop"),
                      *Submit = M.function("submit");
  ASSERT_TRUE(Start && Stop && Submit);
  EXPECT_TRUE(Start->Ops[0].LockResult);
  EXPECT_EQ(Start->Ops[0].LockArg, -1);
  EXPECT_EQ(Start->Ops[0].Delta, 1);
  EXPECT_EQ(Start->OpsWhen, When::Pointer);
  EXPECT_FALSE(Stop->Ops[0].LockResult);
  EXPECT_EQ(Stop->Ops[0].LockArg, 1);
  EXPECT_EQ(Stop->Ops[0].Delta, -1);
  EXPECT_EQ(Stop->OpsWhen, When::Zero);
  EXPECT_EQ(Submit->Ops[0].Delta, 0);
  EXPECT_EQ(Submit->OpsWhen, When::Nonzero);
}

TEST(Model, OnlyBodiesOfHoldersPrimitivesCount) {
  Model M = read("primitives:\n"
                 "  - {functions: [start], ops: [\"+tx(0)\"]}\n"
                 "  - {functions: [save], ops: [\"+nofs(result)\"]}\n"
                 "  - {functions: [lock], ops: [\"+lock(0)\"]}\n"
                 "  - {functions: [both], ops: [\"+lock(0)\", \"-tx\"]}\n");
  EXPECT_TRUE(M.function("start")->HasBody);
  EXPECT_FALSE(M.function("save")->HasBody);
  EXPECT_FALSE(M.function("lock")->HasBody);
  EXPECT_TRUE(M.function("both")->HasBody);
}

TEST(Model, AmountsAreOfTaskFlagsOrOfThePreemptCount) {
  Model M = read("primitives:\n"
                 "  - {functions: [save], ops: [\"+flags[0]\"]}\n"
                 "  - {functions: [add], ops: [\"-count[2]\"]}\n");
  EXPECT_TRUE(M.function("save")->Ops[0].ByTaskFlag);
  EXPECT_EQ(M.function("save")->Ops[0].AmountArg, 0);
  EXPECT_FALSE(M.function("add")->Ops[0].ByTaskFlag);
  EXPECT_EQ(M.function("add")->Ops[0].AmountArg, 2);
}

TEST(Model, OpErrors) {
  auto Op = [](llvm::StringRef Text, llvm::StringRef When = "always") {
    return readError(
        ("primitives:\n  - {functions: [f], ops: [\"" + Text + "\"], when: " + When + "}\n").str());
  };
  EXPECT_EQ(Op("+tx(result)", "positive"),
            "model 'm': 'when' is 'positive', expected always, nonzero, zero or pointer");
  EXPECT_EQ(Op("+tx(result"),
            "model 'm': op '+tx(result': expected an argument number in parentheses");
  EXPECT_EQ(Op("+tx(0"), "model 'm': op '+tx(0': expected an argument number in parentheses");
  EXPECT_EQ(Op("+flags[x]"), "model 'm': op '+flags[x]': expected an argument number in brackets");
  EXPECT_EQ(Op("+tx!"), "model 'm': op '+tx!' is not understood after the context");
  EXPECT_EQ(Op("0foo"), "model 'm': op '0foo' names the unknown context 'foo'");
}

TEST(Model, PossessionByTypeOfTheParameter) {
  Model M = read("possession: [{type: \"struct tx *\", context: tx, why: w}]\n");
  ASSERT_EQ(M.Possession.count("struct tx *"), 1u);
  EXPECT_EQ(M.Possession.lookup("struct tx *"), M.context("tx"));
}

TEST(Model, TaskMembers) {
  Model M = read("task_members: [{member: journal_info, context: tx, why: w}]\n");
  ASSERT_EQ(M.TaskMembers.count("journal_info"), 1u);
  EXPECT_EQ(M.TaskMembers.lookup("journal_info"), M.context("tx"));
}

TEST(Model, ReclaimersExpandBraces) {
  Model M = read("reclaims: [{functions: [\"{a,b}_alloc\"], argument: 2, why: w}]\n");
  EXPECT_EQ(M.Reclaims.size(), 2u);
  EXPECT_EQ(M.Reclaims.lookup("a_alloc"), 2u);
  EXPECT_EQ(M.Reclaims.lookup("b_alloc"), 2u);
}

TEST(Model, WorksAreOfAQueueOrAnItem) {
  Model M = read("works:\n"
                 "  - {queue: my_wq, context: tx, phrase: work item, why: w}\n"
                 "  - {member: foo.work, context: tx, phrase: work of foo, why: w}\n");
  ASSERT_THAT(M.Works, SizeIs(2));
  EXPECT_EQ(M.Works[0].Queue, "my_wq");
  EXPECT_EQ(M.Works[0].Member, "");
  EXPECT_EQ(M.Works[0].Callback.Context, M.context("tx"));
  EXPECT_EQ(M.Works[0].Callback.Phrase, "work item");
  EXPECT_EQ(M.Works[1].Queue, "");
  EXPECT_EQ(M.Works[1].Member, "foo.work");
}

TEST(Model, QueueingSaysWhichArgumentsAreQueueAndItem) {
  Model M = read("queueing: [{functions: [\"queue_on{,_node}\"], queue: 1, work: 2}]\n");
  ASSERT_EQ(M.Queueing.size(), 2u);
  EXPECT_EQ(M.Queueing.lookup("queue_on_node").Queue, 1u);
  EXPECT_EQ(M.Queueing.lookup("queue_on_node").Work, 2u);
}

TEST(Model, GfpMembersMayHaveOwners) {
  Model M = read("gfp_members:\n"
                 "  - {member: sock.mask, why: w}\n"
                 "  - {member: mapping.mask, owners: [inode.mapping, folio.mapping], why: w}\n");
  ASSERT_THAT(M.GfpMembers, SizeIs(2));
  EXPECT_EQ(M.GfpMembers[0].Member, "sock.mask");
  EXPECT_THAT(M.GfpMembers[0].Owners, IsEmpty());
  EXPECT_THAT(M.GfpMembers[1].Owners, ElementsAre("inode.mapping", "folio.mapping"));
}

TEST(Model, ValueMayBeAnArgument) {
  Model M = read("values:\n"
                 "  - {function: same, is: \"argument 1\", why: w}\n"
                 "  - {function: task, is: current}\n");
  EXPECT_EQ(M.function("same")->TheRole, FunctionModel::Role::Value);
  EXPECT_EQ(M.function("same")->ValueArg, 1);
  EXPECT_EQ(M.function("task")->ValueArg, -1);
  EXPECT_EQ(M.function("task")->Value, "current");
  EXPECT_EQ(readError("values: [{function: same, is: \"argument one\"}]\n"),
            "model 'm': value 'argument one': expected a number after 'argument'");
}

TEST(Model, CallbacksMayRunInAHolder) {
  Model M = read("callbacks:\n"
                 "  - {members: [ops.queue], context: tx, phrase: handler}\n"
                 "  - {functions: [each], argument: 2, context: tx, phrase: callback of each()}\n");
  EXPECT_EQ(M.Callbacks.lookup("ops.queue").Context, M.context("tx"));
  auto Each = M.Registrations.lookup("each");
  ASSERT_THAT(Each, SizeIs(1));
  EXPECT_EQ(Each[0].first, 2u);
  EXPECT_EQ(Each[0].second.Phrase, "callback of each()");
}

TEST(Model, HoldersAreAskedForWhereOnlyTheyMakeSense) {
  auto Error = [](llvm::StringRef Of, llvm::StringRef Id) {
    return ("model 'm': " + Of + " names '" + Id + "', which is not a context of class holder")
        .str();
  };
  for (llvm::StringRef Id : {"lock", "nofs", "unknown"}) {
    auto Entry = [&](llvm::StringRef Key, llvm::StringRef Rest) {
      return readError((Key + ": [{context: " + Id + ", why: w, " + Rest + "}]\n").str());
    };
    EXPECT_EQ(Entry("possession", "type: \"struct tx *\""),
              Error("possession of 'struct tx *'", Id));
    EXPECT_EQ(Entry("works", "queue: wq, phrase: p"), Error("work 'wq'", Id));
    EXPECT_EQ(Entry("works", "member: a.b, phrase: p"), Error("work 'a.b'", Id));
  }
  for (llvm::StringRef Id : {"nofs", "unknown"})
    EXPECT_EQ(readError(("task_members: [{context: " + Id + ", why: w, member: info}]\n").str()),
              ("model 'm': task member 'info' names '" + Id +
               "', which is not a context of class holder or atomic")
                  .str());
}

TEST(Model, WorkIsOfOneOfTheTwo) {
  const char *Error = "model 'm': a works entry needs either 'queue' or 'member'";
  EXPECT_EQ(readError("works: [{context: tx, phrase: p, why: w}]\n"), Error);
  EXPECT_EQ(readError("works: [{queue: q, member: a.b, context: tx, phrase: p, why: w}]\n"), Error);
}

TEST(Model, EntriesThatLackAKey) {
  for (const char *Text :
       {"possession: [{type: \"struct tx *\", context: tx}]\n",
        "task_members: [{member: info, context: tx}]\n",
        "reclaims: [{functions: [f], argument: 0}]\n",
        "works: [{queue: q, context: tx, phrase: p}]\n", "gfp_members: [{member: a.b}]\n",
        "lock_wrappers: [{member: a.b}]\n", "level_members: [{member: a.b}]\n",
        "core_members: [{member: a.b}]\n", "lock_keys: [{member: a.b, files: [f]}]\n",
        "waits: [{functions: [f], argument: 0, context: m}]\n",
        "reclaim_entries: [{functions: [f], phrase: p}]\n",
        "level_functions: [{functions: [f], level: io}]\n",
        "reclaim_facts: [{member: a.b, is: \"0\"}]\n", "reclaim_excludes: [{functions: [f]}]\n",
        "unreferenced: [{functions: [f], argument: 0}]\n",
        "last_references: [{functions: [f], argument: 0}]\n"})
    EXPECT_THAT(readError(Text), HasSubstr("missing required key 'why'")) << Text;
  EXPECT_THAT(readError("reclaims: [{functions: [f], why: w}]\n"),
              HasSubstr("missing required key 'argument'"));
  EXPECT_THAT(readError("queueing: [{functions: [f], queue: 0}]\n"),
              HasSubstr("missing required key 'work'"));
}

TEST(Model, LockContext) {
  Model M;
  llvm::Error E =
      addModelText(M,
                   "schema: 1\ncontexts:\n"
                   "  - {id: m, class: lock, phrase: mutex}\n"
                   "  - {id: r, class: lock, phrase: rwsem, shared: true}\n"
                   "  - {id: s, class: lock, phrase: semaphore, owned: false}\n"
                   "primitives:\n"
                   "  - {functions: [lock], ops: [\"+m(0)\"]}\n"
                   "  - {functions: [try], ops: [\"+m(0)\"], when: nonzero, tries: true}\n",
                   "m");
  ASSERT_FALSE(bool(E)) << llvm::toString(std::move(E));
  EXPECT_EQ(M.Contexts[0].Class, ContextClass::Lock);
  EXPECT_TRUE(M.Contexts[0].Named);
  EXPECT_TRUE(!M.Contexts[0].Shared && M.Contexts[1].Shared);
  EXPECT_TRUE(M.Contexts[0].Owned && !M.Contexts[2].Owned);
  EXPECT_TRUE(M.function("lock")->HasBody) << "that it sleeps is read off its body";
  EXPECT_TRUE(!M.function("lock")->Tries && M.function("try")->Tries);
}

TEST(Model, ReclaimGraphKeys) {
  Model M =
      read("level_functions: [{functions: [\"{a,b}_f\"], level: fs, why: w}]\n"
           "last_references: [{functions: [put], argument: 1, zero: true, why: w}]\n"
           "reclaim_entries: [{functions: [enter], gfp: 2, flagged: false, phrase: p, why: w}]\n");
  EXPECT_EQ(M.LevelFunctions.lookup("b_f"), AtomKind::Fs);
  EXPECT_EQ(M.LastReferences.lookup("put").Argument, 1u);
  EXPECT_TRUE(M.LastReferences.lookup("put").Zero);
  ASSERT_EQ(M.ReclaimEntries.size(), 1u);
  EXPECT_EQ(M.ReclaimEntries[0].GfpArg, 2);
  EXPECT_FALSE(M.ReclaimEntries[0].Flagged);
}

TEST(Model, OomAndWorkqueueKeys) {
  Model M = read("oom_paths: [{function: f, phrase: p, last_resort: true, why: w}]\n"
                 "oom_done: [{functions: [\"{a,b}_set\"], argument: 1, is: DONE, why: w}]\n"
                 "oom_locks: [{member: l, why: w}]\n"
                 "queue_allocators: [{functions: [alloc], argument: 2, why: w}]\n"
                 "io_types: [{type: \"struct io *\", why: w}]\n"
                 "io_tables: [{record: ops, why: w}]\n");
  ASSERT_EQ(M.OomPaths.size(), 1u);
  EXPECT_TRUE(M.OomPaths[0].LastResort);
  ASSERT_EQ(M.OomDone.size(), 2u);
  EXPECT_EQ(M.OomDone[1].Function, "b_set");
  EXPECT_EQ(M.OomDone[1].Argument, 1u);
  EXPECT_EQ(M.QueueAllocators.lookup("alloc"), 2u);
  EXPECT_TRUE(M.IoTypes.contains("struct io *"));
  EXPECT_EQ(M.IoTables.size(), 1u);
}

TEST(Model, CallbacksOfSomeStates) {
  const std::string State = "callbacks: [{phrase: p, context: process, "
                            "state: {argument: 0, from: A, below: B}, ";
  Model M = read(State + "functions: [reg], argument: 2}]\n");
  const CallbackModel &CB = M.Registrations.find("reg")->second.front().second;
  EXPECT_EQ(CB.StateArg, 0);
  EXPECT_EQ(CB.From + CB.Below, "AB");
  EXPECT_EQ(readError(State + "members: [a.b]}]\n"),
            "model 'm': callbacks: 'state' is for functions that register");
}

TEST(Model, ReclaimGraphErrors) {
  for (const char *Key : {"lock_wrappers", "level_members", "core_members", "back_pointers"})
    EXPECT_EQ(readError(std::string(Key) + ": [{member: ab, why: w}]\n"),
              std::string("model 'm': ") + Key + ": 'ab' is not of the form record.member");
  EXPECT_EQ(readError("lock_keys: [{member: ab, files: [f], why: w}]\n"),
            "model 'm': lock_keys: 'ab' is not of the form record.member");
  EXPECT_EQ(readError("reclaim_facts: [{member: ab, is: \"0\", why: w}]\n"),
            "model 'm': reclaim_facts: 'ab' is not of the form record.member");
  EXPECT_EQ(readError("waits: [{functions: [f], argument: 0, context: tx, why: w}]\n"),
            "model 'm': waits names 'tx', which is not a context of class lock");
  EXPECT_EQ(readError("signals: [{functions: [f], argument: 0, context: tx, why: w}]\n"),
            "model 'm': signals names 'tx', which is not a context of class lock");
  const std::string Sig = "  - {id: sig, class: lock, phrase: p}\nsignals: ";
  EXPECT_EQ(readError(Sig + "[{context: sig, why: w}]\n"),
            "model 'm': signals of 'sig' need either functions or members");
  EXPECT_EQ(readError(Sig + "[{members: [ab], context: sig, why: w}]\n"),
            "model 'm': signals: 'ab' is not of the form record.member");
  EXPECT_EQ(readError(Sig + "[{members: [a.b], context: sig, why: w}]\n"),
            "model 'm': signals: members are for signals of a context with 'one_class'");
  const std::string Fact = "non_blocking: [{argument: 1, phrase: p, why: w, ";
  EXPECT_EQ(readError(Fact + "members: [a.b], facts: [{member: c, is: D}]}]\n"),
            "model 'm': non_blocking: 'c' is not of the form record.member");
  EXPECT_EQ(readError(Fact + "members: [a.b], facts: [{member: c.d}]}]\n"),
            "model 'm': non_blocking: 'c.d' needs either 'clear' or 'is'");
  EXPECT_EQ(readError(Fact + "members: [a], facts: []}]\n"),
            "model 'm': non_blocking: 'a' is not of the form record.member");
  EXPECT_EQ(contextError("class: lock, begin: b"),
            "model 'm': context 'c' has 'begin' and needs 'state'");
  EXPECT_EQ(readError("level_functions: [{functions: [f], level: any, why: w}]\n"),
            "model 'm': level_functions: the level is 'any', expected io or fs");
  EXPECT_EQ(readError("unreferenced: [{argument: 0, why: w}]\n"),
            "model 'm': an unreferenced entry needs functions or members");
  EXPECT_EQ(readError("unreferenced: [{members: [ab], argument: 0, why: w}]\n"),
            "model 'm': unreferenced: 'ab' is not of the form record.member");
}

} // namespace
