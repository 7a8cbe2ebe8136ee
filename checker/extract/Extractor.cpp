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

#include "BodyWatcher.h"
#include "CommandAdjuster.h"
#include "FunctionBuilder.h"
#include "InitBuilder.h"
#include "InlineRegistry.h"
#include "PreambleBuilder.h"
#include "SharedFiles.h"
#include "SummaryWriter.h"
#include "gfpcheck/extract/Extract.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/DiagnosticSema.h"
#include "clang/Basic/Stack.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Serialization/ASTReader.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace gfpcheck {

uint64_t headerDigest(llvm::StringRef Content) { return llvm::xxh3_64bits(Content); }

namespace extract {
namespace {

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
  const Preamble *Parsed = nullptr; ///< the headers have been: what is known of them
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
      : P(P), CI(CI), Watcher(CI.getPreprocessor(), P.S.Inlines) {}

  void Initialize(ASTContext &Context) override { Watcher.begin(Context, P.Files); }

  bool shouldSkipFunctionBody(Decl *D) override {
    const FunctionDecl *Function = D->getAsFunction();
    if (!Function)
      return false;
    Body B = Watcher.at(Function);
    if (B.Key) {
      if (P.S.Options.SkipInlines && jumpOver(B)) {
        Watcher.Bodies.push_back(B);
        return true;
      }
      B.IsParsed = decide(B);
      if (P.S.Options.SkipInlines)
        Watcher.record();
    } else {
      B.IsParsed = !P.Only;
    }
    Watcher.Bodies.push_back(B);
    return !B.IsParsed;
  }

  bool HandleTopLevelDecl(DeclGroupRef Group) override {
    if (P.Only)
      return true;
    for (const Decl *D : Group) {
      if (D->isFromASTFile())
        continue; // some of the preamble's; takeFromPreamble() has all
      if (auto *Var = dyn_cast<VarDecl>(D); Var && Var->hasInit())
        Variables.push_back(Var);
      else if (auto *Function = dyn_cast<FunctionDecl>(D);
               Function && Function->hasAttr<AliasAttr>())
        Aliases.push_back(Function);
    }
    return true;
  }

  void HandleTranslationUnit(ASTContext &Context) override {
    FunctionBuilder Builder(Watcher.names());
    if (P.Parsed)
      takeFromPreamble();
    if (!P.Only)
      summariseTu(Builder);
    summariseInlines(Builder);
    // A second pass reads the same tokens: the first has found all there is.
    if (!P.Only)
      for (const Body &B : Watcher.Bodies)
        if (B.Key && !B.IsParsed && !B.KnownHash && !P.S.Inlines.isKnown(B.Key, Watcher.hash(B)))
          P.Variants.insert(B.Key);
    Watcher.addReadings();
  }

private:
  // Skips a body that is known to read as one that is summarised.
  bool jumpOver(Body &B) { return !(P.Only && P.Only->contains(B.Key)) && Watcher.jumpOver(B); }

  // What HandleTopLevelDecl() has not been given.
  void takeFromPreamble() {
    take(P.Parsed->Functions, PreambleFunctions);
    take(P.Parsed->Variables, Variables);
    take(P.Parsed->Aliases, Aliases);
  }

