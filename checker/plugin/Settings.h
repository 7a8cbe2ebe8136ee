//===- Settings.h - How the plugin is asked to behave ---------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_PLUGIN_SETTINGS_H
#define GFPCHECK_PLUGIN_SETTINGS_H

#include "gfpcheck/report/Finding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <chrono>
#include <string>
#include <vector>

namespace gfpcheck::plugin {

/// What users may set: by the environment, which gfpcheck-clangd fills in from its options, or
/// by arguments of the plugin, which go first.
///
///   environment              argument (-fplugin-arg-gfpcheck-…)
///   GFPCHECK_BUILD           build=DIR
///   GFPCHECK_DB              db=FILE
///   GFPCHECK_MODEL           model=FILE (several: separated by ':')
///   GFPCHECK_MIN_CONFIDENCE  min-confidence=high|medium|low
///   GFPCHECK_BUDGET          budget=MILLISECONDS
///   GFPCHECK_VERBOSE         verbose=1
struct Settings {
  std::string Build;    ///< build directory; "": looked for, see findWorkspace()
  std::string Database; ///< "": BUILD/.gfpcheck/gfpcheck.db
  std::vector<std::string> Models;
  Confidence MinConfidence = Confidence::Medium;
  std::chrono::milliseconds Budget{300}; ///< beyond parsing, for one version of one file
  bool Verbose = false;                  ///< a line on stderr for each version that is judged

  /// The settings of this process, changed by \p Arguments ("NAME=VALUE"). Error: one sentence
  /// that names the setting.
  static llvm::Expected<Settings> read(llvm::ArrayRef<std::string> Arguments);
};

} // namespace gfpcheck::plugin

#endif // GFPCHECK_PLUGIN_SETTINGS_H
