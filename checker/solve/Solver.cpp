//===- Solver.cpp - The solved program -------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/solve/Solver.h"
#include "ChangeResolver.h"
#include "SavedState.h"
#include "llvm/Support/TimeProfiler.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

Solution::Solution(const Program &P, const Model &M)
    : P(P), M(M), SharedEffects(std::make_shared<std::vector<FunctionEffects>>()),
      Effects(*SharedEffects) {
  coverEntities(0);
  Current = Pool.make(ValueKind::Global, P.findName("current") | SpecialBit);
  AnyObject = Pool.make(ValueKind::Global, P.findName("<object>") | SpecialBit);
  Unreferenced = Pool.make(ValueKind::Global, P.findName("<unreferenced>") | SpecialBit);
  TaskFlags = Pool.make(ValueKind::Load, taskMember("flags"));
  DirectReclaim = P.Constants.lookup("__GFP_DIRECT_RECLAIM");
  NoLockdep = P.Constants.lookup("__GFP_NOLOCKDEP");
  LevelBit[unsigned(AtomKind::Reclaim)] = DirectReclaim;
  LevelBit[unsigned(AtomKind::Io)] = P.Constants.lookup("__GFP_IO");
  LevelBit[unsigned(AtomKind::Fs)] = P.Constants.lookup("__GFP_FS");
  LevelBit[unsigned(AtomKind::NoFail)] = P.Constants.lookup("__GFP_NOFAIL");
  for (const ContextKind &C : M.Contexts)
    TaskFlag.push_back(C.TaskFlag.empty() ? 0 : P.Constants.lookup(C.TaskFlag));
  for (const GfpMemberModel &G : M.GfpMembers) {
    GfpMemberKeys[P.memberKey(G.Member)] = !G.Owners.empty();
    for (StringRef Name : G.Owners)
      GfpOwnerKeys.insert(P.memberKey(Name));
  }
}

void Solution::coverEntities(EntityId From) {
  IsContract.resize(P.Entities.size());
  ModelOf.resize(P.Entities.size());
  ReclaimArg.resize(P.Entities.size());
  for (EntityId E = From; E != P.Entities.size(); ++E) {
    const StringRef Name = P.name(P.Entities[E].Name);
    IsContract[E] = M.Contracts.contains(Name);
    ModelOf[E] = P.Entities[E].IsFunction ? M.function(Name) : nullptr;
    Pool.GlobalConstants.erase(E);
    if (auto It = M.Constants.find(Name); It != M.Constants.end() && !P.Entities[E].IsFunction)
      Pool.GlobalConstants[E] = It->second;
    const auto Reclaims = M.Reclaims.find(Name);
    ReclaimArg[E] = Reclaims == M.Reclaims.end() ? -1 : Reclaims->second;
  }
}

void Solution::clearFindings() {
  Defects.clear();
  Locked.clear();
  static_cast<WalkResults &>(*this) = {};
}

VId Solution::taskMember(StringRef Member) {
  return Pool.make(ValueKind::Field, Current, P.findName("task_struct"), P.findName(Member));
}

bool Solution::isGfpMember(const ValuePool &In, VId V) const {
  const VNode &N = In.node(V);
  if (N.Kind != ValueKind::Load || In.node(N.A).Kind != ValueKind::Field)
    return false;
  return GfpMemberKeys.contains(Member{In.node(N.A).B, In.node(N.A).C}.key());
}

std::vector<std::string> Solution::statLines() const {
  return {
      fmt::format("solve: {} evaluations of {} functions, {} values", Caps.Evaluations,
                  Effects.size(), Pool.size()),
      fmt::format("solve: indirect calls: {} resolved ({:.1f} targets on average), {} unresolved",
                  Caps.Resolved, Caps.Resolved ? double(Caps.TargetSum) / Caps.Resolved : 0.0,
                  Caps.Unresolved),
      fmt::format("solve: limits reached: held sets {}, atoms {}, conditions {}, outcomes "
                  "{}, rounds {}; "
                  "unbalanced contexts dropped {}",
                  Caps.States, Caps.Atoms, Caps.Conditions, Caps.Outcomes, Caps.Rounds,
                  Caps.Unbalanced),
      fmt::format(
          "locks: {} edges to reclaim, {} from reclaim to locks; {} functions reached in {} "
          "visits, {} calls too far; {} locks without a class, {} of unreferenced objects; {} "
          "pairs in order, {} searches cut short",
          Locked.size(), ReclaimLocks.size(), Caps.ReclaimFunctions, Caps.ReclaimVisits,
          Caps.ReclaimFar, Caps.Classless, Caps.Unreferenced, LockOrders.size(), Caps.OrderVisits),
      fmt::format("locks: left out by annotations: {} edges to reclaim with a key of their own, {} "
                  "with a subclass, {} not to be validated, {} with __GFP_NOLOCKDEP",
                  Caps.OwnKeys, Caps.Subclasses, Caps.NoValidate, Caps.NoLockdep),
      fmt::format("notifiers: {} visits of functions when they must not block, {} calls that may",
                  Caps.NotifierVisits, Blockings.size()),
      fmt::format("oom: {} visits of functions on the way of a victim's memory, {} things that it "
                  "may wait for",
                  Caps.OomVisits, OomWaits.size()),
      fmt::format("workqueues: {} visits of functions that reclaim waits for, {} uses of queues "
                  "without a rescuer",
                  Caps.WorkerVisits, QueueUses.size()),
      fmt::format("scopes: {} functions looked at, {} faults", Caps.ScopeVisits,
                  ScopeFaults.size()),
  };
}

std::unique_ptr<Solution> solve(const Program &P, const Model &M,
                                function_ref<void(StringRef)> Keep) {
  TimeTraceScope Trace("solve");
  auto S = std::make_unique<Solution>(P, M);
  Engine E(*S, buildCallGraph(P, M));
  E.findFixpoint();
  E.findDefects();
  E.walk();
  if (Keep) {
    ByteWriter Out;
    saveProgram(P, Out);
    E.save(Out);
    Keep(Out.Bytes);
  }
  E.handOverCalls();
  return S;
}

std::unique_ptr<Solution> resolve(Program &P, const Model &M, StringRef State,
                                  LinkInput &&Replaced) {
  TimeTraceScope Trace("resolve");
  CallGraph Graph = buildCallGraph(P, M);
  ByteReader In(State);
  std::unique_ptr<Solution> S;
  std::unique_ptr<Engine> E;
  {
    Correspondence Ids(P, In, std::move(Replaced));
    if (In.Bad)
      return nullptr;
    S = std::make_unique<Solution>(P, M);
    E = std::make_unique<Engine>(*S, std::move(Graph));
    if (!loadFixpoint(In, Ids, *S, E->Found, E->Analyzer.Known))
      return nullptr;
    ChangeResolver(*E, Ids).run(/*Everywhere=*/true);
    E->resize(Ids.FirstReplaced);
  }
  E->findDefects();
  E->walk();
  return S;
}

} // namespace gfpcheck
