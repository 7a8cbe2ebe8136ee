//===- Text.cpp - Findings for people ---------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Report.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

namespace gfpcheck {

namespace {

class TextWriter {
  llvm::raw_ostream &OS;
  bool Color;

public:
  TextWriter(llvm::raw_ostream &OS, bool Color) : OS(OS), Color(Color) {}

  void write(const Finding &F) {
    paint(llvm::raw_ostream::SAVEDCOLOR, true,
          llvm::formatv("{0}:{1}:{2}: ", F.File, F.Line, F.Column).str());
    paint(llvm::raw_ostream::MAGENTA, true, "warning: ");
    paint(llvm::raw_ostream::SAVEDCOLOR, true, F.Message);
    plain(llvm::formatv(" [{0}, {1} confidence]\n", F.Check, confidenceName(F.Conf)).str());
    for (const Path &P : F.Paths)
      write(P);
    if (!F.Fix.empty()) {
      plain("  ");
      paint(llvm::raw_ostream::GREEN, true, "fix: ");
      plain(F.Fix + "\n");
    }
    plain("  id: " + F.Id + "\n\n");
  }

private:
  void write(const Path &P) {
    plain("  ");
    paint(llvm::raw_ostream::CYAN, true, P.Title + ":\n");
    unsigned Width = std::to_string(P.Steps.size()).size();
    for (size_t I = 0; I != P.Steps.size(); ++I) {
      const Step &S = P.Steps[I];
      std::string Number = std::to_string(I + 1);
      plain("    " + std::string(Width - Number.size(), ' ') + Number + ". " + S.File + ":" +
            std::to_string(S.Line) + ": in ");
      paint(llvm::raw_ostream::SAVEDCOLOR, true, S.Function);
      plain(": " + S.Text + "\n");
    }
  }

  void plain(const std::string &Text) {
    OS << (llvm::json::isUTF8(Text) ? Text : llvm::json::fixUTF8(Text));
  }

  void paint(llvm::raw_ostream::Colors C, bool Bold, const std::string &Text) {
    if (Color)
      OS.changeColor(C, Bold);
    plain(Text);
    if (Color)
      OS.resetColor();
  }
};

std::string plural(size_t N, llvm::StringRef Noun) {
  return llvm::formatv("{0} {1}{2}", N, Noun, N == 1 ? "" : "s").str();
}

} // namespace

void writeText(const Report &R, llvm::raw_ostream &OS, bool Color) {
  if (Color)
    OS.enable_colors(true);
  TextWriter Writer(OS, Color);
  size_t Count[3] = {};
  for (const Finding &F : R.Findings) {
    Writer.write(F);
    ++Count[static_cast<size_t>(F.Conf)];
  }
  OS << plural(R.Findings.size(), "finding") << " (" << Count[static_cast<size_t>(Confidence::High)]
     << " high, " << Count[static_cast<size_t>(Confidence::Medium)] << " medium, "
     << Count[static_cast<size_t>(Confidence::Low)] << " low) in " << plural(R.Units.Total, "unit");
  if (!R.Units.Failures.empty())
    OS << ", " << R.Units.Failures.size() << " of them incomplete";
  OS << '\n';
}

} // namespace gfpcheck
