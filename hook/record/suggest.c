/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each act alone becomes a profile with the entries that allow it. What these are called is asked of
 * shield_profile_diff(), what they do to the container's profile is shield_list_*()'s business.
 */
#include "record/suggest.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "profile/capabilities.h"
#include "profile/diff.h"
#include "profile/families.h"
#include "profile/lists.h"
#include "profile/parse.h"
#include "profile/rule.h"
#include "record/learn_parts.h"

struct suggester {
	const struct shield_recording *recording;
	struct shield_profile *profile;
	struct shield_suggestions *suggestions;
	struct shield_profile *needed; /* by the act at hand */
	const struct shield_observation *item;
	int result; /* the first failure */
};

static void note(struct suggester *suggester, int result)
{
	if (result < 0 && suggester->result == 0)
		suggester->result = result;
}

void shield_suggestions_free(struct shield_suggestions *suggestions)
{
	for (size_t i = 0; i < suggestions->count; i++)
		free(suggestions->item[i].entry);
	free(suggestions->item);
	*suggestions = (struct shield_suggestions){};
}

static const char *allow_exec(struct suggester *suggester, const struct shield_act *act)
{
	const char *who = shield_learn_who(act);
	struct shield_exec_entry entry = { .path = (char *)act->item->path };

	if (who && shield_learn_is_literal(who, false))
		entry.from = (struct shield_strings){ (char **)&who, 1 };
	note(suggester, shield_list_add_exec(&suggester->needed->exec.allow, &entry));
	suggester->needed->exec.present = true;
	return NULL;
}

static const char *allow_library(struct suggester *suggester, const struct shield_act *act)
{
	if (suggester->profile->exec.libraries != SHIELD_LIBRARIES_LIST)
		return "the file is not in the image: put it there, or make exec.libraries a list of paths";
	suggester->needed->exec.present = true;
	suggester->needed->exec.libraries = SHIELD_LIBRARIES_LIST;
	note(suggester, shield_list_add_string(&suggester->needed->exec.library, act->item->path));
	return NULL;
}

static void allow_one_address(struct suggester *suggester, enum shield_direction direction, int family,
			      const uint8_t *address, const struct shield_event_address *of)
{
	bool ports = of->proto == SHIELD_PROTO_TCP || of->proto == SHIELD_PROTO_UDP;
	struct shield_net_rules *rules = &suggester->needed->network.rules[direction];
	struct shield_port_span port = { of->port, of->port };
	struct shield_net_entry entry = {
		.family = (uint8_t)family,
		.prefix = family == AF_INET ? 32 : 128,
		.proto = of->proto,
		.ports = ports ? &port : NULL,
		.port_count = ports,
	};

	memcpy(entry.address, address, family == AF_INET ? 4 : 16);
	rules->present = true;
	note(suggester, shield_list_add_net(&rules->allow, &entry));
}

/* "Any" is several addresses to the rules (bpf/endpoint.h). */
static const char *allow_address(struct suggester *suggester, const struct shield_act *act)
{
	static const uint8_t any[16], loopback4[4] = { 127, 0, 0, 1 }, loopback6[16] = { [15] = 1 };
	enum shield_direction direction = act->item->kind == SHIELD_KIND_EGRESS ? SHIELD_EGRESS : SHIELD_BIND;
	const struct shield_event_address *address = &act->item->address;
	bool v4 = address->family == AF_INET, egress = direction == SHIELD_EGRESS;

	if (act->item->operand != SHIELD_OPERAND_ADDRESS || (!v4 && address->family != AF_INET6))
		return "addresses of this socket cannot be judged, and so not be allowed";
	if (memcmp(address->address, any, v4 ? 4 : 16) != 0) {
		allow_one_address(suggester, direction, (int)address->family, address->address, address);
		return NULL;
	}
	allow_one_address(suggester, direction, AF_INET, egress ? loopback4 : any, address);
	if (!v4)
		allow_one_address(suggester, direction, AF_INET6, egress ? loopback6 : any, address);
	return NULL;
}

static const char *allow_unix(struct suggester *suggester, const struct shield_act *act)
{
	suggester->needed->network.unix_sockets.present = true;
	note(suggester, shield_list_add_string(&suggester->needed->network.unix_sockets.allow, act->item->path));
	return NULL;
}

