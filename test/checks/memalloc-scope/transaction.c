// RUN: %analyze --check=memalloc-scope %s | FileCheck %s --implicit-check-not=warning: --allow-empty
//
// A transaction belongs to the task that started it, and so does the token in it. That of jbd2
// and of XFS are known to the model.

#include "../../../kernel-fixtures/fs/jbd2/transaction.c"
#include "../../../kernel-fixtures/fs/xfs/xfs_trans.c"
