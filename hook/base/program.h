/* SPDX-License-Identifier: Apache-2.0 */
/* Asking other programs. */
#ifndef SHIELD_BASE_PROGRAM_H
#define SHIELD_BASE_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Looks a program up on PATH; entries of it that are relative are not looked at, as nobody should run what lies there.
 * @ret: where it is
 */
bool shield_program_find(const char *name, char ret[PATH_MAX]);

/*
 * Runs a program without input, and reads what it says on its standard output, for some seconds at most.
 * @words: the program, which is looked for on PATH unless it is a path, and its arguments; ended by NULL
 * @max: no more than that many bytes
 * @ret: NUL-terminated, owned by the caller; @ret_length: NULL = not wanted
 * Returns 0; -ENOENT when there is no such program; -EFBIG; -ETIMEDOUT; -EIO when it fails; another negative errno.
 */
int shield_program_ask(const char *const *words, size_t max, char **ret, size_t *ret_length,
		       struct shield_error *error);

/* The first line of what `program --version` says. @ret: owned by the caller. Returns as above; -ENODATA for nothing. */
int shield_program_version(const char *program, char **ret, struct shield_error *error);

#endif
