//===- Baseline.cpp - Findings that are known and left alone ----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A line says nothing about other lines, new ones go to their place in the order, and what
// is there is written back as it was: so two branches that both add entries merge without
// a conflict, unless these are neighbours.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Baseline.h"
#include "Utf8.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace gfpcheck {

using llvm::Expected;
using llvm::StringRef;

namespace {

constexpr size_t IdLength = 16;
constexpr StringRef Spaces = " \t";

template <class... Args> llvm::Error error(const char *Text, Args &&...Values) {
  return llvm::createStringError(llvm::formatv(Text, std::forward<Args>(Values)...).str());
}

bool isId(StringRef Word) {
  return Word.size() == IdLength &&
         llvm::all_of(Word, [](char C) { return llvm::isDigit(C) || (C >= 'a' && C <= 'f'); });
}

bool isCheckId(StringRef Word) {
  return !Word.empty() && llvm::isLower(Word[0]) && llvm::all_of(Word, [](char C) {
    return llvm::isLower(C) || llvm::isDigit(C) || C == '-';
  });
}

bool isText(StringRef S) {
  return llvm::json::isUTF8(S) &&
         llvm::all_of(S, [](unsigned char C) { return (C >= ' ' && C != 0x7f) || C == '\t'; });
}

/// With "." for "->".
std::string dotted(StringRef Text) {
  std::string Out;
  for (size_t Arrow; (Arrow = Text.find("->")) != StringRef::npos;
       Text = Text.drop_front(Arrow + 2))
    Out += (Text.take_front(Arrow) + ".").str();
  return Out + Text.str();
}

/// "port.lock" of "&port->lock", "port->lock." and "port.lock"; "foo" of "foo()".
std::string entityName(StringRef Word) {
  Word.consume_front("&");
  Word.consume_back("()");
  return StringRef(dotted(Word)).rtrim('.').str();
}

/// Whether \p Sentence, dotted(), has \p Name in it: all of a name and no part of one.
bool mentions(StringRef Sentence, StringRef Name) {
  auto IsWord = [](char C) { return llvm::isAlnum(C) || C == '_'; };
  for (size_t I = 0; (I = Sentence.find(Name, I)) != StringRef::npos; ++I) {
    const char Before = I ? Sentence[I - 1] : ' ';
    StringRef After = Sentence.drop_front(I + Name.size());
    const bool GoesOn = After.starts_with("[") || // a member of an element
                        (After.size() > 1 && After[0] == '.' && IsWord(After[1])) ||
                        (!After.empty() && IsWord(After[0]));
    if (!IsWord(Before) && Before != '.' && !GoesOn)
      return true;
  }
  return false;
}

/// A field of a line: what would end it is written as %XX, nothing as "-".
std::string field(const std::string &Text) {
  std::string Out;
  for (unsigned char C : utf8(Text))
    Out += C <= ' ' || C == '%' || C == '#' || C == 0x7f ? llvm::formatv("%{0:X-2}", C).str()
                                                         : std::string(1, C);
  return Out.empty() ? "-" : Out;
}

/// An entry from its line, which has something on it other than a comment.
Expected<BaselineEntry> parseLine(StringRef Line) {
  for (StringRef Marker : {"<<<<<<<", "=======", ">>>>>>>", "|||||||"})
    if (Line.starts_with(Marker))
      return error("a merge conflict that is not resolved");
  if (!isText(Line))
    return error("not text in UTF-8");

  size_t Hash = 0;
  do
    Hash = Line.find('#', Hash + 1);
  while (Hash != StringRef::npos && !Spaces.contains(Line[Hash - 1]));
  BaselineEntry E;
  E.Text = Line.str();
  if (Hash != StringRef::npos)
    E.Reason = Line.drop_front(Hash + 1).trim().str();
  if (E.Reason.empty())
    return error("no reason: end the line with `# why this is not to be reported`");

  llvm::SmallVector<StringRef, 4> Words;
  llvm::SplitString(Line.take_front(Hash), Words, Spaces);
  if (isId(Words[0])) {
    if (Words.size() != 4)
      return error("{0} words before the reason; an id is followed by CHECK FILE FUNCTION",
                   Words.size());
    E.Id = Words[0];
    E.Check = Words[1];
    E.File = Words[2];
    E.Function = Words[3];
    return E;
  }
  if (!isCheckId(Words[0]))
    return error("'{0}' is neither the id of a finding ({1} hexadecimal digits) nor a check",
                 Words[0], IdLength);
  StringRef Function = Words.size() == 3 ? Words[1] : "";
  if (!Function.consume_back("()") || Function.empty() || entityName(Words[2]).empty())
    return error("the check '{0}' is not followed by FUNCTION() and an entity (* is any)",
                 Words[0]);
  E.Check = Words[0];
  E.Function = Function;
  E.Entity = Words[2];
  return E;
}

/// What of the lines before an entry is not its own: those up to the last empty one.
StringRef notOwn(StringRef Lines) {
  size_t End = 0;
  for (size_t I = 0; I != Lines.size();) {
    const size_t Next = Lines.find('\n', I) + 1;
    if (Lines.slice(I, Next).trim().empty())
      End = Next;
    I = Next;
  }
  return Lines.take_front(End);
}

} // namespace

