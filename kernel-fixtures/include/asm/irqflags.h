/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What a real kernel writes in assembly. The model says what these do. */
#ifndef _ASM_IRQFLAGS_H
#define _ASM_IRQFLAGS_H

unsigned long arch_local_irq_save(void);
void arch_local_irq_restore(unsigned long flags);
void arch_local_irq_disable(void);
void arch_local_irq_enable(void);
int arch_irqs_disabled(void);

#endif
