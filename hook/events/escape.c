/* SPDX-License-Identifier: Apache-2.0 */
#include "events/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

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
		uint32_t point = shield_utf8_decode(at, left, &length);

		if (point == SHIELD_UTF8_INVALID || point == '\\')
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
		uint32_t point = shield_utf8_decode(at, left, &length);

		if (point == SHIELD_UTF8_INVALID || point == '\\' || is_control(point) || is_directional(point) ||
		    point == '"')
			add_hex(text, "\\x", at, length);
		else
			shield_text_add_bytes(text, (const char *)at, length);
	}
	if (quoted)
		shield_text_add(text, "\"");
}
