/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/resolve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/resolve_walk.h"

static const char *base_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static bool is_multi_call(const char *name)
{
	static const char *const programs[] = { "busybox", "busybox.static", "toybox",	     "coreutils",
						"uutils",  "uu-coreutils",   "dropbearmulti" };

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(name, programs[i]) == 0)
			return true;
	return false;
}

/* Where a pattern stands in the profile; written only for those who read it. */
struct place {
	const char *list; /* such as exec.allow */
	size_t index;
	const char *member; /* what follows the index, such as .tracer */
	size_t from;	    /* in `.from`, counted from 1; 0 = not there */
};

static const char *write_place(const struct place *place, char *buffer, size_t size)
{
	if (place->from)
		snprintf(buffer, size, "%s[%zu].from[%zu]", place->list, place->index, place->from - 1);
	else
		snprintf(buffer, size, "%s[%zu]%s", place->list, place->index, place->member);
	return buffer;
}

/* Where a pattern leads. @ret: owned by the caller, NULL where it is the pattern itself */
static int find_target(struct shield_resolver *resolver, const struct place *place, const char *pattern, char **ret,
		       struct shield_error *error)
{
	const struct shield_link_calls *calls = resolver->calls;
	char shown[128];
	int result = shield_resolver_walk(resolver, pattern, ret, error);

	if (result < 0)
		return shield_wrap(error, result, "%s: %s", write_place(place, shown, sizeof(shown)), pattern);
	if (*ret && calls->multi_call && is_multi_call(base_of(*ret)) && strcmp(base_of(*ret), base_of(pattern)) != 0)
		calls->multi_call(write_place(place, shown, sizeof(shown)), pattern, *ret, calls->context);
	return 0;
}

/* Resolves one pattern. @pattern: owned by the profile, replaced where something changed */
static int resolve(struct shield_resolver *resolver, const struct place *place, char **pattern,
		   struct shield_error *error)
{
	char *target;
	int result = find_target(resolver, place, *pattern, &target, error);

	if (result == 0 && target) {
		free(*pattern);
		*pattern = target;
	}
	return result;
}

static int resolve_strings(struct shield_resolver *resolver, struct place place, struct shield_strings *strings,
			   struct shield_error *error)
{
	int result = 0;

	for (; result == 0 && place.index < strings->count; place.index++)
		result = resolve(resolver, &place, &strings->item[place.index], error);
	return result;
}

/* Paths or abstract names, which have no links. */
static int resolve_sockets(struct shield_resolver *resolver, struct place place, struct shield_strings *sockets,
			   struct shield_error *error)
{
	int result = 0;

	for (; result == 0 && place.index < sockets->count; place.index++)
		if (sockets->item[place.index][0] != '@')
			result = resolve(resolver, &place, &sockets->item[place.index], error);
	return result;
}

static const struct shield_strings *files_of(const struct shield_profile *profile, enum shield_list list)
{
	return list == SHIELD_LIST_DENY ? &profile->files.deny : &profile->files.read_only;
}

static bool is_said(const struct shield_profile *profile, enum shield_list list, const char *path)
{
	const struct shield_derived_files *derived = &profile->files.derived;

	for (size_t i = 0; i < derived->count; i++)
		if (derived->item[i].list == list && strcmp(derived->item[i].path, path) == 0)
			return true;
	return shield_strings_have(files_of(profile, list), path);
}

/* Makes a list say its part of a path too, unless it does already. @path: taken over */
static int derive(struct shield_profile *profile, enum shield_list list, char *path, uint16_t rule,
		  struct shield_error *error)
{
	struct shield_derived_files *derived = &profile->files.derived;
	_cleanup_free_ char *taken = path;
	struct shield_derived_file *larger;

