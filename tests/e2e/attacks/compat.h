/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPAT_H
#define COMPAT_H

#include <stddef.h>

/*
 * A system call of the i386 table, by int $0x80. Pointers must be from compat_memory(). A fifth argument is 0.
 * Returns what the kernel does: a negative errno when it failed; -ENOSYS on other machines.
 */
long compat_call(long call, long a, long b, long c, long d);

/* A copy of memory that 32 bits can point to; NULL when there is none. */
void *compat_memory(const void *from, size_t size);

#endif
