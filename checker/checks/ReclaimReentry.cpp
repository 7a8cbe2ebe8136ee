//===- ReclaimReentry.cpp - Allocations that re-enter reclaim ------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/reclaim-reentry.md. The solver has found where an allocation that may
// enter reclaim, with __GFP_FS or __GFP_IO effective, meets a context that holds what
// reclaim may need. This file says so: which flags, where they come from, what reclaim
// would need, and which flag or scope would end it.
//
//===----------------------------------------------------------------------===//

#include "ContextReport.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/bit.h"
#include <fmt/format.h>
#include <map>
#include <tuple>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr size_t TailCalls = 1; // that tell one way to an allocation from another

// Conditions on the way (Atom::Conditions) that nothing decided: in all, for high
// confidence; outside the code of the filesystem or driver itself, for medium. Set by
// reading findings on Linux 6.12 (docs/field-report.md).
constexpr unsigned HighConditions = 2, MediumForeign = 3;

// "GFP_KERNEL | __GFP_ZERO": with the names that the analysed tree gives the bits.
std::string flagNames(const Program &P, uint64_t Mask) {
  static const char *const Sets[] = {"GFP_HIGHUSER_MOVABLE",
                                     "GFP_HIGHUSER",
                                     "GFP_USER",
                                     "GFP_KERNEL_ACCOUNT",
                                     "GFP_KERNEL",
                                     "GFP_NOFS",
                                     "GFP_NOIO",
                                     "GFP_ATOMIC",
                                     "GFP_NOWAIT"};
  std::string Out;
  auto Take = [&](StringRef Name) {
    auto It = P.Constants.find(Name);
    uint64_t Bits = It == P.Constants.end() ? 0 : uint64_t(It->second);
    if (!Bits || (Mask & Bits) != Bits)
      return false;
    Out += (Out.empty() ? "" : " | ") + Name.str();
    Mask &= ~Bits;
    return true;
  };
  for (const char *Name : Sets)
    if (Take(Name))
      break;
  std::vector<StringRef> Bits;
  for (const auto &Entry : P.Constants)
    if (Entry.first().starts_with("__GFP_"))
      Bits.push_back(Entry.first());
  llvm::sort(Bits);
  for (StringRef Name : Bits)
    Take(Name);
  if (Mask || Out.empty())
    Out += fmt::format("{}{:#x}", Out.empty() ? "" : " | ", Mask);
  return Out;
}

class Reporter : ContextReport {
public:
  Reporter(const Solution &S, const Defect &D) : ContextReport(S, D, Blamed::Provider) {
    if (possible())
      std::tie(Flags, Giver) = findFlags();
  }
  using ContextReport::possible;

  Finding report() const {
    Finding F = begin("reclaim-reentry");
    F.Conf = confidence();
    F.Id = id(F);
    F.Message = fmt::format("{}() may enter reclaim{} and {}: {}", operation(fault()),
                            Flags.empty() ? "" : " with " + Flags, danger(), contextPhrase());
    Path Steps = path("from where the context begins to the allocation");
    const Hop &Last = Way.Hops.back();
    Steps.Steps.push_back(
        stepAt(S, StepKind::Alloc, Last.Func, Last.Where,
               fmt::format("{}() may enter direct reclaim: __GFP_DIRECT_RECLAIM and {} are set{}",
                           callName(S, Last.Func, Last.Where), levelName().str(), origin())));
    Steps.Steps.push_back(stepAt(S, StepKind::Alloc, Last.Func, Last.Where,
                                 fmt::format("reclaim may need: {}", kind().Needs)));
    F.Paths.push_back(std::move(Steps));
    return F;
  }

  /// Where a scope would cover this and other findings.
  std::pair<FuncId, AtomKind> scopeKey() const { return {contextFunction(), D.Chain.Kind}; }

