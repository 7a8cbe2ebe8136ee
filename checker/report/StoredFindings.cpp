//===- StoredFindings.cpp - Findings and locks as the store keeps them ------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All strings once, then the findings (or locks) as numbers and indices of strings, all numbers
// LEB128. The five thousand findings of all confidences on 6.12 defconfig share most
// of their paths' text; as JSON they are 20 MB and take two seconds and a gigabyte to
// read back, which a run that has nothing else to do would notice.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Report.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/LEB128.h"

namespace gfpcheck {

namespace {

class Encoder {
  llvm::StringMap<unsigned> Index;
  std::string Table, Body;
  llvm::raw_string_ostream TableOS{Table}, OS{Body};

public:
  void number(uint64_t N) { llvm::encodeULEB128(N, OS); }
  void string(llvm::StringRef S) {
    auto [It, New] = Index.try_emplace(S, Index.size());
    if (New) {
      llvm::encodeULEB128(S.size(), TableOS);
      TableOS << S;
    }
    number(It->second);
  }
  void paths(llvm::ArrayRef<Path> Paths) {
    number(Paths.size());
    for (const Path &P : Paths) {
      for (const std::string *Part : {&P.Title, &P.From, &P.To})
        string(*Part);
      number(P.Steps.size());
      for (const Step &S : P.Steps) {
        number(static_cast<uint64_t>(S.Kind));
        number(S.Line);
        for (const std::string *Part : {&S.File, &S.Function, &S.Text})
          string(*Part);
      }
    }
  }
  std::string take() {
    std::string Out;
    llvm::raw_string_ostream Whole(Out);
    llvm::encodeULEB128(Index.size(), Whole);
    Whole << Table << Body;
    return Out;
  }
};

/// Reads what Encoder wrote. After the first thing that is not as it should be, Bad
/// is set and every read gives 0 or "".
class Decoder {
  const uint8_t *P, *End;
  std::vector<llvm::StringRef> Strings;

public:
  bool Bad = false;

  explicit Decoder(llvm::StringRef Bytes) : P(Bytes.bytes_begin()), End(Bytes.bytes_end()) {
    for (size_t Left = count(); Left && !Bad; --Left) {
      uint64_t Size = number();
      if (Size > size_t(End - P)) {
        Bad = true;
        return;
      }
      Strings.emplace_back(reinterpret_cast<const char *>(P), Size);
      P += Size;
    }
  }

  uint64_t number() {
    unsigned Size = 0;
    const char *Malformed = nullptr;
    // LLVM's decoder shifts by too much where more than the ten bytes of a number follow.
    const uint8_t *Limit = End - P > 10 ? P + 10 : End;
    uint64_t N = Bad ? 0 : llvm::decodeULEB128(P, &Size, Limit, &Malformed);
    if (Malformed)
      Bad = true;
    P += Size;
    return Bad ? 0 : N;
  }
  /// How many of something follow: each takes a byte at least.
  size_t count() {
    uint64_t N = number();
    if (N > size_t(End - P))
      Bad = true;
    return Bad ? 0 : N;
  }
  std::string string() {
    uint64_t I = number();
    if (I >= Strings.size())
      Bad = true;
    return Bad ? "" : Strings[I].str();
  }
  template <class Enum> Enum enumerator(Enum Last) {
    uint64_t N = number();
    if (N > static_cast<uint64_t>(Last))
      Bad = true;
    return Bad ? Enum() : static_cast<Enum>(N);
  }
  std::vector<Path> paths() {
    std::vector<Path> Paths(count());
    for (Path &P : Paths) {
      for (std::string *Part : {&P.Title, &P.From, &P.To})
        *Part = string();
      P.Steps.resize(count());
      for (Step &S : P.Steps) {
        S.Kind = enumerator(StepKind::Wait);
        S.Line = number();
        for (std::string *Part : {&S.File, &S.Function, &S.Text})
          *Part = string();
      }
    }
    return Paths;
  }
  bool atEnd() const { return P == End; }
};

} // namespace

std::string encodeFindings(llvm::ArrayRef<Finding> Findings) {
  Encoder E;
  E.number(Findings.size());
  for (const Finding &F : Findings) {
    for (const std::string *S : {&F.Id, &F.Check, &F.File, &F.Function, &F.Message, &F.Fix})
      E.string(*S);
    E.number(static_cast<uint64_t>(F.Conf));
    E.number(F.Line);
    E.number(F.Column);
    E.number(F.Reasons.size());
    for (const ConfidenceReason &R : F.Reasons) {
      E.number(static_cast<uint64_t>(R.Limit));
      E.string(R.Text);
    }
    E.number(F.Assumptions.size());
    for (const std::string &Text : F.Assumptions)
      E.string(Text);
    E.number(F.FixIts.size());
    for (const FixIt &X : F.FixIts) {
      for (const std::string *S : {&X.File, &X.Old, &X.New})
        E.string(*S);
      E.number(X.Line);
      E.number(X.Column);
    }
    E.paths(F.Paths);
  }
  return E.take();
}

llvm::Expected<std::vector<Finding>> decodeFindings(llvm::StringRef Bytes) {
  Decoder D(Bytes);
  std::vector<Finding> Findings(D.count());
  for (Finding &F : Findings) {
    for (std::string *S : {&F.Id, &F.Check, &F.File, &F.Function, &F.Message, &F.Fix})
      *S = D.string();
    F.Conf = D.enumerator(Confidence::High);
    F.Line = D.number();
    F.Column = D.number();
    F.Reasons.resize(D.count());
    for (ConfidenceReason &R : F.Reasons) {
      R.Limit = D.enumerator(Confidence::High);
      R.Text = D.string();
    }
    F.Assumptions.resize(D.count());
    for (std::string &Text : F.Assumptions)
      Text = D.string();
    F.FixIts.resize(D.count());
    for (FixIt &X : F.FixIts) {
      for (std::string *S : {&X.File, &X.Old, &X.New})
        *S = D.string();
      X.Line = D.number();
      X.Column = D.number();
    }
    F.Paths = D.paths();
    if (D.Bad)
      break;
  }
  if (D.Bad || !D.atEnd())
    return llvm::createStringError("malformed findings");
  return Findings;
}

std::string encodeLocks(llvm::ArrayRef<LockInfo> Locks) {
  Encoder E;
  E.number(Locks.size());
  for (const LockInfo &L : Locks) {
    for (const std::string *S : {&L.Class, &L.Function, &L.Message})
      E.string(*S);
    E.number(static_cast<uint64_t>(L.Reclaim));
    E.number(static_cast<uint64_t>(L.Allocation));
    E.paths(L.Paths);
  }
  return E.take();
}

llvm::Expected<std::vector<LockInfo>> decodeLocks(llvm::StringRef Bytes) {
  Decoder D(Bytes);
  std::vector<LockInfo> Locks(D.count());
  for (LockInfo &L : Locks) {
    for (std::string *S : {&L.Class, &L.Function, &L.Message})
      *S = D.string();
    L.Reclaim = D.enumerator(ReclaimLevel::Fs);
    L.Allocation = D.enumerator(ReclaimLevel::Fs);
    L.Paths = D.paths();
    if (D.Bad)
      break;
  }
  if (D.Bad || !D.atEnd())
    return llvm::createStringError("malformed locks");
  return Locks;
}

} // namespace gfpcheck
