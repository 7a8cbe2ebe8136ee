//===- Settings.cpp - How the plugin is asked to behave ---------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Settings.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <cstdlib>

using namespace llvm;

namespace gfpcheck::plugin {

namespace {

struct Setting {
  const char *Variable;
  StringRef Argument;
  /// Whether \p Value makes sense.
  bool (*Set)(Settings &S, StringRef Value);
  const char *Expected;
};

const Setting All[] = {
    {"GFPCHECK_BUILD", "build", [](Settings &S, StringRef V) { return S.Build = V.str(), true; },
     "a build directory"},
    {"GFPCHECK_DB", "db", [](Settings &S, StringRef V) { return S.Database = V.str(), true; },
     "a file"},
    {"GFPCHECK_MODEL", "model",
     [](Settings &S, StringRef V) {
       S.Models.clear();
       for (StringRef File : split(V, ':'))
         S.Models.push_back(File.str());
       return true;
     },
     "files, separated by ':'"},
    {"GFPCHECK_MIN_CONFIDENCE", "min-confidence",
     [](Settings &S, StringRef V) {
       for (Confidence C : {Confidence::Low, Confidence::Medium, Confidence::High})
         if (V == confidenceName(C)) {
           S.MinConfidence = C;
           return true;
         }
       return false;
     },
     "high, medium or low"},
    {"GFPCHECK_BUDGET", "budget",
     [](Settings &S, StringRef V) {
       unsigned Milliseconds = 0;
       if (V.getAsInteger(10, Milliseconds) || Milliseconds > 3600000)
         return false;
       S.Budget = std::chrono::milliseconds(Milliseconds);
       return true;
     },
     "a number of milliseconds, at most 3600000"},
    {"GFPCHECK_VERBOSE", "verbose",
     [](Settings &S, StringRef V) {
       S.Verbose = V == "1";
       return V == "0" || V == "1";
     },
     "0 or 1"},
};

} // namespace

Expected<Settings> Settings::read(ArrayRef<std::string> Arguments) {
  Settings S;
  auto Set = [&](const Setting &Which, StringRef Name, StringRef Value) -> Error {
    if (Which.Set(S, Value))
      return Error::success();
    return createStringError(Name + "=" + Value + ": give " + Which.Expected);
  };
  for (const Setting &Which : All)
    if (const char *Value = std::getenv(Which.Variable); Value && *Value)
      if (Error E = Set(Which, Which.Variable, Value))
        return std::move(E);
  for (const std::string &Argument : Arguments) {
    auto [Name, Value] = StringRef(Argument).split('=');
    const Setting *Which =
        find_if(All, [&, Name = Name](const Setting &X) { return X.Argument == Name; });
    if (Which == std::end(All))
      return createStringError(
          "no plugin argument '" + Name + "'; there are: " +
          join(map_range(All, [](const Setting &X) { return X.Argument.str(); }), ", "));
    if (Error E = Set(*Which, Name, Value))
      return std::move(E);
  }
  return S;
}

} // namespace gfpcheck::plugin
