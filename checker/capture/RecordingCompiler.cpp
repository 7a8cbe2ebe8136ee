//===- RecordingCompiler.cpp - gfpcheck-cc, the compiler capture uses ---------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `gfpcheck capture` runs the kernel's own make with CC= this program. Kbuild
// starts it some thousands of times, so it must start in about a millisecond: it
// is linked statically and uses neither LLVM nor iostreams.
//
// Which compilations may be replaced by a stub? Those whose object Kbuild links
// into vmlinux or a module as it is. An object that is processed further (vdso,
// boot code, the arm64 hypervisor's nVHE half, asm-offsets) must be real. Kbuild
// knows which is which, and capture makes it tell: it passes
//
//   CFLAGS_KERNEL='$(if $(filter $@,$(real-obj-y) $(lib-y)),<marker>)'
//   CFLAGS_MODULE='$(if $(filter $@,$(real-obj-m)),<marker>)'
//
// which make expands in the recipe of each object. So the rule here is simply:
//
//   marker and -c and one .c   record the command; write a stub object and the
//                              dependency file
//   -c and one .c of Kbuild    note that it was passed on (for the count), compile
//   anything else              compile
//
// The marker never appears in a recorded command or before the real compiler.
//
// Environment (set by capture): GFPCHECK_CC the real compiler, a program and its
// leading arguments separated by spaces as in make's CC; GFPCHECK_CC_STATE the
// directory of the log and of the stub objects.
//
//===----------------------------------------------------------------------===//

#include "CaptureProtocol.h"
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace gfpcheck::protocol;
using std::string;
using std::string_view;

[[noreturn]] static void die(const string &What, int Errno = 0) {
  string Message = "gfpcheck-cc: error: " + What;
  if (Errno)
    Message += string(": ") + strerror(Errno);
  fprintf(stderr, "%s\n", Message.c_str());
  _exit(1);
}

static string environment(const char *Name) {
  const char *Value = getenv(Name);
  if (!Value || !*Value)
    die(string(Name) + " is not set; this program is started by `gfpcheck capture` only");
  return Value;
}

/// GFPCHECK_CC split at spaces, as the shell splits make's unquoted $(CC).
static std::vector<string> realCompiler() {
  std::vector<string> Words;
  string Value = environment(CompilerVariable);
  for (size_t I = 0; I < Value.size();) {
    size_t End = Value.find(' ', I);
    if (End == string::npos)
      End = Value.size();
    if (End > I)
      Words.push_back(Value.substr(I, End - I));
    I = End + 1;
  }
  return Words;
}

[[noreturn]] static void execCompiler(const std::vector<string> &Args) {
  std::vector<char *> Argv;
  for (const string &A : Args)
    Argv.push_back(const_cast<char *>(A.c_str()));
  Argv.push_back(nullptr);
  execvp(Argv[0], Argv.data());
  die("cannot start '" + Args[0] + "'", errno);
}

namespace {
/// What matters in a compiler command line.
struct Invocation {
  std::vector<string> Args;       ///< without the marker, Args[0] is the real compiler
  std::vector<string> TargetArgs; ///< the ones that decide the object's format
  bool Marked = false;
  bool Compile = false; ///< -c, and nothing that makes it less than that
  bool Kbuild = false;  ///< has -DKBUILD_BASENAME=: an object of the kernel's build
  string Source, Output, DepFile;
  unsigned Sources = 0;
};
} // namespace

static bool startsWith(string_view S, string_view Prefix) {
  return S.substr(0, Prefix.size()) == Prefix;
}

/// Options whose value is the next argument. Only needed so that such a value is
/// not taken for a source file.
static bool takesValue(string_view Option) {
  for (string_view O :
       {"-include", "-imacros", "-I", "-isystem", "-idirafter", "-iquote", "-D", "-U", "-MF", "-MT",
        "-MQ", "-x", "-Xclang", "-mllvm", "-target", "--param", "-Xassembler", "-Xpreprocessor"})
    if (Option == O)
      return true;
  return false;
}

