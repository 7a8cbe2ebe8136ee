//===- NewUnits.cpp - Compile commands of files that a patch adds -----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kbuild's rules (Documentation/kbuild/makefiles.rst): obj-y and obj-m list objects, a composite
// one has its parts in NAME-y or NAME-objs, and each unit is told its own name and its module's by
// KBUILD_BASENAME and KBUILD_MODNAME, dashes made underscores.
//
//===----------------------------------------------------------------------===//

#include "NewUnits.h"
#include "gfpcheck/driver/BuildDirectory.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace llvm;

namespace gfpcheck {

namespace {

/// "NAME-$(CONFIG_X) += a.o b.o"
struct Assignment {
  StringRef Target;      ///< "obj", "lib" or a composite object
  std::string Condition; ///< "y", "m" or ""
  SmallVector<StringRef> Words;
};

std::optional<Assignment> parseLine(StringRef Line, function_ref<std::string(StringRef)> Config) {
  auto [Left, Right] = Line.split('=');
  Left = Left.rtrim("+:? \t").ltrim();
  auto [Target, Kind] = Left.rsplit('-');
  if (Right.empty() || Kind.empty() || Left.contains(' '))
    return std::nullopt;
  Assignment A;
  A.Target = Target;
  if (Kind.consume_front("$(") && Kind.consume_back(")"))
    A.Condition = Config(Kind);
  else if (Kind == "y" || Kind == "m")
    A.Condition = Kind.str();
  else if (Kind == "objs")
    A.Condition = "y";
  SplitString(Right, A.Words, " \t");
  return A;
}

std::string identifier(StringRef Name) {
  std::string Out = Name.str();
  llvm::replace(Out, '-', '_');
  return Out;
}

StringRef directoryOf(StringRef File) { return sys::path::parent_path(File); }

/// "-DNAME=VALUE" → VALUE, quotes of all kinds included.
std::optional<StringRef> valueOf(StringRef Argument, StringRef Name) {
  if (Argument.consume_front("-D") && Argument.consume_front(Name) && Argument.consume_front("="))
    return Argument;
  return std::nullopt;
}

} // namespace

KbuildObject findObject(StringRef Makefile, StringRef Name,
                        function_ref<std::string(StringRef)> Config) {
  std::string Text = Makefile.str();
  for (size_t At; (At = Text.find("\\\n")) != std::string::npos;)
    Text.replace(At, 2, " ");
  std::vector<Assignment> Lines;
  for (StringRef Line : split(Text, '\n'))
    if (std::optional<Assignment> A = parseLine(Line.split('#').first, Config))
      Lines.push_back(std::move(*A));
  // A part of a composite object is not one itself; composite objects may nest.
  std::string Object = Name.str();
  for (unsigned Depth = 0; Depth != 4; ++Depth) {
    const Assignment *In = nullptr;
    for (const Assignment &A : Lines)
      if (!A.Condition.empty() && is_contained(A.Words, Object + ".o"))
        In = &A;
    if (!In)
      return {};
    if (In->Target == "obj" || In->Target == "lib")
      return {Object, In->Condition == "y"};
    Object = In->Target.str();
  }
  return {};
}

std::optional<CompileCommand> commandOfNewFile(StringRef File, const KbuildObject &Object,
                                               ArrayRef<CompileCommand> Commands) {
  const std::string Module = identifier(Object.Module), Base = identifier(sys::path::stem(File));
  // The best one to borrow from is of the same module, the next best of the same kind.
  const CompileCommand *Lender = nullptr;
  unsigned Best = 0;
  for (const CompileCommand &C : Commands) {
    if (directoryOf(absoluteFile(C)) != directoryOf(File))
      continue;
    unsigned Score = 1 + (is_contained(C.Args, "-DMODULE") == !Object.BuiltIn);
    for (StringRef Argument : C.Args)
      if (auto Value = valueOf(Argument, "KBUILD_MODNAME"))
        Score += Value->trim("\"'\\") == Module ? 4 : 0;
    if (Score > Best) {
      Best = Score;
      Lender = &C;
    }
  }
  if (!Lender)
    return std::nullopt;

  const std::string Stem = sys::path::stem(Lender->File).str();
  CompileCommand Out = *Lender;
  auto Rename = [&](std::string &Path, StringRef Extension) {
    if (sys::path::filename(Path) == Stem + Extension.str())
      Path.replace(Path.size() - Stem.size() - Extension.size(), Stem.size(),
                   sys::path::stem(File).str());
  };
  Rename(Out.File, ".c");
  Rename(Out.Output, ".o");
  auto Define = [](std::string &Argument, StringRef Name, const std::string &New) {
    std::optional<StringRef> Old = valueOf(Argument, Name);
    if (!Old)
      return;
    const StringRef Bare = Old->trim("\"'\\");
    const size_t At = Bare.data() - Argument.data();
    Argument.replace(At, Bare.size(), New);
  };
  for (std::string &Argument : Out.Args) {
    Rename(Argument, ".c");
    Rename(Argument, ".o");
    Define(Argument, "KBUILD_BASENAME", Base);
    Define(Argument, "KBUILD_MODNAME", Module);
    Define(Argument, "__KBUILD_MODNAME", "kmod_" + Module);
  }
  if (is_contained(Out.Args, "-DMODULE") != !Object.BuiltIn) {
    if (Object.BuiltIn)
      llvm::erase(Out.Args, "-DMODULE");
    else
      Out.Args.insert(Out.Args.begin() + 1, "-DMODULE");
  }
  return Out;
}

} // namespace gfpcheck
