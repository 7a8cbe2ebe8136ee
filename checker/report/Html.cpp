//===- Html.cpp - Findings as a page to read --------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The page is html/page.html with style and program (html/*.css, html/*.js) put in, and the
// findings as JSON, which the program shows. What comes from the analysed tree is in the JSON
// only: there no < is left that could end the element, and the program makes text nodes of it.
// The page's own policy permits the style and the program by their digests, and nothing else.
//
// The JSON, made small by having each text once ("texts"; T is an index into that):
//   findings[]  id, check and sub (indices), conf (0 to 2), file T, line, col, fn T, msg T, fix T,
//               sup T (the baseline's reason), reasons [[limit, T]], assume [T], ways [T],
//               diffs [T], paths [[title T, from T, to T, [kind, file T, line, fn T, text T], …]]
//   sources     by file T: [[number of the first line, its text and that of those after it], …]
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Html.h"
#include "Utf8.h"
#include "gfpcheck/report/Explain.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"
#include <map>
#include <set>

namespace json = llvm::json;
using llvm::StringRef;

namespace gfpcheck {

extern const char *const HtmlTexts[]; // made from html/ at build time

namespace {

StringRef file(StringRef Name) {
  for (const char *const *Text = HtmlTexts; *Text; Text += 2)
    if (Name == Text[0])
      return Text[1];
  llvm_unreachable("not a file of html/");
}

constexpr unsigned ContextLines = 4; // before a step's line and after it
constexpr size_t LongestLine = 400;  // the rest is generated code, or data

class DataWriter {
public:
  DataWriter(const Report &R, SourceText &Source, const Maintainers &Whose, llvm::raw_ostream &OS)
      : R(R), Source(Source), Whose(Whose), J(OS) {}

  void write() {
    J.object([&] {
      J.attribute("tool", utf8(R.ToolVersion));
      J.attribute("kernel", kernelName(Source));
      J.attribute("documentation", utf8(R.Documentation));
      J.attribute("units", R.Units.Total);
      J.attributeArray("failures", [&] {
        for (const UnitFailure &F : R.Units.Failures)
          J.value(utf8(F.File + ": " + F.Error));
        if (!R.Units.ConstantsError.empty())
          J.value(utf8("the kernel's constants could not be read; reclaim checks find nothing: " +
                       R.Units.ConstantsError));
      });
      J.attributeArray("checks", [&] {
        for (const CheckTitle &C : R.Checks)
          J.array([&] {
            J.value(C.Id);
            J.value(C.Title);
          });
      });
      J.attributeArray("findings", [&] {
        for (const Finding &F : R.Findings)
          J.object([&] { finding(F); });
      });
      J.attributeArray("subsystems", [&] {
        for (const std::string &Name : Subsystems)
          J.value(utf8(Name));
      });
      J.attributeObject("sources", [&] { sources(); });
      J.attributeArray("texts", [&] {
        for (const std::string *T : Order)
          J.value(utf8(*T));
      });
    });
  }

private:
  size_t text(const std::string &T) {
    auto [It, New] = Texts.try_emplace(T, Order.size());
    if (New)
      Order.push_back(&It->first);
    return It->second;
  }

  template <typename List> void texts(const char *Name, const List &Values) {
    if (!Values.empty())
      J.attributeArray(Name, [&] {
        for (const std::string &V : Values)
          J.value(text(V));
      });
  }

  size_t subsystem(const std::string &File) {
    auto [Known, New] = SubsystemOf.try_emplace(File, 0);
    if (!New)
      return Known->second;
    std::string Name = Whose.subsystem(File).str();
    if (Name.empty()) {
      // A tree without the file: by folder.
      const size_t Slash = File.find('/', File.find('/') + 1);
      Name = Slash == std::string::npos ? File : File.substr(0, Slash);
    }
    auto It = llvm::find(Subsystems, Name);
    Known->second = It - Subsystems.begin();
    if (It == Subsystems.end())
      Subsystems.push_back(Name);
    return Known->second;
  }

  size_t check(const std::string &Id) const {
    return llvm::find_if(R.Checks, [&](const CheckTitle &C) { return C.Id == Id; }) -
           R.Checks.begin();
  }

