//===- Capture.cpp - Recording a kernel's compile commands --------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel build takes tens of minutes, nearly all of it in the compiler. Capture
// runs the same make with a compiler that only writes down what it was asked
// (RecordingCompiler.cpp): 6.12 defconfig takes 25 s on two cores. Three steps,
// each a run of the kernel's make in an O= directory of our own:
//
//   configure   defconfig, or olddefconfig on a copy of an existing .config
//   prepare     generated headers and host tools: real, and an error stops here
//   descend     the walk through the directories, with stubs for objects
//
// The last step asks for the top directory and not for vmlinux: Kbuild then archives
// the stubs and never links them, so every error that make reports is a real one. -k
// lets one failure leave the rest alone. Two configuration symbols are taken away
// from make (not from the headers): CONFIG_OBJTOOL and CONFIG_DEBUG_INFO_BTF, whose
// tools read objects; CONFIG_WERROR too, because a warning of a newer compiler in
// code that must be compiled for real would stop the run.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/capture/Capture.h"
#include "CaptureProtocol.h"
#include "CommandLog.h"
#include "MakeRunner.h"
#include "PathText.h"
#include "gfpcheck/capture/CompileDatabase.h"
#include "gfpcheck/capture/Kbuild.h"
#include "gfpcheck/capture/Mirror.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <fcntl.h>
#include <map>
#include <sys/file.h>
#include <unistd.h>

using namespace llvm;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace gfpcheck {

static Error fail(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message);
}

static Error writeText(StringRef Path, StringRef Text) {
  if (Error E = writeToOutput(Path, [&](raw_ostream &OS) -> Error {
        OS << Text;
        return Error::success();
      }))
    return fail("cannot write " + Path + ": " + toString(std::move(E)));
  return Error::success();
}

/// Kbuild splits its paths at spaces and colons.
static Error checkPath(StringRef Option, StringRef Path) {
  if (Path.find_first_of(" \t:") == StringRef::npos)
    return Error::success();
  return fail(Option + " " + Path +
              ": the kernel's build system cannot work in a path with spaces or colons");
}

namespace {

class Session {
public:
  explicit Session(const CaptureOptions &Options) : Options(Options) {}
  ~Session() {
    if (LockFd >= 0)
      close(LockFd);
  }
  Expected<CaptureResult> run();

private:
  Error setUp();
  Error resolveGoals();
  Error lock();
  Error chooseConfiguration();
  Error makeMirrors();
  Error configure();
  Error prepare();
  Expected<int> descend();
  Expected<std::set<std::string>> recordedByKbuild() const;
  Expected<CaptureResult> collect(int MakeStatus);
  bool inRoots(StringRef Object) const {
    return any_of(Roots, [&](const std::string &R) { return Object.starts_with(R + "/"); });
  }
  Error write(CaptureResult &Result, std::vector<CompileCommand> Commands);
  std::string withLog(const Twine &Message) const {
    return (Message + ":\n" + kbuild::lastLines(Make.log(), 8) + "  (all of it: " + Make.LogFile +
            ")")
        .str();
  }

  const CaptureOptions &Options;
  std::string Linux, Build, State, ObjectTree;
  kbuild::MakeArguments Args;
  std::string Module;       ///< external module directory, "" if none
  std::string ConfigSource; ///< .config to copy, "" for ConfigGoals
  std::vector<std::string> ConfigGoals;
  std::vector<std::string> Roots; ///< directories whose records count
  std::vector<std::string> SingleObjects;
  std::vector<Mirror> Mirrors;
  MakeRunner Make;
  int LockFd = -1;
};

} // namespace

