//===- ExtractionDriver.cpp - Summaries of all units, new or stored ---------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The result of a run must be a function of the compile commands and of the files
// they read, and of nothing else: not of what an earlier run left in the store, not
// of where it was killed, not of the threads. What that takes:
//
//  * A unit is reused only under a key that covers its command, the source root and
//    the code of extraction itself, and only when every file it read has the content
//    it had then. A unit that failed is always parsed again: which file it was
//    missing is not among the files it read.
//  * Summaries go through the store even in the run that makes them: load() reads
//    back what extract() committed. So a cold run, a warm run and one that was killed
//    half way link the very same bytes.
//  * Which unit was the first to parse a header inline depends on the threads; the
//    inline's summary does not (it is keyed by its tokens after macro expansion). The
//    inlines handed out are exactly those that the selected units need, sorted, whoever
//    brought them.
//  * An inline is lost when the unit that brought it is parsed again and no longer
//    includes the header, or was killed before it was committed while others that
//    skipped the body were. Then one of the units that refer to it is parsed again.
//  * The tree's constants are read by a unit that exists in memory only (Probe.h). It
//    has the command of another one, whichever are selected; its text is part of its
//    key. It shares nothing with other units: it brings no inlines and uses none.
//
// Extraction is one parallel loop over units with one transaction each. There is no
// queue of results: SQLite's lock is held for well under a millisecond per unit.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/driver/ExtractionDriver.h"
#include "Progress.h"
#include "SourceVersions.h"
#include "gfpcheck/driver/BuildDirectory.h"
#include "gfpcheck/driver/Probe.h"
#include "clang/Basic/Stack.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/thread.h"
#include "llvm/Support/xxhash.h"
#include <set>

using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

namespace {

/// Collects what decides the meaning of a unit into one digest.
class KeyBuilder {
  std::string Text;

public:
  KeyBuilder &add(llvm::StringRef Part) {
    Text += std::to_string(Part.size());
    Text += ':';
    Text += Part;
    return *this;
  }
  KeyBuilder &add(uint64_t Part) { return add(llvm::utostr(Part)); }
  uint64_t digest() const { return llvm::xxh3_64bits(Text); }
};

uint64_t commandKey(const CompileCommand &Command, const DriverOptions &Opts) {
  KeyBuilder Key;
  Key.add(GFPCHECK_EXTRACTION_VERSION)
      .add(clang::getClangFullVersion())
      .add(Opts.SourceRoot)
      .add(Opts.SkipInlines ? "skip" : "all")
      .add(Command.Directory)
      .add(Command.File)
      .add(Command.Output);
  for (const std::string &Arg : Command.Args)
    Key.add(Arg);
  return Key.digest();
}

/// Which inline, its variants apart.
uint64_t inlineName(llvm::StringRef File, uint32_t Line, llvm::StringRef Name) {
  uint64_t Parts[3] = {llvm::xxh3_64bits(File), Line, llvm::xxh3_64bits(Name)};
  return llvm::xxh3_64bits(llvm::ArrayRef(reinterpret_cast<const uint8_t *>(Parts), sizeof Parts));
}

/// The header inlines that the loaded units bring, and those that are needed.
///
/// A TU names each inline that its functions refer to, variant (token hash) and all.
/// An inline is shared by TUs in which what it calls may be of different variants, so
/// of what an inline refers to, every variant there is counts as needed.
class InlineIndex {
  llvm::DenseMap<uint64_t, llvm::SmallVector<InlineUnit *, 1>> Variants; ///< by inlineName()
  llvm::DenseSet<InlineUnit *> Seen;
  llvm::DenseSet<uint64_t> Missing;

public:
  std::vector<InlineUnit *> Needed; ///< in no order
  size_t missing() const { return Missing.size(); }

  void add(std::vector<InlineUnit> &Units, llvm::function_ref<bool(const InlineUnit &)> IsCurrent) {
    for (InlineUnit &I : Units)
      if (IsCurrent(I))
        Variants[inlineName(I.File, I.Line, I.Name)].push_back(&I);
  }

