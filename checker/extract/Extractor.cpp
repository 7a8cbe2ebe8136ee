//===- Extractor.cpp - Runs Clang on one command and summarises the TU ----===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of half a million function bodies that a hundred kernel TUs parse, three in a
// hundred are distinct: the rest are the same header inlines again. So each header
// inline is parsed by the TU that meets it first and skipped, brace to brace, by all
// later ones. What is said in a header depends on the macros it is read under;
// therefore every TU hashes the expanded tokens of every body, skipped ones too, and
// if a body that it skipped turns out to read differently from all known variants, the
// TU is parsed once more, for those bodies only. Most bodies need not even be expanded
// to know what they say: see BodyReading.cpp.
//
//===----------------------------------------------------------------------===//

#include "CommandAdjuster.h"
#include "FunctionBuilder.h"
#include "InitBuilder.h"
#include "InlineRegistry.h"
#include "LockAnnotations.h"
#include "SharedFiles.h"
#include "SummaryWriter.h"
#include "TokenHasher.h"
#include "gfpcheck/extract/Extract.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/DiagnosticSema.h"
#include "clang/Basic/Stack.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace gfpcheck {

uint64_t headerDigest(llvm::StringRef Content) { return llvm::xxh3_64bits(Content); }

namespace extract {
namespace {

/// A function definition met in the TU.
struct Body {
  const FunctionDecl *Function;
  uint32_t Braces;   ///< TokenHasher's number
  InlineKey Key = 0; ///< 0: belongs to the TU
  bool IsParsed = true;
  uint64_t KnownHash = 0; ///< of its tokens, if they were jumped over
};

/// What is shared by all passes and TUs.
struct Shared {
  ExtractOptions Options;
  FileCache Files;
  CommandAdjuster Commands;
  InlineRegistry Inlines;
  FileOverlay Overlay;
};

/// One pass over one TU, and what came of it.
struct Pass {
  Pass(Shared &S, const CompileCommand &Command, TuResult &Result)
      : S(S), Result(Result), Files(S.Options.SourceRoot, Command.Directory) {}

  Shared &S;
  TuResult &Result;
  FileNames Files;
  /// Second pass: parse only these.
  const llvm::DenseSet<InlineKey> *Only = nullptr;
  llvm::DenseSet<InlineKey> Variants; ///< skipped, but not as known: need another pass
  std::vector<InlineKey> Claims;      ///< to publish or give back
  bool ErrorInHeader = false;
};

class ErrorCollector : public DiagnosticConsumer {
public:
  explicit ErrorCollector(Pass &P) : P(P) {}

  void HandleDiagnostic(DiagnosticsEngine::Level Level, const Diagnostic &Info) override {
    if (Level < DiagnosticsEngine::Error)
      return;
    const unsigned Id = Info.getID();
    // Debugging options that are turned on for the sake of their annotations change
    // layouts; and a warning that is an error by default is not one to us.
    if (Id == diag::err_static_assert_failed || Id == diag::err_static_assert_requirement_failed ||
        Info.getDiags()->getDiagnosticIDs()->isWarningOrExtension(Id))
      return;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    std::string Message = Text.str().str();
    if (Info.hasSourceManager() && Info.getLocation().isValid()) {
      const SourceManager &SM = Info.getSourceManager();
      PresumedLoc Loc = SM.getPresumedLoc(SM.getExpansionLoc(Info.getLocation()), false);
      if (Loc.isValid()) {
        const SourceFile &File =
            P.Files.get(Loc.getFilename(), SM.getBufferOrFake(Loc.getFileID()).getBuffer());
        P.ErrorInHeader |= File.IsHeader;
        Message = File.Name + ":" + std::to_string(Loc.getLine()) + ":" +
                  std::to_string(Loc.getColumn()) + ": " + Message;
      }
    }
    if (!P.Result.Failed)
      P.Result.FirstError = Message;
    P.Result.Failed = true;
  }

private:
  Pass &P;
};

class TuConsumer : public ASTConsumer {
public:
  TuConsumer(Pass &P, CompilerInstance &CI)
      : P(P), States(CI.getPreprocessor()), Recorder(States), Counters(CI.getSourceManager()),
        Hasher(CI.getSourceManager(), Recorder, Counters) {
    CI.getPreprocessor().addPPCallbacks(
        std::make_unique<ExpansionObserver>(CI.getPreprocessor(), Recorder, Counters));
    CI.getPreprocessor().addPPCallbacks(std::make_unique<LockAnnotations>(CI.getPreprocessor()));
    CI.getPreprocessor().setTokenWatcher([this](const Token &T) { Hasher.add(T); });
  }

