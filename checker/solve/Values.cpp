//===- Values.cpp - Values across functions -------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/solve/Values.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

// Values deeper than this are Unknown: they only name things, and a loop through
// a recursive call would otherwise grow them without end.
constexpr unsigned MaxDepth = 12;

bool isUnary(ValueKind K) {
  return K == ValueKind::Not || K == ValueKind::LNot || K == ValueKind::Neg;
}
bool isBinary(ValueKind K) { return K >= ValueKind::And && K <= ValueKind::LOr; }

// Which of A, B, C are operands.
unsigned operandCount(ValueKind K) {
  if (K == ValueKind::Select)
    return 3;
  if (isBinary(K))
    return 2;
  if (isUnary(K) || K == ValueKind::Field || K == ValueKind::Index || K == ValueKind::Load ||
      K == ValueKind::Container)
    return 1;
  return 0;
}

std::optional<int64_t> fold(ValueKind K, int64_t A, int64_t B, bool Unsigned) {
  uint64_t UA = A, UB = B;
  switch (K) {
  case ValueKind::And:
    return A & B;
  case ValueKind::Or:
    return A | B;
  case ValueKind::Xor:
    return A ^ B;
  case ValueKind::Add:
    return int64_t(UA + UB);
  case ValueKind::Sub:
    return int64_t(UA - UB);
  case ValueKind::Mul:
    return int64_t(UA * UB);
  case ValueKind::Div:
    return B > 0 ? std::optional<int64_t>(A / B) : std::nullopt;
  case ValueKind::Rem:
    return B > 0 ? std::optional<int64_t>(A % B) : std::nullopt;
  case ValueKind::Shl:
    return UB < 64 ? int64_t(UA << UB) : 0;
  case ValueKind::Shr:
    return UB < 64 ? int64_t(UA >> UB) : 0;
  case ValueKind::Eq:
    return A == B;
  case ValueKind::Ne:
    return A != B;
  case ValueKind::Lt:
    return Unsigned ? UA < UB : A < B;
  case ValueKind::Le:
    return Unsigned ? UA <= UB : A <= B;
  case ValueKind::Gt:
    return Unsigned ? UA > UB : A > B;
  case ValueKind::Ge:
    return Unsigned ? UA >= UB : A >= B;
  case ValueKind::LAnd:
    return A && B;
  case ValueKind::LOr:
    return A || B;
  default:
    return std::nullopt;
  }
}

} // namespace

ValuePool::ValuePool(const ValuePool *Base) : Base(Base) {
  Nodes.push_back({ValueKind::Unknown, VF_Opaque, 0, 0, 0, 0, 0});
  Table.assign(256, 0);
}

void ValuePool::clear() {
  Nodes.resize(1);
  PhiOperands.clear();
  Sets.clear();
  if (Table.size() > 4096)
    Table.assign(256, 0);
  else
    std::fill(Table.begin(), Table.end(), 0);
  Used = 0;
}

ArrayRef<VId> ValuePool::operands(VId Phi) const {
  const VNode &N = node(Phi);
  return ArrayRef<VId>(operandList(Phi)).slice(N.A, N.B);
}

uint64_t ValuePool::hash(const VNode &N) const {
  uint64_t H = uint64_t(N.Kind) * 0x9e3779b97f4a7c15ull;
  auto Mix = [&H](uint64_t X) { H = (H ^ X) * 0xff51afd7ed558ccdull, H ^= H >> 32; };
  Mix(N.A);
  Mix(uint64_t(N.B) << 32 | N.C);
  Mix(N.Imm);
  return H;
}

static bool sameNode(const VNode &A, const VNode &B) {
  return A.Kind == B.Kind && A.A == B.A && A.B == B.B && A.C == B.C && A.Imm == B.Imm;
}

void ValuePool::save(ByteWriter &Out) const {
  Out.array(ArrayRef(Nodes));
  Out.array(ArrayRef(PhiOperands));
}

