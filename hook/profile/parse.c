/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "profile/parse_parts.h"

#define VERSION 1

typedef int group_parser(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error);

static const struct {
	const char *key;
	group_parser *parse;
} groups[] = {
	{ "exec", shield_parse_exec },
	{ "network", shield_parse_network },
	{ "ptrace", shield_parse_ptrace },
	{ "setuid", shield_parse_setuid },
	{ "capabilities", shield_parse_capabilities },
	{ "kernel", shield_parse_kernel },
	{ "files", shield_parse_files },
};

/* Before anything else: a profile for another version is not a profile with mistakes. */
static int check_version(const struct shield_json *root, struct shield_error *error)
{
	struct shield_json at;
	int64_t version;
	int result = shield_json_expect_object(root, error);

	if (result < 0)
		return result;
	if (!shield_json_member(root, "version", &at))
		return shield_json_fail(root, EINVAL, error, "\"version\" is missing; add \"version\": %d", VERSION);
	result = shield_json_integer(&at, 0, INT64_MAX, &version, error);
	if (result < 0)
		return result;
	if (version != VERSION)
		return shield_json_fail(&at, EINVAL, error, "%lld is not known; this build reads version %d",
					(long long)version, VERSION);
	return 0;
}

/* A profile's name at a place. */
static int parse_name(const struct shield_json *at, const char **ret, struct shield_error *error)
{
	struct shield_error fault;
	const char *name;
	int result = shield_json_string(at, &name, error);

	if (result < 0)
		return result;
	result = shield_name_check(name, &fault);
	if (result < 0)
		return shield_json_fail(at, -result, error, "%s", fault.message);
	*ret = name;
	return 0;
}

int shield_profile_extends(const struct shield_json_document *document, const char **ret, struct shield_error *error)
{
	struct shield_json root = shield_json_root(document), at;

	if (shield_json_member(&root, "extends", &at))
		return parse_name(&at, ret, error);
	*ret = NULL;
	return 0;
}

/* name, extends, mode, reverse_shell, notes */
static int parse_scalars(const struct shield_json *root, bool extended, struct shield_profile *profile,
			 struct shield_error *error)
{
	static const char *const modes[] = { "enforce", "audit", NULL };
	struct shield_json at;
	const char *name;
	size_t mode;
	int result;

	profile->name[0] = '\0';
	if (shield_json_member(root, "name", &at)) {
		result = parse_name(&at, &name, error);
		if (result < 0)
			return result;
		strcpy(profile->name, name); /* a valid name fits */
	}
	if (!extended && shield_json_member(root, "extends", &at))
		return shield_json_fail(&at, EINVAL, error, "the profile it extends is not at hand here");
	if (shield_json_member(root, "mode", &at)) {
		result = shield_json_choice(&at, modes, &mode, error);
		if (result < 0)
			return result;
		profile->audit = mode == 1;
	}
	result = shield_parse_switch(root, "reverse_shell", &profile->reverse_shell, error);
	if (result < 0)
		return result;
	shield_strings_free(&profile->notes);
	return shield_json_member(root, "notes", &at) ? shield_parse_texts(&at, &profile->notes, error) : 0;
}

static int parse_groups(const struct shield_json *root, struct shield_profile *profile, struct shield_error *error)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct shield_json group;
		int result;

		if (!shield_json_member(root, groups[i].key, &group))
			continue;
		result = groups[i].parse(&group, profile, error);
		if (result < 0)
			return result;
	}
	return 0;
}

/* A profile without any rule. */
static struct shield_profile *empty_profile(void)
{
	struct shield_profile *profile = calloc(1, sizeof(*profile));

	if (!profile)
		return NULL;
	profile->exec.action = SHIELD_DENY;
	for (size_t i = 0; i < SHIELD_DIRECTIONS; i++)
		profile->network.rules[i].action = SHIELD_DENY;
	profile->ptrace.action = SHIELD_DENY;
	profile->setuid.action = SHIELD_DENY;
	profile->network.unix_sockets.action = SHIELD_DENY;
	profile->capabilities.action = SHIELD_DENY;
	profile->files.action = SHIELD_DENY;
	return profile;
}

int shield_profile_parse_document(const struct shield_json_document *document, struct shield_profile *base,
				  struct shield_profile **ret, struct shield_error *error)
{
	static const char *const keys[] = { "version", "name",	 "extends",	 "mode",   "exec",  "network",
					    "ptrace",  "setuid", "capabilities", "kernel", "files", "reverse_shell",
					    "notes",   NULL };
	_cleanup_profile_ struct shield_profile *profile = base ? base : empty_profile();
	struct shield_json root = shield_json_root(document);
	int result;

	if (!profile)
		return shield_fail(error, ENOMEM, "out of memory");
	result = check_version(&root, error);
	if (result == 0)
		result = shield_json_known_keys(&root, keys, error);
	if (result == 0)
		result = parse_scalars(&root, base, profile, error);
	if (result == 0)
		result = parse_groups(&root, profile, error);
	if (result < 0)
		return result;
	*ret = TAKE_PTR(profile);
	return 0;
}

int shield_profile_parse(const char *text, size_t length, struct shield_profile *base, struct shield_profile **ret,
			 struct shield_error *error)
{
	_cleanup_json_ struct shield_json_document document = {};
	int result = shield_json_parse(text, length, &document, error);

	if (result < 0) {
		shield_profile_free(base);
		return result;
	}
	return shield_profile_parse_document(&document, base, ret, error);
}
