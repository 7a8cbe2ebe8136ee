//===- CaptureProtocol.h - Between capture and gfpcheck-cc ----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The names that `gfpcheck capture` and its recording compiler agree on. Plain
// C++: gfpcheck-cc is built without LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CAPTURE_CAPTUREPROTOCOL_H
#define GFPCHECK_CAPTURE_CAPTUREPROTOCOL_H

namespace gfpcheck::protocol {

/// Environment: the real compiler, words separated by spaces.
inline constexpr const char *CompilerVariable = "GFPCHECK_CC";
/// Environment: directory that holds the log and the stub objects.
inline constexpr const char *StateVariable = "GFPCHECK_CC_STATE";
/// Given by Kbuild to the objects it links into vmlinux or a module as they are.
inline constexpr const char *MarkerOption = "-DGFPCHECK_LINKED_AS_IS";
/// In the state directory: one JSON object a line, in the order they were compiled.
///   stubbed    true: a command of the kernel proper; false: passed on
///   directory, file, output, arguments   as in compile_commands.json
inline constexpr const char *LogName = "commands.log";
} // namespace gfpcheck::protocol

#endif // GFPCHECK_CAPTURE_CAPTUREPROTOCOL_H
