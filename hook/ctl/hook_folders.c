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

/* A line of `crio config`, without the marks of a comment. Returns where the next one is, or NULL. */
static const char *next_line(const char *at, const char **ret, size_t *ret_length)
{
	if (!*at)
		return NULL;
	at += at[0] == '#';
	at += at[0] == ' ';
	*ret = at;
	*ret_length = strcspn(at, "\n");
	at += *ret_length;
	return at + (*at == '\n');
}

static bool is(const char *line, size_t length, const char *word)
{
	return length == strlen(word) && !memcmp(line, word, length);
}

int shield_hook_folders_crio(const char *config, struct shield_strings *ret)
{
	bool found = false;
	const char *line;
	size_t length;
	int r = 0;

	while (r == 0 && (config = next_line(config, &line, &length))) {
		const char *quote = memchr(line, '"', length), *end;

		if (!found) {
			found = is(line, length, "hooks_dir = [");
			continue;
		}
		if (is(line, length, "]"))
			return 0;
		end = quote ? memchr(quote + 1, '"', length - (size_t)(quote + 1 - line)) : NULL;
		if (end)
			r = add(ret, quote + 1, (size_t)(end - quote - 1));
	}
	return r ? r : -EINVAL;
}

int shield_crio_runtime_path(const char *config, const char *handler, char *ret, size_t size)
{
	static const char key[] = "runtime_path = \"";
	bool inside = false, found = false;
	char header[256];
	const char *line;
	size_t length;

	snprintf(header, sizeof(header), "[crio.runtime.runtimes.%s]", handler);
	while ((config = next_line(config, &line, &length))) {
		if (*line == '[') {
			inside = is(line, length, header);
			found |= inside;
		} else if (inside && length > sizeof(key) - 1 && !strncmp(line, key, sizeof(key) - 1)) {
			snprintf(ret, size, "%.*s", (int)(length - sizeof(key)), line + sizeof(key) - 1);
			return 0;
		}
	}
	if (!found)
		return -ENOENT;
	*ret = '\0';
	return 0;
}
