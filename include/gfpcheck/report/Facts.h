//===- Facts.h - Answers to questions, written down -----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What `gfpcheck query` and `gfpcheck audit` answer with. Each fact is a line for people, the
// same in fields for programs, and paths that show it.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_FACTS_H
#define GFPCHECK_REPORT_FACTS_H

#include "gfpcheck/report/Report.h"
#include <variant>

namespace gfpcheck {

using FactValue = std::variant<std::string, int64_t, bool, std::vector<std::string>>;

struct Fact {
  std::string Text; ///< one line
  std::vector<std::pair<std::string, FactValue>> Fields;
  std::vector<Path> Paths;
};

struct FactReport {
  std::string ToolVersion;
  UnitCounts Units;
  std::string Question;             ///< "contexts"
  std::vector<Fact> Facts;          ///< printed in this order
  std::vector<std::string> Summary; ///< lines after them
};

/// For people:
///   TEXT
///     TITLE:
///       1. FILE:LINE: in FUNCTION: TEXT
/// \p Paths: whether these are written.
void writeText(const FactReport &R, llvm::raw_ostream &OS, bool Color, bool Paths = true);

/// For programs: the contract "schema": 1 of docs/query.md and docs/audit.md.
void writeJson(const FactReport &R, llvm::raw_ostream &OS);

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_FACTS_H
