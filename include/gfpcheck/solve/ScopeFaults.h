//===- ScopeFaults.h - Allocation scopes that are not balanced --------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_SCOPEFAULTS_H
#define GFPCHECK_SOLVE_SCOPEFAULTS_H

#include "gfpcheck/solve/Effects.h"

namespace gfpcheck {

/// Something that is wrong with how a function begins or ends a scope (ContextClass::Scope).
struct ScopeFault {
  enum class Kind : uint8_t {
    LeftOpen,    ///< returns with the scope open, and nobody has its token, or takes it from Member
    Leaks,       ///< a work item leaves its worker in the scope
    ToUser,      ///< a system call returns to user space with the scope open
    OtherKind,   ///< ends it with the token of a scope of another kind
    Misnested,   ///< ends it while one of the same kind is open that began later
    NoToken,     ///< ends it with what no save returned
    Again,       ///< ends it with a token that was given back before
    SharedToken, ///< keeps the token in an object that other tasks reach, for another function
    Overwrites,  ///< sets and clears the bit of the scope by hand, whatever it was before
    WritesBack,  ///< writes back what current->flags was, perhaps before the scope began
  };
  Kind What = Kind::LeftOpen;
  FuncId Func = NoFunc;
  EventIdx Where = 0;      ///< the event at fault: a return, an end; SharedToken: the store
  ContextId Context = 0;   ///< the scope
  ContextId Other = 0;     ///< OtherKind: of which kind the token is
  EventIdx Begin = ~0u;    ///< where the scope began; ~0u: not in this function
  EventIdx Inner = ~0u;    ///< Misnested: where the later one began
  uint32_t Branch = 0;     ///< LeftOpen: line of the condition that leads past the end; 0: none
  uint64_t Member = 0;     ///< Member::key() of where the token is kept
  FuncId EndedBy = NoFunc; ///< SharedToken: who takes the token from there
  EventIdx EndedAt = 0;    ///< the event of EndedBy
  bool Released = false;   ///< SharedToken: it is stored with a lock of the object held, which is
                           ///< given up before the scope ends
  std::string Object;      ///< the member in the function's own terms: "mddev->noio_flag"
  bool ByHand = false;     ///< the bit of current->flags was set, no token was taken
  bool Correlated = false; ///< LeftOpen: what leads past the end may say whether it began
  bool Discarded = false;  ///< the token is not even looked at
  bool Sometimes = false;  ///< Leaks, ToUser: on some ways out only
  /// Leaks, ToUser: the calls from Func, which are not in it, to where the scope begins.
  std::vector<std::pair<FuncId, EventIdx>> Way;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_SCOPEFAULTS_H
