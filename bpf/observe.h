/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is gathered of a container's acts, for recordings and suggestions: each act that its policy refuses or reports,
 * once for each actor, however often and fast it comes. In a recording the policy refuses everything, so that what is
 * learnt is what enforcement would judge. Where nothing is gathered none of this runs.
 */
#ifndef SHIELD_OBSERVE_H
#define SHIELD_OBSERVE_H

#include "path.h"

/* What an act was about, as far as it is no path. What its type does not use is 0. */
struct operand {
	__u32 type; /* enum shield_operand */
	union {
		struct shield_event_address address; /* the largest */
		struct shield_event_ids ids;
		struct shield_event_task task;
		struct shield_event_socket socket;
		__u32 capability;
	};
	__u64 exe; /* shield_exe.path of who acts where it is not the current task; 0 = it is */
};

/* An act under observation. */
struct act {
	__u32 kind;
	__u32 verdict;
	shield_decision decision;
	__u32 by_script; /* an interpreter is executed: the script that is being executed starts it */
	__u32 length;	 /* of the path that counts */
	__u32 pad;
	__u64 path; /* its hash; 0 = none */
};

/* A user's audit mode is not gathered unless somebody asks for it: the map is the node's. */
static __always_inline int observes(const struct shield_slot *slot)
{
	return slot->flags & (slot->owner ? SHIELD_SLOT_OBSERVE : SHIELD_SLOT_AUDIT | SHIELD_SLOT_OBSERVE);
}

/* A path being read byte by byte. */
struct reading {
	const struct scratch *scratch;
	__u64 hash;
	__u32 slash; /* where the last one is */
};

static __always_inline __u8 byte_at(const struct scratch *scratch, __u32 i)
{
	return scratch->buffer[(scratch->start + i) & (2 * SHIELD_PATH_MAX - 1)];
}

static long hash_byte(__u32 i, struct reading *reading)
{
	reading->hash = SHIELD_HASH_STEP(reading->hash, byte_at(reading->scratch, i));
	return 0;
}

static long find_slash(__u32 i, struct reading *reading)
{
	if (byte_at(reading->scratch, i) == '/')
		reading->slash = i;
	return 0;
}

/* Hash of the first bytes of the path in scratch, never 0. */
static __noinline __u64 path_hash(const struct scratch *scratch, __u32 length)
{
	struct reading reading = { .scratch = scratch, .hash = SHIELD_HASH_START };

	REPEAT(length, SHIELD_PATH_MAX, hash_byte, &reading);
	return reading.hash ?: 1;
}

/* Bytes of the path in scratch without its last component. */
static __noinline __u32 folder_length(const struct scratch *scratch)
{
	struct reading reading = { .scratch = scratch };

	REPEAT(scratch->length, SHIELD_PATH_MAX, find_slash, &reading);
	return reading.slash ?: 1;
}

static __always_inline __u64 hash_word(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9E3779B97F4A7C15ull;
	return hash ^ hash >> 29;
}

/* What makes two acts the same one: whom a tracer traces, and what an id was before, does not. */
static __always_inline __u64 act_hash(const struct act *act, const struct operand *operand)
{
	__u64 hash = hash_word(hash_word(SHIELD_HASH_START, act->kind), act->path), word[3];

	if (!operand || operand->type == SHIELD_OPERAND_TASK)
		return hash;
	if (operand->type == SHIELD_OPERAND_IDS)
		return hash_word(hash, (__u64)operand->ids.change << 32 | operand->ids.wanted);
	__builtin_memcpy(word, &operand->address, sizeof(word));
	hash = hash_word(hash_word(hash, operand->type), word[0]);
	return hash_word(hash_word(hash, word[1]), word[2]);
}