/// Options that decide the ELF header of an object (machine, class, byte order,
/// flags), so that a linker accepts the stub among real objects.
static bool decidesFormat(string_view Option) {
  for (string_view P : {"--target=", "-mabi=", "-march=", "-mfloat-abi="})
    if (startsWith(Option, P))
      return true;
  for (string_view O : {"-m16", "-m32", "-m64", "-mx32", "-EL", "-EB", "-mlittle-endian",
                        "-mbig-endian", "-msoft-float", "-mhard-float"})
    if (Option == O)
      return true;
  return false;
}

static Invocation parse(int Argc, char **Argv) {
  Invocation Inv;
  Inv.Args = realCompiler();
  bool Other = false;
  for (int I = 1; I < Argc; ++I) {
    string_view Arg = Argv[I];
    if (Arg == MarkerOption) {
      Inv.Marked = true;
      continue;
    }
    Inv.Args.emplace_back(Arg);
    if (Arg == "-c") {
      Inv.Compile = true;
    } else if (Arg == "-E" || Arg == "-S" || Arg == "-M" || Arg == "-MM" ||
               Arg == "-fsyntax-only") {
      Other = true;
    } else if (Arg == "-o" && I + 1 < Argc) {
      Inv.Output = Argv[++I];
      Inv.Args.push_back(Inv.Output);
    } else if (startsWith(Arg, "-Wp,-MMD,") || startsWith(Arg, "-Wp,-MD,")) {
      Inv.DepFile = Arg.substr(Arg.rfind(',') + 1);
    } else if (takesValue(Arg) && I + 1 < Argc) {
      if (Arg == "-MF")
        Inv.DepFile = Argv[I + 1];
      if (Arg == "-target") {
        Inv.TargetArgs.emplace_back(Arg);
        Inv.TargetArgs.emplace_back(Argv[I + 1]);
      }
      Inv.Args.emplace_back(Argv[++I]);
    } else if (decidesFormat(Arg)) {
      Inv.TargetArgs.emplace_back(Arg);
    } else if (startsWith(Arg, "-DKBUILD_BASENAME=")) {
      Inv.Kbuild = true;
    } else if (!Arg.empty() && Arg[0] != '-') {
      ++Inv.Sources;
      Inv.Source = Arg;
    }
  }
  Inv.Compile = Inv.Compile && !Other && Inv.Sources == 1 && Inv.Source.size() > 2 &&
                Inv.Source.compare(Inv.Source.size() - 2, 2, ".c") == 0 && !Inv.Output.empty();
  return Inv;
}

static void appendJson(string &Out, string_view S) {
  Out += '"';
  for (unsigned char C : S) {
    if (C == '"' || C == '\\') {
      Out += '\\';
      Out += C;
    } else if (C < 0x20) {
      char Buffer[8];
      snprintf(Buffer, sizeof Buffer, "\\u%04x", C);
      Out += Buffer;
    } else {
      Out += C;
    }
  }
  Out += '"';
}