  template <class T> void take(llvm::ArrayRef<LocalDeclID> Ids, std::vector<const T *> &Into) {
    ASTReader &Reader = *CI.getASTReader();
    serialization::ModuleFile &Module = Reader.getModuleManager().getPrimaryModule();
    std::vector<const T *> Taken;
    for (LocalDeclID Id : Ids)
      if (auto *D = llvm::dyn_cast_or_null<T>(Reader.GetDecl(Reader.getGlobalDeclID(Module, Id))))
        Taken.push_back(D);
    Into.insert(Into.begin(), Taken.begin(), Taken.end());
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

  void summarise(const FunctionDecl *Function, FunctionBuilder &Builder, SummaryWriter &Writer,
                 TuSummary &Summary, uint8_t Flags) {
    Builder.build(Function);
    Writer.function(Function, &Builder.flow(), Flags);
    for (const VarDecl *Var : Builder.staticLocals())
      addInits(Var, Watcher.names(), Writer, Summary);
  }

  void summariseTu(FunctionBuilder &Builder) {
    TuSummary &Summary = P.Result.Summary;
    Names &N = Watcher.names();
    SummaryWriter Writer(N, Summary);
    for (const FunctionDecl *Function : PreambleFunctions)
      summarise(Function, Builder, Writer, Summary, 0);
    for (const Body &B : Watcher.Bodies)
      if (!B.Key && B.Function->hasBody())
        summarise(B.Function, Builder, Writer, Summary, 0);
    for (const FunctionDecl *Alias : Aliases)
      Writer.function(Alias, nullptr, 0);
    for (const VarDecl *Var : Variables)
      addInits(Var, N, Writer, Summary);
    // The header inlines among what was named.
    llvm::DenseMap<const Decl *, const Body *> Inlines;
    for (const Body &B : Watcher.Bodies)
      if (B.Key)
        Inlines[B.Function] = &B;
    auto HashOf = [&](const Entity &E) -> uint64_t {
      if (!E.Definition)
        return 0;
      if (auto It = Inlines.find(E.Definition); It != Inlines.end())
        return Watcher.hash(*It->second);
      return P.Parsed ? P.Parsed->Inlines.lookup(
                            Preamble::inlineId(N.text(E.File), E.Line, N.text(E.Name)))
                      : 0;
    };
    for (EntityId Id : Writer.used()) {
      const Entity &E = N.entity(Id);
      InlineRef Ref;
      Ref.TokenHash = HashOf(E);
      if (!Ref.TokenHash)
        continue;
      Ref.File = Writer.str(E.File);
      Ref.Line = E.Line;
      Ref.Name = Writer.str(E.Name);
      Summary.Inlines.push_back(Ref);
    }
  }

  void summariseInlines(FunctionBuilder &Builder) {
    // What an error in a header left of its inlines is not for others.
    const bool Share = !P.ErrorInHeader;
    Names &N = Watcher.names();
    for (const Body &B : Watcher.Bodies) {
      if (!B.Key || !B.IsParsed)
        continue;
      const uint64_t Hash = Watcher.hash(B);
      const bool Usable = Share && B.Function->hasBody() && !B.Function->isInvalidDecl();
      if (!Usable && P.S.Options.SkipInlines)
        continue; // the claim, if any, is given back at the end
      if (Usable && P.S.Options.SkipInlines && !P.S.Inlines.publish(B.Key, Hash))
        continue;
      if (!B.Function->hasBody())
        continue;
      InlineUnit &Unit = P.Result.Inlines.emplace_back();
      const SourceFile &File = N.file(B.Function->getLocation());
      Unit.File = File.Name;
      Unit.Line = N.line(B.Function->getLocation());
      Unit.Name = N.stableName(B.Function).str();
      Unit.FileDigest = File.Digest;
      Unit.TokenHash = Hash;
      Unit.Summary.MainFile = File.Name;
      SummaryWriter Writer(N, Unit.Summary);
      summarise(B.Function, Builder, Writer, Unit.Summary, FF_HeaderInline);
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
  CompilerInstance &CI;
  BodyWatcher Watcher;
  std::vector<const FunctionDecl *> PreambleFunctions;
  std::vector<const VarDecl *> Variables;
  std::vector<const FunctionDecl *> Aliases;
};

void addInputs(TuResult &Result, llvm::ArrayRef<std::string> Read) {
  llvm::append_range(Result.Inputs, Read);
  llvm::sort(Result.Inputs);
  Result.Inputs.erase(llvm::unique(Result.Inputs), Result.Inputs.end());
}

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
    std::vector<std::string> Read;
    for (auto It = SM.fileinfo_begin(); It != SM.fileinfo_end(); ++It)
      Read.push_back(P.Files.absolute(It->first.getName()));
    addInputs(P.Result, Read);
  }

private:
  Pass &P;
};

/// Null, with the reason in the pass's result, where the command makes no sense.
std::shared_ptr<CompilerInvocation>
createInvocation(Pass &P, const CompileCommand &Command,
                 llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> VFS) {
  std::vector<std::string> Dropped;
  std::string Error;
  std::shared_ptr<CompilerInvocation> Invocation =
      P.S.Commands.createInvocation(Command, VFS, Dropped, Error);
  if (!P.Only)
    P.Result.DroppedOptions = std::move(Dropped);
  if (!Invocation) {
    P.Result.Failed = true;
    P.Result.FirstError = P.Files.get(Command.File, "").Name + ": " + Error;
    return nullptr;
  }
  Invocation->getFrontendOpts().SkipFunctionBodies = true; // the consumer decides
  Invocation->getFrontendOpts().ProgramAction = frontend::ParseSyntaxOnly;
  return Invocation;
}

void runPass(Pass &P, std::shared_ptr<CompilerInvocation> Invocation,
             llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> VFS) {
  CompilerInstance CI(std::move(Invocation));
  CI.setVirtualFileSystem(VFS);
  ErrorCollector Errors(P);
  CI.createDiagnostics(&Errors, /*ShouldOwnClient=*/false);
  CI.createFileManager();
  TuAction Action(P);
  CI.ExecuteAction(Action);
}

void runPass(Pass &P, const CompileCommand &Command) {
  auto VFS = createFileView(P.S.Files, Command.Directory, P.S.Overlay);
  if (auto Invocation = createInvocation(P, Command, VFS))
    runPass(P, std::move(Invocation), VFS);
}

/// A pass over what follows the preamble, which is parsed before if \p Kept is not that of this
/// text. False: it has to be a pass over everything.
bool runAfterPreamble(Pass &P, const CompileCommand &Command, std::optional<Preamble> &Kept) {
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> VFS =
      createFileView(P.S.Files, Command.Directory, P.S.Overlay);
  auto Invocation = createInvocation(P, Command, VFS);
  if (!Invocation)
    return true;
  auto Buffer = VFS->getBufferForFile(Invocation->getFrontendOpts().Inputs[0].getFile());
  if (!Buffer)
    return false;
  const PreambleBounds Bounds =
      ComputePreambleBounds(Invocation->getLangOpts(), **Buffer, /*MaxLines=*/0);
  if (!Kept || Kept->EndsAtStartOfLine != Bounds.PreambleEndsAtStartOfLine ||
      Kept->Text != (*Buffer)->getBuffer().take_front(Bounds.Size))
    Kept = buildPreamble(*Invocation, VFS, **Buffer, Bounds, P.S.Inlines, P.Files);
  if (!Kept->Compiled || !Kept->IsKnown)
    return false;
  P.Parsed = &*Kept;
  Invocation->getPreprocessorOpts().RetainRemappedFileBuffers = true;
  Kept->Compiled->AddImplicitPreamble(*Invocation, VFS, Buffer->get());
  runPass(P, std::move(Invocation), VFS);
  addInputs(P.Result, Kept->Inputs);
  return P.Variants.empty();
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

/// Whether \p Body did not crash, which the result then says.
static bool runGuarded(extract::Pass &Pass, llvm::function_ref<void()> Body) {
  llvm::CrashRecoveryContext Recovery;
  if (Recovery.RunSafelyOnThread(Body, clang::DesiredStackSize))
    return true;
  for (extract::InlineKey Key : Pass.Claims)
    Pass.S.Inlines.abandon(Key);
  if (!Pass.Result.Failed)
    Pass.Result.FirstError = Pass.Result.Summary.MainFile + ": Clang crashed while parsing it";
  Pass.Result.Failed = true;
  return false;
}

TuResult Extractor::emptyResult(const CompileCommand &Command) const {
  TuResult Result;
  extract::FileNames Files(P->Options.SourceRoot, Command.Directory);
  Result.Summary.MainFile = Files.get(Command.File, "").Name;
  return Result;
}

TuResult Extractor::extract(const CompileCommand &Command) {
  TuResult Result = emptyResult(Command);
  extract::Pass First(*P, Command, Result);
  auto Run = [&](extract::Pass &Pass) {
    return runGuarded(Pass, [&] { extract::runPass(Pass, Command); });
  };
  if (Run(First) && !First.Variants.empty()) {
    extract::Pass Again(*P, Command, Result);
    Again.Only = &First.Variants;
    Run(Again);
  }
  return Result;
}

struct EditCache::Impl {
  std::optional<extract::Preamble> Preamble;
};

EditCache::EditCache() : P(std::make_unique<Impl>()) {}
EditCache::EditCache(EditCache &&) = default;
EditCache &EditCache::operator=(EditCache &&) = default;
EditCache::~EditCache() = default;

TuResult Extractor::extract(const CompileCommand &Command, EditCache &Cache) {
  std::optional<extract::Preamble> &Preamble = Cache.P->Preamble;
  {
    TuResult Result = emptyResult(Command);
    extract::Pass Pass(*P, Command, Result);
    bool Done = false;
    if (runGuarded(Pass, [&] { Done = runAfterPreamble(Pass, Command, Preamble); }) && Done)
      return Result;
  }
  TuResult Result = extract(Command);
  // By now all its inlines are known.
  if (Preamble && !Result.Failed)
    Preamble->IsKnown = true;
  return Result;
}

} // namespace gfpcheck