  std::string fix(size_t Covered) const {
    const bool Fs = D.Chain.Kind == AtomKind::Fs;
    std::string Scope = fmt::format(
        "open one {}() scope in {}(){}", Fs ? "memalloc_nofs_save" : "memalloc_noio_save",
        functionName(contextFunction()),
        Covered > 1 ? fmt::format(", which covers {} reported allocations", Covered) : "");
    if (Giver != Way.Hops.size())
      return fmt::format("pass {} to {}() at {}:{}, or {}", Fs ? "GFP_NOFS" : "GFP_NOIO",
                         operation(Way.Hops[Giver]), S.P.functionFile(Way.Hops[Giver].Func).str(),
                         eventAt(Giver).Line, Scope);
    return Scope;
  }

private:
  std::string Flags; // effective at the allocation, where they are known
  size_t Giver = 0;  // the hop that gives them; past the last: unknown

  // The context, the operation at fault and the last call of the provider that leads
  // there: many functions that begin the context reach one allocation by one way.
  std::string id(const Finding &F) const {
    std::vector<std::string> Parts{F.Check, F.Function, F.File, operation(fault()), entity()};
    const size_t First = std::max(ContextHop, Fault - std::min(Fault, TailCalls));
    for (size_t I = First; I != Fault; ++I)
      Parts.push_back(functionName(Way.Hops[I].Func));
    // Which of several such calls in one function, without line numbers.
    const Function &Fn = S.P.function(fault().Func);
    unsigned Ordinal = 0;
    for (EventIdx E = 0; E != fault().Where; ++E)
      Ordinal +=
          Fn.Events[E].Kind == EventKind::Call && Fn.Events[E].A == Fn.Events[fault().Where].A;
    Parts.push_back(std::to_string(Ordinal));
    return fingerprint(Parts);
  }

  StringRef levelName() const { return D.Chain.Kind == AtomKind::Fs ? "__GFP_FS" : "__GFP_IO"; }

  // A constant somewhere on the way, or what a member is known to hold.
  bool maskKnown() const {
    return !D.Memory.empty() || llvm::any_of(Way.Hops, [&](const Hop &H) {
      return S.Pool.node(H.Gfp).Kind == ValueKind::Const;
    });
  }

  const char *danger() const {
    return kind().Forbids == AtomKind::Fs ? "re-enter the filesystem" : "start I/O";
  }

  const Event &eventAt(size_t I) const {
    return S.P.function(Way.Hops[I].Func).Events[Way.Hops[I].Where];
  }

  // The mask, and the hop that gives it: the outermost at which it is a constant, else
  // the outermost at which it is known.
  std::pair<std::string, size_t> findFlags() const {
    for (size_t I = 0; I != Way.Hops.size(); ++I) {
      const VNode &N = S.Pool.node(Way.Hops[I].Gfp);
      if (N.Kind != ValueKind::Const)
        continue;
      // Deeper hops have it as a parameter, until one that gives it.
      size_t Last = I;
      while (Last + 1 < Way.Hops.size() &&
             S.Pool.node(Way.Hops[Last + 1].Gfp).Kind == ValueKind::Const)
        ++Last;
      return {flagNames(S.P, N.Imm), Last};
    }
    for (size_t I = ContextHop; I != Way.Hops.size(); ++I)
      if (Way.Hops[I].Gfp && I >= Fault)
        return {print(I), Way.Hops.size()};
    return {"", Way.Hops.size()};
  }

  std::string print(size_t I) const { return maskText(Way.Hops[I].Gfp, I); }

  // "gfp & ~__GFP_FS | __GFP_ZERO", in terms of the parameters of hop \p I's function.
  std::string maskText(VId V, size_t I) const {
    const VNode &N = S.Pool.node(V);
    if (N.Kind == ValueKind::Const)
      return flagNames(S.P, N.Imm);
    if ((N.Kind == ValueKind::Or || N.Kind == ValueKind::And) &&
        S.Pool.node(N.B).Kind == ValueKind::Const) {
      const uint64_t Bits = S.Pool.node(N.B).Imm;
      if (N.Kind == ValueKind::Or)
        return fmt::format("{} | {}", maskText(N.A, I), flagNames(S.P, Bits));
      uint64_t Known = 0;
      for (const auto &Entry : S.P.Constants)
        if (Entry.first().starts_with("__GFP_"))
          Known |= Entry.second;
      if (!(Known & ~Bits)) // keeps every flag
        return maskText(N.A, I);
      const bool FewKept = llvm::popcount(Known & Bits) < llvm::popcount(Known & ~Bits);
      return fmt::format("{} & {}({})", maskText(N.A, I), FewKept ? "" : "~",
                         flagNames(S.P, FewKept ? Known & Bits : Known & ~Bits));
    }
    const Hop &H = Way.Hops[I];
    const TuSummary &Unit = S.P.Units[S.P.Functions[H.Func].Unit];
    SmallVector<StringRef, 6> Names;
    for (const Param &X : S.P.function(H.Func).Params)
      Names.push_back(Unit.str(X.Name));
    return S.Pool.print(V, S.P, Names);
  }

