//===- Model.cpp - Reading the model --------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/model/Model.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace gfpcheck {
extern const char *const BuiltinModel[]; ///< file, text, file, text, …, null

namespace {
// The file's shape. Member names are those of the YAML keys; docs/model.md
// explains each.
struct YContext {
  std::string Id, Phrase, State, Begin, Test;
  bool Named = false, Counted = true;
  yaml::Hex64 Nonzero = 0;
};
struct YPrimitive {
  std::vector<std::string> Functions, Ops;
  std::string When = "always", Why;
  bool Sleeps = false;
};
struct YNames {
  std::vector<std::string> Functions;
  std::string Why;
  int Argument = -1;
  int64_t Equals = 0;
  bool Annotation = false;
};
struct YValue {
  std::string Function, Is, Why;
};
struct YConstant {
  std::string Global, Why;
  int64_t Value = 0;
};
struct YCallback {
  std::vector<std::string> Functions, Members;
  unsigned Argument = 0;
  std::string Context, Phrase, Field;
};
struct YDeferred {
  std::string Member, Why;
};
struct YProbe {
  std::vector<std::string> Headers, Constants;
};
struct YModel {
  int Schema = 0;
  std::vector<YContext> Contexts;
  std::vector<YPrimitive> Primitives;
  std::vector<YNames> Sleepers, Neutral, Contracts;
  std::vector<YValue> Values;
  std::vector<YConstant> Constants;
  std::vector<YCallback> Callbacks;
  std::vector<YDeferred> Deferred;
  std::vector<std::string> Core;
  YProbe Probe;
};
} // namespace
} // namespace gfpcheck

LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YContext)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YPrimitive)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YNames)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YValue)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YConstant)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YCallback)
LLVM_YAML_IS_SEQUENCE_VECTOR(gfpcheck::YDeferred)

namespace llvm::yaml {
using namespace gfpcheck;
template <> struct MappingTraits<YContext> {
  static void mapping(IO &Io, YContext &C) {
    Io.mapRequired("id", C.Id);
    Io.mapRequired("phrase", C.Phrase);
    Io.mapOptional("state", C.State);
    Io.mapOptional("begin", C.Begin);
    Io.mapOptional("named", C.Named);
    Io.mapOptional("counted", C.Counted);
    Io.mapOptional("nonzero", C.Nonzero);
    Io.mapOptional("test", C.Test);
  }
};
template <> struct MappingTraits<YPrimitive> {
  static void mapping(IO &Io, YPrimitive &P) {
    Io.mapRequired("functions", P.Functions);
    Io.mapRequired("ops", P.Ops);
    Io.mapOptional("when", P.When);
    Io.mapOptional("sleeps", P.Sleeps);
    Io.mapOptional("why", P.Why);
  }
};
template <> struct MappingTraits<YNames> {
  static void mapping(IO &Io, YNames &N) {
    Io.mapRequired("functions", N.Functions);
    Io.mapRequired("why", N.Why);
    Io.mapOptional("argument", N.Argument);
    Io.mapOptional("equals", N.Equals);
    Io.mapOptional("annotation", N.Annotation);
  }
};
template <> struct MappingTraits<YValue> {
  static void mapping(IO &Io, YValue &V) {
    Io.mapRequired("function", V.Function);
    Io.mapRequired("is", V.Is);
    Io.mapOptional("why", V.Why);
  }
};
template <> struct MappingTraits<YConstant> {
  static void mapping(IO &Io, YConstant &C) {
    Io.mapRequired("global", C.Global);
    Io.mapRequired("value", C.Value);
    Io.mapRequired("why", C.Why);
  }
};
template <> struct MappingTraits<YCallback> {
  static void mapping(IO &Io, YCallback &C) {
    Io.mapOptional("functions", C.Functions);
    Io.mapOptional("members", C.Members);
    Io.mapOptional("argument", C.Argument);
    Io.mapRequired("context", C.Context);
    Io.mapRequired("phrase", C.Phrase);
    Io.mapOptional("field", C.Field);
  }
};
template <> struct MappingTraits<YDeferred> {
  static void mapping(IO &Io, YDeferred &D) {
    Io.mapRequired("member", D.Member);
    Io.mapRequired("why", D.Why);
  }
};
template <> struct MappingTraits<YProbe> {
  static void mapping(IO &Io, YProbe &P) {
    Io.mapOptional("headers", P.Headers);
    Io.mapOptional("constants", P.Constants);
  }
};
template <> struct MappingTraits<YModel> {
  static void mapping(IO &Io, YModel &M) {
    Io.mapRequired("schema", M.Schema);
    Io.mapOptional("contexts", M.Contexts);
    Io.mapOptional("primitives", M.Primitives);
    Io.mapOptional("sleepers", M.Sleepers);
    Io.mapOptional("neutral", M.Neutral);
    Io.mapOptional("contracts", M.Contracts);
    Io.mapOptional("values", M.Values);
    Io.mapOptional("constants", M.Constants);
    Io.mapOptional("callbacks", M.Callbacks);
    Io.mapOptional("deferred", M.Deferred);
    Io.mapOptional("core", M.Core);
    Io.mapOptional("probe", M.Probe);
  }
};
} // namespace llvm::yaml

