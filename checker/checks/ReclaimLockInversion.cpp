//===- ReclaimLockInversion.cpp - Locks that reclaim waits for ------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/reclaim-lock-inversion.md. The solver has both halves of the lock graph:
// which locks are held across an allocation that may enter reclaim, of which level
// (Solution::Locked), and which locks reclaim of each level waits for
// (Solution::ReclaimLocks). A lock in both is a circular dependency.
//
//===----------------------------------------------------------------------===//

#include "AllocationReport.h"
#include "llvm/ADT/STLExtras.h"
#include <fmt/format.h>
#include <map>
#include <set>

using namespace llvm;

namespace gfpcheck {

namespace {

// Conditions on the way to the lock (ReclaimLock::Conditions) for high confidence. Set by
// reading findings on Linux 6.12 (docs/field-report.md).
constexpr unsigned HighConditions = 1;

const char *level(const ReclaimLock &R) {
  switch (R.Level) {
  case AtomKind::Fs:
    return "only with __GFP_FS";
  case AtomKind::Io:
    return "with __GFP_IO, GFP_NOFS included";
  default:
    return "whatever the flags, GFP_NOFS and GFP_NOIO included";
  }
}

ReclaimLevel reclaimLevel(AtomKind K) {
  return K == AtomKind::Fs   ? ReclaimLevel::Fs
         : K == AtomKind::Io ? ReclaimLevel::Io
                             : ReclaimLevel::Any;
}

// From one lock to the next.
Path orderPath(const Solution &S, const LockOrder &O) {
  const std::string Held = lockClassName(S.P, O.Held);
  Path Out;
  Out.Title =
      fmt::format("{} -> {}: taken while the first is held", Held, lockClassName(S.P, O.Taken));
  Out.From = Held;
  Out.To = lockClassName(S.P, O.Taken);
  const CallHop &First = O.Way.front();
  Out.Steps.push_back(stepAt(S, StepKind::Lock, First.Func, First.Where, "holds " + Held));
  addWay(S, O.Way, O.Taken, O.Context, Out);
  return Out;
}

// The providers on a way.
template <typename List>
std::set<NameId> owners(const Solution &S, const List &Way, NameId More = 0) {
  std::set<NameId> Out{More};
  for (const CallHop &H : Way)
    Out.insert(S.P.provider(H.Func));
  Out.erase(0);
  return Out;
}

} // namespace

Path reclaimPath(const Solution &S, const ReclaimLock &R) {
  Path Out;
  Out.Title = fmt::format("reclaim -> {}: {}", lockClassName(S.P, R.Class), level(R));
  Out.From = reclaimNode(reclaimLevel(R.Level));
  Out.To = lockClassName(S.P, R.Class);
  Out.Steps.push_back(stepAt(S, StepKind::Entry, R.Way.front().Func, ~0u, R.Entry + " begins"));
  addWay(S, R.Way, R.Class, R.Context, Out);
  return Out;
}

std::set<NameId> ownersOf(const Solution &S, const ReclaimLock &R) {
  return owners(S, R.Way, R.Provider);
}

namespace {

// The core is everybody's.
bool common(const std::set<NameId> &A, const std::set<NameId> &B) {
  return A.empty() || B.empty() || llvm::any_of(A, [&](NameId P) { return B.count(P); });
}

bool sameOwner(const Solution &S, const ReclaimLock &R, const LockOrder &O) {
  return common(ownersOf(S, R), owners(S, O.Way));
}

class Reporter : AllocationReport {
public:
  Reporter(const Solution &S, const Defect &D) : AllocationReport(S, D) {}
  using AllocationReport::possible;

  Finding report(const ReclaimLock &R) const {
    Finding F = begin("reclaim-lock-inversion");
    tier(R).apply(F);
    F.Id = id(F, {levelName().str()});
    F.Message = fmt::format("{}() may enter reclaim{}, which waits for {}: {}", operation(fault()),
                            withFlags(), className(), contextPhrase());
    addFix(F, R);
    F.Paths.push_back(allocationPath());
    F.Paths.push_back(reclaimPath(S, R));
    return F;
  }