bool ValuePool::load(ByteReader &In, const Correspondence &Ids) {
  const std::vector<VNode> Mine = std::move(Nodes);
  In.array(Nodes);
  In.array(PhiOperands);
  bool Sound = !In.Bad && Nodes.size() >= Mine.size();
  for (VId V = 1; V < Nodes.size() && Sound; ++V) {
    VNode &N = Nodes[V];
    switch (N.Kind) {
    case ValueKind::Global:
    case ValueKind::Func:
      if (N.A & SpecialBit)
        N.A = Ids.name(N.A & ~SpecialBit) | SpecialBit;
      else
        N.A = Ids.entity(N.A);
      break;
    case ValueKind::Field:
    case ValueKind::Container:
      N.B = Ids.name(N.B);
      N.C = Ids.name(N.C);
      Sound = N.A < V;
      break;
    case ValueKind::Phi:
      Sound = uint64_t(N.A) + N.B <= PhiOperands.size();
      break;
    default: {
      const unsigned Operands = operandCount(N.Kind);
      Sound = (Operands < 1 || N.A < V) && (Operands < 2 || N.B < V) && (Operands < 3 || N.C < V);
    }
    }
  }
  Sound = Sound && llvm::all_of(PhiOperands, [&](VId V) { return V < Nodes.size(); }) &&
          std::equal(Mine.begin(), Mine.end(), Nodes.begin(), sameNode);
  if (!Sound) {
    Nodes.resize(1);
    PhiOperands.clear();
    return false;
  }
  // As intern() and phi() entered them.
  Table.assign(PowerOf2Ceil(2 * Nodes.size() + 256), 0);
  Used = 0;
  Sets.clear();
  for (VId V = 1; V != Nodes.size(); ++V) {
    if (Nodes[V].Kind == ValueKind::Phi) {
      const ArrayRef<VId> Set = operands(V);
      if (!Nodes[V].C)
        Sets[hash_combine_range(Set.begin(), Set.end())].push_back(V);
      continue;
    }
    enter(V);
    ++Used;
  }
  return true;
}

// Puts node \p Index in the table, which has room and does not have it.
void ValuePool::enter(uint32_t Index) {
  size_t I = hash(Nodes[Index]) & (Table.size() - 1);
  while (Table[I])
    I = (I + 1) & (Table.size() - 1);
  Table[I] = Index + 1;
}

VId ValuePool::find(const VNode &N) const {
  for (size_t I = hash(N) & (Table.size() - 1);; I = (I + 1) & (Table.size() - 1)) {
    if (!Table[I])
      return 0;
    if (sameNode(Nodes[Table[I] - 1], N))
      return Table[I] - 1;
  }
}

VId ValuePool::intern(const VNode &N) {
  if (Base)
    if (VId Id = Base->find(N))
      return Id;
  size_t I = hash(N) & (Table.size() - 1);
  for (; Table[I]; I = (I + 1) & (Table.size() - 1))
    if (sameNode(Nodes[Table[I] - 1], N))
      return (Table[I] - 1) | (Base ? ScratchBit : 0);
  Nodes.push_back(N);
  Table[I] = Nodes.size();
  VId Id = Nodes.size() - 1;
  if (++Used * 2 > Table.size()) {
    std::vector<uint32_t> Old = std::move(Table);
    Table.assign(Old.size() * 2, 0);
    for (uint32_t E : Old) {
      if (!E || Nodes[E - 1].Kind == ValueKind::Phi)
        continue;
      enter(E - 1);
    }
  }
  return Id | (Base ? ScratchBit : 0);
}

