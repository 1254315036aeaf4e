/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Changes of identity. Rules speak of the container's own ids; a call that changes nothing passes.
 *
 * lsm/task_fix_setuid	      setuid, setreuid, setresuid, setfsuid, with the ids they would leave.
 * lsm/task_fix_setgid	      the same for gids.
 * lsm/task_fix_setgroups     setgroups.
 * lsm/bprm_creds_from_file   set-id and file-capability executables: none of the above runs for them. Before the point
 *			      of no return, so that a denial is an errno.
 *
 * lsm/uring_override_creds   what io_uring does in the name of a personality registered before.
 *
 * A refused setfsuid is silent: that call has no error to return (setfsuid(2)).
 */
#ifndef SHIELD_IDENTITY_BPF_C
#define SHIELD_IDENTITY_BPF_C

#include "event.h"
#include <bpf/bpf_tracing.h>

static __noinline int id_violation(__u32 kind, shield_decision decision, const struct shield_event_ids *ids)
{
	struct operand operand = { .type = SHIELD_OPERAND_IDS };

	operand.ids = *ids;
	return answer_of(violate(kind, decision, &operand, 0), EPERM);
}

/* The ids of one kind that a credential has. */
struct four {
	__u32 id[4];
};

/* Judges each of four ids that differs from what it was. */
static __always_inline int judge_four(const struct subject *subject, const struct shield_idmap *map,
				      const struct shield_ids *ids, const struct four *old, const struct four *new,
				      __u32 change)
{
	if (!action_of(subject, SHIELD_KIND_SETUID))
		return 0;
	for (int i = 0; i < 4; i++) {
		if (new->id[i] == old->id[i])
			continue;
		__u32 wanted = shield_container_id(map, new->id[i]);
		shield_decision decision = shield_decide_id(subject->policy, ids, wanted);

		if (SHIELD_REFUSED(decision)) {
			struct shield_event_ids what = {
				.change = change,
				.before = shield_container_id(map, old->id[i]),
				.wanted = wanted,
			};

			int answer = id_violation(judged(subject, SHIELD_KIND_SETUID), decision, &what);

			if (!subject->record)
				return answer;
		}
	}
	return 0;
}

static __always_inline void uids_of(const struct cred *cred, struct four *four)
{
	four->id[0] = cred->uid.val;
	four->id[1] = cred->euid.val;
	four->id[2] = cred->suid.val;
	four->id[3] = cred->fsuid.val;
}

static __always_inline void gids_of(const struct cred *cred, struct four *four)
{
	four->id[0] = cred->gid.val;
	four->id[1] = cred->egid.val;
	four->id[2] = cred->sgid.val;
	four->id[3] = cred->fsgid.val;
}

static __always_inline int four_equal(const struct four *a, const struct four *b)
{
	return a->id[0] == b->id[0] && a->id[1] == b->id[1] && a->id[2] == b->id[2] && a->id[3] == b->id[3];
}

SEC("lsm/task_fix_setuid")
int BPF_PROG(identity_uid, struct cred *new, const struct cred *old, int flags, int ret)
{
	struct subject subject;
	struct four before, after;

	if (ret || !has_storage())
		return ret;
	uids_of(old, &before);
	uids_of(new, &after);
	if (four_equal(&before, &after))
		return 0;
	SUBJECT_OR_RETURN(&subject);
	return judge_four(&subject, &subject.slot->uids, &subject.policy->uids, &before, &after, SHIELD_CHANGE_UID);
}

SEC("lsm/task_fix_setgid")
int BPF_PROG(identity_gid, struct cred *new, const struct cred *old, int flags, int ret)
{
	struct subject subject;
	struct four before, after;

	if (ret || !has_storage())
		return ret;
	gids_of(old, &before);
	gids_of(new, &after);
	if (four_equal(&before, &after))
		return 0;
	SUBJECT_OR_RETURN(&subject);
	return judge_four(&subject, &subject.slot->gids, &subject.policy->gids, &before, &after, SHIELD_CHANGE_GID);
}

static __always_inline __u32 group_at(const struct group_info *info, __u32 i)
{
	__u32 gid = ~0u;

	bpf_probe_read_kernel(&gid, sizeof(gid), &info->gid[i]);
	return gid;
}

/* Two lists of groups under comparison, or one under judgement, for bpf_loop(): the verifier goes through a step once. */
struct groups {
	const struct group_info *new, *old;
	const struct subject *subject;
	shield_decision decision;
	__u32 wanted;
	__u32 differ;
};

static long compare_group(__u32 i, struct groups *groups)
{
	groups->differ = group_at(groups->new, i) != group_at(groups->old, i);
	return groups->differ;
}

static long judge_group(__u32 i, struct groups *groups)
{
	const struct subject *subject = groups->subject;

	groups->wanted = shield_container_id(&subject->slot->gids, group_at(groups->new, i));
	groups->decision = shield_decide_id(subject->policy, &subject->policy->gids, groups->wanted);
	return SHIELD_REFUSED(groups->decision);
}

/* Of a recording: each group is told. */
static long record_group(__u32 i, struct groups *groups)
{
	struct operand operand = { .type = SHIELD_OPERAND_IDS };

	operand.ids.change = SHIELD_CHANGE_GROUPS;
	operand.ids.before = ~0u;
	operand.ids.wanted = shield_container_id(&groups->subject->slot->gids, group_at(groups->new, i));
	violate(judged(groups->subject, SHIELD_KIND_SETUID), groups->decision, &operand, 0);
	return 0;
}

