/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "base/trusted.h"
#include "profile/parse.h"

#define SUFFIX ".json"
#define NAMES_SHOWN 12 /* profiles that the error on a missing one lists */

static const char *const default_paths[] = { SHIELD_ETC_DIR "/profiles.d", SHIELD_RUN_PROFILES,
					     SHIELD_SHARE_DIR "/profiles", NULL };
const struct shield_profile_dirs shield_profile_default_dirs = { default_paths };

/* One load: where to look, and the profiles being loaded, the asked-for first. */
struct search {
	const struct shield_profile_dirs *dirs;
	const char *beside; /* directory of a file given by path, before the others; NULL = none */
	const char *chain[SHIELD_EXTENDS_MAX + 1];
	size_t depth;
};

/* The profile's name in a file name; false where it is none. The schema lies among the shipped profiles. */
static bool name_of_file(const char *file, char ret[SHIELD_NAME_MAX])
{
	size_t length = strlen(file), stem = length - strlen(SUFFIX);

	if (length <= strlen(SUFFIX) || stem >= SHIELD_NAME_MAX || strcmp(file + stem, SUFFIX) != 0 ||
	    strcmp(file, "schema" SUFFIX) == 0)
		return false;
	memcpy(ret, file, stem);
	ret[stem] = '\0';
	return shield_name_is_valid(ret);
}

