/* SPDX-License-Identifier: Apache-2.0 */
#ifndef URING_H
#define URING_H

#include <linux/io_uring.h>

/*
 * One operation by io_uring(7), with nothing but its system calls.
 * Returns its result; -ENOSYS and -EPERM from the ring's making as well.
 */
int uring_call(const struct io_uring_sqe *entry);

/* The same with the credentials that the caller had before it did `between`, which returns 0 or a negative errno. */
int uring_call_as(struct io_uring_sqe *entry, int (*between)(void *), void *argument);

/* Is there io_uring here? Returns 0 or a negative errno. */
int uring_probe(void);

#endif
