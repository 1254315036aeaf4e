/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Execution.
 *
 * lsm/bprm_creds_for_exec    once per execve, on the file that was asked for: arms the task and judges the file. Also
 *			      the only hook that AT_EXECVE_CHECK runs.
 * lsm/bprm_check_security    once per level: judges what the first hook did not see, the interpreters of #! and
 *			      binfmt_misc.
 * lsm/bprm_committing_creds  past the point of no return, with other threads gone and the descriptors final: the tag
 *			      takes the new executable; the last look for a reverse shell.
 *
 * No memory for a tag: the exec is refused.
 */
#ifndef SHIELD_EXEC_BPF_C
#define SHIELD_EXEC_BPF_C

#include "event.h"
#include <bpf/bpf_tracing.h>

/*
 * A task without a tag: it joins a container when it executes something with the container's root directory as its
 * own, inside the container's cgroup. The runtime's helpers, that run from the host's root, do not.
 */
static __noinline int join(struct subject *subject)
{
	struct shield_control *switches = control_get();
	struct inode *root = root_inode(subject->task);
	__u32 hash = shield_root_hash(root->i_sb->s_dev, root->i_ino);

	if (!switches || !switches->roots[hash & (SHIELD_ROOTS - 1)])
		return SUBJECT_NONE;
	__u32 slot_key = cgroup_slot();
	struct shield_slot *slot = bpf_map_lookup_elem(&slots, &slot_key);

	if (!slot || slot->state != SHIELD_SLOT_LIVE || slot->root != (__u64)root)
		return SUBJECT_NONE;
	struct shield_tag tag = {
		.slot = slot_key,
		.generation = slot->generation,
		.state = SHIELD_TAG_ARMED,
		.revision = slot->revision,
	};

	subject->tag = bpf_task_storage_get(&tags, subject->task, &tag, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (switches->off) /* tagged all the same: it may be switched on again */
		return SUBJECT_NONE;
	return subject->tag ? subject_follow(subject) : SUBJECT_NO_TAG;
}

/*
 * A pending task: its first exec from the container's root arms it. Other vendors' hooks and the runtime's helpers run
 * from the host's root, which is not the container's business; any third root would be a workload that slipped past.
 */
static __always_inline int arm(struct subject *subject)
{
	int found = subject_follow(subject);
	__u64 root = (__u64)root_inode(subject->task);

	if (found != SUBJECT_ARMED)
		return found;
	if (root == subject->slot->root) {
		subject->tag->state = SHIELD_TAG_ARMED;
		return engine_is_off() ? SUBJECT_NONE : SUBJECT_ARMED;
	}
	return root == subject->slot->host_root ? SUBJECT_NONE : SUBJECT_STALE;
}

/* The subject of an exec: like subject_find(), and arms. */
static __always_inline int exec_subject(struct subject *subject)
{
	subject->task = bpf_get_current_task_btf();
	subject->tag = subject->task->bpf_storage ? bpf_task_storage_get(&tags, subject->task, 0, 0) : 0;
	if (!subject->tag)
		return join(subject);
	if (subject->tag->state == SHIELD_TAG_PENDING)
		return arm(subject);
	return subject_find(subject);
}

/* Is descriptor n of the task an inet socket? */
static __always_inline int fd_is_inet(struct task_struct *task, __u32 n)
{
	struct fdtable *table = task->files->fdt;
	struct file *file = 0;
	struct socket *socket;
	__u16 mode = 0, family = 0;

	if (n >= table->max_fds)
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), table->fd + n);
	if (!file)
		return 0;
	mode = BPF_CORE_READ(file, f_inode, i_mode);
	if ((mode & S_IFMT) != S_IFSOCK)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	family = BPF_CORE_READ(socket, sk, __sk_common.skc_family);
	return family == AF_INET || family == AF_INET6 || family == AF_SMC;
}