static const char *allow_tracer(struct suggester *suggester, const struct shield_act *act)
{
	const char *who = shield_learn_who(act);

	if (!who || !shield_learn_is_literal(who, false))
		return "no pattern can name the tracer";
	suggester->needed->ptrace.present = true;
	note(suggester, shield_list_add_string(&suggester->needed->ptrace.tracers, who));
	return NULL;
}

static const char *allow_id(struct suggester *suggester, const struct shield_act *act)
{
	const struct shield_event_ids *ids = &act->item->ids;
	struct shield_profile *needed = suggester->needed;
	bool uid = ids->change == SHIELD_CHANGE_UID;

	if (ids->wanted == UINT32_MAX)
		return "the container does not have that id, so that no entry can name it";
	needed->setuid.present = true;
	note(suggester,
	     shield_list_add_ids(uid ? &needed->setuid.uids : &needed->setuid.gids, ids->wanted, ids->wanted, 0));
	return NULL;
}

static const char *allow_capability(struct suggester *suggester, const struct shield_act *act)
{
	if (!shield_capability_name(act->item->capability))
		return "a capability that this version does not know the name of";
	suggester->needed->capabilities.present = true;
	note(suggester,
	     shield_list_add_capability(&suggester->needed->capabilities.allow, (uint8_t)act->item->capability));
	return NULL;
}

/* What can be done about kinds that have no list. */
static const char *advice(uint8_t kind)
{
	switch (kind) {
	case SHIELD_KIND_DRIFT:
		return "it was created or changed after the image, or is on a writable mount: put it into the image or "
		       "on a read-only mount; exec.drift \"allow\" gives the rule up";
	case SHIELD_KIND_FILELESS:
		return "what has no file cannot be named: exec.fileless \"allow\" gives the rule up";
	case SHIELD_KIND_FILES:
		return "an entry of files protects it: narrow that entry if this is meant to be";
	case SHIELD_KIND_GUARD:
	case SHIELD_KIND_TAG:
		return "no profile allows that";
	default:
		return "there is no list that it could be in: \"allow\" there gives the rule up";
	}
}

static const struct {
	uint8_t kind;
	const char *(*allow)(struct suggester *suggester, const struct shield_act *act);
	bool path; /* the entry is the act's path; of a socket where SHIELD_KIND_UNIX */
} lists[] = {
	{ SHIELD_KIND_EXEC, allow_exec, true },	      { SHIELD_KIND_LIBRARY, allow_library, true },
	{ SHIELD_KIND_EGRESS, allow_address, false }, { SHIELD_KIND_BIND, allow_address, false },
	{ SHIELD_KIND_UNIX, allow_unix, true },	      { SHIELD_KIND_PTRACE, allow_tracer, false },
	{ SHIELD_KIND_SETUID, allow_id, false },      { SHIELD_KIND_CAPABILITY, allow_capability, false },
};

/* Only these can be mended by an entry; all others say why not. */
static bool is_missing_entry(const struct shield_observation *item)
{
	return item->reason == SHIELD_REASON_NONE || item->reason == SHIELD_REASON_DEFAULT ||
	       item->reason == SHIELD_REASON_FROM || item->reason == SHIELD_REASON_NOT_IMAGE;
}

/* Fills suggester->needed. Returns NULL, or why no entry can allow the act. */
static const char *allow(struct suggester *suggester, const struct shield_act *act)
{
	const struct shield_observation *item = act->item;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (lists[i].kind != item->kind)
			continue;
		if (SHIELD_RULE_LIST(item->rule) == SHIELD_LIST_DENY)
			return "a deny entry refuses it, which beats any other: narrow that one if this is meant to be";
		if (!is_missing_entry(item))
			return shield_reason_text(item->reason);
		if (lists[i].path && !shield_learn_is_literal(item->path, item->kind == SHIELD_KIND_UNIX))
			return "no pattern can name it";
		return lists[i].allow(suggester, act);
	}
	return advice(item->kind);
}

