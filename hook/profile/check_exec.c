/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about paths: exec, exec.libraries, and the tracers of ptrace. */
#include "profile/check_parts.h"

#include <stdio.h>
#include <string.h>

#include "profile/cover.h"

#define NONE SHIELD_CHECK_NONE

/* The first exec.deny entry that covers a pattern, or NONE. */
static size_t denied_by(const struct shield_profile *profile, const char *pattern)
{
	for (size_t i = 0; i < profile->exec.deny.count; i++)
		if (shield_pattern_covers(profile->exec.deny.item[i].path, pattern))
			return i;
	return NONE;
}

/* The exec.allow entry without `from` that covers another entry, or NONE. */
static size_t allowed_by(const struct shield_exec_entries *allow, size_t index)
{
	bool narrowed = allow->item[index].from.count;

	for (size_t i = 0; i < allow->count; i++) {
		const char *wide = allow->item[i].path, *narrow = allow->item[index].path;

		if (allow->item[i].from.count || i == index)
			continue;
		if (narrowed ? shield_pattern_covers(wide, narrow)
			     : shield_check_makes_superfluous(wide, i, narrow, index))
			return i;
	}
	return NONE;
}

/* An entry that another one of its own lists overrules. */
static void check_overruled(const struct shield_check *check, size_t index)
{
	const struct shield_exec_entries *allow = &check->profile->exec.allow, *deny = &check->profile->exec.deny;
	const struct shield_exec_entry *entry = &allow->item[index];
	struct shield_place place = shield_place("exec.allow", index);
	size_t other = denied_by(check->profile, entry->path);

	if (other != NONE) {
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
				 "\"%s\" is never allowed: exec.deny[%zu] (\"%s\") refuses all of it", entry->path,
				 other, deny->item[other].path);
		return;
	}
	other = allowed_by(allow, index);
	if (other == NONE)
		return;
	if (entry->from.count)
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
				 "its \"from\" has no effect: exec.allow[%zu] (\"%s\") allows \"%s\" from anywhere",
				 other, allow->item[other].path, entry->path);
	else
		shield_check_say(check, SHIELD_CHECK_NOTE, place.text,
				 "\"%s\" is allowed by exec.allow[%zu] (\"%s\") already", entry->path, other,
				 allow->item[other].path);
}

/*
 * A program that others are to be started by, or that is to trace, but cannot run itself. Patterns with wildcards may
 * overlap what is allowed in part: only what is refused whole is reported.
 */
static void check_runs(const struct shield_check *check, const char *place, const char *program)
{
	const struct shield_exec_entries *allow = &check->profile->exec.allow, *deny = &check->profile->exec.deny;
	size_t other = denied_by(check->profile, program);

	if (other != NONE) {
		shield_check_say(check, SHIELD_CHECK_WARNING, place,
				 "\"%s\" cannot run itself: exec.deny[%zu] (\"%s\") refuses it", program, other,
				 deny->item[other].path);
		return;
	}
	if (!check->profile->exec.default_deny || strchr(program, '*'))
		return;
	for (size_t i = 0; i < allow->count; i++)
		if (shield_pattern_covers(allow->item[i].path, program))
			return;
	shield_check_say(check, SHIELD_CHECK_WARNING, place,
			 "\"%s\" cannot run itself: add it to exec.allow, or this has no effect", program);
}

static void check_from(const struct shield_check *check, size_t index)
{
	const struct shield_strings *from = &check->profile->exec.allow.item[index].from;
	struct shield_place place;

	for (size_t i = 0; i < from->count; i++) {
		snprintf(place.text, sizeof(place.text), "exec.allow[%zu].from[%zu]", index, i);
		check_runs(check, place.text, from->item[i]);
	}
}

/* Can a pattern match in a directory that programs usually can write to? */
static bool is_in_writable_place(const char *pattern)
{
	static const char *const places[] = { "/tmp/", "/var/", "/home/", "/dev/shm/", "/run/" };
	size_t literal = strcspn(pattern, "*");

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		size_t length = strlen(places[i]);
		char file[32];

		if (literal >= length && !strncmp(pattern, places[i], length))
			return true;
		snprintf(file, sizeof(file), "%sx", places[i]);
		if (shield_pattern_covers(pattern, file))
			return true;
	}
	return false;
}

static void check_width(const struct shield_check *check, size_t index)
{
	const struct shield_exec_entry *entry = &check->profile->exec.allow.item[index];
	struct shield_place place = shield_place("exec.allow", index);

	if (shield_pattern_covers(entry->path, "/**") && !entry->from.count)
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
				 "\"%s\" allows every file: exec.default has no effect", entry->path);
	if (check->profile->exec.drift == SHIELD_ALLOW && strchr(entry->path, '*') && is_in_writable_place(entry->path))
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
				 "\"%s\" matches where programs can write, and exec.drift is off: what is put there "
				 "can be executed; set exec.drift to \"deny\", or name the files",
				 entry->path);
}