bool BaselineEntry::covers(const Finding &F) const {
  if (!Id.empty())
    return F.Id == Id;
  auto BeginsHere = [&](const Path &P) {
    return !P.Steps.empty() && P.Steps.front().Function == Function;
  };
  if (F.Check != Check || (F.Function != Function && llvm::none_of(F.Paths, BeginsHere)))
    return false;
  if (Entity == "*")
    return true;
  const std::string Name = entityName(Entity);
  return mentions(dotted(F.Message), Name) || llvm::any_of(F.Paths, [&](const Path &P) {
           return llvm::any_of(P.Steps, [&](const Step &S) {
             return S.Kind == StepKind::Lock && mentions(dotted(S.Text), Name);
           });
         });
}

Expected<Baseline> Baseline::parse(StringRef Text, StringRef FileName) {
  Baseline B;
  std::string Before;
  unsigned Number = 0;
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    ++Number;
    Line = Line.rtrim("\r");
    StringRef Trimmed = Line.trim(Spaces);
    if (Trimmed.empty() || Trimmed.starts_with("#")) {
      Before += (Line + "\n").str();
      continue;
    }
    Expected<BaselineEntry> E = parseLine(Trimmed);
    if (!E)
      return error("{0}:{1}: {2}", FileName, Number, toString(E.takeError()));
    E->Line = Number;
    if (B.Entries.empty()) {
      B.Head = notOwn(Before).str();
      Before.erase(0, B.Head.size());
    }
    E->Comment = std::exchange(Before, "");
    B.Entries.push_back(std::move(*E));
  }
  (B.Entries.empty() ? B.Head : B.Tail) = std::move(Before);
  B.index();
  return B;
}

void Baseline::index() {
  ById.clear();
  ByCheck.clear();
  for (auto [I, E] : llvm::enumerate(Entries))
    if (!E.Id.empty())
      ById.try_emplace(E.Id, I);
    else
      ByCheck[E.Check].push_back(I);
}

const BaselineEntry *Baseline::find(const Finding &F) const {
  if (auto It = ById.find(F.Id); It != ById.end())
    return &Entries[It->second];
  if (auto It = ByCheck.find(F.Check); It != ByCheck.end())
    for (size_t I : It->second)
      if (Entries[I].covers(F))
        return &Entries[I];
  return nullptr;
}

void Baseline::suppress(llvm::MutableArrayRef<Finding> Findings) const {
  for (Finding &F : Findings)
    if (const BaselineEntry *E = find(F))
      F.Suppressed = E->Reason;
}

std::vector<std::vector<const Finding *>> Baseline::uses(llvm::ArrayRef<Finding> Findings) const {
  std::vector<std::vector<const Finding *>> Uses(Entries.size());
  for (const Finding &F : Findings)
    if (const BaselineEntry *E = find(F))
      Uses[E - Entries.data()].push_back(&F);
  return Uses;
}

void Baseline::add(const Finding &F, StringRef Reason) {
  BaselineEntry E;
  E.Id = F.Id;
  E.Check = F.Check;
  E.File = field(F.File);
  E.Function = field(F.Function);
  E.Reason = Reason.trim().str();
  E.Text = llvm::formatv("{0}  {1}  {2}  {3}  # {4}", E.Id, E.Check, E.File, E.Function, E.Reason);
  ById.try_emplace(E.Id, Entries.size());
  Entries.push_back(std::move(E));
}

void Baseline::remove(llvm::function_ref<bool(const BaselineEntry &)> Unwanted) {
  std::vector<BaselineEntry> Kept;
  std::string Left; // lines around what is removed
  for (BaselineEntry &E : Entries) {
    if (Unwanted(E)) {
      Left += notOwn(E.Comment);
      continue;
    }
    E.Comment.insert(0, std::exchange(Left, ""));
    Kept.push_back(std::move(E));
  }
  Tail.insert(0, Left);
  Entries = std::move(Kept);
  index();
}

std::string Baseline::text() const {
  std::vector<const BaselineEntry *> Sorted;
  for (const BaselineEntry &E : Entries)
    Sorted.push_back(&E);
  llvm::sort(Sorted, [](auto *A, auto *B) { return std::tie(A->Text, A) < std::tie(B->Text, B); });
  std::string Out = Head;
  for (const BaselineEntry *E : Sorted)
    Out += E->Comment + E->Text + "\n";
  return Out + Tail;
}

llvm::Error checkReason(StringRef Reason) {
  if (Reason.trim().empty())
    return error("a reason is needed, as whoever reads the baseline next will ask for it");
  if (!isText(Reason))
    return error("the reason must be one line of text in UTF-8");
  return llvm::Error::success();
}

} // namespace gfpcheck
