//===- MaskAudit.cpp - What explicit GFP masks are good for ---------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What GFP_KERNEL would add to a mask is one or two levels of reclaim. For each, over the
// calls that are not always made in a scope that prevents it, all contexts are found in
// which the use is reached. One that forbids that level, or a lock that reclaim of that level
// and no lower one waits for, is what the mask protects.
//
// None found is not none there. Where something about the ways is not known the verdict says
// so and is not "redundant".
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/audit/MaskAudit.h"
#include "llvm/ADT/STLExtras.h"
#include <fmt/format.h>
#include <map>
#include <set>

using namespace llvm;

namespace gfpcheck {

using namespace index;

const char *verdictName(Verdict V) {
  switch (V) {
  case Verdict::Redundant:
    return "redundant";
  case Verdict::Protects:
    return "protects";
  case Verdict::Nothing:
    return "masks nothing known";
  }
  llvm_unreachable("not a verdict");
}

namespace {

constexpr uint64_t UpperBits = 0xf000'0000; // no kernel has flags there

class Auditor {
public:
  Auditor(const ProgramIndex &X, AuditKind Kind)
      : X(X), Kind(Kind), Bits(X), Search(X), NoLockdep(X.constant("__GFP_NOLOCKDEP")),
        Atomic(X.constant("GFP_ATOMIC")) {
    for (const Constant &C : X.Constants)
      if (X.text(C.Name).starts_with("__GFP_"))
        AllFlags |= C.Value;
    for (const index::ReclaimLock &R : X.ReclaimLocks)
      ByClass[R.ClassKey].push_back(&R);
  }

  /// Whether the mask is of the kind that is looked at.
  bool isUse(uint64_t Mask) const {
    if (Mask & ~AllFlags & UpperBits) // ~__GFP_FS: a limit, which no allocation is made with
      return false;
    switch (Kind) {
    case AuditKind::NoFs:
      return (Mask & Bits.Direct) && (Mask & Bits.Io) && !(Mask & Bits.Fs);
    case AuditKind::NoIo:
      return (Mask & Bits.Direct) && !(Mask & Bits.Io);
    case AuditKind::Atomic:
      return Atomic && !(Mask & Bits.Direct) && (Mask & Atomic) == uint64_t(Atomic);
    case AuditKind::NoLockdep:
      return NoLockdep && (Mask & NoLockdep) && (Mask & Bits.Direct);
    }
    llvm_unreachable("not a kind");
  }

  MaskUse judge(uint32_t Id, uint64_t Mask) {
    const Allocation &A = X.Allocations[Id];
    MaskUse U;
    U.Allocation = Id;
    U.Mask = Mask;
    if (!A.Reclaims) {
      U.Reason = fmt::format("no way from {}() into reclaim with that mask is known",
                             X.text(A.Name).str());
      return U;
    }
    const std::vector<AtomKind> Levels = levels(Mask);
    bool AllScoped = true;
    std::vector<std::pair<AtomKind, const Reached *>> Found;
    for (AtomKind K : Levels) {
      if (isScoped(A, K))
        continue;
      AllScoped = false;
      Found.push_back({K, &reached(A, K)});
    }
    if (AllScoped) {
      U.TheVerdict = Verdict::Redundant;
      U.InScope = true;
      U.Reason = inScope(A);
      return U;
    }
    bool Known = true;
    for (auto [K, R] : Found) {
      Known &= R->Everything;
      for (const ReachedIn &C : R->Contexts)
        Known &= !isUnknownLock(C);
      if (findNeed(A, K, *R, U))
        return U;
    }
    if (U.Unsure)
      return U;
    size_t Contexts = 0;
    for (auto [K, R] : Found)
      Contexts = std::max(Contexts, R->Contexts.size());
    if (Known) {
      U.TheVerdict = Verdict::Redundant;
      U.Reason =
          fmt::format("no path needs it: of {} contexts and locks in which it is reached, {}",
                      Contexts, none());
    } else {
      U.Reason = fmt::format("of {} contexts and locks in which it is known to be reached, {}; "
                             "which lock is held on some paths is not known",
                             Contexts, none());
    }
    return U;
  }

private:
  // What GFP_KERNEL in its place would add.
  std::vector<AtomKind> levels(uint64_t Mask) const {
    switch (Kind) {
    case AuditKind::NoFs:
      return {AtomKind::Fs};
    case AuditKind::NoIo:
      return {AtomKind::Io, AtomKind::Fs};
    case AuditKind::Atomic:
      return {AtomKind::Sleep};
    case AuditKind::NoLockdep:
      return {(Mask & Bits.Fs)   ? AtomKind::Fs
              : (Mask & Bits.Io) ? AtomKind::Io
                                 : AtomKind::Reclaim};
    }
    llvm_unreachable("not a kind");
  }