  /// Adds what \p Tu needs, directly or not; false if some of it is not there.
  bool need(const TuSummary &Tu) {
    const size_t MissingBefore = Missing.size();
    size_t Next = Needed.size();
    for (const InlineRef &Ref : Tu.Inlines)
      need(inlineName(Tu.str(Ref.File), Ref.Line, Tu.str(Ref.Name)), Ref.TokenHash);
    for (; Next != Needed.size(); ++Next) {
      const TuSummary &S = Needed[Next]->Summary;
      for (const Symbol &Sym : S.Symbols)
        if (isHeaderInline(S, Sym))
          need(inlineName(S.str(Sym.File), Sym.Line, S.str(Sym.Name)), std::nullopt);
    }
    return Missing.size() == MissingBefore;
  }

private:
  static bool isHeaderInline(const TuSummary &S, const Symbol &Sym) {
    constexpr uint8_t Flags = SF_Function | SF_Internal | SF_Defined;
    return (Sym.Flags & Flags) == Flags && llvm::StringRef(S.str(Sym.File)).ends_with(".h");
  }

  void need(uint64_t Name, std::optional<uint64_t> TokenHash) {
    bool Found = false;
    if (auto It = Variants.find(Name); It != Variants.end())
      for (InlineUnit *I : It->second) {
        if (TokenHash && I->TokenHash != *TokenHash)
          continue;
        Found = true;
        if (Seen.insert(I).second)
          Needed.push_back(I);
      }
    if (!Found)
      Missing.insert(TokenHash ? llvm::hash_combine(Name, *TokenHash) : llvm::hash_code(Name));
  }
};

/// Keeps the first of the errors that threads come upon.
class FirstError {
  std::mutex Mutex;
  Error First = Error::success();
  std::atomic<bool> Set = false;

public:
  ~FirstError() { llvm::consumeError(std::move(First)); }
  explicit operator bool() const { return Set; }
  void add(Error E) {
    std::lock_guard<std::mutex> Lock(Mutex);
    if (Set || !E) {
      llvm::consumeError(std::move(E));
      return;
    }
    llvm::cantFail(std::move(First));
    First = std::move(E);
    Set = true;
  }
  Error take() { return std::move(First); }
};

} // namespace

void parallelFor(unsigned Threads, size_t Count, llvm::function_ref<void(size_t)> Body) {
  std::atomic<size_t> Next = 0;
  auto Work = [&] {
    for (size_t I; (I = Next++) < Count;)
      Body(I);
  };
  std::vector<llvm::thread> Pool;
  for (size_t T = 0; T != std::min<size_t>(Threads, Count); ++T)
    Pool.emplace_back(std::optional<unsigned>(2 * clang::DesiredStackSize), Work);
  for (llvm::thread &T : Pool)
    T.join();
}

ExtractionDriver::ExtractionDriver(std::vector<CompileCommand> Commands, Store &Db,
                                   DriverOptions Options)
    : Db(Db), Opts(std::move(Options)) {
  llvm::DenseSet<uint64_t> Seen;
  for (CompileCommand &Command : Commands) {
    uint64_t Key = commandKey(Command, Opts);
    if (!Seen.insert(Key).second)
      continue;
    Unit &U = Units.emplace_back();
    U.File = relativeTo(Opts.SourceRoot, absoluteFile(Command));
    U.Record.Command = Key;
    U.Record.File = U.File;
    U.Command = std::move(Command);
    U.Selected = Opts.Only.empty() ||
                 llvm::any_of(Opts.Only, [&](const auto &Glob) { return Glob.match(U.File); });
    SelectedCount += U.Selected;
  }
  llvm::sort(Units, [](const Unit &A, const Unit &B) {
    return std::tie(A.File, A.Command.Output, A.Record.Command) <
           std::tie(B.File, B.Command.Output, B.Record.Command);
  });
  addProbe();
}

void ExtractionDriver::addProbe() {
  if (Opts.ProbeText.empty() || Units.empty())
    return;
  const Unit &Lender = *llvm::min_element(
      Units, [](const Unit &A, const Unit &B) { return probeRank(A.File) < probeRank(B.File); });
  Unit U;
  U.IsProbe = true;
  U.File = "gfpcheck-constants.c";
  U.Command = probeCommand(Lender.Command, Opts.SourceRoot + "/" + U.File);
  U.Command.File = absoluteFile(U.Command);
  U.Record.Command =
      KeyBuilder().add("probe").add(commandKey(U.Command, Opts)).add(Opts.ProbeText).digest();
  U.Record.File = U.File;
  Units.push_back(std::move(U));
}

