/* SPDX-License-Identifier: Apache-2.0 */
/* What other programs say of themselves. */
#ifndef SHIELD_CTL_ASK_H
#define SHIELD_CTL_ASK_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"

/*
 * Looks a program up on PATH; entries of it that are relative are not looked at, as nobody should run what lies there.
 * @ret: where it is
 */
bool shield_ctl_find_program(const char *name, char ret[PATH_MAX]);

/*
 * Runs a program without input, and reads what it writes to its standard output, for some seconds at most.
 * @words: NULL-terminated; words[0] is a path
 * @ret: text, owned by the caller
 * Returns 0; -ETIMEDOUT; -EIO where it fails; another negative errno.
 */
int shield_ctl_ask(const char *const *words, char **ret, struct shield_error *error);

/* The first line of what `program --version` says. @ret: owned by the caller. Returns as above; -ENODATA for nothing. */
int shield_ctl_ask_version(const char *program, char **ret, struct shield_error *error);

#endif