static void count_in(struct suggester *suggester, struct shield_suggestion *suggestion)
{
	const struct shield_observation *item = suggester->item;
	uint64_t first = shield_recording_wall(suggester->recording, item->first);
	uint64_t last = shield_recording_wall(suggester->recording, item->last);

	if (!suggestion->count || first < suggestion->first)
		suggestion->first = first;
	if (!suggestion->count || last > suggestion->last) {
		suggestion->last = last;
		suggestion->item = item;
	}
	suggestion->count += item->count;
	suggestion->processes++;
}

static struct shield_suggestion *append(struct suggester *suggester, const char *place)
{
	struct shield_suggestions *list = suggester->suggestions;
	struct shield_suggestion *larger = reallocarray(list->item, list->count + 1, sizeof(*larger)), *added;

	if (!larger) {
		note(suggester, -ENOMEM);
		return NULL;
	}
	list->item = larger;
	added = &larger[list->count++];
	*added = (struct shield_suggestion){};
	snprintf(added->place, sizeof(added->place), "%s", place);
	return added;
}

/* Is this about the same file, address and so on? */
static bool same_subject(const struct shield_observation *a, const struct shield_observation *b)
{
	return a->kind == b->kind && a->operand == b->operand && a->reason == b->reason && !strcmp(a->path, b->path) &&
	       !memcmp(&a->address, &b->address, sizeof(a->address));
}

static void add_impossible(struct suggester *suggester, const char *why)
{
	const struct shield_observation *item = suggester->item;
	struct shield_suggestions *list = suggester->suggestions;
	struct shield_suggestion *suggestion = NULL;
	char place[SHIELD_RULE_PATH_MAX];

	for (size_t i = 0; i < list->count && !suggestion; i++)
		if (!list->item[i].entry && same_subject(list->item[i].item, item))
			suggestion = &list->item[i];
	if (!suggestion) {
		shield_rule_path(item->kind, item->rule, place, sizeof(place));
		suggestion = append(suggester, *place ? place : shield_kind_name(item->kind));
		list->impossible += suggestion != NULL;
	}
	if (!suggestion)
		return;
	suggestion->why = why;
	count_in(suggester, suggestion);
}

static void add_entry(struct suggester *suggester, const char *place, const char *entry)
{
	struct shield_suggestions *list = suggester->suggestions;
	struct shield_suggestion *suggestion = NULL;

	for (size_t i = 0; i < list->count && !suggestion; i++)
		if (list->item[i].entry && !strcmp(list->item[i].place, place) && !strcmp(list->item[i].entry, entry))
			suggestion = &list->item[i];
	if (!suggestion) {
		suggestion = append(suggester, place);
		if (!suggestion)
			return;
		suggestion->entry = strdup(entry);
		if (!suggestion->entry)
			note(suggester, -ENOMEM);
	}
	count_in(suggester, suggestion);
}

static void take_difference(const char *place, const char *before, const char *after, void *context)
{
	if (!before) /* a value belongs to the group, not to the act */
		add_entry(context, place, after);
}

/* Adds the lists of one profile to another's. */
static int add_needed(struct shield_profile *profile, const struct shield_profile *needed)
{
	uint32_t entry = shield_list_ids_entries(profile);
	int r = 0;

	for (size_t i = 0; r >= 0 && i < needed->exec.allow.count; i++)
		r = shield_list_add_exec(&profile->exec.allow, &needed->exec.allow.item[i]);
	if (r >= 0)
		r = shield_list_add_strings(&profile->exec.library, &needed->exec.library);
	for (size_t i = 0; i < SHIELD_DIRECTIONS; i++)
		for (size_t j = 0; r >= 0 && j < needed->network.rules[i].allow.count; j++)
			r = shield_list_add_net(&profile->network.rules[i].allow,
						&needed->network.rules[i].allow.item[j]);
	if (r >= 0)
		r = shield_list_add_strings(&profile->network.unix_sockets.allow, &needed->network.unix_sockets.allow);
	if (r >= 0)
		r = shield_list_add_strings(&profile->ptrace.tracers, &needed->ptrace.tracers);
	if (r >= 0 && needed->setuid.uids.count)
		r = shield_list_add_ids(&profile->setuid.uids, needed->setuid.uids.item->low,
					needed->setuid.uids.item->high, entry);
	if (r >= 0 && needed->setuid.gids.count)
		r = shield_list_add_ids(&profile->setuid.gids, needed->setuid.gids.item->low,
					needed->setuid.gids.item->high, entry);
	if (r >= 0 && needed->capabilities.allow.count)
		r = shield_list_add_capability(&profile->capabilities.allow, *needed->capabilities.allow.item);
	return r < 0 ? r : 0;
}

