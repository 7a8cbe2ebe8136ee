//===- Github.cpp - Findings as annotations of GitHub Actions ---------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A job prints a line `::error file=F,line=L,col=C,title=T::MESSAGE`, and GitHub shows the
// message at that line of the pull request. In a message % and the ends of lines are
// written as %25, %0D and %0A; in a property, which a comma or colon would end, these are
// %2C and %3A.
//
//===----------------------------------------------------------------------===//

#include "TextWriter.h"
#include "Utf8.h"
#include "llvm/Support/FormatVariadic.h"

namespace gfpcheck {

namespace {

std::string escaped(const std::string &Text, llvm::StringRef Special) {
  static constexpr char Digits[] = "0123456789ABCDEF";
  std::string Out;
  for (unsigned char C : utf8(Text))
    if (Special.contains(C)) {
      Out += '%';
      Out += Digits[C >> 4];
      Out += Digits[C & 15];
    } else {
      Out += C;
    }
  return Out;
}

std::string data(const std::string &Text) { return escaped(Text, "%\r\n"); }
std::string property(const std::string &Text) { return escaped(Text, "%\r\n:,"); }

const char *commandFor(Confidence C) {
  return C == Confidence::High ? "error" : C == Confidence::Medium ? "warning" : "notice";
}

/// The message, the paths, what would fix it.
std::string annotation(const Finding &F) {
  std::string Text = F.Message + "\n";
  llvm::raw_string_ostream OS(Text);
  TextWriter(OS, /*Color=*/false).writeBody(F);
  Text.pop_back(); // the last line's end
  return Text;
}

} // namespace

void writeGithub(const Report &R, llvm::raw_ostream &OS) {
  for (const Finding &F : R.Findings) {
    if (!isReported(F))
      continue;
    OS << "::" << commandFor(F.Conf) << " file=" << property(F.File);
    if (F.Line)
      OS << ",line=" << F.Line;
    if (F.Line && F.Column)
      OS << ",col=" << F.Column;
    OS << ",title="
       << property(llvm::formatv("{0} ({1} confidence)", F.Check, confidenceName(F.Conf)))
       << "::" << data(annotation(F)) << '\n';
  }
  if (!R.Units.ConstantsError.empty())
    OS << "::warning title=incomplete::gfpcheck could not read the kernel's constants; reclaim "
          "checks find nothing: "
       << data(R.Units.ConstantsError) << '\n';
  if (size_t Failed = R.Units.Failures.size())
    OS << "::warning title=incomplete::gfpcheck could not parse " << Failed << " of "
       << plural(R.Units.Total, "unit") << "; findings may be missing\n";
}

} // namespace gfpcheck
