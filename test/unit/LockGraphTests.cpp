//===- LockGraphTests.cpp - Locks above and below reclaim -----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two halves of the lock graph, on their own: which locks are held across an
// allocation (Solution::Locked), and which ones reclaim waits for (Solution::ReclaimLocks).
//
//===----------------------------------------------------------------------===//

#include "ReclaimProgram.h"
#include "gmock/gmock.h"

using namespace gfpcheck;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

// Behind ReclaimPrelude, on its line.
constexpr const char *LockPrelude =
    "enum pf : unsigned int { PF_MEMALLOC = 0x800, PF_KSWAPD = 0x20000 }; "
    "struct mutex { int owner; }; struct rw_semaphore { int count; }; "
    "void mutex_lock(struct mutex *); int mutex_trylock(struct mutex *); "
    "void mutex_unlock(struct mutex *); "
    "void down_read(struct rw_semaphore *); void up_read(struct rw_semaphore *); "
    "void down_write(struct rw_semaphore *); void up_write(struct rw_semaphore *); "
    "void _raw_spin_lock(void *); void _raw_spin_unlock(void *); "
    "int refcount_dec_and_test(int *); "
    "struct shrink_control { gfp_t gfp_mask; unsigned long nr; }; "
    "struct shrinker { unsigned long (*scan_objects)(struct shrinker *, struct shrink_control *); "
    "}; "
    "struct inode { struct mutex i_lock; void *i_private; int i_count; }; "
    "struct super_operations { void (*evict_inode)(struct inode *); }; "
    "struct cache { struct mutex lock; struct rw_semaphore sem; int ref; int raw; int state; "
    "struct cache *next; struct inode inode; }; "
    "extern struct mutex global; ";

constexpr const char *Vmscan = R"(
    unsigned long try_to_free_pages(void *zonelist, int order, gfp_t gfp_mask, void *nodes) {
      struct shrink_control sc = {.gfp_mask = gfp_mask};
      extern struct shrinker *shrinkers;
      return shrinkers->scan_objects(shrinkers, &sc);
    })";

constexpr const char *TaskConstants =
    "unsigned long long gfpcheck_constant_PF_MEMALLOC(void) { return 0x800; }"
    "unsigned long long gfpcheck_constant_PF_KSWAPD(void) { return 0x20000; }";

/// A snippet with a reclaim that calls shrinker.scan_objects; scan(), where there is one,
/// is put there.
class LockProgram : public ReclaimProgram {
public:
  explicit LockProgram(llvm::StringRef Code, llvm::StringRef Model = "")
      : LockProgram(Files{{"t.c", Code.str()}}, Model) {}
  explicit LockProgram(Files Units, llvm::StringRef Model = "")
      : ReclaimProgram(complete(std::move(Units)), Model) {}

  /// The edges to reclaim, sorted: "FUNCTION: CLASS LEVEL", for example "f: cache.lock fs".
  std::vector<std::string> held() const {
    std::vector<std::string> Out;
    for (const LockedReclaim &L : S->Locked)
      Out.push_back(P.functionName(L.Func).str() + ": " + lockClassName(P, L.Class) + " " +
                    level(L.Chain.Kind));
    std::sort(Out.begin(), Out.end());
    return Out;
  }
  /// The edges from reclaim, sorted: "CLASS LEVEL", for example "cache.lock fs".
  std::vector<std::string> waits() const {
    std::vector<std::string> Out;
    for (const ReclaimLock &R : S->ReclaimLocks)
      Out.push_back(lockClassName(P, R.Class) + " " + level(R.Level));
    std::sort(Out.begin(), Out.end());
    return Out;
  }
  /// The only edge from reclaim to the lock class; the test fails if there is another number.
  ReclaimLock wait(llvm::StringRef Class) const {
    const ReclaimLock *Found = nullptr;
    for (const ReclaimLock &R : S->ReclaimLocks)
      if (lockClassName(P, R.Class) == Class) {
        EXPECT_FALSE(Found) << Class.str() << " twice";
        Found = &R;
      }
    EXPECT_TRUE(Found) << Class.str() << " not reached";
    return Found ? *Found : ReclaimLock();
  }

private:
  static const char *level(AtomKind K) {
    return K == AtomKind::Fs ? "fs" : K == AtomKind::Io ? "io" : "any";
  }
  static Files complete(Files Units) {
    bool HasScan = false;
    for (auto &[Name, Code] : Units) {
      HasScan |= llvm::StringRef(Code).contains("unsigned long scan(");
      Code = LockPrelude + Code;
    }
    std::string Reclaim = std::string(LockPrelude) + Vmscan;
    if (HasScan)
      Reclaim += "unsigned long scan(struct shrinker *, struct shrink_control *);"
                 "struct shrinker shrinker = {.scan_objects = scan};";
    Units.push_back({"mm/vmscan.c", Reclaim});
    Units.push_back({"task.c", TaskConstants});
    return Units;
  }
};

