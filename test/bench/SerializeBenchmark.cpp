//===- SerializeBenchmark.cpp - Cost of writing and reading summaries -------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A TU of the kernel's usual size: 6.12 defconfig has about 45 functions in each of
// its 2,842 units, so the time of one decode times 2,842 is what loading costs.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/summary/Serialize.h"
#include <benchmark/benchmark.h>
#include <random>

using namespace gfpcheck;

namespace {

TuSummary unit() {
  std::mt19937 Random(1);
  TuSummary S;
  S.MainFile = "fs/sample/inode.c";
  for (int I = 1; I != 600; ++I)
    S.Strings.push_back("sample_name_" + std::to_string(Random() % 100000));
  for (int I = 1; I != 200; ++I) {
    Symbol Sym;
    Sym.Name = Random() % S.Strings.size();
    Sym.Flags = SF_Function;
    S.Symbols.push_back(Sym);
  }
  for (int I = 0; I != 45; ++I) {
    Function F;
    F.Sym = 1 + I;
    F.CallCount = 30;
    F.Values.resize(1);
    for (uint32_t V = 1; V != 150; ++V) {
      Value New;
      New.Kind = V % 3 ? ValueKind::And : ValueKind::Const;
      New.A = V % 3 ? Random() % V : 0;
      New.B = V % 3 ? Random() % V : 0;
      F.Values.push_back(New);
    }
    for (uint32_t C = 0; C != F.CallCount; ++C) {
      Event E;
      E.A = Random() % F.Values.size();
      E.Line = 100 + C;
      E.CallNo = C;
      F.Events.push_back(E);
    }
    F.Blocks.resize(20);
    F.Edges.resize(35);
    S.Functions.push_back(F);
  }
  return S;
}

void encode(benchmark::State &State) {
  TuSummary S = unit();
  size_t Bytes = 0;
  for (auto _ : State)
    Bytes = encodeSummary(S).size();
  State.counters["bytes"] = Bytes;
}
BENCHMARK(encode)->Unit(benchmark::kMicrosecond);

void decode(benchmark::State &State) {
  Blob Bytes = encodeSummary(unit());
  for (auto _ : State)
    benchmark::DoNotOptimize(llvm::cantFail(decodeSummary(Bytes)));
}
BENCHMARK(decode)->Unit(benchmark::kMicrosecond);

void validate(benchmark::State &State) {
  TuSummary S = unit();
  for (auto _ : State)
    llvm::cantFail(validateSummary(S));
}
BENCHMARK(validate)->Unit(benchmark::kMicrosecond);

} // namespace

BENCHMARK_MAIN();