Error ExtractionDriver::findStale() {
  Db.files().refresh();
  if (Opts.Overlay)
    for (const auto &[Path, Content] : Opts.Overlay->Files) {
      if (FileId Id = Db.files().find(Path))
        FilesReplaced[Id] = Content ? InputFiles::contentDigest(*Content) : 0;
      HeaderDigests[relativeTo(Opts.SourceRoot, Path)] = Content ? headerDigest(*Content) : 0;
    }
  Expected<std::vector<TuRecord>> Records = Db.records();
  if (!Records)
    return Records.takeError();
  llvm::DenseMap<uint64_t, TuRecord *> ByKey;
  for (TuRecord &R : *Records)
    ByKey[R.Command] = &R;
  for (Unit &U : Units) {
    auto It = ByKey.find(U.Record.Command);
    if (It == ByKey.end())
      continue;
    U.Record = std::move(*It->second);
    U.StoredInput = U.Record.InputDigest;
    U.StoredContent = U.Record.Content;
    if (Opts.AsStored ||
        (!U.Record.Failed && U.Record.InputDigest != 0 &&
         U.Record.InputDigest == Db.files().digestOf(U.Record.Inputs, &FilesReplaced)))
      U.At = State::Stored;
  }
  return Error::success();
}

/// Runs \p Body over some units until one gives an error.
Error ExtractionDriver::parallel(llvm::ArrayRef<size_t> Which,
                                 llvm::function_ref<Error(Unit &)> Body) {
  FirstError First;
  parallelFor(Opts.Threads, Which.size(), [&](size_t I) {
    if (!First)
      First.add(Body(Units[Which[I]]));
  });
  return First.take();
}

std::vector<size_t> ExtractionDriver::staleUnits() const {
  std::vector<size_t> Which;
  for (size_t I = 0; I != Units.size(); ++I)
    if (Units[I].Selected && Units[I].At == State::Stale)
      Which.push_back(I);
  return Which;
}

//===----------------------------------------------------------------------===//
// Extraction
//===----------------------------------------------------------------------===//

Error ExtractionDriver::extract() {
  if (!staleUnits().empty()) {
    // What the store has must be known to the extractor, which will skip it. That
    // is also when damage shows, so the list of stale units is made after it.
    if (Error E = loadStored())
      return E;
    if (Error E = loadReplaced())
      return E;
    Extractor TheExtractor(extractOptions(Opts.SkipInlines));
    addOverlay(TheExtractor);
    InlineContents.clear();
    for (const Unit &U : Units)
      for (const auto *List : {&U.Inlines, &U.OldInlines})
        for (const InlineUnit &I : *List) {
          TheExtractor.addKnownInline(I.File, I.Line, I.Name, I.FileDigest, I.TokenHash);
          if (!Opts.SkipInlines)
            isFirst(I);
        }
    std::vector<size_t> Stale = staleUnits();
    Progress Bar(llvm::count_if(Stale, [this](size_t I) { return !Units[I].IsProbe; }));
    if (Error E = parallel(Stale, [&](Unit &U) -> Error {
          if (interrupted())
            return Error::success();
          if (U.IsProbe)
            return extractProbe(U);
          Error E = extractOne(TheExtractor, U);
          Bar.advance(U.Record.Failed);
          return E;
        }))
      return E;
  }
  if (Opts.Overlay)
    return Error::success();
  llvm::DenseSet<uint64_t> Keep;
  for (const Unit &U : Units)
    Keep.insert(U.Record.Command);
  return Db.prune(Keep);
}

ExtractOptions ExtractionDriver::extractOptions(bool SkipInlines) const {
  return {Opts.SourceRoot, SkipInlines,
          Opts.Overlay ? Opts.Overlay->Readable : std::vector<std::string>()};
}

