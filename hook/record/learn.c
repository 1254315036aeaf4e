/* SPDX-License-Identifier: Apache-2.0 */
#include "record/learn.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "events/clock.h"
#include "events/escape.h"
#include "profile/capabilities.h"
#include "profile/compile.h"
#include "profile/pattern.h"
#include "profile/print.h"
#include "profile/rule.h"
#include "record/learn_parts.h"

#define UNSAID_MAX 32 /* notes on single acts; the rest is counted */

bool shield_learn_is_literal(const char *path, bool of_socket)
{
	int r = of_socket ? shield_socket_pattern_check(path, NULL) : shield_pattern_check(path, NULL);

	return r == 0 && !strchr(path, '*') && shield_utf8_is_valid(path, strlen(path), NULL);
}

const char *shield_learn_who(const struct shield_act *act)
{
	return shield_recording_path(act->recording, act->item->script ?: act->item->exe);
}

void shield_learn_note(struct shield_learner *learner, const char *format, ...)
{
	char *note = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&note, format, arguments) < 0)
		note = NULL;
	va_end(arguments);
	if (shield_strings_add(&learner->profile->notes, note) < 0)
		learner->failed = true;
}

void shield_learn_cannot(struct shield_learner *learner, const struct shield_act *act, const char *why)
{
	_cleanup_text_ struct shield_text text = {};
	const char *who = shield_learn_who(act);
	_cleanup_free_ char *said = NULL;

	if (++learner->unsaid > UNSAID_MAX)
		return;
	if (act->item->path[0])
		shield_escape_terminal(&text, act->item->path, SHIELD_PATH_MAX);
	else
		shield_text_add(&text, "without a name");
	shield_text_add(&text, ", by ");
	shield_escape_terminal(&text, who ? who : act->item->comm, who ? SHIELD_PATH_MAX : sizeof(act->item->comm));
	if (shield_text_take(&text, &said, NULL) < 0)
		learner->failed = true;
	else
		shield_learn_note(learner, "%s: %s: %s", shield_kind_name(act->item->kind), said, why);
}

void shield_learn_string(struct shield_learner *learner, struct shield_strings *list, const char *string)
{
	if (shield_strings_add(list, strdup(string)) < 0)
		learner->failed = true;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void shield_learn_sort(struct shield_strings *list)
{
	if (list->count)
		qsort(list->item, list->count, sizeof(*list->item), compare_strings);
}

/* The entry of a path, a new one where there is none; *ret_is_new tells. NULL without memory. */
static struct shield_exec_entry *exec_entry(struct shield_profile *profile, const char *path, bool *ret_is_new)
{
	struct shield_exec_entries *list = &profile->exec.allow;
	struct shield_exec_entry *larger;

	*ret_is_new = false;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->item[i].path, path) == 0)
			return &list->item[i];
	larger = reallocarray(list->item, list->count + 1, sizeof(*larger));
	if (!larger)
		return NULL;
	list->item = larger;
	larger[list->count] = (struct shield_exec_entry){ .path = strdup(path) };
	*ret_is_new = true;
	return larger[list->count].path ? &larger[list->count++] : NULL;
}

/* An entry without `from` is for all: it stays so, whoever else comes. */
static void learn_exec(struct shield_learner *learner, const struct shield_act *act)
{
	const char *who = shield_learn_who(act);
	struct shield_exec_entry *entry;
	bool is_new;

	if (!shield_learn_is_literal(act->item->path, false)) {
		shield_learn_cannot(learner, act, "no pattern can name the file; it is not allowed");
		return;
	}
	entry = exec_entry(learner->profile, act->item->path, &is_new);
	if (!entry)
		learner->failed = true;
	else if (!who || !shield_learn_is_literal(who, false))
		shield_strings_free(&entry->from);
	else if (is_new || entry->from.count)
		shield_learn_string(learner, &entry->from, who);
}

