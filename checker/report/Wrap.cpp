//===- Wrap.cpp - Text in the columns of a terminal -------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Wrap.h"
#include "Utf8.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Unicode.h"

using llvm::StringRef;

namespace gfpcheck {

unsigned columns(StringRef Text) {
  const int Width = llvm::sys::unicode::columnWidthUTF8(Text);
  return Width < 0 ? Text.size() : Width;
}

namespace {

/// Splits a paragraph into words as it goes along.
class Splitter {
public:
  std::vector<Glyphs> run(StringRef Text) {
    read(Text, Glyphs::Look::Plain);
    return std::move(Out);
  }

private:
  void add(StringRef Text, Glyphs::Look As) {
    while (!Text.empty()) {
      if (llvm::isSpace(Text.front())) {
        Blank = true;
        Text = Text.ltrim();
        continue;
      }
      const StringRef Word = Text.take_until([](char C) { return llvm::isSpace(C); });
      Out.push_back({Word.str(), As, !Blank});
      Blank = false;
      Text = Text.drop_front(Word.size());
    }
  }

  /// What is between marks at the front of \p Text, which is consumed; nothing if they do not
  /// close.
  static bool consumeMarked(StringRef &Text, StringRef Mark, StringRef &Inner) {
    if (!Text.starts_with(Mark) || Text.size() <= Mark.size())
      return false;
    const size_t End = Text.find(Mark, Mark.size());
    if (End == StringRef::npos || End == Mark.size() || llvm::isSpace(Text[Mark.size()]))
      return false;
    Inner = Text.slice(Mark.size(), End);
    Text = Text.drop_front(End + Mark.size());
    return true;
  }

  static bool consumeLink(StringRef &Text, StringRef &Label, StringRef &Target) {
    const size_t Middle = Text.starts_with("[") ? Text.find("](") : StringRef::npos;
    const size_t End = Middle == StringRef::npos ? Middle : Text.find(')', Middle);
    if (End == StringRef::npos)
      return false;
    Label = Text.slice(1, Middle);
    Target = Text.slice(Middle + 2, End);
    Text = Text.drop_front(End + 1);
    return true;
  }

  void read(StringRef Text, Glyphs::Look As) {
    while (!Text.empty()) {
      StringRef Inner, Target;
      if (consumeMarked(Text, "``", Inner) || consumeMarked(Text, "`", Inner)) {
        add(Inner, Glyphs::Look::Code);
      } else if (consumeMarked(Text, "**", Inner)) {
        read(Inner, Glyphs::Look::Strong);
      } else if (consumeMarked(Text, "*", Inner)) {
        read(Inner, Glyphs::Look::Emphasis);
      } else if (consumeLink(Text, Inner, Target)) {
        read(Inner, Glyphs::Look::Link);
        if (Target.contains("://"))
          add(" <" + Target.str() + ">", As);
      } else {
        const size_t End = std::max<size_t>(Text.find_first_of("`*["), 1);
        add(Text.take_front(End), As);
        Text = Text.drop_front(std::min(End, Text.size()));
      }
    }
  }

  std::vector<Glyphs> Out;
  bool Blank = false;
};

void paint(llvm::raw_ostream &OS, const Glyphs &G, bool Styled) {
  const std::string Text = utf8(G.Text);
  if (!Styled || G.As == Glyphs::Look::Plain) {
    OS << Text;
    return;
  }
  const char *Begin = G.As == Glyphs::Look::Strong     ? "\x1b[1m"
                      : G.As == Glyphs::Look::Emphasis ? "\x1b[3m"
                      : G.As == Glyphs::Look::Link     ? "\x1b[4m"
                                                       : "\x1b[36m";
  OS << Begin << Text << "\x1b[0m";
}

} // namespace

std::vector<Glyphs> words(StringRef Markdown) { return Splitter().run(Markdown); }

void writeWrapped(llvm::raw_ostream &OS, const std::vector<Glyphs> &Words, bool Styled,
                  unsigned Width, StringRef First, StringRef Rest) {
  OS << First;
  unsigned At = columns(First);
  const unsigned Begin = columns(Rest);
  bool Fresh = true; // nothing in this line yet
  for (size_t I = 0; I != Words.size();) {
    // What is glued together stays so.
    size_t End = I + 1;
    unsigned Length = columns(Words[I].Text);
    for (; End != Words.size() && Words[End].Glued; ++End)
      Length += columns(Words[End].Text);
    if (!Fresh && At + 1 + Length > Width) {
      OS << '\n' << Rest;
      At = Begin;
      Fresh = true;
    }
    if (!Fresh) {
      OS << ' ';
      ++At;
    }
    for (; I != End; ++I)
      paint(OS, Words[I], Styled);
    At += Length;
    Fresh = false;
  }
  OS << '\n';
}

} // namespace gfpcheck
