/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs that user space runs (BPF_PROG_RUN), attached to nothing.
 *
 * resolve   looks at a descriptor of the caller as enforcement will: inode, superblock, upper layer. Numbers from
 *	     stat(2) would not do: overlayfs and btrfs show others than the kernel has inside.
 * preemption  says whether the kernel may preempt a program. In front of security_*(), one that is preempted is skipped
 *	     for whoever runs on that CPU meanwhile (kernel/bpf/trampoline.c, __bpf_prog_enter_recur).
 * announce  puts an event of user space's own into the ring: break-glass leaves a trace.
 */
#ifndef SHIELD_CONTROL_BPF_C
#define SHIELD_CONTROL_BPF_C

#include "event.h"
#include <bpf/bpf_tracing.h>

SEC("syscall")
int resolve(struct shield_resolve *context)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file = 0, **table;
	struct dentry *dentry;
	struct inode *inode;
	struct super_block *sb;

	if (context->fd < 0 || (__u32)context->fd >= BPF_CORE_READ(task, files, fdt, max_fds))
		return 1;
	table = BPF_CORE_READ(task, files, fdt, fd);
	bpf_probe_read_kernel(&file, sizeof(file), table + context->fd);
	if (!file)
		return 1;
	dentry = BPF_CORE_READ(file, f_path.dentry);
	inode = BPF_CORE_READ(dentry, d_inode);
	sb = BPF_CORE_READ(dentry, d_sb);
	context->inode = (__u64)inode;
	context->sb = (__u64)sb;
	context->magic = BPF_CORE_READ(sb, s_magic);
	context->device = BPF_CORE_READ(sb, s_dev);
	context->inode_number = BPF_CORE_READ(inode, i_ino);
	context->upper = context->magic == OVERLAYFS_SUPER_MAGIC && overlay_has_upper(inode);
	return 0;
}

extern const void preempt_dynamic_mode __ksym __weak;

SEC("syscall")
int preemption(struct shield_preemption *context)
{
	__s32 mode = -1;

	if (&preempt_dynamic_mode)
		bpf_probe_read_kernel(&mode, sizeof(mode), &preempt_dynamic_mode);
	context->mode = mode;
	return 0;
}

SEC("syscall")
int announce(struct shield_announcement *context)
{
	struct shield_control *switches = control_get();
	__u32 key = context->slot;
	struct shield_slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct shield_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return 1;
	__builtin_memset(event, 0, sizeof(*event));
	event->sequence = switches ? __sync_fetch_and_add(&switches->sequence, 1) : 0;
	event->time = bpf_ktime_get_boot_ns();
	event->slot = key;
	event->generation = slot ? slot->generation : 0;
	event->cgroup = slot ? slot->cgroup : 0;
	event->kind = SHIELD_KIND_CONTROL;
	event->operand = SHIELD_OPERAND_CONTROL;
	event->control = context->act;
	event->tgid = bpf_get_current_pid_tgid() >> 32;
	event->pid = event->tgid;
	event->uid = (__u32)bpf_get_current_uid_gid();
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	bpf_ringbuf_submit(event, 0);
	return 0;
}

#endif
