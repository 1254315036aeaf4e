/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded reading and atomic writing of small files. */
#ifndef SHIELD_BASE_IO_H
#define SHIELD_BASE_IO_H

#include <stddef.h>

#include "base/error.h"

/*
 * Reads a descriptor to its end.
 * @what: names the source in errors
 * @max: bytes; a longer input is -EFBIG and nothing is returned
 * @ret: NUL-terminated text, owned by the caller; @ret_length: its bytes without the NUL, may be NULL
 * Returns 0 or a negative errno. Works on pipes, sockets, /proc (no size known) and files.
 */
int shield_read_fd(int fd, const char *what, size_t max, char **ret, size_t *ret_length, struct shield_error *error);

/* The same for a file, opened O_RDONLY|O_CLOEXEC below `dir` (AT_FDCWD for none). Only regular files and /proc. */
int shield_read_file(int dir, const char *path, size_t max, char **ret, size_t *ret_length, struct shield_error *error);

/* mkdir -p with mode 0755 for what is missing. Returns 0 or a negative errno. */
int shield_make_directories(const char *path, struct shield_error *error);

#endif
