/* SPDX-License-Identifier: Apache-2.0 */
/* Names that people write: which are valid, and which known one was probably meant. */
#ifndef SHIELD_BASE_NAMES_H
#define SHIELD_BASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Edits that turn one word into the other: a byte inserted, removed or replaced, two neighbours swapped (optimal
 * string alignment). Only the first 63 bytes of each word count.
 */
unsigned int shield_edit_distance(const char *a, const char *b);

/*
 * The known word nearest to a mistyped one, or NULL where none is near enough to have been meant.
 * @known: NULL-terminated; the result is one of it
 */
const char *shield_nearest(const char *word, const char *const *known);

/* Is this a profile's name: [a-zA-Z0-9][a-zA-Z0-9._-]{0,62}? */
bool shield_name_is_valid(const char *name);

/* The same as an error: -EINVAL with what a name looks like; what is not printable in it is shown as '?'. */
int shield_name_check(const char *name, struct shield_error *error);

/*
 * Copies text for use in a message: control bytes become '?', what does not fit is cut.
 * Returns `buffer`, always terminated.
 */
const char *shield_printable(const char *text, char *buffer, size_t size);

#endif
