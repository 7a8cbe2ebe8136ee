//===- ReclaimProgram.h - Snippets about reclaim --------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A TestProgram with the gfp flags' numbers, and with states of its own besides those
// of the built-in model: a transaction, which forbids __GFP_FS and is begun by a
// function that returns it, a folio and a queue, which are begun and ended by the object.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TEST_RECLAIMPROGRAM_H
#define GFPCHECK_TEST_RECLAIMPROGRAM_H

#include "TestProgram.h"

namespace gfpcheck {

/// One line, in front of every unit.
inline constexpr const char *ReclaimPrelude =
    "typedef unsigned int gfp_t; "
    "enum gfp : unsigned int { IO = 0x40, FS = 0x80, DIRECT = 0x400, KERNEL = 0xcc0, "
    "NOFS = 0xc40, NOIO = 0xc00, NOWAIT = 0x800, PF_NOFS = 0x40000, PF_NOIO = 0x80000 }; "
    "struct task_struct { unsigned int flags; void *journal_info; int other; }; "
    "struct task_struct *get_current(void); "
    "void might_alloc(gfp_t); int any(void); void look(void *); "
    "unsigned int memalloc_nofs_save(void); void memalloc_nofs_restore(unsigned int); "
    "unsigned int memalloc_pin_save(void); void memalloc_pin_restore(unsigned int); "
    "unsigned int memalloc_noio_save(void); void memalloc_noio_restore(unsigned int); "
    "struct tx { int state; unsigned int token; struct tx *next; }; "
    "struct tx *tx_begin(void); void tx_end(struct tx *); void tx_end_all(void); "
    "int tx_try(struct tx *); int tx_enter(struct tx *); "
    "void folio_hold(void *); void folio_drop(void *); "
    "void queue_hold(void *); void queue_drop(void *); "
    "struct foo { gfp_t mask; unsigned int token; struct tx *tx; int state; };";

/// The numbers, as linkProgram() finds them in the probe's unit.
inline constexpr const char *ReclaimConstants =
    "unsigned long long gfpcheck_constant___GFP_IO(void) { return 0x40; }"
    "unsigned long long gfpcheck_constant___GFP_FS(void) { return 0x80; }"
    "unsigned long long gfpcheck_constant___GFP_DIRECT_RECLAIM(void) { return 0x400; }"
    "unsigned long long gfpcheck_constant_PF_MEMALLOC_NOFS(void) { return 0x40000; }"
    "unsigned long long gfpcheck_constant_PF_MEMALLOC_NOIO(void) { return 0x80000; }";

inline constexpr const char *ReclaimModel = R"yaml(
schema: 1
contexts:
  - {id: tx, class: holder, forbids: fs, phrase: tx, state: s, begin: b, needs: n}
  - {id: folio, class: holder, forbids: fs, phrase: folio, state: s, begin: b, needs: n}
  - {id: queue, class: holder, forbids: io, phrase: queue, state: s, begin: b, needs: n}
primitives:
  - {functions: [tx_begin], ops: ["+tx(result)"], when: pointer}
  - {functions: [tx_try], ops: ["+tx(0)"], when: nonzero}
  - {functions: [tx_enter], ops: ["+tx(0)"], when: zero}
  - {functions: [tx_end], ops: ["-tx(0)"]}
  - {functions: [tx_end_all], ops: ["0tx"]}
  - {functions: [folio_hold], ops: ["+folio(0)"]}
  - {functions: [folio_drop], ops: ["-folio(0)"]}
  - {functions: [queue_hold], ops: ["+queue(0)"]}
  - {functions: [queue_drop], ops: ["-queue(0)"]}
)yaml";

class ReclaimProgram : public TestProgram {
public:
  /// \p Model: more entries, as lines that follow "schema: 1".
  explicit ReclaimProgram(llvm::StringRef Code, llvm::StringRef Model = "")
      : ReclaimProgram(Files{{"t.c", Code.str()}}, Model) {}
  explicit ReclaimProgram(Files Units, llvm::StringRef Model = "")
      : TestProgram(probed(std::move(Units)), {ReclaimModel, "schema: 1\n" + Model.str()}) {}

  /// The kinds of the atoms of Name, sorted: "any" (reclaim of whatever level), "fs", "io",
  /// "sleep".
  std::vector<std::string> kinds(llvm::StringRef Name) const {
    std::vector<std::string> Out;
    for (const Atom &A : effects(Name).Atoms)
      Out.push_back(A.Kind == AtomKind::Fs        ? "fs"
                    : A.Kind == AtomKind::Io      ? "io"
                    : A.Kind == AtomKind::Reclaim ? "any"
                                                  : "sleep");
    std::sort(Out.begin(), Out.end());
    return Out;
  }
  /// The first atom of Name of that kind, or null.
  const Atom *atom(llvm::StringRef Name, AtomKind K) const {
    for (const Atom &A : effects(Name).Atoms)
      if (A.Kind == K)
        return &A;
    return nullptr;
  }

private:
  static Files probed(Files Units) {
    for (auto &[Name, Code] : Units)
      Code = ReclaimPrelude + Code;
    Units.push_back({"constants.c", ReclaimConstants});
    return Units;
  }
};

} // namespace gfpcheck

#endif // GFPCHECK_TEST_RECLAIMPROGRAM_H
