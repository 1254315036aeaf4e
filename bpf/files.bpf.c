/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The group `files`: what is neither opened nor changed (deny), and what is not changed (read_only).
 *
 * lsm/file_open		     open of every kind, by io_uring, handle or execve too; truncation by O_TRUNC; what an
 *				     overlay mounted inside opens below itself.
 * lsm/file_receive		     descriptors that come with SCM_RIGHTS or pidfd_getfd.
 * lsm/inode_create, _mkdir, _mknod, _symlink, _link, _unlink, _rmdir, _rename	names that come, go or change. The
 *				     inode_ hooks and not the path_ ones: they also see what an overlay mounted inside does
 *				     to its layers.
 * lsm/inode_setattr		     chmod, chown, truncate, times.
 * lsm/inode_setxattr, _removexattr, _set_acl, _remove_acl	attributes. Before 6.2 an ACL is set as any of them.
 * lsm/sb_mount, move_mount	     mounts over a name.
 *
 * Names are the container's own (path.h). A folder above something protected keeps its name and place: with it, all
 * below would be called otherwise.
 */
#ifndef SHIELD_FILES_BPF_C
#define SHIELD_FILES_BPF_C

#include "event.h"
#include <bpf/bpf_tracing.h>

/* What is about to happen to a file. */
enum {
	FILE_READ,
	FILE_WRITE, /* its content or attributes change */
	FILE_NAME,  /* its name comes, goes or changes, with all that is below */
};

/* What the rules say of the path in scratch. */
static __always_inline shield_decision decide_path(const struct shield_policy *policy, const struct scratch *scratch,
						   __u32 act)
{
	const struct shield_dfa_state *state = &policy->states[path_state(policy, scratch) & (SHIELD_DFA_STATES - 1)];
	shield_decision decision =
		shield_decide_file(&policy->classes[state->class & (SHIELD_CLASSES - 1)], act != FILE_READ);

	if (act == FILE_NAME && !SHIELD_REFUSED(decision) && state->below)
		return SHIELD_REFUSED_BY(SHIELD_REASON_FOLDER, 0);
	return decision;
}

/* A file without a name is nobody's: a pipe, a socket, memory, another mount; but not one that was opened by handle. */
static __always_inline shield_decision decide_unnamed(const struct place *place)
{
	if (place->busy)
		return SHIELD_REFUSED_BY(SHIELD_REASON_BUSY, 0);
	return place->adrift ? SHIELD_REFUSED_BY(SHIELD_REASON_UNNAMED, 0) : SHIELD_ALLOWED_BY(0);
}

static __noinline int judge_file(const struct subject *subject, struct dentry *dentry, __u32 act)
{
	struct scratch *scratch = scratch_take();
	shield_decision decision;
	int answer = 0;

	if (!scratch)
		return -EACCES;
	path_of(subject, dentry, scratch);
	decision = scratch->place.named ? decide_path(subject->policy, scratch, act) : decide_unnamed(&scratch->place);
	if (SHIELD_REFUSED(decision))
		answer = answer_of(
			violate(judged(subject, SHIELD_KIND_FILES), decision, 0, scratch->place.named ? scratch : 0),
			EACCES);
	scratch_give(scratch);
	return answer;
}

static __always_inline int judge(struct dentry *dentry, __u32 act)
{
	struct subject subject;

	SUBJECT_OR_RETURN(&subject);
	return action_of(&subject, SHIELD_KIND_FILES) ? judge_file(&subject, dentry, act) : 0;
}

/*
 * overlayfs opens a file of a layer for each of its own. That counts where the overlay was mounted inside, and its own
 * file has no name. From 6.5 the layer's file can be named; before, it carries the overlay's path: where that says
 * nothing, the open is refused.
 */
static __always_inline int judge_layer(const struct subject *subject, struct file *file)
{
	struct scratch *scratch;
	__u32 named;

	if ((__u64)file->f_path.dentry->d_sb == subject->slot->root_sb)
		return 0;
	scratch = scratch_take();
	if (!scratch)
		return -EACCES;
	path_of(subject, file->f_path.dentry, scratch);
	named = scratch->place.named;
	scratch_give(scratch);
	if (named)
		return 0;
	return answer_of(violate(judged(subject, SHIELD_KIND_FILES), SHIELD_REFUSED_BY(SHIELD_REASON_UNNAMED, 0), 0, 0),
			 EACCES);
}

/* Was the same open judged before, as one of the container's own overlay? */
static __always_inline int is_backing_root(const struct subject *subject, struct file *file)
{
	struct backing_file *backing = (struct backing_file *)file;

	return bpf_core_type_exists(struct backing_file) && file->f_mode & fmode_backing() &&
	       (__u64)BPF_CORE_READ(backing, user_path.dentry, d_sb) == subject->slot->root_sb;
}

