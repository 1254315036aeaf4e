/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A file's name in the container's own file system: the way by dentries from the container's root directory, or from
 * the root of a mount of config.json, down to the file. The caller's mounts, root and namespaces do not matter.
 */
#ifndef SHIELD_PATH_H
#define SHIELD_PATH_H

#include "subject.h"
#include <bpf/bpf_core_read.h>

extern int LINUX_KERNEL_VERSION __kconfig;

/* fs/dcache.c: a seqlock that every rename takes; its first member is the sequence. */
extern const void rename_lock __ksym;

#define WALK_TRIES 4

/* include/linux/fs.h: bit 25 from 6.5, bit 24 from 6.12 */
static __always_inline __u32 fmode_backing(void)
{
	return LINUX_KERNEL_VERSION < KERNEL_VERSION(6, 12, 0) ? 1u << 25 : 1u << 24;
}

/* From 6.2, older than the files it is called for. */
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym __weak;

/* The dentry a file was opened by. overlayfs maps another file in place of its own: look behind it. */
static __always_inline struct dentry *file_dentry(struct file *file)
{
	if (bpf_core_type_exists(struct backing_file) && file->f_mode & fmode_backing()) {
		struct backing_file *backing = (struct backing_file *)file;

		return bpf_rdonly_cast(BPF_CORE_READ(backing, user_path.dentry),
				       bpf_core_type_id_kernel(struct dentry));
	}
	return file->f_path.dentry;
}

static __always_inline __u32 rename_sequence(void)
{
	__u32 sequence = 1;

	bpf_probe_read_kernel(&sequence, sizeof(sequence), &rename_lock);
	return sequence;
}

/* Puts a slash before what the buffer holds. Returns 0 when it does not fit. */
static __always_inline int path_prepend_slash(struct scratch *scratch)
{
	__u32 start = scratch->start;

	if (start < 2)
		return 0;
	start = (start - 1) & (SHIELD_PATH_MAX - 1);
	scratch->buffer[start] = '/';
	scratch->start = start;
	return 1;
}

/* Puts `length` bytes there. Returns 0 when they do not fit. */
static __always_inline int path_prepend(struct scratch *scratch, const void *bytes, __u32 length)
{
	__u32 start = scratch->start;

	if (length > 255 || start < length + 1)
		return 0;
	start = (start - length) & (SHIELD_PATH_MAX - 1);
	if (length && bpf_probe_read_kernel(&scratch->buffer[start], length & 255, bytes))
		return 0;
	scratch->start = start;
	return 1;
}

/* The mount of config.json that is rooted at this inode: NULL = none. */
static __always_inline struct shield_mount *mount_at(const struct subject *subject, struct inode *inode)
{
	struct shield_mount_key key = {
		.slot = subject->slot_key,
		.generation = subject->slot->generation,
		.inode = (__u64)inode,
	};

	return bpf_map_lookup_elem(&mounts, &key);
}

/*
 * The walk has come to the top of a file system that config.json does not mount. proc and sysfs hold the same wherever
 * they are mounted, and how often: they are called what everybody calls them.
 */
static __always_inline void path_top(struct dentry *top, struct scratch *scratch)
{
	struct place *place = &scratch->place;
	struct super_block *sb = top->d_sb;

	if (sb->s_root != top)
		place->adrift = !(sb->s_flags & SB_NOUSER);
	else if (sb->s_magic == PROC_SUPER_MAGIC)
		place->named = path_prepend(scratch, "/proc", 5);
	else if (sb->s_magic == SYSFS_MAGIC)
		place->named = path_prepend(scratch, "/sys", 4);
}

/* fs/overlayfs/ovl_entry.h: struct ovl_inode has the upper dentry right behind the embedded inode. */
static __always_inline int overlay_has_upper(struct inode *inode)
{
	void *upper = (void *)1;

	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
	return upper != 0;
}

/* A folder that overlayfs lets be renamed with what lower layers have below: redirect_dir, metacopy. In the same struct. */
static __always_inline __u64 overlay_redirect(struct inode *inode)
{
	__u64 redirect = 1;

	bpf_probe_read_kernel(&redirect, sizeof(redirect), (void *)inode - 3 * sizeof(__u64));
	return redirect;
}

/* A walk under way. */
struct walk {
	struct dentry *dentry;
	struct scratch *scratch;
	const struct subject *subject;
	__u32 look_for_mounts, look_for_moves;
};

