/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each group: its deny list first, which depends on the lists and defaults of both as they were, then the rest. What
 * is added comes behind what is there, so that a profile merged with itself stays as it is.
 */
#include "profile/merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/lists.h"
#include "profile/refuses.h"

#define LIBRARIES_NOTE                                                                                          \
	"exec.libraries: one of the merged profiles has \"image\" and another a list, which became \"image\": " \
	"what the list names outside of the image is refused"

static uint8_t laxer(uint8_t a, uint8_t b)
{
	return a < b ? a : b;
}

/* Merges a default. Returns whether a list of what is allowed has no effect any more. */
static bool opens(bool *default_deny, bool other)
{
	bool differ = *default_deny != other;

	*default_deny = *default_deny && other;
	return differ;
}

typedef bool refuses_pattern(const struct shield_profile *profile, const char *pattern);

/* Those of a list that a profile refuses. */
static int add_refused(struct shield_strings *ret, const struct shield_strings *list,
		       const struct shield_profile *profile, refuses_pattern *refuses)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < list->count; i++)
		if (refuses(profile, list->item[i]))
			result = shield_list_add_string(ret, list->item[i]);
	return result;
}

static void keep_refused(struct shield_strings *list, const struct shield_profile *profile, refuses_pattern *refuses)
{
	for (size_t i = list->count; i--;)
		if (!refuses(profile, list->item[i]))
			shield_list_remove_string(list, i);
}

static int merge_exec_deny(struct shield_profile *into, const struct shield_profile *other)
{
	_cleanup_(shield_list_free_exec) struct shield_exec_entries added = {};
	struct shield_exec_entries *deny = &into->exec.deny;
	int result = 0;

	for (size_t i = 0; result == 0 && i < other->exec.deny.count; i++)
		if (shield_refuses_exec(into, other->exec.deny.item[i].path))
			result = shield_list_add_exec(&added, &other->exec.deny.item[i]);
	for (size_t i = deny->count; i--;)
		if (!shield_refuses_exec(other, deny->item[i].path))
			shield_list_remove_exec(deny, i);
	for (size_t i = 0; result == 0 && i < added.count; i++)
		result = shield_list_add_exec(deny, &added.item[i]);
	return result;
}

static int merge_libraries(struct shield_profile *into, const struct shield_profile *other)
{
	if (into->exec.libraries == SHIELD_LIBRARIES_LIST && other->exec.libraries == SHIELD_LIBRARIES_LIST)
		return shield_list_add_strings(&into->exec.library, &other->exec.library);
	if (into->exec.libraries == other->exec.libraries)
		return 0;
	if (into->exec.libraries > other->exec.libraries)
		into->exec.libraries = other->exec.libraries;
	shield_strings_free(&into->exec.library);
	if (into->exec.libraries == SHIELD_LIBRARIES_IMAGE)
		return shield_list_add_string(&into->notes, LIBRARIES_NOTE);
	return 0;
}
_Static_assert(SHIELD_LIBRARIES_ANY < SHIELD_LIBRARIES_IMAGE && SHIELD_LIBRARIES_IMAGE < SHIELD_LIBRARIES_LIST,
	       "the laxer first");

static int merge_exec(struct shield_profile *into, const struct shield_profile *other)
{
	int result;

	if (!into->exec.present || !other->exec.present) {
		shield_list_free_exec(&into->exec.allow);
		shield_list_free_exec(&into->exec.deny);
		shield_strings_free(&into->exec.library);
		into->exec = (typeof(into->exec)){ .action = SHIELD_DENY };
		return 0;
	}
	result = merge_exec_deny(into, other);
	for (size_t i = 0; result == 0 && i < other->exec.allow.count; i++)
		result = shield_list_add_exec(&into->exec.allow, &other->exec.allow.item[i]);
	if (result == 0)
		result = merge_libraries(into, other);
	if (opens(&into->exec.default_deny, other->exec.default_deny))
		shield_list_free_exec(&into->exec.allow);
	into->exec.action = laxer(into->exec.action, other->exec.action);
	into->exec.drift = laxer(into->exec.drift, other->exec.drift);
	into->exec.fileless = laxer(into->exec.fileless, other->exec.fileless);
	return result;
}

static int merge_net_deny(struct shield_net_rules *into, const struct shield_net_rules *other)
{
	_cleanup_(shield_list_free_net) struct shield_net_entries added = {};
	int result = 0;

	for (size_t i = 0; result == 0 && i < other->deny.count; i++)
		if (shield_refuses_net(into, &other->deny.item[i]))
			result = shield_list_add_net(&added, &other->deny.item[i]);
	for (size_t i = into->deny.count; i--;)
		if (!shield_refuses_net(other, &into->deny.item[i]))
			shield_list_remove_net(&into->deny, i);
	for (size_t i = 0; result == 0 && i < added.count; i++)
		result = shield_list_add_net(&into->deny, &added.item[i]);
	return result;
}

