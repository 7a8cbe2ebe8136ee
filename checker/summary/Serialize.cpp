//===- Serialize.cpp - Summaries as blobs -----------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/summary/Serialize.h"
#include "summary_generated.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include <cstring>
#include <type_traits>

namespace gfpcheck {
namespace {

namespace fb = flatbuffers;

static_assert(FLATBUFFERS_LITTLEENDIAN, "records are copied to the buffer as they are in memory");

template <class Record, class Stored> constexpr bool sameShape() {
  return sizeof(Record) == sizeof(Stored) && alignof(Record) == alignof(Stored) &&
         std::is_trivially_copyable_v<Record>;
}
static_assert(sameShape<Value, fbs::Value>());
static_assert(sameShape<Event, fbs::Event>());
static_assert(sameShape<Edge, fbs::Edge>());
static_assert(sameShape<Move, fbs::Move>());
static_assert(sameShape<Block, fbs::Block>());
static_assert(sameShape<Symbol, fbs::Symbol>());
static_assert(sameShape<Param, fbs::Param>());
static_assert(sameShape<InitEntry, fbs::InitEntry>());
static_assert(sameShape<InlineRef, fbs::InlineRef>());

constexpr uint32_t Magic = 0x31504647; // "GFP1"
constexpr size_t HeaderSize = 8;
/// No summary comes near this; a header that claims more is damaged.
constexpr uint32_t MaxRawSize = 512u << 20;
/// Nor does a function come near this many calls (the solver keeps an array of them).
constexpr uint32_t MaxCalls = 1u << 20;

llvm::Error malformed(const llvm::Twine &What) {
  return llvm::createStringError("malformed summary: " + What);
}

//===----------------------------------------------------------------------===//
// Encoding
//===----------------------------------------------------------------------===//

template <class Stored, class Record>
fb::Offset<fb::Vector<const Stored *>> records(fb::FlatBufferBuilder &B,
                                               const std::vector<Record> &V) {
  if (V.empty())
    return 0;
  return B.CreateVectorOfStructs(reinterpret_cast<const Stored *>(V.data()), V.size());
}

fb::Offset<fb::Vector<uint32_t>> scalars(fb::FlatBufferBuilder &B, const std::vector<uint32_t> &V) {
  return V.empty() ? fb::Offset<fb::Vector<uint32_t>>(0) : B.CreateVector(V);
}

fb::Offset<fbs::Function> encodeFunction(fb::FlatBufferBuilder &B, const Function &F) {
  auto Params = records<fbs::Param>(B, F.Params);
  auto Values = records<fbs::Value>(B, F.Values);
  auto Operands = scalars(B, F.Operands);
  auto Events = records<fbs::Event>(B, F.Events);
  auto Edges = records<fbs::Edge>(B, F.Edges);
  auto Moves = records<fbs::Move>(B, F.Moves);
  auto Blocks = records<fbs::Block>(B, F.Blocks);
  auto Annotations = scalars(B, F.Annotations);
  return fbs::CreateFunction(B, F.Sym, F.File, F.Line, F.ReturnType, F.TypeHash, F.Flags,
                             F.CallCount, Params, Values, Operands, Events, Edges, Moves, Blocks,
                             Annotations);
}

fb::Offset<fbs::Summary> encodeInto(fb::FlatBufferBuilder &B, const TuSummary &S) {
  std::vector<fb::Offset<fbs::Function>> Functions;
  Functions.reserve(S.Functions.size());
  for (const Function &F : S.Functions)
    Functions.push_back(encodeFunction(B, F));
  std::string Bytes;
  std::vector<uint32_t> Ends;
  Ends.reserve(S.Strings.size());
  for (const std::string &Str : S.Strings) {
    Bytes += Str;
    Ends.push_back(Bytes.size());
  }
  auto MainFile = B.CreateString(S.MainFile);
  auto StringBytes = B.CreateVector(reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size());
  auto StringEnds = B.CreateVector(Ends);
  auto Symbols = records<fbs::Symbol>(B, S.Symbols);
  auto FunctionList = B.CreateVector(Functions);
  auto Inits = records<fbs::InitEntry>(B, S.Inits);
  auto Inlines = records<fbs::InlineRef>(B, S.Inlines);
  return fbs::CreateSummary(B, MainFile, StringBytes, StringEnds, Symbols, FunctionList, Inits,
                            Inlines);
}

Blob seal(fb::FlatBufferBuilder &B, fb::Offset<fbs::Bundle> Root) {
  fbs::FinishBundleBuffer(B, Root);
  Blob Payload;
  // Level 3: on kernel summaries a higher one costs twice the time for 5 % of size.
  llvm::compression::zstd::compress({B.GetBufferPointer(), B.GetSize()}, Payload, 3);
  Blob Out;
  Out.resize_for_overwrite(HeaderSize);
  llvm::support::endian::write32le(Out.data(), Magic);
  llvm::support::endian::write32le(Out.data() + 4, B.GetSize());
  Out.append(Payload.begin(), Payload.end());
  return Out;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// Undoes seal(); Raw owns the memory that the result points into.
llvm::Expected<const fbs::Bundle *> unseal(llvm::ArrayRef<uint8_t> Bytes, Blob &Raw) {
  if (Bytes.size() < HeaderSize || llvm::support::endian::read32le(Bytes.data()) != Magic)
    return malformed("no header");
  uint32_t RawSize = llvm::support::endian::read32le(Bytes.data() + 4);
  if (RawSize > MaxRawSize)
    return malformed("impossible size");
  if (llvm::Error E =
          llvm::compression::zstd::decompress(Bytes.drop_front(HeaderSize), Raw, RawSize)) {
    llvm::consumeError(std::move(E));
    return malformed("cannot be decompressed");
  }
  if (Raw.size() != RawSize)
    return malformed("decompressed size differs");
  fb::Verifier Verifier(Raw.data(), Raw.size(), /*max_depth=*/64, /*max_tables=*/10000000);
  if (!fbs::VerifyBundleBuffer(Verifier))
    return malformed("not a summary buffer");
  return fbs::GetBundle(Raw.data());
}

template <class Record, class Stored>
void copyOut(std::vector<Record> &To, const fb::Vector<const Stored *> *From) {
  if (!From || From->size() == 0)
    return;
  To.resize(From->size());
  std::memcpy(static_cast<void *>(To.data()), From->Data(), From->size() * sizeof(Record));
}

void copyOut(std::vector<uint32_t> &To, const fb::Vector<uint32_t> *From) {
  if (From)
    To.assign(From->begin(), From->end());
}

llvm::StringRef view(const fb::String *S) {
  return S ? llvm::StringRef(S->c_str(), S->size()) : llvm::StringRef();
}

llvm::Expected<TuSummary> decodeFrom(const fbs::Summary &In) {
  TuSummary S;
  S.MainFile = view(In.main_file()).str();
  S.Strings.clear();
  S.Symbols.clear();
  if (In.string_bytes() && In.string_ends()) {
    const auto &Bytes = *In.string_bytes();
    S.Strings.reserve(In.string_ends()->size());
    uint32_t Begin = 0;
    for (uint32_t End : *In.string_ends()) {
      if (End < Begin || End > Bytes.size())
        return malformed("string table");
      S.Strings.emplace_back(reinterpret_cast<const char *>(Bytes.Data()) + Begin, End - Begin);
      Begin = End;
    }
  }
  copyOut(S.Symbols, In.symbols());
  copyOut(S.Inits, In.inits());
  copyOut(S.Inlines, In.inlines());
  if (In.functions()) {
    S.Functions.resize(In.functions()->size());
    for (size_t I = 0; I != S.Functions.size(); ++I) {
      const fbs::Function &From = *In.functions()->Get(I);
      Function &F = S.Functions[I];
      F.Sym = From.sym();
      F.File = From.file();
      F.Line = From.line();
      F.ReturnType = From.return_type();
      F.TypeHash = From.type_hash();
      F.Flags = static_cast<uint8_t>(From.flags());
      F.CallCount = From.call_count();
      copyOut(F.Params, From.params());
      copyOut(F.Values, From.values());
      copyOut(F.Operands, From.operands());
      copyOut(F.Events, From.events());
      copyOut(F.Edges, From.edges());
      copyOut(F.Moves, From.moves());
      copyOut(F.Blocks, From.blocks());
      copyOut(F.Annotations, From.annotations());
    }
  }
  if (llvm::Error E = validateSummary(S))
    return std::move(E);
  return S;
}

//===----------------------------------------------------------------------===//
// Validation
//===----------------------------------------------------------------------===//

/// Range checks of one function. Each method returns whether its part is sound and
/// leaves the name of the first bad field in Bad.
class FunctionChecker {
  const TuSummary &S;
  const Function &F;

public:
  const char *Bad = nullptr;

  FunctionChecker(const TuSummary &S, const Function &F) : S(S), F(F) {}

  bool check() {
    return require(F.Sym < S.Symbols.size(), "symbol") && string(F.File, "file") &&
           string(F.ReturnType, "return type") && require(F.CallCount <= MaxCalls, "call count") &&
           params() && values() && events() && edges() &&
           blocks();
  }

private:
  bool require(bool Cond, const char *What) {
    if (!Cond)
      Bad = What;
    return Cond;
  }
  bool string(StrId Id, const char *What) { return require(Id < S.Strings.size(), What); }
  bool value(ValueId Id, const char *What) { return require(Id < F.Values.size(), What); }
  static bool within(uint32_t Begin, uint32_t Count, size_t Size) {
    return Begin <= Size && Count <= Size - Begin;
  }

  bool params() {
    for (const Param &P : F.Params)
      if (!string(P.Name, "parameter name") || !string(P.Type, "parameter type"))
        return false;
    for (StrId Id : F.Annotations)
      if (!string(Id, "annotation"))
        return false;
    return true;
  }

  bool values() {
    for (ValueId Id = 0; Id != F.Values.size(); ++Id)
      if (!require(operandsSound(F.Values[Id], Id), "value"))
        return false;
    for (ValueId Id : F.Operands)
      if (!value(Id, "operand"))
        return false;
    // An alias has neither values nor blocks.
    return F.Values.empty() ? require(F.Blocks.empty(), "value 0")
                            : require(F.Values[0].Kind == ValueKind::Unknown, "value 0");
  }

  bool operandsSound(const Value &V, ValueId Self) const {
    auto Before = [&](ValueId Id) { return Id < Self; };
    auto Str = [&](StrId Id) { return Id < S.Strings.size(); };
    switch (V.Kind) {
    case ValueKind::Unknown:
    case ValueKind::Const:
    case ValueKind::String:
    case ValueKind::Local:
      return true;
    case ValueKind::Param:
      return V.A < F.Params.size();
    case ValueKind::Global:
    case ValueKind::Func:
      return V.A < S.Symbols.size();
    case ValueKind::Field:
    case ValueKind::Container:
      return Before(V.A) && Str(V.B) && Str(V.C);
    case ValueKind::Index:
      return Before(V.A) && (V.B == 0 || Before(V.B));
    case ValueKind::Call:
      return V.A < F.CallCount;
    case ValueKind::Load:
    case ValueKind::Not:
    case ValueKind::LNot:
    case ValueKind::Neg:
      return Before(V.A);
    case ValueKind::Select:
      return Before(V.A) && Before(V.B) && Before(V.C);
    case ValueKind::Phi:
      return within(V.A, V.B, F.Operands.size());
    case ValueKind::And:
    case ValueKind::Or:
    case ValueKind::Xor:
    case ValueKind::Add:
    case ValueKind::Sub:
    case ValueKind::Mul:
    case ValueKind::Div:
    case ValueKind::Rem:
    case ValueKind::Shl:
    case ValueKind::Shr:
    case ValueKind::Eq:
    case ValueKind::Ne:
    case ValueKind::Lt:
    case ValueKind::Le:
    case ValueKind::Gt:
    case ValueKind::Ge:
    case ValueKind::LAnd:
    case ValueKind::LOr:
      return Before(V.A) && Before(V.B);
    }
    return false; // a kind that does not exist
  }

  bool events() {
    for (const Event &E : F.Events) {
      if (!require(E.Kind <= EventKind::Return, "event kind") || !string(E.Macro, "macro") ||
          !value(E.A, "event value") || !value(E.B, "stored value") ||
          !require(within(E.ArgBegin, E.ArgCount, F.Operands.size()), "call arguments") ||
          !require(E.Kind != EventKind::Call || E.CallNo < F.CallCount, "call number"))
        return false;
    }
    return true;
  }

  bool edges() {
    for (const Edge &E : F.Edges)
      if (!require(E.Target < F.Blocks.size(), "edge target") ||
          !require(E.Guard <= GuardKind::Default, "guard") ||
          !require(within(E.MoveBegin, E.MoveCount, F.Moves.size()), "edge moves"))
        return false;
    for (const Move &M : F.Moves)
      if (!value(M.Phi, "move") || !value(M.From, "move"))
        return false;
    return true;
  }

  bool blocks() {
    for (const Block &B : F.Blocks)
      if (!require(within(B.EventBegin, B.EventCount, F.Events.size()), "block events") ||
          !require(within(B.EdgeBegin, B.EdgeCount, F.Edges.size()), "block edges") ||
          !value(B.Cond, "block condition"))
        return false;
    return true;
  }
};

} // namespace

llvm::Error validateSummary(const TuSummary &S) {
  auto Str = [&](StrId Id) { return Id < S.Strings.size(); };
  if (S.Strings.empty() || !S.Strings[0].empty())
    return malformed("string 0");
  if (S.Symbols.empty())
    return malformed("symbol 0");
  for (const Symbol &Sym : S.Symbols)
    if (!Str(Sym.Name) || !Str(Sym.File) || !Str(Sym.Type))
      return malformed("symbol");
  for (const InitEntry &I : S.Inits)
    if (I.Owner >= S.Symbols.size() || I.Target >= S.Symbols.size() || !Str(I.Record) ||
        !Str(I.Field) || !Str(I.Path))
      return malformed("initialiser");
  for (const InlineRef &I : S.Inlines)
    if (!Str(I.File) || !Str(I.Name))
      return malformed("header inline");
  for (const Function &F : S.Functions) {
    FunctionChecker Checker(S, F);
    if (!Checker.check())
      return malformed(llvm::formatv("function {0} ({1}), {2}",
                                     F.Sym < S.Symbols.size() ? S.str(S.Symbols[F.Sym].Name) : "?",
                                     S.MainFile, Checker.Bad)
                           .str());
  }
  return llvm::Error::success();
}

Blob encodeSummary(const TuSummary &S) {
  fb::FlatBufferBuilder B(64 << 10);
  auto Summary = encodeInto(B, S);
  return seal(B, fbs::CreateBundle(B, Summary, 0));
}

llvm::Expected<TuSummary> decodeSummary(llvm::ArrayRef<uint8_t> Bytes) {
  Blob Raw;
  llvm::Expected<const fbs::Bundle *> Root = unseal(Bytes, Raw);
  if (!Root)
    return Root.takeError();
  if (!(*Root)->summary())
    return malformed("no summary inside");
  return decodeFrom(*(*Root)->summary());
}

Blob encodeInlines(llvm::ArrayRef<InlineUnit> Units) {
  if (Units.empty())
    return {};
  fb::FlatBufferBuilder B(64 << 10);
  std::vector<fb::Offset<fbs::Inline>> List;
  List.reserve(Units.size());
  for (const InlineUnit &U : Units) {
    auto Summary = encodeInto(B, U.Summary);
    auto File = B.CreateString(U.File);
    auto Name = B.CreateString(U.Name);
    List.push_back(fbs::CreateInline(B, File, U.Line, Name, U.FileDigest, U.TokenHash, Summary));
  }
  auto Inlines = B.CreateVector(List);
  return seal(B, fbs::CreateBundle(B, 0, Inlines));
}

llvm::Expected<std::vector<InlineUnit>> decodeInlines(llvm::ArrayRef<uint8_t> Bytes) {
  std::vector<InlineUnit> Units;
  if (Bytes.empty())
    return Units;
  Blob Raw;
  llvm::Expected<const fbs::Bundle *> Root = unseal(Bytes, Raw);
  if (!Root)
    return Root.takeError();
  if (!(*Root)->inlines())
    return malformed("no inlines inside");
  Units.reserve((*Root)->inlines()->size());
  for (const fbs::Inline *In : *(*Root)->inlines()) {
    if (!In->summary())
      return malformed("inline without a summary");
    InlineUnit &U = Units.emplace_back();
    U.File = view(In->file()).str();
    U.Line = In->line();
    U.Name = view(In->name()).str();
    U.FileDigest = In->file_digest();
    U.TokenHash = In->token_hash();
    llvm::Expected<TuSummary> S = decodeFrom(*In->summary());
    if (!S)
      return S.takeError();
    U.Summary = std::move(*S);
  }
  return Units;
}

} // namespace gfpcheck
