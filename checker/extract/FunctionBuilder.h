//===- FunctionBuilder.h - From a function body to its skeleton -----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lowers the AST of one body to blocks, events and values in one pass, the way a
// code generator does. Clang's own CFG was considered and left: it linearises
// expressions to sub-expression elements, so the values of ?:, && and statement
// expressions (of which the kernel's macros are made) would have to be looked up
// across blocks, and it must be built before it can be walked. Lowering directly
// keeps the order of evaluation, knows which join closes which branch (that is what
// makes a Select), prunes compile-time conditions before their dead arm is looked at,
// and runs cleanup attributes on every way out of a scope.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_FUNCTIONBUILDER_H
#define GFPCHECK_EXTRACT_FUNCTIONBUILDER_H

#include "Flow.h"
#include "Names.h"
#include "Prescan.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"

namespace gfpcheck::extract {

class FunctionBuilder {
public:
  explicit FunctionBuilder(Names &N) : N(N), Ctx(N.Context) {}

  /// Lowers the body of Function. The result is in flow() until the next call;
  /// static locals with an initialiser that were met are in staticLocals().
  void build(const clang::FunctionDecl *Function);

  Flow &flow() { return F; }
  llvm::ArrayRef<const clang::VarDecl *> staticLocals() const { return StaticLocals; }

private:
  /// Where an lvalue lives: a substituted variable, or memory at Address.
  struct Slot {
    VarId Var = None;
    ValueId Address = 0;
  };
  struct Jump {
    BlockId Target;
    size_t CleanupDepth;
  };
  struct Switch {
    BlockId Head;
    const clang::SwitchCase *Only; ///< constant condition: the one case taken
    bool IsConstant;
    bool HasDefault;
  };
  struct LabelInfo {
    BlockId Block = None;
    unsigned JumpsLeft = 0;
  };

  // Statements.cpp
  void emit(const clang::Stmt *S);
  void emitCompound(const clang::CompoundStmt *S);
  void emitDecl(const clang::DeclStmt *S);
  void emitIf(const clang::IfStmt *S);
  void emitWhile(const clang::WhileStmt *S);
  void emitDo(const clang::DoStmt *S);
  void emitFor(const clang::ForStmt *S);
  void emitSwitch(const clang::SwitchStmt *S);
  const clang::Stmt *emitCases(const clang::SwitchCase *S);
  void emitLabel(const clang::LabelStmt *S);
  void emitReturn(const clang::ReturnStmt *S);
  void emitAsm(const clang::GCCAsmStmt *S);
  void emitGoto(const clang::GotoStmt *S);
  void emitInitialValue(const clang::VarDecl *Var);
  void jump(Jump To, clang::SourceLocation Loc);
  /// Calls the cleanups of the scopes above Depth; they stay registered.
  void emitCleanups(size_t Depth, clang::SourceLocation Loc);
  void leaveScope(size_t Depth, clang::SourceLocation Loc);
  LabelInfo &label(const clang::LabelDecl *Label);

  // Branches.cpp
  /// Ends the current block by a branch on E. Returns E's value as a whole.
  ValueId emitBranch(const clang::Expr *E, BlockId True, BlockId False);
  ValueId branchOn(ValueId Cond, BlockId True, BlockId False, clang::SourceLocation Loc);
  ValueId emitConditional(const clang::Expr *Cond, const clang::Expr *True,
                          const clang::Expr *False);
  ValueId emitElvis(const clang::BinaryConditionalOperator *E);
  ValueId emitLogical(const clang::BinaryOperator *E);
  /// Emits two arms between Cond's branch and Join; returns their values' join.
  template <typename TrueFn, typename FalseFn>
  ValueId emitDiamond(const clang::Expr *Cond, TrueFn True, FalseFn False);

  // Expressions.cpp
  ValueId value(const clang::Expr *E);
  ValueId valueOfCast(const clang::CastExpr *E);
  ValueId valueOfUnary(const clang::UnaryOperator *E);
  ValueId valueOfBinary(const clang::BinaryOperator *E);
  ValueId valueOfStmtExpr(const clang::StmtExpr *E);
  ValueId pointerArithmetic(const clang::Expr *Pointer, ValueId Base, const clang::Expr *Offset,
                            ValueId OffsetValue, bool Subtract);
  ValueId constantOf(const clang::Expr *E);
  bool isLineNumber(const clang::IntegerLiteral *E) const;
  ValueId constantVariable(const clang::Expr *E);
  ValueId arithmetic(clang::BinaryOperatorKind Op, ValueId A, ValueId B, clang::QualType Type);
  ValueId assign(const clang::BinaryOperator *E);
  ValueId increment(const clang::UnaryOperator *E);
  Slot place(const clang::Expr *E);
  Slot placeOfVariable(const clang::VarDecl *Var);
  void discard(const clang::Expr *E);
  ValueId addressOfMember(const clang::MemberExpr *E);
  ValueId read(Slot P);
  void write(Slot P, ValueId Value, clang::SourceLocation Loc, uint8_t Flags = 0);

  // Calls.cpp
  ValueId valueOfCall(const clang::CallExpr *E);
  bool valueOfBuiltin(const clang::CallExpr *E, unsigned Builtin, ValueId &Result);
  ValueId emitCall(ValueId Callee, llvm::ArrayRef<ValueId> Args, clang::SourceLocation Loc,
                   uint64_t TypeHash, uint8_t Flags);

  // Aggregates.cpp
  void initialise(ValueId Address, const clang::Expr *Init, clang::QualType Type);
  void initialiseList(ValueId Address, const clang::InitListExpr *List);
  ValueId temporary(const clang::Expr *E);
  void store(ValueId Address, ValueId Value, clang::SourceLocation Loc, uint8_t Flags = 0);
  void forgetStores();
  void leak(ValueId Value);

  Event &addEvent(EventKind Kind, clang::SourceLocation Loc);
  void start(BlockId Block, bool Seal = true);
  /// Ends the current block; what follows is unreachable until start().
  void stop();
  void go(BlockId Target, GuardKind Guard = GuardKind::Always) {
    F.addEdge(Current, Target, Guard);
  }
  bool isDead() const { return F.isDead(Current); }
  ValueId newLocal() { return F.Values.leaf(ValueKind::Local, LocalCount++); }
  IntType intType(clang::QualType Type) const;

  Names &N;
  clang::ASTContext &Ctx;
  Flow F;
  Prescan Scan;
  BlockId Current = 0;
  uint32_t LocalCount = 0;
  uint32_t CallCount = 0;
  unsigned Entries = 0; ///< labels and cases placed so far: ways into the middle
  bool HasLabels = false;
  clang::QualType ReturnType;
  llvm::DenseMap<const clang::VarDecl *, Slot> Variables;
  VarId VarCount = 0;
  llvm::DenseMap<const clang::OpaqueValueExpr *, ValueId> Opaque;
  llvm::DenseMap<const clang::LabelDecl *, LabelInfo> Labels;
  std::vector<const clang::VarDecl *> Cleanups; ///< in scope, innermost last
  std::vector<Jump> Breaks, Continues;
  std::vector<Switch> Switches;
  std::vector<BlockId> ComputedGotos;
  std::vector<const clang::VarDecl *> StaticLocals;
  /// What the current block stored in local memory: address to value.
  llvm::SmallDenseMap<ValueId, ValueId, 8> Known;
  llvm::SmallDenseMap<ValueId, bool, 8> Leaked; ///< Locals others may write to
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_FUNCTIONBUILDER_H
