//===- NewUnits.h - Compile commands of files that a patch adds -----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TOOL_NEWUNITS_H
#define GFPCHECK_TOOL_NEWUNITS_H

#include "gfpcheck/capture/CompileDatabase.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace gfpcheck {

/// Of which module Kbuild makes NAME.o a part, by the text of its directory's Makefile.
struct KbuildObject {
  std::string Module; ///< the module's name; "" if nothing builds it
  bool BuiltIn = true;
};

/// \p Config gives a CONFIG_ symbol's value: "y", "m" or "". Reads assignments to obj-, lib- and
/// the lists of composite objects, which may be conditional by $(CONFIG_…); ifdef is not looked at.
KbuildObject findObject(llvm::StringRef Makefile, llvm::StringRef Name,
                        llvm::function_ref<std::string(llvm::StringRef)> Config);

/// The command with which Kbuild would compile \p File (absolute): that of a unit of the same
/// directory with the names of \p Object. Nothing where there is no such unit.
std::optional<CompileCommand> commandOfNewFile(llvm::StringRef File, const KbuildObject &Object,
                                               llvm::ArrayRef<CompileCommand> Commands);

} // namespace gfpcheck

#endif // GFPCHECK_TOOL_NEWUNITS_H