  void finding(const Finding &F) {
    J.attribute("id", utf8(F.Id));
    J.attribute("check", check(F.Check));
    J.attribute("conf", static_cast<int>(F.Conf));
    J.attribute("sub", subsystem(F.File));
    J.attribute("file", text(F.File));
    J.attribute("line", F.Line);
    J.attribute("col", F.Column);
    J.attribute("fn", text(F.Function));
    J.attribute("msg", text(F.Message));
    if (!F.Fix.empty())
      J.attribute("fix", text(F.Fix));
    if (!F.Suppressed.empty())
      J.attribute("sup", text(F.Suppressed));
    if (!F.Reasons.empty())
      J.attributeArray("reasons", [&] {
        for (const ConfidenceReason &X : F.Reasons)
          J.array([&] {
            J.value(static_cast<int>(X.Limit));
            J.value(text(X.Text));
          });
      });
    texts("assume", F.Assumptions);
    texts("ways", waysToReproduce(F));
    std::vector<std::string> Diffs;
    for (const FixIt &X : F.FixIts)
      if (std::string Diff = unifiedDiff(X, Source); !Diff.empty())
        Diffs.push_back(std::move(Diff));
    texts("diffs", Diffs);
    Wanted[F.File].insert(F.Line);
    J.attributeArray("paths", [&] {
      for (const Path &P : F.Paths)
        J.array([&] { path(P); });
    });
  }

  void path(const Path &P) {
    for (const std::string *Part : {&P.Title, &P.From, &P.To})
      J.value(text(*Part));
    for (const Step &S : P.Steps) {
      J.array([&] {
        J.value(stepKindName(S.Kind));
        J.value(text(S.File));
        J.value(S.Line);
        J.value(text(S.Function));
        J.value(text(S.Text));
      });
      Wanted[S.File].insert(S.Line);
    }
  }

  void sources() {
    for (const auto &[File, Lines] : Wanted) {
      const size_t Count = Source.lineCount(File);
      if (!Count)
        continue;
      J.attributeArray(std::to_string(text(File)), [&] {
        for (auto It = Lines.begin(); It != Lines.end();) {
          const size_t First = *It > ContextLines ? *It - ContextLines : 1;
          size_t Last = *It + ContextLines;
          // Ranges that meet are one.
          for (++It; It != Lines.end() && *It <= Last + ContextLines + 1; ++It)
            Last = *It + ContextLines;
          if (First > Count)
            break;
          std::string Text;
          for (size_t N = First; N <= std::min(Last, Count); ++N)
            Text += (N == First ? "" : "\n") + Source.line(File, N)->take_front(LongestLine).str();
          J.array([&] {
            J.value(First);
            J.value(utf8(Text));
          });
        }
      });
    }
  }

  const Report &R;
  SourceText &Source;
  const Maintainers &Whose;
  json::OStream J;
  std::map<std::string, size_t> Texts;
  std::vector<const std::string *> Order;
  std::map<std::string, size_t> SubsystemOf;
  std::vector<std::string> Subsystems;
  std::map<std::string, std::set<uint32_t>> Wanted; ///< lines of source, by file
};

std::string digest(StringRef Text) {
  llvm::SHA256 Hash;
  Hash.update(Text);
  return "'sha256-" + llvm::encodeBase64(Hash.final()) + "'";
}

} // namespace

std::string kernelName(SourceText &Source) {
  std::string Out;
  auto Value = [&](StringRef Name) -> StringRef {
    for (size_t N = 1; N <= 30; ++N) {
      StringRef Line = Source.line("Makefile", N).value_or("");
      if (Line.consume_front(Name) && Line.ltrim().consume_front("="))
        return Line.split('=').second.trim();
    }
    return "";
  };
  for (const char *Name : {"VERSION", "PATCHLEVEL", "SUBLEVEL"})
    if (const StringRef Number = Value(Name); !Number.empty())
      Out += (Out.empty() ? "Linux " : ".") + Number.str();
  return utf8(Out.empty() ? "" : Out + Value("EXTRAVERSION").str());
}

void writeHtml(const Report &R, SourceText &Source, const Maintainers &Whose,
               llvm::raw_ostream &OS) {
  const StringRef Style = file("report.css");
  const std::string Program =
      ("\"use strict\";\n" + file("highlight.js") + file("drawing.js") + file("report.js")).str();
  std::string Data;
  {
    llvm::raw_string_ostream DataOS(Data);
    DataWriter(R, Source, Whose, DataOS).write();
  }
  // It stands in strings only.
  auto Insert = [&](StringRef Name) {
    if (Name == "POLICY")
      OS << "default-src 'none'; style-src " << digest(Style) << "; script-src " << digest(Program)
         << "; img-src data:; base-uri 'none'; form-action 'none'";
    else if (Name == "STYLE")
      OS << Style;
    else if (Name == "PROGRAM")
      OS << Program;
    else
      for (char C : Data)
        if (C == '<')
          OS << "\\u003c";
        else
          OS << C;
  };
  StringRef Page = file("page.html");
  while (!Page.empty()) {
    auto [Before, Rest] = Page.split("{{");
    OS << Before;
    auto [Name, After] = Rest.split("}}");
    if (!Name.empty())
      Insert(Name);
    Page = After;
  }
}

} // namespace gfpcheck
