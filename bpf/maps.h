/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The engine's maps, one definition each; what happens when one is full stands beside it. Engines of other builds rely
 * on the beginning of control, on cgroups and on tags: hook/engine/engines.h.
 */
#ifndef SHIELD_MAPS_H
#define SHIELD_MAPS_H

#include "decide.h"
#include "kernel.h"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Written before the programs are loaded: the verifier knows the values, and drops what they rule out. */
const volatile struct shield_settings settings SEC(".rodata.settings");

/* Node-wide switches. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct shield_control);
} control SEC(".maps");

/* Containers. No free slot: the hook refuses the container. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHIELD_SLOTS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct shield_slot);
} slots SEC(".maps");

/* From the id of a container's top cgroup to its slot. As many entries as slots. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u32);
} cgroups SEC(".maps");

/* From a container's id to its slot. As many entries as slots. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct shield_container_key);
	__type(value, __u32);
} containers SEC(".maps");

/* Names for people, by slot. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct shield_slot_info);
} info SEC(".maps");

/* Policies by id: each an array of one, frozen once filled. All ids taken: the hook refuses the container. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, SHIELD_POLICIES);
	__type(key, __u32);
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_ARRAY);
			__uint(max_entries, 1);
			__uint(map_flags, BPF_F_MMAPABLE);
			__uint(key_size, sizeof(__u32));
			__uint(value_size,
			       sizeof(struct shield_policy)); /* by size: clang leaves the type out of the BTF */
		});
} policies SEC(".maps");

/* Where the policy of a canonical text is. Used by user space only. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_POLICIES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct shield_policy_ref);
} policy_index SEC(".maps");

/* A task's tag. No memory for one: the fork or exec that needs it is refused. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct shield_tag);
} tags SEC(".maps");

/* Mounts of config.json. Full: the hook refuses the container. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_MOUNT_ENTRIES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct shield_mount_key);
	__type(value, struct shield_mount);
} mounts SEC(".maps");

/* Verdicts carried out, by slot. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct shield_counters);
} counters SEC(".maps");

/* What no container may touch. Full: the engine or policy that needs more is refused. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_PARTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u8);
} guarded SEC(".maps");

/* What is gathered for recordings and suggestions. Full: counted as unobserved; the verdict stands. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_OBSERVATIONS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct shield_observation_key);
	__type(value, struct shield_observation);
} observations SEC(".maps");

/* System calls of recordings, by slot. Full: the hook refuses the container. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_RECORDINGS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct shield_syscalls);
} syscalls SEC(".maps");

/* Symlinks that were followed for profiles. Used by user space only. Full: the hook refuses the container. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SHIELD_LINKS_PIECES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct shield_links_key);
	__type(value, struct shield_links_piece);
} links SEC(".maps");

/* Events. Full: the event is counted as lost in counters; the verdict stands. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 2 * 1024 * 1024);
} events SEC(".maps");

/* UDP peers that spoke first. Full: the peer longest silent is forgotten, and a reply to it is egress. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct shield_udp_peer);
	__type(value, __u8);
} udp_peers SEC(".maps");

/*
 * What a walk to the root found out beside the name (path.h). In a map, where the verifier does not follow each of its
 * values apart.
 */
struct place {
	__u32 named;	 /* scratch holds the path */
	__u32 busy;	 /* renames would not let the walk finish */
	__u32 read_only; /* below a mount that config.json made read-only */
	__u32 on_root;	 /* below the root directory itself */
	__u64 moved;	 /* not 0: below a folder of the root overlay's image that was renamed */
	__u32 adrift;	 /* no way up to the root of its file system: opened by a handle */
};

/*
 * Room for a path under construction: its bytes end before PATH_MAX, the rest keeps the verifier's index in bounds.
 * Programs can be preempted by others on the same CPU, so that each takes a buffer that is not in use.
 */
#define SHIELD_SCRATCHES 4

struct scratch {
	__u32 busy;
	__u32 start;  /* of the path in buffer */
	__u32 length; /* of the path */
	__u32 pad;
	struct place place;
	char buffer[2 * SHIELD_PATH_MAX];
};

/* All in use (so many programs preempted on one CPU): the act is refused. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SHIELD_SCRATCHES);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct scratch *scratch_take(void)
{
	for (__u32 i = 0; i < SHIELD_SCRATCHES; i++) {
		__u32 key = i;
		struct scratch *scratch = bpf_map_lookup_elem(&scratches, &key);

		if (scratch && !__sync_lock_test_and_set(&scratch->busy, 1))
			return scratch;
	}
	return 0;
}

static __always_inline void scratch_give(struct scratch *scratch)
{
	scratch->busy = 0;
}

#endif
