//===- Sarif.cpp - Findings in the interchange format of static analysis ----===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SARIF 2.1.0 (an OASIS standard). How our terms are said in it:
//   check        rule                     confidence   level: error, warning, note
//   path         thread flow              step kind    kinds of its location
//   id           partial fingerprint gfpcheck/v1, which carries a finding over to the
//                next run when its lines have moved
//   status       baselineState: what the standard compares with is the code before the patch
//   fix-it       fix with one replacement of one artifact
//   suppressed   an external suppression, as it is not in the source
//   failed unit  notification of the invocation
// The writer of clang/Basic/Sarif.h wants a SourceManager for its locations and knows of no
// fingerprints, states or suppressions; and this stage has no Clang.
//
//===----------------------------------------------------------------------===//

#include "Utf8.h"
#include "gfpcheck/report/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

namespace gfpcheck {

namespace json = llvm::json;

namespace {

constexpr const char *SourceRootId = "SRCROOT";

const char *levelFor(Confidence C) {
  return C == Confidence::High ? "error" : C == Confidence::Medium ? "warning" : "note";
}

const char *baselineState(PatchStatus S) {
  switch (S) {
  case PatchStatus::None:
    return nullptr;
  case PatchStatus::Introduced:
    return "new";
  case PatchStatus::Fixed:
    return "absent";
  case PatchStatus::Preexisting:
    return "unchanged";
  }
  llvm_unreachable("not a status");
}

/// \p Path as the path of a URI. A name is bytes: what is not plain ASCII is encoded byte by
/// byte, whether it is UTF-8 or not. A colon is, too, as in front of the first / it would
/// end a scheme.
std::string encodedPath(llvm::StringRef Path) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  for (unsigned char C : Path)
    if (llvm::isAlnum(C) || llvm::StringRef("-._~/+,=@!$&'()*;").contains(C))
      OS << C;
    else
      OS << llvm::formatv("%{0:X-2}", C);
  return Out;
}

class SarifWriter {
  const Report &R;
  json::OStream J;
  std::vector<CheckTitle> Rules;
  llvm::StringMap<size_t> RuleIndex;
  /// Where one result has suppressions, the standard wants them of all, be it none.
  bool AnySuppressed;

public:
  SarifWriter(const Report &R, llvm::raw_ostream &OS)
      : R(R), J(OS), AnySuppressed(llvm::any_of(
                         R.Findings, [](const Finding &F) { return !F.Suppressed.empty(); })) {
    auto Add = [&](const CheckTitle &Check) {
      if (RuleIndex.try_emplace(Check.Id, Rules.size()).second)
        Rules.push_back(Check);
    };
    for (const CheckTitle &Check : R.Checks)
      Add(Check);
    for (const Finding &F : R.Findings)
      Add({F.Check, ""});
  }

