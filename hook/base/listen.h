/* SPDX-License-Identifier: Apache-2.0 */
/* A socket that this node's processes connect to. */
#ifndef SHIELD_BASE_LISTEN_H
#define SHIELD_BASE_LISTEN_H

#include <sys/types.h>

#include "base/error.h"

/*
 * Listens at a path, in place of what a killed process left there.
 * @mask: umask(2) for it, from the first moment on
 * @backlog: see listen(2)
 * @ret_fd: a stream socket, owned by the caller; non-blocking
 * Returns 0; -ENAMETOOLONG; another negative errno.
 */
int shield_listen_at(const char *path, mode_t mask, int backlog, int *ret_fd, struct shield_error *error);

#endif
