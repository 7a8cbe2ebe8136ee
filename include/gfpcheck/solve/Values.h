//===- Values.h - Values across functions ---------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The solver's values: the expressions of TU summaries with program-wide names,
// hash-consed, so that equality is equality of ids and a callee's value becomes a
// caller's by substituting its parameters.
//
// Two layers share one id space: the program's pool holds what function effects
// refer to; each function is analysed in a scratch layer on top, thrown away
// afterwards, so memory does not grow with the number of values looked at.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_VALUES_H
#define GFPCHECK_SOLVE_VALUES_H

#include "gfpcheck/link/SavedProgram.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace gfpcheck {

/// A value in a pool. 0 is unknown. Ids with ScratchBit belong to the scratch layer.
using VId = uint32_t;
inline constexpr VId ScratchBit = 0x80000000u;

/// A, B, C as in Value, with VId for operands, NameId for record and member,
/// EntityId for symbols. Phi: A, B are a range in the layer's operand list; C is a
/// nonzero tag that makes it distinct, or 0 for a plain set.
/// A Global whose A has SpecialBit is a value that the model defines (current,
/// preempt_count): A without it is the NameId of that value.
struct VNode {
  ValueKind Kind = ValueKind::Unknown;
  uint8_t Flags = 0;
  uint16_t Depth = 0;
  uint32_t A = 0, B = 0, C = 0;
  int64_t Imm = 0;
};
inline constexpr uint32_t SpecialBit = 0x80000000u;

enum VFlags : uint8_t {
  VF_Param = 1,  ///< depends on a parameter
  VF_Opaque = 2, ///< depends on something only its function knows (unknown, call
                 ///< result, local, tagged phi): cannot leave the function
  VF_Phi = 4,    ///< contains a tagged phi
  VF_Memory = 8, ///< contains a load
};

class ValuePool {
public:
  /// A scratch layer when \p Base is given (which must outlive it).
  explicit ValuePool(const ValuePool *Base = nullptr);

  const VNode &node(VId Id) const {
    return (Id & ScratchBit) || !Base ? Nodes[Id & ~ScratchBit] : Base->Nodes[Id];
  }
  llvm::ArrayRef<VId> operands(VId Phi) const;

  /// The simplified value of that shape.
  VId make(ValueKind Kind, uint32_t A = 0, uint32_t B = 0, uint32_t C = 0, int64_t Imm = 0);
  VId constant(int64_t C) { return make(ValueKind::Const, 0, 0, 0, C); }
  VId phi(llvm::ArrayRef<VId> Operands, uint32_t Tag);
  /// The value that the model calls \p Name, as a scalar (not an address).
  VId special(NameId Name);

  /// \p V with parameters replaced: Leaf(Param node) gives the replacement. Unknown
  /// where an argument is missing.
  VId subst(VId V, llvm::ArrayRef<VId> Args);
  /// \p V with every node for which Leaf returns a value other than the node itself
  /// replaced. Only nodes with a flag in \p Mask are visited.
  VId rewrite(VId V, uint8_t Mask, llvm::function_ref<VId(VId)> Leaf);
  /// Whether one of \p Parts is \p V or part of it. Only nodes with a flag in \p Mask are
  /// visited, which must be set on every node that contains one of the parts.
  bool contains(VId V, uint8_t Mask, llvm::ArrayRef<VId> Parts);
  /// Copies \p V of the scratch layer \p From into this pool; 0 if it is opaque.
  VId import(VId V, const ValuePool &From);

  /// "dev->lock", "gfp & ~0x40"; parameters by \p ParamNames.
  std::string print(VId V, const Program &P, llvm::ArrayRef<llvm::StringRef> ParamNames) const;

  /// A program's pool in bytes.
  void save(ByteWriter &Out) const;
  /// The same values, with the ids that they had; names and entities by \p Ids. What this pool has
  /// already must be the first of them. False: it is no pool, or another one.
  bool load(ByteReader &In, const Correspondence &Ids);

  void clear();
  size_t size() const { return Nodes.size(); }
  /// Values of global variables that the model fixes.
  llvm::DenseMap<EntityId, int64_t> GlobalConstants;

private:
  VId intern(const VNode &N);
  void enter(uint32_t Index);
  VId find(const VNode &N) const;
  uint64_t hash(const VNode &N) const;
  VId findSet(uint64_t Hash, llvm::ArrayRef<VId> Set) const;
  const std::vector<VId> &operandList(VId Phi) const {
    return (Phi & ScratchBit) || !Base ? PhiOperands : Base->PhiOperands;
  }

  const ValuePool *Base;
  std::vector<VNode> Nodes;
  std::vector<VId> PhiOperands;
  llvm::DenseMap<uint64_t, llvm::SmallVector<VId, 1>> Sets; // plain phis by hash
  std::vector<uint32_t> Table;                              // open addressing; index + 1
  uint32_t Used = 0;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_VALUES_H
