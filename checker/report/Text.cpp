//===- Text.cpp - Findings and locks for people -----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TextWriter.h"
#include "Utf8.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace gfpcheck {

TextWriter::TextWriter(llvm::raw_ostream &OS, bool Color) : OS(OS), Color(Color) {
  if (Color)
    OS.enable_colors(true);
}

void TextWriter::write(const Finding &F, llvm::StringRef Mark) {
  writeHead(F, Mark);
  writeBody(F);
  plain("\n");
}

void TextWriter::writeHead(const Finding &F, llvm::StringRef Mark) {
  paint(llvm::raw_ostream::SAVEDCOLOR, true,
        llvm::formatv("{0}:{1}:{2}: ", F.File, F.Line, F.Column).str());
  paint(llvm::raw_ostream::MAGENTA, true, "warning: ");
  paint(llvm::raw_ostream::SAVEDCOLOR, true, F.Message);
  plain(llvm::formatv(" [{0}, {1} confidence{2}{3}]\n", F.Check, confidenceName(F.Conf),
                      Mark.empty() ? "" : ", ", Mark)
            .str());
}

void TextWriter::writeBody(const Finding &F) {
  for (const Path &P : F.Paths)
    write(P);
  if (!F.Fix.empty()) {
    plain("  ");
    paint(llvm::raw_ostream::GREEN, true, "fix: ");
    plain(F.Fix + "\n");
  }
  plain("  id: " + F.Id + "\n");
}

void TextWriter::write(const LockInfo &L) {
  paint(llvm::raw_ostream::SAVEDCOLOR, true, L.Class + ": ");
  plain(L.Message + "\n");
  for (const Path &P : L.Paths)
    write(P);
}

void TextWriter::write(const Fact &F, bool Paths) {
  plain(F.Text + "\n");
  if (Paths)
    for (const Path &P : F.Paths)
      write(P);
}

void TextWriter::write(const Path &P) {
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

void TextWriter::plain(const std::string &Text) { OS << utf8(Text); }

void TextWriter::paint(llvm::raw_ostream::Colors C, bool Bold, const std::string &Text) {
  if (Color)
    OS.changeColor(C, Bold);
  plain(Text);
  if (Color)
    OS.resetColor();
}

std::string plural(size_t N, llvm::StringRef Noun) {
  return llvm::formatv("{0} {1}{2}", N, Noun, N == 1 ? "" : "s").str();
}

std::string byConfidence(llvm::ArrayRef<const Finding *> Findings) {
  size_t Count[3] = {};
  for (const Finding *F : Findings)
    ++Count[static_cast<size_t>(F->Conf)];
  return llvm::formatv(
      "({0} high, {1} medium, {2} low)", Count[static_cast<size_t>(Confidence::High)],
      Count[static_cast<size_t>(Confidence::Medium)], Count[static_cast<size_t>(Confidence::Low)]);
}

void writeText(const Report &R, llvm::raw_ostream &OS, bool Color) {
  if (R.Gate)
    return writeGateText(R, OS, Color);
  TextWriter Writer(OS, Color);
  std::vector<const Finding *> Reported;
  for (const Finding &F : R.Findings)
    if (isReported(F))
      Reported.push_back(&F);
  for (const Finding *F : Reported)
    Writer.write(*F);
  OS << plural(Reported.size(), "finding") << ' ' << byConfidence(Reported) << " in "
     << plural(R.Units.Total, "unit");
  if (!R.Units.Failures.empty())
    OS << ", " << R.Units.Failures.size() << " of them incomplete";
  if (size_t Suppressed = R.Findings.size() - Reported.size())
    OS << "; " << Suppressed << " more in the baseline";
  OS << '\n';
}

void writeTable(const LockReport &R, llvm::raw_ostream &OS) {
  static constexpr const char *Flag[] = {"", "__GFP_DIRECT_RECLAIM", "__GFP_IO", "__GFP_FS"};
  TextWriter Writer(OS, /*Color=*/false);
  size_t Width = 0, Count[4] = {}, Met = 0;
  for (const LockInfo &L : R.Locks)
    Width = std::max(Width, L.Class.size());
  for (const LockInfo &L : R.Locks) {
    const char *Level = reclaimLevelName(L.Reclaim);
    std::string Strongest = "-";
    if (L.Allocation != ReclaimLevel::None)
      Strongest =
          llvm::formatv("{0}, in {1}()", Flag[static_cast<size_t>(L.Allocation)], L.Function);
    Writer.plain(llvm::formatv("{0}{1}  {2,-3}  {3}\n", L.Class,
                               std::string(Width - L.Class.size(), ' '), Level ? Level : "-",
                               Strongest));
    ++Count[static_cast<size_t>(L.Reclaim)];
    Met += L.Reclaim != ReclaimLevel::None && L.Allocation >= L.Reclaim;
  }
  OS << llvm::formatv("reclaim waits for {0} lock class{1} ({2} any, {3} io, {4} fs); {5} of them "
                      "held across an allocation that lets it get there\n",
                      R.Locks.size(), R.Locks.size() == 1 ? "" : "es",
                      Count[static_cast<size_t>(ReclaimLevel::Any)],
                      Count[static_cast<size_t>(ReclaimLevel::Io)],
                      Count[static_cast<size_t>(ReclaimLevel::Fs)], Met);
}

void writeText(const LockReport &R, llvm::raw_ostream &OS, bool Color) {
  TextWriter Writer(OS, Color);
  for (const LockInfo &L : R.Locks) {
    if (&L != &R.Locks.front())
      OS << '\n';
    Writer.write(L);
  }
}

void writeText(const FactReport &R, llvm::raw_ostream &OS, bool Color, bool Paths) {
  TextWriter Writer(OS, Color);
  for (const Fact &F : R.Facts)
    Writer.write(F, Paths);
  for (const std::string &Line : R.Summary)
    Writer.plain(Line + "\n");
}

} // namespace gfpcheck
