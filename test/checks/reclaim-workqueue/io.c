// RUN: %analyze --check=reclaim-workqueue %s | FileCheck %s --implicit-check-not=warning:
//
// Who is given an I/O and hands it to a workqueue needs a rescuer there. Not so what it tells
// somebody else.

#include <linux/bio.h>
#include <linux/blk-mq.h>
#include <linux/module.h>
#include <linux/workqueue.h>

struct device_state {
	struct work_struct event;
};

struct command {
	struct work_struct work;
	struct device_state *state;
};

static struct workqueue_struct *bad_wq, *fixed_wq;


static blk_status_t bad_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct command *cmd = blk_mq_rq_to_pdu(bd->rq);

	queue_work(bad_wq, &cmd->work);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: queue_work() hands command.work to bad_wq in bad_queue_rq(), a block request handler (blk_mq_ops.queue_rq): without WQ_MEM_RECLAIM it may have to wait for memory, which may wait for this I/O [reclaim-workqueue, high confidence]
	// CHECK: in bad_queue_rq: queues command.work on bad_wq (queue_work)
	// CHECK: in init: allocates bad_wq without WQ_MEM_RECLAIM
	// CHECK: fix: allocate bad_wq with WQ_MEM_RECLAIM, or do not wait for it here
	schedule_work(&cmd->state->event);
	return BLK_STS_OK;
}

static blk_status_t fixed_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct command *cmd = blk_mq_rq_to_pdu(bd->rq);

	queue_work(fixed_wq, &cmd->work);
	return BLK_STS_OK;
}

static void later(struct command *cmd)
{
	queue_work(bad_wq, &cmd->work);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: queue_work() hands command.work to bad_wq in bad_end_io(), a bio completion (bi_end_io): {{.*}} [reclaim-workqueue, medium confidence]
}

static void bad_end_io(struct bio *bio)
{
	later(bio->bi_private);
}

static const struct blk_mq_ops bad_ops = { .queue_rq = bad_queue_rq };
static const struct blk_mq_ops fixed_ops = { .queue_rq = fixed_queue_rq };

void submit(struct bio *bio)
{
	bio->bi_end_io = bad_end_io;
}

static int init(void)
{
	bad_wq = alloc_workqueue("bad", WQ_UNBOUND, 0);
	fixed_wq = alloc_workqueue("fixed", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return 0;
}
module_init(init);
