/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Executable mappings of files: what reaches execution without execve.
 *
 * lsm/mmap_file      dlopen, LD_PRELOAD, `ld.so FILE`, any mmap(PROT_EXEC) of a file.
 * lsm/file_mprotect  a mapping made executable afterwards.
 *
 * Anonymous memory cannot be told from a JIT's and is not judged. A path is built only when a rule asks for one.
 */
#ifndef SHIELD_LIBRARY_BPF_C
#define SHIELD_LIBRARY_BPF_C

#include "exec.bpf.c"

/* Shared anonymous memory is a deleted tmpfs file of this name; a real file cannot have a slash in its name. */
static __always_inline int is_anonymous(struct dentry *dentry)
{
	static const char name[8] = "dev/zero";
	__u64 have = 0, want;

	if (dentry->d_parent != dentry || dentry->d_name.len != sizeof(name))
		return 0;
	__builtin_memcpy(&want, name, sizeof(want));
	bpf_probe_read_kernel(&have, sizeof(have), dentry->d_name.name);
	return have == want;
}

/* Must the file be named to be judged? */
static __always_inline int needs_name(const struct subject *subject, const struct dentry *dentry)
{
	const struct shield_policy *policy = subject->policy;
	__u32 length = dentry->d_name.len;

	if (policy->libraries == SHIELD_LIBRARIES_LIST)
		return 1;
	return policy->deny_lengths >> (length < 63 ? length : 63) & 1;
}

static __always_inline int judge_mapping_name(const struct subject *subject, const struct candidate *file, int image,
					      int *done)
{
	const struct shield_policy *policy = subject->policy;
	__u32 class = 0;

	if (!action_of(subject, SHIELD_KIND_LIBRARY))
		return 0;
	if (file->scratch->place.named)
		class = path_class(policy, file->scratch) & (SHIELD_CLASSES - 1);
	shield_decision decision = shield_decide_library(policy, &policy->classes[class], image);

	if (!SHIELD_REFUSED(decision))
		return 0;
	return file_violation(subject, file, SHIELD_KIND_LIBRARY, decision, done);
}

/* The long way: name the file, then ask every rule. */
static __noinline int judge_mapping(const struct subject *subject, struct dentry *dentry)
{
	struct candidate file = { .dentry = dentry, .inode = dentry->d_inode };
	int done = 0, answer;

	file.scratch = scratch_take();
	if (!file.scratch)
		return -EACCES;
	path_of(subject, dentry, file.scratch);
	answer = judge_origin(subject, &file, &done);
	if (!done)
		answer = judge_mapping_name(subject, &file, in_image(subject, &file), &done);
	scratch_give(file.scratch);
	return answer;
}

static __always_inline int map_file(struct file *opened)
{
	struct subject subject;
	struct dentry *dentry;
	struct inode *inode;

	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_LIBRARY) && !action_of(&subject, SHIELD_KIND_DRIFT) &&
	    !action_of(&subject, SHIELD_KIND_FILELESS))
		return 0;
	dentry = file_dentry(opened);
	inode = dentry->d_inode;
	if ((__u64)inode == subject.tag->exe.inode || is_anonymous(dentry))
		return 0;
	/* an unchanged file of the image, that no rule calls by name */
	if (subject.slot->flags & SHIELD_SLOT_OVERLAY && (__u64)dentry->d_sb == subject.slot->root_sb &&
	    inode->i_nlink && !overlay_has_upper(inode) && !needs_name(&subject, dentry))
		return 0;
	return judge_mapping(&subject, dentry);
}

/*
 * Will the mapping be executable? The LSM hook is told (third argument). security_mmap_file() has what was asked for
 * (second) and comes before READ_IMPLIES_EXEC is looked at.
 */
static __always_inline int becomes_executable(unsigned long long *ctx)
{
	if (settings.tier == SHIELD_TIER_LSM)
		return (ctx[2] & PROT_EXEC) != 0;
	return ctx[1] & PROT_EXEC ||
	       (ctx[1] & PROT_READ && bpf_get_current_task_btf()->personality & READ_IMPLIES_EXEC);
}

SEC("lsm/mmap_file")
int library_map(unsigned long long *ctx)
{
	struct file *file = (struct file *)ctx[0];

	return file && becomes_executable(ctx) ? map_file(file) : 0;
}

SEC("lsm/file_mprotect")
int BPF_PROG(library_protect, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot, int ret)
{
	struct file *file;

	if (ret || !(prot & PROT_EXEC) || vma->vm_flags & VM_EXEC)
		return ret;
	/* read once: from 7.x the verifier wants the very pointer that is used compared with NULL */
	file = vma->vm_file;
	return file ? map_file(file) : 0;
}

#endif
