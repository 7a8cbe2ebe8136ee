//===- Json.cpp - Findings as JSON ------------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two users of one form: the report of a run (writeJson), whose members are a
// contract, and the copy that the store keeps (printFindings), which has in
// addition what only the text report shows.
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/JSON.h"
#include "gfpcheck/report/Report.h"
#include <optional>

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

enum class Form { Contract, Stored };

/// Paths and names come from the file system and from source text in any encoding.
std::string utf8(const std::string &S) { return json::isUTF8(S) ? S : json::fixUTF8(S); }

void writeFinding(json::OStream &J, const Finding &F, Form TheForm) {
  J.object([&] {
    J.attribute("id", utf8(F.Id));
    J.attribute("check", utf8(F.Check));
    J.attribute("confidence", confidenceName(F.Conf));
    J.attribute("file", utf8(F.File));
    J.attribute("line", F.Line);
    J.attribute("column", F.Column);
    J.attribute("function", utf8(F.Function));
    J.attribute("message", utf8(F.Message));
    if (TheForm == Form::Stored)
      J.attribute("fix", utf8(F.Fix));
    J.attributeArray("paths", [&] {
      for (const Path &P : F.Paths)
        J.object([&] {
          J.attribute("title", utf8(P.Title));
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
  });
}

// The readers of the stored form, found by json::fromJSON through the namespace of
// their argument.

std::optional<StepKind> stepKind(llvm::StringRef Name) {
  for (unsigned K = 0; K <= static_cast<unsigned>(StepKind::Wait); ++K)
    if (Name == stepKindName(static_cast<StepKind>(K)))
      return static_cast<StepKind>(K);
  return std::nullopt;
}

} // namespace

bool fromJSON(const json::Value &V, StepKind &K, json::Path P) {
  std::optional<llvm::StringRef> Name = V.getAsString();
  std::optional<StepKind> Kind = Name ? stepKind(*Name) : std::nullopt;
  if (!Kind) {
    P.report("expected a step kind");
    return false;
  }
  K = *Kind;
  return true;
}

bool fromJSON(const json::Value &V, Confidence &C, json::Path P) {
  std::optional<llvm::StringRef> Name = V.getAsString();
  for (Confidence Each : {Confidence::Low, Confidence::Medium, Confidence::High})
    if (Name && *Name == confidenceName(Each)) {
      C = Each;
      return true;
    }
  P.report("expected a confidence");
  return false;
}

bool fromJSON(const json::Value &V, Step &S, json::Path P) {
  json::ObjectMapper O(V, P);
  return O && O.map("file", S.File) && O.map("line", S.Line) && O.map("function", S.Function) &&
         O.map("kind", S.Kind) && O.map("text", S.Text);
}

bool fromJSON(const json::Value &V, Path &Out, json::Path P) {
  json::ObjectMapper O(V, P);
  return O && O.map("title", Out.Title) && O.map("steps", Out.Steps);
}

bool fromJSON(const json::Value &V, Finding &F, json::Path P) {
  json::ObjectMapper O(V, P);
  return O && O.map("id", F.Id) && O.map("check", F.Check) && O.map("confidence", F.Conf) &&
         O.map("file", F.File) && O.map("line", F.Line) && O.map("column", F.Column) &&
         O.map("function", F.Function) && O.map("message", F.Message) && O.map("fix", F.Fix) &&
         O.map("paths", F.Paths);
}

void writeJson(const Report &R, llvm::raw_ostream &OS) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attribute("schema", 1);
    J.attributeObject("tool", [&] {
      J.attribute("name", "gfpcheck");
      J.attribute("version", R.ToolVersion);
    });
    J.attributeObject("units", [&] {
      J.attribute("total", R.Units.Total);
      J.attribute("failed", R.Units.Failures.size());
      J.attribute("reused", R.Units.Reused);
      J.attributeArray("failures", [&] {
        for (const UnitFailure &F : R.Units.Failures)
          J.object([&] {
            J.attribute("file", utf8(F.File));
            J.attribute("error", utf8(F.Error));
          });
      });
    });
    J.attributeArray("findings", [&] {
      for (const Finding &F : R.Findings)
        writeFinding(J, F, Form::Contract);
    });
  });
  OS << '\n';
}

std::string printFindings(const std::vector<Finding> &Findings) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  json::OStream J(OS);
  J.array([&] {
    for (const Finding &F : Findings)
      writeFinding(J, F, Form::Stored);
  });
  return Text;
}

llvm::Expected<std::vector<Finding>> parseFindings(llvm::StringRef Text) {
  return json::parse<std::vector<Finding>>(Text, "findings");
}

} // namespace gfpcheck
