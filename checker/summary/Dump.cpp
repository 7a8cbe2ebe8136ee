//===- Dump.cpp - Summaries as text ---------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/summary/Dump.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using llvm::StringRef;

namespace gfpcheck {
namespace {

class Printer {
public:
  Printer(const TuSummary &S, llvm::raw_ostream &OS) : S(S), OS(OS) {}

  void function(const Function &F);
  void value(const Function &F, ValueId Id, bool Nested = false);
  void inits();

private:
  StringRef str(StrId Id) const { return S.Strings[Id]; }
  StringRef symbolName(SymId Id) const { return str(S.Symbols[Id].Name); }
  void constant(int64_t N);
  void address(const Function &F, ValueId Id);
  void binary(const Function &F, const Value &V, StringRef Op);
  void event(const Function &F, const Event &E);
  void edge(const Function &F, const Block &B, const Edge &E);
  void phi(const Function &F, ValueId Id);

  const TuSummary &S;
  llvm::raw_ostream &OS;
  bool InPhi = false; ///< printing the leaves of one
};

void Printer::constant(int64_t N) {
  const uint64_t U = uint64_t(N);
  // A mask that clears a few bits of a word is easier to read by those bits.
  const uint64_t Cleared32 = ~U & 0xffffffff;
  if (N >= -4096 && N < 4096)
    OS << N;
  else if (N < 0 && llvm::popcount(~U) <= 8)
    OS << "~0x" << llvm::utohexstr(~U, true);
  else if (U <= 0xffffffff && (U >> 31) && llvm::popcount(Cleared32) <= 8)
    OS << "~0x" << llvm::utohexstr(Cleared32, true);
  else
    OS << "0x" << llvm::utohexstr(U, true);
}

// A place in memory as C writes it: Field is an address, so base->member is what is
// stored there.
void Printer::address(const Function &F, ValueId Id) {
  const Value &V = F.Values[Id];
  switch (V.Kind) {
  case ValueKind::Field: {
    const Value &Base = F.Values[V.A];
    if (Base.Kind == ValueKind::Field || Base.Kind == ValueKind::Index ||
        Base.Kind == ValueKind::Global || Base.Kind == ValueKind::Local) {
      address(F, V.A);
      OS << ".";
    } else {
      value(F, V.A, true);
      OS << "->";
    }
    OS << str(V.C);
    return;
  }
  case ValueKind::Index: {
    const Value &Base = F.Values[V.A];
    if (Base.Kind == ValueKind::Field || Base.Kind == ValueKind::Global ||
        Base.Kind == ValueKind::Local || Base.Kind == ValueKind::Index)
      address(F, V.A);
    else
      value(F, V.A, true);
    OS << "[";
    if (V.B)
      value(F, V.B);
    OS << "]";
    return;
  }
  case ValueKind::Global:
    OS << symbolName(V.A);
    return;
  case ValueKind::Local:
    OS << "local" << V.A;
    return;
  default:
    OS << "*";
    value(F, Id, true);
    return;
  }
}

void Printer::binary(const Function &F, const Value &V, StringRef Op) {
  value(F, V.A, true);
  OS << " " << Op << " ";
  value(F, V.B, true);
}

void Printer::phi(const Function &F, ValueId Id) {
  const Value &V = F.Values[Id];
  OS << "phi" << Id;
  if (InPhi)
    return;
  OS << "{";
  // Phis inside are named only: they may lead back here.
  InPhi = true;
  for (uint32_t I = 0; I != V.B; ++I) {
    OS << (I ? ", " : "");
    value(F, F.Operands[V.A + I]);
  }
  InPhi = false;
  OS << "}";
}

void Printer::value(const Function &F, ValueId Id, bool Nested) {
  const Value &V = F.Values[Id];
  static const char *const Binary[] = {"&",  "|",  "^",  "+", "-",  "*", "/",  "%",  "<<",
                                       ">>", "==", "!=", "<", "<=", ">", ">=", "&&", "||"};
  switch (V.Kind) {
  case ValueKind::Unknown:
    OS << "?";
    return;
  case ValueKind::Const:
    return constant(V.Imm);
  case ValueKind::String:
    OS << "\"\"";
    return;
  case ValueKind::Param:
    OS << "param" << V.A;
    return;
  case ValueKind::Func:
    OS << symbolName(V.A);
    return;
  case ValueKind::Global:
  case ValueKind::Local:
  case ValueKind::Field:
  case ValueKind::Index:
    OS << "&";
    return address(F, Id);
  case ValueKind::Load:
    return address(F, V.A);
  case ValueKind::Call:
    OS << "call" << V.A;
    return;
  case ValueKind::Container:
    OS << "container_of(";
    value(F, V.A);
    OS << ", " << str(V.B) << ", " << str(V.C) << ")";
    return;
  case ValueKind::Not:
  case ValueKind::LNot:
  case ValueKind::Neg:
    OS << (V.Kind == ValueKind::Not ? "~" : V.Kind == ValueKind::LNot ? "!" : "-");
    return value(F, V.A, true);
  case ValueKind::Phi:
    return phi(F, Id);
  case ValueKind::Select:
    OS << (Nested ? "(" : "");
    value(F, V.A, true);
    OS << " ? ";
    value(F, V.B, true);
    OS << " : ";
    value(F, V.C, true);
    OS << (Nested ? ")" : "");
    return;
  default:
    OS << (Nested ? "(" : "");
    binary(F, V, Binary[unsigned(V.Kind) - unsigned(ValueKind::And)]);
    OS << (Nested ? ")" : "");
    return;
  }
}

void Printer::event(const Function &F, const Event &E) {
  OS << "    " << E.Line << ":" << E.Column << " ";
  switch (E.Kind) {
  case EventKind::Call: {
    OS << "call" << E.CallNo << " = ";
    if (F.Values[E.A].Kind == ValueKind::Func) {
      value(F, E.A);
    } else {
      OS << "(*";
      value(F, E.A, true);
      OS << ")";
    }
    OS << "(";
    for (uint32_t I = 0; I != E.ArgCount; ++I) {
      OS << (I ? ", " : "");
      value(F, F.Operands[E.ArgBegin + I]);
    }
    OS << ")";
    break;
  }
  case EventKind::Store:
    address(F, E.A);
    OS << " = ";
    value(F, E.B);
    break;
  case EventKind::Return:
    OS << "return ";
    value(F, E.A);
    break;
  }
  if (E.Flags & EF_Cleanup)
    OS << " cleanup";
  if (E.Flags & EF_NoReturn)
    OS << " noreturn";
  if (E.Flags & EF_AtomicRmw)
    OS << " rmw";
  if (E.Macro)
    OS << " [" << str(E.Macro) << "]";
  OS << "\n";
}

void Printer::edge(const Function &F, const Block &B, const Edge &E) {
  OS << "    -> " << E.Target;
  switch (E.Guard) {
  case GuardKind::Always:
    break;
  case GuardKind::True:
    OS << " if ";
    value(F, B.Cond);
    break;
  case GuardKind::False:
    OS << " if !(";
    value(F, B.Cond);
    OS << ")";
    break;
  case GuardKind::Case:
    OS << " case ";
    constant(E.Lo);
    if (E.Hi != E.Lo) {
      OS << "...";
      constant(E.Hi);
    }
    OS << " of ";
    value(F, B.Cond);
    break;
  case GuardKind::Default:
    OS << " default of ";
    value(F, B.Cond);
    break;
  }
  if (E.BackEdge)
    OS << " back";
  for (uint32_t I = 0; I != E.MoveCount; ++I) {
    const Move &M = F.Moves[E.MoveBegin + I];
    OS << (I ? ", phi" : " with phi") << M.Phi << " = ";
    value(F, M.From);
  }
  OS << "\n";
}

void Printer::function(const Function &F) {
  const Symbol &Sym = S.Symbols[F.Sym];
  OS << str(F.ReturnType) << " " << str(Sym.Name) << "(";
  for (size_t I = 0; I != F.Params.size(); ++I)
    OS << (I ? ", " : "") << str(F.Params[I].Type) << " " << str(F.Params[I].Name);
  OS << ") " << str(F.File) << ":" << F.Line;
  if (Sym.Flags & SF_Internal)
    OS << " internal";
  if (F.Flags & FF_HeaderInline)
    OS << " inline";
  if (F.Flags & FF_Init)
    OS << " init";
  if (F.Flags & FF_NoReturn)
    OS << " noreturn";
  if (F.Flags & FF_Weak)
    OS << " weak";
  if (F.Flags & FF_Truncated)
    OS << " truncated";
  for (StrId Note : F.Annotations)
    OS << " " << str(Note);
  OS << "\n";
  for (size_t I = 0; I != F.Blocks.size(); ++I) {
    const Block &B = F.Blocks[I];
    OS << "  " << I << ":\n";
    for (uint32_t E = 0; E != B.EventCount; ++E)
      event(F, F.Events[B.EventBegin + E]);
    for (uint32_t E = 0; E != B.EdgeCount; ++E)
      edge(F, B, F.Edges[B.EdgeBegin + E]);
  }
}

void Printer::inits() {
  for (const InitEntry &I : S.Inits) {
    OS << "init " << symbolName(I.Owner);
    if (I.Path)
      OS << (str(I.Path).starts_with("[") ? "" : ".") << str(I.Path);
    OS << " = " << symbolName(I.Target);
    if (I.Field)
      OS << " (" << str(I.Record) << "." << str(I.Field) << ")";
    OS << "\n";
  }
  for (const InlineRef &R : S.Inlines)
    OS << "uses " << str(R.File) << ":" << R.Line << " " << str(R.Name) << "\n";
}

} // namespace

std::string dumpValue(const TuSummary &Summary, const Function &F, ValueId Id) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  Printer(Summary, OS).value(F, Id);
  return Text;
}

std::string dumpFunction(const TuSummary &Summary, const Function &F) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  Printer(Summary, OS).function(F);
  return Text;
}

std::string dumpSummary(const TuSummary &Summary) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  Printer P(Summary, OS);
  for (const Function &F : Summary.Functions)
    P.function(F);
  P.inits();
  return Text;
}

} // namespace gfpcheck
