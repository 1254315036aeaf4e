/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/containerd_config.h"

#include <stdio.h>
#include <string.h>

static const char *const cri_plugins[] = { "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", NULL };

/* The text at the beginning of a line, without what indents it. */
static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* Is a line, up to `length`, the head of this table? Either kind of quotes is the other. */
static bool is_head(const char *line, size_t length, const char *table)
{
	if (length != strlen(table) + 2 || line[length - 1] != ']')
		return false;
	for (size_t i = 0; table[i]; i++)
		if (line[i + 1] != table[i] && !(line[i + 1] == '\'' && table[i] == '"'))
			return false;
	return true;
}

/* The value of `key = value`, NULL when the line is another. */
static const char *value_of(const char *line, size_t length, const char *key)
{
	size_t key_length = strlen(key);

	if (length < key_length + 3 || strncmp(line, key, key_length) != 0 || strncmp(line + key_length, " = ", 3) != 0)
		return NULL;
	return line + key_length + 3;
}

static bool take(const char *value, const char *end, char *ret, size_t size)
{
	bool quoted = end - value >= 2 && (*value == '"' || *value == '\'') && end[-1] == *value;
	int length = (int)(end - value) - 2 * quoted;

	return snprintf(ret, size, "%.*s", length, value + quoted) < (int)size;
}

bool shield_containerd_setting(const char *dump, const char *table, const char *key, char *ret, size_t size)
{
	bool inside = !*table;

	for (const char *line = skip_blanks(dump); *line; line = skip_blanks(line + strspn(line, "\n"))) {
		size_t length = strcspn(line, "\n");
		const char *value = inside ? value_of(line, length, key) : NULL;

		if (value)
			return take(value, line + length, ret, size);
		if (*line == '[')
			inside = is_head(line, length, table);
		line += length;
	}
	return false;
}

bool shield_containerd_cri_setting(const char *dump, const char *table, const char *key, char *ret, size_t size)
{
	char whole[256];

	for (const char *const *plugin = cri_plugins; *plugin; plugin++) {
		snprintf(whole, sizeof(whole), "plugins.\"%s\"%s%s", *plugin, *table ? "." : "", table);
		if (shield_containerd_setting(dump, whole, key, ret, size))
			return true;
	}
	return false;
}
