//===- SerializeTests.cpp - Summaries to blobs and back ---------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/summary/Serialize.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include "gtest/gtest.h"
#include <cstring>
#include <random>

using namespace gfpcheck;

namespace {

StrId intern(TuSummary &S, const std::string &Text) {
  S.Strings.push_back(Text);
  return S.Strings.size() - 1;
}

/// `int f(gfp_t flags) { if (flags & 0x400) return g(flags); return 0; }`, and one of
/// everything else.
TuSummary sample() {
  TuSummary S;
  S.MainFile = "fs/sample/file.c";
  StrId F = intern(S, "f"), G = intern(S, "g"), File = intern(S, S.MainFile);
  StrId Flags = intern(S, "flags"), Gfp = intern(S, "gfp_t"), Ops = intern(S, "sample_operations");
  S.Symbols.push_back({F, 0, 0, SF_Function | SF_Defined, {}, 0});
  S.Symbols.push_back({G, File, 7, SF_Function | SF_Internal, {}, 0});
  S.Symbols.push_back({Ops, 0, 0, SF_Defined, {}, Ops});
  Function Fn;
  Fn.Sym = 1;
  Fn.File = File;
  Fn.Line = 12;
  Fn.ReturnType = Gfp;
  Fn.TypeHash = 0x0123456789abcdef;
  Fn.Flags = FF_HeaderInline | FF_Init;
  Fn.CallCount = 1;
  Fn.Params = {{Flags, Gfp}};
  Fn.Values = {{},
               {ValueKind::Param, {}, 0, 0, 0, 0},
               {ValueKind::Const, {}, 0, 0, 0, -0x400},
               {ValueKind::And, {}, 1, 2, 0, 0},
               {ValueKind::Func, {}, 2, 0, 0, 0},
               {ValueKind::Call, {}, 0, 0, 0, 0},
               {ValueKind::Field, {}, 1, Ops, Flags, 0},
               {ValueKind::Phi, {}, 1, 2, 0, 0}};
  Fn.Operands = {1, 2, 5};
  Event Call;
  Call.Column = 9;
  Call.Line = 13;
  Call.Macro = Flags;
  Call.A = 4;
  Call.ArgCount = 1;
  Call.TypeHash = 99;
  Event Return;
  Return.Kind = EventKind::Return;
  Return.A = 7;
  Fn.Events = {Call, Return};
  Fn.Moves = {{7, 2}, {7, 5}};
  Edge Taken{1, GuardKind::True, 0, {}, 0, 0, 0, 0};
  Edge Other{2, GuardKind::Case, 1, {}, -5, 1l << 40, 0, 1};
  Edge Join{2, GuardKind::Always, 0, {}, 0, 0, 1, 1};
  Fn.Edges = {Taken, Other, Join};
  Fn.Blocks = {{0, 0, 0, 2, 3, 13}, {0, 1, 2, 1, 0, 0}, {1, 1, 3, 0, 0, 0}};
  Fn.Annotations = {intern(S, "section:.init.text")};
  S.Functions.push_back(Fn);
  S.Inits = {{3, Ops, Flags, 2, intern(S, "[3].fn"), 40}};
  S.Inlines = {{File, 3, G, 0, 0xfeedbeef}};
  return S;
}

template <class T> bool same(const std::vector<T> &A, const std::vector<T> &B) {
  return A.size() == B.size() &&
         (A.empty() || std::memcmp(A.data(), B.data(), A.size() * sizeof(T)) == 0);
}

void expectSame(const TuSummary &A, const TuSummary &B) {
  EXPECT_EQ(A.MainFile, B.MainFile);
  EXPECT_EQ(A.Strings, B.Strings);
  EXPECT_TRUE(same(A.Symbols, B.Symbols));
  EXPECT_TRUE(same(A.Inits, B.Inits));
  EXPECT_TRUE(same(A.Inlines, B.Inlines));
  ASSERT_EQ(A.Functions.size(), B.Functions.size());
  for (size_t I = 0; I != A.Functions.size(); ++I) {
    const Function &F = A.Functions[I], &G = B.Functions[I];
    EXPECT_EQ(F.Sym, G.Sym);
    EXPECT_EQ(F.File, G.File);
    EXPECT_EQ(F.Line, G.Line);
    EXPECT_EQ(F.ReturnType, G.ReturnType);
    EXPECT_EQ(F.TypeHash, G.TypeHash);
    EXPECT_EQ(F.Flags, G.Flags);
    EXPECT_EQ(F.CallCount, G.CallCount);
    EXPECT_TRUE(same(F.Params, G.Params));
    EXPECT_TRUE(same(F.Values, G.Values));
    EXPECT_TRUE(same(F.Operands, G.Operands));
    EXPECT_TRUE(same(F.Events, G.Events));
    EXPECT_TRUE(same(F.Edges, G.Edges));
    EXPECT_TRUE(same(F.Moves, G.Moves));
    EXPECT_TRUE(same(F.Blocks, G.Blocks));
    EXPECT_TRUE(same(F.Annotations, G.Annotations));
  }
}

bool sound(const TuSummary &S) {
  llvm::Error E = validateSummary(S);
  bool Failed = static_cast<bool>(E);
  llvm::consumeError(std::move(E));
  return !Failed;
}

/// The FlatBuffers buffer inside a blob, and a blob around one: to damage what
/// decompression would notice otherwise.
Blob unwrap(const Blob &Sealed) {
  Blob Raw;
  llvm::cantFail(
      llvm::compression::zstd::decompress(llvm::ArrayRef(Sealed).drop_front(8), Raw,
                                          llvm::support::endian::read32le(Sealed.data() + 4)));
  return Raw;
}

Blob wrap(const Blob &Sealed, const Blob &Raw) {
  Blob Payload, Out(Sealed.begin(), Sealed.begin() + 8);
  llvm::compression::zstd::compress(Raw, Payload, 1);
  llvm::support::endian::write32le(Out.data() + 4, Raw.size());
  Out.append(Payload.begin(), Payload.end());
  return Out;
}

} // namespace