static __always_inline void fill_observation(struct shield_observation *to, const struct act *act,
					     const struct operand *operand, const struct scratch *path)
{
	__u32 start, length = act->length & (SHIELD_PATH_MAX - 1);

	to->kind = act->kind;
	to->path_hash = act->path;
	to->operand = operand ? operand->type : path ? SHIELD_OPERAND_PATH : SHIELD_OPERAND_NONE;
	if (operand)
		to->address = operand->address;
	if (path) {
		start = path->start & (SHIELD_PATH_MAX - 1);
		bpf_probe_read_kernel(to->path, length, &path->buffer[start]);
	}
}

/* The latest act of several that are the same. */
static __always_inline void note_last(const struct subject *subject, struct shield_observation *to,
				      const struct act *act)
{
	to->last = bpf_ktime_get_boot_ns();
	to->verdict = act->verdict;
	to->reason = SHIELD_DECISION_REASON(act->decision);
	to->rule = SHIELD_DECISION_RULE(act->decision);
	to->tgid = subject->task->tgid;
	to->uid = shield_container_id(&subject->slot->uids, subject->task->cred->uid.val);
	bpf_get_current_comm(to->comm, sizeof(to->comm));
}

/* What a new entry begins as: too large for the stack. */
const struct shield_observation blank_observation SEC(".rodata.blank") = {};

/* The entry of a key, made where there is none: *new tells. NULL when it does not fit, which is counted. */
static __always_inline struct shield_observation *observation_at(const struct shield_observation_key *key,
								 struct shield_counters *counts, __u32 *new)
{
	struct shield_observation *entry = bpf_map_lookup_elem(&observations, key);

	*new = 0;
	if (entry)
		return entry;
	if (counts->observations < SHIELD_OBSERVATIONS_MAX &&
	    !bpf_map_update_elem(&observations, key, &blank_observation, BPF_NOEXIST)) {
		__sync_fetch_and_add(&counts->observations, 1);
		*new = 1;
	}
	entry = bpf_map_lookup_elem(&observations, key); /* another CPU may have been faster */
	if (!entry)
		__sync_fetch_and_add(&counts->unobserved, 1);
	return entry;
}

/* The executable that acts, as observe_name() knows it. */
static __always_inline __u64 acting_exe(const struct subject *subject, const struct operand *operand)
{
	return operand && operand->exe ? operand->exe : subject->tag->exe.path;
}

/* The script that it runs; while one is being executed, that one. */
static __always_inline __u64 acting_script(const struct subject *subject, const struct act *act)
{
	return act->by_script ? subject->tag->next_script.path : subject->tag->script.path;
}

/* Gathers an act. Two CPUs that meet at a new entry both count; the one that made it says when it is complete. */
static __always_inline void observe(const struct subject *subject, struct act *act, const struct operand *operand,
				    const struct scratch *path)
{
	struct shield_observation_key key = { .slot = subject->slot_key, .generation = subject->slot->generation };
	struct shield_counters *counts = bpf_map_lookup_elem(&counters, &key.slot);
	struct shield_observation *entry;
	__u32 new;

	if (!counts)
		return;
	if (act->kind != SHIELD_KIND_NONE)
		key.who = hash_word(acting_exe(subject, operand), acting_script(subject, act));
	act->path = path ? path_hash(path, act->length) : 0;
	key.act = act_hash(act, operand);
	entry = observation_at(&key, counts, &new);
	if (!entry)
		return;
	note_last(subject, entry, act);
	if (new) {
		fill_observation(entry, act, operand, path);
		entry->exe = acting_exe(subject, operand);
		entry->script = acting_script(subject, act);
		entry->first = entry->last;
		entry->complete = 1;
	}
	__sync_fetch_and_add(&entry->count, 1);
}

/* Notes what the hash of an executable's path stands for. Returns the hash. */
__noinline __u64 observe_name(const struct scratch *path)
{
	struct act act = { .kind = SHIELD_KIND_NONE };
	struct subject subject;

	if (!path || subject_find(&subject) != SUBJECT_ARMED)
		return 0;
	act.length = path->length;
	observe(&subject, &act, 0, path);
	return act.path;
}

#endif
