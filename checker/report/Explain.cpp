//===- Explain.cpp - A finding in full --------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Explain.h"
#include "TextWriter.h"
#include "Utf8.h"
#include "Wrap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using llvm::StringRef;

namespace gfpcheck {

std::string unifiedDiff(const FixIt &X, SourceText &Source) {
  constexpr uint32_t Context = 3;
  const std::optional<StringRef> Line = Source.line(X.File, X.Line);
  if (!Line || !X.Column || X.Column > Line->size() ||
      !Line->drop_front(X.Column - 1).starts_with(X.Old))
    return "";
  const uint32_t First = X.Line > Context ? X.Line - Context : 1;
  const uint32_t Last = std::min<size_t>(X.Line + Context, Source.lineCount(X.File));
  std::string Out = llvm::formatv("--- a/{0}\n+++ b/{0}\n@@ -{1},{2} +{1},{2} @@\n", X.File, First,
                                  Last - First + 1);
  for (uint32_t N = First; N <= Last; ++N) {
    const std::string Text = Source.line(X.File, N)->str();
    if (N != X.Line) {
      Out += " " + Text + "\n";
      continue;
    }
    Out += "-" + Text + "\n+" + Line->take_front(X.Column - 1).str() + X.New +
           Line->drop_front(X.Column - 1 + X.Old.size()).str() + "\n";
  }
  return utf8(Out);
}

namespace {

class Explainer {
public:
  Explainer(const Finding &F, SourceText &Source, const llvm::StringSet<> &Changed,
            llvm::raw_ostream &OS, bool Styled, unsigned Width)
      : F(F), Source(Source), Changed(Changed), OS(OS), Writer(OS, Styled), Styled(Styled),
        Width(Width) {}

  void run() {
    Writer.writeHead(F);
    OS << "  id: " << utf8(F.Id) << '\n';
    notes();
    for (const Path &P : F.Paths)
      path(P);
    confidence();
    assumptions();
    reproduction();
    fix();
    OS << "\nThe check: gfpcheck explain " << utf8(F.Check) << '\n';
  }

private:
  void title(const std::string &Text) {
    OS << '\n';
    Writer.paint(llvm::raw_ostream::CYAN, true, Text + "\n");
  }

  void paragraph(StringRef Text, StringRef First = "  ", StringRef Rest = "  ") {
    std::vector<Glyphs> Words;
    for (StringRef Word : llvm::split(Text, ' '))
      if (!Word.empty())
        Words.push_back({Word.str(), Glyphs::Look::Plain, false});
    writeWrapped(OS, Words, Styled, Width, First, Rest);
  }

  /// Of files that the paths lead through.
  void notes() {
    llvm::StringSet<> Told;
    auto Look = [&](const std::string &File) {
      if (!Told.insert(File).second)
        return;
      if (!Source.contents(File))
        OS << "  note: " << utf8(File) << " cannot be read; its lines are not shown\n";
      else if (Changed.contains(File))
        OS << "  note: " << utf8(File)
           << " has changed since it was analysed; its lines may be others\n";
    };
    Look(F.File);
    for (const Path &P : F.Paths)
      for (const Step &S : P.Steps)
        Look(S.File);
  }

  void path(const Path &P) {
    title(P.Title + ":");
    const unsigned Digits = std::to_string(P.Steps.size()).size();
    for (size_t I = 0; I != P.Steps.size(); ++I) {
      const Step &S = P.Steps[I];
      const std::string Number = std::to_string(I + 1);
      OS << "  " << std::string(Digits - Number.size(), ' ') << Number << ". ";
      Writer.plain(llvm::formatv("{0}:{1}: in ", S.File, S.Line));
      Writer.paint(llvm::raw_ostream::SAVEDCOLOR, true, S.Function);
      OS << '\n';
      const std::string Indent(Digits + 4, ' ');
      paragraph(utf8(S.Text), Indent, Indent);
      // Steps often share a line.
      const bool Again = I && P.Steps[I - 1].File == S.File && P.Steps[I - 1].Line == S.Line;
      if (const auto Line = Again ? std::nullopt : Source.line(S.File, S.Line)) {
        OS << Indent << "  ";
        Writer.paint(llvm::raw_ostream::GREEN, false, llvm::formatv("{0} | ", S.Line));
        // Its indentation is of no interest in a single line.
        Writer.plain(visible(Line->ltrim()) + "\n");
      }
    }
  }

  /// With nothing in it that a terminal would obey.
  static std::string visible(StringRef Line) {
    std::string Out = Line.str();
    for (char &C : Out)
      if (static_cast<unsigned char>(C) < ' ' && C != '\t')
        C = '?';
    return Out;
  }

  void confidence() {
    title(llvm::formatv("Confidence: {0}", confidenceName(F.Conf)));
    if (F.Reasons.empty())
      paragraph("Nothing holds it down: each call on the way is direct, or indirect with one "
                "possible target, and conditions on it are decided, or are its own.");
    for (Confidence Limit : {Confidence::Low, Confidence::Medium})
      for (const ConfidenceReason &R : F.Reasons)
        if (R.Limit == Limit)
          paragraph(R.Text + llvm::formatv(" ({0} at most)", confidenceName(R.Limit)).str(), "  - ",
                    "    ");
  }

  void assumptions() {
    if (F.Assumptions.empty())
      return;
    title("Assumed");
    for (const std::string &Text : F.Assumptions)
      paragraph(Text, "  - ", "    ");
  }

  void reproduction() {
    const std::vector<std::string> Ways = waysToReproduce(F);
    if (Ways.empty())
      return;
    title("To see it at run time");
    for (const std::string &Way : Ways)
      for (StringRef Line : llvm::split(Way, '\n'))
        if (Line.starts_with("    "))
          OS << Line << '\n';
        else
          paragraph(Line);
  }

  void fix() {
    if (F.Fix.empty() && F.FixIts.empty())
      return;
    title("To fix it");
    paragraph(F.Fix);
    for (const FixIt &X : F.FixIts) {
      const std::string Diff = unifiedDiff(X, Source);
      if (Diff.empty()) {
        paragraph(llvm::formatv("(Replacing {0} by {1} at {2}:{3} would do, but it is no longer "
                                "there.)",
                                X.Old, X.New, X.File, X.Line)
                      .str());
        continue;
      }
      OS << '\n';
      for (StringRef Line : llvm::split(StringRef(Diff).rtrim('\n'), '\n')) {
        const bool Added = Line.starts_with("+"), Removed = Line.starts_with("-");
        Writer.paint(Added     ? llvm::raw_ostream::GREEN
                     : Removed ? llvm::raw_ostream::RED
                               : llvm::raw_ostream::SAVEDCOLOR,
                     false, (Styled ? visible(Line) : Line.str()) + "\n");
      }
    }
  }

  const Finding &F;
  SourceText &Source;
  const llvm::StringSet<> &Changed;
  llvm::raw_ostream &OS;
  TextWriter Writer;
  const bool Styled;
  const unsigned Width;
};

} // namespace

void writeExplanation(const Finding &F, SourceText &Source, const llvm::StringSet<> &Changed,
                      llvm::raw_ostream &OS, bool Styled, unsigned Width) {
  Explainer(F, Source, Changed, OS, Styled, Width).run();
}

} // namespace gfpcheck
