/* SPDX-License-Identifier: Apache-2.0 */
/* Asking other programs. */
#ifndef SHIELD_BASE_PROGRAM_H
#define SHIELD_BASE_PROGRAM_H

#include <stddef.h>

#include "base/error.h"

/*
 * Runs a program, which is looked for on PATH, and reads what it says on its standard output.
 * @words: the program and its arguments, ended by NULL
 * @max: no more than that many bytes
 * @ret: NUL-terminated, owned by the caller; @ret_length: NULL = not wanted
 * Returns 0; -ENOENT when there is no such program; -EIO when it fails; what reading returned.
 */
int shield_program_ask(const char *const *words, size_t max, char **ret, size_t *ret_length,
		       struct shield_error *error);

#endif
