//===- Emitter.cpp - Findings as diagnostics of the compiler ----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emitter.h"
#include "clang/Basic/FileManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace gfpcheck::plugin {

namespace {

// In a build, warnings may be errors (CONFIG_WERROR is in x86's defconfig). Findings are
// warnings of a group that plugins have for themselves, and stay warnings unless a command line
// says -Werror=backend-plugin.
constexpr llvm::StringLiteral Group = "backend-plugin";

unsigned warningId(DiagnosticsEngine &Diags, bool ForEditor) {
  DiagnosticIDs &Ids = *Diags.getDiagnosticIDs();
  if (ForEditor) // clangd would take the group for a check of clang-tidy
    return Ids.getCustomDiagID(DiagnosticIDs::CustomDiagDesc(diag::Severity::Warning, "%0"));
  Ids.setGroupNoWarningsAsError(Group, true);
  return Ids.getCustomDiagID(DiagnosticIDs::CustomDiagDesc(
      diag::Severity::Warning, "%0", DiagnosticIDs::CLASS_WARNING, /*ShowInSystemHeader=*/false,
      /*ShowInSystemMacro=*/false, DiagnosticIDs::getGroupForWarningOption(Group)));
}

unsigned customId(DiagnosticsEngine &Diags, diag::Severity Severity, unsigned Class) {
  return Diags.getDiagnosticIDs()->getCustomDiagID(
      DiagnosticIDs::CustomDiagDesc(Severity, "%0", Class));
}

/// clangd capitalises sentences: those that begin with a function's name must not.
std::string quoted(llvm::StringRef Message) {
  const size_t End = Message.find("() ");
  if (End == llvm::StringRef::npos || Message.take_front(End).contains(' '))
    return Message.str();
  return ("'" + Message.take_front(End + 2) + "'" + Message.drop_front(End + 2)).str();
}

} // namespace

Emitter::Emitter(DiagnosticsEngine &Diags, SourceManager &SM, llvm::StringRef SourceRoot,
                 bool ForEditor)
    : Diags(Diags), SM(SM), SourceRoot(SourceRoot), Warning(warningId(Diags, ForEditor)),
      Note(customId(Diags, diag::Severity::Fatal, DiagnosticIDs::CLASS_NOTE)),
      Information(ForEditor
                      ? Warning
                      : customId(Diags, diag::Severity::Remark, DiagnosticIDs::CLASS_REMARK)) {}

void Emitter::emit(const Finding &F) {
  MainFile = F.File;
  const SourceLocation At = locate(F.File, F.Line, F.Column);
  if (At.isInvalid())
    return;
  Diags.Report(At, Warning) << quoted(F.Message) + " [gfpcheck-" + F.Check + "]";
  for (const Path &P : F.Paths)
    for (const Step &S : P.Steps)
      note(S.File, S.Line,
           (&S == &P.Steps.front() && F.Paths.size() > 1 ? P.Title + ": " : "") + "in " +
               S.Function + "(): " + S.Text);
  fixNotes(F, At);
  if (llvm::StringRef Documentation = GFPCHECK_DOCUMENTATION; !Documentation.empty())
    Diags.Report(At, Note)
        << ("see " + Documentation.rtrim('/') + "/checks/" + F.Check + ".md").str();
}

void Emitter::inform(llvm::StringRef Text) {
  Diags.Report(SM.getLocForStartOfFile(SM.getMainFileID()), Information)
      << (Text + " [gfpcheck]").str();
}

/// Where that is; the first character of the line that is no blank if \p Column is 0. Invalid if
/// the file has no such line.
SourceLocation Emitter::locate(llvm::StringRef File, uint32_t Line, uint32_t Column) {
  auto [It, New] = Files.try_emplace(File);
  FileID &Id = It->second;
  if (New) {
    if (File == MainFile) {
      Id = SM.getMainFileID();
    } else {
      llvm::SmallString<256> Path(File);
      if (!llvm::sys::path::is_absolute(File)) {
        Path = SourceRoot;
        llvm::sys::path::append(Path, File);
      }
      if (OptionalFileEntryRef Entry = SM.getFileManager().getOptionalFileRef(Path))
        Id = SM.getOrCreateFileID(*Entry, SrcMgr::C_User);
    }
  }
  std::optional<llvm::StringRef> Text;
  if (Id.isValid())
    Text = SM.getBufferDataOrNone(Id);
  if (!Text || Line == 0)
    return {};
  if (Column != 0)
    return SM.translateLineCol(Id, Line, Column);
  const SourceLocation Begin = SM.translateLineCol(Id, Line, 1);
  const unsigned Offset = SM.getFileOffset(Begin);
  const size_t Blanks = Text->drop_front(Offset).find_first_not_of(" \t");
  return Begin.getLocWithOffset(Blanks == llvm::StringRef::npos ? 0 : int(Blanks));
}

void Emitter::note(llvm::StringRef File, uint32_t Line, const std::string &Text) {
  SourceLocation At = locate(File, Line, 0);
  if (At.isValid())
    Diags.Report(At, Note) << Text;
  else
    Diags.Report(SM.getLocForStartOfFile(SM.getMainFileID()), Note)
        << (File + ":" + llvm::Twine(Line) + ": " + Text).str();
}

/// What would fix it, and what of that can be done here.
void Emitter::fixNotes(const Finding &F, SourceLocation At) {
  if (!F.Fix.empty())
    Diags.Report(At, Note) << "fix: " + F.Fix;
  for (const FixIt &X : F.FixIts) {
    // In another file it is not the user's to apply from here.
    const SourceLocation Begin =
        X.File == MainFile ? locate(X.File, X.Line, X.Column) : SourceLocation();
    const SourceLocation End = Begin.getLocWithOffset(X.Old.size());
    if (Begin.isInvalid() ||
        Lexer::getSourceText(CharSourceRange::getCharRange(Begin, End), SM, LangOptions()) != X.Old)
      continue;
    Diags.Report(Begin, Note) << "replace " + X.Old + " by " + X.New
                              << FixItHint::CreateReplacement(
                                     CharSourceRange::getCharRange(Begin, End), X.New);
  }
}

} // namespace gfpcheck::plugin
