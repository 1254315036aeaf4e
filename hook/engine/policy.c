/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/policy.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/programs.h"
#include "profile/compile.h"

/* Different texts of one hash stand at the keys that follow it. */
#define PROBES 8

/* FNV-1a. It only says where to look: texts are compared. */
static uint64_t hash_text(const char *text, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint8_t)text[i]) * 0x100000001b3;
	return hash;
}

int shield_policy_map(struct shield_engine *engine, uint32_t id, const struct shield_policy **ret,
		      struct shield_error *error)
{
	int policies = shield_engine_map(engine, SHIELD_MAP_POLICIES, error);
	_cleanup_close_ int fd = -1;
	uint32_t map_id;
	void *memory;

	if (policies < 0)
		return policies;
	if (bpf_map_lookup_elem(policies, &id, &map_id) < 0)
		return shield_fail_errno(error, errno, "policy %u", id);
	fd = bpf_map_get_fd_by_id(map_id);
	if (fd < 0)
		return shield_fail_errno(error, errno, "policy %u", id);
	memory = mmap(NULL, sizeof(**ret), PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return shield_fail_errno(error, errno, "cannot map policy %u", id);
	*ret = memory;
	return 0;
}

void shield_policy_unmap(const struct shield_policy *policy)
{
	if (policy)
		munmap((void *)policy, sizeof(*policy));
}

static bool has_text(struct shield_engine *engine, uint32_t id, const char *text, size_t length)
{
	const struct shield_policy *policy;
	bool same;

	if (shield_policy_map(engine, id, &policy, NULL) < 0)
		return false;
	same = policy->source_length == length && !memcmp(policy->source, text, length);
	shield_policy_unmap(policy);
	return same;
}

/* Looks a text up. Returns 1 with its reference, 0 with the key for a new one, or -E2BIG. */
static int find(struct shield_engine *engine, int index, const char *text, size_t length, __u64 *ret_key,
		struct shield_policy_ref *ret)
{
	__u64 first = hash_text(text, length), free_key = 0;
	bool have_free = false;

	for (__u64 key = first; key < first + PROBES; key++) {
		if (bpf_map_lookup_elem(index, &key, ret) < 0) {
			if (!have_free)
				free_key = key;
			have_free = true;
		} else if (has_text(engine, ret->id, text, length)) {
			*ret_key = key;
			return 1;
		}
	}
	*ret_key = free_key;
	return have_free ? 0 : -E2BIG;
}

/* An id that no policy has. -E2BIG when all are taken. */
static int free_id(int policies, __u64 key, uint32_t *ret)
{
	for (uint32_t i = 0; i < SHIELD_POLICIES; i++) {
		uint32_t id = (uint32_t)(key + i) % SHIELD_POLICIES, map_id;

		if (bpf_map_lookup_elem(policies, &id, &map_id) < 0) {
			*ret = id;
			return 0;
		}
	}
	return -E2BIG;
}

static int fill(const struct shield_profile *profile, const char *text, size_t length, struct shield_policy *policy,
		uint32_t *ret_kinds, struct shield_error *error)
{
	int r = shield_compile(profile, policy, error);

	if (r < 0)
		return r;
	memcpy(policy->source, text, length);
	policy->source_length = (uint32_t)length;
	*ret_kinds = shield_policy_kinds(policy);
	return 0;
}

/* Compiles into a new map, which is frozen and guarded. Returns its descriptor. */
static int make_map(struct shield_engine *engine, const struct shield_profile *profile, const char *text, size_t length,
		    uint32_t *ret_kinds, struct shield_error *error)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	_cleanup_close_ int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "policy", sizeof(uint32_t),
						sizeof(struct shield_policy), 1, &options);
	struct shield_policy *policy;
	int r;

	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot make the policy's map");
	policy = mmap(NULL, sizeof(*policy), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (policy == MAP_FAILED)
		return shield_fail_errno(error, errno, "cannot map the policy");
	r = fill(profile, text, length, policy, ret_kinds, error);
	munmap(policy, sizeof(*policy));
	if (r < 0)
		return r;
	if (bpf_map_freeze(fd) < 0)
		return shield_fail_errno(error, errno, "cannot freeze the policy");
	r = shield_programs_guard(shield_engine_map(engine, SHIELD_MAP_GUARDED, NULL), SHIELD_PART_MAP, fd, error);
	return r < 0 ? r : TAKE_FD(fd);
}