/* One step upwards, for bpf_loop(): the verifier goes through it once. Returns 1 at the end of the walk. */
static long path_step(__u32 i, struct walk *walk)
{
	const struct shield_slot *slot = walk->subject->slot;
	struct scratch *scratch = walk->scratch;
	struct place *place = &scratch->place;
	struct dentry *dentry = walk->dentry;
	struct inode *inode = dentry->d_inode;
	struct dentry *parent;

	if ((__u64)inode == slot->root) {
		place->named = 1;
		place->on_root = 1;
		place->read_only = slot->flags & SHIELD_SLOT_ROOT_READ_ONLY;
		return 1;
	}
	if (walk->look_for_mounts) {
		struct shield_mount *mount = mount_at(walk->subject, inode);

		if (mount) {
			place->named = path_prepend(scratch, mount->path, mount->length);
			place->read_only = mount->read_only;
			return 1;
		}
	}
	if (walk->look_for_moves && inode) /* a name without a file yet has none */
		place->moved |= overlay_redirect(inode);
	parent = dentry->d_parent;
	if (parent == dentry) {
		path_top(dentry, scratch);
		return 1;
	}
	walk->dentry = parent;
	return !path_prepend(scratch, dentry->d_name.name, dentry->d_name.len) || !path_prepend_slash(scratch);
}

/* One walk. */
static __always_inline void path_walk(const struct subject *subject, struct dentry *dentry, struct scratch *scratch)
{
	const struct shield_slot *slot = subject->slot;
	struct walk walk = {
		.dentry = dentry,
		.scratch = scratch,
		.subject = subject,
		.look_for_mounts = (__u64)dentry->d_sb != slot->root_sb || slot->flags & SHIELD_SLOT_MOUNTS_ON_ROOT,
		.look_for_moves = slot->flags & SHIELD_SLOT_OVERLAY && (__u64)dentry->d_sb == slot->root_sb &&
				  subject->policy->action[SHIELD_KIND_DRIFT],
	};

	scratch->place = (struct place){};
	scratch->start = SHIELD_PATH_MAX - 1;
	REPEAT(SHIELD_DEPTH_MAX, SHIELD_DEPTH_MAX, path_step, &walk);
	scratch->length = SHIELD_PATH_MAX - 1 - scratch->start;
	scratch->buffer[SHIELD_PATH_MAX - 1] = 0;
}

/*
 * Names the file of a dentry. A walk that races a rename could join halves of two names: it is done again, and after
 * WALK_TRIES the file has no name.
 */
static __noinline void path_of(const struct subject *subject, struct dentry *dentry, struct scratch *scratch)
{
	for (int i = 0; i < WALK_TRIES; i++) {
		__u32 before = rename_sequence();

		path_walk(subject, dentry, scratch);
		if (!(before & 1) && before == rename_sequence())
			return;
	}
	scratch->place.named = 0;
	scratch->place.busy = 1;
}

#define MATCH_STRIDE 32 /* bytes: few calls for a path, little for the verifier to go through */

/* A path being matched. */
struct matching {
	const struct shield_policy *policy;
	const struct scratch *scratch;
	__u32 state;
};

static long match_some(__u32 i, struct matching *matching)
{
	const struct scratch *scratch = matching->scratch;
	__u32 done = i * MATCH_STRIDE;

	if (done >= scratch->length)
		return 1;
	matching->state = shield_walk_on(matching->policy, matching->state,
					 &scratch->buffer[(scratch->start + done) & (SHIELD_PATH_MAX - 1)],
					 scratch->length - done, MATCH_STRIDE);
	return 0;
}

/*
 * The state that the path in scratch leads to. Global, so that the verifier goes through the automaton's loop once and
 * not at every call.
 */
__noinline int path_state(const struct shield_policy *policy, const struct scratch *scratch)
{
	struct matching matching = { .policy = policy, .scratch = scratch, .state = SHIELD_WALK_START };

	if (!policy || !scratch)
		return 0;
	REPEAT(SHIELD_PATH_MAX / MATCH_STRIDE, SHIELD_PATH_MAX / MATCH_STRIDE, match_some, &matching);
	return matching.state;
}

/* The class of the path in scratch. */
static __always_inline __u32 path_class(const struct shield_policy *policy, const struct scratch *scratch)
{
	return policy->states[path_state(policy, scratch) & (SHIELD_DFA_STATES - 1)].class & (SHIELD_CLASSES - 1);
}

/* Some text of the kernel in a scratch that the caller gives back; NULL when none is free. */
static __always_inline struct scratch *scratch_text(const char *text)
{
	struct scratch *scratch = scratch_take();
	long length;

	if (!scratch)
		return 0;
	length = bpf_probe_read_kernel_str(scratch->buffer, SHIELD_EVENT_PATH_MAX, text);
	scratch->start = 0;
	scratch->length = length > 0 ? length - 1 : 0;
	return scratch;
}

/* Is the file gone from every directory: memfd, O_TMPFILE, deleted? */
static __always_inline int dentry_is_deleted(struct dentry *dentry, struct inode *inode)
{
	if (!inode->i_nlink)
		return 1;
	return dentry->d_parent != dentry && !dentry->d_hash.pprev;
}

#endif
