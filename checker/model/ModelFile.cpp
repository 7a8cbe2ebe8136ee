//===- ModelFile.cpp - Reads the shape of a model file ---------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelFile.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;

LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YContext)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YPrimitive)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YNames)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YValue)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YConstant)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YCallback)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YDeferred)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YPossession)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YTaskMember)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YReclaims)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YReserve)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YWork)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YQueueing)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YGfpMember)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YReclaimEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YMember)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YUnreferenced)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YLastReference)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YReclaimFact)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YLockKey)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YNonBlocking)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YNonBlockingFact)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YIoType)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YIoTable)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YUserEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YOomPath)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YOomDone)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YLockAnnotation)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YLevelFunction)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YWait)

namespace llvm::yaml {
using namespace gfpcheck;
template <> struct MappingTraits<YContext> {
  static void mapping(IO &Io, YContext &C) {
    Io.mapRequired("id", C.Id);
    Io.mapRequired("phrase", C.Phrase);
    Io.mapOptional("state", C.State);
    Io.mapOptional("begin", C.Begin);
    Io.mapOptional("named", C.Named);
    Io.mapOptional("counted", C.Counted);
    Io.mapOptional("nonzero", C.Nonzero);
    Io.mapOptional("test", C.Test);
    Io.mapOptional("class", C.Class);
    Io.mapOptional("forbids", C.Forbids);
    Io.mapOptional("clears", C.Clears);
    Io.mapOptional("task_flag", C.TaskFlag);
    Io.mapOptional("needs", C.Needs);
    Io.mapOptional("certain", C.Certain);
    Io.mapOptional("shared", C.Shared);
    Io.mapOptional("owned", C.Owned);
    Io.mapOptional("one_class", C.OneClass);
    Io.mapOptional("interrupt", C.Interrupt);
    Io.mapOptional("carries", C.Carries);
    Io.mapOptional("handle", C.Handle);
    Io.mapOptional("raw", C.Raw);
  }
};
template <> struct MappingTraits<YPrimitive> {
  static void mapping(IO &Io, YPrimitive &P) {
    Io.mapRequired("functions", P.Functions);
    Io.mapRequired("ops", P.Ops);
    Io.mapOptional("when", P.When);
    Io.mapOptional("sleeps", P.Sleeps);
    Io.mapOptional("tries", P.Tries);
    Io.mapOptional("subclass", P.Subclass);
    Io.mapOptional("why", P.Why);
  }
};
template <> struct MappingTraits<YNames> {
  static void mapping(IO &Io, YNames &N) {
    Io.mapRequired("functions", N.Functions);
    Io.mapRequired("why", N.Why);
    Io.mapOptional("argument", N.Argument);
    Io.mapOptional("equals", N.Equals);
    Io.mapOptional("annotation", N.Annotation);
  }
};
template <> struct MappingTraits<YValue> {
  static void mapping(IO &Io, YValue &V) {
    Io.mapRequired("function", V.Function);
    Io.mapRequired("is", V.Is);
    Io.mapOptional("why", V.Why);
  }
};
template <> struct MappingTraits<YConstant> {
  static void mapping(IO &Io, YConstant &C) {
    Io.mapRequired("global", C.Global);
    Io.mapRequired("value", C.Value);
    Io.mapRequired("why", C.Why);
  }
};
template <> struct MappingTraits<YCallbackState> {
  static void mapping(IO &Io, YCallbackState &S) {
    Io.mapRequired("argument", S.Argument);
    Io.mapRequired("from", S.From);
    Io.mapRequired("below", S.Below);
  }
};
template <> struct MappingTraits<YCallback> {
  static void mapping(IO &Io, YCallback &C) {
    std::string Why;
    Io.mapOptional("why", Why);
    Io.mapOptional("functions", C.Functions);
    Io.mapOptional("members", C.Members);
    Io.mapOptional("argument", C.Argument);
    Io.mapRequired("context", C.Context);
    Io.mapRequired("phrase", C.Phrase);
    Io.mapOptional("field", C.Field);
    Io.mapOptional("in_reclaim", C.InReclaim);
    Io.mapOptional("state", C.State);
  }
};
template <> struct MappingTraits<YDeferred> {
  static void mapping(IO &Io, YDeferred &D) {
    Io.mapRequired("member", D.Member);
    Io.mapRequired("why", D.Why);
  }
};
template <> struct MappingTraits<YPossession> {
  static void mapping(IO &Io, YPossession &P) {
    Io.mapRequired("type", P.Type);
    Io.mapRequired("context", P.Context);
    Io.mapRequired("why", P.Why);
  }
};
template <> struct MappingTraits<YIoType> {
  static void mapping(IO &Io, YIoType &T) {
    Io.mapRequired("type", T.Type);
    Io.mapRequired("why", T.Why);
  }
};
template <> struct MappingTraits<YUserEntry> {
  static void mapping(IO &Io, YUserEntry &U) {
    Io.mapOptional("records", U.Records);
    Io.mapOptional("prefixes", U.Prefixes);
    Io.mapRequired("why", U.Why);
  }
};
template <> struct MappingTraits<YIoTable> {
  static void mapping(IO &Io, YIoTable &T) {
    Io.mapRequired("record", T.Record);
    Io.mapRequired("why", T.Why);
  }
};
template <> struct MappingTraits<YTaskMember> {
  static void mapping(IO &Io, YTaskMember &T) {
    Io.mapRequired("member", T.Member);
    Io.mapRequired("context", T.Context);
    Io.mapRequired("why", T.Why);
  }
};
template <> struct MappingTraits<YReclaims> {
  static void mapping(IO &Io, YReclaims &R) {
    Io.mapRequired("functions", R.Functions);
    Io.mapRequired("argument", R.Argument);
    Io.mapRequired("why", R.Why);
  }
};
template <> struct MappingTraits<YReserve> {
  static void mapping(IO &Io, YReserve &R) {
    Io.mapRequired("functions", R.Functions);
    Io.mapRequired("pool", R.Pool);
    Io.mapRequired("why", R.Why);
  }
};
template <> struct MappingTraits<YWork> {
  static void mapping(IO &Io, YWork &W) {
    Io.mapOptional("queue", W.Queue);
    Io.mapOptional("member", W.Member);
    Io.mapRequired("context", W.Context);
    Io.mapRequired("phrase", W.Phrase);
    Io.mapRequired("why", W.Why);
  }
};
template <> struct MappingTraits<YQueueing> {
  static void mapping(IO &Io, YQueueing &Q) {
    Io.mapRequired("functions", Q.Functions);
    Io.mapRequired("queue", Q.Queue);
    Io.mapRequired("work", Q.Work);
  }
};
template <> struct MappingTraits<YGfpMember> {
  static void mapping(IO &Io, YGfpMember &G) {
    Io.mapRequired("member", G.Member);
    Io.mapOptional("owners", G.Owners);
    Io.mapRequired("why", G.Why);
  }
};
template <> struct MappingTraits<YReclaimEntry> {
  static void mapping(IO &Io, YReclaimEntry &R) {
    Io.mapRequired("functions", R.Functions);
    Io.mapOptional("gfp", R.Gfp);
    Io.mapOptional("flagged", R.Flagged);
    Io.mapRequired("phrase", R.Phrase);
    Io.mapRequired("why", R.Why);
  }
};
template <> struct MappingTraits<YMember> {
  static void mapping(IO &Io, YMember &L) {
    Io.mapRequired("member", L.Member);
    Io.mapRequired("why", L.Why);
  }
};
template <> struct MappingTraits<YUnreferenced> {
  static void mapping(IO &Io, YUnreferenced &U) {
    Io.mapOptional("functions", U.Functions);
    Io.mapOptional("members", U.Members);
    Io.mapRequired("argument", U.Argument);
    Io.mapRequired("why", U.Why);
  }
};
template <> struct MappingTraits<YWait> {
  static void mapping(IO &Io, YWait &W) {
    Io.mapOptional("functions", W.Functions);
    Io.mapOptional("members", W.Members);
    Io.mapOptional("argument", W.Argument);
    Io.mapRequired("context", W.Context);
    Io.mapOptional("item", W.Item);
    Io.mapOptional("queue", W.Queue);
    Io.mapOptional("cancels", W.Cancels);
    Io.mapRequired("why", W.Why);
  }
};
template <> struct MappingTraits<YLevelFunction> {
  static void mapping(IO &Io, YLevelFunction &L) {
    Io.mapRequired("functions", L.Functions);
    Io.mapRequired("level", L.Level);
    Io.mapRequired("why", L.Why);
  }
};
template <> struct MappingTraits<YLockAnnotation> {
  static void mapping(IO &Io, YLockAnnotation &A) {
    Io.mapRequired("functions", A.Functions);
    Io.mapRequired("argument", A.Argument);
    Io.mapOptional("key", A.Key);
    Io.mapRequired("why", A.Why);
  }
};
template <> struct MappingTraits<YNonBlockingFact> {
  static void mapping(IO &Io, YNonBlockingFact &F) {
    Io.mapRequired("member", F.Member);
    Io.mapOptional("clear", F.Clear);
    Io.mapOptional("is", F.Is);
  }
};
template <> struct MappingTraits<YNonBlocking> {
  static void mapping(IO &Io, YNonBlocking &N) {
    Io.mapRequired("members", N.Members);
    Io.mapRequired("argument", N.Argument);
    Io.mapRequired("facts", N.Facts);
    Io.mapRequired("phrase", N.Phrase);
    Io.mapOptional("refuses", N.Refuses);
    Io.mapRequired("why", N.Why);
  }
};
template <> struct MappingTraits<YOomPath> {
  static void mapping(IO &Io, YOomPath &O) {
    Io.mapRequired("function", O.Function);
    Io.mapRequired("phrase", O.Phrase);
    Io.mapOptional("last_resort", O.LastResort);
    Io.mapRequired("why", O.Why);
  }
};
template <> struct MappingTraits<YOomDone> {
  static void mapping(IO &Io, YOomDone &O) {
    Io.mapRequired("functions", O.Functions);
    Io.mapRequired("argument", O.Argument);
    Io.mapRequired("is", O.Is);
    Io.mapRequired("why", O.Why);
  }
};
template <> struct MappingTraits<YLockKey> {
  static void mapping(IO &Io, YLockKey &K) {
    Io.mapRequired("member", K.Member);
    Io.mapRequired("files", K.Files);
    Io.mapRequired("why", K.Why);
  }
};
template <> struct MappingTraits<YReclaimFact> {
  static void mapping(IO &Io, YReclaimFact &F) {
    Io.mapRequired("member", F.Member);
    Io.mapRequired("is", F.Is);
    Io.mapRequired("why", F.Why);
  }
};
template <> struct MappingTraits<YLastReference> {
  static void mapping(IO &Io, YLastReference &L) {
    Io.mapRequired("functions", L.Functions);
    Io.mapRequired("argument", L.Argument);
    Io.mapOptional("zero", L.Zero);
    Io.mapRequired("why", L.Why);
  }
};
template <> struct MappingTraits<YProbe> {
  static void mapping(IO &Io, YProbe &P) {
    Io.mapOptional("headers", P.Headers);
    Io.mapOptional("constants", P.Constants);
  }
};
template <> struct MappingTraits<YModel> {
  static void mapping(IO &Io, YModel &M) {
    Io.mapRequired("schema", M.Schema);
    Io.mapOptional("contexts", M.Contexts);
    Io.mapOptional("primitives", M.Primitives);
    Io.mapOptional("sleepers", M.Sleepers);
    Io.mapOptional("neutral", M.Neutral);
    Io.mapOptional("contracts", M.Contracts);
    Io.mapOptional("values", M.Values);
    Io.mapOptional("constants", M.Constants);
    Io.mapOptional("callbacks", M.Callbacks);
    Io.mapOptional("deferred", M.Deferred);
    Io.mapOptional("possession", M.Possession);
    Io.mapOptional("io_types", M.IoTypes);
    Io.mapOptional("io_tables", M.IoTables);
    Io.mapOptional("user_entries", M.UserEntries);
    Io.mapOptional("io_ends", M.IoEnds);
    Io.mapOptional("task_members", M.TaskMembers);
    Io.mapOptional("reclaims", M.Reclaims);
    Io.mapOptional("threads", M.Threads);
    Io.mapOptional("reserves", M.Reserves);
    Io.mapOptional("waiting_allocators", M.WaitingAllocators);
    Io.mapOptional("works", M.Works);
    Io.mapOptional("queueing", M.Queueing);
    Io.mapOptional("queue_allocators", M.QueueAllocators);
    Io.mapOptional("gfp_members", M.GfpMembers);
    Io.mapOptional("reclaim_entries", M.ReclaimEntries);
    Io.mapOptional("level_members", M.LevelMembers);
    Io.mapOptional("lock_wrappers", M.LockWrappers);
    Io.mapOptional("core_members", M.CoreMembers);
    Io.mapOptional("back_pointers", M.BackPointers);
    Io.mapOptional("unreferenced", M.Unreferenced);
    Io.mapOptional("last_references", M.LastReferences);
    Io.mapOptional("level_functions", M.LevelFunctions);
    Io.mapOptional("lock_keys", M.LockKeys);
    Io.mapOptional("non_blocking", M.NonBlocking);
    Io.mapOptional("oom_paths", M.OomPaths);
    Io.mapOptional("oom_done", M.OomDone);
    Io.mapOptional("oom_locks", M.OomLocks);
    Io.mapOptional("lock_annotations", M.LockAnnotations);
    Io.mapOptional("waits", M.Waits);
    Io.mapOptional("signals", M.Signals);
    Io.mapOptional("reclaim_facts", M.ReclaimFacts);
    Io.mapOptional("reclaim_excludes", M.ReclaimExcludes);
    Io.mapOptional("core", M.Core);
    Io.mapOptional("probe", M.Probe);
  }
};
} // namespace llvm::yaml

namespace gfpcheck {

Expected<YModel> readModelFile(StringRef Text, StringRef Name) {
  std::string Message;
  auto Keep = [](const SMDiagnostic &D, void *Context) {
    auto &Out = *static_cast<std::string *>(Context);
    if (Out.empty())
      Out = ("line " + Twine(D.getLineNo()) + ": " + D.getMessage()).str();
  };
  yaml::Input In(Text, nullptr, Keep, &Message);
  YModel Y;
  In >> Y;
  if (In.error())
    return createStringError("model '" + Name +
                             "': " + (Message.empty() ? "is not valid YAML" : Message));
  return Y;
}

} // namespace gfpcheck
