//===- Names.h - Names of entities, members, types and places -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One TU's declarations under the names that a summary knows them by. Nothing that
// leaves here depends on addresses, on counters of the TU or on the order in which
// things were met: the summary of a header inline must be the same whichever TU it
// was parsed in.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_NAMES_H
#define GFPCHECK_EXTRACT_NAMES_H

#include "BodyReading.h"
#include "SharedFiles.h"
#include "gfpcheck/summary/Summary.h"
#include "clang/AST/ASTContext.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace gfpcheck::extract {

/// Where an expression is: the outermost macro expansion that it came from.
struct Place {
  uint32_t Line = 0;   ///< 1-based
  uint16_t Column = 0; ///< 1-based
  StrId Macro = 0;     ///< name of that macro, "" if none
};

/// A member of a record, under the nearest record that has a name.
struct Member {
  StrId Record = 0;
  StrId Name = 0; ///< "" for an anonymous struct or union: no step of its own
};

/// A function or variable as the linker will see it.
struct Entity {
  StrId Name = 0;
  StrId File = 0; ///< of the definition if internal
  uint32_t Line = 0;
  uint8_t Flags = 0; ///< SymbolFlags
  StrId Type = 0;
  const clang::Decl *Definition = nullptr;
};

/// Index of an Entity.
using EntityId = uint32_t;

/// Valid while its ASTContext is. Strings are numbered for the TU; SummaryWriter
/// renumbers what a summary really uses.
class Names {
public:
  Names(clang::ASTContext &Context, FileNames &Files, const CounterUses &Counters);

  StrId str(llvm::StringRef Text);
  llvm::StringRef text(StrId Id) const { return Texts[Id]; }

  EntityId entity(const clang::NamedDecl *Decl);
  const Entity &entity(EntityId Id) const { return Entities[Id]; }

  /// The linker does not see it: static, or gnu_inline that is never emitted.
  static bool isInternal(const clang::NamedDecl *Decl);
  /// Name without the number that __COUNTER__ gave it.
  llvm::StringRef stableName(const clang::NamedDecl *Decl) const;

  Member member(const clang::FieldDecl *Field);
  StrId recordName(const clang::RecordDecl *Record);
  /// Record that a variable is, or is an array of; "" for others.
  StrId recordOf(clang::QualType Type);
  StrId typeName(clang::QualType Type);
  /// Equal in all TUs for the same C function type.
  uint64_t typeHash(clang::QualType FunctionType);
  Place place(clang::SourceLocation Loc);
  /// Line only, where the rest is not wanted.
  uint32_t line(clang::SourceLocation Loc);
  /// File that a location is in after macro expansion.
  const SourceFile &file(clang::SourceLocation Loc);
  StrId fileName(clang::SourceLocation Loc) { return str(file(Loc).Name); }

  clang::ASTContext &Context;

private:
  const clang::SourceManager &SM;
  FileNames &Files;
  const CounterUses &Counters;
  clang::PrintingPolicy Policy;
  llvm::StringMap<StrId> Ids;
  std::vector<llvm::StringRef> Texts;
  std::vector<Entity> Entities;
  llvm::DenseMap<const clang::Decl *, EntityId> EntityIds;
  llvm::DenseMap<const clang::FieldDecl *, Member> Members;
  llvm::DenseMap<const clang::RecordDecl *, StrId> Records;
  llvm::DenseMap<void *, StrId> TypeNames;
  llvm::DenseMap<void *, uint64_t> TypeHashes;
  llvm::DenseMap<clang::FileID, const SourceFile *> FileById;
  clang::SourceLocation LastExpansion; ///< whose macro name is LastMacro
  StrId LastMacro = 0;
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_NAMES_H