VId ValuePool::make(ValueKind Kind, uint32_t A, uint32_t B, uint32_t C, int64_t Imm) {
  VNode N{Kind, 0, 0, A, B, C, Imm};
  unsigned Ops = operandCount(Kind);
  if (Kind == ValueKind::Unknown)
    return 0;
  if (Ops) {
    const VId Operand[3] = {A, B, C};
    for (unsigned I = 0; I != Ops; ++I) {
      const VNode &O = node(Operand[I]);
      N.Flags |= O.Flags;
      N.Depth = std::max<uint16_t>(N.Depth, O.Depth + 1);
    }
    if (N.Depth > MaxDepth)
      return 0;
  }
  switch (Kind) {
  case ValueKind::Param:
    N.Flags = VF_Param;
    break;
  case ValueKind::Call:
  case ValueKind::Local:
    N.Flags = VF_Opaque;
    break;
  case ValueKind::Field: {
    const VNode &Base = node(A);
    if (Base.Kind == ValueKind::Container && Base.B == B && Base.C == C)
      return Base.A;
    break;
  }
  case ValueKind::Container: {
    const VNode &Base = node(A);
    if (Base.Kind == ValueKind::Field && Base.B == B && Base.C == C)
      return Base.A;
    break;
  }
  case ValueKind::Load: {
    const VNode &Addr = node(A);
    // A special value is the model's, not memory that others change.
    if (Addr.Kind != ValueKind::Global || !(Addr.A & SpecialBit))
      N.Flags |= VF_Memory;
    if (Addr.Kind == ValueKind::Global && !(Addr.A & SpecialBit)) {
      const auto &Fixed = this->Base ? this->Base->GlobalConstants : GlobalConstants;
      auto It = Fixed.find(Addr.A);
      if (It != Fixed.end())
        return constant(It->second);
    }
    break;
  }
  case ValueKind::Not:
  case ValueKind::LNot:
  case ValueKind::Neg: {
    const VNode &X = node(A);
    if (X.Kind == ValueKind::Const)
      return constant(Kind == ValueKind::Not ? ~X.Imm : Kind == ValueKind::Neg ? -X.Imm : !X.Imm);
    break;
  }
  case ValueKind::Select: {
    const VNode &X = node(A);
    if (B == C)
      return B;
    if (X.Kind == ValueKind::Const)
      return X.Imm ? B : C;
    break;
  }
  default:
    if (isBinary(Kind)) {
      const VNode X = node(A), Y = node(B);
      if (X.Kind == ValueKind::Const && Y.Kind == ValueKind::Const)
        if (auto R = fold(Kind, X.Imm, Y.Imm, Imm == 1))
          return constant(*R);
      // (x & a) | (x & b): in_interrupt() is written so.
      if (Kind == ValueKind::Or && X.Kind == ValueKind::And && Y.Kind == ValueKind::And &&
          X.A == Y.A && node(X.B).Kind == ValueKind::Const && node(Y.B).Kind == ValueKind::Const)
        return make(ValueKind::And, X.A, constant(node(X.B).Imm | node(Y.B).Imm));
      bool Commutes = Kind == ValueKind::And || Kind == ValueKind::Or || Kind == ValueKind::Add ||
                      Kind == ValueKind::Xor || Kind == ValueKind::Eq || Kind == ValueKind::Ne;
      if (Commutes && X.Kind == ValueKind::Const)
        return make(Kind, B, A, C, Imm);
      if (Y.Kind == ValueKind::Const) {
        // (base & and-mask) | or-mask stays in that form.
        if (Kind == ValueKind::And) {
          if (Y.Imm == 0)
            return constant(0);
          if (Y.Imm == -1)
            return A;
          if (X.Kind == ValueKind::And && node(X.B).Kind == ValueKind::Const)
            return make(ValueKind::And, X.A, constant(node(X.B).Imm & Y.Imm));
          if (X.Kind == ValueKind::Or && node(X.B).Kind == ValueKind::Const)
            return make(ValueKind::Or, make(ValueKind::And, X.A, B),
                        constant(node(X.B).Imm & Y.Imm));
        }
        if ((Kind == ValueKind::Or || Kind == ValueKind::Add || Kind == ValueKind::Sub ||
             Kind == ValueKind::Xor) &&
            Y.Imm == 0)
          return A;
        if (Kind == ValueKind::Or && X.Kind == ValueKind::Or && node(X.B).Kind == ValueKind::Const)
          return make(ValueKind::Or, X.A, constant(node(X.B).Imm | Y.Imm));
      }
    }
  }
  return intern(N);
}

