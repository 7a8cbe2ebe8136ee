//===- ModelFuzzer.cpp - Model files ------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text that a user gives with --model, on its own and on top of the built-in model.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/model/Model.h"
#include <cstdlib>

using namespace gfpcheck;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  static const Model Builtin = llvm::cantFail(loadModel({}));
  llvm::StringRef Text(reinterpret_cast<const char *>(Data), Size);
  for (Model M : {Model(), Builtin}) {
    if (llvm::Error E = addModelText(M, Text, "mine.yaml")) {
      // A message must say which file it is about.
      if (llvm::toString(std::move(E)).find("mine.yaml") == std::string::npos)
        abort();
      continue;
    }
    // What was accepted refers to contexts that there are.
    for (const auto &F : M.Functions)
      for (const ContextOp &Op : F.second.Ops)
        if (Op.Context >= M.Contexts.size() && Op.AmountArg < 0)
          abort();
    for (const auto &C : M.Callbacks)
      if (C.second.Context != NoContext && C.second.Context >= M.Contexts.size())
        abort();
  }
  return 0;
}