	if (is_said(profile, list, path))
		return 0;
	larger = reallocarray(derived->item, derived->count + 1, sizeof(*larger));
	if (!larger)
		return shield_fail(error, ENOMEM, "out of memory");
	derived->item = larger;
	derived->item[derived->count++] = (struct shield_derived_file){ TAKE_PTR(taken), list, rule };
	return 0;
}

/* What one entry leads to is of the entry's own list, the links on the way are read_only. */
static int derive_from_entry(struct shield_resolver *resolver, struct shield_profile *profile, enum shield_list list,
			     const struct place *place, struct shield_error *error)
{
	_cleanup_(shield_strings_free) struct shield_strings links = {};
	uint16_t rule = SHIELD_RULE(list, place->index);
	_cleanup_free_ char *target = NULL;
	int result;

	resolver->links = &links;
	result = find_target(resolver, place, files_of(profile, list)->item[place->index], &target, error);
	resolver->links = NULL;
	for (size_t i = 0; result == 0 && i < links.count; i++)
		result = derive(profile, SHIELD_LIST_READ_ONLY, TAKE_PTR(links.item[i]), rule, error);
	if (result == 0 && target)
		result = derive(profile, list, TAKE_PTR(target), rule, error);
	return result;
}

static int derive_from_list(struct shield_resolver *resolver, struct shield_profile *profile, enum shield_list list,
			    const char *name, struct shield_error *error)
{
	struct place place = { .list = name, .member = "" };
	int result = 0;

	for (; result == 0 && place.index < files_of(profile, list)->count; place.index++)
		result = derive_from_entry(resolver, profile, list, &place, error);
	return result;
}

static int resolve_files(struct shield_resolver *resolver, struct shield_profile *profile, struct shield_error *error)
{
	int result;

	if (!profile->files.deny.count && !profile->files.read_only.count)
		return 0;
	shield_resolver_forget(resolver); /* what is remembered shows no link any more */
	result = derive_from_list(resolver, profile, SHIELD_LIST_DENY, "files.deny", error);
	if (result == 0)
		result = derive_from_list(resolver, profile, SHIELD_LIST_READ_ONLY, "files.read_only", error);
	return result;
}

static int resolve_entries(struct shield_resolver *resolver, const char *list, struct shield_exec_entries *entries,
			   struct shield_error *error)
{
	struct place place = { .list = list, .member = "" };
	int result = 0;

	for (; result == 0 && place.index < entries->count; place.index++) {
		struct shield_exec_entry *entry = &entries->item[place.index];

		for (place.from = 0; result == 0 && place.from <= entry->from.count; place.from++)
			result = resolve(resolver, &place,
					 place.from ? &entry->from.item[place.from - 1] : &entry->path, error);
	}
	return result;
}

int shield_profile_resolve(struct shield_profile *profile, int root, const struct shield_link_calls *calls,
			   struct shield_error *error)
{
	_cleanup_(shield_resolver_forget) struct shield_resolver resolver = {
		.calls = calls,
		.root = root,
		.known = calls->followed ? calls->followed->count : 0,
	};
	int result;

	result = resolve_entries(&resolver, "exec.allow", &profile->exec.allow, error);
	if (result == 0)
		result = resolve_entries(&resolver, "exec.deny", &profile->exec.deny, error);
	if (result == 0)
		result = resolve_strings(&resolver, (struct place){ "exec.libraries", 0, "", 0 },
					 &profile->exec.library, error);
	if (result == 0)
		result = resolve_strings(&resolver, (struct place){ "ptrace.allow", 0, ".tracer", 0 },
					 &profile->ptrace.tracers, error);
	if (result == 0)
		result = resolve_sockets(&resolver, (struct place){ "network.unix.allow", 0, "", 0 },
					 &profile->network.unix_sockets.allow, error);
	if (result == 0)
		result = resolve_sockets(&resolver, (struct place){ "network.unix.deny", 0, "", 0 },
					 &profile->network.unix_sockets.deny, error);
	if (result == 0)
		result = resolve_files(&resolver, profile, error);
	return result;
}