Error Session::setUp() {
  if (Error E = kbuild::checkKernelTree(Options.Linux))
    return E;
  SmallString<256> Real;
  if (std::error_code EC = fs::real_path(Options.Linux, Real))
    return fail("cannot resolve " + Options.Linux + ": " + EC.message());
  Linux = std::string(Real);
  Expected<kbuild::MakeArguments> Parsed = kbuild::parseMakeArguments(Options.MakeArgs);
  if (!Parsed)
    return Parsed.takeError();
  Args = std::move(*Parsed);
  if (!fs::exists(Options.RecordingCompiler))
    return fail("the recording compiler " + Options.RecordingCompiler +
                " is missing; it is installed next to gfpcheck");
  Expected<Toolchain> Tools = findToolchain(Args);
  if (!Tools)
    return Tools.takeError();

  SmallString<256> Absolute(Options.Build);
  if (std::error_code EC = fs::make_absolute(Absolute))
    return fail("cannot resolve " + Options.Build + ": " + EC.message());
  path::remove_dots(Absolute, /*remove_dot_dot=*/true);
  if (fs::equivalent(Absolute, Linux))
    return fail("-O names the kernel tree itself, which capture never writes to; name another "
                "directory (a .config in the tree is found there)");
  if (std::error_code EC = fs::create_directories(joined(Absolute, ".gfpcheck")))
    return fail("cannot write to " + Absolute + ": " + EC.message() +
                "; name another directory with -O");
  if (fs::access(joined(Absolute, ".gfpcheck"), fs::AccessMode::Write))
    return fail("cannot write to " + Absolute + "; name another directory with -O");
  if (std::error_code EC = fs::real_path(Absolute, Real))
    return fail("cannot resolve " + Absolute + ": " + EC.message());
  Build = std::string(Real);
  State = joined(Build, ".gfpcheck");
  ObjectTree = joined(State, "obj");
  if (Error E = checkPath("-C", Linux))
    return E;
  if (Error E = checkPath("-O", Build))
    return E;

  Make.Source = Linux;
  Make.ObjectTree = ObjectTree;
  Make.StateDirectory = State;
  Make.RecordingCompiler = Options.RecordingCompiler;
  Make.LogFile = joined(State, "make.log");
  Make.Tools = std::move(*Tools);
  Make.Variables = Args.Variables;
  Make.Jobs = Options.Jobs ? Options.Jobs : hardware_concurrency().compute_thread_count();
  return Error::success();
}

/// Tells directories of the tree, single objects and external modules apart.
Error Session::resolveGoals() {
  if (!Args.ModuleDirectory.empty()) {
    SmallString<256> Real;
    if (!fs::is_directory(Args.ModuleDirectory) || fs::real_path(Args.ModuleDirectory, Real)) {
      if (fs::real_path(joined(Linux, Args.ModuleDirectory), Real) || !fs::is_directory(Real))
        return fail("M=" + Args.ModuleDirectory + ": no such directory");
    }
    if (Real == Linux)
      return fail("M=" + Args.ModuleDirectory + " is the kernel tree; leave M= out to capture it");
    StringRef Inside = Real;
    if (Inside.consume_front(Linux + "/")) {
      Args.Goals.push_back((Inside + "/").str());
    } else {
      Module = std::string(Real);
      if (!fs::exists(joined(Module, "Kbuild")) && !fs::exists(joined(Module, "Makefile")))
        return fail("M=" + Args.ModuleDirectory + ": has neither Kbuild nor Makefile");
      return checkPath("M=", Module);
    }
  }
  for (std::string &Goal : Args.Goals) {
    if (fs::is_directory(joined(Linux, Goal))) {
      if (!StringRef(Goal).ends_with("/"))
        Goal += '/';
      Roots.push_back(joined(ObjectTree, StringRef(Goal).drop_back()));
    } else if (StringRef(Goal).ends_with(".o")) {
      SingleObjects.push_back(joined(ObjectTree, Goal));
    } else {
      return fail("make goal '" + Goal + "' is not a directory of " + Linux +
                  "; capture takes configuration goals, directories (fs/ext4/) and objects "
                  "(mm/slub.o)");
    }
  }
  if (Args.Goals.empty())
    Roots.push_back(ObjectTree);
  return Error::success();
}

