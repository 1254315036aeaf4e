/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tags of tasks that run already. Loaded when shieldctl needs it, and gone with it.
 *
 * iter/task  over all tasks and threads, while the container is frozen: none forks or executes meanwhile. What was
 *	      done leaves nothing to do for the next pass, which shows that it is complete.
 *
 * No memory for a tag: the task is found again by the next pass.
 */
#ifndef SHIELD_RETAG_BPF_C
#define SHIELD_RETAG_BPF_C

#include "event.h"
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct shield_retag);
} retags SEC(".maps");

/* Is the task in this cgroup or below it? */
static __noinline int task_is_below(struct task_struct *task, __u64 id)
{
	struct cgroup *cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp);

	for (int level = 0; level < CGROUP_LEVELS && cgroup; level++) {
		struct cgroup_subsys_state *parent;

		if (BPF_CORE_READ(cgroup, kn, id) == id)
			return 1;
		parent = BPF_CORE_READ(cgroup, self.parent);
		cgroup = parent ? BPF_CORE_READ(parent, cgroup) : 0;
	}
	return 0;
}

/* Does the tag's slot live, whichever it is? */
static __always_inline int tag_is_live(const struct shield_tag *tag)
{
	__u32 key = tag->slot;
	struct shield_slot *slot = bpf_map_lookup_elem(&slots, &key);

	return slot && slot->state == SHIELD_SLOT_LIVE && slot->generation == tag->generation;
}

static __always_inline int is_of_slot(const struct shield_tag *tag, const struct shield_retag *request)
{
	return tag && tag->slot == request->slot && tag->generation == request->generation;
}

/* Is there something to do for this task? */
static __always_inline int is_due(const struct subject *subject, const struct shield_retag *request)
{
	const struct shield_tag *tag = subject->tag;
	struct shield_control *switches = control_get();
	struct task_struct *task = subject->task;
	__u64 root;

	switch (request->work) {
	case SHIELD_RETAG_ADOPT:
		root = (__u64)BPF_CORE_READ(task, fs, root.dentry, d_inode);
		return switches && root && root != switches->host_root && (!tag || !tag_is_live(tag)) &&
		       task_is_below(task, subject->slot->cgroup);
	case SHIELD_RETAG_RENAME:
		return is_of_slot(tag, request) && tag->revision != subject->slot->revision;
	default:
		return is_of_slot(tag, request);
	}
}

/* Names what the task executes, by the slot's present policy. `scratch` gets its path. */
static __always_inline void name_running(const struct subject *subject, struct scratch *scratch, struct shield_exe *exe,
					 struct shield_retagged *said)
{
	const struct shield_policy *policy = subject->policy;
	struct mm_struct *mm = subject->task->mm;
	struct dentry *dentry;
	__u32 class;

	if (!mm || !mm->exe_file)
		return;
	dentry = mm->exe_file->f_path.dentry;
	exe->inode = (__u64)dentry->d_inode;
	path_of(subject, dentry, scratch);
	if (!scratch->place.named) {
		said->rule = policy->flags & SHIELD_POLICY_EXEC_DEFAULT_DENY ? SHIELD_RULE(SHIELD_LIST_DEFAULT, 0) : 0;
		return;
	}
	said->length = scratch->length & (SHIELD_PATH_MAX - 1);
	class = path_class(policy, scratch) & (SHIELD_CLASSES - 1);
	exe->names = policy->classes[class].names;
	if (policy->action[SHIELD_KIND_EXEC]) {
		shield_decision decision = shield_decide_exec(policy, &policy->classes[class], 0);

		said->rule = SHIELD_REFUSED(decision) ? SHIELD_DECISION_RULE(decision) : 0;
	}
}

/* Global, so that the verifier goes through it once. */
__noinline __u64 names_translated(const struct shield_retag *request, __u64 names)
{
	__u64 result = 0;

	if (!request)
		return 0;

	for (int i = 0; i < SHIELD_NAMES; i++) {
		if (names >> i & 1)
			result |= request->script[i];
	}
	return result;
}

/* @exe: what the task executes now; only where that is what was seen being executed, it says something. */
static __always_inline void rename_tag(const struct subject *subject, const struct shield_retag *request,
				       const struct shield_exe *exe)
{
	struct shield_tag *tag = subject->tag;

	tag->exe.names = exe->inode == tag->exe.inode ? exe->names : 0;
	tag->script.names = tag->revision == request->revision ? names_translated(request, tag->script.names) : 0;
	tag->next = (struct shield_exe){};
	tag->next_script = (struct shield_script){};
	tag->revision = subject->slot->revision;
}

static __always_inline void adopt(const struct subject *subject, const struct shield_retag *request,
				  const struct shield_exe *exe)
{
	struct shield_tag tag = {
		.slot = request->slot,
		.generation = request->generation,
		.state = SHIELD_TAG_ARMED,
		.revision = subject->slot->revision,
		.exe = *exe,
	};

	if (subject->tag) /* of a slot that is gone */
		*subject->tag = tag;
	else
		bpf_task_storage_get(&tags, subject->task, &tag, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

/* Reports the task, then changes it: what did not fit the reader's buffer is done by its next read. */
static __always_inline void retag_task(const struct subject *subject, const struct shield_retag *request,
				       struct seq_file *seq, struct scratch *scratch)
{
	struct task_struct *task = subject->task;
	struct shield_retagged said = { .pid = task->pid, .tgid = task->tgid };
	struct shield_exe exe = {};

	bpf_probe_read_kernel(said.comm, sizeof(said.comm), task->comm);
	if (request->work != SHIELD_RETAG_DROP)
		name_running(subject, scratch, &exe, &said);
	if (bpf_seq_write(seq, &said, sizeof(said)) < 0)
		return;
	if (bpf_seq_write(seq, &scratch->buffer[scratch->start & (SHIELD_PATH_MAX - 1)],
			  said.length & (SHIELD_PATH_MAX - 1)) < 0)
		return;
	if (request->work == SHIELD_RETAG_ADOPT)
		adopt(subject, request, &exe);
	else if (request->work == SHIELD_RETAG_RENAME && subject->tag)
		rename_tag(subject, request, &exe);
	else
		bpf_task_storage_delete(&tags, task);
}

SEC("iter/task")
int retag(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct seq_file *seq = context->meta->seq;
	struct subject subject = { .task = task };
	const struct shield_retag *request;
	struct scratch *scratch;
	__u32 zero = 0;

	request = bpf_map_lookup_elem(&retags, &zero);
	if (!task || !request)
		return 0;
	subject.slot_key = request->slot;
	subject.slot = bpf_map_lookup_elem(&slots, &subject.slot_key);
	if (!subject.slot)
		return 0;
	subject.policy = policy_of(subject.slot);
	subject.tag = bpf_task_storage_get(&tags, task, 0, 0);
	if (!subject.policy || !is_due(&subject, request))
		return 0;
	scratch = scratch_take();
	if (!scratch)
		return 0;
	retag_task(&subject, request, seq, scratch);
	scratch_give(scratch);
	return 0;
}

#endif
