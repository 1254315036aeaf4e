/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/container.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "engine/announce.h"
#include "engine/hooks.h"
#include "engine/lock.h"
#include "engine/policy.h"
#include "engine/programs.h"
#include "oci/cgroup.h"
#include "oci/process.h"

int shield_container_at(struct shield_engine *engine, uint32_t slot, struct shield_container *ret,
			struct shield_error *error)
{
	struct shield_container container = { .slot = slot };
	int infos = shield_engine_map(engine, SHIELD_MAP_INFO, error);
	int counters = shield_engine_map(engine, SHIELD_MAP_COUNTERS, error);

	if (infos < 0 || counters < 0)
		return infos < 0 ? infos : counters;
	if (slot >= SHIELD_SLOTS || engine->slots[slot].state != SHIELD_SLOT_LIVE ||
	    bpf_map_lookup_elem(infos, &slot, &container.info) < 0)
		return shield_fail(error, ENOENT, "slot %u has no container", slot);
	container.state = engine->slots[slot];
	bpf_map_lookup_elem(counters, &slot, &container.counters); /* absent: zero */
	*ret = container;
	return 0;
}

int shield_container_each(struct shield_engine *engine,
			  int (*each)(const struct shield_container *container, void *context), void *context,
			  struct shield_error *error)
{
	for (uint32_t slot = 0; slot < engine->control->slots_used; slot++) {
		struct shield_container container;
		int r = shield_container_at(engine, slot, &container, error);

		if (r == -ENOENT)
			continue;
		if (r == 0)
			r = each(&container, context);
		if (r != 0)
			return r;
	}
	return 0;
}

struct search {
	const char *id;
	bool exact;
	unsigned int count;
	struct shield_container found;
	struct shield_text candidates;
};

static int match(const struct shield_container *container, void *context)
{
	struct search *search = context;
	const char *id = container->info.id;

	if (!strcmp(id, search->id)) {
		search->found = *container;
		search->exact = true;
		return 1;
	}
	if (strncmp(id, search->id, strlen(search->id)) != 0 && strcmp(container->info.container, search->id) != 0)
		return 0;
	if (search->count++)
		shield_text_add(&search->candidates, ", ");
	shield_text_add(&search->candidates, id);
	search->found = *container;
	return 0;
}

int shield_container_find(struct shield_engine *engine, const char *id, struct shield_container *ret,
			  struct shield_error *error)
{
	_cleanup_free_ char *candidates = NULL;
	struct search search = { .id = id };
	int r = *id ? shield_container_each(engine, match, &search, error) : 0;

	shield_text_add(&search.candidates, "");
	if (shield_text_take(&search.candidates, &candidates, NULL) < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	if (r < 0)
		return r;
	if (!search.exact && search.count > 1)
		return shield_fail(error, EEXIST, "'%s' is more than one container: %s", id, candidates);
	if (!search.exact && !search.count)
		return shield_fail(error, ENOENT, "no container '%s' is under enforcement (see: shieldctl ps)", id);
	*ret = search.found;
	return 0;
}

bool shield_container_is_running(const struct shield_container *container)
{
	uint64_t start;

	return shield_process_start((pid_t)container->info.init_pid, &start, NULL) == 0 &&
	       start == container->info.init_start;
}

/* A container that started in audit mode may have rules that nobody could attach a program for. */
static int require_programs(struct shield_engine *engine, uint32_t policy_id, struct shield_error *error)
{
	const struct shield_policy *policy;
	uint32_t kinds;
	int r = shield_policy_map(engine, policy_id, &policy, error);

	if (r < 0)
		return r;
	kinds = shield_policy_kinds(policy);
	shield_policy_unmap(policy);
	/* this build's programs are not for another's maps */
	if (strcmp(engine->hash, shield_engine_hash()) != 0 &&
	    shield_hooks_of(kinds, engine->control->tier) & ~engine->control->attached)
		return shield_fail(error, ENOTSUP,
				   "the container is under the engine %s of another version, which has no program for "
				   "some of its rules: start it anew",
				   engine->hash);
	return shield_programs_require(engine, kinds, error);
}

bool shield_container_is_astray(const struct shield_container *container)
{
	int populated = shield_cgroup_is_populated(container->state.cgroup);

	return (populated == 0 || populated == -ESTALE) && shield_container_is_running(container);
}

bool shield_container_is_unarmed(const struct shield_container *container)
{
	return !container->state.owner && !container->state.armed &&
	       shield_process_runs_inside((pid_t)container->info.init_pid) && shield_container_is_running(container);
}

/* A reload of the profile is not to change it back. */
static void fix_mode(struct shield_engine *engine, uint32_t slot)
{
	int infos = shield_engine_map(engine, SHIELD_MAP_INFO, NULL);
	struct shield_slot_info info;

	if (bpf_map_lookup_elem(infos, &slot, &info) < 0)
		return;
	info.mode_fixed = 1;
	bpf_map_update_elem(infos, &slot, &info, BPF_EXIST);
}

int shield_container_set_mode(struct shield_engine *engine, const struct shield_container *container, bool audit,
			      struct shield_error *error)
{
	struct shield_slot *slot = &engine->slots[container->slot];
	_cleanup_close_ int lock = -1;
	int r = shield_engine_lock(engine, &lock, error);