Error Session::lock() {
  std::string Path = joined(State, "lock");
  LockFd = open(Path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (LockFd < 0)
    return fail("cannot create " + Path + ": " + strerror(errno) +
                "; name another directory with -O");
  if (flock(LockFd, LOCK_EX | LOCK_NB) != 0)
    return fail("another capture is running in " + Build + "; wait for it or use another -O");
  return Error::success();
}

/// Decides where the configuration comes from. What was built with another one (or
/// another compiler, tree or make variable) says nothing about this: obj/ goes.
Error Session::chooseConfiguration() {
  std::string Identity;
  if (!Args.ConfigGoals.empty()) {
    ConfigGoals = Args.ConfigGoals;
  } else if (fs::exists(joined(Build, ".config"))) {
    ConfigSource = joined(Build, ".config");
  } else if (fs::exists(joined(Linux, ".config"))) {
    ConfigSource = joined(Linux, ".config");
  } else {
    ConfigGoals = {"defconfig"};
    Options.Say("no .config in " + Build + ": using defconfig");
  }
  raw_string_ostream OS(Identity);
  OS << Linux << '\n'
     << kbuild::isConfiguredInTree(Linux) << '\n'
     << Make.Tools.Compiler << '\n'
     << Make.Tools.VersionLine << '\n'
     << join(ConfigGoals, " ") << '\n';
  for (StringRef V : Args.Variables)
    if (!V.starts_with("-"))
      OS << V << '\n';
  if (const char *Arch = getenv("ARCH"))
    OS << "ARCH=" << Arch << '\n';
  if (!ConfigSource.empty())
    OS << readText(ConfigSource);
  std::string Digest = utohexstr(xxh3_64bits(Identity), /*LowerCase=*/true, 16) + "\n";

  std::string DigestFile = joined(State, "obj.digest");
  if (readText(DigestFile) == Digest && fs::exists(joined(ObjectTree, ".config")))
    return Error::success();
  fs::remove(DigestFile);
  fs::remove(joined(State, protocol::LogName));
  if (std::error_code EC = fs::remove_directories(ObjectTree, /*IgnoreErrors=*/false))
    return fail("cannot remove " + ObjectTree + ": " + EC.message());
  if (std::error_code EC = fs::create_directories(ObjectTree))
    return fail("cannot create " + ObjectTree + ": " + EC.message());
  if (!ConfigSource.empty()) {
    Options.Say("configuration: " + ConfigSource);
    if (std::error_code EC = fs::copy_file(ConfigSource, joined(ObjectTree, ".config")))
      return fail("cannot copy " + ConfigSource + ": " + EC.message());
  }
  return writeText(DigestFile, Digest);
}

Error Session::makeMirrors() {
  if (kbuild::isConfiguredInTree(Linux)) {
    Options.Say(Linux + " is configured in place: building from a mirror of it");
    Expected<Mirror> M = mirrorKernelTree(Linux, joined(State, "src"), Build);
    if (!M)
      return M.takeError();
    Make.Source = M->Mirrored;
    Mirrors.push_back(std::move(*M));
  }
  if (!Module.empty()) {
    Expected<Mirror> M = mirrorModule(Module, joined(State, "module"), Build);
    if (!M)
      return M.takeError();
    Roots = {M->Mirrored};
    Mirrors.push_back(std::move(*M));
  }
  return Error::success();
}

Error Session::configure() {
  std::vector<std::string> Goals = ConfigGoals;
  if (Goals.empty())
    Goals = {"olddefconfig"};
  Options.Say("configuring (" + join(Goals, " ") + ")");
  Expected<int> Status = Make.run({}, Goals);
  if (!Status)
    return Status.takeError();
  if (*Status != 0)
    return fail(withLog("make " + join(Goals, " ") + " failed in " + Linux));
  return Error::success();
}

static std::vector<std::string> withoutObjectTools() {
  return {"CONFIG_OBJTOOL=", "CONFIG_DEBUG_INFO_BTF=", "CONFIG_WERROR="};
}

Error Session::prepare() {
  Options.Say("generating headers");
  std::vector<std::string> Extra = withoutObjectTools();
  Expected<int> Status =
      Make.run(Extra, {std::string(Module.empty() ? "prepare" : "modules_prepare")});
  if (!Status)
    return Status.takeError();
  if (*Status != 0)
    return fail(withLog("make prepare failed in " + Linux +
                        ", so the kernel's generated headers are missing"));
  return Error::success();
}

/// The goal that walks through all directories and links nothing.
static Expected<std::string> descendGoal(StringRef Linux) {
  std::string Makefile = readText(joined(Linux, "Makefile"));
  if (StringRef(Makefile).contains("\ndescend: $(build-dirs)")) // 5.4 to 6.0
    return "descend";
  if (StringRef(Makefile).contains("\n$(build-dir): prepare")) // from 6.1
    return ".";
  return fail(Linux + " is a kernel older than 5.4, which capture does not know how to build; "
                      "make a compile_commands.json for it another way");
}

Expected<int> Session::descend() {
  if (Error E = endLastLogLine(joined(State, protocol::LogName)))
    return std::move(E);
  std::vector<std::string> Extra = withoutObjectTools();
  // See RecordingCompiler.cpp. The user's own flags come first.
  auto marked = [&](StringRef Variable, StringRef Objects) {
    std::string User = Args.variable(Variable);
    return (Variable + "=" + User + (User.empty() ? "" : " ") + "$(if $(filter $@," + Objects +
            ")," + protocol::MarkerOption + ")")
        .str();
  };
  Extra.push_back(marked("CFLAGS_KERNEL", "$(real-obj-y) $(lib-y)"));
  Extra.push_back(marked("CFLAGS_MODULE", "$(real-obj-m)"));
  std::vector<std::string> Goals = Args.Goals;
  if (!Module.empty()) {
    Goals = {"modules"};
    for (const char *V : {"MODPOST=/bin/true", "KBUILD_MODPOST_NOFINAL=1"})
      Extra.push_back(V);
    Extra.push_back("M=" + Mirrors.back().Mirrored);
  } else if (Goals.empty()) {
    Expected<std::string> Goal = descendGoal(Linux);
    if (!Goal)
      return Goal.takeError();
    Goals = {*Goal};
    for (const char *V : {"KBUILD_MODULES=1", "KBUILD_BUILTIN=1"})
      Extra.push_back(V);
  }
  Extra.push_back("-k");
  Options.Say("recording compile commands");

  size_t Offset = 0, Recorded = 0;
  auto Count = [&] {
    auto Tail = MemoryBuffer::getFile(joined(State, protocol::LogName), /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
    if (!Tail || (*Tail)->getBufferSize() <= Offset)
      return;
    Recorded += (*Tail)->getBuffer().drop_front(Offset).count('\n');
    Offset = (*Tail)->getBufferSize();
    Options.Progress(Recorded);
  };
  if (Options.Progress)
    Make.Tick = Count;
  Expected<int> Status = Make.run(Extra, Goals);
  Make.Tick = nullptr;
  return Status;
}

Expected<std::set<std::string>> Session::recordedByKbuild() const {
  Expected<kbuild::ObjectRecords> Records = kbuild::readRecords(ObjectTree, Roots);
  if (!Records)
    return Records.takeError();
  for (const std::string &Object : SingleObjects)
    if (fs::exists(Object) && kbuild::isCObject(Object))
      Records->CObjects.insert(Object);
  return std::move(Records->CObjects);
}

Expected<CaptureResult> Session::collect(int MakeStatus) {
  CaptureResult Result;
  std::map<std::string, LogEntry> Log = readCommandLog(joined(State, protocol::LogName));
  Expected<std::set<std::string>> Recorded = recordedByKbuild();
  if (!Recorded)
    return Recorded.takeError();

  // Objects that Kbuild finds up to date although the log lacks them (it was deleted,
  // or the disk was full) or their source is gone: let make look again.
  bool Removed = false;
  for (const std::string &Object : *Recorded) {
    auto It = Log.find(Object);
    if (It == Log.end() || !sourceExists(It->second.Command)) {
      fs::remove(Object);
      Removed = true;
    }
  }
  if (Removed) {
    Expected<int> Status = descend();
    if (!Status)
      return Status.takeError();
    MakeStatus = *Status;
    Log = readCommandLog(joined(State, protocol::LogName));
    Recorded = recordedByKbuild();
    if (!Recorded)
      return Recorded.takeError();
  }

  auto Failed = [&](StringRef Target) {
    Target.consume_front(ObjectTree + "/");
    if (!is_contained(Result.Failed, Target))
      Result.Failed.push_back(Target.str());
  };
  if (MakeStatus != 0) {
    kbuild::MakeFailures Failures = kbuild::readFailures(Make.log());
    for (const std::string &Target : Failures.Targets)
      Failed(Target);
    Result.Reason = Failures.FirstError;
    if (Result.Failed.empty()) {
      // make failed and named no file: a makefile error, or it was killed.
      Result.Failed = {Args.Goals.empty() ? std::string("make") : Args.Goals.front()};
      if (Result.Reason.empty())
        Result.Reason =
            "make ended with status " + std::to_string(MakeStatus) + ", see " + Make.LogFile;
    }
    // Directories that did not finish have no record of what is in them; what was
    // compiled in them counts as it stands.
    for (const auto &[Object, Entry] : Log)
      if (Entry.Stubbed && inRoots(Object) && fs::exists(Object) && sourceExists(Entry.Command))
        Recorded->insert(Object);
  }

  std::vector<CompileCommand> Commands;
  for (const std::string &Object : *Recorded) {
    auto It = Log.find(Object);
    if (It == Log.end() || !sourceExists(It->second.Command)) {
      Failed(Object);
      continue;
    }
    Commands.push_back(toOriginalPaths(It->second.Command, Mirrors, Module, ObjectTree));
  }
  for (const auto &[Object, Entry] : Log)
    Result.PassedOn += !Entry.Stubbed && !Recorded->count(Object) && inRoots(Object);
  Result.Captured = Commands.size();
  Result.Expected = Recorded->size();
  for (StringRef Target : Result.Failed) {
    std::string Object = joined(ObjectTree, Target);
    auto It = Log.find(Object);
    bool PassedOn = It != Log.end() && !It->second.Stubbed;
    Result.Expected += Target.ends_with(".o") && !PassedOn && !Recorded->count(Object);
  }
  if (Commands.empty()) {
    if (MakeStatus != 0)
      return fail(withLog("make failed and no compile command was recorded"));
    return fail("this configuration compiles no C file in " +
                (Module.empty() ? join(Args.Goals, " ") : Module) + "; configure it in (see " +
                joined(ObjectTree, ".config") + ")");
  }
  if (Error E = write(Result, std::move(Commands)))
    return std::move(E);
  return Result;
}

Error Session::write(CaptureResult &Result, std::vector<CompileCommand> Commands) {
  // Ours if its commands run in our own directory, which nobody else's do.
  std::string Usual = joined(Build, "compile_commands.json");
  std::string Hidden = joined(State, "compile_commands.json");
  Result.ForeignDatabase =
      fs::exists(Usual) && !StringRef(readText(Usual)).contains("\"" + ObjectTree + "\"");
  Result.Database = Result.ForeignDatabase ? Hidden : Usual;
  if (Error E = writeText(Result.Database, formatCompileDatabase(std::move(Commands))))
    return E;
  if (!Result.ForeignDatabase)
    fs::remove(Hidden);

  kbuild::ConfigHeader Config = kbuild::readConfigHeader(joined(ObjectTree, ".config"));
  std::string Text;
  raw_string_ostream OS(Text);
  json::OStream J(OS, 1);
  J.object([&] {
    J.attribute("schema", 1);
    J.attribute("source", Linux);
    J.attribute("objects", ObjectTree);
    if (!Module.empty())
      J.attribute("module", Module);
    J.attribute("database", Result.Database);
    J.attribute("arch", Config.Arch);
    J.attribute("kernel", Config.Version);
    J.attribute("compiler", Make.Tools.VersionLine);
    J.attributeArray("make", [&] {
      for (const std::string &A : Options.MakeArgs)
        J.value(A);
    });
    J.attribute("captured", int64_t(Result.Captured));
    J.attribute("expected", int64_t(Result.Expected));
    J.attribute("passed", int64_t(Result.PassedOn));
    J.attributeArray("failed", [&] {
      for (const std::string &F : Result.Failed)
        J.value(F);
    });
  });
  OS << '\n';
  return writeText(joined(State, "capture.json"), Text);
}

Expected<CaptureResult> Session::run() {
  if (Error E = setUp())
    return std::move(E);
  if (Error E = resolveGoals())
    return std::move(E);
  if (Error E = lock())
    return std::move(E);
  if (Error E = chooseConfiguration())
    return std::move(E);
  if (Error E = makeMirrors())
    return std::move(E);
  if (Error E = configure())
    return std::move(E);
  if (Error E = prepare())
    return std::move(E);
  Expected<int> Status = descend();
  if (!Status)
    return Status.takeError();
  return collect(*Status);
}

Expected<CaptureResult> capture(const CaptureOptions &Options) { return Session(Options).run(); }

} // namespace gfpcheck