static void learn_library(struct shield_learner *learner, const struct shield_act *act)
{
	if (shield_learn_is_literal(act->item->path, false))
		shield_learn_string(learner, &learner->profile->exec.library, act->item->path);
	else
		shield_learn_cannot(learner, act, "no pattern can name the file; it is not allowed");
}

static void learn_trace(struct shield_learner *learner, const struct shield_act *act)
{
	const char *who = shield_learn_who(act);

	if (act->item->reason == SHIELD_REASON_OTHER_SLOT)
		shield_learn_cannot(learner, act, "a task outside of the container; no profile allows that");
	else if (!who || !shield_learn_is_literal(who, false))
		shield_learn_cannot(learner, act, "no pattern can name the tracer; it is not allowed");
	else
		shield_learn_string(learner, &learner->profile->ptrace.tracers, who);
}

static void learn_capability(struct shield_learner *learner, const struct shield_act *act)
{
	struct shield_capabilities *list = &learner->profile->capabilities.allow;
	uint8_t capability = (uint8_t)act->item->capability, *larger;
	size_t at = 0;

	if (!shield_capability_name(act->item->capability)) {
		shield_learn_cannot(learner, act, "a capability that has no name here; it is not allowed");
		return;
	}
	while (at < list->count && list->item[at] < capability)
		at++;
	if (at < list->count && list->item[at] == capability)
		return;
	larger = realloc(list->item, list->count + 1);
	if (!larger) {
		learner->failed = true;
		return;
	}
	list->item = larger;
	memmove(larger + at + 1, larger + at, list->count++ - at);
	larger[at] = capability;
}

/* A switch that has to stay off because of this. */
static void learn_switch(struct shield_learner *learner, const struct shield_act *act)
{
	shield_learn_cannot(learner, act, "the rule is left out because of it");
}

static void learn_act(struct shield_learner *learner, const struct shield_act *act)
{
	switch (act->item->kind) {
	case SHIELD_KIND_EXEC:
		learn_exec(learner, act);
		break;
	case SHIELD_KIND_LIBRARY:
		learn_library(learner, act);
		break;
	case SHIELD_KIND_DRIFT:
	case SHIELD_KIND_FILELESS:
	case SHIELD_KIND_REVERSE_SHELL:
		learn_switch(learner, act);
		break;
	case SHIELD_KIND_PTRACE:
		learn_trace(learner, act);
		break;
	case SHIELD_KIND_CAPABILITY:
		learn_capability(learner, act);
		break;
	case SHIELD_KIND_SETUID:
		shield_learn_identity(learner, act);
		break;
	case SHIELD_KIND_EGRESS:
	case SHIELD_KIND_BIND:
	case SHIELD_KIND_FAMILY:
	case SHIELD_KIND_UNIX:
		shield_learn_network(learner, act);
		break;
	case SHIELD_KIND_FILES: /* looked at as a whole, at the end */
		if (!act->item->path[0])
			shield_learn_cannot(learner, act, "a file without a name was changed; it is not allowed");
		break;
	case SHIELD_KIND_GUARD:
	case SHIELD_KIND_TAG:
		shield_learn_cannot(learner, act, "no profile allows that");
		break;
	default: /* that it was seen says it all */
		break;
	}
}

static void learn_recording(struct shield_learner *learner, const struct shield_recording *recording)
{
	for (size_t i = 0; i < recording->count; i++) {
		struct shield_act act = { recording, &recording->item[i] };

		if (act.item->kind == SHIELD_KIND_NONE || !(learner->kinds & 1u << act.item->kind))
			continue;
		learner->seen |= 1u << act.item->kind;
		learn_act(learner, &act);
	}
}

static bool is_watched(const struct shield_learner *learner, enum shield_kind kind)
{
	return learner->kinds & 1u << kind;
}

/* What a switch is set to: on where such acts were watched, and none seen. */
static uint8_t unless_seen(const struct shield_learner *learner, enum shield_kind kind, enum shield_verdict action)
{
	return is_watched(learner, kind) && !(learner->seen & 1u << kind) ? action : SHIELD_ALLOW;
}