VId ValuePool::phi(ArrayRef<VId> Operands, uint32_t Tag) {
  SmallVector<VId, 8> Set(Operands);
  llvm::sort(Set);
  Set.erase(llvm::unique(Set), Set.end());
  if (Set.empty())
    return 0;
  if (Set.size() == 1)
    return Set.front();
  VNode N{ValueKind::Phi, 0, 0, 0, uint32_t(Set.size()), Tag, 0};
  for (VId O : Set) {
    N.Flags |= node(O).Flags;
    N.Depth = std::max<uint16_t>(N.Depth, node(O).Depth + 1);
  }
  if (N.Depth > MaxDepth)
    return 0;
  if (Tag)
    N.Flags |= VF_Opaque | VF_Phi;
  uint64_t H = 0;
  if (!Tag) { // plain sets are hash-consed by content
    H = hash_combine_range(Set.begin(), Set.end());
    if (Base)
      if (VId Id = Base->findSet(H, Set))
        return Id;
    if (VId Id = findSet(H, Set))
      return Id;
  }
  N.A = PhiOperands.size();
  PhiOperands.insert(PhiOperands.end(), Set.begin(), Set.end());
  Nodes.push_back(N);
  VId Id = (Nodes.size() - 1) | (Base ? ScratchBit : 0);
  if (!Tag)
    Sets[H].push_back(Id);
  return Id;
}

VId ValuePool::findSet(uint64_t Hash, ArrayRef<VId> Set) const {
  auto It = Sets.find(Hash);
  if (It != Sets.end())
    for (VId Id : It->second)
      if (operands(Id) == Set)
        return Id;
  return 0;
}

VId ValuePool::special(NameId Name) {
  return make(ValueKind::Load, make(ValueKind::Global, Name | SpecialBit));
}

VId ValuePool::rewrite(VId V, uint8_t Mask, function_ref<VId(VId)> Leaf) {
  VNode N = node(V);
  if (!(N.Flags & Mask))
    return V;
  VId R = Leaf(V);
  if (R != V)
    return R;
  if (N.Kind == ValueKind::Phi) {
    if (N.C)
      return V;
    SmallVector<VId, 8> Ops(operands(V));
    for (VId &O : Ops)
      O = rewrite(O, Mask, Leaf);
    return phi(Ops, 0);
  }
  unsigned Ops = operandCount(N.Kind);
  if (!Ops)
    return V;
  VId A = rewrite(N.A, Mask, Leaf);
  VId B = Ops > 1 ? rewrite(N.B, Mask, Leaf) : N.B;
  VId C = Ops > 2 ? rewrite(N.C, Mask, Leaf) : N.C;
  if (A == N.A && B == N.B && C == N.C)
    return V;
  return make(N.Kind, A, B, C, N.Imm);
}

VId ValuePool::subst(VId V, ArrayRef<VId> Args) {
  return rewrite(V, VF_Param, [&](VId Id) -> VId {
    const VNode &N = node(Id);
    if (N.Kind != ValueKind::Param)
      return Id;
    return N.A < Args.size() ? Args[N.A] : 0;
  });
}

bool ValuePool::contains(VId V, uint8_t Mask, ArrayRef<VId> Parts) {
  bool Found = false;
  if (!Parts.empty())
    rewrite(V, Mask, [&](VId X) {
      Found |= is_contained(Parts, X);
      return X;
    });
  return Found;
}

VId ValuePool::import(VId V, const ValuePool &From) {
  if (!(V & ScratchBit))
    return V;
  const VNode N = From.node(V);
  if (N.Kind == ValueKind::Unknown || N.Kind == ValueKind::Call || N.Kind == ValueKind::Local)
    return 0;
  // A tagged phi of values that may leave does so as a plain set.
  if (N.Kind == ValueKind::Phi) {
    SmallVector<VId, 8> Ops(From.operands(V));
    for (VId &O : Ops)
      if (!(O = import(O, From)))
        return 0;
    return phi(Ops, 0);
  }
  unsigned Ops = operandCount(N.Kind);
  uint32_t X[3] = {N.A, N.B, N.C};
  for (unsigned I = 0; I != Ops; ++I)
    if (!(X[I] = import(X[I], From)))
      return 0;
  return make(N.Kind, X[0], X[1], X[2], N.Imm);
}

