/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who acts: the first thing every program asks. A task without task storage leaves at once; one with a tag brings its
 * slot and policy. A tag that cannot be trusted refuses: its slot is gone, or the lookup fails although the task has
 * storage and its cgroup is a container's.
 */
#ifndef SHIELD_SUBJECT_H
#define SHIELD_SUBJECT_H

#include "maps.h"
#include <bpf/bpf_core_read.h>

/*
 * Calls step(i, context) for i from 0 until it returns 1, at most `count` times, which is at most `most`. The verifier
 * goes through a step once where the kernel has bpf_loop() (5.17).
 */
#define REPEAT(count, most, step, context)                                         \
	do {                                                                       \
		if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop)) { \
			bpf_loop(count, step, context, 0);                         \
		} else {                                                           \
			for (__u32 i_ = 0; i_ < (most) && i_ < (count); i_++) {    \
				if (step(i_, context))                             \
					break;                                     \
			}                                                          \
		}                                                                  \
	} while (0)

struct subject {
	struct task_struct *task;
	struct shield_tag *tag;
	struct shield_slot *slot;
	const struct shield_policy *policy;
	__u32 slot_key;
	__u32 audit;  /* every action is audit */
	__u32 record; /* it is a recording: every rule is asked, whatever others say */
};

/* What subject_find() says. */
enum {
	SUBJECT_NONE,	/* not under a policy, or the runtime's own work: leave */
	SUBJECT_ARMED,	/* judge */
	SUBJECT_STALE,	/* refuse: the tag's slot is gone */
	SUBJECT_NO_TAG, /* refuse: a task of a container whose tag cannot be read */
	SUBJECT_PROBE,	/* the self-test */
};

#define CGROUP_LEVELS 32

static __always_inline struct shield_control *control_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&control, &zero);
}

#define USER_NAMESPACE_LEVELS 33 /* kernel/user_namespace.c, create_user_ns() */

/*
 * Is the current task in a user namespace that this user made, or in one below? Nobody gets out of those: a program that
 * set-uid root started outside of them never is. Global, so that the verifier goes through it once.
 */
__noinline int current_is_of(__u32 owner)
{
	struct user_namespace *namespace = bpf_get_current_task_btf()->cred->user_ns;

	for (int i = 0; i < USER_NAMESPACE_LEVELS && namespace; i++) {
		if (namespace->level <= 1)
			return namespace->level == 1 && namespace->owner.val == owner;
		namespace = namespace->parent;
	}
	return 0;
}

/* A user's container binds that user's tasks alone, whoever else is in a cgroup that the user may shape. */
static __always_inline int slot_may_bind(__u32 key)
{
	struct shield_slot *slot = bpf_map_lookup_elem(&slots, &key);

	return slot && (!slot->owner || current_is_of(slot->owner));
}

/*
 * The slot of the outermost container whose cgroup the current task is in: SHIELD_SLOTS = none. Global, as
 * current_is_of() is.
 */
__noinline __u32 cgroup_slot(void)
{
	for (int level = 1; level < CGROUP_LEVELS; level++) {
		__u64 id = bpf_get_current_ancestor_cgroup_id(level);

		if (!id)
			break;
		__u32 *key = bpf_map_lookup_elem(&cgroups, &id);

		if (key && slot_may_bind(*key))
			return *key;
	}
	return SHIELD_SLOTS;
}

static __always_inline const struct shield_policy *policy_of(const struct shield_slot *slot)
{
	__u32 id = slot->policy, zero = 0;
	void *policy = bpf_map_lookup_elem(&policies, &id);

	return policy ? bpf_map_lookup_elem(policy, &zero) : 0;
}

/* Follows a tag to its slot and policy. */
static __always_inline int subject_follow(struct subject *subject)
{
	__u32 key = subject->tag->slot;
	struct shield_slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot || slot->generation != subject->tag->generation || slot->state != SHIELD_SLOT_LIVE)
		return SUBJECT_STALE;
	subject->slot = slot;
	subject->slot_key = key;
	subject->audit = slot->flags & SHIELD_SLOT_AUDIT;
	subject->record = slot->flags & SHIELD_SLOT_RECORD;
	subject->policy = policy_of(slot);
	return subject->policy ? SUBJECT_ARMED : SUBJECT_STALE;
}

/* What a task's executable and script are called in the policy. Before they are known under a new one: nothing. */
static __always_inline __u64 tag_names(const struct shield_slot *slot, const struct shield_tag *tag)
{
	return tag->revision == slot->revision ? tag->exe.names | tag->script.names : 0;
}

static __always_inline int engine_is_off(void)
{
	struct shield_control *switches = control_get();

	return !switches || switches->off;
}

static __always_inline struct inode *root_inode(struct task_struct *task)
{
	return task->fs->root.dentry->d_inode;
}

/* Can the current task have a tag at all? For what is cheaper to ask than for the tag itself, but not free. */
static __always_inline int has_storage(void)
{
	return bpf_get_current_task_btf()->bpf_storage != 0;
}

/* The current task as a subject. *subject is filled when the answer is SUBJECT_ARMED. */
static __always_inline int subject_find(struct subject *subject)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (!task->bpf_storage)
		return SUBJECT_NONE;
	subject->task = task;
	subject->tag = bpf_task_storage_get(&tags, task, 0, 0);
	if (!subject->tag)
		return cgroup_slot() != SHIELD_SLOTS && !engine_is_off() ? SUBJECT_NO_TAG : SUBJECT_NONE;
	if (subject->tag->state == SHIELD_TAG_PENDING)
		return SUBJECT_NONE;
	if (engine_is_off())
		return SUBJECT_NONE;
	if (subject->tag->state == SHIELD_TAG_PROBE)
		return SUBJECT_PROBE;
	return subject_follow(subject);
}

#endif