  /// A cycle over two locks: reclaim waits for the first, whose holder waits for the second.
  Finding report(const ReclaimLock &R, const LockOrder &O) const {
    Finding F = begin("reclaim-lock-inversion");
    const std::string First = lockClassName(S.P, O.Held);
    Tier T = chainTier();
    T.limit(Confidence::Medium, "one of the two locks may be another one of its class");
    limitBySureness(T, R);
    T.limitIf(O.Indirect, Confidence::Low, "an indirect call leads from one lock to the other");
    if (O.Conditions)
      T.limit(Confidence::Low, undecided(O.Conditions) + ", from one lock to the other");
    T.apply(F);
    F.Id = fingerprint(
        {F.Check, levelName().str(), First, className(), functionName(O.Way.front().Func)});
    F.Message = fmt::format("{}() may enter reclaim{}, which waits for {}, whose holder waits for "
                            "{}: {}",
                            operation(fault()), withFlags(), First, className(), contextPhrase());
    addFix(F, R);
    F.Paths.push_back(allocationPath());
    F.Paths.push_back(reclaimPath(S, R));
    F.Paths.push_back(orderPath(S, O));
    return F;
  }

  Path allocationPath() const {
    Path Out = path(fmt::format("{} -> reclaim: {} an allocation", className(), relation()));
    Out.From = className();
    Out.To = reclaimNode(reclaimLevel(D.Chain.Kind));
    Out.Steps.push_back(allocationStep());
    return Out;
  }

  /// "__GFP_FS, in foo()".
  std::string strongest() const { return fmt::format("{}, in {}()", levelName().str(), holder()); }
  std::string holder() const { return functionName(contextFunction()); }

  /// Whether the two halves can be about one lock: locks in structures of the core are told
  /// apart by whose objects they are in, as lockdep does with a key for each filesystem type.
  bool sameOwner(const ReclaimLock &R) const {
    return common(ownersOf(S, R), owners(S, Way.Hops));
  }
  bool sameOwner(const LockOrder &O) const { return common(owners(S, O.Way), owners(S, Way.Hops)); }

private:
  std::string className() const { return D.LockClass; }

  void addFix(Finding &F, const ReclaimLock &R) const {
    F.Fix = fix(R);
    if (R.Level != AtomKind::Reclaim)
      proposeInstead(F, R.Level == AtomKind::Fs ? "GFP_NOFS" : "GFP_NOIO");
  }

  std::string fix(const ReclaimLock &R) const {
    const std::string Outside = D.Entry         ? "do not wait for the work item in reclaim"
                                : !kind().Named ? "do not wait for it in reclaim"
                                                : fmt::format("allocate before {}() takes the lock",
                                                              functionName(contextFunction()));
    switch (R.Level) {
    case AtomKind::Fs:
      return passInstead("GFP_NOFS", Outside);
    case AtomKind::Io:
      return passInstead("GFP_NOIO (GFP_NOFS is not enough)", Outside);
    default:
      if (!kind().Named || D.Entry)
        return Outside + ", or allocate without __GFP_DIRECT_RECLAIM";
      return fmt::format("{}, or use mutex_trylock() or its like in reclaim: GFP_NOFS and GFP_NOIO "
                         "are not enough, as what reclaim calls here tests no flag",
                         Outside);
    }
  }

  // Whether the way to the lock is sure enough to be held against somebody.
  static void limitBySureness(Tier &T, const ReclaimLock &R) {
    if (R.sure())
      return;
    T.limit(
        Confidence::Low,
        R.Choice  ? "reclaim only tries the lock, or waits for it, as a flag says that is not known"
        : R.Guess ? "a call of reclaim on its way to the lock goes to one of many functions"
        : R.Crosses ? "reclaim's way to the lock leads from one filesystem or driver into another "
                      "by a table"
        : R.LastReferences ? "reclaim gets to the lock only where it drops the last reference to "
                             "an object"
                           : undecided(R.Conditions) + ", to the lock");
  }

