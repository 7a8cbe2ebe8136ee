//===- Probe.cpp - A unit that reads the tree's constants -------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/driver/Probe.h"
#include "gfpcheck/link/Program.h"
#include "llvm/ADT/STLExtras.h"

namespace gfpcheck {

// A macro is found by #ifdef. For the constants of an enum C has no such test, but
// Clang has one from Microsoft's compiler, which takes macros for undeclared.
std::string probeText(const Model &M) {
  if (M.ProbeConstants.empty())
    return "";
  std::string Text = "/* Made by gfpcheck: the constants that its model asks for. */\n";
  for (const std::string &Header : M.ProbeHeaders)
    Text += "#if __has_include(<" + Header + ">)\n#include <" + Header + ">\n#endif\n";
  Text += ("#define GFPCHECK_READ(NAME) \\\n"
           "\tunsigned long long " +
           ConstantPrefix + "##NAME(void) { return (unsigned long long)(NAME); }\n")
              .str();
  for (const std::string &Name : M.ProbeConstants)
    Text += "#ifdef " + Name + "\nGFPCHECK_READ(" + Name + ")\n#else\n__if_exists(" + Name +
            ") { GFPCHECK_READ(" + Name + ") }\n#endif\n";
  return Text;
}

unsigned probeRank(llvm::StringRef File) {
  auto IsUnder = [&](std::initializer_list<llvm::StringRef> Directories) {
    return llvm::any_of(Directories, [&](llvm::StringRef D) { return File.starts_with(D); });
  };
  if (!File.ends_with(".c"))
    return 4;
  // Some files there are compiled to run elsewhere: when booting, in user space.
  if (IsUnder({"arch/", "scripts/", "tools/", "usr/"}))
    return 3;
  if (!IsUnder({"kernel/", "mm/"}))
    return 2;
  return File.count('/') > 1;
}

CompileCommand probeCommand(CompileCommand Lender, std::string File) {
  Lender.File = std::move(File); // extraction goes by this, not by the arguments
  Lender.Output.clear();
  if (!Lender.Args.empty())
    Lender.Args.insert(Lender.Args.begin() + 1, "-fms-extensions"); // for __if_exists
  return Lender;
}

} // namespace gfpcheck
