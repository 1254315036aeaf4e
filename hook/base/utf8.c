/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

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

uint32_t shield_utf8_decode(const unsigned char *bytes, size_t left, size_t *ret_length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = sequence_length(bytes[0]);
	uint32_t point = length > 1 ? bytes[0] & (0xff >> (length + 1)) : bytes[0];

	*ret_length = 1;
	if (!length || length > left)
		return SHIELD_UTF8_INVALID;
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation(bytes[i]))
			return SHIELD_UTF8_INVALID;
		point = point << 6 | (bytes[i] & 0x3f);
	}
	if (point < least[length] || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff)
		return SHIELD_UTF8_INVALID;
	*ret_length = length;
	return point;
}

bool shield_utf8_is_valid(const char *text, size_t length, size_t *ret_at)
{
	size_t step;

	for (size_t at = 0; at < length; at += step) {
		if (shield_utf8_decode((const unsigned char *)text + at, length - at, &step) != SHIELD_UTF8_INVALID)
			continue;
		if (ret_at)
			*ret_at = at;
		return false;
	}
	return true;
}