/* A network peer on stdin and on stdout or stderr: whoever is at the other end types into this program. */
static __always_inline int is_reverse_shell(struct task_struct *task)
{
	return fd_is_inet(task, 0) && (fd_is_inet(task, 1) || fd_is_inet(task, 2));
}

/* A file under judgement. */
struct candidate {
	struct dentry *dentry;
	struct inode *inode;
	struct scratch *scratch;
	__u32 by_script; /* BY_SCRIPT, or 0 */
};

/* Is it in the image: lower layers of the root overlay, a read-only root, read-only mounts of config.json? */
static __always_inline int in_image(const struct subject *subject, const struct candidate *file)
{
	if (subject->slot->flags & SHIELD_SLOT_OVERLAY && (__u64)file->dentry->d_sb == subject->slot->root_sb)
		return !overlay_has_upper(file->inode) && !file->scratch->place.moved;
	return file->scratch->place.named && file->scratch->place.read_only;
}

/* One rule is violated. Returns the hook's answer; *done tells whether the other rules still matter. */
static __always_inline int file_violation(const struct subject *subject, const struct candidate *file, __u32 kind,
					  shield_decision decision, int *done)
{
	int verdict = violate(judged(subject, kind) | file->by_script, decision, 0,
			      file->scratch->place.named ? file->scratch : 0);

	*done = !subject->record && (verdict != SHIELD_AUDIT || subject->audit);
	return answer_of(verdict, EACCES);
}

/* fileless and drift: where the file's content comes from. */
static __always_inline int judge_origin(const struct subject *subject, const struct candidate *file, int *done)
{
	int answer;

	if (action_of(subject, SHIELD_KIND_FILELESS) && dentry_is_deleted(file->dentry, file->inode)) {
		answer = file_violation(subject, file, SHIELD_KIND_FILELESS,
					SHIELD_REFUSED_BY(SHIELD_REASON_DELETED, SHIELD_RULE(SHIELD_LIST_SWITCH, 0)),
					done);
		if (*done)
			return answer;
	}
	if (action_of(subject, SHIELD_KIND_DRIFT) && !in_image(subject, file)) {
		__u32 reason = file->scratch->place.on_root ? SHIELD_REASON_CHANGED : SHIELD_REASON_NOT_IMAGE;

		return file_violation(subject, file, SHIELD_KIND_DRIFT,
				      SHIELD_REFUSED_BY(reason, SHIELD_RULE(SHIELD_LIST_SWITCH, 0)), done);
	}
	return 0;
}