static int compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct shield_exec_entry *)a)->path, ((const struct shield_exec_entry *)b)->path);
}

/* Adds those of `more` that `names` has not, if all of them fit. */
static bool add_names(struct shield_learner *learner, struct shield_strings *names, const struct shield_strings *more)
{
	size_t news = 0;

	for (size_t i = 0; i < more->count; i++)
		news += !shield_strings_have(names, more->item[i]);
	if (names->count + news > SHIELD_NAMES)
		return false;
	for (size_t i = 0; i < more->count; i++)
		shield_learn_string(learner, names, more->item[i]);
	return true;
}

/* A policy tells so many programs apart: conditions beyond that are dropped. */
static void limit_names(struct shield_learner *learner)
{
	struct shield_exec_entries *list = &learner->profile->exec.allow;
	struct shield_strings names = {};

	add_names(learner, &names, &learner->profile->ptrace.tracers);
	for (size_t i = 0; i < list->count; i++) {
		if (add_names(learner, &names, &list->item[i].from))
			continue;
		shield_strings_free(&list->item[i].from);
		shield_learn_note(learner, "exec.allow[%zu]: without its \"from\": a policy tells %d programs apart", i,
				  SHIELD_NAMES);
	}
	shield_strings_free(&names);
}

static void finish_exec(struct shield_learner *learner)
{
	struct shield_profile *profile = learner->profile;
	struct shield_exec_entries *list = &profile->exec.allow;

	profile->exec.present = is_watched(learner, SHIELD_KIND_EXEC);
	profile->exec.default_deny = true;
	profile->exec.drift = unless_seen(learner, SHIELD_KIND_DRIFT, SHIELD_DENY);
	profile->exec.fileless = unless_seen(learner, SHIELD_KIND_FILELESS, SHIELD_DENY);
	profile->exec.libraries =
		is_watched(learner, SHIELD_KIND_LIBRARY) ? SHIELD_LIBRARIES_LIST : SHIELD_LIBRARIES_ANY;
	shield_learn_sort(&profile->exec.library);
	if (list->count)
		qsort(list->item, list->count, sizeof(*list->item), compare_entries);
	for (size_t i = 0; i < list->count; i++)
		shield_learn_sort(&list->item[i].from);
}

static void finish(struct shield_learner *learner)
{
	struct shield_profile *profile = learner->profile;

	finish_exec(learner);
	shield_learn_finish_network(learner);
	profile->network.raw = unless_seen(learner, SHIELD_KIND_RAW, SHIELD_DENY);
	profile->ptrace.present = profile->ptrace.default_deny = is_watched(learner, SHIELD_KIND_PTRACE);
	shield_learn_sort(&profile->ptrace.tracers);
	shield_learn_finish_identity(learner);
	profile->setuid.setuid_exec = unless_seen(learner, SHIELD_KIND_SETUID_EXEC, SHIELD_DENY);
	profile->capabilities.present = profile->capabilities.default_deny =
		is_watched(learner, SHIELD_KIND_CAPABILITY);
	profile->kernel.mount = unless_seen(learner, SHIELD_KIND_MOUNT, SHIELD_DENY);
	profile->kernel.bpf = unless_seen(learner, SHIELD_KIND_BPF, SHIELD_DENY);
	profile->kernel.modules = unless_seen(learner, SHIELD_KIND_MODULES, SHIELD_DENY);
	profile->kernel.userns = unless_seen(learner, SHIELD_KIND_USERNS, SHIELD_DENY);
	profile->reverse_shell = unless_seen(learner, SHIELD_KIND_REVERSE_SHELL, SHIELD_KILL);
	shield_learn_finish_files(learner);
	limit_names(learner);
	if (learner->unsaid > UNSAID_MAX)
		shield_learn_note(learner, "%u acts more that no profile can express", learner->unsaid - UNSAID_MAX);
}

