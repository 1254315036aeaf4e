/* SPDX-License-Identifier: Apache-2.0 */
/* Files that decide what is enforced: read only where nobody else could have written them. */
#ifndef SHIELD_BASE_TRUSTED_H
#define SHIELD_BASE_TRUSTED_H

#include <stddef.h>

#include "base/error.h"

/*
 * Reads a regular file that is not reached through a symbolic link as its last component, belongs to root or the
 * caller, and is not writable by all.
 * @max: bytes; more is -EFBIG
 * @ret: NUL-terminated text, owned by the caller; @ret_length: its bytes without the NUL
 * Returns 0; -ENOENT when there is no such file; -EPERM when it must not be trusted; another negative errno.
 */
int shield_read_trusted(const char *path, size_t max, char **ret, size_t *ret_length, struct shield_error *error);

#endif