std::string ValuePool::print(VId V, const Program &P, ArrayRef<StringRef> ParamNames) const {
  const VNode &N = node(V);
  auto Sub = [&](VId X) { return print(X, P, ParamNames); };
  auto Binary = [&](const char *Op) { return Sub(N.A) + " " + Op + " " + Sub(N.B); };
  switch (N.Kind) {
  case ValueKind::Unknown:
    return "?";
  case ValueKind::Const:
    return N.Imm >= -4096 && N.Imm < 4096 ? fmt::format("{}", N.Imm)
                                          : fmt::format("{:#x}", uint64_t(N.Imm));
  case ValueKind::String:
    return "\"…\"";
  case ValueKind::Param:
    return N.A < ParamNames.size() && !ParamNames[N.A].empty() ? ParamNames[N.A].str()
                                                               : fmt::format("arg{}", N.A + 1);
  case ValueKind::Global:
    return "&" + (N.A & SpecialBit ? P.Names[N.A & ~SpecialBit] : P.Names[P.Entities[N.A].Name]);
  case ValueKind::Func:
    return P.Names[P.Entities[N.A].Name] + "()";
  case ValueKind::Local:
    return "&<local>";
  case ValueKind::Field: {
    std::string Base = Sub(N.A);
    const std::string &Name = P.Names[N.C];
    if (Base == "?" || Base == "<result>")
      return "&" + P.Names[N.B] + "->" + Name;
    if (Base[0] == '&')
      return Base + "." + Name;
    return "&" + Base + "->" + Name;
  }
  case ValueKind::Index: {
    std::string Base = Sub(N.A);
    return (Base[0] == '&' ? Base : "&" + Base) + "[]";
  }
  case ValueKind::Load: {
    std::string Addr = Sub(N.A);
    return Addr[0] == '&' ? Addr.substr(1) : "*" + Addr;
  }
  case ValueKind::Call:
    return "<result>";
  case ValueKind::Container:
    return "container_of(" + Sub(N.A) + ", " + P.Names[N.B] + ")";
  case ValueKind::Not:
    return "~" + Sub(N.A);
  case ValueKind::LNot:
    return "!" + Sub(N.A);
  case ValueKind::Neg:
    return "-" + Sub(N.A);
  case ValueKind::And:
    return Binary("&");
  case ValueKind::Or:
    return Binary("|");
  case ValueKind::Xor:
    return Binary("^");
  case ValueKind::Add:
    return Binary("+");
  case ValueKind::Sub:
    return Binary("-");
  case ValueKind::Mul:
    return Binary("*");
  case ValueKind::Div:
    return Binary("/");
  case ValueKind::Rem:
    return Binary("%");
  case ValueKind::Shl:
    return Binary("<<");
  case ValueKind::Shr:
    return Binary(">>");
  case ValueKind::Eq:
    return Binary("==");
  case ValueKind::Ne:
    return Binary("!=");
  case ValueKind::Lt:
    return Binary("<");
  case ValueKind::Le:
    return Binary("<=");
  case ValueKind::Gt:
    return Binary(">");
  case ValueKind::Ge:
    return Binary(">=");
  case ValueKind::LAnd:
    return Binary("&&");
  case ValueKind::LOr:
    return Binary("||");
  case ValueKind::Select:
    return Sub(N.A) + " ? " + Sub(N.B) + " : " + Sub(N.C);
  case ValueKind::Phi: {
    std::string S = "{";
    for (VId O : operands(V))
      S += (S.size() > 1 ? ", " : "") + Sub(O);
    return S + "}";
  }
  }
  return "?";
}

} // namespace gfpcheck
