/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree: in each directory, down to DEPTH, a file of each file's name and a directory of each directory's name.
 * Few names that resemble each other, so that patterns hit often and miss narrowly.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/generate.h"
#include "random.h"

#define DEPTH 3 /* directories above a file, below /t or /m */
#define COMPONENTS (DEPTH + 1)

static const char *const bases[] = { "t", "m" };
static const char *const directories[] = { "a", "ab", "ba", "bin" };
static const char *const files[] = { "aa", "aab", "b", "x" };
static const char *const wild[] = { "*", "*", "**", "a*", "*a", "a*b", "*b*", "b*a*" };

static bool is_among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}
#define IS_AMONG(names, name) is_among(names, sizeof(names) / sizeof((names)[0]), name)

static void add(char *path, const char *name)
{
	strcat(path, "/");
	strcat(path, name);
}

void draw_pattern(char pattern[RANDOM_PATH])
{
	uint32_t wildcards = random_below(5), above = random_below(COMPONENTS);

	*pattern = '\0';
	add(pattern, random_one_in(8) ? RANDOM_PICK(wild) : RANDOM_PICK(bases));
	while (above--)
		add(pattern, random_below(10) < wildcards ? RANDOM_PICK(wild) : RANDOM_PICK(directories));
	add(pattern, random_below(10) < wildcards + 1 ? RANDOM_PICK(wild) : RANDOM_PICK(files));
}

/* Replaces each component that the tree does not have there, which wildcards are, and now and then another. */
void draw_path(const char *pattern, char path[RANDOM_PATH])
{
	char copy[RANDOM_PATH], drawn[RANDOM_PATH], *rest = copy, *component;
	uint32_t depth = 0;

	if (!pattern || strlen(pattern) >= sizeof(copy)) {
		draw_pattern(drawn);
		pattern = drawn;
	}
	strcpy(copy, pattern);
	*path = '\0';
	component = strsep(&rest, "/"); /* what stands before the first */
	component = strsep(&rest, "/");
	add(path, IS_AMONG(bases, component) && !random_one_in(16) ? component : RANDOM_PICK(bases));
	while ((component = strsep(&rest, "/")) && rest && depth++ < DEPTH)
		add(path,
		    IS_AMONG(directories, component) && !random_one_in(12) ? component : RANDOM_PICK(directories));
	if (component && !strcmp(component, "**"))
		for (; depth < DEPTH && random_one_in(2); depth++)
			add(path, RANDOM_PICK(directories));
	add(path, component && IS_AMONG(files, component) && !random_one_in(8) ? component : RANDOM_PICK(files));
}

static int make_level(const char *directory, const char *program, uint32_t deeper)
{
	char path[PATH_MAX];
	int result = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, files[i]);
		if (link(program, path))
			return -errno;
	}
	for (size_t i = 0; deeper && !result && i < sizeof(directories) / sizeof(directories[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, directories[i]);
		result = mkdir(path, 0755) ? -errno : make_level(path, program, deeper - 1);
	}
	return result;
}

int make_tree(const char *directory, const char *program)
{
	return make_level(directory, program, DEPTH);
}
