//===- Reproduce.cpp - How a finding can be seen at run time ----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the kernel itself can show, and under which circumstances. The facts are from the sources of
// Linux 6.12: __might_resched() (kernel/sched/core.c), fs_reclaim_acquire() (mm/page_alloc.c),
// check_flush_dependency() (kernel/workqueue.c), mn_hlist_invalidate_range_start()
// (mm/mmu_notifier.c), Documentation/fault-injection/fault-injection.rst.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Explain.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using llvm::StringRef;

namespace gfpcheck {

namespace {

class Advisor {
public:
  explicit Advisor(const Finding &F) : F(F) {}

  std::vector<std::string> run() {
    auto Advise = llvm::StringSwitch<void (Advisor::*)()>(F.Check)
                      .Case("sleep-in-atomic", &Advisor::sleepInAtomic)
                      .Case("reclaim-reentry", &Advisor::reclaimReentry)
                      .Case("reclaim-lock-inversion", &Advisor::reclaimLockInversion)
                      .Case("reclaim-workqueue", &Advisor::reclaimWorkqueue)
                      .Case("nonblocking-notifier", &Advisor::nonblockingNotifier)
                      .Case("oom-path", &Advisor::oomPath)
                      .Case("memalloc-scope", &Advisor::memallocScope)
                      .Case("mempool-reentry", &Advisor::mempoolReentry)
                      .Case("opencoded-nofail", &Advisor::opencodedNofail)
                      .Case("gfp-mismatch", &Advisor::gfpMismatch)
                      .Default(nullptr);
    if (Advise)
      (this->*Advise)();
    return std::move(Out);
  }

private:
  void say(std::string Text) { Out.push_back(std::move(Text)); }

  bool passes(StringRef Function) const {
    return llvm::any_of(F.Paths, [&](const Path &P) {
      return llvm::any_of(P.Steps, [&](const Step &S) { return S.Function == Function; });
    });
  }
  bool has(StepKind K) const {
    return llvm::any_of(F.Paths, [&](const Path &P) {
      return llvm::any_of(P.Steps, [&](const Step &S) { return S.Kind == K; });
    });
  }

  void run(const Path &P) {
    if (!P.Steps.empty())
      say("Have " + P.Steps.front().Function + "() run, and go the way that is shown.");
  }

  void sleepInAtomic() {
    say("Configure CONFIG_DEBUG_ATOMIC_SLEEP=y, and CONFIG_PROVE_LOCKING=y to have the locks named "
        "that are held. The kernel then says \"BUG: sleeping function called from invalid "
        "context\" as soon as the path runs, whether it would have slept this time or not.");
    if (passes("might_alloc"))
      say("Memory need not be short: might_alloc() goes by the flags of each allocation.");
    if (!F.Paths.empty())
      run(F.Paths.front());
    if (has(StepKind::Guard))
      failures("to get onto the path by way of an error");
  }

  void reclaimReentry() {
    const bool Fs = StringRef(F.Message).contains("re-enter the filesystem");
    if (Fs)
      say("Configure CONFIG_PROVE_LOCKING=y. For lockdep each allocation with __GFP_FS takes the "
          "lock fs_reclaim, reclaimed or not. Where it knows the context for a lock, too, as it "
          "does with transactions of jbd2 (jbd2_handle) and btrfs, it reports \"possible circular "
          "locking dependency\" once kswapd has gone the other half of the circle.");
    else
      say("lockdep has no map for __GFP_IO: only a hang can show it.");
    pressure();
    hang();
  }

  void reclaimLockInversion() {
    say("Configure CONFIG_PROVE_LOCKING=y. For lockdep reclaim is the lock fs_reclaim. Once both "
        "halves have run, in whatever tasks and however long apart, it reports \"possible circular "
        "locking dependency detected\": nothing needs to hang.");
    const bool Fs =
        llvm::any_of(F.Paths, [](const Path &P) { return P.To == reclaimNode(ReclaimLevel::Fs); });
    if (!Fs)
      say("Only allocations with __GFP_FS take fs_reclaim. This circle closes without that flag: "
          "if "
          "the allocation is made with GFP_NOFS or GFP_NOIO, lockdep does not see it.");
    for (const Path &P : F.Paths)
      if (!P.Steps.empty())
        say("For the half \"" + P.Title + "\": " +
            (StringRef(P.From).contains("reclaim")
                 ? "have kswapd reclaim; reading files larger than memory is enough, unless "
                   "the way leads through something that is rarely there to be freed."
                 : "have " + P.Steps.front().Function + "() run."));
    pressure();
    hang();
  }

