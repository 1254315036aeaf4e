/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The engine's own programs, maps and pins: no container touches them, under a profile or not, whatever it may do and
 * has mounted. Who carries a tag, or runs from another root directory than the host's, is in some container.
 *
 * lsm/bpf_map, bpf_prog	     every new descriptor of a map or program: by path, by id, however.
 * lsm/inode_unlink, inode_rename    pins. A link on an LSM hook needs no more: it cannot be detached or given another
 *				     program, only unpinned. One on a cgroup can.
 * lsm/sb_umount		     the bpffs with the pins.
 * cgroup/sysctl		     kernel.ftrace_enabled, at the root cgroup and without a link, against everybody: 0
 *				     would disconnect all programs on LSM hooks, without a word. After `shieldctl engine
 *				     off` it may be had.
 *
 * `guarded` has all parts: it is filled before they are reachable by pins.
 */
#ifndef SHIELD_GUARD_BPF_C
#define SHIELD_GUARD_BPF_C

#include "event.h"
#include <bpf/bpf_tracing.h>

static __always_inline int in_container(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct shield_control *switches = control_get();

	if (task->bpf_storage) {
		struct shield_tag *tag = bpf_task_storage_get(&tags, task, 0, 0);

		if (!tag)
			return cgroup_slot() != SHIELD_SLOTS;
		if (tag->state != SHIELD_TAG_PROBE)
			return 1;
	}
	return switches && switches->host_root && (__u64)root_inode(task) != switches->host_root;
}

/* The refusal, whatever the mode of the container. */
static __always_inline int guard(const char *what)
{
	struct scratch *scratch = scratch_text(what);

	report_unjudged(SHIELD_KIND_GUARD, SHIELD_REASON_NONE, scratch);
	if (scratch)
		scratch_give(scratch);
	return -EPERM;
}

static __always_inline int is_guarded(__u32 part, __u32 id)
{
	__u64 key = SHIELD_PART_KEY(part, id);

	return bpf_map_lookup_elem(&guarded, &key) != 0;
}

SEC("lsm/bpf_map")
int BPF_PROG(guard_map, struct bpf_map *map, unsigned int mode, int ret)
{
	if (ret || !is_guarded(SHIELD_PART_MAP, map->id) || !in_container())
		return ret;
	return guard("a map of the engine");
}

SEC("lsm/bpf_prog")
int BPF_PROG(guard_program, struct bpf_prog *program, int ret)
{
	if (ret || !is_guarded(SHIELD_PART_PROGRAM, program->aux->id) || !in_container())
		return ret;
	return guard("a program of the engine");
}

#define PIN_DEPTH 5 /* oci-shield/HASH/FOLDER/PIN, and one more */

/* Is it the folder of the pins, or below it? */
static __always_inline int is_pin(struct dentry *dentry)
{
	struct shield_control *switches;

	if (dentry->d_sb->s_magic != BPF_FS_MAGIC)
		return 0;
	switches = control_get();
	if (!switches)
		return 0;
	for (int i = 0; i < PIN_DEPTH; i++) {
		if ((__u64)dentry->d_inode == switches->pins)
			return 1;
		dentry = dentry->d_parent;
	}
	return 0;
}

SEC("lsm/inode_unlink")
int BPF_PROG(guard_unlink, struct inode *dir, struct dentry *dentry, int ret)
{
	if (ret || !is_pin(dentry) || !in_container())
		return ret;
	return guard("a pin of the engine");
}

/* In both directions: nothing takes a pin's place, either. */
SEC("lsm/inode_rename")
int BPF_PROG(guard_rename, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry)
{
	if ((!is_pin(old_dentry) && !is_pin(new_dentry)) || !in_container())
		return 0;
	return guard("a pin of the engine");
}

SEC("lsm/sb_umount")
int BPF_PROG(guard_umount, struct vfsmount *mount, int flags, int ret)
{
	struct shield_control *switches;
	struct inode *pins;

	if (ret || mount->mnt_sb->s_magic != BPF_FS_MAGIC)
		return ret;
	switches = control_get();
	if (!switches)
		return 0;
	pins = (struct inode *)switches->pins;
	if (mount->mnt_sb != BPF_CORE_READ(pins, i_sb) || !in_container())
		return 0;
	return guard("the file system of the engine's pins");
}

/* In a section of its own: what clang says of a static one in .rodata is wrong where it folds it into the code. */
const char guarded_name[] SEC(".rodata.sysctl") = "kernel/ftrace_enabled";

SEC("cgroup/sysctl")
int guard_sysctl(struct bpf_sysctl *context)
{
	char name[sizeof(guarded_name)] = {}, value[2] = {};

	if (!context->write || engine_is_off() || bpf_sysctl_get_name(context, name, sizeof(name), 0) < 0)
		return 1;
	for (__u32 i = 0; i < sizeof(name); i++) {
		if (name[i] != guarded_name[i])
			return 1;
	}
	if (bpf_sysctl_get_new_value(context, value, sizeof(value)) > 0 && value[0] == '1')
		return 1;
	guard("kernel.ftrace_enabled");
	return 0;
}

#endif