namespace gfpcheck {

namespace {

// "{a,b}_lock{,_irq}" stands for its four expansions, as in a shell.
void expandBraces(StringRef Pattern, std::vector<std::string> &Out) {
  size_t Open = Pattern.find('{');
  size_t Close = Open == StringRef::npos ? StringRef::npos : Pattern.find('}', Open);
  if (Close == StringRef::npos) {
    Out.push_back(Pattern.str());
    return;
  }
  SmallVector<StringRef> Alternatives;
  Pattern.slice(Open + 1, Close).split(Alternatives, ',');
  for (StringRef A : Alternatives)
    expandBraces((Pattern.take_front(Open) + A + Pattern.drop_front(Close + 1)).str(), Out);
}

std::vector<std::string> expandAll(const std::vector<std::string> &Patterns) {
  std::vector<std::string> Out;
  for (const std::string &P : Patterns)
    expandBraces(P, Out);
  return Out;
}

class Reader {
public:
  Reader(Model &M, StringRef Name) : M(M), Name(Name) {}

  Error fail(const Twine &Message) const {
    return createStringError("model '" + Name + "': " + Message);
  }

  Error add(const YModel &Y) {
    if (Y.Schema != 1)
      return fail("schema is " + Twine(Y.Schema) + ", this gfpcheck reads schema 1");
    for (const YContext &C : Y.Contexts)
      if (Error E = addContext(C))
        return E;
    for (const YPrimitive &P : Y.Primitives)
      if (Error E = addPrimitive(P))
        return E;
    addNames(Y.Sleepers, FunctionModel::Role::Sleep);
    addNames(Y.Neutral, FunctionModel::Role::Neutral);
    for (const YNames &N : Y.Contracts)
      for (const std::string &Fn : expandAll(N.Functions))
        M.Contracts[Fn] = N.Why;
    for (const YValue &V : Y.Values) {
      FunctionModel F;
      F.TheRole = FunctionModel::Role::Value;
      F.Value = V.Is;
      F.Why = V.Why;
      M.Functions[V.Function] = F;
    }
    for (const YConstant &C : Y.Constants)
      M.Constants[C.Global] = C.Value;
    for (const YCallback &C : Y.Callbacks)
      if (Error E = addCallback(C))
        return E;
    for (const YDeferred &D : Y.Deferred)
      M.Deferred[D.Member] = D.Why;
    M.CoreDirs.insert(M.CoreDirs.end(), Y.Core.begin(), Y.Core.end());
    return addProbe(Y.Probe);
  }

private:
  Error addContext(const YContext &C) {
    if (M.context(C.Id) != NoContext)
      return fail("context '" + C.Id + "' is defined twice");
    if (M.Contexts.size() >= NoContext)
      return fail("more than 254 contexts");
    if (!C.Named && (C.State.empty() || C.Begin.empty()))
      return fail("context '" + C.Id + "' is not named and needs 'state' and 'begin'");
    M.Contexts.push_back({C.Id, C.Phrase, C.State, C.Begin, C.Named, C.Counted, C.Nonzero, C.Test});
    return Error::success();
  }

  // An op is "+spin(0)", "-spin(0)", "+irq", "0irq" or "+count[0]".
  Error addPrimitive(const YPrimitive &P) {
    FunctionModel F;
    F.TheRole = FunctionModel::Role::Primitive;
    F.SleepsFirst = P.Sleeps;
    F.Why = P.Why;
    if (P.When == "always")
      F.OpsWhen = When::Always;
    else if (P.When == "nonzero")
      F.OpsWhen = When::Nonzero;
    else if (P.When == "zero")
      F.OpsWhen = When::Zero;
    else
      return fail("'when' is '" + P.When + "', expected always, nonzero or zero");
    for (const std::string &Text : P.Ops) {
      StringRef S = Text;
      ContextOp Op;
      if (S.consume_front("+"))
        Op.Delta = 1;
      else if (S.consume_front("-"))
        Op.Delta = -1;
      else if (!S.consume_front("0"))
        return fail("op '" + Text + "' does not start with +, - or 0");
      StringRef Id = S.take_while([](char C) { return isAlnum(C) || C == '_' || C == '-'; });
      S = S.drop_front(Id.size());
      if (S.consume_front("(")) {
        if (S.consumeInteger(10, Op.LockArg) || S != ")")
          return fail("op '" + Text + "': expected an argument number in parentheses");
      } else if (S.consume_front("[")) {
        if (S.consumeInteger(10, Op.AmountArg) || S != "]")
          return fail("op '" + Text + "': expected an argument number in brackets");
      } else if (!S.empty()) {
        return fail("op '" + Text + "' is not understood after the context");
      }
      if (Op.AmountArg < 0) {
        Op.Context = M.context(Id);
        if (Op.Context == NoContext)
          return fail("op '" + Text + "' names the unknown context '" + Id + "'");
      }
      F.Ops.push_back(Op);
    }
    for (const std::string &Fn : expandAll(P.Functions))
      M.Functions[Fn] = F;
    return Error::success();
  }

