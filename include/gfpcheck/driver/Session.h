//===- Session.h - The pipeline over one build ----------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What commands and the editor have in common: what it takes to analyse a build, and the
// passes from the compile commands to the findings, whose results are kept in the store.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_DRIVER_SESSION_H
#define GFPCHECK_DRIVER_SESSION_H

#include "gfpcheck/checks/Check.h"
#include "gfpcheck/driver/BuildDirectory.h"
#include "gfpcheck/driver/CacheFile.h"
#include "gfpcheck/driver/ExtractionDriver.h"
#include "gfpcheck/driver/RunTimes.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"
#include <optional>
#include <string>
#include <vector>

namespace gfpcheck {

/// What the user says of a build; "" or 0: nothing.
struct SessionOptions {
  std::string Build; ///< findBuildDirectory()
  unsigned Jobs = 0; ///< threads; 0: all of the machine's
  std::vector<std::string> Only;
  std::string Database;            ///< default: BUILD/.gfpcheck/gfpcheck.db
  std::vector<std::string> Models; ///< added to the built-in one
  std::string SourceRoot;
  bool SkipInlines = true;
};

/// What checking gave; a function of program, model, checks and version.
struct Analysis {
  std::vector<Finding> Findings;      ///< of every confidence
  std::vector<LockInfo> Locks;        ///< describeLocks()
  std::vector<std::string> Warnings;  ///< always printed
  std::vector<std::string> StatLines; ///< for --stats
  /// The files that findings point into, as findings name them, and InputFiles::contentDigest() of
  /// each as it was analysed.
  llvm::StringMap<uint64_t> Sources;
  std::string SourceRoot; ///< absolute; where the tree is now, which is not stored
  std::unique_ptr<llvm::MemoryBuffer> Index; ///< ProgramIndex, if it was asked for
};

/// What an analysis is asked for besides findings.
enum class Need : uint8_t {
  Nothing,
  State, ///< Session::State shall be there afterwards
  Index, ///< Analysis::Index
};

/// What analysing a build takes.
struct Session {
  Model TheModel;
  BuildDirectory Directory;
  std::vector<CompileCommand> Commands;
  DriverOptions Driver;
  std::unique_ptr<Store> Db;
  CacheFile State;   ///< what the last whole analysis left for resolve()
  CacheFile Index;   ///< and for questions: ProgramIndex
  bool Anew = false; ///< patches: not from that state, to compare

  /// Of what is found out about the program with that digest.
  CacheKey key(uint64_t Program) const { return {analysisVersion(), Program, TheModel.digest()}; }
};

/// Opens what \p Options name.
llvm::Expected<Session> openSession(const SessionOptions &Options);

/// What the store has of an analysis of the program with that digest; nothing if there was none.
llvm::Expected<std::optional<Analysis>> storedAnalysis(Session &S, uint64_t Program,
                                                       const CheckOptions &Options);

/// The analysis of the driver's units after findStale(): the stored one if there is one, else made
/// now and stored. With an overlay it is made from the state of the last whole analysis if that is
/// of what the store has, and needs nothing else. Nothing when interrupted.
llvm::Expected<std::optional<Analysis>> analyse(ExtractionDriver &Driver, Session &S,
                                                const CheckOptions &Options, PhaseTimes &Times,
                                                Need Also = Need::Nothing);

/// Hands out the analyses that are stored and that this version made, the latest first, until
/// \p Next returns false. Whether they are of the tree as it is now is not asked.
llvm::Error storedAnalyses(Session &S, llvm::function_ref<bool(const Analysis &)> Next);

template <class... Args> llvm::Error error(const char *Text, Args &&...Values) {
  return llvm::createStringError(llvm::formatv(Text, std::forward<Args>(Values)...).str());
}

} // namespace gfpcheck

#endif // GFPCHECK_DRIVER_SESSION_H