/// Appends one line to the log. One write to an O_APPEND descriptor under a lock:
/// a line is there whole or not at all, however many compilers run.
static void record(const Invocation &Inv, const string &State, bool Stubbed) {
  char *Directory = getcwd(nullptr, 0);
  if (!Directory)
    die("cannot tell the working directory", errno);
  string Line = "{\"stubbed\":";
  Line += Stubbed ? "true" : "false";
  Line += ",\"directory\":";
  appendJson(Line, Directory);
  free(Directory);
  Line += ",\"file\":";
  appendJson(Line, Inv.Source);
  Line += ",\"output\":";
  appendJson(Line, Inv.Output);
  Line += ",\"arguments\":[";
  for (size_t I = 0; I < Inv.Args.size(); ++I) {
    if (I)
      Line += ',';
    appendJson(Line, Inv.Args[I]);
  }
  Line += "]}\n";

  string Path = State + "/" + LogName;
  int Fd = open(Path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (Fd < 0)
    die("cannot open " + Path, errno);
  while (flock(Fd, LOCK_EX) != 0)
    if (errno != EINTR)
      die("cannot lock " + Path, errno);
  if (write(Fd, Line.data(), Line.size()) != static_cast<ssize_t>(Line.size()))
    die("cannot write " + Path, errno);
  close(Fd);
}

/// Writes \p Path anew. What was there is unlinked first, so that a link in its
/// place is replaced and never followed.
static void writeFile(const string &Path, string_view Content) {
  unlink(Path.c_str());
  int Fd = open(Path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (Fd < 0)
    die("cannot create " + Path, errno);
  while (!Content.empty()) {
    ssize_t N = write(Fd, Content.data(), Content.size());
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      die("cannot write " + Path, errno);
    Content.remove_prefix(N);
  }
  close(Fd);
}

/// The content of the stub object for this target. The first use of a target
/// compiles an empty file with the real compiler and keeps the result.
static string stubObject(const Invocation &Inv, const string &State) {
  uint64_t Hash = 0xcbf29ce484222325; // FNV-1a
  for (const string &A : Inv.TargetArgs)
    for (size_t I = 0; I <= A.size(); ++I)
      Hash = (Hash ^ static_cast<unsigned char>(A.c_str()[I])) * 0x100000001b3;
  char Name[32];
  snprintf(Name, sizeof Name, "/stub-%016llx.o", static_cast<unsigned long long>(Hash));
  string Path = State + Name;

  for (int Attempt = 0;; ++Attempt) {
    int Fd = open(Path.c_str(), O_RDONLY | O_CLOEXEC);
    if (Fd >= 0) {
      string Content;
      char Buffer[4096];
      for (ssize_t N; (N = read(Fd, Buffer, sizeof Buffer)) > 0;)
        Content.append(Buffer, N);
      close(Fd);
      return Content;
    }
    if (Attempt)
      die("cannot read " + Path, errno);
    string Temporary = Path + "." + std::to_string(getpid());
    std::vector<string> Args = realCompiler();
    Args.insert(Args.end(), Inv.TargetArgs.begin(), Inv.TargetArgs.end());
    for (const char *A : {"-c", "-x", "c", "/dev/null", "-o"})
      Args.push_back(A);
    Args.push_back(Temporary);
    pid_t Child = fork();
    if (Child < 0)
      die("cannot fork", errno);
    if (Child == 0)
      execCompiler(Args);
    int Status = 0;
    while (waitpid(Child, &Status, 0) < 0)
      if (errno != EINTR)
        die("cannot wait for the compiler", errno);
    if (Status != 0)
      die("the compiler cannot compile an empty file for this target");
    if (rename(Temporary.c_str(), Path.c_str()) != 0)
      die("cannot create " + Path, errno);
  }
}

int main(int Argc, char **Argv) {
  Invocation Inv = parse(Argc, Argv);
  if (!Inv.Compile || !(Inv.Marked || Inv.Kbuild))
    execCompiler(Inv.Args);
  string State = environment(StateVariable);
  if (!Inv.Marked) {
    record(Inv, State, /*Stubbed=*/false);
    execCompiler(Inv.Args);
  }
  if (access(Inv.Source.c_str(), R_OK) != 0)
    die("cannot read " + Inv.Source, errno);
  string Stub = stubObject(Inv, State);
  record(Inv, State, /*Stubbed=*/true);
  // fixdep reads this: the source alone. A command does not depend on what the
  // headers say, so a changed header need not record it again.
  if (!Inv.DepFile.empty())
    writeFile(Inv.DepFile, Inv.Output + ": " + Inv.Source + "\n");
  writeFile(Inv.Output, Stub);
  return 0;
}