  void Initialize(ASTContext &Context) override { N.emplace(Context, P.Files, Counters); }

  bool shouldSkipFunctionBody(Decl *D) override {
    const FunctionDecl *Function = D->getAsFunction();
    if (!Function)
      return false;
    Body B{Function, Hasher.current()};
    const SourceFile &File = N->file(Function->getLocation());
    if (File.IsHeader && N->isInternal(Function)) {
      llvm::StringRef Name = N->stableName(Function);
      B.Key = inlineKey(File.Name, File.Digest, N->line(Function->getLocation()), Name);
      if (P.S.Options.SkipInlines && jumpOver(B)) {
        Bodies.push_back(B);
        return true;
      }
      B.IsParsed = decide(B);
      if (P.S.Options.SkipInlines)
        Recorder.start(Hasher.openLoc(), Bodies.size());
    } else {
      B.IsParsed = !P.Only;
    }
    Bodies.push_back(B);
    return !B.IsParsed;
  }

  bool HandleTopLevelDecl(DeclGroupRef Group) override {
    if (P.Only)
      return true;
    for (const Decl *D : Group) {
      if (auto *Var = dyn_cast<VarDecl>(D); Var && Var->hasInit())
        Variables.push_back(Var);
      else if (auto *Function = dyn_cast<FunctionDecl>(D);
               Function && Function->hasAttr<AliasAttr>())
        Aliases.push_back(Function);
    }
    return true;
  }

  void HandleTranslationUnit(ASTContext &Context) override {
    FunctionBuilder Builder(*N);
    if (!P.Only)
      summariseTu(Builder);
    summariseInlines(Builder);
    // A second pass reads the same tokens: the first has found all there is.
    if (!P.Only)
      for (const Body &B : Bodies)
        if (B.Key && !B.IsParsed && !B.KnownHash && !P.S.Inlines.isKnown(B.Key, hash(B)))
          P.Variants.insert(B.Key);
    addReadings();
  }

private:
  uint64_t hash(const Body &B) const { return B.KnownHash ? B.KnownHash : Hasher.hash(B.Braces); }

  // Skips a body that is known to read as one that is summarised.
  bool jumpOver(Body &B) {
    if (P.Only && P.Only->contains(B.Key))
      return false;
    for (const BodyReading *Reading : P.S.Inlines.readings(B.Key))
      if (States.agreesWith(*Reading)) {
        const SourceManager &SM = States.PP.getSourceManager();
        if (!Hasher.openLoc().isFileID() ||
            !skipBody(States.PP, SM.getFileID(Hasher.openLoc()), *Reading))
          return false;
        B.KnownHash = Reading->TokenHash;
        B.IsParsed = false;
        return true;
      }
    return false;
  }

  // For the TUs to come.
  void addReadings() {
    for (ReadingRecorder::Record &R : Recorder.Records) {
      auto Reading = std::make_unique<BodyReading>();
      Reading->Open = R.Open;
      Reading->Close = R.Close;
      Reading->TokenHash = hash(Bodies[R.Body]);
      for (const auto &[Name, State] : R.Macros)
        Reading->Macros.push_back({&P.S.Inlines.Names.get(Name->getName()), State});
      P.S.Inlines.addReading(Bodies[R.Body].Key, std::move(Reading));
    }
  }

