//===- Pager.cpp - Long answers on a terminal -------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pager.h"
#include "gfpcheck/driver/Session.h"
#include "llvm/Support/Process.h"
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace gfpcheck {

constexpr unsigned PlainWidth = 100, NarrowestWidth = 40, WidestWidth = 120;

llvm::Error
writePaged(llvm::function_ref<void(llvm::raw_ostream &OS, bool Styled, unsigned Width)> Write) {
  const bool Terminal = llvm::sys::Process::StandardOutIsDisplayed();
  const bool Styled = llvm::sys::Process::StandardOutHasColors() && !std::getenv("NO_COLOR");
  const unsigned Columns = Terminal ? llvm::sys::Process::StandardOutColumns() : PlainWidth;
  const unsigned Width =
      Columns ? std::clamp(Columns, NarrowestWidth, WidestWidth) : PlainWidth; // 0: not known
  const char *Pager = std::getenv("PAGER");
  if (!Pager)
    Pager = "less";
  if (Terminal && *Pager && llvm::StringRef(Pager) != "cat") {
    // As git has it: end where all fits, pass colours on, leave the text on the screen.
    setenv("LESS", "FRX", /*replace=*/0);
    std::signal(SIGPIPE, SIG_IGN); // whoever has read enough ends the pager
    if (FILE *Pipe = popen(Pager, "w")) {
      {
        llvm::raw_fd_ostream OS(fileno(Pipe), /*shouldClose=*/false);
        Write(OS, Styled, Width);
        OS.flush();
        OS.clear_error();
      }
      constexpr int NotFound = 127;
      const int Status = pclose(Pipe);
      if (Status == -1 || WEXITSTATUS(Status) != NotFound)
        return llvm::Error::success();
    }
  }
  Write(llvm::outs(), Styled, Width);
  llvm::outs().flush();
  if (llvm::outs().has_error()) {
    std::error_code EC = llvm::outs().error();
    llvm::outs().clear_error();
    return error("cannot write to stdout ({0})", EC.message());
  }
  return llvm::Error::success();
}

} // namespace gfpcheck