  void write() {
    J.object([&] {
      J.attribute("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                             "sarif-schema-2.1.0.json");
      J.attribute("version", "2.1.0");
      J.attributeArray("runs", [&] { J.object([&] { run(); }); });
    });
  }

private:
  void text(llvm::StringRef Member, const std::string &Text) {
    J.attributeObject(Member, [&] { J.attribute("text", utf8(Text)); });
  }

  void run() {
    J.attributeObject("tool", [&] { J.attributeObject("driver", [&] { driver(); }); });
    J.attributeArray("invocations", [&] { J.object([&] { invocation(); }); });
    J.attributeObject("originalUriBaseIds", [&] {
      J.attributeObject(SourceRootId,
                        [&] { text("description", "The top of the kernel's source tree."); });
    });
    // Clang counts bytes, which is the same thing in the lines that matter.
    J.attribute("columnKind", "unicodeCodePoints");
    J.attributeArray("results", [&] {
      for (const Finding &F : R.Findings)
        J.object([&] { result(F); });
    });
    if (R.Gate)
      J.attributeObject("properties", [&] {
        J.attribute("subject", utf8(R.Gate->Subject));
        J.attribute("changedFiles", R.Gate->Files);
      });
  }

  void driver() {
    J.attribute("name", "gfpcheck");
    J.attribute("version", utf8(R.ToolVersion));
    if (!R.Documentation.empty())
      J.attribute("informationUri", R.Documentation);
    J.attributeArray("rules", [&] {
      for (const CheckTitle &Rule : Rules)
        J.object([&] { rule(Rule); });
    });
  }

  void rule(const CheckTitle &Rule) {
    const std::string Page = "checks/" + utf8(Rule.Id) + ".md";
    J.attribute("id", utf8(Rule.Id));
    if (!Rule.Title.empty()) {
      text("shortDescription", Rule.Title);
      text("fullDescription", Rule.Title); // GitHub insists on having both
    }
    text("help", "docs/" + Page + " in gfpcheck's documentation");
    if (!R.Documentation.empty())
      J.attribute("helpUri", R.Documentation + "/" + Page);
    J.attributeObject("defaultConfiguration", [&] {
      J.attribute("enabled", true);
      J.attribute("level", "warning");
    });
  }

  void invocation() {
    J.attribute("executionSuccessful", R.Units.complete());
    if (R.Gate && !R.Gate->Reproduce.empty())
      J.attribute("commandLine", utf8(R.Gate->Reproduce));
    J.attributeArray("toolExecutionNotifications", [&] {
      for (const UnitFailure &F : R.Units.Failures)
        notification("error", "could not be parsed; findings may be missing: " + F.Error, F.File);
      if (!R.Units.ConstantsError.empty())
        notification("error",
                     "the kernel's constants could not be read; reclaim checks find nothing: " +
                         R.Units.ConstantsError,
                     "");
      if (!R.Gate)
        return;
      for (const std::string &File : R.Gate->Recapture)
        notification("warning",
                     "decides what is compiled, or how; its change is not seen before the build is "
                     "captured again",
                     File);
      for (const std::string &File : R.Gate->NotBuilt)
        notification("warning", "no unit of this build reads it, so nothing is said of it", File);
    });
  }

  void notification(const char *Level, const std::string &Message, const std::string &File) {
    J.object([&] {
      J.attribute("level", Level);
      text("message", Message);
      if (!File.empty())
        J.attributeArray("locations", [&] { J.object([&] { location(File, 0, 0, ""); }); });
    });
  }

  void artifact(llvm::StringRef File) {
    J.attributeObject("artifactLocation", [&] {
      if (File.starts_with("/")) {
        J.attribute("uri", "file://" + encodedPath(File));
      } else {
        J.attribute("uri", encodedPath(File));
        J.attribute("uriBaseId", SourceRootId);
      }
    });
  }

  /// The members of a location. \p Line and \p Column are 0 where there are none.
  void location(llvm::StringRef File, uint32_t Line, uint32_t Column, const std::string &Function) {
    if (!File.empty())
      J.attributeObject("physicalLocation", [&] {
        artifact(File);
        if (Line)
          J.attributeObject("region", [&] {
            J.attribute("startLine", Line);
            if (Column)
              J.attribute("startColumn", Column);
          });
      });
    if (!Function.empty())
      J.attributeArray("logicalLocations", [&] {
        J.object([&] {
          J.attribute("name", utf8(Function));
          J.attribute("kind", "function");
        });
      });
  }

  void result(const Finding &F) {
    J.attribute("ruleId", utf8(F.Check));
    J.attribute("ruleIndex", RuleIndex.lookup(F.Check));
    J.attribute("level", levelFor(F.Conf));
    text("message", F.Fix.empty() ? F.Message : F.Message + ".\nTo fix it: " + F.Fix + ".");
    J.attributeArray("locations",
                     [&] { J.object([&] { location(F.File, F.Line, F.Column, F.Function); }); });
    J.attributeObject("partialFingerprints", [&] { J.attribute("gfpcheck/v1", utf8(F.Id)); });
    if (const char *State = baselineState(F.Status))
      J.attribute("baselineState", State);
    if (AnySuppressed)
      J.attributeArray("suppressions", [&] {
        if (!F.Suppressed.empty())
          J.object([&] {
            J.attribute("kind", "external");
            J.attribute("status", "accepted");
            J.attribute("justification", utf8(F.Suppressed));
          });
      });
    codeFlows(F);
    if (!F.FixIts.empty())
      J.attributeArray("fixes", [&] {
        for (const FixIt &X : F.FixIts)
          J.object([&] { fix(X); });
      });
    J.attributeObject("properties", [&] { J.attribute("confidence", confidenceName(F.Conf)); });
  }

  void fix(const FixIt &X) {
    text("description", "replace " + X.Old + " by " + X.New);
    J.attributeArray("artifactChanges", [&] {
      J.object([&] {
        artifact(X.File);
        J.attributeArray("replacements", [&] {
          J.object([&] {
            J.attributeObject("deletedRegion", [&] {
              J.attribute("startLine", X.Line);
              J.attribute("startColumn", X.Column);
              J.attribute("endColumn", X.Column + X.Old.size());
            });
            text("insertedContent", X.New);
          });
        });
      });
    });
  }

  /// All paths together are one flow: the halves of an inversion are two threads of it.
  void codeFlows(const Finding &F) {
    // The standard knows no empty flow.
    auto HasSteps = [](const Path &P) { return !P.Steps.empty(); };
    if (llvm::none_of(F.Paths, HasSteps))
      return;
    J.attributeArray("codeFlows", [&] {
      J.object([&] {
        J.attributeArray("threadFlows", [&] {
          for (const Path &P : llvm::make_filter_range(F.Paths, HasSteps))
            J.object([&] { threadFlow(P); });
        });
      });
    });
  }

  void threadFlow(const Path &P) {
    text("message", P.Title);
    J.attributeArray("locations", [&] {
      for (const Step &S : P.Steps)
        J.object([&] {
          J.attributeObject("location", [&] {
            location(S.File, S.Line, 0, S.Function);
            text("message", S.Text);
          });
          J.attributeArray("kinds", [&] { J.value(stepKindName(S.Kind)); });
        });
    });
  }
};

} // namespace

void writeSarif(const Report &R, llvm::raw_ostream &OS) {
  SarifWriter(R, OS).write();
  OS << '\n';
}

} // namespace gfpcheck
