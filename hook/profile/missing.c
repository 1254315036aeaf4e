/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/missing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/io.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/trusted.h"
#include "profile/usable.h"

#define FILE_MAX 16384 /* bytes */
#define PATH_SIZE 512

/* The members that are words. */
static const struct {
	const char *key;
	size_t offset, size;
} words[] = {
#define WORD(key, member)                                                                                  \
	{                                                                                                  \
		key, offsetof(struct shield_missing, member), sizeof(((struct shield_missing *)0)->member) \
	}
	WORD("profile", profile),     WORD("id", id), WORD("namespace", namespace_), WORD("pod", pod),
	WORD("container", container),
#undef WORD
};
#define WORDS (sizeof(words) / sizeof(words[0]))

static char *word_of(const struct shield_missing *missing, size_t i)
{
	return (char *)missing + words[i].offset;
}

static void path_of(const char *directory, unsigned int place, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s/%02u", directory, place);
}

/* A container of a pod comes back with another id. */
static bool is_key(const struct shield_missing *missing, size_t i)
{
	return strcmp(words[i].key, "id") != 0 || !missing->pod[0];
}

static bool is_same(const struct shield_missing *a, const struct shield_missing *b)
{
	for (size_t i = 0; i < WORDS; i++)
		if (is_key(a, i) && strcmp(word_of(a, i), word_of(b, i)) != 0)
			return false;
	return true;
}

/* FNV-1a. Two that fall on one place take turns. */
static unsigned int place_of(const struct shield_missing *missing)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < WORDS; i++) {
		for (const char *c = word_of(missing, i); is_key(missing, i) && *c; c++)
			hash = (hash ^ (unsigned char)*c) * 16777619u;
		hash *= 16777619u;
	}
	return hash % SHIELD_MISSING_MAX;
}

static int parse_word(const struct shield_json *root, size_t i, struct shield_missing *missing,
		      struct shield_error *error)
{
	const char *value = "";
	struct shield_json at;
	int r = 0;

	if (shield_json_member(root, words[i].key, &at))
		r = shield_json_string(&at, &value, error);
	if (r == 0)
		snprintf(word_of(missing, i), words[i].size, "%s", value);
	return r;
}

int shield_missing_parse(const char *text, size_t length, struct shield_missing *ret, struct shield_error *error)
{
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_missing missing = {};
	struct shield_json root, at;
	int r = shield_json_parse(text, length, &document, error);

	if (r < 0)
		return r;
	root = shield_json_root(&document);
	if (!shield_json_member(&root, "since", &at))
		return shield_json_fail(&root, EINVAL, error, "\"since\" is missing");
	r = shield_json_integer(&at, 0, INT64_MAX, &missing.since, error);
	for (size_t i = 0; r == 0 && i < WORDS; i++)
		r = parse_word(&root, i, &missing, error);
	if (r == 0)
		r = shield_name_check(missing.profile, error);
	if (r == 0)
		*ret = missing;
	return r;
}

static int read_note(const char *path, struct shield_missing *ret)
{
	_cleanup_free_ char *text = NULL;
	struct stat status;
	size_t length;
	int r = shield_read_trusted(path, FILE_MAX, &text, &length, NULL);

	if (r == 0)
		r = shield_missing_parse(text, length, ret, NULL);
	if (r == 0 && stat(path, &status) == 0)
		ret->last = status.st_mtim.tv_sec;
	return r;
}

int shield_missing_note(const char *directory, const struct shield_missing *missing, struct shield_error *error)
{
	_cleanup_text_ struct shield_text text = {};
	struct shield_missing before;
	char path[PATH_SIZE];
	int64_t since = missing->since;
	int r = shield_make_directories(directory, error);

	if (r < 0)
		return r;
	path_of(directory, place_of(missing), path);
	if (read_note(path, &before) == 0 && is_same(missing, &before))
		since = before.since;
	shield_text_add(&text, "{\"since\":");
	shield_text_add_number(&text, (uint64_t)since);
	for (size_t i = 0; i < WORDS; i++) {
		shield_text_add(&text, ",\"");
		shield_text_add(&text, words[i].key);
		shield_text_add(&text, "\":");
		shield_text_add_json(&text, word_of(missing, i));
	}
	shield_text_add(&text, "}\n");
	if (text.failed)
		return shield_fail(error, ENOMEM, "%s: out of memory", path);
	return shield_write_file(path, text.data, text.length, true, error);
}

static bool is_over(const struct shield_missing *missing)
{
	return missing->last + SHIELD_MISSING_TIME < time(NULL);
}

void shield_missing_each(const char *directory, const struct shield_profile_dirs *profiles,
			 void (*each)(const struct shield_missing *missing, const char *why, void *context),
			 void *context)
{
	for (unsigned int place = 0; place < SHIELD_MISSING_MAX; place++) {
		struct shield_missing missing;
		struct shield_error why;
		char path[PATH_SIZE];

		path_of(directory, place, path);
		if (read_note(path, &missing) < 0)
			continue;
		if (is_over(&missing) || shield_profile_usable(profiles, missing.profile, &why) == 0)
			unlink(path);
		else
			each(&missing, why.message, context);
	}
}
