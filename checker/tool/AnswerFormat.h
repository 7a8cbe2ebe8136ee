//===- AnswerFormat.h - The form of an answer -----------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TOOL_ANSWERFORMAT_H
#define GFPCHECK_TOOL_ANSWERFORMAT_H

#include "AnalysisRun.h"

namespace gfpcheck {

/// --format=text|json and --json, of commands that answer questions.
struct AnswerFormat {
  explicit AnswerFormat(AnalysisOptions &Of)
      : Format("format", llvm::cl::desc("Form of the answer (default: text)"),
               llvm::cl::values(clEnumValN(Is::Text, "text", "for people"),
                                clEnumValN(Is::Json, "json", "for programs")),
               llvm::cl::init(Is::Text), llvm::cl::cat(Of.Category), llvm::cl::sub(Of.Command)),
        Json("json", llvm::cl::desc("The same as --format=json"), llvm::cl::cat(Of.Category),
             llvm::cl::sub(Of.Command)) {}

  bool isJson() const { return Json || Format == Is::Json; }

private:
  enum class Is { Text, Json };
  llvm::cl::opt<Is> Format;
  llvm::cl::opt<bool> Json;
};

} // namespace gfpcheck

#endif // GFPCHECK_TOOL_ANSWERFORMAT_H
