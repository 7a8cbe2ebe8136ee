//===- CallGraph.h - Order of analysis ------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_CALLGRAPH_H
#define GFPCHECK_SOLVE_CALLGRAPH_H

#include "gfpcheck/solve/CallSites.h"

namespace gfpcheck {

/// Who calls whom, and callees before callers.
struct CallGraph {
  std::vector<std::vector<CallSite>> Sites; ///< by FuncId
  std::vector<FuncId> Escaping;             ///< handed to functions without a body
  std::vector<FuncId> Order;                ///< functions, callees first
  std::vector<uint32_t> Position;           ///< by FuncId: index in Order

  std::vector<std::vector<FuncId>> Callers; ///< by FuncId; direct calls and functions
                                            ///< passed as arguments
  /// Calls through a member or variable: by key, who calls; by function, which keys
  /// it is a target of.
  llvm::DenseMap<uint64_t, std::vector<FuncId>> Users;
  llvm::DenseMap<FuncId, std::vector<uint64_t>> Keys;

  llvm::ArrayRef<FuncId> callers(FuncId F) const { return Callers[F]; }
  llvm::ArrayRef<FuncId> users(uint64_t Key) const {
    auto It = Users.find(Key);
    return It == Users.end() ? llvm::ArrayRef<FuncId>() : llvm::ArrayRef<FuncId>(It->second);
  }
  llvm::ArrayRef<uint64_t> memberKeys(FuncId F) const {
    auto It = Keys.find(F);
    return It == Keys.end() ? llvm::ArrayRef<uint64_t>() : llvm::ArrayRef<uint64_t>(It->second);
  }
  /// Calls \p Fn with each function that may call \p F: callers(), and users of the tables that it
  /// is in; some more than once.
  template <class Function> void forEachUser(FuncId F, Function Fn) const {
    for (FuncId C : callers(F))
      Fn(C);
    for (uint64_t Key : memberKeys(F))
      for (FuncId U : users(Key))
        Fn(U);
  }
};

CallGraph buildCallGraph(const Program &P, const Model &M);

/// While it lives, the graph is that of a program of which some functions have other bodies, are
/// new, or call others; the order stays, new ones come last.
class CallGraphPatch {
public:
  /// \p P, now of \p Functions functions, has the same tables as the graph is of. \p Changed: the
  /// functions that may call others, each once.
  CallGraphPatch(CallGraph &G, const Program &P, const Model &M, size_t Functions,
                 llvm::ArrayRef<FuncId> Changed);
  ~CallGraphPatch();
  CallGraphPatch(const CallGraphPatch &) = delete;
  CallGraphPatch &operator=(const CallGraphPatch &) = delete;

private:
  CallGraph &G;
  const size_t FunctionsBefore, EscapingBefore;
  // What has been changed, as it was.
  llvm::DenseMap<FuncId, std::vector<FuncId>> Callers;
  llvm::DenseMap<uint64_t, std::vector<FuncId>> Users;
  llvm::DenseMap<FuncId, std::vector<uint64_t>> KeysOf;
  std::vector<std::pair<FuncId, std::vector<CallSite>>> Sites;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_CALLGRAPH_H
