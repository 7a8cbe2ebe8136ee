//===- CommandAdjuster.h - Compile command to compiler invocation ---*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_COMMANDADJUSTER_H
#define GFPCHECK_EXTRACT_COMMANDADJUSTER_H

#include "gfpcheck/capture/CompileDatabase.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "llvm/ADT/StringSet.h"
#include <mutex>

namespace gfpcheck::extract {

/// Turns recorded commands, of clang or of gcc, into invocations that parse and do
/// nothing else: no outputs, no dependency files, no plugins or other code loaded, no
/// response files. Options that Clang does not know are found by asking its own option
/// table and driver, and remembered for the next command. Thread-safe.
class CommandAdjuster {
public:
  /// Where Clang's own headers are.
  static llvm::StringRef resourceDirectory();

  /// Null if nothing can be parsed, with the reason in Error. Dropped gets the
  /// options of Command that Clang does not know.
  std::unique_ptr<clang::CompilerInvocation>
  createInvocation(const CompileCommand &Command,
                   llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> VFS,
                   std::vector<std::string> &Dropped, std::string &Error);

private:
  bool isRefused(llvm::StringRef Option);
  void refuse(llvm::StringRef Option);

  std::mutex Mutex;
  llvm::StringSet<> Refused; ///< options that the driver rejected before
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_COMMANDADJUSTER_H