/* Both lists are sorted (groups_sort): equal sets are equal lists. */
static __always_inline int groups_equal(struct groups *groups)
{
	__u32 count = groups->new->ngroups;

	if (count != (__u32)groups->old->ngroups || count > SHIELD_GROUPS_MAX)
		return 0;
	REPEAT(count, SHIELD_GROUPS_MAX, compare_group, groups);
	return !groups->differ;
}

/*
 * Every group of the new list must be allowed. Leaving groups is a change, too (a file may deny a group what it gives
 * to others): it takes some allowed gid.
 */
static __always_inline int judge_groups(struct groups *groups)
{
	const struct shield_policy *policy = groups->subject->policy;
	struct shield_event_ids what = { .change = SHIELD_CHANGE_GROUPS, .before = ~0u };
	__u32 count = groups->new->ngroups;

	if (!(policy->flags & SHIELD_POLICY_SETUID_DEFAULT_DENY))
		return 0;
	if (groups->subject->record && count && count <= SHIELD_GROUPS_MAX) {
		REPEAT(count, SHIELD_GROUPS_MAX, record_group, groups);
		return 0;
	}
	if (count <= SHIELD_GROUPS_MAX && policy->gids.count) {
		groups->decision = SHIELD_ALLOWED_BY(0);
		REPEAT(count, SHIELD_GROUPS_MAX, judge_group, groups);
	}
	if (!SHIELD_REFUSED(groups->decision))
		return 0;
	what.wanted = groups->wanted;
	return id_violation(judged(groups->subject, SHIELD_KIND_SETUID), groups->decision, &what);
}

SEC("lsm/task_fix_setgroups")
int BPF_PROG(identity_groups, struct cred *new, const struct cred *old, int ret)
{
	struct subject subject;
	struct groups groups = {
		.new = new->group_info,
		.old = old->group_info,
		.subject = &subject,
		.decision = SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0)),
		.wanted = ~0u,
	};

	if (ret)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_SETUID) || groups_equal(&groups))
		return 0;
	return judge_groups(&groups);
}

/* Without groups: who had them lost them by a call that was judged. */
SEC("lsm/uring_override_creds")
int BPF_PROG(identity_personality, const struct cred *new, int ret)
{
	struct subject subject;
	struct four before, after;

	if (ret)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	uids_of(subject.task->cred, &before);
	uids_of(new, &after);
	ret = judge_four(&subject, &subject.slot->uids, &subject.policy->uids, &before, &after, SHIELD_CHANGE_UID);
	if (ret)
		return ret;
	gids_of(subject.task->cred, &before);
	gids_of(new, &after);
	return judge_four(&subject, &subject.slot->gids, &subject.policy->gids, &before, &after, SHIELD_CHANGE_GID);
}

static __always_inline __u64 capabilities(const struct kernel_cap_struct *set)
{
	__u64 bits = 0;

	bpf_probe_read_kernel(&bits, sizeof(bits), set);
	return bits;
}

/* root gets its capabilities back at any exec, whatever the file: only others gain them from a file, or who gave up that. */
static __always_inline int gains_file_capabilities(const struct shield_idmap *uids, const struct cred *old,
						   const struct cred *new)
{
	if (!(new->securebits &SECBIT_NOROOT) &&
	    (!shield_container_id(uids, new->uid.val) || !shield_container_id(uids, new->euid.val)))
		return 0;
	return (capabilities(&new->cap_permitted) & ~capabilities(&old->cap_permitted)) != 0;
}

/* What executing a file of these credentials would change. Returns 0 when nothing. */
static __always_inline int exec_changes(const struct shield_slot *slot, const struct cred *old, const struct cred *new,
					struct shield_event_ids *what)
{
	if (new->euid.val != old->euid.val) {
		what->change = SHIELD_CHANGE_UID;
		what->before = shield_container_id(&slot->uids, old->euid.val);
		what->wanted = shield_container_id(&slot->uids, new->euid.val);
		return 1;
	}
	if (new->egid.val != old->egid.val) {
		what->change = SHIELD_CHANGE_GID;
		what->before = shield_container_id(&slot->gids, old->egid.val);
		what->wanted = shield_container_id(&slot->gids, new->egid.val);
		return 1;
	}
	what->change = SHIELD_CHANGE_FILE_CAPS;
	return gains_file_capabilities(&slot->uids, old, new);
}

SEC("lsm/bprm_creds_from_file")
int BPF_PROG(identity_exec, struct linux_binprm *bprm, struct file *file, int ret)
{
	struct shield_event_ids what = { .before = ~0u, .wanted = ~0u };
	struct subject subject;

	if (ret)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_SETUID_EXEC) ||
	    !exec_changes(subject.slot, subject.task->cred, bprm->cred, &what))
		return 0;
	return id_violation(judged(&subject, SHIELD_KIND_SETUID_EXEC), SHIELD_SWITCH_VIOLATED, &what);
}

/*
 * In front of security_*() nobody has looked at file capabilities yet when identity_exec runs. Here they are known, but
 * it is too late for an errno: whoever would gain them is killed before the new program's first instruction.
 */
SEC("lsm/bprm_committing_creds")
int BPF_PROG(identity_file_caps, struct linux_binprm *bprm)
{
	struct shield_event_ids what = { .change = SHIELD_CHANGE_FILE_CAPS, .before = ~0u, .wanted = ~0u };
	struct subject subject;

	if (subject_find(&subject) != SUBJECT_ARMED || !action_of(&subject, SHIELD_KIND_SETUID_EXEC) ||
	    !gains_file_capabilities(&subject.slot->uids, subject.task->cred, bprm->cred))
		return 0;
	id_violation(judged(&subject, SHIELD_KIND_SETUID_EXEC) | PAST_ERRNO, SHIELD_SWITCH_VIOLATED, &what);
	return 0;
}

#endif
