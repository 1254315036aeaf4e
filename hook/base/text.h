/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows. A failed allocation is remembered: append freely, ask once at the end. */
#ifndef SHIELD_BASE_TEXT_H
#define SHIELD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

/* A constant's value as a string literal. */
#define SHIELD_LITERAL(constant) SHIELD_LITERAL_OF(constant)
#define SHIELD_LITERAL_OF(token) #token

struct shield_text {
	char *data; /* not terminated before shield_text_take() */
	size_t length, capacity;
	bool failed;
};

void shield_text_add_bytes(struct shield_text *text, const char *bytes, size_t length);
void shield_text_add(struct shield_text *text, const char *string);
void shield_text_add_number(struct shield_text *text, uint64_t number);

/* A JSON string with its quotes; the input is UTF-8 (RFC 8259, section 7: quote, backslash and control bytes). */
void shield_text_add_json(struct shield_text *text, const char *string);

/*
 * Hands the text over, NUL-terminated; the struct is empty again.
 * @ret_length: bytes without the NUL, may be NULL
 * Returns 0, or -ENOMEM if any append failed (nothing is returned then, and the text is released).
 */
int shield_text_take(struct shield_text *text, char **ret, size_t *ret_length);

void shield_text_free(struct shield_text *text);
#define _cleanup_text_ _cleanup_(shield_text_free)

#endif