  // How the bits got there: where the mask is given, what is made of it on the way in,
  // and what scopes take away.
  std::string origin() const {
    std::string Out;
    for (size_t I = 0; I != Way.Hops.size(); ++I) {
      const Hop &H = Way.Hops[I];
      const VNode &N = S.Pool.node(H.Gfp);
      auto Place = [&] {
        return fmt::format("{}() at {}:{}", functionName(H.Func), S.P.functionFile(H.Func).str(),
                           eventAt(I).Line);
      };
      if (I == Giver)
        Out += fmt::format("; {} comes from {}", flagNames(S.P, N.Imm), Place());
      else if ((Giver == Way.Hops.size() || I > Giver) &&
               (N.Kind == ValueKind::And || N.Kind == ValueKind::Or))
        Out += fmt::format("; {} is made in {}", maskText(H.Gfp, I), Place());
    }
    for (const Pred &X : D.Memory)
      if (X.Mask == uint64_t(S.LevelBit[unsigned(D.Chain.Kind)])) {
        const VNode A = S.Pool.node(S.Pool.node(X.V).A);
        Out +=
            fmt::format("; {} is in {}.{} as it is initialised, and nothing that {} stores there "
                        "takes it away",
                        levelName().str(), S.P.name(A.B).str(), S.P.name(A.C).str(), provider());
      }
    if (D.Chain.Kind == AtomKind::Io && (D.Chain.Prevented >> unsigned(AtomKind::Fs) & 1))
      Out += "; a scope on the way clears __GFP_FS, but not __GFP_IO";
    else
      Out += fmt::format("; no scope on the way clears {}", levelName().str());
    return Out;
  }

  std::string provider() const {
    NameId Id = S.P.provider(D.Func);
    return Id ? S.P.name(Id).str() : "the core";
  }

  Confidence confidence() const {
    // What a filesystem or driver tests of its own data is not whether it may allocate.
    const unsigned Foreign = Way.Foreign + Way.Conditions;
    if (D.Chain.How == Evidence::Guess || Foreign > MediumForeign || S.BootOnly[D.Func])
      return Confidence::Low;
    // What the callback holds when it is entered, or which mask it is, is not certain.
    if ((D.Entry && !kind().Certain) || !maskKnown())
      return Confidence::Medium;
    // That it is handed the object and that no scope is open are known of different
    // paths, perhaps.
    if (!D.Entry && (InCallee ? hop().Begun.Where : D.Held.Where) == AtEntry)
      return Confidence::Medium;
    // Stacking: by the type of a table alone, into another filesystem or driver.
    if (Way.CrossesProvider)
      return Confidence::Low;
    return D.Chain.How == Evidence::Certain && Foreign == 0 && D.Chain.Conditions <= HighConditions
               ? Confidence::High
               : Confidence::Medium;
  }
};

} // namespace

void checkReclaimReentry(const Solution &S, std::vector<Finding> &Out) {
  // How many findings one scope would end.
  std::vector<std::pair<Finding, Reporter>> Found;
  std::map<std::pair<FuncId, AtomKind>, StringSet<>> Covered;
  for (const Defect &D : S.Defects)
    if (D.Chain.Kind != AtomKind::Sleep)
      if (Reporter R(S, D); R.possible()) {
        Found.emplace_back(R.report(), R);
        if (Found.back().first.Conf != Confidence::Low)
          Covered[R.scopeKey()].insert(Found.back().first.Id);
      }
  for (auto &[F, R] : Found) {
    F.Fix = R.fix(Covered[R.scopeKey()].size());
    Out.push_back(std::move(F));
  }
}

} // namespace gfpcheck