static int add(struct shield_engine *engine, int index, __u64 key, const struct shield_profile *profile,
	       const char *text, size_t length, struct shield_policy_ref *ret, struct shield_error *error)
{
	struct shield_policy_ref ref = { .slots = 1 };
	int policies = shield_engine_map(engine, SHIELD_MAP_POLICIES, error);
	_cleanup_close_ int fd = -1;
	int r;

	if (policies < 0)
		return policies;
	if (length >= SHIELD_SOURCE_MAX)
		return shield_fail(error, E2BIG, "the profile's text is longer than the %d bytes a policy holds",
				   SHIELD_SOURCE_MAX - 1);
	if (free_id(policies, key, &ref.id) < 0)
		return shield_fail(error, E2BIG, "the node has %d distinct policies already", SHIELD_POLICIES);
	fd = make_map(engine, profile, text, length, &ref.kinds, error);
	if (fd < 0)
		return fd;
	/* the index first: what is in policies can be found, also where this is cut short */
	if (bpf_map_update_elem(index, &key, &ref, BPF_ANY) < 0)
		return shield_fail_errno(error, errno, "cannot store the policy");
	if (bpf_map_update_elem(policies, &ref.id, &fd, BPF_ANY) < 0) {
		r = shield_fail_errno(error, errno, "cannot store the policy");
		bpf_map_delete_elem(index, &key);
		return r;
	}
	*ret = ref;
	return 0;
}

int shield_policy_take(struct shield_engine *engine, const struct shield_profile *profile, const char *text,
		       size_t length, struct shield_policy_ref *ret, __u64 *ret_key, struct shield_error *error)
{
	int index = shield_engine_map(engine, SHIELD_MAP_POLICY_INDEX, error);
	struct shield_policy_ref ref;
	__u64 key;
	int r;

	if (index < 0)
		return index;
	r = find(engine, index, text, length, &key, &ref);
	if (r < 0)
		return shield_fail(error, -r, "too many policies whose texts have one hash");
	if (r == 0) {
		r = add(engine, index, key, profile, text, length, &ref, error);
	} else {
		ref.slots++;
		r = bpf_map_update_elem(index, &key, &ref, BPF_EXIST) < 0
			    ? shield_fail_errno(error, errno, "cannot count the policy")
			    : 0;
	}
	if (r < 0)
		return r;
	*ret = ref;
	*ret_key = key;
	return 0;
}

static void unguard(struct shield_engine *engine, int policies, uint32_t id)
{
	uint32_t map_id;
	__u64 key;

	if (bpf_map_lookup_elem(policies, &id, &map_id) < 0)
		return;
	key = SHIELD_PART_KEY(SHIELD_PART_MAP, map_id);
	bpf_map_delete_elem(shield_engine_map(engine, SHIELD_MAP_GUARDED, NULL), &key);
}

static void set_slots(struct shield_engine *engine, int index, __u64 key, struct shield_policy_ref *ref)
{
	int policies = shield_engine_map(engine, SHIELD_MAP_POLICIES, NULL);

	if (ref->slots) {
		bpf_map_update_elem(index, &key, ref, BPF_EXIST);
	} else {
		unguard(engine, policies, ref->id);
		bpf_map_delete_elem(policies, &ref->id);
		bpf_map_delete_elem(index, &key);
	}
}

void shield_policy_drop(struct shield_engine *engine, __u64 key)
{
	int index = shield_engine_map(engine, SHIELD_MAP_POLICY_INDEX, NULL);
	struct shield_policy_ref ref;

	if (index < 0 || bpf_map_lookup_elem(index, &key, &ref) < 0)
		return;
	if (ref.slots)
		ref.slots--;
	set_slots(engine, index, key, &ref);
}

void shield_policy_recount(struct shield_engine *engine, const uint32_t slots[SHIELD_POLICIES],
			   __u64 ret_keys[SHIELD_POLICIES])
{
	int index = shield_engine_map(engine, SHIELD_MAP_POLICY_INDEX, NULL);
	__u64 key, next;

	for (bool more = bpf_map_get_next_key(index, NULL, &next) == 0; more;) {
		struct shield_policy_ref ref;

		key = next;
		more = bpf_map_get_next_key(index, &key, &next) == 0;
		if (bpf_map_lookup_elem(index, &key, &ref) < 0)
			continue;
		if (!slots[ref.id]) /* killed on the way to another policy: programs may still look at this one */
			shield_policy_settle(engine, ref.id, NULL);
		ref.slots = slots[ref.id];
		ret_keys[ref.id] = key;
		set_slots(engine, index, key, &ref);
	}
}

int shield_policy_settle(struct shield_engine *engine, uint32_t id, struct shield_error *error)
{
	int policies = shield_engine_map(engine, SHIELD_MAP_POLICIES, error);
	_cleanup_close_ int fd = -1;
	uint32_t map_id;

	if (policies < 0)
		return policies;
	if (bpf_map_lookup_elem(policies, &id, &map_id) == 0)
		fd = bpf_map_get_fd_by_id(map_id);
	/*
	 * kernel/bpf/syscall.c, maybe_wait_bpf_programs(): whoever has changed a map of maps waits for the programs.
	 * kernel/bpf/arraymap.c, bpf_fd_array_map_update_elem(): no flags.
	 */
	if (fd < 0 || bpf_map_update_elem(policies, &id, &fd, BPF_ANY) < 0)
		return shield_fail_errno(error, errno, "cannot wait for the programs that run");
	return 0;
}