  void reclaimWorkqueue() {
    say("The kernel warns by itself, without any configuration: \"WQ_MEM_RECLAIM … is flushing "
        "!WQ_MEM_RECLAIM\" when the path runs in a work item of a workqueue with a rescuer, and "
        "\"PF_MEMALLOC task … is flushing !WQ_MEM_RECLAIM\" when it runs in reclaim (kernel/"
        "workqueue.c).");
    pressure();
    hang();
  }

  void nonblockingNotifier() {
    say("Configure CONFIG_DEBUG_ATOMIC_SLEEP=y. Where a range is not blockable the kernel calls "
        "notifiers between non_block_start() and non_block_end(), and reports \"BUG: sleeping "
        "function called from invalid context\" with the non_block count when one may sleep.");
    oomKill("Have the process that the notifier watches killed for its memory:");
  }

  void oomPath() {
    oomKill("Have processes killed for their memory, several times:");
    say("When the reaper cannot go on the kernel says \"oom_reaper: unable to reap pid\".");
    hang();
  }

  void memallocScope() {
    say("No option of the kernel looks for this. Trace the flags of the task where the function "
        "returns; PF_MEMALLOC_NOFS is 0x40000 and PF_MEMALLOC_NOIO 0x80000 in Linux 6.12:\n"
        "    bpftrace -e 'kretprobe:" +
        F.Function + " { printf(\"%s %x\\n\", comm, curtask->flags & 0xc0800); }'");
  }

  void mempoolReentry() {
    failures("so that the pool, and not the allocator, has to give");
    if (has(StepKind::Wait)) {
      say("Run as much I/O at once as there are elements in the pool.");
      hang();
    } else {
      say("Where the pool is empty, too, the kernel reports the dereference of a NULL pointer, or "
          "the work is lost without a word.");
    }
  }

  void opencodedNofail() {
    failures("with probability 100, so that each attempt fails");
    say("The task then turns in the loop: CONFIG_SOFTLOCKUP_DETECTOR=y or "
        "CONFIG_DETECT_HUNG_TASK=y reports it, depending on whether the loop sleeps.");
  }

  void gfpMismatch() {
    if (StringRef(F.Message).contains("PREEMPT_RT"))
      say("Configure CONFIG_PROVE_RAW_LOCK_NESTING=y (with CONFIG_PROVE_LOCKING=y): the kernel "
          "says \"BUG: Invalid wait context\" when the path runs, with PREEMPT_RT or without.");
    else if (StringRef(F.Message).contains("NOFAIL") ||
             StringRef(F.Message).contains("must not fail"))
      say("The page allocator warns once (mm/page_alloc.c) when it is asked for this and has no "
          "page at hand.");
    else
      say("Trace what the allocator is given:\n"
          "    echo 1 > /sys/kernel/tracing/events/kmem/mm_page_alloc/enable\n"
          "    echo stacktrace > /sys/kernel/tracing/trace_options");
    pressure();
  }

  // Reclaim in the task itself, and not in kswapd.
  void pressure() {
    say("Direct reclaim at that very allocation takes a shortage of memory. For what is charged to "
        "a memory cgroup (the page cache, and allocations with __GFP_ACCOUNT), a small cgroup:\n"
        "    mkdir /sys/fs/cgroup/short\n"
        "    echo 64M > /sys/fs/cgroup/short/memory.max\n"
        "    echo $$ > /sys/fs/cgroup/short/cgroup.procs\n"
        "For other allocations the whole machine must be short: boot with mem=1G and load it with "
        "stress-ng --vm 2 --vm-bytes 90%.");
  }

  void oomKill(std::string Why) {
    say(Why + "\n"
              "    mkdir /sys/fs/cgroup/short\n"
              "    echo 64M > /sys/fs/cgroup/short/memory.max\n"
              "    echo $$ > /sys/fs/cgroup/short/cgroup.procs\n"
              "and use more memory than that in it.");
  }

  void hang() {
    say("CONFIG_DETECT_HUNG_TASK=y prints the stack of a task that has hung for "
        "kernel.hung_task_timeout_secs; echo w > /proc/sysrq-trigger prints all at once.");
  }

  void failures(const std::string &Why) {
    say("Configure CONFIG_FAULT_INJECTION_DEBUG_FS=y, CONFIG_FAILSLAB=y and "
        "CONFIG_FAIL_PAGE_ALLOC=y, and have allocations of one task fail, " +
        Why +
        ":\n"
        "    cd /sys/kernel/debug/failslab     # or fail_page_alloc\n"
        "    echo 100 > probability; echo -1 > times\n"
        "    echo Y > task-filter; echo N > ignore-gfp-wait\n"
        "    echo 1 > /proc/self/make-it-fail; exec COMMAND");
  }

  const Finding &F;
  std::vector<std::string> Out;
};

} // namespace

std::vector<std::string> waysToReproduce(const Finding &F) { return Advisor(F).run(); }

} // namespace gfpcheck
