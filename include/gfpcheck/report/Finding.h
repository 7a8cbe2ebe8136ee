//===- Finding.h - What a check reports -----------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A finding with its witness paths, independent of the check that made it and of
// the format it is printed in. All paths are relative to the source root.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_FINDING_H
#define GFPCHECK_REPORT_FINDING_H

#include <cstdint>
#include <string>
#include <vector>

namespace gfpcheck {

/// High: every edge of every witness is certain (direct calls, or indirect ones
/// with one possible target) and no condition on the way was given up on.
enum class Confidence : uint8_t { Low, Medium, High };
inline constexpr const char *confidenceName(Confidence C) {
  return C == Confidence::High ? "high" : C == Confidence::Medium ? "medium" : "low";
}

/// Why a finding is not surer than it is.
struct ConfidenceReason {
  Confidence Limit = Confidence::Medium; ///< the highest that it allows
  std::string Text;                      ///< a clause: "an indirect call may go to 9 functions"
};

/// What a step of a witness shows; the strings of the JSON contract.
enum class StepKind : uint8_t { Entry, Call, Indirect, Lock, Scope, Guard, Alloc, Sleep, Wait };
const char *stepKindName(StepKind K);

struct Step {
  StepKind Kind = StepKind::Call;
  std::string File;     ///< where
  uint32_t Line = 0;    ///< 1-based
  std::string Function; ///< the function that Line is in
  std::string Text;     ///< one clause: "takes &foo->lock", "calls bar()"
};

/// A change of the source that would fix a finding by itself, as Clang's fix-its are: the token
/// Old at this place becomes New. It is in the file as it was analysed.
struct FixIt {
  std::string File;
  uint32_t Line = 0, Column = 0; ///< 1-based, in bytes; where Old begins
  std::string Old;               ///< "GFP_KERNEL"; never "", and on one line
  std::string New;               ///< "GFP_NOFS"
};

struct Path {
  std::string Title; ///< "atomic context" / "sleep" … one a half of an inversion
  std::vector<Step> Steps;
  /// Of an edge of a cycle: what it leads from and to, a lock class or a reclaimNode(). "" in
  /// other paths.
  std::string From = {}, To = {};
};

/// How far direct reclaim goes: with any allocation that enters it, with __GFP_IO, with
/// __GFP_FS.
enum class ReclaimLevel : uint8_t { None, Any, Io, Fs };

/// Reclaim of a level as a node of a cycle. nullptr for None.
inline constexpr const char *reclaimNode(ReclaimLevel L) {
  return L == ReclaimLevel::Any  ? "any direct reclaim"
         : L == ReclaimLevel::Io ? "reclaim with __GFP_IO"
         : L == ReclaimLevel::Fs ? "reclaim with __GFP_FS"
                                 : nullptr;
}

/// What a patch does to a finding; the strings of the JSON contract.
enum class PatchStatus : uint8_t { None, Introduced, Fixed, Preexisting };
/// nullptr for None.
inline constexpr const char *patchStatusName(PatchStatus S) {
  return S == PatchStatus::Introduced    ? "introduced"
         : S == PatchStatus::Fixed       ? "fixed"
         : S == PatchStatus::Preexisting ? "preexisting"
                                         : nullptr;
}

struct Finding {
  std::string Id;    ///< stable fingerprint, see design.md: no line numbers, no
                     ///< absolute paths
  std::string Check; ///< "sleep-in-atomic"
  Confidence Conf = Confidence::Low;
  std::string File; ///< where the defect shows: the offending operation
  uint32_t Line = 0, Column = 0;
  std::string Function;
  std::string Message; ///< one sentence in the kernel's terms
  std::string Fix;     ///< what would fix it, one sentence; "" if unknown
  std::vector<ConfidenceReason>
      Reasons; ///< that decided Conf, which is the lowest of them; none: high
  std::vector<std::string> Assumptions; ///< clauses: what was taken for granted besides
  std::vector<FixIt> FixIts;            ///< each alone would do; none where the change is not local
  std::vector<Path> Paths;

  PatchStatus Status = PatchStatus::None; ///< in a report of the gate; not stored
  std::string Suppressed;                 ///< the baseline's reason not to report it; "": none
};

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_FINDING_H
