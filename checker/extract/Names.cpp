//===- Names.cpp - Names of entities, members, types and places -----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Names.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/xxhash.h"

using namespace clang;
using llvm::StringRef;

namespace gfpcheck::extract {

Names::Names(ASTContext &Context, FileNames &Files, const CounterUses &Counters)
    : Context(Context), SM(Context.getSourceManager()), Files(Files), Counters(Counters),
      Policy(Context.getLangOpts()) {
  Policy.AnonymousTagLocations = false;
  str("");
  Entities.emplace_back();
}

StrId Names::str(StringRef Text) {
  auto [It, New] = Ids.try_emplace(Text, Texts.size());
  if (New)
    Texts.push_back(It->first());
  return It->second;
}

StringRef Names::stableName(const NamedDecl *D) const {
  return D->getIdentifier() ? Counters.strip(D->getName(), D->getLocation()) : StringRef();
}

// A gnu_inline definition that the linker never sees serves only to be inlined.
bool Names::isInternal(const NamedDecl *D) {
  if (!D->isExternallyVisible())
    return true;
  auto *FD = dyn_cast<FunctionDecl>(D);
  return FD && FD->hasAttr<GNUInlineAttr>() && FD->isInlineSpecified() &&
         FD->getStorageClass() == SC_Extern;
}

EntityId Names::entity(const NamedDecl *D) {
  auto [It, New] = EntityIds.try_emplace(D->getCanonicalDecl(), Entities.size());
  if (!New)
    return It->second;
  const EntityId Id = It->second;
  Entity E;
  const NamedDecl *Def = D;
  if (auto *FD = dyn_cast<FunctionDecl>(D)) {
    E.Flags = SF_Function;
    if (const FunctionDecl *Definition = FD->getDefinition()) {
      E.Definition = Def = Definition;
    } else {
      Def = FD->getMostRecentDecl();
    }
  } else if (auto *VD = dyn_cast<VarDecl>(D)) {
    const VarDecl *Definition = VD->getDefinition();
    if (!Definition)
      Definition = VD->getActingDefinition();
    if (Definition)
      E.Definition = Def = Definition;
    E.Type = recordOf(Def->getASTContext().getBaseElementType(VD->getType()));
  }
  StringRef Name = stableName(Def);
  if (isInternal(Def)) {
    E.Flags |= SF_Internal;
    E.File = fileName(Def->getLocation());
    E.Line = line(Def->getLocation());
  } else if (auto *Label = Def->getAttr<AsmLabelAttr>()) {
    Name = Label->getLabel();
  }
  if (E.Definition || Def->hasAttr<AliasAttr>())
    E.Flags |= SF_Defined;
  if (Def->hasAttr<WeakAttr>() || Def->isWeakImported())
    E.Flags |= SF_Weak;
  E.Name = str(Name);
  Entities.push_back(E);
  return Id;
}

StrId Names::recordName(const RecordDecl *Record) {
  Record = cast<RecordDecl>(Record->getCanonicalDecl());
  auto It = Records.find(Record);
  if (It != Records.end())
    return It->second;
  StrId Id;
  if (IdentifierInfo *II = Record->getIdentifier())
    Id = str(II->getName());
  else if (const TypedefNameDecl *Typedef = Record->getTypedefNameForAnonDecl())
    Id = str(Typedef->getName());
  else {
    // A record without a name: the member that has it as type, else its place.
    std::string Name;
    if (auto *Parent = dyn_cast<RecordDecl>(Record->getDeclContext())) {
      for (const FieldDecl *Field : Parent->fields()) {
        const auto *Type =
            Field->getType()->getPointeeOrArrayElementType()->getAs<clang::RecordType>();
        if (!Type || Type->getDecl()->getCanonicalDecl() != Record)
          continue;
        Name = text(recordName(Parent)).str();
        if (!Field->isAnonymousStructOrUnion())
          Name += "." + Field->getName().str();
        break;
      }
    }
    if (Name.empty())
      Name = file(Record->getLocation()).Name + ":" + std::to_string(line(Record->getLocation()));
    Id = str(Name);
  }
  Records[Record] = Id;
  return Id;
}

Member Names::member(const FieldDecl *Field) {
  auto [It, New] = Members.try_emplace(Field);
  if (!New)
    return It->second;
  Member M;
  if (!Field->isAnonymousStructOrUnion()) {
    const RecordDecl *Record = Field->getParent();
    while (Record->isAnonymousStructOrUnion()) {
      auto *Outer = dyn_cast<RecordDecl>(Record->getDeclContext());
      if (!Outer)
        break;
      Record = Outer;
    }
    M.Record = recordName(Record);
    M.Name = Field->getIdentifier() ? str(Field->getName()) : 0;
  }
  return Members[Field] = M;
}

StrId Names::recordOf(QualType Type) {
  if (Type.isNull())
    return 0;
  const auto *Record = Context.getBaseElementType(Type)->getAs<clang::RecordType>();
  return Record ? recordName(Record->getDecl()) : 0;
}

StrId Names::typeName(QualType Type) {
  Type = Type.getUnqualifiedType();
  auto [It, New] = TypeNames.try_emplace(Type.getAsOpaquePtr(), 0);
  if (!New)
    return It->second;
  std::string Text = Type.getAsString(Policy);
  if (StringRef(Text).contains("typeof"))
    Text = Type.getCanonicalType().getAsString(Policy);
  return TypeNames[Type.getAsOpaquePtr()] = str(Text);
}

uint64_t Names::typeHash(QualType FunctionType) {
  FunctionType = FunctionType.getCanonicalType();
  auto [It, New] = TypeHashes.try_emplace(FunctionType.getAsOpaquePtr(), 0);
  if (New)
    It->second = llvm::xxh3_64bits(FunctionType.getAsString(Policy)) | 1;
  return It->second;
}

uint32_t Names::line(SourceLocation Loc) {
  return Loc.isValid() ? SM.getExpansionLineNumber(Loc) : 0;
}

Place Names::place(SourceLocation Loc) {
  Place P;
  if (Loc.isInvalid())
    return P;
  SourceLocation Expansion = SM.getExpansionLoc(Loc);
  auto [File, Offset] = SM.getDecomposedLoc(Expansion);
  P.Line = SM.getLineNumber(File, Offset);
  P.Column = std::min(SM.getColumnNumber(File, Offset), 65535u);
  if (Loc.isMacroID()) {
    if (Expansion != LastExpansion) {
      // The outermost expansion starts at the macro's name.
      StringRef Text = SM.getBufferData(File).substr(Offset);
      LastMacro = str(Text.take_while([](char C) { return isAsciiIdentifierContinue(C); }));
      LastExpansion = Expansion;
    }
    P.Macro = LastMacro;
  }
  return P;
}

const SourceFile &Names::file(SourceLocation Loc) {
  FileID Id = SM.getFileID(SM.getExpansionLoc(Loc));
  const SourceFile *&File = FileById[Id];
  if (!File) {
    OptionalFileEntryRef Entry = SM.getFileEntryRefForID(Id);
    File = &Files.get(Entry ? Entry->getName() : StringRef("<built-in>"),
                      SM.getBufferOrFake(Id).getBuffer());
  }
  return *File;
}

} // namespace gfpcheck::extract
