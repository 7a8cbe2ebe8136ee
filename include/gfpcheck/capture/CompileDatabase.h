//===- CompileDatabase.h - Compile commands -------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CAPTURE_COMPILEDATABASE_H
#define GFPCHECK_CAPTURE_COMPILEDATABASE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace gfpcheck {

/// One entry of a compile_commands.json, its shell quoting undone.
struct CompileCommand {
  std::string Directory;         ///< absolute working directory of the command
  std::string File;              ///< source file as named by the entry
  std::string Output;            ///< object file, "" if not given
  std::vector<std::string> Args; ///< Args[0] is the compiler
};

/// Reads a compile_commands.json written by gfpcheck, by the kernel's
/// gen_compile_commands.py, by CMake or by bear ("arguments" or "command").
/// Entries keep their order; an entry that appears twice (same file, same
/// arguments) is kept once, and assembler sources (.S), which
/// gen_compile_commands.py lists too, are left out. Errors: unreadable file, not JSON, not an
/// array, an entry without directory/file/command; the message names the file and says what to do.
llvm::Expected<std::vector<CompileCommand>> loadCompileDatabase(llvm::StringRef Path);

/// The text of a compile_commands.json ("arguments" form) for \p Commands, sorted by
/// file and output, so that equal sets of commands give equal text.
std::string formatCompileDatabase(std::vector<CompileCommand> Commands);

/// Splits \p Command into words as a POSIX shell does: blanks, backslashes, single
/// and double quotes. No expansion; an unterminated quote ends with the text.
std::vector<std::string> splitShellCommand(llvm::StringRef Command);

} // namespace gfpcheck

#endif // GFPCHECK_CAPTURE_COMPILEDATABASE_H
