/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/hook_folders.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

static int add(struct shield_strings *list, const char *start, size_t length)
{
	char *item = length ? strndup(start, length) : NULL;

	if (!length)
		return 0;
	return item ? shield_strings_add(list, item) : -ENOMEM;
}

int shield_hook_folders_podman(const char *help, struct shield_strings *ret)
{
	const char *option = strstr(help, "--hooks-dir "), *at, *end;
	int r = 0;

	if (!option)
		return -EINVAL;
	end = option + strcspn(option, "\n");
	at = memmem(option, (size_t)(end - option), "(default [", 10);
	if (!at) /* none */
		return 0;
	for (at += 10; r == 0 && at < end && *at != ']'; at += *at == ',') {
		size_t length = strcspn(at, ",]\n");

		r = add(ret, at, length);
		at += length;
	}
	return r;
}

/* A line, without its indentation and the marks of a comment. Returns where the next one is, or NULL. */
static const char *next_line(const char *at, const char **ret, size_t *ret_length)
{
	if (!*at)
		return NULL;
	at += strspn(at, "# \t");
	*ret = at;
	*ret_length = strcspn(at, "\n");
	at += *ret_length;
	return at + (*at == '\n');
}

static bool starts_with(const char *line, size_t length, const char *start)
{
	return length >= strlen(start) && !memcmp(line, start, strlen(start));
}

/* What stands between quotes in a line. */
static int add_quoted(const char *line, size_t length, struct shield_strings *ret)
{
	const char *end = line + length, *open = line, *close;
	int r = 0;

	while (r == 0 && (open = memchr(open, '"', (size_t)(end - open)))) {
		close = memchr(open + 1, '"', (size_t)(end - open - 1));
		if (!close)
			break;
		r = add(ret, open + 1, (size_t)(close - open - 1));
		open = close + 1;
	}
	return r;
}

int shield_hook_folders_crio(const char *config, struct shield_strings *ret)
{
	bool found = false;
	const char *line;
	size_t length;
	int r = 0;

	while (r == 0 && (config = next_line(config, &line, &length))) {
		found |= starts_with(line, length, "hooks_dir = [");
		if (!found)
			continue;
		r = add_quoted(line, length, ret);
		if (r == 0 && length && line[length - 1] == ']')
			return 0;
	}
	return r ? r : -EINVAL;
}

bool shield_crio_setting(const char *config, const char *table, const char *key, char *ret, size_t size)
{
	bool inside = false;
	char start[128];
	const char *line;
	size_t length;

	snprintf(start, sizeof(start), "%s = ", key);
	while ((config = next_line(config, &line, &length))) {
		if (length > 2 && line[0] == '[' && line[length - 1] == ']') {
			inside = length == strlen(table) + 2 && !memcmp(line + 1, table, length - 2);
		} else if (inside && starts_with(line, length, start)) {
			const char *value = line + strlen(start), *end = line + length;
			bool quoted = end - value >= 2 && *value == '"' && end[-1] == '"';

			snprintf(ret, size, "%.*s", (int)(end - value - 2 * quoted), value + quoted);
			return true;
		}
	}
	return false;
}
