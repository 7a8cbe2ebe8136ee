//===- Commands.h - The subcommands of gfpcheck ---------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A command is one file: it defines its cl::SubCommand, its options (cl::sub of that
// subcommand, in file scope) and a function that runs it once the command line is
// parsed. It is registered by declaring both here and adding them to the table in
// main.cpp. A command returns the exit status: 0 no findings (or done), 1 findings,
// 2 could not run, 3 incomplete; and prints its own errors, `gfpcheck: error: …`.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TOOL_COMMANDS_H
#define GFPCHECK_TOOL_COMMANDS_H

#include "llvm/Support/CommandLine.h"
#include <string>

namespace gfpcheck {

extern llvm::cl::SubCommand CaptureSubcommand;
int captureCommand();

extern llvm::cl::SubCommand AnalyzeSubcommand;
int analyzeCommand();

extern llvm::cl::SubCommand BaselineSubcommand;
int baselineCommand();

extern llvm::cl::SubCommand GateSubcommand;
int gateCommand();

extern llvm::cl::SubCommand ExplainSubcommand;
int explainCommand();

extern llvm::cl::SubCommand AuditSubcommand;
int auditCommand();

extern llvm::cl::SubCommand QuerySubcommand;
int queryCommand();

extern llvm::cl::SubCommand ReportSubcommand;
int reportCommand();

/// Directory of the running gfpcheck program; gfpcheck-cc is beside it.
extern std::string ProgramDirectory;

} // namespace gfpcheck

#endif // GFPCHECK_TOOL_COMMANDS_H