std::unique_ptr<llvm::MemoryBuffer> ExtractionDriver::readSource(llvm::StringRef File) const {
  if (Opts.Overlay) {
    llvm::SmallString<256> Path(File);
    llvm::sys::path::make_absolute(Opts.SourceRoot, Path);
    if (auto It = Opts.Overlay->Files.find(Path); It != Opts.Overlay->Files.end())
      return It->second ? llvm::MemoryBuffer::getMemBuffer(*It->second, File,
                                                           /*RequiresNullTerminator=*/false)
                        : nullptr;
  }
  return SourceText::below(Opts.SourceRoot)(File);
}

void ExtractionDriver::addOverlay(Extractor &TheExtractor) const {
  if (!Opts.Overlay)
    return;
  for (const auto &[Path, Content] : Opts.Overlay->Files)
    if (Content)
      TheExtractor.addVirtualFile(Path, *Content);
    else
      TheExtractor.hideFile(Path);
}

void makeSound(TuResult &Result, llvm::StringRef File) {
  Error Unsound = validateSummary(Result.Summary);
  for (InlineUnit &I : Result.Inlines) {
    // Whether the unit around it defines what an inline calls is no part of it.
    for (Symbol &Sym : I.Summary.Symbols)
      if (!(Sym.Flags & SF_Internal))
        Sym.Flags &= ~SF_Defined;
    Unsound = llvm::joinErrors(std::move(Unsound), validateSummary(I.Summary));
  }
  if (Unsound) {
    Result.Failed = true;
    Result.FirstError = File.str() + ":1:1: internal error, " + toString(std::move(Unsound));
    Result.Summary = TuSummary();
    Result.Inlines.clear();
  }
}

Error ExtractionDriver::extractOne(Extractor &TheExtractor, Unit &U) {
  TuResult Result = TheExtractor.extract(U.Command);
  makeSound(Result, U.File);
  if (!Opts.SkipInlines)
    llvm::erase_if(Result.Inlines, [this](const InlineUnit &I) { return !isFirst(I); });
  return commit(U, std::move(Result));
}

Error ExtractionDriver::extractProbe(Unit &U) {
  // An extractor of its own: its language options are not those of the other units, so
  // what it makes of header inlines is not for them.
  Extractor TheExtractor(extractOptions(/*SkipInlines=*/true));
  addOverlay(TheExtractor);
  TheExtractor.addVirtualFile(U.Command.File, Opts.ProbeText);
  TuResult Result = TheExtractor.extract(U.Command);
  llvm::erase(Result.Inputs, U.Command.File); // it is not on disk
  Result.Inlines.clear();
  Result.Summary.Inlines.clear();
  Result.Summary.Inits.clear();
  llvm::erase_if(Result.Summary.Functions, [&](const Function &F) {
    return Result.Failed || Result.Summary.str(F.File) != Result.Summary.MainFile;
  });
  return commit(U, std::move(Result));
}

/// Enters in \p U's record and in the store what parsing it gave.
Error ExtractionDriver::commit(Unit &U, TuResult Result) {
  if (Result.Summary.MainFile.empty())
    Result.Summary.MainFile = U.File;

  TuRecord &R = U.Record;
  R.File = U.File;
  R.Failed = Result.Failed;
  R.FirstError = std::move(Result.FirstError);
  R.DroppedOptions = std::move(Result.DroppedOptions);
  if (Opts.Overlay)
    return keep(U, Result);
  R.Inputs = Db.files().intern(Result.Inputs);
  R.InputDigest = Db.files().digestOf(R.Inputs);
  U.Parsed = true;
  U.At = State::Stored;
  return Db.put(R, {encodeSummary(Result.Summary), encodeInlines(Result.Inlines)});
}

/// What commit() does with an overlay. The summary is still what reading it back from the store
/// would give.
Error ExtractionDriver::keep(Unit &U, const TuResult &Result) {
  const TuBlobs Blobs = {encodeSummary(Result.Summary), encodeInlines(Result.Inlines)};
  Expected<TuSummary> Summary = decodeSummary(Blobs.Summary);
  Expected<std::vector<InlineUnit>> Inlines = decodeInlines(Blobs.Inlines);
  if (!Summary || !Inlines)
    return llvm::joinErrors(Summary.takeError(), Inlines.takeError());
  U.Record.InputDigest = 0;
  U.Record.Content =
      llvm::hash_combine(llvm::xxh3_64bits(Blobs.Summary), llvm::xxh3_64bits(Blobs.Inlines));
  U.Summary = std::move(*Summary);
  U.Inlines = std::move(*Inlines);
  U.Parsed = true;
  U.At = State::Loaded;
  return Error::success();
}