  void addNames(const std::vector<YNames> &List, FunctionModel::Role Role) {
    for (const YNames &N : List)
      for (const std::string &Fn : expandAll(N.Functions)) {
        FunctionModel F;
        F.TheRole = Role;
        F.Why = N.Why;
        F.SleepArg = N.Argument;
        F.SleepEquals = N.Equals;
        F.Annotation = N.Annotation;
        M.Functions[Fn] = F;
      }
  }

  Error addCallback(const YCallback &C) {
    CallbackModel CB;
    CB.Phrase = C.Phrase;
    CB.Field = C.Field;
    if (C.Context != "process") {
      CB.Context = M.context(C.Context);
      if (CB.Context == NoContext)
        return fail("callback context '" + C.Context + "' is unknown");
    }
    for (const std::string &Fn : expandAll(C.Functions))
      M.Registrations[Fn].push_back({C.Argument, CB});
    for (const std::string &Member : expandAll(C.Members)) {
      if (StringRef(Member).count('.') != 1)
        return fail("callback member '" + Member + "' is not of the form record.member");
      M.Callbacks[Member] = CB;
    }
    if (C.Functions.empty() && C.Members.empty())
      return fail("a callback entry needs functions or members");
    return Error::success();
  }

  // The names become C text.
  Error addProbe(const YProbe &P) {
    for (const std::string &Header : P.Headers) {
      if (Header.empty() ||
          !all_of(Header, [](char C) { return isAlnum(C) || StringRef("_-./+").contains(C); }))
        return fail("probe: '" + Header + "' is not the path of a header, as <linux/gfp.h> has it");
      if (!is_contained(M.ProbeHeaders, Header))
        M.ProbeHeaders.push_back(Header);
    }
    for (const std::string &Constant : P.Constants) {
      if (Constant.empty() || isDigit(Constant[0]) ||
          !all_of(Constant, [](char C) { return isAlnum(C) || C == '_'; }))
        return fail("probe: '" + Constant + "' is not the name of a constant");
      if (!is_contained(M.ProbeConstants, Constant))
        M.ProbeConstants.push_back(Constant);
    }
    return Error::success();
  }

  Model &M;
  std::string Name;
};

} // namespace

ContextId Model::context(StringRef Id) const {
  for (size_t I = 0; I != Contexts.size(); ++I)
    if (Contexts[I].Id == Id)
      return I;
  return NoContext;
}

Error addModelText(Model &M, StringRef Text, StringRef Name) {
  std::string Message;
  auto Keep = [](const SMDiagnostic &D, void *Context) {
    auto &Out = *static_cast<std::string *>(Context);
    if (Out.empty())
      Out = ("line " + Twine(D.getLineNo()) + ": " + D.getMessage()).str();
  };
  yaml::Input In(Text, nullptr, Keep, &Message);
  YModel Y;
  In >> Y;
  if (In.error())
    return createStringError("model '" + Name +
                             "': " + (Message.empty() ? "is not valid YAML" : Message));
  M.Digest = M.Digest * 31 + xxh3_64bits(Text);
  return Reader(M, Name).add(Y);
}

Expected<Model> loadModel(ArrayRef<std::string> ExtraFiles) {
  Model M;
  for (const char *const *File = BuiltinModel; *File; File += 2)
    if (Error E = addModelText(M, File[1], File[0]))
      return std::move(E);
  for (const std::string &File : ExtraFiles) {
    auto Buffer = MemoryBuffer::getFile(File);
    if (!Buffer)
      return createStringError("cannot read model '" + File + "': " + Buffer.getError().message());
    if (Error E = addModelText(M, (*Buffer)->getBuffer(), File))
      return std::move(E);
  }
  return M;
}

} // namespace gfpcheck