/* A family has no entry of a list in the text, but a word in one. */
static void suggest_family(struct suggester *suggester)
{
	uint32_t family = suggester->item->socket.family;
	const char *name = shield_family_name(family);
	char entry[48];

	if (suggester->item->operand != SHIELD_OPERAND_SOCKET || family >= SHIELD_FAMILIES) {
		add_impossible(suggester, "an address family that no profile can name");
		return;
	}
	if (name)
		snprintf(entry, sizeof(entry), "\"%s\"", name);
	else
		snprintf(entry, sizeof(entry), "%u", family);
	add_entry(suggester, "network.families", entry);
	suggester->profile->network.families |= 1ull << family;
}

static struct shield_profile *empty_profile(void)
{
	static const char text[] = "{\"version\":1}";
	struct shield_profile *profile = NULL;

	shield_profile_parse(text, sizeof(text) - 1, NULL, &profile, NULL);
	return profile;
}

static void suggest_act(struct suggester *suggester)
{
	_cleanup_profile_ struct shield_profile *needed = empty_profile(), *nothing = empty_profile();
	struct shield_act act = { suggester->recording, suggester->item };
	const char *why;

	if (!needed || !nothing) {
		note(suggester, -ENOMEM);
		return;
	}
	if (suggester->item->kind == SHIELD_KIND_FAMILY) {
		suggest_family(suggester);
		return;
	}
	suggester->needed = needed;
	why = allow(suggester, &act);
	if (why) {
		add_impossible(suggester, why);
		return;
	}
	note(suggester, shield_profile_diff(nothing, needed, take_difference, suggester, NULL));
	note(suggester, add_needed(suggester->profile, needed));
}

static int by_place(const void *a, const void *b)
{
	const struct shield_suggestion *first = a, *second = b;

	if (!first->entry != !second->entry)
		return first->entry ? -1 : 1;
	return strcmp(first->place, second->place)
		       ?: first->entry	       ? strcmp(first->entry, second->entry)
		  : first->item < second->item ? -1
					       : 1;
}

/* "exec.drift: /tmp/x: why" */
static int add_note(struct shield_profile *profile, const struct shield_suggestion *suggestion)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *sentence = NULL;

	shield_text_add(&text, "still refused: ");
	shield_text_add(&text, suggestion->place);
	shield_text_add(&text, ": ");
	shield_observation_subject(&text, suggestion->item);
	shield_text_add(&text, ": ");
	shield_text_add(&text, suggestion->why);
	if (shield_text_take(&text, &sentence, NULL) < 0)
		return -ENOMEM;
	return shield_list_add_string(&profile->notes, sentence);
}

int shield_suggest(const struct shield_recording *recording, struct shield_profile *profile,
		   struct shield_suggestions *ret, struct shield_error *error)
{
	_cleanup_suggestions_ struct shield_suggestions suggestions = {};
	struct suggester suggester = { .recording = recording, .profile = profile, .suggestions = &suggestions };

	for (size_t i = 0; i < recording->count && suggester.result == 0; i++) {
		suggester.item = &recording->item[i];
		if (suggester.item->kind != SHIELD_KIND_NONE)
			suggest_act(&suggester);
	}
	if (suggester.result == 0 && suggestions.count)
		qsort(suggestions.item, suggestions.count, sizeof(*suggestions.item), by_place);
	for (size_t i = 0; i < suggestions.count && suggester.result == 0; i++)
		if (!suggestions.item[i].entry)
			note(&suggester, add_note(profile, &suggestions.item[i]));
	if (suggester.result == -E2BIG)
		return shield_fail(error, E2BIG, "a list of the profile would have more than %d entries",
				   SHIELD_RULE_INDEX_MAX + 1);
	if (suggester.result < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	*ret = suggestions;
	suggestions = (struct shield_suggestions){}; /* handed over */
	return 0;
}