/// Without skipping every unit brings all its inlines. The first of each is kept and
/// the others must be the same; that they are is what allows skipping.
bool ExtractionDriver::isFirst(const InlineUnit &I) {
  Blob Bytes = encodeInlines(I);
  uint64_t Content = llvm::xxh3_64bits(Bytes);
  uint64_t Key = inlineName(I.File, I.Line, I.Name) ^ I.TokenHash;
  std::lock_guard<std::mutex> Lock(InlineMutex);
  auto [It, First] = InlineContents.try_emplace(Key, Content);
  if (!First && It->second != Content)
    Differing.insert(llvm::formatv("{0}:{1} {2}()", I.File, I.Line, I.Name));
  return First;
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

/// Brings every stored unit into memory: the selected ones whole, of the others the
/// header inlines. Units that cannot be loaded become stale.
Error ExtractionDriver::loadStored() {
  std::vector<size_t> Which;
  for (size_t I = 0; I != Units.size(); ++I)
    if (Units[I].At == State::Stored)
      Which.push_back(I);
  return parallel(Which, [this](Unit &U) { return loadOne(U); });
}

/// What the store has of a unit; nothing if that is missing or damaged.
Expected<std::optional<ExtractionDriver::Summaries>>
ExtractionDriver::readSummaries(const Unit &U, bool InlinesOnly) {
  TuBlobs Blobs;
  Expected<bool> Sound = Db.load(U.Record, Blobs);
  if (!Sound)
    return Sound.takeError();
  if (!*Sound)
    return std::nullopt;
  Expected<std::vector<InlineUnit>> Inlines = decodeInlines(Blobs.Inlines);
  Expected<TuSummary> Summary = InlinesOnly ? TuSummary() : decodeSummary(Blobs.Summary);
  if (Inlines && Summary)
    return Summaries{std::move(*Summary), std::move(*Inlines)};
  // The checksum was right and the contents are not: written so.
  llvm::consumeError(Inlines.takeError());
  llvm::consumeError(Summary.takeError());
  return std::nullopt;
}

Error ExtractionDriver::loadOne(Unit &U) {
  Expected<std::optional<Summaries>> Stored = readSummaries(U, /*InlinesOnly=*/!U.Selected);
  if (!Stored)
    return Stored.takeError();
  U.At = *Stored ? State::Loaded : State::Stale;
  if (*Stored) {
    U.Inlines = std::move((*Stored)->Inlines);
    U.Summary = std::move((*Stored)->Summary);
  }
  return Error::success();
}

/// With an overlay: what the store has of the units that are to be parsed. Others may use the
/// header inlines that they brought.
Error ExtractionDriver::loadReplaced() {
  if (!Opts.Overlay)
    return Error::success();
  return parallel(staleUnits(), [this](Unit &U) -> Error {
    if (U.Old || !U.StoredContent)
      return Error::success();
    Expected<std::optional<Summaries>> Stored = readSummaries(U, /*InlinesOnly=*/false);
    if (!Stored)
      return Stored.takeError();
    if (*Stored) {
      U.Old = std::move((*Stored)->Summary);
      U.OldInlines = std::move((*Stored)->Inlines);
    }
    return Error::success();
  });
}

/// Whether the overlay has another content for the header that \p I was read in.
bool ExtractionDriver::isReplaced(const InlineUnit &I) const {
  auto It = HeaderDigests.find(I.File);
  return It != HeaderDigests.end() && It->second != I.FileDigest;
}

Expected<LinkInput> ExtractionDriver::load() {
  // Damage and lost inlines are each mended by one round; mending the one may bring
  // about the other. What is still missing after the last round cannot be mended.
  constexpr int MaxRounds = 4;
  for (int Round = 0;; ++Round) {
    if (Error E = loadStored())
      return std::move(E);
    std::vector<size_t> Damaged = staleUnits();
    if (!Damaged.empty() && Round == MaxRounds)
      return llvm::createStringError("the database does not keep what is written to it (" +
                                     Units[Damaged[0]].File +
                                     "): delete it or give --db FILE on another disk");
    if (Damaged.empty()) {
      InlineIndex Index;
      for (Unit &U : Units)
        for (auto *List : {&U.Inlines, &U.OldInlines})
          Index.add(*List, [this](const InlineUnit &I) { return !isReplaced(I); });
      // A unit that needs a missing inline can bring it; one that failed cannot be
      // relied upon, and is asked last so that another one is found.
      std::vector<Unit *> Bringers;
      for (bool Failed : {false, true})
        for (Unit &U : Units)
          if (U.Selected && U.Record.Failed == Failed && !Index.need(U.Summary) && !Failed)
            Bringers.push_back(&U);
      MissingInlines = Index.missing();
      if (Bringers.empty() || Round == MaxRounds || Opts.AsStored)
        return takeInput(std::move(Index.Needed));
      for (Unit *U : Bringers) {
        U->At = State::Stale;
        U->Inlines.clear();
      }
    }
    if (Error E = extract())
      return std::move(E);
    if (interrupted())
      return LinkInput();
  }
}

LinkInput ExtractionDriver::takeInput(std::vector<InlineUnit *> Inlines) {
  LinkInput Input;
  llvm::sort(Inlines, [](const InlineUnit *A, const InlineUnit *B) {
    return std::tie(A->File, A->Line, A->Name, A->TokenHash) <
           std::tie(B->File, B->Line, B->Name, B->TokenHash);
  });
  for (InlineUnit *I : Inlines)
    Input.Inlines.push_back(std::move(*I));
  for (Unit &U : Units) {
    if (U.Selected) {
      Input.Tus.push_back(std::move(U.Summary));
      Input.TuIds.push_back(KeyBuilder().add(U.Record.Command).add(U.Record.Content).digest());
    }
    if (U.Old) {
      Replaced.Tus.push_back(std::move(*U.Old));
      Replaced.TuIds.push_back(KeyBuilder().add(U.Record.Command).add(U.StoredContent).digest());
    }
    for (auto *List : {&U.Inlines, &U.OldInlines})
      for (InlineUnit &I : *List)
        if (Opts.Overlay && isReplaced(I))
          Replaced.Inlines.push_back(std::move(I));
    U.Inlines.clear();
    U.OldInlines.clear();
  }
  return Input;
}

//===----------------------------------------------------------------------===//
// What the run came to
//===----------------------------------------------------------------------===//

uint64_t ExtractionDriver::programDigest() const {
  KeyBuilder Key;
  for (const Unit &U : Units)
    if (U.Selected)
      Key.add(U.Record.Command).add(U.Record.InputDigest).add(U.Record.Content);
  return Key.digest();
}

std::vector<std::string> ExtractionDriver::staleFiles() const {
  std::vector<std::string> Files;
  for (size_t I : staleUnits())
    if (!Units[I].IsProbe)
      Files.push_back(Units[I].File);
  return Files;
}

uint64_t ExtractionDriver::storedDigest() const {
  KeyBuilder Key;
  for (const Unit &U : Units)
    if (U.Selected)
      Key.add(U.Record.Command).add(U.StoredInput).add(U.StoredContent);
  return Key.digest();
}

UnitCounts ExtractionDriver::counts() const {
  UnitCounts Counts;
  for (const Unit &U : Units) {
    if (!U.Selected || U.IsProbe)
      continue;
    ++Counts.Total;
    Counts.Reused += !U.Parsed;
    if (U.Record.Failed)
      Counts.Failures.push_back({U.File, U.Record.FirstError});
  }
  Counts.ConstantsError = probeFailure();
  return Counts;
}

std::string ExtractionDriver::probeFailure() const {
  if (Units.empty() || !Units.back().IsProbe || !Units.back().Record.Failed)
    return "";
  return Units.back().Record.FirstError;
}

std::vector<std::string> ExtractionDriver::droppedOptions() const {
  std::set<std::string> Options;
  for (const Unit &U : Units)
    if (U.Selected && !U.IsProbe)
      Options.insert(U.Record.DroppedOptions.begin(), U.Record.DroppedOptions.end());
  return {Options.begin(), Options.end()};
}

} // namespace gfpcheck