//===----------------------------------------------------------------------===//
// From locks to reclaim
//===----------------------------------------------------------------------===//

TEST(LockGraph, AllocationUnderALockIsAnEdgeOfEachLevelOfItsMask) {
  LockProgram T(R"(
    void kernel(struct cache *c) {
      mutex_lock(&c->lock); might_alloc(KERNEL); mutex_unlock(&c->lock);
    }
    void nofs(struct cache *c) { mutex_lock(&c->lock); might_alloc(NOFS); mutex_unlock(&c->lock); }
    void noio(struct cache *c) { mutex_lock(&c->lock); might_alloc(NOIO); mutex_unlock(&c->lock); }
    void nowait(struct cache *c) {
      mutex_lock(&c->lock); might_alloc(NOWAIT); mutex_unlock(&c->lock);
    }
    void after(struct cache *c) {
      mutex_lock(&c->lock); mutex_unlock(&c->lock); might_alloc(KERNEL);
    })");
  EXPECT_THAT(T.held(), ElementsAre("kernel: cache.lock any", "kernel: cache.lock fs",
                                    "kernel: cache.lock io", "nofs: cache.lock any",
                                    "nofs: cache.lock io", "noio: cache.lock any"));
}

TEST(LockGraph, OneEdgeAClassAndLevelOfAFunction) {
  // The surest of several allocations: the last is no guess, and nearest.
  LockProgram T(R"(
    void deep(gfp_t gfp) { might_alloc(gfp); }
    void f(struct cache *c, struct cache *d, float unknown) {
      mutex_lock(&c->lock);
      mutex_lock(&d->lock);
      might_alloc((gfp_t)unknown);
      deep(NOIO);
      might_alloc(NOIO);
      mutex_unlock(&d->lock);
      mutex_unlock(&c->lock);
    })");
  std::vector<std::string> Noio;
  for (const LockedReclaim &L : T.S->Locked)
    if (L.Chain.Kind == AtomKind::Reclaim) {
      EXPECT_EQ(L.Chain.How, Evidence::Certain);
      EXPECT_EQ(T.P.function(L.Func).Events[L.Chain.Where].Line, 8u);
      Noio.push_back(T.P.functionName(L.Func).str());
    }
  EXPECT_THAT(Noio, ElementsAre("f")) << "two locks of one class";
}

TEST(LockGraph, LocksOfTwoClassesAreTwoEdges) {
  LockProgram T(R"(
    void f(struct cache *c) {
      mutex_lock(&global);
      mutex_lock(&c->lock);
      might_alloc(NOIO);
      mutex_unlock(&c->lock);
      mutex_unlock(&global);
    })");
  EXPECT_THAT(T.held(), ElementsAre("f: cache.lock any", "f: global any"));
}

TEST(LockGraph, LockThatWasTriedIsHeldAllTheSame) {
  LockProgram T(R"(
    void f(struct cache *c) {
      if (!mutex_trylock(&c->lock)) {
        might_alloc(KERNEL);
        return;
      }
      might_alloc(NOIO);
      mutex_unlock(&c->lock);
    })");
  EXPECT_THAT(T.held(), ElementsAre("f: cache.lock any"));
}

TEST(LockGraph, ReadingAndWritingAreOneClass) {
  LockProgram T(R"(
    void reader(struct cache *c) { down_read(&c->sem); might_alloc(NOIO); up_read(&c->sem); }
    void writer(struct cache *c) { down_write(&c->sem); might_alloc(NOIO); up_write(&c->sem); })");
  EXPECT_THAT(T.held(), ElementsAre("reader: cache.sem any", "writer: cache.sem any"));
  for (const LockedReclaim &L : T.S->Locked) {
    EXPECT_EQ(L.Class, T.S->Locked[0].Class);
    EXPECT_EQ(T.M.Contexts[L.Held.Context].Shared, L.Func == T.function("reader"));
  }
}

