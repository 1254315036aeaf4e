/* SPDX-License-Identifier: Apache-2.0 */
#include "events/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Not a code point: an error in UTF-8. */
#define INVALID UINT32_MAX

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Bytes of the sequence that this one starts, 0 = it starts none. */
static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* The code point at `bytes` and the bytes it takes; INVALID and 1 for what is no UTF-8 (overlong, surrogate, cut). */
static uint32_t decode(const unsigned char *bytes, size_t left, size_t *ret_length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = sequence_length(bytes[0]);
	uint32_t point = length > 1 ? bytes[0] & (0xff >> (length + 1)) : bytes[0];

	*ret_length = 1;
	if (!length || length > left)
		return INVALID;
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation(bytes[i]))
			return INVALID;
		point = point << 6 | (bytes[i] & 0x3f);
	}
	if (point < least[length] || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff)
		return INVALID;
	*ret_length = length;
	return point;
}

static bool is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

/* Does it change what stands around it on a terminal? Line separators, directional marks and overrides. */
static bool is_directional(uint32_t point)
{
	return point == 0x61c || point == 0x200e || point == 0x200f || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069) || point == 0xfeff;
}

/* Appends `prefix` and two hexadecimal digits for each byte. */
static void add_hex(struct shield_text *text, const char *prefix, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < length; i++) {
		shield_text_add(text, prefix);
		shield_text_add_bytes(text, (char[]){ digits[bytes[i] >> 4], digits[bytes[i] & 15] }, 2);
	}
}

void shield_escape_json(struct shield_text *text, const char *bytes, size_t max)
{
	size_t left = strnlen(bytes, max), length;

	shield_text_add(text, "\"");
	for (const unsigned char *at = (const unsigned char *)bytes; left; at += length, left -= length) {
		uint32_t point = decode(at, left, &length);

		if (point == INVALID || point == '\\')
			add_hex(text, "\\\\x", at, length);
		else if (is_control(point))
			add_hex(text, "\\u00", (unsigned char[]){ (unsigned char)point }, 1);
		else if (point == '"')
			shield_text_add(text, "\\\"");
		else
			shield_text_add_bytes(text, (const char *)at, length);
	}
	shield_text_add(text, "\"");
}

void shield_escape_terminal(struct shield_text *text, const char *bytes, size_t max)
{
	size_t left = strnlen(bytes, max), length;
	bool quoted = !left || memchr(bytes, ' ', left);

	if (quoted)
		shield_text_add(text, "\"");
	for (const unsigned char *at = (const unsigned char *)bytes; left; at += length, left -= length) {
		uint32_t point = decode(at, left, &length);

		if (point == INVALID || point == '\\' || is_control(point) || is_directional(point) || point == '"')
			add_hex(text, "\\x", at, length);
		else
			shield_text_add_bytes(text, (const char *)at, length);
	}
	if (quoted)
		shield_text_add(text, "\"");
}
