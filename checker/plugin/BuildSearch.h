//===- BuildSearch.h - Which analysed build a file belongs to -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_PLUGIN_BUILDSEARCH_H
#define GFPCHECK_PLUGIN_BUILDSEARCH_H

#include "Settings.h"
#include "gfpcheck/driver/Session.h"

namespace gfpcheck::plugin {

/// The build that \p File (absolute), compiled in \p Directory, is analysed in: what \p S says,
/// else the nearest directory upwards from \p Directory, then from \p File, that has a database of
/// gfpcheck, or a compile_commands.json that is a link into such a directory. Its database exists.
/// Error: one sentence that says what to do.
llvm::Expected<SessionOptions> findBuild(const Settings &S, llvm::StringRef Directory,
                                         llvm::StringRef File);

} // namespace gfpcheck::plugin

#endif // GFPCHECK_PLUGIN_BUILDSEARCH_H
