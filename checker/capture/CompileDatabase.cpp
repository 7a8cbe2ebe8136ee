//===- CompileDatabase.cpp - Reading and writing compile commands -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/capture/CompileDatabase.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace gfpcheck {

std::vector<std::string> splitShellCommand(StringRef Command) {
  std::vector<std::string> Words;
  std::string Word;
  bool InWord = false;
  for (size_t I = 0, E = Command.size(); I < E; ++I) {
    char C = Command[I];
    if (C == ' ' || C == '\t' || C == '\n') {
      if (InWord)
        Words.push_back(std::move(Word));
      Word.clear();
      InWord = false;
      continue;
    }
    InWord = true;
    if (C == '\'') {
      for (++I; I < E && Command[I] != '\''; ++I)
        Word += Command[I];
    } else if (C == '"') {
      for (++I; I < E && Command[I] != '"'; ++I) {
        // Between double quotes a backslash is special before these only.
        if (Command[I] == '\\' && I + 1 < E && StringRef("$`\"\\\n").contains(Command[I + 1])) {
          if (Command[++I] == '\n')
            continue;
        }
        Word += Command[I];
      }
    } else if (C == '\\' && I + 1 < E) {
      if (Command[++I] != '\n')
        Word += Command[I];
    } else {
      Word += C;
    }
  }
  if (InWord)
    Words.push_back(std::move(Word));
  return Words;
}

static Error fail(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message);
}

/// "compile database PATH, entry 12: REASON"
static Error badEntry(StringRef Path, size_t Index, const Twine &Reason) {
  return fail("compile database " + Path + ", entry " + Twine(Index + 1) + ": " + Reason);
}

static Expected<CompileCommand> readEntry(const json::Value &V, StringRef Path, size_t Index) {
  const json::Object *Entry = V.getAsObject();
  if (!Entry)
    return badEntry(Path, Index, "is not an object");
  CompileCommand C;
  auto Directory = Entry->getString("directory");
  if (!Directory || Directory->empty())
    return badEntry(Path, Index, "has no \"directory\"");
  SmallString<256> Absolute(*Directory);
  if (sys::path::is_relative(Absolute)) {
    Absolute = sys::path::parent_path(Path);
    sys::path::append(Absolute, *Directory);
    if (std::error_code EC = sys::fs::make_absolute(Absolute))
      return badEntry(Path, Index, "\"directory\" is relative: " + EC.message());
  }
  C.Directory = std::string(Absolute);
  auto File = Entry->getString("file");
  if (!File || File->empty())
    return badEntry(Path, Index, "has no \"file\"");
  C.File = File->str();
  if (auto Output = Entry->getString("output"))
    C.Output = Output->str();

  if (const json::Array *Arguments = Entry->getArray("arguments")) {
    for (const json::Value &A : *Arguments) {
      auto S = A.getAsString();
      if (!S)
        return badEntry(Path, Index, "\"arguments\" holds something that is not a string");
      C.Args.push_back(S->str());
    }
  } else if (auto Command = Entry->getString("command")) {
    C.Args = splitShellCommand(*Command);
  } else {
    return badEntry(Path, Index, "has neither \"arguments\" nor \"command\"");
  }
  if (C.Args.empty())
    return badEntry(Path, Index, "has an empty command");
  return C;
}

Expected<std::vector<CompileCommand>> loadCompileDatabase(StringRef Path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return fail("cannot read compile database " + Path + ": " + Buffer.getError().message() +
                "; record one with `gfpcheck capture`");
  Expected<json::Value> Root = json::parse((*Buffer)->getBuffer());
  if (!Root)
    return fail("compile database " + Path + " is not valid JSON: " + toString(Root.takeError()) +
                "; record it again");
  const json::Array *Entries = Root->getAsArray();
  if (!Entries)
    return fail("compile database " + Path +
                " is not a JSON array of compile commands; is it really a compile_commands.json?");

  std::vector<CompileCommand> Commands;
  StringSet<> Seen;
  for (size_t I = 0; I < Entries->size(); ++I) {
    Expected<CompileCommand> C = readEntry((*Entries)[I], Path, I);
    if (!C)
      return C.takeError();
    if (sys::path::extension(C->File).equals_insensitive(".s"))
      continue;
    std::string Key = C->Directory + '\0' + C->File + '\0' + join(C->Args, StringRef("\0", 1));
    if (Seen.insert(Key).second)
      Commands.push_back(std::move(*C));
  }
  return Commands;
}

std::string formatCompileDatabase(std::vector<CompileCommand> Commands) {
  llvm::sort(Commands, [](const CompileCommand &A, const CompileCommand &B) {
    return std::tie(A.File, A.Output, A.Directory, A.Args) <
           std::tie(B.File, B.Output, B.Directory, B.Args);
  });
  std::string Text;
  raw_string_ostream OS(Text);
  json::OStream J(OS, /*IndentSize=*/1);
  auto Utf8 = [](StringRef S) { return json::isUTF8(S) ? S.str() : json::fixUTF8(S); };
  J.array([&] {
    for (const CompileCommand &C : Commands)
      J.object([&] {
        J.attribute("directory", Utf8(C.Directory));
        J.attribute("file", Utf8(C.File));
        if (!C.Output.empty())
          J.attribute("output", Utf8(C.Output));
        J.attributeArray("arguments", [&] {
          for (const std::string &A : C.Args)
            J.value(Utf8(A));
        });
      });
  });
  OS << '\n';
  return Text;
}

} // namespace gfpcheck
