//===- AnalysedBuild.h - What the editor knows of one build ---------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_PLUGIN_ANALYSEDBUILD_H
#define GFPCHECK_PLUGIN_ANALYSEDBUILD_H

#include "gfpcheck/driver/Session.h"
#include "llvm/ADT/StringMap.h"
#include <chrono>
#include <memory>

namespace gfpcheck::plugin {

/// What the last `gfpcheck analyze` of a build left, without its program: quick to open. The
/// database is closed again at once. Does not change; thread-safe.
class AnalysedBuild {
public:
  /// Error: one sentence that says what to do: the database cannot be used, or has no analysis by
  /// this version of gfpcheck.
  static llvm::Expected<std::unique_ptr<AnalysedBuild>> open(const SessionOptions &Options);

  struct Unit {
    CompileCommand Command;
    std::string Name;              ///< main file relative to the source root
    uint64_t Digest = 0;           ///< of its text; 0: the unit is not as it was analysed
    std::vector<Finding> Findings; ///< located in the main file
  };
  /// The unit of the main file \p Path (absolute); null: there is none.
  const Unit *find(llvm::StringRef Path) const;

  const std::string &sourceRoot() const { return SourceRoot; }

  /// "3 units have changed since the last analysis (…): …"; "" if none has.
  std::string staleness() const;

  /// Waits while another process has the database, which is for seconds if that is an editor's, but
  /// no longer than until \p Deadline.
  static void awaitDatabase(const SessionOptions &Options,
                            std::chrono::steady_clock::time_point Deadline);

  /// What is on disk for \p Options: changes when an analysis ends.
  static uint64_t stamp(const SessionOptions &Options);

private:
  SessionOptions Options;
  std::string SourceRoot;
  llvm::StringMap<Unit> Units; ///< by absolute path
  std::vector<std::string> Stale;
};

} // namespace gfpcheck::plugin

#endif // GFPCHECK_PLUGIN_ANALYSEDBUILD_H
