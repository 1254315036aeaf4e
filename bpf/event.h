/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From a violated rule to its end: count it, report it, carry it out. The verdict never depends on whether the event
 * could be written.
 */
#ifndef SHIELD_EVENT_H
#define SHIELD_EVENT_H

#include "observe.h"

/* What the policy does about a kind; SHIELD_ALLOW = there is no such rule. */
static __always_inline __u32 action_of(const struct subject *subject, __u32 kind)
{
	return subject->policy->action[kind & (SHIELD_KINDS - 1)];
}

/*
 * A kind with the action that the judging policy has for it: violate() finds the subject anew, whose policy may be
 * another by then (shieldctl reload).
 */
#define JUDGED_SHIFT 12

static __always_inline __u32 judged(const struct subject *subject, __u32 kind)
{
	return kind | action_of(subject, kind) << JUDGED_SHIFT;
}

static __always_inline void count(struct shield_counters *counts, __u32 kind, __u32 verdict)
{
	__u32 column = verdict - SHIELD_AUDIT;

	if (column < SHIELD_COUNTED)
		__sync_fetch_and_add(&counts->count[kind & (SHIELD_KINDS - 1)][column], 1);
}

/* One more event of this container: does the rate allow reporting it? */
static __always_inline int rate_allows(struct shield_counters *counts, __u64 now)
{
	if (now - counts->window > SHIELD_RATE_WINDOW_NS) {
		counts->window = now;
		counts->window_events = 0;
	}
	if (__sync_fetch_and_add(&counts->window_events, 1) < SHIELD_RATE_EVENTS)
		return 1;
	__sync_fetch_and_add(&counts->suppressed, 1);
	return 0;
}

/* Copies the last bytes of a path that fit, NUL-terminated; *flags gets `cut` when it was longer. */
static __always_inline void event_path(char *to, const struct scratch *path, __u16 *flags, __u16 cut)
{
	__u32 length = path->length, start = path->start;

	if (length > SHIELD_EVENT_PATH_MAX - 1) {
		start += length - (SHIELD_EVENT_PATH_MAX - 1);
		length = SHIELD_EVENT_PATH_MAX - 1;
		*flags |= cut;
	}
	start &= SHIELD_PATH_MAX - 1;
	length &= SHIELD_EVENT_PATH_MAX - 1;
	bpf_probe_read_kernel(to, length, &path->buffer[start]);
	to[length] = 0;
}

/*
 * Names the executable the task runs now, into a scratch that the caller gives back; NULL when it has no name.
 * Evidence only: its owner could have replaced it (PR_SET_MM_EXE_FILE).
 */
static __always_inline struct scratch *name_exe(const struct subject *subject)
{
	struct mm_struct *mm = subject->task->mm;
	struct scratch *scratch;

	if (!mm || !mm->exe_file)
		return 0;
	scratch = scratch_take();
	if (!scratch)
		return 0;
	path_of(subject, mm->exe_file->f_path.dentry, scratch);
	if (scratch->place.named)
		return scratch;
	scratch_give(scratch);
	return 0;
}

#ifdef __TARGET_ARCH_x86
#define X32_BIT 0x40000000
#else
#define X32_BIT 0
#endif

/* The system call under way, as the table of its kind numbers it. */
static __always_inline __u32 syscall_of(struct task_struct *task, __u16 *flags)
{
	struct pt_regs *regs;

	if (task->flags & PF_IO_WORKER)
		return SHIELD_NO_SYSCALL;
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
#ifdef __TARGET_ARCH_x86
	if (task->thread_info.status & TS_COMPAT)
		*flags |= SHIELD_EVENT_COMPAT;
	return (__u32)regs->orig_ax;
#else
	if (regs->pstate & PSR_MODE32_BIT)
		*flags |= SHIELD_EVENT_COMPAT;
	return (__u32)regs->syscallno;
#endif
}

