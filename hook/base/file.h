/* SPDX-License-Identifier: Apache-2.0 */
/* Files that appear whole or not at all. */
#ifndef SHIELD_BASE_FILE_H
#define SHIELD_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Writes a file with mode 0644: its name leads to all of it, or to what was there before.
 * @replace: a file that exists
 * Returns 0; -EEXIST; another negative errno.
 */
int shield_write_file(const char *path, const char *bytes, size_t length, bool replace, struct shield_error *error);

#endif
