//===- GateText.cpp - What a patch does, as text for a mail ------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Made to be pasted in an answer to a patch: whoever wrote the patch has no gfpcheck at
// hand and has not asked for one. So it says first what was looked at and what came of it,
// then shows what is new in full, and ends with how to see it again. Nobody reads a mail of
// a thousand findings: lists end after some entries and say how many they leave out.
//
//===----------------------------------------------------------------------===//

#include "TextWriter.h"
#include "llvm/Support/FormatVariadic.h"

namespace gfpcheck {

namespace {

constexpr size_t ShownInFull = 20, ShownAsLines = 20, ShownNames = 10;

class GateWriter {
  const Report &R;
  llvm::raw_ostream &OS;
  TextWriter Text;
  /// By status; those in the baseline apart.
  std::vector<const Finding *> Introduced, Fixed, Preexisting, Suppressed;

public:
  GateWriter(const Report &R, llvm::raw_ostream &OS, bool Color) : R(R), OS(OS), Text(OS, Color) {
    for (const Finding &F : R.Findings) {
      if (F.Status == PatchStatus::Fixed)
        Fixed.push_back(&F); // in the baseline or not: it is gone
      else if (F.Status == PatchStatus::Preexisting)
        Preexisting.push_back(&F);
      else
        (F.Suppressed.empty() ? Introduced : Suppressed).push_back(&F);
    }
  }

  void write() {
    head();
    introduced();
    fixed();
    notes();
    tail();
  }

private:
  void head() {
    Text.plain(llvm::formatv("gfpcheck {0}: {1}\n\n", R.ToolVersion, R.Gate->Subject).str());
    OS << plural(R.Gate->Files, "file") << " changed, " << plural(R.Units.Total, "unit")
       << " analysed";
    if (!R.Units.Failures.empty())
      OS << ", " << R.Units.Failures.size() << " of them incomplete: findings may be missing";
    OS << "\n\n  introduced:   " << Introduced.size();
    if (!Introduced.empty())
      OS << ' ' << byConfidence(Introduced);
    if (!Suppressed.empty())
      OS << "; " << Suppressed.size() << " more in the baseline";
    OS << "\n  fixed:        " << Fixed.size() << "\n  preexisting:  " << Preexisting.size()
       << "\n\n";
  }

  void introduced() {
    for (const Finding *F : llvm::ArrayRef(Introduced).take_front(ShownInFull))
      Text.write(*F, "new");
    leftOut(Introduced.size(), ShownInFull, "introduced finding");
  }

  void fixed() {
    if (Fixed.empty())
      return;
    OS << "Fixed by this change:\n\n";
    for (const Finding *F : llvm::ArrayRef(Fixed).take_front(ShownAsLines))
      Text.plain(
          llvm::formatv("  {0}: {1}(): {2} [{3}]\n", F->File, F->Function, F->Message, F->Check));
    OS << '\n';
    leftOut(Fixed.size(), ShownAsLines, "fixed finding");
  }

  void notes() {
    names(R.Gate->Recapture,
          "These changed files decide what is compiled, or how. Before `gfpcheck capture` is run\n"
          "again, what they change is not seen:");
    names(R.Gate->NotBuilt,
          "No unit of this build reads these changed files, so nothing is said of "
          "them:");
  }

  void tail() {
    if (!R.Gate->Reproduce.empty())
      Text.plain("To get this report again:\n\n  " + R.Gate->Reproduce + "\n");
    if (Introduced.empty())
      return;
    OS << "\nA commit of its own that corrects this may say who found it:\n\n";
    Text.plain("  Reported-by: gfpcheck " + R.ToolVersion + "\n");
  }

  void names(llvm::ArrayRef<std::string> Names, llvm::StringRef Title) {
    if (Names.empty())
      return;
    OS << Title << "\n\n";
    for (const std::string &Name : Names.take_front(ShownNames))
      Text.plain("  " + Name + "\n");
    if (Names.size() > ShownNames)
      OS << "  and " << Names.size() - ShownNames << " more\n";
    OS << '\n';
  }

  void leftOut(size_t Count, size_t Shown, llvm::StringRef Noun) {
    if (Count > Shown)
      OS << "and " << plural(Count - Shown, Noun) << " more; --format=json has them all\n\n";
  }
};

} // namespace

void writeGateText(const Report &R, llvm::raw_ostream &OS, bool Color) {
  GateWriter(R, OS, Color).write();
}

} // namespace gfpcheck
