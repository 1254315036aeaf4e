/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tracing: a task of a container reaches only tasks of its own container, and those only as its policy allows.
 *
 * lsm/ptrace_access_check  the tracer asks: attach, seize, process_vm_readv and writev, /proc/PID/mem, pidfd_getfd.
 * lsm/ptrace_traceme	    the tracee asks to be traced by its parent.
 * lsm/perf_event_open	    samples of another task copy its registers and stack.
 *
 * Tracers on the host carry no tag and are not restricted.
 */
#ifndef SHIELD_PTRACE_BPF_C
#define SHIELD_PTRACE_BPF_C

#include "event.h"
#include <bpf/bpf_tracing.h>

static __always_inline int same_container(const struct shield_tag *a, const struct shield_tag *b)
{
	return a->slot == b->slot && a->generation == b->generation;
}

/* @exe: the tracer's, where it is not the current task; else 0 */
static __noinline int trace_violation(__u32 kind, shield_decision decision, struct task_struct *other, __u64 exe)
{
	struct operand operand = { .type = SHIELD_OPERAND_TASK, .exe = exe };

	operand.task.tgid = other->tgid;
	bpf_probe_read_kernel_str(operand.task.comm, sizeof(operand.task.comm), other->comm);
	return answer_of(violate(kind, decision, &operand, 0), EPERM);
}

SEC("lsm/ptrace_access_check")
int BPF_PROG(trace_access, struct task_struct *child, unsigned int mode, int ret)
{
	struct subject subject;
	struct shield_tag *traced;
	shield_decision decision;

	if (ret || !(mode & PTRACE_MODE_ATTACH))
		return ret;
	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_PTRACE))
		return 0;
	traced = bpf_task_storage_get(&tags, child, 0, 0);
	if (!traced || !same_container(traced, subject.tag))
		decision = SHIELD_REFUSED_BY(SHIELD_REASON_OTHER_SLOT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	else
		decision = shield_decide_trace(subject.policy, tag_names(subject.slot, subject.tag));
	return SHIELD_REFUSED(decision) ? trace_violation(judged(&subject, SHIELD_KIND_PTRACE), decision, child, 0) : 0;
}

SEC("lsm/ptrace_traceme")
int BPF_PROG(trace_me, struct task_struct *parent, int ret)
{
	struct subject subject;
	struct shield_tag *tracer;
	shield_decision decision;

	if (ret)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_PTRACE))
		return 0;
	tracer = bpf_task_storage_get(&tags, parent, 0, 0);
	if (!tracer)
		return 0;
	if (!same_container(tracer, subject.tag))
		decision = SHIELD_REFUSED_BY(SHIELD_REASON_OTHER_SLOT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	else
		decision = shield_decide_trace(subject.policy, tag_names(subject.slot, tracer));
	return SHIELD_REFUSED(decision)
		       ? trace_violation(judged(&subject, SHIELD_KIND_PTRACE), decision, parent, tracer->exe.path)
		       : 0;
}

/* Whose events the call under way asks for: 0 = the caller's own (perf_event_open(2)). */
static __always_inline __s32 perf_pid(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

#ifdef __TARGET_ARCH_x86
	if (task->thread_info.status & TS_COMPAT)
		return (__s32)regs->cx;
	return (__s32)regs->si;
#else
	return (__s32)regs->regs[1];
#endif
}

/* Without the hook's arguments, which are others in later kernels. */
SEC("lsm/perf_event_open")
int trace_perf(void *ctx)
{
	struct subject subject;
	shield_decision decision;

	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_PTRACE) || !perf_pid(subject.task))
		return 0;
	decision = shield_decide_trace(subject.policy, tag_names(subject.slot, subject.tag));
	if (!SHIELD_REFUSED(decision))
		return 0;
	return answer_of(violate(judged(&subject, SHIELD_KIND_PTRACE), decision, 0, 0), EPERM);
}

#endif
