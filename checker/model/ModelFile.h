//===- ModelFile.h - The shape of a model file -----------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_MODEL_MODELFILE_H
#define GFPCHECK_MODEL_MODELFILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/YAMLTraits.h"

namespace gfpcheck {

// Member names are those of the YAML keys; docs/model.md
// explains each.
struct YContext {
  std::string Id, Phrase, State, Begin, Test, Class = "atomic", Forbids, TaskFlag, Needs;
  std::vector<std::string> Clears;
  bool Named = false, Counted = true, Certain = true, Shared = false, Interrupt = false,
       Carries = false, Owned = true, OneClass = false, Handle = false, Raw = false;
  llvm::yaml::Hex64 Nonzero = 0;
};
struct YPrimitive {
  std::vector<std::string> Functions, Ops;
  std::string When = "always", Why;
  bool Sleeps = false, Tries = false;
  int Subclass = -1;
};
struct YNames {
  std::vector<std::string> Functions;
  std::string Why;
  int Argument = -1;
  int64_t Equals = 0;
  bool Annotation = false;
};
struct YValue {
  std::string Function, Is, Why;
};
struct YConstant {
  std::string Global, Why;
  int64_t Value = 0;
};
struct YCallbackState {
  int Argument = -1;
  std::string From, Below;
};
struct YCallback {
  std::vector<std::string> Functions, Members;
  unsigned Argument = 0;
  bool InReclaim = false;
  std::string Context, Phrase, Field;
  YCallbackState State;
};
struct YDeferred {
  std::string Member, Why;
};
struct YPossession {
  std::string Type, Context, Why;
};
struct YIoType {
  std::string Type, Why;
};
struct YIoTable {
  std::string Record, Why;
};
struct YUserEntry {
  std::vector<std::string> Records, Prefixes;
  std::string Why;
};
struct YTaskMember {
  std::string Member, Context, Why;
};
struct YReclaims {
  std::vector<std::string> Functions;
  unsigned Argument = 0;
  std::string Why;
};
struct YReserve {
  std::vector<std::string> Functions;
  std::string Pool, Why;
};
struct YWork {
  std::string Queue, Member, Context, Phrase, Why;
};
struct YQueueing {
  std::vector<std::string> Functions;
  unsigned Queue = 0, Work = 1;
};
struct YGfpMember {
  std::string Member, Why;
  std::vector<std::string> Owners;
};
struct YReclaimEntry {
  std::vector<std::string> Functions;
  int Gfp = -1;
  bool Flagged = true;
  std::string Phrase, Why;
};
struct YUnreferenced {
  std::vector<std::string> Functions, Members;
  unsigned Argument = 0;
  std::string Why;
};
struct YMember {
  std::string Member, Why;
};
struct YWait {
  std::vector<std::string> Functions, Members;
  unsigned Argument = 0;
  bool Item = false, Queue = false, Cancels = false;
  std::string Context, Why;
};
struct YLockKey {
  std::string Member, Why;
  std::vector<std::string> Files;
};
struct YLockAnnotation {
  std::vector<std::string> Functions;
  unsigned Argument = 0;
  int Key = -1;
  std::string Why;
};
struct YNonBlockingFact {
  std::string Member, Clear, Is;
};
struct YNonBlocking {
  std::vector<std::string> Members;
  unsigned Argument = 0;
  std::vector<YNonBlockingFact> Facts;
  std::string Phrase, Why;
  bool Refuses = false;
};
struct YOomPath {
  std::string Function, Phrase, Why;
  bool LastResort = false;
};
struct YOomDone {
  std::vector<std::string> Functions;
  unsigned Argument = 0;
  std::string Is, Why;
};
struct YLevelFunction {
  std::vector<std::string> Functions;
  std::string Level, Why;
};
struct YReclaimFact {
  std::string Member, Is, Why;
};
struct YLastReference {
  std::vector<std::string> Functions;
  unsigned Argument = 0;
  bool Zero = false;
  std::string Why;
};
struct YProbe {
  std::vector<std::string> Headers, Constants;
};
struct YModel {
  int Schema = 0;
  std::vector<YPossession> Possession;
  std::vector<YIoType> IoTypes;
  std::vector<YIoTable> IoTables;
  std::vector<YNames> IoEnds;
  std::vector<YUserEntry> UserEntries;
  std::vector<YTaskMember> TaskMembers;
  std::vector<YReclaims> Reclaims, Threads;
  std::vector<YReserve> Reserves;
  std::vector<YWork> Works;
  std::vector<YQueueing> Queueing;
  std::vector<YReclaims> QueueAllocators;
  std::vector<YGfpMember> GfpMembers;
  std::vector<YReclaimEntry> ReclaimEntries;
  std::vector<YMember> LevelMembers, LockWrappers, CoreMembers, BackPointers, OomLocks;
  std::vector<YUnreferenced> Unreferenced;
  std::vector<YLastReference> LastReferences;
  std::vector<YReclaimFact> ReclaimFacts;
  std::vector<YLockKey> LockKeys;
  std::vector<YNonBlocking> NonBlocking;
  std::vector<YOomPath> OomPaths;
  std::vector<YOomDone> OomDone;
  std::vector<YLockAnnotation> LockAnnotations;
  std::vector<YLevelFunction> LevelFunctions;
  std::vector<YWait> Waits, Signals;
  std::vector<YNames> ReclaimExcludes, WaitingAllocators;
  std::vector<YContext> Contexts;
  std::vector<YPrimitive> Primitives;
  std::vector<YNames> Sleepers, Neutral, Contracts;
  std::vector<YValue> Values;
  std::vector<YConstant> Constants;
  std::vector<YCallback> Callbacks;
  std::vector<YDeferred> Deferred;
  std::vector<std::string> Core;
  YProbe Probe;
};

/// What the YAML text \p Text says; \p Name is the file's, for errors.
llvm::Expected<YModel> readModelFile(llvm::StringRef Text, llvm::StringRef Name);

} // namespace gfpcheck

#endif // GFPCHECK_MODEL_MODELFILE_H