/* Whole seconds: "2024-05-01T12:03:14Z". */
static const char *second(uint64_t wall, char buffer[SHIELD_RFC3339_MAX])
{
	shield_clock_rfc3339(wall, buffer);
	strcpy(strchr(buffer, '.'), "Z");
	return buffer;
}

static void note_origin(struct shield_learner *learner, const struct shield_recording *recording)
{
	char from[SHIELD_RFC3339_MAX], to[SHIELD_RFC3339_MAX];
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *image = NULL;

	shield_escape_terminal(&text, recording->image[0] ? recording->image : "unknown", sizeof(recording->image));
	if (shield_text_take(&text, &image, NULL) < 0) {
		learner->failed = true;
		return;
	}
	shield_learn_note(learner, "recorded: image %s, container %.12s, from %s to %s", image, recording->id,
			  second(recording->started, from), recording->ended ? second(recording->ended, to) : "now");
	if (recording->unobserved)
		shield_learn_note(learner, "incomplete: container %.12s did %llu acts that could not be kept",
				  recording->id, (unsigned long long)recording->unobserved);
	if (recording->profile[0])
		shield_learn_note(learner,
				  "container %.12s ran under the profile %s: only what that refuses or reports is "
				  "here; merge it into that profile",
				  recording->id, recording->profile);
}

static struct shield_profile *new_profile(const char *name)
{
	struct shield_profile *profile = calloc(1, sizeof(*profile));

	if (!profile)
		return NULL;
	snprintf(profile->name, sizeof(profile->name), "%s", name);
	profile->stated = SHIELD_STATED_LIBRARIES | SHIELD_STATED_RAW | SHIELD_STATED_FAMILIES |
			  SHIELD_STATED_FAMILIES_ACTION | SHIELD_STATED_SETUID_EXEC;
	profile->exec.action = profile->ptrace.action = profile->setuid.action = SHIELD_DENY;
	profile->network.unix_sockets.action = profile->capabilities.action = profile->files.action = SHIELD_DENY;
	for (size_t i = 0; i < SHIELD_DIRECTIONS; i++)
		profile->network.rules[i].action = SHIELD_DENY;
	return profile;
}

int shield_learn(const char *name, const struct shield_recording *recordings, size_t count, struct shield_profile **ret,
		 struct shield_error *error)
{
	_cleanup_profile_ struct shield_profile *profile = new_profile(name);
	struct shield_learner learner = { .recordings = recordings, .count = count, .kinds = ~0u, .profile = profile };

	if (!profile)
		return shield_fail(error, ENOMEM, "recording %s: out of memory", name);
	for (size_t i = 0; i < count; i++) {
		learner.kinds &= recordings[i].kinds;
		note_origin(&learner, &recordings[i]);
	}
	for (size_t i = 0; i < count; i++)
		learn_recording(&learner, &recordings[i]);
	finish(&learner);
	if (learner.failed)
		return shield_fail(error, ENOMEM, "recording %s: out of memory", name);
	*ret = TAKE_PTR(profile);
	return 0;
}

int shield_learn_check(const struct shield_profile *profile, struct shield_error *error)
{
	_cleanup_free_ struct shield_policy *policy = calloc(1, sizeof(*policy));
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	int r;

	if (!policy)
		return shield_fail(error, ENOMEM, "out of memory for a policy");
	r = shield_compile(profile, policy, error);
	if (r == 0)
		r = shield_profile_print(profile, &text, &length, error);
	if (r == 0 && length >= SHIELD_SOURCE_MAX)
		r = shield_fail(error, E2BIG, "%zu bytes of text, a policy holds %d", length, SHIELD_SOURCE_MAX - 1);
	if (r == -E2BIG)
		return shield_wrap(
			error, r,
			"what was recorded is too much for one policy; generalise it with --directories or "
			"--cidr, or edit what \"shieldctl record show -o observations\" prints into a profile");
	return r;
}