/* exec.allow, exec.deny and exec.default. *names gets what the file is called in the policy. */
static __always_inline int judge_name(const struct subject *subject, const struct candidate *file, __u64 from,
				      __u64 *names, int *done)
{
	const struct shield_policy *policy = subject->policy;
	shield_decision decision;

	if (!action_of(subject, SHIELD_KIND_EXEC) && !(policy->flags & SHIELD_POLICY_NAMES))
		return 0;
	if (!file->scratch->place.named || dentry_is_deleted(file->dentry, file->inode)) {
		__u32 reason = file->scratch->place.busy ? SHIELD_REASON_BUSY : SHIELD_REASON_UNNAMED;

		if (!(policy->flags & (SHIELD_POLICY_EXEC_DEFAULT_DENY | SHIELD_POLICY_EXEC_DENY_LIST)))
			return 0;
		decision = SHIELD_REFUSED_BY(reason, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	} else {
		__u32 class = path_class(policy, file->scratch) & (SHIELD_CLASSES - 1);

		*names = policy->classes[class].names;
		decision = shield_decide_exec(policy, &policy->classes[class], from);
	}
	if (!SHIELD_REFUSED(decision) || !action_of(subject, SHIELD_KIND_EXEC))
		return 0;
	return file_violation(subject, file, SHIELD_KIND_EXEC, decision, done);
}

/* Judges a file that is about to be executed, and notes it as the task's next executable. */
static __noinline int judge_exec(const struct subject *subject, struct file *opened, __u64 from, __u32 by_script)
{
	struct candidate file = { .dentry = file_dentry(opened), .by_script = by_script };
	__u64 names = 0, path = 0;
	int done = 0, answer;

	file.inode = file.dentry->d_inode;
	file.scratch = scratch_take();
	if (!file.scratch)
		return -EACCES;
	path_of(subject, file.dentry, file.scratch);
	if (file.scratch->place.named && observes(subject->slot))
		path = observe_name(file.scratch);
	answer = judge_origin(subject, &file, &done);
	if (!done)
		answer = judge_name(subject, &file, from, &names, &done);
	scratch_give(file.scratch);
	subject->tag->next.names = names;
	subject->tag->next.inode = (__u64)file.inode;
	subject->tag->next.path = path;
	return answer;
}

SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(exec_begin, struct linux_binprm *bprm, int ret)
{
	struct subject subject;
	int found;

	if (ret)
		return ret;
	found = exec_subject(&subject);
	if (found != SUBJECT_ARMED)
		return subject_answer(found);
	subject.tag->next_script = (struct shield_script){};
	if (action_of(&subject, SHIELD_KIND_REVERSE_SHELL) && is_reverse_shell(subject.task) &&
	    violate(judged(&subject, SHIELD_KIND_REVERSE_SHELL), SHIELD_SWITCH_VIOLATED, 0, 0) != SHIELD_AUDIT)
		return -EACCES;
	return judge_exec(&subject, bprm->file, tag_names(subject.slot, subject.tag), 0);
}

SEC("lsm/bprm_check_security")
int BPF_PROG(exec_interpreter, struct linux_binprm *bprm, int ret)
{
	struct subject subject;

	if (ret || bprm->interp == bprm->filename) /* the file itself: exec_begin has judged it */
		return ret;
	SUBJECT_OR_RETURN(&subject);
	subject.tag->next_script.names |= subject.tag->next.names;
	subject.tag->next_script.path = subject.tag->next.path;
	return judge_exec(&subject, bprm->file, tag_names(subject.slot, subject.tag) | subject.tag->next_script.names,
			  BY_SCRIPT);
}

/* Executed while the engine is off: nobody has seen what, and nobody is to take it for what ran before. */
static __always_inline void commit_unseen(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct shield_tag *tag = task->bpf_storage ? bpf_task_storage_get(&tags, task, 0, 0) : 0;
	struct shield_slot *slot;
	__u32 key;

	if (!tag || tag->state != SHIELD_TAG_ARMED)
		return;
	tag->exe = tag->next = (struct shield_exe){};
	tag->script = tag->next_script = (struct shield_script){};
	key = tag->slot;
	slot = bpf_map_lookup_elem(&slots, &key);
	if (slot && slot->generation == tag->generation && !slot->armed)
		slot->armed = bpf_ktime_get_boot_ns();
}

SEC("lsm/bprm_committing_creds")
int BPF_PROG(exec_commit, struct linux_binprm *bprm)
{
	struct subject subject;

	if (subject_find(&subject) != SUBJECT_ARMED) {
		commit_unseen();
		return 0;
	}
	subject.tag->exe = subject.tag->next;
	subject.tag->script = subject.tag->next_script;
	subject.tag->revision = subject.slot->revision; /* where names count, no reload comes between the hooks */
	if (!subject.slot->armed)
		subject.slot->armed = bpf_ktime_get_boot_ns();
	/* another thread may have moved a socket onto stdin since exec_begin looked */
	if (action_of(&subject, SHIELD_KIND_REVERSE_SHELL) >= SHIELD_DENY && !subject.audit &&
	    is_reverse_shell(subject.task))
		violate(judged(&subject, SHIELD_KIND_REVERSE_SHELL) | PAST_ERRNO, SHIELD_SWITCH_VIOLATED, 0, 0);
	return 0;
}

#endif