  Tier tier(const ReclaimLock &R) const {
    Tier T = chainTier();
    limitBySureness(T, R);
    T.limitIf(owners(S, Way.Hops).empty() && !ownersOf(S, R).empty(), Confidence::Low,
              "whose objects the core holds the lock of is not known");
    T.limitIf(!kind().Owned, Confidence::Medium,
              "somebody else may give up what is held, who does not wait for this task");
    T.limitIf(kind().Shared && S.M.Contexts[R.Context].Shared, Confidence::Medium,
              "both sides take the lock as readers");
    if (R.sure()) {
      T.limitIf(R.LastReferences, Confidence::Medium,
                "reclaim gets to the lock only where it drops the last reference to an object");
      if (R.Conditions > HighConditions)
        T.limit(Confidence::Medium, undecided(R.Conditions) + ", to the lock");
    }
    assumeTargets(T, S, R.Way);
    T.assume("both halves are about one lock, or two tasks each hold one of the class: locks are "
             "told apart by class, as lockdep does it");
    return T;
  }
};

} // namespace

// Of several findings of one inversion the surest, and of these the first.
static void addSurest(ArrayRef<Finding> Found, std::vector<Finding> &Out) {
  auto Best =
      llvm::max_element(Found, [](const Finding &A, const Finding &B) { return A.Conf < B.Conf; });
  if (Best != Found.end())
    Out.push_back(*Best);
}

void checkReclaimLockInversion(const Solution &S, std::vector<Finding> &Out) {
  DenseMap<std::pair<uint64_t, unsigned>, SmallVector<const ReclaimLock *, 2>> ByClass;
  for (const ReclaimLock &R : S.ReclaimLocks)
    ByClass[{R.Class, unsigned(R.Level)}].push_back(&R);
  for (const LockedReclaim &L : S.Locked) {
    auto It = ByClass.find({L.Class, unsigned(L.Chain.Kind)});
    if (It == ByClass.end())
      continue;
    const Defect D = defectOf(S, L);
    Reporter Report(S, D);
    if (!Report.possible())
      continue;
    std::vector<Finding> Found;
    for (const ReclaimLock *R : It->second)
      if (Report.sameOwner(*R))
        Found.push_back(Report.report(*R));
    addSurest(Found, Out);
  }
  // Longer cycles, where reclaim does not wait for the second lock itself.
  DenseMap<std::pair<uint64_t, unsigned>, SmallVector<const LockedReclaim *, 2>> Allocations;
  for (const LockedReclaim &L : S.Locked)
    Allocations[{L.Class, unsigned(L.Chain.Kind)}].push_back(&L);
  std::map<uint64_t, SmallVector<const ReclaimLock *, 2>> Firsts;
  for (const ReclaimLock &R : S.ReclaimLocks)
    if (R.sure())
      Firsts[R.Class].push_back(&R);
  for (const LockOrder &O : S.LockOrders) {
    if (!Firsts.contains(O.Held))
      continue;
    for (const ReclaimLock *R : Firsts.at(O.Held)) {
      if (Firsts.contains(O.Taken) || !sameOwner(S, *R, O))
        continue;
      std::vector<Finding> Found;
      for (const LockedReclaim *L : Allocations[{O.Taken, unsigned(R->Level)}]) {
        const Defect D = defectOf(S, *L);
        if (Reporter Report(S, D); Report.possible() && Report.sameOwner(O))
          Found.push_back(Report.report(*R, O));
      }
      addSurest(Found, Out);
    }
  }
}

std::vector<LockInfo> describeLocks(const Solution &S) {
  struct Halves {
    const ReclaimLock *Reclaim = nullptr;
    SmallVector<const LockedReclaim *, 2> Held; // the strongest first
  };
  std::map<std::string, Halves> Classes;
  for (const ReclaimLock &R : S.ReclaimLocks) {
    auto Worth = [](const ReclaimLock &X) {
      return std::tuple(X.Guess || X.Crosses || X.LastReferences > 1, X.Level, X.Conditions,
                        X.Way.size());
    };
    const ReclaimLock *&Old = Classes[lockClassName(S.P, R.Class)].Reclaim;
    if (!Old || Worth(R) < Worth(*Old))
      Old = &R;
  }
  for (const LockedReclaim &L : S.Locked)
    Classes[lockClassName(S.P, L.Class)].Held.push_back(&L);
  std::vector<LockInfo> Out;
  for (auto &[Name, C] : Classes) {
    llvm::sort(C.Held, [](const LockedReclaim *A, const LockedReclaim *B) {
      auto Worth = [](const LockedReclaim &X) {
        return std::tuple(X.Chain.How == Evidence::Guess, -int(X.Chain.Kind), X.Chain.How,
                          X.Chain.Conditions, X.Chain.Depth, X.Func, X.Class);
      };
      return Worth(*A) < Worth(*B);
    });
    LockInfo F;
    F.Class = Name;
    F.Message = C.Reclaim ? fmt::format("reclaim waits for it {}", level(*C.Reclaim))
                          : "reclaim does not wait for it";
    if (C.Reclaim) {
      F.Reclaim = reclaimLevel(C.Reclaim->Level);
      F.Paths.push_back(reclaimPath(S, *C.Reclaim));
    }
    std::string Strongest = "no allocation under it enters reclaim";
    for (const LockedReclaim *L : C.Held) {
      const Defect D = defectOf(S, *L);
      if (Reporter R(S, D); R.possible()) {
        F.Allocation = reclaimLevel(L->Chain.Kind);
        F.Function = R.holder();
        Strongest = "the strongest allocation under it has " + R.strongest();
        F.Paths.push_back(R.allocationPath());
        break;
      }
    }
    F.Message += "; " + Strongest;
    if (F.Paths.empty())
      continue;
    Out.push_back(std::move(F));
  }
  return Out;
}

} // namespace gfpcheck