TEST(Serialize, SummaryRoundTrip) {
  TuSummary S = sample();
  ASSERT_TRUE(sound(S));
  llvm::Expected<TuSummary> Back = decodeSummary(encodeSummary(S));
  ASSERT_TRUE(static_cast<bool>(Back)) << toString(Back.takeError());
  expectSame(S, *Back);
}

TEST(Serialize, EmptySummaryRoundTrip) {
  llvm::Expected<TuSummary> Back = decodeSummary(encodeSummary(TuSummary()));
  ASSERT_TRUE(static_cast<bool>(Back)) << toString(Back.takeError());
  expectSame(TuSummary(), *Back);
}

TEST(Serialize, InlinesRoundTripInOrder) {
  std::vector<InlineUnit> Units(2);
  Units[0] = {"include/linux/slab.h", 700, "kmalloc", 11, 22, sample()};
  Units[1] = {"include/linux/gfp.h", 5, "", 0, ~0ull, TuSummary()};
  auto Back = decodeInlines(encodeInlines(Units));
  ASSERT_TRUE(static_cast<bool>(Back)) << toString(Back.takeError());
  ASSERT_EQ(Back->size(), 2u);
  for (int I = 0; I != 2; ++I) {
    EXPECT_EQ((*Back)[I].File, Units[I].File);
    EXPECT_EQ((*Back)[I].Line, Units[I].Line);
    EXPECT_EQ((*Back)[I].Name, Units[I].Name);
    EXPECT_EQ((*Back)[I].FileDigest, Units[I].FileDigest);
    EXPECT_EQ((*Back)[I].TokenHash, Units[I].TokenHash);
    expectSame((*Back)[I].Summary, Units[I].Summary);
  }
}

TEST(Serialize, NoInlinesIsAnEmptyBlob) {
  EXPECT_TRUE(encodeInlines({}).empty());
  auto Back = decodeInlines({});
  ASSERT_TRUE(static_cast<bool>(Back));
  EXPECT_TRUE(Back->empty());
}

TEST(Serialize, EncodingIsDeterministic) {
  EXPECT_EQ(encodeSummary(sample()), encodeSummary(sample()));
}

TEST(Serialize, ValidationFindsEachBadIndex) {
  auto Broken = [](auto Change) {
    TuSummary S = sample();
    Change(S);
    return !sound(S);
  };
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Strings[0] = "x"; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Symbols.clear(); }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Symbols[1].Name = 1000; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Inits[0].Target = 1000; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Inlines[0].File = 1000; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Sym = 1000; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Params.clear(); }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Values.clear(); }));
  EXPECT_FALSE(Broken([](TuSummary &S) { S.Functions.emplace_back(); })) << "an alias";
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].CallCount = ~0u; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Values[3].A = 3; })) << "its own operand";
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Values[4].A = 1000; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Values[5].A = 1; })) << "call number";
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Values[6].C = 1000; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Values[7].B = 3; })) << "operands of Phi";
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Values[2].Kind = ValueKind(200); }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Operands[0] = 1000; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Events[0].Kind = EventKind(9); }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Events[0].ArgBegin = ~0u; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Events[0].CallNo = 1; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Events[1].A = 1000; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Edges[0].Target = 3; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Edges[2].MoveCount = 2; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Moves[1].From = 1000; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Blocks[0].EventCount = ~0u; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Blocks[0].EdgeBegin = 4; }));
  EXPECT_TRUE(Broken([](TuSummary &S) { S.Functions[0].Annotations[0] = 1000; }));
}

TEST(Serialize, TruncatedBlobsAreErrors) {
  Blob Whole = encodeSummary(sample());
  for (size_t Size = 0; Size != Whole.size(); ++Size) {
    auto Back = decodeSummary(llvm::ArrayRef(Whole).take_front(Size));
    EXPECT_FALSE(static_cast<bool>(Back)) << Size << " bytes";
    llvm::consumeError(Back.takeError());
  }
}

// Whatever the bytes, decoding ends with a sound summary or an Error.
TEST(Serialize, DamagedBuffersNeverCrash) {
  std::vector<InlineUnit> Units(1);
  Units[0] = {"include/linux/slab.h", 700, "kmalloc", 11, 22, sample()};
  std::mt19937 Random(1);
  for (const Blob &Good : {encodeSummary(sample()), encodeInlines(Units)}) {
    Blob Raw = unwrap(Good);
    for (int Round = 0; Round != 20000; ++Round) {
      Blob Bad = Round % 4 ? Raw : Good;
      for (int Flips = 1 + Random() % 4; Flips; --Flips)
        Bad[Random() % Bad.size()] = Random() % 3 ? Random() : 0xff;
      if (Round % 4)
        Bad = wrap(Good, Bad);
      auto Summary = decodeSummary(Bad);
      if (Summary)
        EXPECT_TRUE(sound(*Summary));
      else
        llvm::consumeError(Summary.takeError());
      auto Inlines = decodeInlines(Bad);
      if (!Inlines)
        llvm::consumeError(Inlines.takeError());
    }
  }
}
