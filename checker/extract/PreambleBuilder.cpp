//===- PreambleBuilder.cpp - Headers parsed once for many edits -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PreambleBuilder.h"
#include "BodyWatcher.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Serialization/ASTWriter.h"
#include "clang/Serialization/PCHContainerOperations.h"

using namespace clang;

namespace gfpcheck::extract {

namespace {

/// Watches the preamble as it is parsed, as TuConsumer does a TU.
class Watcher : public PreambleCallbacks {
public:
  Watcher(Preamble &Out, InlineRegistry &Inlines, FileNames &Files)
      : Out(Out), Inlines(Inlines), Files(Files) {}

  void BeforeExecute(CompilerInstance &CI) override {
    Bodies.emplace(CI.getPreprocessor(), Inlines);
    Bodies->begin(CI.getASTContext(), Files);
  }

  bool shouldSkipFunctionBody(Decl *D) override {
    const FunctionDecl *Function = D->getAsFunction();
    if (!Function)
      return false;
    Body B = Bodies->at(Function);
    B.IsParsed = !B.Key;
    if (!B.Key)
      Functions.push_back(Function);
    else if (!Bodies->jumpOver(B))
      Bodies->record();
    Bodies->Bodies.push_back(B);
    return !B.IsParsed;
  }

  void HandleTopLevelDecl(DeclGroupRef Group) override {
    for (const Decl *D : Group) {
      if (D->isInvalidDecl())
        continue;
      if (auto *Var = dyn_cast<VarDecl>(D); Var && Var->hasInit())
        Variables.push_back(Var);
      else if (auto *Function = dyn_cast<FunctionDecl>(D);
               Function && Function->hasAttr<AliasAttr>())
        Aliases.push_back(Function);
    }
  }

  void AfterExecute(CompilerInstance &CI) override {
    Names &N = Bodies->names();
    for (const Body &B : Bodies->Bodies) {
      if (!B.Key)
        continue;
      const uint64_t Hash = Bodies->hash(B);
      const SourceLocation Loc = B.Function->getLocation();
      Out.Inlines[Preamble::inlineId(N.file(Loc).Name, N.line(Loc), N.stableName(B.Function))] =
          Hash;
      Out.IsKnown &= B.KnownHash || Inlines.isKnown(B.Key, Hash);
    }
    Bodies->addReadings();
    const SourceManager &SM = CI.getSourceManager();
    for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It)
      Out.Inputs.push_back(Files.absolute(It->first.getName()));
    // It refers to the preprocessor, which is about to go.
    CI.getPreprocessor().setTokenWatcher(nullptr);
  }

  void AfterPCHEmitted(ASTWriter &Writer) override {
    for (const Decl *D : Functions)
      Out.Functions.push_back(Writer.getDeclID(D));
    for (const Decl *D : Variables)
      Out.Variables.push_back(Writer.getDeclID(D));
    for (const Decl *D : Aliases)
      Out.Aliases.push_back(Writer.getDeclID(D));
  }

private:
  Preamble &Out;
  InlineRegistry &Inlines;
  FileNames &Files;
  std::optional<BodyWatcher> Bodies;
  std::vector<const Decl *> Functions, Variables, Aliases;
};

} // namespace

Preamble buildPreamble(const CompilerInvocation &Invocation,
                       llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> VFS,
                       const llvm::MemoryBuffer &MainFile, PreambleBounds Bounds,
                       InlineRegistry &Inlines, FileNames &Files) {
  Preamble Out;
  Out.Text = MainFile.getBuffer().take_front(Bounds.Size).str();
  Out.EndsAtStartOfLine = Bounds.PreambleEndsAtStartOfLine;
  if (Bounds.Size == 0)
    return Out;
  Watcher Callbacks(Out, Inlines, Files);
  DiagnosticOptions Options;
  IgnoringDiagConsumer Ignored;
  auto Diags = llvm::makeIntrusiveRefCnt<DiagnosticsEngine>(DiagnosticIDs::create(), Options,
                                                            &Ignored, /*ShouldOwnClient=*/false);
  auto Built = PrecompiledPreamble::Build(Invocation, &MainFile, Bounds, Diags, VFS,
                                          std::make_shared<PCHContainerOperations>(),
                                          /*StoreInMemory=*/false, "", Callbacks);
  if (Built && !Diags->hasErrorOccurred())
    Out.Compiled.emplace(std::move(*Built));
  return Out;
}

} // namespace gfpcheck::extract
