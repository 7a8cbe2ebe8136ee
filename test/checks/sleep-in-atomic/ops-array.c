// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Arrays of operations, and arrays of plain function pointers.

#include <linux/mutex.h>
#include <linux/spinlock.h>

struct command {
	int opcode;
	int (*run)(int arg);
};

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(state);

static int run_nop(int arg)
{
	return arg;
}

static int run_reset(int arg)
{
	mutex_lock(&state);
	mutex_unlock(&state);
	return arg;
}

static int run_halt(int arg)
{
	mutex_lock(&state);
	mutex_unlock(&state);
	return arg + 1;
}

static const struct command commands[] = {
	{ 0, run_nop },
	{ 1, run_reset },
};

static int (*const plain[])(int) = { run_nop, run_halt };

int bad(int op, int arg)
{
	int ret;

	spin_lock(&lock);
	ret = commands[op].run(arg);
	spin_unlock(&lock);
	return ret;
}
// CHECK-DAG: warning: mutex_lock() may sleep in atomic context: bad() holds spinlock {{.*}}medium confidence]
// CHECK-DAG: in bad: calls run_reset() through command.run, one of 2 functions

int bad_plain(int op, int arg)
{
	int ret;

	spin_lock(&lock);
	ret = plain[op](arg);
	spin_unlock(&lock);
	return ret;
}
// CHECK-DAG: warning: mutex_lock() may sleep in atomic context: bad_plain() holds spinlock {{.*}}medium confidence]
// CHECK-DAG: in bad_plain: calls run_halt() through plain, one of 2 functions

int fixed(int op, int arg)
{
	int ret = commands[op].run(arg);

	spin_lock(&lock);
	ret++;
	spin_unlock(&lock);
	return ret + plain[op](arg);
}
