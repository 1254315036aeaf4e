/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads JSON on the way through, for what the runtime hands over: its config.json is mostly a seccomp filter, and a
 * tree of all of it costs more than the rest of the attach. Strings are decoded in place; what is not asked for is
 * skipped by its brackets and quotes only, since the runtime has parsed the same text before.
 *
 * A value stands at the cursor and is consumed by exactly one call: enter, string, bool, integer, null or skip.
 * Errors name the byte; callers wrap them with the member's name. A string with a NUL in it is an error.
 */
#ifndef SHIELD_OCI_SCAN_H
#define SHIELD_OCI_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct shield_scan {
	char *text; /* borrowed, modified */
	char *at;
	char *end;
	bool fresh; /* an object or array was just entered: no comma before its first value */
};

/* Stands before the document's value. @text: `length` bytes and a NUL behind them. */
struct shield_scan shield_scan_start(char *text, size_t length);

/* Is the value at the cursor of this kind? `first` is its first byte: '{', '[', '"'. */
bool shield_scan_is(struct shield_scan *scan, char first);

/* Consumes null where it stands; returns whether it did. */
bool shield_scan_null(struct shield_scan *scan);

/* Enters an object ('{') or array ('['). Returns 0 or -EINVAL. */
int shield_scan_enter(struct shield_scan *scan, char open, struct shield_error *error);

/*
 * The next member of the object entered last; its value then stands at the cursor.
 * Returns 1 with the key (borrowed from the text), 0 when the object is over, or -EINVAL.
 */
int shield_scan_member(struct shield_scan *scan, const char **ret_key, struct shield_error *error);

/* The next element of the array entered last: 1 = it stands at the cursor, 0 = the array is over, or -EINVAL. */
int shield_scan_element(struct shield_scan *scan, struct shield_error *error);

/* Values; each returns 0 or -EINVAL. The string is borrowed from the text. */
int shield_scan_string(struct shield_scan *scan, const char **ret, struct shield_error *error);
int shield_scan_bool(struct shield_scan *scan, bool *ret, struct shield_error *error);
int shield_scan_integer(struct shield_scan *scan, int64_t *ret, struct shield_error *error);
int shield_scan_skip(struct shield_scan *scan, struct shield_error *error);

/* -EINVAL unless nothing but white space is left. */
int shield_scan_finish(struct shield_scan *scan, struct shield_error *error);

#endif
