//===- AuditPatches.cpp - Redundant masks as patches ------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditPatches.h"
#include "ReportOptions.h"
#include "gfpcheck/driver/Session.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <fmt/format.h>
#include <map>

using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace gfpcheck {

static constexpr size_t Context = 3; // lines around a change

std::optional<std::string> replaceMask(StringRef Source, unsigned Line, unsigned Column,
                                       StringRef Old, StringRef New) {
  size_t At = 0;
  for (unsigned L = 1; L < Line; ++L) {
    At = Source.find('\n', At);
    if (At == StringRef::npos)
      return std::nullopt;
    ++At;
  }
  At = Source.find('(', At + Column - 1);
  if (At == StringRef::npos)
    return std::nullopt;
  auto IsWord = [](char C) { return llvm::isAlnum(C) || C == '_'; };
  std::optional<size_t> Found;
  int Depth = 0;
  for (; At != Source.size(); ++At) {
    Depth += Source[At] == '(' ? 1 : Source[At] == ')' ? -1 : 0;
    if (Depth == 0)
      break;
    if (!Source.substr(At).starts_with(Old) || IsWord(Source[At - 1]) ||
        (At + Old.size() < Source.size() && IsWord(Source[At + Old.size()])))
      continue;
    if (Found)
      return std::nullopt;
    Found = At;
  }
  if (!Found)
    return std::nullopt;
  return (Source.take_front(*Found) + New + Source.drop_front(*Found + Old.size())).str();
}

std::string unifiedDiff(StringRef File, StringRef Before, StringRef After) {
  llvm::SmallVector<StringRef> Old, New;
  Before.split(Old, '\n');
  After.split(New, '\n');
  const size_t N = std::min(Old.size(), New.size());
  if (N && Old[N - 1].empty() && New[N - 1].empty()) { // behind the last newline
    Old.pop_back();
    New.pop_back();
  }
  std::vector<size_t> Changed;
  for (size_t I = 0; I != Old.size(); ++I)
    if (Old[I] != New[I])
      Changed.push_back(I);
  if (Changed.empty())
    return "";
  std::string Out = fmt::format("--- a/{0}\n+++ b/{0}\n", File.str());
  for (size_t I = 0; I != Changed.size();) {
    size_t Last = I;
    while (Last + 1 != Changed.size() && Changed[Last + 1] <= Changed[Last] + 2 * Context)
      ++Last;
    const size_t Begin = Changed[I] - std::min(Changed[I], Context);
    const size_t End = std::min(Old.size(), Changed[Last] + Context + 1);
    Out += fmt::format("@@ -{0},{1} +{0},{1} @@\n", Begin + 1, End - Begin);
    for (size_t L = Begin; L != End;) {
      size_t Stop = L;
      while (Stop != End && Old[Stop] != New[Stop])
        ++Stop;
      for (size_t K = L; K != Stop; ++K)
        Out += "-" + Old[K].str() + "\n";
      for (size_t K = L; K != Stop; ++K)
        Out += "+" + New[K].str() + "\n";
      if (Stop == L) {
        Out += " " + Old[L].str() + "\n";
        ++Stop;
      }
      L = Stop;
    }
    I = Last + 1;
  }
  return Out;
}

Expected<PatchSeries> writePatches(llvm::ArrayRef<MaskEdit> Edits, StringRef SourceRoot,
                                   StringRef Directory, StringRef Old, StringRef Notes) {
  if (std::error_code EC = llvm::sys::fs::create_directories(Directory))
    return error("cannot create {0} ({1}): give --patches another directory", Directory,
                 EC.message());
  PatchSeries Out;
  std::map<std::string, std::map<std::string, std::vector<const MaskEdit *>>> By;
  for (const MaskEdit &E : Edits)
    By[llvm::sys::path::parent_path(E.File).str()][E.File].push_back(&E);
  auto Write = [&](const std::string &Name, const std::string &Text) {
    return replaceFile((Directory + "/" + Name).str(), Text);
  };
  size_t Number = 0;
  for (const auto &[Where, Files] : By) {
    std::string Diff, Reasons;
    for (const auto &[File, InFile] : Files) {
      auto Buffer = llvm::MemoryBuffer::getFile(SourceRoot + "/" + File);
      if (!Buffer)
        return error("cannot read {0}/{1} ({2})", SourceRoot, File, Buffer.getError().message());
      const std::string Before = (*Buffer)->getBuffer().str();
      std::string After = Before;
      // From the end: what is before stays where it is.
      for (const MaskEdit *E : llvm::reverse(InFile))
        if (auto Made = replaceMask(After, E->Line, E->Column, Old, "GFP_KERNEL")) {
          After = std::move(*Made);
          Reasons = fmt::format("{}:{}: {}\n", E->File, E->Line, E->Reason) + Reasons;
        } else {
          Out.ByHand.push_back(*E);
        }
      Diff += unifiedDiff(File, Before, After);
    }
    if (Diff.empty())
      continue;
    const std::string Name =
        fmt::format("{:04}-{}.patch", ++Number, llvm::join(llvm::split(Where, '/'), "-"));
    if (Error E = Write(Name, fmt::format("Subject: [PATCH] {}: drop {} that nothing needs\n\n{}\n"
                                          "---\n{}",
                                          Where, Old.str(), Reasons, Diff)))
      return std::move(E);
    Out.Files.push_back((Directory + "/" + Name).str());
  }
  if (Error E = Write("0000-cover.txt", Notes.str()))
    return std::move(E);
  return Out;
}

} // namespace gfpcheck