static int merge_net(struct shield_net_rules *into, const struct shield_net_rules *other)
{
	int result;

	if (!into->present || !other->present) {
		shield_list_free_net(&into->allow);
		shield_list_free_net(&into->deny);
		*into = (struct shield_net_rules){ .action = SHIELD_DENY };
		return 0;
	}
	result = merge_net_deny(into, other);
	for (size_t i = 0; result == 0 && i < other->allow.count; i++)
		result = shield_list_add_net(&into->allow, &other->allow.item[i]);
	if (opens(&into->default_deny, other->default_deny))
		shield_list_free_net(&into->allow);
	into->action = laxer(into->action, other->action);
	return result;
}

static int merge_unix(struct shield_profile *into, const struct shield_profile *other)
{
	_cleanup_(shield_strings_free) struct shield_strings added = {};
	typeof(into->network.unix_sockets) *rules = &into->network.unix_sockets;
	const typeof(into->network.unix_sockets) *others = &other->network.unix_sockets;
	int result;

	if (!rules->present || !others->present) {
		shield_strings_free(&rules->allow);
		shield_strings_free(&rules->deny);
		*rules = (typeof(*rules)){ .action = SHIELD_DENY };
		return 0;
	}
	result = add_refused(&added, &others->deny, into, shield_refuses_unix);
	keep_refused(&rules->deny, other, shield_refuses_unix);
	if (result == 0)
		result = shield_list_add_strings(&rules->deny, &added);
	if (result == 0)
		result = shield_list_add_strings(&rules->allow, &others->allow);
	if (opens(&rules->default_deny, others->default_deny))
		shield_strings_free(&rules->allow);
	rules->action = laxer(rules->action, others->action);
	return result;
}

static int merge_network(struct shield_profile *into, const struct shield_profile *other)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < SHIELD_DIRECTIONS; i++)
		result = merge_net(&into->network.rules[i], &other->network.rules[i]);
	if (result == 0)
		result = merge_unix(into, other);
	into->network.families_action = laxer(into->network.families_action, other->network.families_action);
	into->network.families |= other->network.families;
	if (into->network.families_action == SHIELD_ALLOW)
		into->network.families = 0;
	into->network.raw = laxer(into->network.raw, other->network.raw);
	return result;
}

static int merge_ptrace(struct shield_profile *into, const struct shield_profile *other)
{
	int result;

	if (!into->ptrace.present || !other->ptrace.present) {
		shield_strings_free(&into->ptrace.tracers);
		into->ptrace = (typeof(into->ptrace)){ .action = SHIELD_DENY };
		return 0;
	}
	result = shield_list_add_strings(&into->ptrace.tracers, &other->ptrace.tracers);
	if (opens(&into->ptrace.default_deny, other->ptrace.default_deny))
		shield_strings_free(&into->ptrace.tracers);
	into->ptrace.action = laxer(into->ptrace.action, other->ptrace.action);
	return result;
}

/* Adds what one entry of another list has beyond this one. Returns how many spans, or a negative errno. */
static int add_spans(struct shield_id_spans *into, const struct shield_id_spans *other, uint32_t entry, uint32_t as)
{
	int added = 0;

	for (size_t i = 0; i < other->count; i++) {
		const struct shield_id_span *span = &other->item[i];
		int result = span->entry == entry ? shield_list_add_ids(into, span->low, span->high, as) : 0;

		if (result < 0)
			return result;
		added += result;
	}
	return added;
}

static void drop_ids(struct shield_profile *profile)
{
	free(profile->setuid.uids.item);
	free(profile->setuid.gids.item);
	profile->setuid.uids = profile->setuid.gids = (struct shield_id_spans){};
}

static int merge_setuid(struct shield_profile *into, const struct shield_profile *other)
{
	uint32_t next = shield_list_ids_entries(into);

	if (!into->setuid.present || !other->setuid.present) {
		drop_ids(into);
		into->setuid = (typeof(into->setuid)){ .action = SHIELD_DENY };
		return 0;
	}
	for (uint32_t entry = 0; entry < shield_list_ids_entries(other); entry++) {
		int uids = add_spans(&into->setuid.uids, &other->setuid.uids, entry, next), gids;

		if (uids < 0)
			return uids;
		gids = add_spans(&into->setuid.gids, &other->setuid.gids, entry, next);
		if (gids < 0)
			return gids;
		next += uids + gids > 0;
	}
	if (opens(&into->setuid.default_deny, other->setuid.default_deny))
		drop_ids(into);
	into->setuid.action = laxer(into->setuid.action, other->setuid.action);
	into->setuid.setuid_exec = laxer(into->setuid.setuid_exec, other->setuid.setuid_exec);
	return 0;
}