static void check_deny(const struct shield_check *check)
{
	const struct shield_exec_entries *deny = &check->profile->exec.deny;

	for (size_t i = 0; i < deny->count; i++)
		for (size_t other = 0; other < deny->count; other++) {
			if (!shield_check_makes_superfluous(deny->item[other].path, other, deny->item[i].path, i))
				continue;
			shield_check_say(check, SHIELD_CHECK_NOTE, shield_place("exec.deny", i).text,
					 "\"%s\" is refused by exec.deny[%zu] (\"%s\") already", deny->item[i].path,
					 other, deny->item[other].path);
			break;
		}
}

/* An allowed file that someone can write to runs what they wrote. Said once. */
static void check_overwriting(const struct shield_check *check)
{
	const struct shield_exec_entries *allow = &check->profile->exec.allow;

	if (check->profile->exec.drift != SHIELD_ALLOW || check->profile->exec.action < SHIELD_DENY)
		return;
	for (size_t i = 0; i < allow->count; i++) {
		if (shield_check_covered_by(&check->profile->files.read_only, allow->item[i].path) != NONE ||
		    shield_check_covered_by(&check->profile->files.deny, allow->item[i].path) != NONE)
			continue;
		shield_check_say(check, SHIELD_CHECK_WARNING, "exec.allow",
				 "an allowed program can be overwritten or replaced, such as \"%s\": set exec.drift to "
				 "\"deny\", or name them all in files.read_only",
				 allow->item[i].path);
		return;
	}
}

static void check_library(const struct shield_check *check, size_t index)
{
	const struct shield_strings *library = &check->profile->exec.library;
	struct shield_place place = shield_place("exec.libraries", index);
	size_t other = denied_by(check->profile, library->item[index]);

	if (other != NONE) {
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
				 "\"%s\" is never allowed: exec.deny[%zu] (\"%s\") refuses all of it",
				 library->item[index], other, check->profile->exec.deny.item[other].path);
		return;
	}
	if (shield_pattern_covers(library->item[index], "/**"))
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text, "\"%s\" lets every file be mapped as code",
				 library->item[index]);
	shield_check_superfluous(check, "exec.libraries", library, index, "allowed");
}

static void check_libraries(const struct shield_check *check)
{
	const struct shield_profile *profile = check->profile;

	if (profile->exec.libraries == SHIELD_LIBRARIES_ANY && profile->exec.default_deny &&
	    profile->exec.drift == SHIELD_ALLOW)
		shield_check_say(check, SHIELD_CHECK_WARNING, "exec.libraries",
				 "\"any\" lets every file be mapped as code although exec.default is deny: set it to "
				 "\"image\", or exec.drift to \"deny\"");
	if (profile->exec.libraries != SHIELD_LIBRARIES_LIST)
		return;
	if (!profile->exec.library.count)
		shield_check_say(check, SHIELD_CHECK_WARNING, "exec.libraries",
				 "names none: only statically linked programs start");
	for (size_t i = 0; i < profile->exec.library.count; i++)
		check_library(check, i);
}

void shield_check_exec(const struct shield_check *check)
{
	const struct shield_profile *profile = check->profile;
	size_t allowed = profile->exec.allow.count;

	if (!profile->exec.present)
		return;
	if (profile->exec.default_deny && !allowed)
		shield_check_say(check, SHIELD_CHECK_WARNING, "exec.default",
				 "nothing can be executed, the container's own program neither: add it to exec.allow");
	if (shield_check_allow_list(check, "exec", profile->exec.default_deny, allowed)) {
		for (size_t i = 0; i < allowed; i++) {
			check_overruled(check, i);
			check_width(check, i);
			check_from(check, i);
		}
		check_overwriting(check);
	}
	check_deny(check);
	check_libraries(check);
}

void shield_check_ptrace(const struct shield_check *check)
{
	const struct shield_strings *tracers = &check->profile->ptrace.tracers;

	if (!check->profile->ptrace.present ||
	    !shield_check_allow_list(check, "ptrace", check->profile->ptrace.default_deny, tracers->count))
		return;
	for (size_t i = 0; i < tracers->count; i++) {
		struct shield_place place = shield_place("ptrace.allow", i);

		if (shield_pattern_covers(tracers->item[i], "/**"))
			shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
					 "\"%s\" lets every program trace: ptrace.default has no effect",
					 tracers->item[i]);
		if (check->profile->exec.present)
			check_runs(check, place.text, tracers->item[i]);
		shield_check_superfluous(check, "ptrace.allow", tracers, i, "allowed");
	}
}
