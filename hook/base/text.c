/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 1024

/* Makes room for `more` bytes. */
static bool reserve(struct shield_text *text, size_t more)
{
	size_t capacity = text->capacity ? text->capacity : FIRST_CAPACITY;
	char *larger;

	if (text->failed)
		return false;
	if (more <= text->capacity - text->length)
		return true;
	while (capacity - text->length < more)
		capacity *= 2;
	larger = realloc(text->data, capacity);
	if (!larger) {
		text->failed = true;
		return false;
	}
	text->data = larger;
	text->capacity = capacity;
	return true;
}

void shield_text_add_bytes(struct shield_text *text, const char *bytes, size_t length)
{
	if (!length || !reserve(text, length))
		return;
	memcpy(text->data + text->length, bytes, length);
	text->length += length;
}

void shield_text_add(struct shield_text *text, const char *string)
{
	shield_text_add_bytes(text, string, strlen(string));
}

void shield_text_add_number(struct shield_text *text, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	shield_text_add_bytes(text, digits + at, sizeof(digits) - at);
}

void shield_text_add_json(struct shield_text *text, const char *string)
{
	static const char hex[] = "0123456789abcdef";
	const char *start = string; /* of what goes in as it stands */

	shield_text_add_bytes(text, "\"", 1);
	for (; *string; string++) {
		unsigned char c = (unsigned char)*string;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		shield_text_add_bytes(text, start, (size_t)(string - start));
		if (c >= 0x20) {
			shield_text_add_bytes(text, (char[]){ '\\', *string }, 2);
		} else {
			shield_text_add_bytes(text, (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
		}
		start = string + 1;
	}
	shield_text_add_bytes(text, start, (size_t)(string - start));
	shield_text_add_bytes(text, "\"", 1);
}

int shield_text_take(struct shield_text *text, char **ret, size_t *ret_length)
{
	shield_text_add_bytes(text, "", 1);
	if (text->failed) {
		shield_text_free(text);
		return -ENOMEM;
	}
	*ret = text->data;
	if (ret_length)
		*ret_length = text->length - 1;
	*text = (struct shield_text){};
	return 0;
}

void shield_text_free(struct shield_text *text)
{
	free(text->data);
	*text = (struct shield_text){};
}
