/* SPDX-License-Identifier: Apache-2.0 */
#include "base/names.h"

#include <errno.h>
#include <string.h>

#include "bpf/abi.h"

#define WORD_MAX 63

static unsigned int smaller(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int shield_edit_distance(const char *a, const char *b)
{
	size_t a_length = strnlen(a, WORD_MAX), b_length = strnlen(b, WORD_MAX);
	unsigned int rows[3][WORD_MAX + 1]; /* the row being filled and the two above it, in turn */

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned int *row = rows[i % 3];
		const unsigned int *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_length; j++) {
			row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = smaller(row[j], smaller(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], above2[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

const char *shield_nearest(const char *word, const char *const *known)
{
	unsigned int best = (unsigned int)strnlen(word, WORD_MAX) / 2 + 1;
	const char *nearest = NULL;

	for (; *known; known++) {
		unsigned int distance = shield_edit_distance(word, *known);

		if (distance < best) {
			best = distance;
			nearest = *known;
		}
	}
	return nearest;
}

/* Not isalnum(): that asks the locale. */
static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool shield_name_is_valid(const char *name)
{
	size_t length = 0;

	if (!is_alphanumeric(name[0]))
		return false;
	for (; name[length]; length++)
		if (length == SHIELD_NAME_MAX - 1 || (!is_alphanumeric(name[length]) && !strchr("._-", name[length])))
			return false;
	return true;
}

const char *shield_printable(const char *text, char *buffer, size_t size)
{
	size_t i;

	for (i = 0; i + 1 < size && text[i]; i++)
		buffer[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
	buffer[i] = '\0';
	return buffer;
}

int shield_name_check(const char *name, struct shield_error *error)
{
	char shown[SHIELD_NAME_MAX + 16];

	if (shield_name_is_valid(name))
		return 0;
	return shield_fail(error, EINVAL,
			   "\"%s\" is not a profile's name: 1 to %d letters, digits, '.', '_' or '-', a letter or "
			   "digit first; a name, never a path",
			   shield_printable(name, shown, sizeof(shown)), SHIELD_NAME_MAX - 1);
}