TEST(LockGraph, CallersMaskDecides) {
  // An edge belongs to the caller that gives the mask; the lock is its callee's.
  LockProgram T(R"(
    void fill(struct cache *c, gfp_t gfp) {
      mutex_lock(&c->lock);
      might_alloc(gfp);
      mutex_unlock(&c->lock);
    }
    void between(struct cache *c, gfp_t gfp) { fill(c, gfp & ~IO); }
    void kernel(struct cache *c) { between(c, KERNEL); }
    void nofs(struct cache *c) { fill(c, NOFS); }
    void nowait(struct cache *c) { fill(c, NOWAIT); })");
  EXPECT_THAT(T.held(), ElementsAre("kernel: cache.lock any", "kernel: cache.lock fs",
                                    "nofs: cache.lock any", "nofs: cache.lock io"));
  for (const LockedReclaim &L : T.S->Locked)
    EXPECT_TRUE(L.InCallee);
}

TEST(LockGraph, CallersLockAndCalleesMask) {
  LockProgram T(R"(
    void alloc(gfp_t gfp) { might_alloc(gfp); }
    void f(struct cache *c) { mutex_lock(&c->lock); alloc(NOIO); mutex_unlock(&c->lock); }
    void g(gfp_t gfp, struct cache *c) {
      mutex_lock(&c->lock); alloc(gfp); mutex_unlock(&c->lock);
    })");
  EXPECT_THAT(T.held(), ElementsAre("f: cache.lock any")) << "nobody gives g() a mask";
}

TEST(LockGraph, HelperThatReturnsWithTheLock) {
  LockProgram T(R"(
    void take(struct cache *c) { mutex_lock(&c->lock); }
    void drop(struct cache *c) { mutex_unlock(&c->lock); }
    void f(struct cache *c) { take(c); might_alloc(NOIO); drop(c); might_alloc(KERNEL); })");
  EXPECT_THAT(T.held(), ElementsAre("f: cache.lock any"));
}

TEST(LockGraph, ScopePreventsItsLevel) {
  LockProgram T(R"(
    void f(struct cache *c) {
      unsigned int nofs = memalloc_nofs_save();
      mutex_lock(&c->lock);
      might_alloc(KERNEL);
      mutex_unlock(&c->lock);
      memalloc_nofs_restore(nofs);
    })");
  EXPECT_THAT(T.held(), ElementsAre("f: cache.lock any", "f: cache.lock io"));
}

TEST(LockGraph, LockUnlockedByTheCalleeIsNotHeld) {
  LockProgram T(R"(
    void drop_and_alloc(struct cache *c) { mutex_unlock(&c->lock); might_alloc(KERNEL); }
    void f(struct cache *c) { mutex_lock(&c->lock); drop_and_alloc(c); })");
  EXPECT_THAT(T.held(), IsEmpty());
}

//===----------------------------------------------------------------------===//
// From reclaim to locks
//===----------------------------------------------------------------------===//

TEST(LockGraph, LevelIsTheLowestThatGetsThere) {
  LockProgram T(R"(
    struct fs { struct mutex lock; }; struct io { struct mutex lock; };
    extern struct fs *fs; extern struct io *io; extern struct cache *any_;
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      mutex_lock(&any_->lock);
      if (!(sc->gfp_mask & IO))
        return 0;
      mutex_lock(&io->lock);
      if (sc->gfp_mask & FS)
        mutex_lock(&fs->lock);
      return 1;
    })");
  EXPECT_THAT(T.waits(), ElementsAre("cache.lock any", "fs.lock fs", "io.lock io"));
}

