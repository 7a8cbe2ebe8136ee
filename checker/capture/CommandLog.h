//===- CommandLog.h - What the recording compiler wrote down --------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CAPTURE_COMMANDLOG_H
#define GFPCHECK_CAPTURE_COMMANDLOG_H

#include "gfpcheck/capture/CompileDatabase.h"
#include "gfpcheck/capture/Mirror.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>

namespace gfpcheck {

/// One line of the log: see CaptureProtocol.h.
struct LogEntry {
  CompileCommand Command;
  bool Stubbed = false; ///< false: compiled for real
};

/// The log at \p Path by absolute path of the object, the last command of each. No log
/// is an empty one.
std::map<std::string, LogEntry> readCommandLog(llvm::StringRef Path);

/// Ends a last line that was cut short (the disk was full, the machine went down), so
/// that it does not spoil the one that is appended next.
llvm::Error endLastLogLine(llvm::StringRef Path);

/// Whether the source file of \p C is there.
bool sourceExists(const CompileCommand &C);

/// \p C as the original tree would see it: paths into one of \p Mirrors become paths
/// into what it mirrors, except those that are written to. \p Module is the original
/// of the mirror that is an external module ("" if none is), \p ObjectTree the O=
/// directory.
CompileCommand toOriginalPaths(CompileCommand C, llvm::ArrayRef<Mirror> Mirrors,
                               llvm::StringRef Module, llvm::StringRef ObjectTree);

} // namespace gfpcheck

#endif // GFPCHECK_CAPTURE_COMMANDLOG_H
