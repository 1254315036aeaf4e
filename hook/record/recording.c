/* SPDX-License-Identifier: Apache-2.0 */
#include "record/recording.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "engine/pins.h"
#include "events/clock.h"

void shield_recording_free(struct shield_recording *recording)
{
	free(recording->item);
	*recording = (struct shield_recording){};
}

const char *shield_recording_path(const struct shield_recording *recording, uint64_t hash)
{
	for (size_t i = 0; hash && i < recording->count; i++) {
		const struct shield_observation *item = &recording->item[i];

		if (item->kind != SHIELD_KIND_NONE)
			break; /* sorted: paths come first */
		if (item->path_hash == hash)
			return item->path;
	}
	return NULL;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* What of the union counts: the process that was traced is another one in each run. */
static int compare_operands(const struct shield_observation *a, const struct shield_observation *b)
{
	if (a->operand == SHIELD_OPERAND_TASK)
		return memcmp(a->task.comm, b->task.comm, sizeof(a->task.comm));
	return memcmp(&a->address, &b->address, sizeof(a->address)); /* the largest */
}

static int compare(const void *left, const void *right)
{
	const struct shield_observation *a = left, *b = right;
	int order = compare_numbers(a->kind, b->kind) ?: compare_numbers(a->operand, b->operand);

	order = order ?: strcmp(a->path, b->path) ?: compare_operands(a, b);
	order = order ?: compare_numbers(a->exe, b->exe) ?: compare_numbers(a->script, b->script);
	return order ?: compare_numbers(a->reason, b->reason);
}

void shield_recording_sort(struct shield_recording *recording)
{
	if (recording->count)
		qsort(recording->item, recording->count, sizeof(*recording->item), compare);
}
_Static_assert(sizeof(struct shield_event_address) >= sizeof(struct shield_event_ids), "the address is the largest");
_Static_assert(sizeof(struct shield_event_address) >= sizeof(struct shield_event_socket), "the address is the largest");

/* Entries of the map in one go. The kernel hands out whole buckets, and each of them once. */
#define BATCH 64

struct walk {
	struct shield_engine *engine;
	const struct shield_container *container;
	int map;
	struct shield_observation_key *key; /* BATCH of them */
	struct shield_observation *value;   /* BATCH of them */
	int (*each)(struct walk *walk, const struct shield_observation_key *key, struct shield_observation *value);
	struct shield_recording *recording;
	size_t capacity;
};

static void walk_free(struct walk *walk)
{
	free(walk->key);
	free(walk->value);
}

static bool is_own(const struct walk *walk, const struct shield_observation_key *key)
{
	return key->slot == walk->container->slot && key->generation == walk->container->state.generation;
}

/* Calls `each` for the container's entries. */
static int walk_map(struct walk *walk, struct shield_error *error)
{
	uint32_t at = 0, next = 0;
	bool first = true, last = false;

	walk->map = shield_engine_map(walk->engine, SHIELD_MAP_OBSERVATIONS, error);
	if (walk->map < 0)
		return walk->map;
	walk->key = calloc(BATCH, sizeof(*walk->key));
	walk->value = calloc(BATCH, sizeof(*walk->value));
	if (!walk->key || !walk->value)
		return shield_fail(error, ENOMEM, "out of memory for observations");
	while (!last) {
		uint32_t count = BATCH;
		int r = bpf_map_lookup_batch(walk->map, first ? NULL : &at, &next, walk->key, walk->value, &count,
					     NULL);

		last = r == -ENOENT;
		if (r < 0 && !last)
			return shield_fail_errno(error, -r, "cannot read the map %s",
						 shield_map_name(SHIELD_MAP_OBSERVATIONS));
		for (uint32_t i = 0; i < count; i++) {
			if (!is_own(walk, &walk->key[i]))
				continue;
			r = walk->each(walk, &walk->key[i], &walk->value[i]);
			if (r < 0)
				return shield_fail_errno(error, -r, "observations");
		}
		at = next;
		first = false;
	}
	return 0;
}

#define TRIES 20
#define TRY_NS 500000

/* A program writes an entry in no time, but it can be preempted. Returns whether the entry is whole. */
static bool settle(const struct walk *walk, const struct shield_observation_key *key, struct shield_observation *value)
{
	for (int i = 0; !value->complete && i < TRIES; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = TRY_NS }, NULL);
		if (bpf_map_lookup_elem(walk->map, key, value) < 0)
			return false;
	}
	return value->complete;
}

static int take(struct walk *walk, const struct shield_observation_key *key, struct shield_observation *value)
{
	struct shield_recording *recording = walk->recording;

	if (!settle(walk, key, value)) {
		recording->unobserved++;
		return 0;
	}
	if (recording->count == walk->capacity) {
		size_t capacity = walk->capacity ? 2 * walk->capacity : BATCH;
		struct shield_observation *larger = reallocarray(recording->item, capacity, sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		recording->item = larger;
		walk->capacity = capacity;
	}
	value->path[SHIELD_PATH_MAX - 1] = '\0';
	recording->item[recording->count++] = *value;
	return 0;
}

/* Who it was, and what was watched. */
static int describe(struct shield_engine *engine, const struct shield_container *container,
		    struct shield_recording *recording, struct shield_error *error)
{
	int index = shield_engine_map(engine, SHIELD_MAP_POLICY_INDEX, error);
	int syscalls = shield_engine_map(engine, SHIELD_MAP_SYSCALLS, error);
	const struct shield_slot_info *info = &container->info;
	struct shield_policy_ref policy = {};

	if (index < 0 || syscalls < 0)
		return index < 0 ? index : syscalls;
	if (bpf_map_lookup_elem(index, &info->policy_key, &policy) < 0)
		return shield_fail_errno(error, errno, "container %.12s: cannot find its policy", info->id);
	memcpy(recording->name, info->record, sizeof(recording->name));
	memcpy(recording->id, info->id, sizeof(recording->id));
	memcpy(recording->image, info->image, sizeof(recording->image));
	memcpy(recording->container, info->container, sizeof(recording->container));
	if (!(container->state.flags & SHIELD_SLOT_RECORD))
		memcpy(recording->profile, info->profile, sizeof(recording->profile));
	recording->offset = (int64_t)shield_clock_wall(0);
	recording->started = shield_recording_wall(recording, info->created);
	recording->unobserved = container->counters.unobserved;
	recording->kinds = policy.kinds;
	recording->has_syscalls = bpf_map_lookup_elem(syscalls, &container->slot, &recording->syscalls) == 0;
	return 0;
}

int shield_recording_read(struct shield_engine *engine, const struct shield_container *container,
			  struct shield_recording *ret, struct shield_error *error)
{
	_cleanup_recording_ struct shield_recording recording = {};
	_cleanup_(walk_free) struct walk walk = {
		.engine = engine,
		.container = container,
		.each = take,
		.recording = &recording,
	};
	int r = describe(engine, container, &recording, error);

	if (r == 0 && container->counters.observations)
		r = walk_map(&walk, error);
	if (r < 0)
		return r;
	shield_recording_sort(&recording);
	*ret = recording;
	recording.item = NULL; /* handed over */
	return 0;
}

static int delete (struct walk *walk, const struct shield_observation_key *key, struct shield_observation *value)
{
	(void)value;
	bpf_map_delete_elem(walk->map, key);
	return 0;
}

void shield_recording_forget(struct shield_engine *engine, const struct shield_container *container)
{
	_cleanup_(walk_free) struct walk walk = { .engine = engine, .container = container, .each = delete };

	if (container->counters.observations)
		walk_map(&walk, NULL);
}