TEST(LockGraph, WayLeadsFromWhereReclaimBegins) {
  LockProgram T(R"(
    void take(struct cache *c) { mutex_lock(&c->lock); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      take(c);
      return 1;
    })");
  const ReclaimLock R = T.wait("cache.lock");
  std::vector<std::string> Way;
  for (const CallHop &H : R.Way)
    Way.push_back(T.P.functionName(H.Func).str() + (H.Indirect ? " indirectly" : ""));
  EXPECT_THAT(Way, ElementsAre("try_to_free_pages indirectly", "scan", "take"));
  ASSERT_FALSE(R.Way.empty());
  EXPECT_EQ(R.Way.back().Callee, NoFunc);
  EXPECT_EQ(R.Entry, "direct reclaim");
  EXPECT_EQ(R.Conditions, 0u);
}

TEST(LockGraph, CheapestWayIsTheWitness) {
  LockProgram T(R"(
    void take(struct cache *c) { mutex_lock(&c->lock); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      take(c);
      mutex_lock(&c->lock);
      return 1;
    })");
  EXPECT_THAT(T.wait("cache.lock").Way, SizeIs(2));
}

TEST(LockGraph, TryingWaitsForNobody) {
  LockProgram T(R"(
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      if (!mutex_trylock(&c->lock))
        return 0;
      mutex_unlock(&c->lock);
      return 1;
    })");
  EXPECT_THAT(T.waits(), IsEmpty());
}

TEST(LockGraph, NobodyWaitsUnderASpinlock) {
  LockProgram T(R"(
    void __might_sleep(const char *, int);
    void mutex_lock(struct mutex *lock) { __might_sleep("", 0); }
    void notify(struct cache *c) { mutex_lock(&c->lock); }
    void unlock_and_take(struct cache *c) { _raw_spin_unlock(&c->raw); mutex_lock(&global); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      _raw_spin_lock(&c->raw);
      notify(c);
      unlock_and_take(c);
      return 1;
    })");
  EXPECT_THAT(T.waits(), ElementsAre("global any")) << "the callee drops the spinlock first";
}

TEST(LockGraph, ReclaimDoesNotEnterItself) {
  LockProgram T(R"(
    unsigned long try_to_free_pages(void *, int, gfp_t, void *);
    void balance(struct cache *c) { mutex_lock(&c->lock); try_to_free_pages(0, 0, KERNEL, 0); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      return try_to_free_pages(0, 0, KERNEL, 0);
    })");
  EXPECT_THAT(T.waits(), IsEmpty());
  EXPECT_THAT(T.held(), Contains("balance: cache.lock fs"));
}

TEST(LockGraph, DirectReclaimHasPfMemallocSet) {
  LockProgram T(R"(
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      if (!(get_current()->flags & PF_MEMALLOC))
        mutex_lock(&c->lock);
      if (get_current()->flags & PF_KSWAPD)
        down_read(&c->sem);
      if (get_current()->flags & PF_MEMALLOC)
        mutex_lock(&global);
      return 1;
    })");
  EXPECT_THAT(T.waits(), ElementsAre("global any"));
  EXPECT_EQ(T.wait("global").Conditions, 0u);
}

TEST(LockGraph, FunctionsThatReclaimCallsAreRootsOfTheirOwn) {
  LockProgram T(R"(
    struct notifier_block { int (*notifier_call)(struct notifier_block *, unsigned long, void *); };
    int register_oom_notifier(struct notifier_block *);
    int notify(struct notifier_block *nb, unsigned long action, void *data) {
      mutex_lock(&global);
      return 1;
    }
    struct notifier_block nb = {.notifier_call = notify};
    int start(void) { return register_oom_notifier(&nb); })");
  EXPECT_THAT(T.waits(), ElementsAre("global any"));
  EXPECT_EQ(T.wait("global").Entry, "OOM notifier");
}

//===----------------------------------------------------------------------===//
// What tells one call from another
//===----------------------------------------------------------------------===//

TEST(LockGraph, ConstantArgumentsDecide) {
  LockProgram T(R"(
    void drop(struct mutex *lock, int wait) { if (wait) mutex_lock(lock); }
    void flush(struct cache *c) { drop(&c->lock, 1); }
    void fill(void) { mutex_lock(&global); might_alloc(NOIO); mutex_unlock(&global); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      drop(&c->lock, 0);
      drop(&global, 1);
      return 1;
    })");
  EXPECT_THAT(T.waits(), ElementsAre("global any"));
}

