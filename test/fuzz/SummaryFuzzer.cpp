//===- SummaryFuzzer.cpp - Stored summaries -----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The input is the FlatBuffers payload of a blob; compressing it here lets mutations
// reach the decoder. What decodes must survive printing, linking and solving, and must
// come back from a second trip as it was.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/solve/Solver.h"
#include "gfpcheck/summary/Dump.h"
#include "gfpcheck/summary/Serialize.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include <cstdlib>

using namespace gfpcheck;

static const Model &builtinModel() {
  static const Model M = llvm::cantFail(loadModel({}));
  return M;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  // Four bytes of magic, then the payload's size.
  static const Blob Empty = encodeSummary(TuSummary());
  Blob Bytes(Empty.begin(), Empty.begin() + 8);
  llvm::support::endian::write32le(Bytes.data() + 4, Size);
  Blob Payload;
  llvm::compression::zstd::compress({Data, Size}, Payload, 1);
  Bytes.append(Payload.begin(), Payload.end());

  if (auto Inlines = decodeInlines(Bytes); !Inlines)
    llvm::consumeError(Inlines.takeError());
  llvm::Expected<TuSummary> S = decodeSummary(Bytes);
  if (!S) {
    llvm::consumeError(S.takeError());
    return 0;
  }
  if (encodeSummary(llvm::cantFail(decodeSummary(encodeSummary(*S)))) != encodeSummary(*S))
    abort();
  dumpSummary(*S);
  LinkInput In;
  In.Tus.push_back(std::move(*S));
  Program P = linkProgram(std::move(In), builtinModel());
  std::unique_ptr<Solution> Solved = solve(P, builtinModel());
  for (FuncId F = 0; F != P.Functions.size(); ++F)
    dumpEffects(*Solved, F);
  return 0;
}
