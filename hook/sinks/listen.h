/* SPDX-License-Identifier: Apache-2.0 */
/* A listening TCP socket. */
#ifndef SHIELD_SINKS_LISTEN_H
#define SHIELD_SINKS_LISTEN_H

#include "base/error.h"

/*
 * Listens on "ADDRESS:PORT": "127.0.0.1:9463", "[::1]:9463". Port 0 = any.
 * @ret_fd: owned by the caller; non-blocking, for shield_metrics_open()
 * Returns 0; -EINVAL when that is no address; another negative errno.
 */
int shield_listen(const char *address, int *ret_fd, struct shield_error *error);

#endif