TEST(LockGraph, FunctionPassedDownIsCalled) {
  LockProgram T(R"(
    void good(struct cache *c) { look(c); }
    void bad(struct cache *c) { mutex_lock(&c->lock); }
    void other(struct cache *c) { mutex_lock(&global); }
    void walk(struct cache *c, void (*fn)(struct cache *)) { down_read(&c->sem); fn(c); }
    void elsewhere(struct cache *c) { walk(c, other); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      walk(c, good);
      walk(c, bad);
      return 1;
    })");
  EXPECT_THAT(T.waits(), ElementsAre("cache.lock any", "cache.sem any"));
}

TEST(LockGraph, PointerWhoseMembersArePassedIsNotNull) {
  // Who passes &c->state too would not have got as far with a null pointer.
  const char *Code = R"(
    void drop(struct cache *c, int *state) {
      if (!c)
        mutex_lock(&global);
      look(state);
    }
    extern struct cache *c; extern int state;
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      drop(c, STATE);
      return 1;
    })";
  EXPECT_THAT(LockProgram("\n#define STATE &c->state\n" + std::string(Code)).waits(), IsEmpty());
  EXPECT_THAT(LockProgram("\n#define STATE &state\n" + std::string(Code)).waits(),
              ElementsAre("global any"));
}

constexpr const char *Walk = R"(
    struct walk { int try; int nr; };
    void drop(struct cache *c, struct walk *w) {
      if (!w->try)
        mutex_lock(&c->lock);
    }
    void walk(struct cache *c, struct walk *w) { while (w->nr--) drop(c, w); }
    extern struct cache *c;
    void flush(void) { struct walk w = {.nr = 1}; walk(c, &w); }
)";

TEST(LockGraph, MembersOfARecordArePassedDown) {
  auto Scan = [](const char *Init) {
    return std::string(Walk) +
           "unsigned long scan(struct shrinker *s, struct shrink_control *sc) {" + Init +
           " walk(c, &w); return 1; }";
  };
  EXPECT_THAT(LockProgram(Scan("struct walk w = {.try = 1, .nr = 5};")).waits(), IsEmpty());
  EXPECT_THAT(LockProgram(Scan("struct walk w; w.try = 1; w.nr = 5;")).waits(), IsEmpty());
  EXPECT_THAT(LockProgram(Scan("struct walk w = {.try = 0, .nr = 5};")).waits(),
              ElementsAre("cache.lock any"));
  EXPECT_THAT(LockProgram(Scan("struct walk w = {.nr = 5};")).waits(),
              ElementsAre("cache.lock any"))
      << "what an initialiser leaves out is 0";
  EXPECT_THAT(LockProgram(Scan("struct walk w = {.try = any(), .nr = 5};")).waits(),
              ElementsAre("cache.lock any"))
      << "not known";
}

TEST(LockGraph, KnownMemberIsNoCondition) {
  auto Conditions = [](const char *Init) {
    LockProgram T({{"fs/alpha/a.c", std::string(Walk) + R"(
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      struct walk w = )" + Init + R"(;
      drop(c, &w);
      return 1;
    })"}});
    return T.wait("cache.lock").Conditions;
  };
  EXPECT_EQ(Conditions("{.try = any()}"), Conditions("{.try = 0}") + 1);
}

//===----------------------------------------------------------------------===//
// Objects that nobody else has
//===----------------------------------------------------------------------===//

constexpr const char *Container = "\n#define container_of(p, t, m) "
                                  "((t *)((char *)(p) - __builtin_offsetof(t, m)))\n";

TEST(LockGraph, LockInAnUnreferencedObjectIsFree) {
  LockProgram T(std::string(Container) + R"(
    void evict(struct inode *inode) {
      struct cache *c = container_of(inode, struct cache, inode);
      mutex_lock(&inode->i_lock);
      mutex_lock(&c->lock);
      down_write(&c->next->sem);
    }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct inode *unused;
      evict(unused);
      return 1;
    })");
  EXPECT_THAT(T.waits(), ElementsAre("cache.sem any")) << "of another object";
  EXPECT_GE(T.S->Caps.Unreferenced, 2u);
}