  bool decide(Body &B) {
    if (!P.S.Options.SkipInlines)
      return true;
    if (P.Only)
      return P.Only->contains(B.Key);
    switch (P.S.Inlines.decide(B.Key)) {
    case InlineRegistry::Decision::Own:
      P.Claims.push_back(B.Key);
      return true;
    case InlineRegistry::Decision::Variant:
      return true;
    case InlineRegistry::Decision::Skip:
      return false;
    }
    return true;
  }

  void summarise(const Body &B, FunctionBuilder &Builder, SummaryWriter &Writer, TuSummary &Summary,
                 uint8_t Flags) {
    Builder.build(B.Function);
    Writer.function(B.Function, &Builder.flow(), Flags);
    for (const VarDecl *Var : Builder.staticLocals())
      addInits(Var, *N, Writer, Summary);
  }

  void summariseTu(FunctionBuilder &Builder) {
    TuSummary &Summary = P.Result.Summary;
    SummaryWriter Writer(*N, Summary);
    for (const Body &B : Bodies)
      if (!B.Key && B.Function->hasBody())
        summarise(B, Builder, Writer, Summary, 0);
    for (const FunctionDecl *Alias : Aliases)
      Writer.function(Alias, nullptr, 0);
    for (const VarDecl *Var : Variables)
      addInits(Var, *N, Writer, Summary);
    // The header inlines among what was named.
    llvm::DenseMap<const Decl *, const Body *> Inlines;
    for (const Body &B : Bodies)
      if (B.Key)
        Inlines[B.Function] = &B;
    for (EntityId Id : Writer.used()) {
      const Entity &E = N->entity(Id);
      auto It = Inlines.find(E.Definition);
      if (!E.Definition || It == Inlines.end())
        continue;
      InlineRef Ref;
      Ref.File = Writer.str(E.File);
      Ref.Line = E.Line;
      Ref.Name = Writer.str(E.Name);
      Ref.TokenHash = hash(*It->second);
      Summary.Inlines.push_back(Ref);
    }
  }

  void summariseInlines(FunctionBuilder &Builder) {
    // What an error in a header left of its inlines is not for others.
    const bool Share = !P.ErrorInHeader;
    for (const Body &B : Bodies) {
      if (!B.Key || !B.IsParsed)
        continue;
      const uint64_t Hash = hash(B);
      const bool Usable = Share && B.Function->hasBody() && !B.Function->isInvalidDecl();
      if (!Usable && P.S.Options.SkipInlines)
        continue; // the claim, if any, is given back at the end
      if (Usable && P.S.Options.SkipInlines && !P.S.Inlines.publish(B.Key, Hash))
        continue;
      if (!B.Function->hasBody())
        continue;
      InlineUnit &Unit = P.Result.Inlines.emplace_back();
      const SourceFile &File = N->file(B.Function->getLocation());
      Unit.File = File.Name;
      Unit.Line = N->line(B.Function->getLocation());
      Unit.Name = N->stableName(B.Function).str();
      Unit.FileDigest = File.Digest;
      Unit.TokenHash = Hash;
      Unit.Summary.MainFile = File.Name;
      SummaryWriter Writer(*N, Unit.Summary);
      summarise(B, Builder, Writer, Unit.Summary, FF_HeaderInline);
    }
    giveBackClaims(P);
  }

public:
  static void giveBackClaims(Pass &P) {
    for (InlineKey Key : P.Claims)
      P.S.Inlines.abandon(Key);
    P.Claims.clear();
  }

private:
  Pass &P;
  MacroStates States;
  ReadingRecorder Recorder;
  CounterUses Counters;
  TokenHasher Hasher;
  std::optional<Names> N;
  std::vector<Body> Bodies;
  std::vector<const VarDecl *> Variables;
  std::vector<const FunctionDecl *> Aliases;
};

class TuAction : public ASTFrontendAction {
public:
  explicit TuAction(Pass &P) : P(P) {}

protected:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, llvm::StringRef) override {
    return std::make_unique<TuConsumer>(P, CI);
  }
  void EndSourceFileAction() override {
    const SourceManager &SM = getCompilerInstance().getSourceManager();
    if (P.Only)
      return;
    for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It)
      P.Result.Inputs.push_back(P.Files.absolute(It->first.getName()));
    llvm::sort(P.Result.Inputs);
    P.Result.Inputs.erase(llvm::unique(P.Result.Inputs), P.Result.Inputs.end());
  }

private:
  Pass &P;
};