static int merge_capability_deny(struct shield_profile *into, const struct shield_profile *other)
{
	struct shield_capabilities *deny = &into->capabilities.deny;
	uint64_t added = 0;
	int result = 0;

	for (size_t i = 0; i < other->capabilities.deny.count; i++)
		if (shield_refuses_capability(into, other->capabilities.deny.item[i]))
			added |= 1ull << other->capabilities.deny.item[i];
	for (size_t i = deny->count; i--;)
		if (!shield_refuses_capability(other, deny->item[i]))
			shield_list_remove_capability(deny, i);
	for (uint8_t i = 0; result == 0 && i < SHIELD_CAPABILITIES; i++)
		if (added >> i & 1)
			result = shield_list_add_capability(deny, i);
	return result;
}

static int merge_capabilities(struct shield_profile *into, const struct shield_profile *other)
{
	int result;

	if (!into->capabilities.present || !other->capabilities.present) {
		free(into->capabilities.allow.item);
		free(into->capabilities.deny.item);
		into->capabilities = (typeof(into->capabilities)){ .action = SHIELD_DENY };
		return 0;
	}
	result = merge_capability_deny(into, other);
	for (size_t i = 0; result == 0 && i < other->capabilities.allow.count; i++)
		result = shield_list_add_capability(&into->capabilities.allow, other->capabilities.allow.item[i]);
	if (opens(&into->capabilities.default_deny, other->capabilities.default_deny)) {
		free(into->capabilities.allow.item);
		into->capabilities.allow = (struct shield_capabilities){};
	}
	into->capabilities.action = laxer(into->capabilities.action, other->capabilities.action);
	return result;
}

static int merge_kernel(struct shield_profile *into, const struct shield_profile *other)
{
	into->kernel.mount = laxer(into->kernel.mount, other->kernel.mount);
	into->kernel.bpf = laxer(into->kernel.bpf, other->kernel.bpf);
	into->kernel.modules = laxer(into->kernel.modules, other->kernel.modules);
	into->kernel.userns = laxer(into->kernel.userns, other->kernel.userns);
	return 0;
}

static bool hides(const struct shield_profile *profile, const char *pattern)
{
	return shield_refuses_file(profile, pattern, false);
}

static bool protects(const struct shield_profile *profile, const char *pattern)
{
	return shield_refuses_file(profile, pattern, true);
}

/* What one hides and the other only protects is protected. */
static int merge_files_lists(struct shield_profile *into, const struct shield_profile *other)
{
	_cleanup_(shield_strings_free) struct shield_strings hidden = {}, read_only = {};
	struct shield_strings *deny = &into->files.deny;
	int result = add_refused(&hidden, &other->files.deny, into, hides);

	if (result == 0)
		result = add_refused(&read_only, &other->files.read_only, into, protects);
	if (result == 0)
		result = add_refused(&read_only, &other->files.deny, into, protects);
	keep_refused(&into->files.read_only, other, protects);
	if (result == 0)
		result = add_refused(&read_only, deny, other, protects);
	keep_refused(deny, other, hides);
	if (result == 0)
		result = shield_list_add_strings(deny, &hidden);
	for (size_t i = 0; result == 0 && i < read_only.count; i++)
		if (!shield_strings_have(deny, read_only.item[i]))
			result = shield_list_add_string(&into->files.read_only, read_only.item[i]);
	return result;
}

static int merge_files(struct shield_profile *into, const struct shield_profile *other)
{
	if (!into->files.present || !other->files.present) {
		shield_strings_free(&into->files.deny);
		shield_strings_free(&into->files.read_only);
		into->files.present = false;
		into->files.action = SHIELD_DENY;
		return 0;
	}
	into->files.action = laxer(into->files.action, other->files.action);
	return merge_files_lists(into, other);
}

static int merge_rest(struct shield_profile *into, const struct shield_profile *other)
{
	into->audit = into->audit || other->audit;
	into->reverse_shell = laxer(into->reverse_shell, other->reverse_shell);
	into->stated |= other->stated;
	return shield_list_add_strings(&into->notes, &other->notes);
}

int shield_profile_merge(struct shield_profile *into, const struct shield_profile *other, struct shield_error *error)
{
	static int (*const groups[])(struct shield_profile *,
				     const struct shield_profile *) = { merge_exec,   merge_network,	  merge_ptrace,
									merge_setuid, merge_capabilities, merge_kernel,
									merge_files,  merge_rest };

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		int result = groups[i](into, other);

		if (result == -E2BIG)
			return shield_fail(error, E2BIG, "a list of the merged profile has more than %d entries",
					   SHIELD_RULE_INDEX_MAX + 1);
		if (result < 0)
			return shield_fail(error, ENOMEM, "out of memory");
	}
	return 0;
}