/* The chain of parents, as long as it leads somewhere. */
static __always_inline void event_parents(struct task_struct *task, struct shield_event *event)
{
	for (int i = 0; i < SHIELD_PARENTS; i++) {
		struct shield_event_parent *parent = &event->parent[i];

		task = BPF_CORE_READ(task, real_parent);
		parent->tgid = BPF_CORE_READ(task, tgid);
		bpf_probe_read_kernel(parent->comm, sizeof(parent->comm), &task->comm);
	}
}

/* Who acted, and when. */
static __always_inline void event_fill(const struct subject *subject, struct shield_event *event, __u64 now)
{
	struct task_struct *task = subject->task;

	event->time = now;
	event->cgroup = subject->slot->cgroup;
	event->slot = subject->slot_key;
	event->generation = subject->slot->generation;
	event->pid = task->pid;
	event->tgid = task->tgid;
	event->ppid = task->real_parent->tgid;
	event_parents(task, event);
	event->uid = shield_container_id(&subject->slot->uids, task->cred->uid.val);
	event->syscall = syscall_of(task, &event->flags);
	event->pad = 0;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
}

/* What was done. */
static __always_inline void event_operand(struct shield_event *event, const struct operand *operand,
					  const struct scratch *path)
{
	event->operand = SHIELD_OPERAND_NONE;
	event->path[0] = 0;
	if (path) {
		event->operand = operand ? operand->type : SHIELD_OPERAND_PATH;
		event_path(event->path, path, &event->flags, SHIELD_EVENT_OPERAND_CUT);
	} else if (operand) {
		event->operand = operand->type;
		event->address = operand->address; /* the largest of the union */
	}
}

/* Writes the event, or counts it as lost. */
static __always_inline void event_send(const struct subject *subject, struct shield_counters *counts, __u32 kind,
				       __u32 verdict, shield_decision decision, const struct operand *operand,
				       const struct scratch *path, const struct scratch *exe, __u64 now)
{
	struct shield_control *switches = control_get();
	__u64 sequence = switches ? __sync_fetch_and_add(&switches->sequence, 1) : 0; /* lost ones leave a gap */
	struct shield_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		__sync_fetch_and_add(&counts->lost, 1);
		return;
	}
	event->sequence = sequence;
	event->kind = kind;
	event->verdict = verdict;
	event->reason = SHIELD_DECISION_REASON(decision);
	event->rule = SHIELD_DECISION_RULE(decision);
	event->flags = 0;
	event->exe[0] = 0;
	event_fill(subject, event, now);
	if (exe)
		event_path(event->exe, exe, &event->flags, SHIELD_EVENT_EXE_CUT);
	event_operand(event, operand, path);
	bpf_ringbuf_submit(event, 0);
}

/* With a kind. */
#define PAST_ERRNO 0x100 /* too late for an errno: what would be denied is killed */
#define BY_SCRIPT 0x200	 /* the script that is being executed starts this */

/*
 * Gathers the current task's violation. Of what is written, a recording keeps the folder.
 * Global, as violate() is: each is gone through alone, not one inside the other.
 */
__noinline int observe_violation(__u32 kind, __u32 verdict, __u32 decision, const struct operand *operand,
				 const struct scratch *path)
{
	struct act act = {
		.kind = kind & (SHIELD_KINDS - 1),
		.verdict = verdict,
		.decision = decision,
		.by_script = kind & BY_SCRIPT,
	};
	struct subject subject;

	if (subject_find(&subject) != SUBJECT_ARMED)
		return 0;
	if (path)
		act.length = subject.record && act.kind == SHIELD_KIND_FILES ? folder_length(path) : path->length;
	observe(&subject, &act, operand, path);
	return 0;
}

/*
 * The current task, which is armed, violates a rule: counts it, reports it, and kills where the policy says so.
 * @kind: judged()
 * @operand: what it was about; NULL = nothing to say
 * @path: a path as the operand instead, or a text of the operand's type; NULL = none
 * Returns the verdict as carried out.
 * Global, so that the verifier goes through it once: it finds the subject anew.
 */
