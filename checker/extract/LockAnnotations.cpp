//===- LockAnnotations.cpp - What is said to lockdep -----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions are declared under names of our own, lest they contradict what a kernel
// with lockdep declares, with the true name as that of the symbol. What a macro is replaced by are
// names only: literals do not survive precompilation.
//
//===----------------------------------------------------------------------===//

#include "LockAnnotations.h"
#include "clang/Lex/MacroInfo.h"

using namespace clang;

namespace gfpcheck::extract {

namespace {

struct Annotation {
  const char *Name;
  const char *Result;
};

constexpr Annotation Annotations[] = {
    // include/linux/mutex.h, rwsem.h, rtmutex.h
    {"mutex_lock_nested", "void"},
    {"mutex_lock_io_nested", "void"},
    {"mutex_lock_interruptible_nested", "int"},
    {"mutex_lock_killable_nested", "int"},
    {"down_read_nested", "void"},
    {"down_read_killable_nested", "int"},
    {"down_write_nested", "void"},
    {"down_write_killable_nested", "int"},
    {"rt_mutex_lock_nested", "void"},
    // include/linux/lockdep.h
    {"lockdep_set_class", "void"},
    {"lockdep_set_class_and_name", "void"},
    {"lockdep_set_class_and_subclass", "void"},
    {"lockdep_set_novalidate_class", "void"},
};

constexpr llvm::StringLiteral Prefix = "__gfpcheck_";

// A bit that no version of the kernel uses; without lockdep the flag is 0
// (include/linux/gfp_types.h).
constexpr llvm::StringLiteral NoLockdepMacro = "__gfpcheck_nolockdep 0x80000000u";

} // namespace

LockAnnotations::LockAnnotations(Preprocessor &PP) : PP(PP) {
  std::string Declarations = ("#define " + NoLockdepMacro + "\n").str();
  for (const Annotation &A : Annotations) {
    const std::string Own = (Prefix + A.Name).str();
    Functions[A.Name] = Own;
    Declarations +=
        std::string(A.Result) + " " + Own + "(const void *, ...) __asm__(\"" + A.Name + "\");\n";
  }
  PP.setPredefines(Declarations + PP.getPredefines());
}

void LockAnnotations::MacroDefined(const Token &Name, const MacroDirective *Directive) {
  const MacroInfo *Old = Directive->getMacroInfo();
  IdentifierInfo *Macro = Name.getIdentifierInfo();
  auto It = Functions.find(Macro->getName());
  const bool IsFlag = Macro->isStr("___GFP_NOLOCKDEP") && Old->getNumTokens() == 1 &&
                      Old->getReplacementToken(0).is(tok::numeric_constant);
  if (!IsFlag && (It == Functions.end() || !Old->isFunctionLike()))
    return;
  // All of it is where the definition begins.
  SmallVector<Token, 8> Tokens;
  auto Add = [&](tok::TokenKind Kind, unsigned Length) -> Token & {
    Token &T = Tokens.emplace_back();
    T.startToken();
    T.setKind(Kind);
    T.setLength(Length);
    T.setLocation(Old->getDefinitionLoc());
    return T;
  };
  auto AddName = [&](IdentifierInfo *II) {
    Add(tok::identifier, II->getLength()).setIdentifierInfo(II);
  };
  MacroInfo *New = PP.AllocateMacroInfo(Old->getDefinitionLoc());
  if (IsFlag) {
    AddName(PP.getIdentifierInfo(NoLockdepMacro.split(' ').first));
  } else {
    New->setIsFunctionLike();
    SmallVector<IdentifierInfo *, 4> Params;
    for (const IdentifierInfo *P : Old->params())
      Params.push_back(const_cast<IdentifierInfo *>(P));
    New->setParameterList(Params, Memory);
    AddName(PP.getIdentifierInfo(It->second)); // known: it has been declared
    Add(tok::l_paren, 1);
    for (IdentifierInfo *P : Params) {
      if (P != Params.front())
        Add(tok::comma, 1);
      AddName(P);
    }
    Add(tok::r_paren, 1);
  }
  New->setTokens(Tokens, Memory);
  New->setDefinitionEndLoc(Old->getDefinitionEndLoc());
  PP.appendDefMacroDirective(Macro, New);
}

} // namespace gfpcheck::extract