/* Adds the profiles of one directory, which may not exist. */
static int list_directory(const char *path, struct shield_strings *list, struct shield_error *error)
{
	_cleanup_closedir_ DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return errno == ENOENT ? 0 : shield_fail_errno(error, errno, "%s: cannot open", path);
	while ((entry = readdir(dir))) {
		char name[SHIELD_NAME_MAX];

		if (name_of_file(entry->d_name, name) && shield_strings_add(list, strdup(name)) < 0)
			return shield_fail(error, ENOMEM, "%s: out of memory", path);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int shield_profile_list(const struct shield_profile_dirs *dirs, struct shield_strings *ret, struct shield_error *error)
{
	_cleanup_(shield_strings_free) struct shield_strings list = {};

	for (size_t i = 0; dirs->path[i]; i++) {
		int result = list_directory(dirs->path[i], &list, error);

		if (result < 0)
			return result;
	}
	if (list.count)
		qsort(list.item, list.count, sizeof(*list.item), by_name);
	*ret = list;
	list = (struct shield_strings){};
	return 0;
}

/* Moves the name nearest to `name` among list[from..] to list[from]. */
static void bring_nearest(struct shield_strings *list, size_t from, const char *name)
{
	size_t best = from;
	char *nearest;

	for (size_t i = from + 1; i < list->count; i++)
		if (shield_edit_distance(list->item[i], name) < shield_edit_distance(list->item[best], name))
			best = i;
	nearest = list->item[best];
	memmove(&list->item[from + 1], &list->item[from], (best - from) * sizeof(*list->item));
	list->item[from] = nearest;
}

/* "no profile "wbe"; there are web, ..." */
static int not_found(const struct search *search, const char *name, struct shield_error *error)
{
	_cleanup_(shield_strings_free) struct shield_strings list = {};
	_cleanup_text_ struct shield_text places = {}, names = {};
	_cleanup_free_ char *where = NULL, *which = NULL;

	if (search->beside) {
		shield_text_add(&places, search->beside);
		list_directory(search->beside, &list, NULL);
	}
	for (size_t i = 0; search->dirs->path[i]; i++) {
		shield_text_add(&places, places.length ? ", " : "");
		shield_text_add(&places, search->dirs->path[i]);
		list_directory(search->dirs->path[i], &list, NULL);
	}
	if (list.count)
		qsort(list.item, list.count, sizeof(*list.item), by_name);
	for (size_t i = 0; i < list.count && i < NAMES_SHOWN; i++) {
		bring_nearest(&list, i, name);
		shield_text_add(&names, i ? ", " : "; there are ");
		shield_text_add(&names, list.item[i]);
	}
	shield_text_add(&names, list.count > NAMES_SHOWN ? ", ..." : list.count ? "" : "; there are none");
	if (shield_text_take(&places, &where, NULL) < 0 || shield_text_take(&names, &which, NULL) < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	return shield_fail(error, ENOENT, "no profile \"%s\" in %s%s", name, where, which);
}

/* Reads DIRECTORY/NAME.json. -ENOENT is no error yet. @ret_path: owned by the caller */
static int read_named(const char *directory, const char *name, bool trusted, char **ret_path, char **ret,
		      size_t *ret_length, struct shield_error *error)
{
	_cleanup_free_ char *path = NULL;
	int result;

	if (asprintf(&path, "%s/%s" SUFFIX, directory, name) < 0) {
		path = NULL;
		return shield_fail(error, ENOMEM, "out of memory");
	}
	result = trusted ? shield_read_trusted(path, SHIELD_PROFILE_FILE_MAX, ret, ret_length, error)
			 : shield_read_file(AT_FDCWD, path, SHIELD_PROFILE_FILE_MAX, ret, ret_length, error);
	if (result == 0)
		*ret_path = TAKE_PTR(path);
	return result;
}

/* The first NAME.json on the way. */
static int find_named(const struct search *search, const char *name, char **ret_path, char **ret, size_t *ret_length,
		      struct shield_error *error)
{
	if (search->beside) {
		int result = read_named(search->beside, name, false, ret_path, ret, ret_length, error);

		if (result != -ENOENT)
			return result;
	}
	for (size_t i = 0; search->dirs->path[i]; i++) {
		int result = read_named(search->dirs->path[i], name, true, ret_path, ret, ret_length, error);

		if (result != -ENOENT)
			return result;
	}
	return not_found(search, name, error);
}

/* "a -> b -> a" is a circle, or the chain is too deep. */
static int refuse_chain(const struct search *search, const char *name, const char *why, struct shield_error *error)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *chain = NULL;

	for (size_t i = 0; i < search->depth; i++) {
		shield_text_add(&text, search->chain[i]);
		shield_text_add(&text, " -> ");
	}
	shield_text_add(&text, name);
	if (shield_text_take(&text, &chain, NULL) < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	return shield_fail(error, ELOOP, "%s: %s", chain, why);
}

/* Puts a profile on the chain. @name: borrowed to the end of the load */
static int enter(struct search *search, const char *name, struct shield_error *error)
{
	for (size_t i = 0; i < search->depth; i++)
		if (strcmp(search->chain[i], name) == 0)
			return refuse_chain(search, name, "a profile cannot extend itself", error);
	if (search->depth == SHIELD_EXTENDS_MAX + 1)
		return refuse_chain(search, name, "the most is 8 profiles above one", error);
	search->chain[search->depth++] = name;
	return 0;
}
_Static_assert(SHIELD_EXTENDS_MAX == 8, "number in the message");

/* Loads a profile that is on the chain. */
static int load_named(struct search *search, const char *name, struct shield_profile **ret, struct shield_error *error);

/* Parses a profile and what it extends. @name: what its file says it is called, NULL = nothing */
static int load_text(struct search *search, const char *path, const char *name, const char *text, size_t length,
		     struct shield_profile **ret, struct shield_error *error)
{
	_cleanup_json_ struct shield_json_document document = {};
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_profile *base = NULL;
	const char *extends;
	int result = shield_json_parse(text, length, &document, error);

	if (result == 0)
		result = shield_profile_extends(&document, &extends, error);
	if (result < 0)
		return shield_wrap(error, result, "%s", path);
	if (extends) {
		result = enter(search, extends, error);
		if (result == 0)
			result = load_named(search, extends, &base, error);
		if (result == -ELOOP || result == -ENOENT)
			return shield_wrap(error, result, "%s: extends", path);
		if (result < 0)
			return result;
	}
	result = shield_profile_parse_document(&document, base, &profile, error);
	if (result < 0)
		return shield_wrap(error, result, "%s", path);
	if (name && profile->name[0] && strcmp(profile->name, name) != 0)
		return shield_fail(error, EINVAL,
				   "%s: name: \"%s\" is not the file's name; rename the file or the profile", path,
				   profile->name);
	if (name)
		strcpy(profile->name, name); /* a valid name fits */
	*ret = TAKE_PTR(profile);
	return 0;
}

static int load_named(struct search *search, const char *name, struct shield_profile **ret, struct shield_error *error)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	size_t length;
	int result = find_named(search, name, &path, &text, &length, error);

	if (result < 0)
		return result;
	return load_text(search, path, name, text, length, ret, error);
}

int shield_profile_load(const struct shield_profile_dirs *dirs, const char *name, struct shield_profile **ret,
			struct shield_error *error)
{
	struct search search = { .dirs = dirs };
	int result = shield_name_check(name, error);

	if (result == 0)
		result = enter(&search, name, error);
	if (result < 0)
		return result;
	return load_named(&search, name, ret, error);
}

int shield_profile_load_file(const struct shield_profile_dirs *dirs, const char *path, struct shield_profile **ret,
			     struct shield_error *error)
{
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	_cleanup_free_ char *beside = NULL, *text = NULL;
	struct search search = { .dirs = dirs };
	char name[SHIELD_NAME_MAX];
	bool named = name_of_file(file, name);
	size_t length;
	int result;

	beside = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	if (!beside)
		return shield_fail(error, ENOMEM, "out of memory");
	search.beside = beside;
	search.chain[search.depth++] = named ? name : file;
	result = shield_read_file(AT_FDCWD, path, SHIELD_PROFILE_FILE_MAX, &text, &length, error);
	if (result < 0)
		return result;
	return load_text(&search, path, named ? name : NULL, text, length, ret, error);
}