static __always_inline int judge_open(struct file *file)
{
	struct subject subject;
	__u32 write;

	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_FILES))
		return 0;
	write = file->f_mode & FMODE_WRITE || file->f_flags & O_TRUNC;
	if (!write && !(subject.policy->flags & SHIELD_POLICY_FILES_DENY_LIST))
		return 0;
	if (is_backing_root(&subject, file))
		return 0;
	if (!bpf_core_type_exists(struct backing_file) && file->f_inode != file->f_path.dentry->d_inode)
		return judge_layer(&subject, file);
	return judge_file(&subject, file->f_path.dentry, write ? FILE_WRITE : FILE_READ);
}

/* A folder or a symlink takes with it what is called by way of it; other files have nothing below. */
static __always_inline __u32 act_on_name(struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;
	__u32 type = inode ? inode->i_mode & S_IFMT : 0;

	return type == S_IFDIR || type == S_IFLNK ? FILE_NAME : FILE_WRITE;
}

SEC("lsm/file_open")
int BPF_PROG(files_open, struct file *file, int ret)
{
	return ret ?: judge_open(file);
}

SEC("lsm/file_receive")
int BPF_PROG(files_receive, struct file *file, int ret)
{
	return ret ?: judge_open(file);
}

SEC("lsm/inode_create")
int BPF_PROG(files_create, struct inode *dir, struct dentry *dentry, unsigned int mode, int ret)
{
	return ret ?: judge(dentry, FILE_WRITE);
}

SEC("lsm/inode_mkdir")
int BPF_PROG(files_mkdir, struct inode *dir, struct dentry *dentry, unsigned int mode, int ret)
{
	return ret ?: judge(dentry, FILE_WRITE);
}

SEC("lsm/inode_mknod")
int BPF_PROG(files_mknod, struct inode *dir, struct dentry *dentry, unsigned int mode, unsigned int device, int ret)
{
	return ret ?: judge(dentry, FILE_WRITE);
}

/* A link may stand for a folder: what is below it is elsewhere, then. */
SEC("lsm/inode_symlink")
int BPF_PROG(files_symlink, struct inode *dir, struct dentry *dentry, const char *target, int ret)
{
	return ret ?: judge(dentry, FILE_NAME);
}

SEC("lsm/inode_link")
int BPF_PROG(files_link, struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry, int ret)
{
	ret = ret ?: judge(old_dentry, FILE_WRITE);
	return ret ?: judge(new_dentry, FILE_WRITE);
}

SEC("lsm/inode_unlink")
int BPF_PROG(files_unlink, struct inode *dir, struct dentry *dentry, int ret)
{
	return ret ?: judge(dentry, FILE_WRITE);
}

SEC("lsm/inode_rmdir")
int BPF_PROG(files_rmdir, struct inode *dir, struct dentry *dentry, int ret)
{
	return ret ?: judge(dentry, FILE_WRITE);
}

SEC("lsm/inode_rename")
int BPF_PROG(files_rename, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry)
{
	__u32 act = act_on_name(old_dentry) == FILE_NAME ? FILE_NAME : act_on_name(new_dentry);
	int ret = judge(old_dentry, act);

	return ret ?: judge(new_dentry, act);
}

/* LSM programs of kernels before 6.8 have the dentry first, later ones and all in front of security_*() second. */
SEC("lsm/inode_setattr")
int files_setattr(unsigned long long *ctx)
{
	struct dentry *dentry = (struct dentry *)ctx[0];

	if (settings.setattr_dentry) {
		barrier_var(dentry); /* the verifier wants loads from the context at fixed places */
		dentry = (struct dentry *)ctx[1];
	}
	return judge(dentry, FILE_WRITE);
}

SEC("lsm/inode_setxattr")
int BPF_PROG(files_setxattr, void *idmap, struct dentry *dentry)
{
	return judge(dentry, FILE_WRITE);
}

SEC("lsm/inode_removexattr")
int BPF_PROG(files_removexattr, void *idmap, struct dentry *dentry)
{
	return judge(dentry, FILE_WRITE);
}

SEC("lsm/inode_set_acl")
int BPF_PROG(files_set_acl, void *idmap, struct dentry *dentry)
{
	return judge(dentry, FILE_WRITE);
}

SEC("lsm/inode_remove_acl")
int BPF_PROG(files_remove_acl, void *idmap, struct dentry *dentry)
{
	return judge(dentry, FILE_WRITE);
}

/* Not for what covers nothing: other flags of a mount that is there, propagation. */
SEC("lsm/sb_mount")
int BPF_PROG(files_mount, const char *device, const struct path *path, const char *type, unsigned long flags)
{
	if (flags & (MS_REMOUNT | MS_PROPAGATION))
		return 0;
	return judge(path->dentry, act_on_name(path->dentry));
}

SEC("lsm/move_mount")
int BPF_PROG(files_move_mount, const struct path *from, const struct path *to, int ret)
{
	return ret ?: judge(to->dentry, act_on_name(to->dentry));
}

#endif
