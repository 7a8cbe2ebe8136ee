//===- Json.cpp - Findings and locks as JSON --------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The members are a contract with programs: docs/design.md, docs/query.md.
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/JSON.h"
#include "Utf8.h"
#include "gfpcheck/report/Facts.h"

namespace gfpcheck {

namespace json = llvm::json;

const char *stepKindName(StepKind K) {
  switch (K) {
  case StepKind::Entry:
    return "entry";
  case StepKind::Call:
    return "call";
  case StepKind::Indirect:
    return "indirect";
  case StepKind::Lock:
    return "lock";
  case StepKind::Scope:
    return "scope";
  case StepKind::Guard:
    return "guard";
  case StepKind::Alloc:
    return "alloc";
  case StepKind::Sleep:
    return "sleep";
  case StepKind::Wait:
    return "wait";
  }
  llvm_unreachable("not a step kind");
}

namespace {

void writePaths(json::OStream &J, llvm::ArrayRef<Path> Paths) {
  J.attributeArray("paths", [&] {
    for (const Path &P : Paths)
      J.object([&] {
        J.attribute("title", utf8(P.Title));
        if (!P.From.empty()) {
          J.attribute("from", utf8(P.From));
          J.attribute("to", utf8(P.To));
        }
        J.attributeArray("steps", [&] {
          for (const Step &S : P.Steps)
            J.object([&] {
              J.attribute("file", utf8(S.File));
              J.attribute("line", S.Line);
              J.attribute("function", utf8(S.Function));
              J.attribute("kind", stepKindName(S.Kind));
              J.attribute("text", utf8(S.Text));
            });
        });
      });
  });
}

void writeStrings(json::OStream &J, llvm::StringRef Name, llvm::ArrayRef<std::string> Strings) {
  J.attributeArray(Name, [&] {
    for (const std::string &S : Strings)
      J.value(utf8(S));
  });
}

void writeFinding(json::OStream &J, const Finding &F) {
  J.object([&] {
    J.attribute("id", utf8(F.Id));
    J.attribute("check", utf8(F.Check));
    J.attribute("confidence", confidenceName(F.Conf));
    J.attribute("file", utf8(F.File));
    J.attribute("line", F.Line);
    J.attribute("column", F.Column);
    J.attribute("function", utf8(F.Function));
    J.attribute("message", utf8(F.Message));
    if (const char *Status = patchStatusName(F.Status))
      J.attribute("status", Status);
    if (!F.Suppressed.empty())
      J.attribute("suppressed", utf8(F.Suppressed));
    if (!F.Reasons.empty())
      J.attributeArray("reasons", [&] {
        for (const ConfidenceReason &R : F.Reasons)
          J.object([&] {
            J.attribute("limit", confidenceName(R.Limit));
            J.attribute("text", utf8(R.Text));
          });
      });
    if (!F.Assumptions.empty())
      writeStrings(J, "assumptions", F.Assumptions);
    if (!F.Fix.empty())
      J.attribute("fix", utf8(F.Fix));
    if (!F.FixIts.empty())
      J.attributeArray("fixes", [&] {
        for (const FixIt &X : F.FixIts)
          J.object([&] {
            J.attribute("file", utf8(X.File));
            J.attribute("line", X.Line);
            J.attribute("column", X.Column);
            J.attribute("old", utf8(X.Old));
            J.attribute("new", utf8(X.New));
          });
      });
    writePaths(J, F.Paths);
  });
}

void writeGate(json::OStream &J, const GateInfo &Gate) {
  J.attributeObject("gate", [&] {
    J.attribute("subject", utf8(Gate.Subject));
    J.attribute("reproduce", utf8(Gate.Reproduce));
    J.attribute("files", Gate.Files);
    writeStrings(J, "recapture", Gate.Recapture);
    writeStrings(J, "not_built", Gate.NotBuilt);
  });
}

json::Value levelValue(ReclaimLevel L) {
  const char *Name = reclaimLevelName(L);
  return Name ? json::Value(Name) : json::Value(nullptr);
}

void writeLock(json::OStream &J, const LockInfo &L) {
  J.object([&] {
    J.attribute("class", utf8(L.Class));
    J.attribute("reclaim_level", levelValue(L.Reclaim));
    J.attribute("allocation_level", levelValue(L.Allocation));
    J.attribute("message", utf8(L.Message));
    writePaths(J, L.Paths);
  });
}

void writeFact(json::OStream &J, const Fact &F) {
  J.object([&] {
    for (const auto &[Name, Value] : F.Fields)
      if (const auto *Strings = std::get_if<std::vector<std::string>>(&Value))
        writeStrings(J, Name, *Strings);
      else if (const auto *Text = std::get_if<std::string>(&Value))
        J.attribute(Name, utf8(*Text));
      else if (const auto *Number = std::get_if<int64_t>(&Value))
        J.attribute(Name, *Number);
      else
        J.attribute(Name, std::get<bool>(Value));
    J.attribute("text", utf8(F.Text));
    writePaths(J, F.Paths);
  });
}

/// The members with which every report begins.
void writeHead(json::OStream &J, const std::string &ToolVersion, const UnitCounts &Units) {
  J.attribute("schema", 1);
  J.attributeObject("tool", [&] {
    J.attribute("name", "gfpcheck");
    J.attribute("version", ToolVersion);
  });
  J.attributeObject("units", [&] {
    J.attribute("total", Units.Total);
    J.attribute("failed", Units.Failures.size());
    J.attribute("reused", Units.Reused);
    J.attributeArray("failures", [&] {
      for (const UnitFailure &F : Units.Failures)
        J.object([&] {
          J.attribute("file", utf8(F.File));
          J.attribute("error", utf8(F.Error));
        });
    });
  });
}

} // namespace

void writeJson(const Report &R, llvm::raw_ostream &OS) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    writeHead(J, R.ToolVersion, R.Units);
    if (R.Gate)
      writeGate(J, *R.Gate);
    J.attributeArray("findings", [&] {
      for (const Finding &F : R.Findings)
        writeFinding(J, F);
    });
  });
  OS << '\n';
}

void writeJson(const LockReport &R, llvm::raw_ostream &OS) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    writeHead(J, R.ToolVersion, R.Units);
    J.attributeArray("locks", [&] {
      for (const LockInfo &L : R.Locks)
        writeLock(J, L);
    });
  });
  OS << '\n';
}

void writeJson(const FactReport &R, llvm::raw_ostream &OS) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    writeHead(J, R.ToolVersion, R.Units);
    J.attribute("question", utf8(R.Question));
    J.attributeArray("results", [&] {
      for (const Fact &F : R.Facts)
        writeFact(J, F);
    });
    writeStrings(J, "summary", R.Summary);
  });
  OS << '\n';
}

} // namespace gfpcheck
