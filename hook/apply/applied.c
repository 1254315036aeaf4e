/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/applied.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/names.h"
#include "base/text.h"
#include "base/trusted.h"

#define LIST_MAX (1024 * 1024) /* bytes */
#define CONFIG "config.json"
#define SUFFIX ".json"

void shield_applied_free(struct shield_applied *applied)
{
	shield_strings_free(&applied->profiles);
	applied->config = false;
}

/* A line that names no file of ours is nobody's. */
static int parse_line(char *line, struct shield_applied *applied)
{
	size_t length = strlen(line), suffix = strlen(SUFFIX);

	if (!strcmp(line, CONFIG)) {
		applied->config = true;
		return 0;
	}
	if (length <= suffix || strcmp(line + length - suffix, SUFFIX) != 0)
		return 0;
	line[length - suffix] = '\0';
	return shield_name_is_valid(line) ? shield_strings_add(&applied->profiles, strdup(line)) : 0;
}

int shield_applied_read(const char *folder, struct shield_applied *ret, struct shield_error *error)
{
	_cleanup_(shield_applied_free) struct shield_applied applied = {};
	_cleanup_free_ char *path = NULL, *text = NULL;
	char *rest;
	int r;

	if (asprintf(&path, "%s/" SHIELD_APPLIED_FILE, folder) < 0) {
		path = NULL;
		return shield_fail(error, ENOMEM, "out of memory");
	}
	r = shield_read_trusted(path, LIST_MAX, &text, &(size_t){ 0 }, error);
	if (r < 0 && r != -ENOENT)
		return r;
	for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest))
		if (parse_line(line, &applied) < 0)
			return shield_fail(error, ENOMEM, "%s: out of memory", path);
	*ret = applied;
	applied = (struct shield_applied){};
	return 0;
}

int shield_applied_write(const char *folder, const struct shield_applied *applied, struct shield_error *error)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *path = NULL;

	if (!applied->config && !applied->profiles.count)
		return 0;
	if (applied->config)
		shield_text_add(&text, CONFIG "\n");
	for (size_t i = 0; i < applied->profiles.count; i++) {
		shield_text_add(&text, applied->profiles.item[i]);
		shield_text_add(&text, SUFFIX "\n");
	}
	if (text.failed || asprintf(&path, "%s/" SHIELD_APPLIED_FILE, folder) < 0) {
		path = NULL;
		return shield_fail(error, ENOMEM, "out of memory");
	}
	return shield_write_file(path, text.data, text.length, true, error);
}
