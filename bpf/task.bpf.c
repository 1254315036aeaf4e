/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Inheritance.
 *
 * lsm/task_alloc  every new task, thread, io_uring worker included, before it can run: copies the tag. It outlives
 *		   cgroup moves, unshare and setns, which a rule looked up by cgroup or namespace would not.
 *
 * No memory for the copy: the fork fails with ENOMEM. A task of a container whose tag cannot be read may not fork.
 */
#ifndef SHIELD_TASK_BPF_C
#define SHIELD_TASK_BPF_C

#include "event.h"
#include <bpf/bpf_tracing.h>

SEC("lsm/task_alloc")
int BPF_PROG(task_inherit, struct task_struct *child, unsigned long clone_flags, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct shield_tag *tag, copy;

	if (ret || !task->bpf_storage)
		return ret;
	tag = bpf_task_storage_get(&tags, task, 0, 0);
	if (!tag)
		return cgroup_slot() != SHIELD_SLOTS && !engine_is_off() ? -EPERM : 0;
	if (tag->state == SHIELD_TAG_PROBE)
		return 0;
	copy = *tag;
	return bpf_task_storage_get(&tags, child, &copy, BPF_LOCAL_STORAGE_GET_F_CREATE) ? 0 : -ENOMEM;
}

#endif
