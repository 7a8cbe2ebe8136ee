// RUN: rm -rf %t && cp -r %{fixtures} %t && split-file %s %t
// RUN: %t/compile-commands %t/build %t/drivers/block/tinyloop/loop.c %t/fs/alphafs/alpha.c %t/fs/betafs/beta.c
// RUN: %not %gfpcheck analyze --check=reclaim-reentry --min-confidence=low -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// A driver whose disk is a file is stacked on a filesystem: there the path does go into another
// provider. Which one is not known, so it is less sure. The driver's own call is the place to fix.
//
// CHECK: drivers/block/tinyloop/loop.c:10:{{[0-9]+}}: warning: vfs_iter_write() may enter reclaim with GFP_KERNEL and start I/O: tinyloop_queue_rq() is {{.*}}queue_rq{{.*}}[reclaim-reentry, {{medium|low}} confidence]
// CHECK: drivers/block/tinyloop/loop.c:{{[0-9]+}}: in tinyloop_queue_rq: calls vfs_iter_write()
// CHECK: fs/inode.c:{{[0-9]+}}: in vfs_iter_write: calls alpha_write_iter() through file_operations.write_iter
// CHECK: fs/alphafs/alpha.c:7: in alpha_write_iter: calls kmalloc
//--- drivers/block/tinyloop/loop.c
#include <linux/blk-mq.h>
#include <linux/fs.h>
#include <linux/sched/mm.h>

static blk_status_t tinyloop_queue_rq(struct blk_mq_hw_ctx *hctx,
				      const struct blk_mq_queue_data *bd)
{
	loff_t pos = 0;

	if (vfs_iter_write(hctx->queue->queuedata, bd->rq->end_io_data, &pos) < 0)
		return BLK_STS_IOERR;
	return BLK_STS_OK;
}

static blk_status_t fixed_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	unsigned int noio = memalloc_noio_save();
	loff_t pos = 0;
	ssize_t ret = vfs_iter_write(hctx->queue->queuedata, bd->rq->end_io_data, &pos);

	memalloc_noio_restore(noio);
	return ret < 0 ? BLK_STS_IOERR : BLK_STS_OK;
}

const struct blk_mq_ops tinyloop_mq_ops = { .queue_rq = tinyloop_queue_rq };
const struct blk_mq_ops fixed_mq_ops = { .queue_rq = fixed_queue_rq };

//--- fs/alphafs/alpha.c
#include <linux/fs.h>
#include <linux/slab.h>

static ssize_t alpha_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	/* A write from user space may use all it likes. */
	void *extent = kmalloc(64, GFP_KERNEL);

	kfree(extent);
	return extent ? 64 : -1;
}

const struct file_operations alpha_fops = { .write_iter = alpha_write_iter };

//--- fs/betafs/beta.c
#include <linux/fs.h>
#include <linux/slab.h>

static ssize_t beta_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	void *extent = kmalloc(64, GFP_NOIO);

	kfree(extent);
	return extent ? 64 : -1;
}

const struct file_operations beta_fops = { .write_iter = beta_write_iter };
