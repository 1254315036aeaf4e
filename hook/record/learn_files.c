/* SPDX-License-Identifier: Apache-2.0 */
/* Learning: the group files. Directories below which nothing was written are read-only from now on. */
#include <stdio.h>
#include <string.h>

#include "record/learn_parts.h"

/* Those of the Filesystem Hierarchy Standard 3.0, chapter 3, that an image brings; not /dev, /run, /tmp. */
static const char *const usual[] = { "/bin", "/boot", "/etc",  "/home", "/lib", "/lib64", "/media",
				     "/mnt", "/opt",  "/root", "/sbin", "/srv", "/usr",	  "/var" };

/* Is the path the directory, or below it? */
static bool concerns(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 && (!path[length] || path[length] == '/');
}

static bool was_written(const struct shield_learner *learner, const char *directory)
{
	for (size_t i = 0; i < learner->count; i++)
		for (size_t j = 0; j < learner->recordings[i].count; j++) {
			const struct shield_observation *item = &learner->recordings[i].item[j];

			if (item->kind == SHIELD_KIND_FILES && concerns(item->path, directory))
				return true;
		}
	return false;
}

static void add_directory(struct shield_learner *learner, const char *directory)
{
	char pattern[SHIELD_PATH_MAX + 4];

	if (was_written(learner, directory))
		return;
	snprintf(pattern, sizeof(pattern), "%s/**", directory);
	shield_learn_string(learner, &learner->profile->files.read_only, pattern);
}

/* The top-level directory of something executed: /app of /app/bin/server. */
static void add_top(struct shield_learner *learner, const char *path)
{
	char directory[SHIELD_PATH_MAX];
	size_t length = 1 + strcspn(path + 1, "/");

	if (!path[length] || length >= sizeof(directory))
		return;
	memcpy(directory, path, length);
	directory[length] = '\0';
	add_directory(learner, directory);
}

void shield_learn_finish_files(struct shield_learner *learner)
{
	struct shield_profile *profile = learner->profile;

	if (!(learner->kinds & 1u << SHIELD_KIND_FILES))
		return;
	profile->files.present = true;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		add_directory(learner, usual[i]);
	for (size_t i = 0; i < profile->exec.allow.count; i++)
		add_top(learner, profile->exec.allow.item[i].path);
	for (size_t i = 0; i < profile->exec.library.count; i++)
		add_top(learner, profile->exec.library.item[i]);
	shield_learn_sort(&profile->files.read_only);
}
