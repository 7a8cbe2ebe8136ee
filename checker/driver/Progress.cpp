//===- Progress.cpp - The progress line on a terminal -----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Progress.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

namespace gfpcheck {

Progress::Progress(size_t Total)
    : Shown(Total != 0 && llvm::sys::Process::StandardErrIsDisplayed()), Total(Total),
      Begin(Clock::now()), LastDrawn(Begin) {
  if (Shown)
    draw(Begin);
}

Progress::~Progress() {
  if (Shown)
    llvm::errs() << "\r\033[K";
}

void Progress::advance(bool HasFailed) {
  if (!Shown)
    return;
  std::lock_guard<std::mutex> Lock(Mutex);
  ++Done;
  Failed += HasFailed;
  Clock::time_point Now = Clock::now();
  if (Now - LastDrawn >= std::chrono::milliseconds(100))
    draw(Now);
}

void Progress::draw(Clock::time_point Now) {
  constexpr size_t Width = 30;
  size_t Filled = Width * Done / Total;
  llvm::SmallString<160> Line;
  llvm::raw_svector_ostream OS(Line);
  OS << "\r[" << std::string(Filled, '#') << std::string(Width - Filled, '.') << "] " << Done << '/'
     << Total << " units";
  if (Failed)
    OS << ", " << Failed << " failed";
  if (Done) {
    double Elapsed = std::chrono::duration<double>(Now - Begin).count();
    auto Left = static_cast<unsigned>(Elapsed / Done * (Total - Done) + 0.5);
    OS << ", " << Left / 60 << ':' << (Left % 60 < 10 ? "0" : "") << Left % 60 << " left";
  }
  OS << "\033[K";
  llvm::errs() << Line; // one write, so that lines of other threads do not cut it
  LastDrawn = Now;
}

} // namespace gfpcheck
