//===- ExtractionDriver.h - Summaries of all units, new or stored ---*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Between the compile commands and the linker: decides which TUs must be parsed,
// parses those on a pool of threads, commits each as it is done, and hands out the
// summaries of all. See ExtractionDriver.cpp for why the result does not depend on
// what was stored before, nor on the threads.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_DRIVER_EXTRACTIONDRIVER_H
#define GFPCHECK_DRIVER_EXTRACTIONDRIVER_H

#include "gfpcheck/capture/CompileDatabase.h"
#include "gfpcheck/extract/Extract.h"
#include "gfpcheck/link/Program.h"
#include "gfpcheck/report/Report.h"
#include "gfpcheck/report/SourceText.h"
#include "gfpcheck/store/Store.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/GlobPattern.h"
#include <atomic>
#include <set>
#include <vector>

namespace gfpcheck {

/// Files as they are with a patch applied (or taken back), in memory.
struct SourceOverlay {
  /// By absolute path without "." and "..": the content; nothing: the file is not there.
  llvm::StringMap<std::optional<std::string>> Files;
  std::vector<std::string> Readable; ///< ExtractOptions::Readable
};

struct DriverOptions {
  std::string SourceRoot; ///< absolute
  unsigned Threads = 1;
  bool SkipInlines = true;
  std::string ProbeText;               ///< of a unit to add, from probeText(); "": none
  std::vector<llvm::GlobPattern> Only; ///< units to analyse, by main file; empty: all
  std::shared_ptr<const std::vector<std::string>> OnlyTexts; ///< which Only refers to
  const std::atomic<bool> *Interrupted = nullptr;            ///< when set, no more TUs are begun
  bool AsStored = false; ///< units are as the store has them, whatever the files are now
  /// Set: files are as they are there, the store is only read, and what is parsed stays in memory.
  const SourceOverlay *Overlay = nullptr;
};

/// Calls \p Body(0) … \p Body(Count - 1) on \p Threads threads whose stacks are large
/// enough for Clang, and waits for all.
void parallelFor(unsigned Threads, size_t Count, llvm::function_ref<void(size_t)> Body);

/// Makes of what extraction gave for the unit \p File what may be stored and linked: an unsound
/// summary becomes that of a unit that failed.
void makeSound(TuResult &Result, llvm::StringRef File);

/// One run over one set of compile commands. Not thread-safe.
class ExtractionDriver {
public:
  ExtractionDriver(std::vector<CompileCommand> Commands, Store &Db, DriverOptions Opts);

  /// Whether what is parsed stays in memory.
  bool hasOverlay() const { return Opts.Overlay; }

  /// Number of units selected; 0 when --only matches none.
  size_t selected() const { return SelectedCount; }

  /// First: compares the store with the commands and with the file system.
  llvm::Error findStale();

  /// Parses and commits every selected unit that is stale, and removes from the store
  /// what no command asks for any more.
  llvm::Error extract();

  /// The summaries of all selected units and the header inlines they use, sorted. What
  /// turns out to be damaged or missing in the store is parsed again. Call once.
  llvm::Expected<LinkInput> load();

  /// Digest of everything that load() gives or will give.
  uint64_t programDigest() const;

  /// Of everything that it would give, were the files still as they were when the store got what
  /// it has.
  uint64_t storedDigest() const;

  /// What a file that findings name contains, as it is analysed; null: it cannot be read.
  std::unique_ptr<llvm::MemoryBuffer> readSource(llvm::StringRef File) const;

  /// How many of the selected units findStale() found to be parsed.
  size_t stale() const { return staleUnits().size(); }

  /// Their main files, relative to the source root.
  std::vector<std::string> staleFiles() const;

  /// With an overlay, after load(): what the store has of the units that were parsed, and of header
  /// inlines that are no longer as it has them.
  LinkInput takeReplaced() { return std::move(Replaced); }

  /// Of the units of the commands; the one that reads constants is not counted.
  UnitCounts counts() const;

  /// Why the tree's constants could not be read: the compiler's first error; "" if they
  /// were.
  std::string probeFailure() const;

  /// Options that Clang does not know, of all selected units; sorted.
  std::vector<std::string> droppedOptions() const;

  /// Header inlines that some unit uses and no unit could be made to define.
  size_t missingInlines() const { return MissingInlines; }

  /// Without skipping: header inlines ("file:line name()") of which units with the
  /// same tokens made different summaries. There should be none.
  const std::set<std::string> &differingInlines() const { return Differing; }

private:
  /// How far one unit is.
  enum class State : uint8_t {
    Stale,  ///< must be parsed
    Stored, ///< its record and blobs in the store are good for this run
    Loaded, ///< … and in memory
  };

  struct Unit {
    CompileCommand Command;
    std::string File; ///< relative to the source root
    TuRecord Record;
    State At = State::Stale;
    bool Selected = true;
    bool Parsed = false;  ///< in this run
    bool IsProbe = false; ///< not from a command: reads the tree's constants
    TuSummary Summary;    ///< when Loaded and Selected
    std::vector<InlineUnit> Inlines;
    uint64_t StoredInput = 0, StoredContent = 0; ///< of the record as the store has it
    std::optional<TuSummary> Old;                ///< with an overlay: what the store has instead
    std::vector<InlineUnit> OldInlines;
  };

  bool interrupted() const { return Opts.Interrupted && *Opts.Interrupted; }
  llvm::Error loadStored();
  struct Summaries {
    TuSummary Summary;
    std::vector<InlineUnit> Inlines;
  };
  llvm::Expected<std::optional<Summaries>> readSummaries(const Unit &U, bool InlinesOnly);
  llvm::Error loadOne(Unit &U);
  llvm::Error loadReplaced();
  bool isReplaced(const InlineUnit &I) const;
  void addProbe();
  ExtractOptions extractOptions(bool SkipInlines) const;
  void addOverlay(Extractor &TheExtractor) const;
  llvm::Error extractOne(Extractor &E, Unit &U);
  llvm::Error extractProbe(Unit &U);
  llvm::Error commit(Unit &U, TuResult Result);
  llvm::Error keep(Unit &U, const TuResult &Result);
  bool isFirst(const InlineUnit &I);
  std::vector<size_t> staleUnits() const;
  llvm::Error parallel(llvm::ArrayRef<size_t> Which, llvm::function_ref<llvm::Error(Unit &)> Body);
  LinkInput takeInput(std::vector<InlineUnit *> Inlines);

  Store &Db;
  DriverOptions Opts;
  std::vector<Unit> Units; ///< sorted by main file, output, key; the probe last
  size_t SelectedCount = 0;
  size_t MissingInlines = 0;
  InputFiles::Replaced FilesReplaced;      ///< by the overlay
  llvm::StringMap<uint64_t> HeaderDigests; ///< InlineUnit::FileDigest of the overlay's headers
  LinkInput Replaced;

  std::mutex InlineMutex; ///< guards the rest; only used without skipping
  llvm::DenseMap<uint64_t, uint64_t> InlineContents;
  std::set<std::string> Differing;
};

} // namespace gfpcheck

#endif // GFPCHECK_DRIVER_EXTRACTIONDRIVER_H