__noinline int violate(__u32 kind, __u32 decision, const struct operand *operand, const struct scratch *path)
{
	struct subject subject;
	struct shield_counters *counts;
	struct scratch *exe;
	__u64 now = bpf_ktime_get_boot_ns();
	__u32 verdict;

	if (subject_find(&subject) != SUBJECT_ARMED)
		return SHIELD_DENY;
	verdict = subject.audit ? SHIELD_AUDIT : kind >> JUDGED_SHIFT;
	if (kind & PAST_ERRNO && verdict == SHIELD_DENY)
		verdict = SHIELD_KILL;
	if (observes(subject.slot))
		observe_violation(kind, verdict, decision, operand, path);
	if (subject.record)
		return SHIELD_AUDIT;
	kind &= SHIELD_KINDS - 1;
	counts = bpf_map_lookup_elem(&counters, &subject.slot_key);
	if (counts) {
		count(counts, kind, verdict);
		if (rate_allows(counts, now)) {
			exe = name_exe(&subject);
			event_send(&subject, counts, kind, verdict, decision, operand, path, exe, now);
			if (exe)
				scratch_give(exe);
		}
	}
	if (verdict == SHIELD_KILL)
		bpf_send_signal(SIGKILL);
	return verdict;
}

/* What the hook returns for a verdict. */
static __always_inline int answer_of(int verdict, int error)
{
	return verdict == SHIELD_AUDIT ? 0 : -error;
}

/*
 * Reports and counts a refusal for which no policy was asked, in the name of the container whose cgroup the task is in,
 * if there is one.
 * @text: what was refused; NULL = nothing to say
 */
static __noinline void report_unjudged(__u32 kind, __u32 reason, const struct scratch *text)
{
	struct shield_control *switches = control_get();
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 slot = cgroup_slot();
	struct shield_slot *container = bpf_map_lookup_elem(&slots, &slot);
	struct shield_counters *counts = bpf_map_lookup_elem(&counters, &slot);
	struct shield_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (counts)
		count(counts, kind, SHIELD_DENY);
	if (!event)
		return;
	__builtin_memset(event, 0, sizeof(*event));
	event->sequence = switches ? __sync_fetch_and_add(&switches->sequence, 1) : 0;
	event->time = bpf_ktime_get_boot_ns();
	event->cgroup = bpf_get_current_cgroup_id();
	event->slot = slot;
	event->generation = container ? container->generation : 0;
	event->kind = kind;
	event->verdict = SHIELD_DENY;
	event->reason = reason;
	event->pid = task->pid;
	event->tgid = task->tgid;
	event->ppid = task->real_parent->tgid;
	event_parents(task, event);
	event->uid = task->cred->uid.val;
	event->syscall = syscall_of(task, &event->flags);
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	if (text) {
		event->operand = SHIELD_OPERAND_NAME;
		event_path(event->path, text, &event->flags, SHIELD_EVENT_OPERAND_CUT);
	}
	bpf_ringbuf_submit(event, 0);
}

/* What a hook answers for a subject that is not to be judged by rules. */
static __always_inline int subject_answer(int found)
{
	switch (found) {
	case SUBJECT_NONE:
		return 0;
	case SUBJECT_PROBE:
		return -SHIELD_PROBE_ERRNO;
	default: /* no policy to ask: refuse */
		report_unjudged(SHIELD_KIND_TAG, found == SUBJECT_STALE ? SHIELD_REASON_STALE : SHIELD_REASON_NO_TAG,
				0);
		return -EPERM;
	}
}

/* How every program that judges begins: it leaves at once unless the current task is armed. */
#define SUBJECT_OR_RETURN(subject)                     \
	do {                                           \
		int found_ = subject_find(subject);    \
		if (found_ != SUBJECT_ARMED)           \
			return subject_answer(found_); \
	} while (0)

#endif
