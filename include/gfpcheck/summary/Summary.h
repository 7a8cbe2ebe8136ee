//===- Summary.h - TU summary: what a translation unit does --------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The summary of one translation unit: per function a skeleton of its CFG whose
// blocks hold events (calls, stores, returns) over abstract values, and whose
// edges carry guards; plus the tables of function pointers that static
// initialisers build. It is model-independent: it records what the code does
// and leaves to the model (at solve time) what that means.
//
// Everything is held in flat arrays of plain records, so that a summary is
// written to and read from the store by copying. Names are indices into one
// string table per summary; index 0 is the empty string.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SUMMARY_SUMMARY_H
#define GFPCHECK_SUMMARY_SUMMARY_H

#include <cstdint>
#include <string>
#include <vector>

namespace gfpcheck {

/// Index into TuSummary::Strings. 0 is "".
using StrId = uint32_t;
/// Index into TuSummary::Symbols. 0 is "no symbol".
using SymId = uint32_t;
/// Index into Function::Values. 0 is the Unknown value.
using ValueId = uint32_t;

/// What an abstract value is. A, B, C and Imm refer to the fields of Value.
///
/// Values are pure expressions over what the function was entered with. Local
/// variables whose address is not taken do not appear: they are replaced by the
/// value they hold (forward substitution over SSA). Casts are transparent except
/// for truncation of constants. Two equal expressions in one function have the
/// same ValueId (hash-consed), Call values excepted.
enum class ValueKind : uint8_t {
  Unknown,   ///< anything
  Const,     ///< integer constant Imm (sign-extended from its C type)
  String,    ///< some string literal (its contents are not kept)
  Param,     ///< parameter number A (0-based) as passed by the caller
  Global,    ///< address of the global variable Symbols[A]
  Func,      ///< address of the function Symbols[A]
  Local,     ///< address of local variable number A (address-taken, array or record)
  Field,     ///< address of member C (name) of record B (tag or typedef name) at
             ///< base address Values[A]; anonymous members are flattened into
             ///< their nearest named record; a record type without a name is
             ///< called "outer.member" after the member that has it. Where a
             ///< function returns a record, the base is its Call value
  Index,     ///< address of some element of the array at Values[A]; the index is
             ///< Values[B] where it is Const, else B = 0. Also an instance of a
             ///< per-CPU variable, and what pointer arithmetic leads to
  Load,      ///< the scalar (or record, as a whole) stored at address Values[A]; two
             ///< loads of one address are one value, whatever happens between them
  Call,      ///< result of the call event with CallNo A
  Container, ///< container_of(Values[A], record B, member C)
  // Unary, operand A.
  Not,  ///< ~A
  LNot, ///< !A, 0 or 1
  Neg,  ///< -A
  // Binary, operands A and B.
  And, Or, Xor, Add, Sub, Mul, Div, Rem, Shl, Shr,
  Eq, Ne, Lt, Le, Gt, Ge, ///< 0 or 1; Imm is 1 for an unsigned comparison
  LAnd, LOr,              ///< 0 or 1 (short-circuit already expressed in the CFG)
  Select, ///< Values[A] != 0 ? Values[B] : Values[C]
  Phi,    ///< one of Operands[A .. A+B), sorted, at most MaxPhi, no nested Phi;
          ///< a loop-carried or larger set includes value 0 (Unknown)
};
inline constexpr unsigned MaxPhi = 8;

struct Value {
  ValueKind Kind = ValueKind::Unknown;
  uint8_t Pad[3] = {};
  uint32_t A = 0, B = 0, C = 0;
  int64_t Imm = 0;
};

enum class EventKind : uint8_t {
  Call,   ///< calls Values[Callee] with Args
  Store,  ///< stores Values[B] at address Values[A]: every store that is not to a
          ///< substituted local variable, initialisers of address-taken locals
          ///< included. Records are initialised member by member; Const 0 stored
          ///< to a whole record before that zeroes the members left out. Copies
          ///< of records, and records returned by calls, are stored as a whole
  Return, ///< returns Values[A] (0 for void or unknown)
};

enum EventFlags : uint8_t {
  EF_Cleanup = 1,  ///< call made by a cleanup attribute (guard(), __free())
  EF_NoReturn = 2, ///< callee does not return (attribute); block has no successor
  EF_AtomicRmw = 4 ///< store by a compound assignment or ++/--; B is the new value
};

struct Event {
  EventKind Kind = EventKind::Call;
  uint8_t Flags = 0;
  uint16_t Column = 0;   ///< 1-based, of the expansion in File
  uint32_t Line = 0;     ///< 1-based; outermost macro expansion location
  StrId Macro = 0;       ///< outermost macro the event came from ("" if none)
  ValueId A = 0;         ///< Call: callee value; Store: address; Return: value
  ValueId B = 0;         ///< Store: stored value
  uint32_t CallNo = 0;   ///< Call: number of the call in this function
  uint32_t ArgBegin = 0; ///< Call: Operands[ArgBegin .. ArgBegin+ArgCount)
  uint32_t ArgCount = 0;
  uint64_t TypeHash = 0; ///< Call through a value: hash of the canonical function
                         ///< type (see Function::TypeHash); 0 for a direct call
};

enum class GuardKind : uint8_t {
  Always,  ///< unconditional
  True,    ///< block's condition is nonzero
  False,   ///< block's condition is zero
  Case,    ///< switch: condition in [Lo, Hi]
  Default, ///< switch: no other case of the block
};

/// An edge of the skeleton. Edges of a block are contiguous in Function::Edges. Several
/// Always edges of one block (asm goto, computed goto) may each be taken. A single edge
/// with a guard says that the other ways end there (BUG_ON()): behind it the guard holds.
struct Edge {
  uint32_t Target = 0; ///< block index
  GuardKind Guard = GuardKind::Always;
  uint8_t BackEdge = 0; ///< 1: closes a loop; every cycle of the skeleton has one
  uint8_t Pad[2] = {};
  int64_t Lo = 0, Hi = 0;
  uint32_t MoveBegin = 0, MoveCount = 0; ///< Function::Moves done on this edge
};

/// What a Phi of the edge's target block stands for when the block is entered over
/// this edge: Values[Phi] is Values[From], which may mention phis, with the values
/// that they had before the edge; the moves of an edge happen at once. A reduced skeleton keeps the moves of
/// the edges it merged away (composed in order); where two paths that were merged
/// into one edge disagree, From is 0. A Select made for a clean diamond needs no move.
struct Move {
  ValueId Phi = 0;
  ValueId From = 0;
};

/// Block 0 is the entry. A block without edges leaves the function: by its
/// Return event, or, when it has none, by not returning (or an infinite loop).
/// Blocks are in reverse post-order.
struct Block {
  uint32_t EventBegin = 0, EventCount = 0;
  uint32_t EdgeBegin = 0, EdgeCount = 0;
  ValueId Cond = 0; ///< what the guards of the edges test
  uint32_t Line = 0; ///< of the condition, for messages
};

enum SymbolFlags : uint8_t {
  SF_Function = 1,
  SF_Internal = 2, ///< static (incl. static inline): File and Line identify it
  SF_Weak = 4,
  SF_Defined = 8, ///< defined in this TU
};

/// An entity as the linker will see it. External entities are identified by
/// Name; internal ones by (File, Line of definition, Name).
struct Symbol {
  StrId Name = 0;
  StrId File = 0; ///< internal: file of the definition, relative to the source
                  ///< root ("" for external)
  uint32_t Line = 0;
  uint8_t Flags = 0;
  uint8_t Pad[3] = {};
  StrId Type = 0; ///< variables: record name where it is a record or array of; else ""
};

enum FunctionFlags : uint8_t {
  FF_HeaderInline = 1, ///< defined in a header: shared between TUs
  FF_Init = 2,         ///< in an init section (__init, __exit are not run-time)
  FF_NoReturn = 4,
  FF_Weak = 8,
  FF_Truncated = 16,   ///< too large or not understood: events are incomplete
  FF_NoInstrument = 32 ///< noinstr / __cold etc. reserved
};

struct Param {
  StrId Name = 0;
  StrId Type = 0; ///< as written, canonicalised ("struct foo *", "gfp_t")
};

struct Function {
  SymId Sym = 0;
  StrId File = 0;
  uint32_t Line = 0;
  StrId ReturnType = 0;
  uint64_t TypeHash = 0; ///< hash of the canonical function type, equal between
                         ///< TUs for the same C type (record types by name)
  uint8_t Flags = 0;
  std::vector<Param> Params;
  std::vector<Value> Values;       ///< Values[0] is Unknown; operands precede
                                   ///< users except under Phi
  std::vector<ValueId> Operands;   ///< Phi operands and call arguments
  std::vector<Event> Events;
  std::vector<Edge> Edges;
  std::vector<Move> Moves;
  std::vector<Block> Blocks;
  uint32_t CallCount = 0;
  std::vector<StrId> Annotations;  ///< "acquires:x", "releases:x", "must_hold:x",
                                   ///< "alias:target" (then no blocks),
                                   ///< "section:.init.text"
};

/// One function pointer or pointer-to-object that a static initialiser or
/// compound literal puts in a member: Owner.….(Record, Field) = Target.
struct InitEntry {
  SymId Owner = 0;  ///< the global variable initialised
  StrId Record = 0; ///< record that has the member ("" for a plain array/pointer)
  StrId Field = 0;
  SymId Target = 0; ///< function or global variable
  StrId Path = 0;   ///< member path inside Owner: "ops.read", "[3].fn"
  uint32_t Line = 0;
};

/// A header inline that a TU uses, by identity of its definition and of the
/// tokens its body had after macro expansion.
struct InlineRef {
  StrId File = 0;
  uint32_t Line = 0;
  StrId Name = 0;
  uint32_t Pad = 0;
  uint64_t TokenHash = 0;
};

/// A TU (or one header inline, which is stored as a unit of its own so that it is
/// extracted and stored once) after extraction.
struct TuSummary {
  std::string MainFile; ///< relative to the source root
  std::vector<std::string> Strings{std::string()};
  std::vector<Symbol> Symbols{Symbol()};
  std::vector<Function> Functions;
  std::vector<InitEntry> Inits;
  std::vector<InlineRef> Inlines;

  const std::string &str(StrId Id) const { return Strings[Id]; }
};

/// A header inline, stored as a unit of its own. Summary holds exactly one
/// function (and the symbols and strings it uses).
struct InlineUnit {
  std::string File; ///< relative to the source root
  uint32_t Line = 0;
  std::string Name;
  uint64_t FileDigest = 0; ///< of the header's content
  uint64_t TokenHash = 0;  ///< of its body after macro expansion
  TuSummary Summary;
};

} // namespace gfpcheck

#endif // GFPCHECK_SUMMARY_SUMMARY_H
