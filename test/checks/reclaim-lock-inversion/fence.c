// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// Shrinkers and mmu notifiers of GPU drivers wait for fences, and a fence is signalled when its job
// is done: who runs the job must not wait for memory.

#include <linux/kernel.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct dma_fence;
struct drm_sched_job {
	void *slot;
};

struct drm_sched_backend_ops {
	struct dma_fence *(*run_job)(struct drm_sched_job *job);
	void (*free_job)(struct drm_sched_job *job);
};

long dma_fence_wait_timeout(struct dma_fence *fence, bool intr, long timeout);

static struct dma_fence *last;

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	dma_fence_wait_timeout(last, false, 100);
	return 1;
}

static struct shrinker shrinker = { .count_objects = count, .scan_objects = scan };

static struct dma_fence *bad_run_job(struct drm_sched_job *job)
{
	job->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for dma_fence: bad_run_job() has to return before the job's fence is signalled [reclaim-lock-inversion, medium confidence]
	// CHECK: dma_fence -> reclaim: who ends the wait first makes an allocation:
	// CHECK: in bad_run_job: has to return before the job's fence is signalled
	// CHECK: reclaim -> dma_fence: whatever the flags, GFP_NOFS and GFP_NOIO included:
	// CHECK: in scan: waits for dma_fence (dma_fence_wait_timeout)
	return last;
}

static struct dma_fence *fixed_run_job(struct drm_sched_job *job)
{
	job->slot = kmalloc(64, GFP_NOWAIT);
	return last;
}

// Afterwards.
static void fixed_free_job(struct drm_sched_job *job)
{
	job->slot = kmalloc(64, GFP_KERNEL);
}

const struct drm_sched_backend_ops bad_ops = { .run_job = bad_run_job };
const struct drm_sched_backend_ops fixed_ops = { .run_job = fixed_run_job, .free_job = fixed_free_job };

int init(void)
{
	return register_shrinker(&shrinker, "fences");
}
