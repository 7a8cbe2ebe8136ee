//===- Extract.h - From a compile command to a TU summary ----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_EXTRACT_H
#define GFPCHECK_EXTRACT_EXTRACT_H

#include "gfpcheck/capture/CompileDatabase.h"
#include "gfpcheck/summary/Summary.h"
#include <memory>

namespace gfpcheck {

/// Digest of a header's content as InlineUnit::FileDigest has it.
uint64_t headerDigest(llvm::StringRef Content);

/// What extraction of one compile command gave.
struct TuResult {
  bool Failed = false;    ///< had errors; Summary holds what could be parsed
  std::string FirstError; ///< "file:line:col: message"
  TuSummary Summary;
  std::vector<InlineUnit> Inlines;         ///< the ones this TU was first to parse
  std::vector<std::string> Inputs;         ///< absolute paths of every file read
  std::vector<std::string> DroppedOptions; ///< gcc options that Clang does not know
};

struct ExtractOptions {
  std::string SourceRoot;  ///< absolute; file names are made relative to it
  bool SkipInlines = true; ///< parse each header inline's body once and skip it in
                           ///< later TUs; false parses everything (to prove that
                           ///< skipping changes nothing)
  /// Absolute directories, symbolic links resolved. Not empty: nothing outside them is read, and
  /// only regular files, as the sources are not trusted.
  std::vector<std::string> Readable;
};

/// What an Extractor keeps of one command whose main file is being edited: the declarations of the
/// headers that it begins with, in a temporary file. Outlived by the Extractor.
class EditCache {
public:
  EditCache();
  EditCache(EditCache &&);
  EditCache &operator=(EditCache &&);
  ~EditCache();

private:
  friend class Extractor;
  struct Impl;
  std::unique_ptr<Impl> P;
};

/// Extracts summaries. One Extractor serves all threads of a run: it holds the
/// registry of header inlines already summarised. Thread-safe.
class Extractor {
public:
  explicit Extractor(ExtractOptions Opts);
  ~Extractor();

  /// Declares an inline that the store has already; call before extract().
  void addKnownInline(llvm::StringRef File, uint32_t Line, llvm::StringRef Name,
                      uint64_t FileDigest, uint64_t TokenHash);

  /// Content that stands in for the file at the absolute path Path, without "." and ".." (tests,
  /// patches, unsaved editor buffers); call before extract().
  void addVirtualFile(llvm::StringRef Path, llvm::StringRef Content);

  /// The file at that path is taken to be missing; call before extract().
  void hideFile(llvm::StringRef Path);

  /// Parses one TU. Never fails as a whole: see TuResult::Failed.
  TuResult extract(const CompileCommand &Command);

  /// The same, quicker if \p Cache is of an earlier version of the main file with the same
  /// #include lines. Inlines are given once: later versions refer to those that earlier ones have
  /// brought. One thread at a time for one cache.
  TuResult extract(const CompileCommand &Command, EditCache &Cache);

private:
  TuResult emptyResult(const CompileCommand &Command) const;

  struct Impl;
  std::unique_ptr<Impl> P;
};

} // namespace gfpcheck

#endif // GFPCHECK_EXTRACT_EXTRACT_H
