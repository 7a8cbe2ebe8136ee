//===- Mirror.h - A tree of symbolic links --------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kbuild writes beside the sources in two cases: a kernel tree that is configured
// in place (it refuses O= then) and an external module (M=). capture may write to
// neither, so it builds a mirror: real directories, and in them symbolic links to
// the source files. What Kbuild has generated in the original is left out and made
// again in the mirror.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CAPTURE_MIRROR_H
#define GFPCHECK_CAPTURE_MIRROR_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include <string>

namespace gfpcheck {

/// A mirror: \p Original as seen below \p Mirrored, both absolute without a
/// trailing slash.
struct Mirror {
  std::string Original;
  std::string Mirrored;

  /// \p Text with every path into the mirror replaced by that of the original.
  std::string toOriginal(llvm::StringRef Text) const;
};

/// Mirrors the kernel tree \p Source at \p At, a directory that only gfpcheck uses. A
/// mirror that is there already is brought up to date. Symbolic links of the tree
/// become links to them; version control and \p Except (a directory inside the tree,
/// "" for none) are left out.
llvm::Expected<Mirror> mirrorKernelTree(llvm::StringRef Source, llvm::StringRef At,
                                        llvm::StringRef Except);

/// Mirrors the external module \p Module below \p Root, at Root/<path of Module>. The
/// neighbours of the module and of its parents are linked too, so that paths such as
/// ../include lead where they lead from the original. A mirror that is there already
/// is brought up to date: what was built in it stays.
llvm::Expected<Mirror> mirrorModule(llvm::StringRef Module, llvm::StringRef Root,
                                    llvm::StringRef Except);

/// True if Kbuild has made the file \p Name, which is in a directory with \p Siblings:
/// one of them is its .NAME.cmd or its NAME_shipped, or `make clean` would remove it.
bool isGeneratedFile(llvm::StringRef Name, const llvm::StringSet<> &Siblings);

} // namespace gfpcheck

#endif // GFPCHECK_CAPTURE_MIRROR_H
