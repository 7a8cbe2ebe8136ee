//===- Page.cpp - A page of documentation in a terminal ---------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of Markdown what our pages are written in: headings, paragraphs, lists, tables, fenced code
// and the marks inside of lines. What it does not know is printed as it stands.
//
//===----------------------------------------------------------------------===//

#include "Utf8.h"
#include "Wrap.h"
#include "gfpcheck/report/Explain.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using llvm::StringRef;

namespace gfpcheck {

namespace {

class PageWriter {
public:
  PageWriter(llvm::raw_ostream &OS, bool Styled, unsigned Width)
      : OS(OS), Styled(Styled), Width(Width) {}

  void run(StringRef Markdown) {
    while (!Markdown.empty()) {
      StringRef Line;
      std::tie(Line, Markdown) = Markdown.split('\n');
      Line = Line.rtrim();
      if (Line.starts_with("```")) {
        flush();
        Markdown = code(Markdown);
      } else if (Line.empty()) {
        flush();
      } else if (Line.starts_with("#")) {
        flush();
        heading(Line);
      } else if (Line.starts_with("|")) {
        endParagraph();
        Rows.push_back(Line);
      } else if (Line.starts_with("* ") || Line.starts_with("- ")) {
        flush(/*Apart=*/false);
        begin("  * ", "    ", Line.drop_front(2));
      } else if (Line.starts_with("    ") && Text.empty()) {
        endTable();
        apart();
        OS << utf8(Line.str()) << '\n';
        Written = true;
      } else {
        endTable();
        if (Text.empty())
          begin("", "", Line);
        else
          Text += "\n" + Line.trim().str();
      }
    }
    flush();
  }

private:
  /// An empty line between this and what comes before.
  void apart() {
    if (Written && NeedsBlank)
      OS << '\n';
    NeedsBlank = false;
  }

  void begin(StringRef First, StringRef Rest, StringRef Line) {
    endTable();
    Prefix = First;
    Indent = Rest;
    Text = Line.str();
  }

  void endParagraph() {
    if (Text.empty())
      return;
    apart();
    writeWrapped(OS, words(Text), Styled, Width, Prefix, Indent);
    Text.clear();
    Written = true;
  }

  void flush(bool Apart = true) {
    endParagraph();
    endTable();
    NeedsBlank |= Apart;
  }

  void heading(StringRef Line) {
    apart();
    const size_t Level = Line.find_first_not_of('#');
    const std::string Title = utf8(Line.drop_front(std::min(Level, Line.size())).trim().str());
    if (Styled)
      OS << "\x1b[1m" << Title << "\x1b[0m\n";
    else
      OS << Title << '\n' << std::string(columns(Title), Level == 1 ? '=' : '-') << '\n';
    Written = true;
    NeedsBlank = true;
  }

  /// Up to the end of the block; what is behind that.
  StringRef code(StringRef Rest) {
    apart();
    while (!Rest.empty()) {
      StringRef Line;
      std::tie(Line, Rest) = Rest.split('\n');
      if (Line.starts_with("```"))
        break;
      if (Styled)
        OS << "    \x1b[36m" << utf8(Line.str()) << "\x1b[0m\n";
      else
        OS << (Line.empty() ? "" : "    ") << utf8(Line.str()) << '\n';
    }
    Written = true;
    NeedsBlank = true;
    return Rest;
  }

  static std::vector<std::vector<Glyphs>> cells(StringRef Row) {
    Row.consume_front("|");
    Row.consume_back("|");
    std::vector<std::vector<Glyphs>> Out;
    for (size_t Begin = 0, I = 0; I <= Row.size(); ++I)
      if (I == Row.size() || (Row[I] == '|' && (I == 0 || Row[I - 1] != '\\'))) {
        Out.push_back(words(Row.slice(Begin, I).trim()));
        Begin = I + 1;
      }
    return Out;
  }

  /// Cells are long: a row is its first cell, with the others below it.
  void endTable() {
    if (Rows.empty())
      return;
    for (size_t I = 2; I < Rows.size(); ++I) {
      std::vector<std::vector<Glyphs>> Row = cells(Rows[I]);
      apart();
      for (Glyphs &G : Row[0])
        if (G.As == Glyphs::Look::Plain)
          G.As = Glyphs::Look::Strong;
      writeWrapped(OS, Row[0], Styled, Width, "  ", "  ");
      for (size_t C = 1; C < Row.size(); ++C)
        writeWrapped(OS, Row[C], Styled, Width, "      ", "      ");
      Written = true;
    }
    Rows.clear();
    NeedsBlank = true;
  }

  llvm::raw_ostream &OS;
  const bool Styled;
  const unsigned Width;
  std::string Text; // of the paragraph at hand
  StringRef Prefix, Indent;
  std::vector<StringRef> Rows; // of the table at hand
  bool Written = false, NeedsBlank = false;
};

} // namespace

void writePage(StringRef Markdown, llvm::raw_ostream &OS, bool Styled, unsigned Width) {
  PageWriter(OS, Styled, Width).run(Markdown);
}

} // namespace gfpcheck
