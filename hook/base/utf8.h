/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629): no overlong forms, no surrogates. */
#ifndef SHIELD_BASE_UTF8_H
#define SHIELD_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Not a code point. */
#define SHIELD_UTF8_INVALID UINT32_MAX

/*
 * The code point at `bytes`, of which `left` (at least 1) remain; *ret_length is how many bytes it takes.
 * SHIELD_UTF8_INVALID and 1 for what is none.
 */
uint32_t shield_utf8_decode(const unsigned char *bytes, size_t left, size_t *ret_length);

/* Is all of it UTF-8? *ret_at is the offset of the first byte that is not; may be NULL. */
bool shield_utf8_is_valid(const char *text, size_t length, size_t *ret_at);

#endif
