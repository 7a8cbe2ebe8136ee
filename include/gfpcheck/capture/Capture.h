//===- Capture.h - Recording a kernel's compile commands ------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CAPTURE_CAPTURE_H
#define GFPCHECK_CAPTURE_CAPTURE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace gfpcheck {

struct CaptureOptions {
  std::string Linux;                 ///< top of the kernel tree; never written to
  std::string Build;                 ///< build directory; made if it is not there
  std::vector<std::string> MakeArgs; ///< what the user gave after `--`
  unsigned Jobs = 0;                 ///< parallel jobs of make; 0: one per hardware thread
  std::string RecordingCompiler;     ///< path of gfpcheck-cc
  /// Told what is being done (one sentence), from the calling thread.
  std::function<void(llvm::StringRef)> Say = [](llvm::StringRef) {};
  /// Told now and then how many commands are recorded; empty: not called.
  std::function<void(size_t)> Progress;
};

/// What was captured, against what Kbuild would compile.
struct CaptureResult {
  std::string Database;         ///< path of the compile_commands.json written
  bool ForeignDatabase = false; ///< BUILD/compile_commands.json is somebody else's: left alone
  size_t Captured = 0;          ///< commands in the database
  size_t Expected = 0;          ///< C objects Kbuild links into vmlinux and the modules
  size_t PassedOn = 0;          ///< C files compiled for real: their objects are processed further
  std::vector<std::string> Failed; ///< targets that could not be made, relative to the build tree
  std::string Reason;              ///< first error behind Failed; "" if complete
  bool complete() const { return Failed.empty() && Captured == Expected; }
};

/// Records the compile commands of a kernel tree, one directory of it or an external
/// module, by running its own make. Writes BUILD/compile_commands.json (atomically, in
/// an order that depends on nothing but the commands) and BUILD/.gfpcheck:
///
///   obj/           the O= directory: .config, generated headers, stub objects
///   capture.json   what was captured; field "source" is the kernel tree
///   commands.log   every command recorded since obj/ was made
///   make.log       output of the last make
///   src/, module/  mirrors of symbolic links, see Mirror.h
///
/// A build that BUILD holds already is not touched: only its .config is copied. The
/// configuration is, in this order: config goals among MakeArgs; BUILD/.config; the
/// .config of the kernel tree; defconfig. When it, a make variable, the kernel tree or
/// the compiler is another one than last time, obj/ is made anew; else commands that
/// make has no reason to run again are kept from the earlier run.
///
/// Errors, for a user to read: not a kernel tree, make or the compiler missing, BUILD
/// not writable or in use by another capture, make's configure or prepare step failed.
/// An incomplete capture is not an error: see CaptureResult.
llvm::Expected<CaptureResult> capture(const CaptureOptions &Options);

} // namespace gfpcheck

#endif // GFPCHECK_CAPTURE_CAPTURE_H