TEST(LockGraph, UnreferencedObjectIsPassedOn) {
  LockProgram T(std::string(Container) + R"(
    void take(struct mutex *lock) { mutex_lock(lock); }
    void release(struct cache *c, struct cache *other) { take(&c->lock); down_read(&other->sem); }
    void alpha_evict(struct inode *inode) {
      struct cache *c = container_of(inode, struct cache, inode);
      release(c, c->next);
    }
    struct super_operations alpha = {.evict_inode = alpha_evict};
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct super_operations *op; extern struct inode *unused;
      op->evict_inode(unused);
      return 1;
    })");
  EXPECT_THAT(T.waits(), ElementsAre("cache.sem any"));
}

TEST(LockGraph, SameFunctionOfAReferencedObjectWaits) {
  LockProgram T(R"(
    void take(struct inode *inode) { mutex_lock(&inode->i_lock); }
    void evict(struct inode *inode) { take(inode); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct inode *unused, *used;
      evict(unused);
      take(used);
      return 1;
    })");
  EXPECT_THAT(T.waits(), ElementsAre("inode.i_lock any"));
}

TEST(LockGraph, LastReferencesAreCounted) {
  LockProgram T(R"(
    struct leaf { int ref; struct mutex lock; }; struct node { int ref; struct leaf *leaf; };
    struct tree { int ref; struct node *node; };
    extern struct mutex first, second, third;
    void leaf_free(struct leaf *l) { mutex_lock(&l->lock); mutex_lock(&third); }
    void leaf_put(struct leaf *l) { if (refcount_dec_and_test(&l->ref)) leaf_free(l); }
    void node_free(struct node *n) { mutex_lock(&second); leaf_put(n->leaf); }
    void node_put(struct node *n) { if (refcount_dec_and_test(&n->ref)) node_free(n); }
    void tree_free(struct tree *t) { mutex_lock(&first); node_put(t->node); }
    void tree_put(struct tree *t) { if (refcount_dec_and_test(&t->ref)) tree_free(t); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct tree *tree;
      mutex_lock(&global);
      tree_put(tree);
      return 1;
    })");
  EXPECT_EQ(T.wait("global").LastReferences, 0u);
  EXPECT_EQ(T.wait("first").LastReferences, 1u);
  EXPECT_EQ(T.wait("second").LastReferences, 2u);
  EXPECT_THAT(T.waits(), SizeIs(3)) << "three at once are not likely";
  EXPECT_GE(T.S->Caps.ReclaimFar, 1u);
}

TEST(LockGraph, OwnLockIsFreeWithTheLastReference) {
  LockProgram T(R"(
    void cache_free(struct cache *c) { mutex_lock(&c->lock); down_write(&c->next->sem); }
    int put(struct cache *c) { return refcount_dec_and_test(&c->ref); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      if (put(c))
        cache_free(c);
      return 1;
    })");
  EXPECT_THAT(T.waits(), ElementsAre("cache.sem any"));
  EXPECT_EQ(T.wait("cache.sem").LastReferences, 1u) << "of a function that returns what it said";
}

TEST(LockGraph, OneOfSeveralReferencesTellsNothing) {
  LockProgram T(R"(
    void use(struct cache *c) { mutex_lock(&c->lock); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      if (!refcount_dec_and_test(&c->ref))
        use(c);
      return 1;
    })");
  EXPECT_EQ(T.wait("cache.lock").LastReferences, 0u);
}

//===----------------------------------------------------------------------===//
// Providers
//===----------------------------------------------------------------------===//

TEST(LockGraph, LockOfTheCoreIsTakenOnSomebodysBehalf) {
  LockProgram T(
      Files{{"fs/alpha/a.c", R"(
    struct inode *alpha_inode;
    unsigned long alpha_scan(struct shrinker *s, struct shrink_control *sc) {
      void lock_inode(struct inode *);
      lock_inode(alpha_inode);
      return 1;
    }
    struct shrinker alpha = {.scan_objects = alpha_scan};)"},
            {"fs/beta/b.c", R"(
    unsigned long beta_scan(struct shrinker *s, struct shrink_control *sc) { return 1; }
    struct shrinker beta = {.scan_objects = beta_scan};)"},
            {"fs/inode.c", "void lock_inode(struct inode *i) { mutex_lock(&i->i_lock); }"}});
  const ReclaimLock R = T.wait("inode.i_lock");
  EXPECT_EQ(T.P.name(R.Provider), "fs/alpha");
  EXPECT_FALSE(R.Crosses);
}

