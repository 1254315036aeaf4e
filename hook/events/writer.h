/* SPDX-License-Identifier: Apache-2.0 */
/* JSON on one line, written member by member: commas are its business, escaping too (events/escape.h). */
#ifndef SHIELD_EVENTS_WRITER_H
#define SHIELD_EVENTS_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct shield_writer {
	struct shield_text *text; /* borrowed */
	bool comma;		  /* before the next member */
};

/* In all of these `key` is NULL for the outermost value and for elements of an array. */
void shield_write_open(struct shield_writer *writer, const char *key, char bracket);
void shield_write_close(struct shield_writer *writer, char bracket);
void shield_write_string(struct shield_writer *writer, const char *key, const char *string);
void shield_write_number(struct shield_writer *writer, const char *key, uint64_t number);
void shield_write_bool(struct shield_writer *writer, const char *key, bool value);
void shield_write_null(struct shield_writer *writer, const char *key);

/* A fixed-size array that may lack its NUL; empty is null. */
void shield_write_array(struct shield_writer *writer, const char *key, const char *bytes, size_t size);

/* A value that is JSON already. */
void shield_write_raw(struct shield_writer *writer, const char *key, const char *json);

#endif