  // Whether each way to the use leads through a scope: none is left on which a task begins.
  bool isScoped(const Allocation &A, AtomKind K) {
    if (K == AtomKind::Sleep)
      return false;
    if ((A.Prevents >> unsigned(K) & 1) || !exposed(A.Function, K))
      return true;
    const Reached &R = reached(A, K);
    return R.Everything && R.Entries.empty() &&
           llvm::none_of(R.Contexts, [](const ReachedIn &C) { return C.Root != index::None; });
  }

  bool exposed(uint32_t Function, AtomKind K) const {
    return X.Functions[Function].Exposed >> unsigned(K) & 1;
  }

  const Reached &reached(const Allocation &A, AtomKind K) {
    auto [It, New] =
        Known.try_emplace(std::tuple(A.Function, A.Held.First, A.Held.Count, A.Conditions.First,
                                     A.Conditions.Count, unsigned(K)));
    if (New)
      It->second =
          Search.run(A.Function, A.Held, A.Conditions, K == AtomKind::Sleep ? 0 : 1 << unsigned(K));
    return It->second;
  }

  // "every path to it is in a scope: memalloc_nofs scope from f()".
  std::string inScope(const Allocation &A) {
    const Reached &R = reached(A, AtomKind::Sleep);
    std::vector<std::string> Scopes;
    for (const ReachedIn &C : R.Contexts)
      if (C.Sure && C.Item != None && X.Items[C.Item].Kind == uint8_t(ContextClass::Scope) &&
          X.Items[C.Item].Prevents)
        Scopes.push_back(
            fmt::format("{} from {}()", Search.name(C.Item), X.name(C.Function).str()));
    std::string Out = "every path to it is in a scope";
    for (size_t I = 0; I != Scopes.size() && I != 2; ++I)
      Out += (I ? ", " : ": ") + Scopes[I];
    return Out;
  }

  // A lock of which not even the class is known could be any.
  bool isUnknownLock(const ReachedIn &C) const {
    return Kind != AuditKind::Atomic && C.Item != None &&
           X.Items[C.Item].Kind == uint8_t(ContextClass::Lock) && !X.Items[C.Item].ClassKey;
  }

  const char *none() const {
    switch (Kind) {
    case AuditKind::Atomic:
      return "none is atomic";
    case AuditKind::NoLockdep:
      return "none is a lock that reclaim waits for";
    default:
      return "none is one that reclaim would need";
    }
  }

  struct Need {
    bool Exists = false, Sure = false;
    std::string Why;
    const index::ReclaimLock *Lock = nullptr;
  };

  // Whether reclaim of level \p K would need what a context holds.
  Need need(const Allocation &A, AtomKind K, const ReachedIn &C) const {
    if (C.Item == None || (K != AtomKind::Sleep && !exposed(C.Function, K)))
      return {};
    const Item &I = X.Items[C.Item];
    switch (ContextClass(I.Kind)) {
    case ContextClass::Scope:
      return {};
    case ContextClass::Atomic:
      if (K != AtomKind::Sleep)
        return {};
      return {true, C.Sure, "which must not sleep", nullptr};
    case ContextClass::Holder:
      if (K == AtomKind::Sleep || Kind == AuditKind::NoLockdep || AtomKind(I.Forbids) != K)
        return {};
      return {true, C.Sure, "where reclaim may need " + X.text(I.Needs).str(), nullptr};
    case ContextClass::Lock:
      break;
    }
    Need Out;
    auto It = ByClass.find(I.ClassKey);
    if (K == AtomKind::Sleep || !I.ClassKey || It == ByClass.end())
      return Out;
    for (const index::ReclaimLock *R : It->second) {
      // One that reclaim of a lower level waits for as well is not protected by this mask.
      const bool Counts =
          Kind == AuditKind::NoLockdep ? AtomKind(R->Level) <= K : AtomKind(R->Level) == K;
      if (!Counts || !sameOwner(A, C, *R))
        continue;
      // A lock that no member tells from another may be any of many.
      const bool Sure = C.Sure && R->Sure && I.Class;
      if (Out.Exists && !(Sure && !Out.Sure))
        continue;
      Out = {true, Sure, "which reclaim waits for", R};
    }
    return Out;
  }

  // The providers on a way.
  std::set<Text> owners(const Allocation &A, const ReachedIn &C) const {
    std::set<Text> Out{X.Functions[A.Function].Provider, X.Functions[C.Function].Provider};
    for (uint32_t Id : C.Way)
      Out.insert(X.Functions[X.Calls[Id].Caller].Provider);
    Out.erase(0);
    return Out;
  }