void runPass(Pass &P, const CompileCommand &Command) {
  auto VFS = createFileView(P.S.Files, Command.Directory, P.S.Overlay);
  std::vector<std::string> Dropped;
  std::string Error;
  std::shared_ptr<CompilerInvocation> Invocation =
      P.S.Commands.createInvocation(Command, VFS, Dropped, Error);
  if (!P.Only)
    P.Result.DroppedOptions = std::move(Dropped);
  if (!Invocation) {
    P.Result.Failed = true;
    P.Result.FirstError = P.Files.get(Command.File, "").Name + ": " + Error;
    return;
  }
  Invocation->getFrontendOpts().SkipFunctionBodies = true; // the consumer decides
  Invocation->getFrontendOpts().ProgramAction = frontend::ParseSyntaxOnly;
  CompilerInstance CI(Invocation);
  CI.setVirtualFileSystem(VFS);
  ErrorCollector Errors(P);
  CI.createDiagnostics(&Errors, /*ShouldOwnClient=*/false);
  CI.createFileManager();
  TuAction Action(P);
  CI.ExecuteAction(Action);
}

} // namespace
} // namespace extract

struct Extractor::Impl : extract::Shared {};

Extractor::Extractor(ExtractOptions Opts) : P(std::make_unique<Impl>()) {
  P->Overlay.Readable = std::move(Opts.Readable);
  if (!P->Overlay.Readable.empty())
    P->Overlay.Readable.push_back(extract::CommandAdjuster::resourceDirectory().str());
  P->Options = std::move(Opts);
  llvm::CrashRecoveryContext::Enable();
}

Extractor::~Extractor() = default;

void Extractor::addKnownInline(llvm::StringRef File, uint32_t Line, llvm::StringRef Name,
                               uint64_t FileDigest, uint64_t TokenHash) {
  P->Inlines.publish(extract::inlineKey(File, FileDigest, Line, Name), TokenHash);
}

void Extractor::addVirtualFile(llvm::StringRef Path, llvm::StringRef Content) {
  P->Overlay.Files[Path] = Content.str();
}

void Extractor::hideFile(llvm::StringRef Path) { P->Overlay.Files[Path] = std::nullopt; }

TuResult Extractor::extract(const CompileCommand &Command) {
  TuResult Result;
  extract::FileNames Files(P->Options.SourceRoot, Command.Directory);
  Result.Summary.MainFile = Files.get(Command.File, "").Name;
  extract::Pass First(*P, Command, Result);
  auto Run = [&](extract::Pass &Pass) {
    llvm::CrashRecoveryContext Recovery;
    if (Recovery.RunSafelyOnThread([&] { extract::runPass(Pass, Command); },
                                   clang::DesiredStackSize))
      return true;
    for (extract::InlineKey Key : Pass.Claims)
      P->Inlines.abandon(Key);
    if (!Result.Failed)
      Result.FirstError = Result.Summary.MainFile + ": Clang crashed while parsing it";
    Result.Failed = true;
    return false;
  };
  if (Run(First) && !First.Variants.empty()) {
    extract::Pass Again(*P, Command, Result);
    Again.Only = &First.Variants;
    Run(Again);
  }
  return Result;
}

} // namespace gfpcheck