TEST(LockGraph, LockTakenForTwoProvidersIsTwoEdges) {
  LockProgram T(Files{{"fs/alpha/a.c", R"(
    unsigned long alpha_scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct inode *alpha_inode;
      mutex_lock(&alpha_inode->i_lock);
      return 1;
    }
    struct shrinker alpha = {.scan_objects = alpha_scan};)"},
                      {"fs/beta/b.c", R"(
    unsigned long beta_scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct inode *beta_inode;
      mutex_lock(&beta_inode->i_lock);
      return 1;
    }
    struct shrinker beta = {.scan_objects = beta_scan};)"}});
  EXPECT_THAT(T.waits(), ElementsAre("inode.i_lock any", "inode.i_lock any"));
}

TEST(LockGraph, TableIsTheProvidersOwn) {
  // alpha's shrinker evicts alpha's inodes, not beta's.
  LockProgram T(Files{{"fs/alpha/a.c", R"(
    void alpha_evict(struct inode *inode) { look(inode); }
    struct super_operations alpha_ops = {.evict_inode = alpha_evict};
    unsigned long alpha_scan(struct shrinker *s, struct shrink_control *sc) {
      void drop(struct super_operations *);
      extern struct super_operations *op;
      drop(op);
      return 1;
    }
    struct shrinker alpha = {.scan_objects = alpha_scan};)"},
                      {"fs/beta/b.c", R"(
    void beta_evict(struct inode *inode) { mutex_lock(&global); }
    struct super_operations beta_ops = {.evict_inode = beta_evict};)"},
                      {"fs/inode.c", R"(
    void drop(struct super_operations *op) {
      extern struct inode *unused; op->evict_inode(unused);
    })"}});
  EXPECT_THAT(T.waits(), IsEmpty());
}

TEST(LockGraph, ConditionsCountFromTheProviderOn) {
  LockProgram T(Files{{"fs/alpha/a.c", R"(
    void take(struct cache *c) { if (c->state) mutex_lock(&c->lock); }
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      if (c->raw)
        take(c);
      return 1;
    })"}});
  EXPECT_EQ(T.wait("cache.lock").Conditions, 2u);
  LockProgram Core(R"(
    unsigned long scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      if (c->state)
        mutex_lock(&c->lock);
      return 1;
    })");
  EXPECT_EQ(Core.wait("cache.lock").Conditions, 0u) << "reclaim's own";
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

TEST(LockGraph, OrderOfUnitsAndFunctionsDoesNotMatter) {
  const Files Units{{"fs/alpha/a.c", R"(
    void alpha_drop(struct inode *inode, int wait) {
      if (wait)
        mutex_lock(&inode->i_lock);
      mutex_lock(&global);
    }
    unsigned long alpha_scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct inode *inode;
      alpha_drop(inode, !!(sc->gfp_mask & FS));
      return 1;
    }
    struct shrinker alpha = {.scan_objects = alpha_scan};)"},
                    {"fs/beta/b.c", R"(
    void beta_fill(struct cache *c, gfp_t gfp) { mutex_lock(&c->lock); might_alloc(gfp); }
    void beta_write(struct cache *c) { beta_fill(c, NOFS); }
    unsigned long beta_scan(struct shrinker *s, struct shrink_control *sc) {
      extern struct cache *c;
      if (sc->gfp_mask & IO)
        mutex_lock(&c->lock);
      return 1;
    }
    struct shrinker beta = {.scan_objects = beta_scan};)"},
                    {"drivers/gamma/g.c", R"(
    void beta_fill(struct cache *c, gfp_t gfp);
    void gamma(struct cache *c) { mutex_lock(&global); beta_fill(c, KERNEL); })"}};
  const LockProgram First(Units);
  EXPECT_THAT(First.waits(), ElementsAre("cache.lock io", "global any", "inode.i_lock fs"));
  for (const std::vector<size_t> &Order : {std::vector<size_t>{2, 1, 0}, {1, 2, 0}, {2, 0, 1}}) {
    Files Now;
    for (size_t I : Order)
      Now.push_back(Units[I]);
    const LockProgram T(Now);
    EXPECT_EQ(T.held(), First.held());
    EXPECT_EQ(T.waits(), First.waits());
  }
}

} // namespace