  // Locks in structures of the core are told apart by whose objects they are in.
  bool sameOwner(const Allocation &A, const ReachedIn &C, const index::ReclaimLock &R) const {
    const std::set<Text> Mine = owners(A, C);
    return !R.Owners.Count || Mine.empty() ||
           llvm::any_of(ProgramIndex::in(X.TextList, R.Owners),
                        [&](Text T) { return Mine.count(T); });
  }

  // The first context in which the mask is needed; false: none, for sure.
  bool findNeed(const Allocation &A, AtomKind K, const Reached &R, MaskUse &U) {
    const ReachedIn *Best = nullptr;
    Need Why;
    for (const ReachedIn &C : R.Contexts) {
      Need N = need(A, K, C);
      N.Sure &= K == AtomKind::Sleep || !(A.Perhaps >> unsigned(K) & 1);
      if (!N.Exists || (Best && !(N.Sure && !Why.Sure)))
        continue;
      Best = &C;
      Why = N;
    }
    if (!Best)
      return false;
    if (U.Unsure && !Why.Sure)
      return false;
    U.Against = Search.name(Best->Item);
    U.Reason = fmt::format("{}in {} from {}(), {}", Why.Sure ? "" : "perhaps ", U.Against,
                           X.name(Best->Function).str(), Why.Why);
    if (Kind == AuditKind::NoIo && K == AtomKind::Fs && Why.Sure)
      U.Reason += "; GFP_NOFS would do";
    U.Unsure = !Why.Sure;
    U.TheVerdict = Why.Sure ? Verdict::Protects : Verdict::Nothing;
    Path To;
    To.Title = fmt::format("{} -> {}", U.Against, X.text(A.Name).str());
    To.Steps = Search.describe(*Best);
    gfpcheck::Step Last;
    Last.Kind = StepKind::Alloc;
    Last.File = X.text(X.Functions[A.Function].File).str();
    Last.Line = A.Line;
    Last.Function = X.name(A.Function).str();
    Last.Text = fmt::format("{}() with {}", X.text(A.Name).str(), X.flagNames(U.Mask));
    To.Steps.push_back(Last);
    U.Paths.assign(1, std::move(To));
    if (Why.Lock)
      U.Paths.push_back(reclaimHalf(*Why.Lock));
    if (Why.Sure)
      for (const ReachedIn &C : R.Contexts)
        if (need(A, K, C).Sure)
          U.Items.push_back(C.Item);
    return Why.Sure;
  }

  Path reclaimHalf(const index::ReclaimLock &R) const {
    Path Out;
    Out.Title = fmt::format("reclaim -> {}", X.text(R.Class).str());
    for (const index::Step &Y : ProgramIndex::in(X.Steps, R.Steps))
      Out.Steps.push_back({StepKind(Y.Kind), X.text(Y.File).str(), Y.Line, X.text(Y.Function).str(),
                           X.text(Y.Words).str()});
    return Out;
  }

  const ProgramIndex &X;
  const AuditKind Kind;
  const ReclaimBits Bits;
  ContextSearch Search;
  const int64_t NoLockdep, Atomic;
  uint64_t AllFlags = 0;
  DenseMap<uint64_t, SmallVector<const index::ReclaimLock *, 2>> ByClass;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, unsigned>, Reached> Known;
};

} // namespace

std::vector<MaskUse> auditMasks(const ProgramIndex &X, AuditKind Kind, StringRef Prefix) {
  Auditor Audit(X, Kind);
  Prefix.consume_back("/");
  auto Below = [&](StringRef File) {
    return Prefix.empty() || File == Prefix ||
           (File.consume_front(Prefix) && File.starts_with("/"));
  };
  auto Rank = [](const MaskUse &U) {
    return U.TheVerdict == Verdict::Protects  ? 3
           : U.TheVerdict == Verdict::Nothing ? 2
                                              : int(!U.InScope);
  };
  // A call is made in several ways, and a header inline may be there in several variants: of
  // these the one that needs the mask most.
  std::map<std::tuple<StringRef, uint32_t, uint32_t, StringRef>, MaskUse> Uses;
  for (uint32_t I = 0; I != X.Allocations.size(); ++I) {
    const Allocation &A = X.Allocations[I];
    const StringRef File = X.text(X.Functions[A.Function].File);
    if (A.Base != uint8_t(MaskBase::Constant) || !Audit.isUse(uint32_t(A.Or)) || !Below(File))
      continue;
    MaskUse U = Audit.judge(I, uint32_t(A.Or));
    auto [It, New] = Uses.try_emplace({File, A.Line, A.Column, X.text(A.Name)}, std::move(U));
    if (!New && Rank(U) > Rank(It->second))
      It->second = std::move(U);
  }
  std::vector<MaskUse> Out;
  for (auto &Entry : Uses)
    Out.push_back(std::move(Entry.second));
  return Out;
}

} // namespace gfpcheck
