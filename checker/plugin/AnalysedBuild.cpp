//===- AnalysedBuild.cpp - What the editor knows of one build ---------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AnalysedBuild.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/xxhash.h"
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

using namespace llvm;

namespace gfpcheck::plugin {

uint64_t AnalysedBuild::stamp(const SessionOptions &Options) {
  std::string Text;
  for (StringRef Suffix : {"", ".state"}) {
    sys::fs::file_status Status;
    if (!sys::fs::status(Options.Database + Suffix, Status))
      Text += formatv("{0} {1} {2};", Status.getUniqueID().getFile(), Status.getSize(),
                      Status.getLastModificationTime().time_since_epoch().count());
  }
  return xxh3_64bits(Text);
}

void AnalysedBuild::awaitDatabase(const SessionOptions &Options,
                                  std::chrono::steady_clock::time_point Deadline) {
  // Store's lock. Only whether it is free: it is taken when the store is opened.
  const int Fd = ::open((Options.Database + ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (Fd < 0)
    return;
  while (flock(Fd, LOCK_SH | LOCK_NB) != 0 && std::chrono::steady_clock::now() < Deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  close(Fd);
}

Expected<std::unique_ptr<AnalysedBuild>> AnalysedBuild::open(const SessionOptions &Options) {
  auto Out = std::make_unique<AnalysedBuild>();
  Out->Options = Options;
  Expected<Session> S = openSession(Options);
  if (!S)
    return S.takeError();
  ExtractionDriver Driver(S->Commands, *S->Db, S->Driver);
  if (Error E = Driver.findStale())
    return std::move(E);
  Expected<std::optional<Analysis>> Stored = storedAnalysis(*S, Driver.storedDigest(), {});
  if (!Stored)
    return Stored.takeError();
  if (!*Stored)
    return error("{0} has no finished analysis of all units by this version of gfpcheck: run "
                 "'gfpcheck analyze -p {1}'",
                 Options.Database, Options.Build);
  Out->SourceRoot = S->Driver.SourceRoot;
  Out->Stale = Driver.staleFiles();
  StringMap<Unit *> ByName;
  for (CompileCommand &Command : S->Commands) {
    const std::string Path = absoluteFile(Command);
    auto [It, New] = Out->Units.try_emplace(Path);
    if (!New)
      continue; // compiled twice: the first one is shown
    Unit &U = It->second;
    U.Name = relativeTo(Out->SourceRoot, Path);
    U.Digest = S->Db->files().digest(Path);
    U.Command = std::move(Command);
    ByName[U.Name] = &U;
  }
  for (const std::string &Name : Out->Stale)
    if (Unit *U = ByName.lookup(Name))
      U->Digest = 0;
  for (Finding &F : (*Stored)->Findings)
    if (Unit *U = ByName.lookup(F.File))
      U->Findings.push_back(std::move(F));
  return Out;
}

const AnalysedBuild::Unit *AnalysedBuild::find(StringRef Path) const {
  auto It = Units.find(Path);
  if (It == Units.end()) {
    SmallString<256> Real;
    if (sys::fs::real_path(Path, Real))
      return nullptr;
    It = Units.find(Real);
  }
  return It == Units.end() ? nullptr : &It->second;
}

std::string AnalysedBuild::staleness() const {
  if (Stale.empty())
    return "";
  return formatv("{0} of {1} units have changed since the last analysis ({2}{3}): what they do is "
                 "taken from then, run 'gfpcheck analyze -p {4}'",
                 Stale.size(), Units.size(), Stale.front(), Stale.size() > 1 ? ", …" : "",
                 Options.Build);
}

} // namespace gfpcheck::plugin