	if (r < 0)
		return r;
	if (slot->generation != container->state.generation)
		return shield_fail(error, ENOENT, "the container has ended");
	if (!audit && slot->flags & SHIELD_SLOT_RECORD)
		return shield_fail(error, EINVAL,
				   "it is being recorded, and has no profile: `shieldctl attach` puts it under one");
	if (!audit) {
		r = require_programs(engine, slot->policy, error);
		if (r < 0)
			return r;
	}
	if (audit)
		__atomic_or_fetch(&slot->flags, SHIELD_SLOT_AUDIT, __ATOMIC_SEQ_CST);
	else
		__atomic_and_fetch(&slot->flags, ~SHIELD_SLOT_AUDIT, __ATOMIC_SEQ_CST);
	fix_mode(engine, container->slot);
	shield_announce(engine->hash, container->slot, audit ? SHIELD_CONTROL_MODE_AUDIT : SHIELD_CONTROL_MODE_ENFORCE,
			error);
	return 0;
}

int shield_container_observe(struct shield_engine *engine, const struct shield_container *container, const char *name,
			     struct shield_error *error)
{
	struct shield_slot *slot = &engine->slots[container->slot];
	int infos = shield_engine_map(engine, SHIELD_MAP_INFO, error);
	struct shield_slot_info info;
	_cleanup_close_ int lock = -1;
	int r = infos < 0 ? infos : shield_engine_lock(engine, &lock, error);

	if (r < 0)
		return r;
	if (slot->generation != container->state.generation || bpf_map_lookup_elem(infos, &container->slot, &info) < 0)
		return shield_fail(error, ENOENT, "the container has ended");
	if (info.record[0])
		return shield_fail(error, EEXIST, "the container is recorded already, as %s", info.record);
	snprintf(info.record, sizeof(info.record), "%s", name);
	if (bpf_map_update_elem(infos, &container->slot, &info, BPF_EXIST) < 0)
		return shield_fail_errno(error, errno, "cannot write the map %s", shield_map_name(SHIELD_MAP_INFO));
	__atomic_or_fetch(&slot->flags, SHIELD_SLOT_OBSERVE, __ATOMIC_SEQ_CST);
	return 0;
}

int shield_container_profile(struct shield_engine *engine, const struct shield_container *container, char **ret,
			     struct shield_error *error)
{
	const struct shield_policy *policy;
	char *text;
	int r = shield_policy_map(engine, container->state.policy, &policy, error);

	if (r < 0)
		return r;
	text = strndup(policy->source, policy->source_length);
	shield_policy_unmap(policy);
	if (!text)
		return shield_fail(error, ENOMEM, "out of memory");
	*ret = text;
	return 0;
}
