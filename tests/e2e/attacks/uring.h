/* SPDX-License-Identifier: Apache-2.0 */
#ifndef URING_H
#define URING_H

#include <stdbool.h>
#include <sys/socket.h>

/*
 * connect(2) by io_uring(7), with nothing but its system calls.
 * @worker: by a thread of the kernel's, not by the caller
 * Returns 0 or a negative errno; -ENOSYS and -EPERM from the ring's making as well.
 */
int uring_connect(int fd, const struct sockaddr *to, socklen_t length, bool worker);

/* Is there io_uring here? Returns 0 or a negative errno. */
int uring_probe(void);

#endif
