/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The groups `capabilities` and `kernel`: what privilege is good for.
 *
 * lsm/capable		       every use of a capability, after the kernel has found it held, in whatever user
 *			       namespace. Every call that mounts, old and new API, and of modules, asks for one first:
 *			       mount calls have hooks of their own only in part (open_tree, fsmount and mount_setattr
 *			       have none).
 * lsm/bpf		       bpf(2).
 * lsm/kernel_module_request  modules that a system call would have the kernel fetch by itself.
 * lsm/userns_create	       unshare, clone and clone3; setns is seen by capable.
 */
#ifndef SHIELD_KERNEL_RULES_BPF_C
#define SHIELD_KERNEL_RULES_BPF_C

#include "event.h"
#include <bpf/bpf_tracing.h>

/* Numbers that all tables share (include/uapi/asm-generic/unistd.h); x32 adds a bit. */
static __always_inline int is_new_mount_call(__u32 call)
{
	return (call >= 428 && call <= 433) || /* open_tree, move_mount, fsopen, fsconfig, fsmount, fspick */
	       call == 442 || call == 467;     /* mount_setattr, open_tree_attr */
}

#ifdef __TARGET_ARCH_x86
static __always_inline int is_old_mount_call(__u32 call, __u32 compat)
{
	if (compat)
		return call == 21 || call == 22 || call == 52 || call == 217; /* mount, umount, umount2, pivot_root */
	return call == 165 || call == 166 || call == 155;		      /* mount, umount2, pivot_root */
}

static __always_inline int is_setns(__u32 call, __u32 compat)
{
	return call == (compat ? 346 : 308);
}
#else
static __always_inline int is_old_mount_call(__u32 call, __u32 compat)
{
	if (compat)
		return call == 21 || call == 52 || call == 218;
	return call == 40 || call == 39 || call == 41;
}

static __always_inline int is_setns(__u32 call, __u32 compat)
{
	return call == (compat ? 375 : 268);
}
#endif

/* Which rule of `kernel` a use of a capability is about; SHIELD_KIND_NONE = none. */
static __always_inline __u32 kernel_kind(const struct subject *subject, const struct user_namespace *ns, int capability)
{
	__u32 call, compat;
	__u16 flags = 0;

	if (capability == CAP_SYS_MODULE)
		return SHIELD_KIND_MODULES;
	if (capability != CAP_SYS_ADMIN)
		return SHIELD_KIND_NONE;
	call = syscall_of(subject->task, &flags);
	if (call == SHIELD_NO_SYSCALL)
		return SHIELD_KIND_NONE;
	call &= ~X32_BIT;
	compat = flags & SHIELD_EVENT_COMPAT;
	if (is_new_mount_call(call) || is_old_mount_call(call, compat))
		return SHIELD_KIND_MOUNT;
	/* entering a namespace that another user namespace owns: that one was made elsewhere */
	if (is_setns(call, compat) && ns != subject->task->cred->user_ns)
		return SHIELD_KIND_USERNS;
	return SHIELD_KIND_NONE;
}

#define USER_NAMESPACE_LEVELS 33

/*
 * Would the kernel find the capability held (security/commoncap.c cap_capable)? Asked only in front of security_*(),
 * where nobody has answered that yet: what is refused anyway is no violation.
 */
static __always_inline int is_held(const struct cred *cred, struct user_namespace *ns, int capability)
{
	__u64 effective = 0;

	if (settings.tier == SHIELD_TIER_LSM)
		return 1;
	for (int i = 0; i < USER_NAMESPACE_LEVELS; i++) {
		struct user_namespace *own = cred->user_ns;

		if (ns == own) {
			bpf_probe_read_kernel(&effective, sizeof(effective), &cred->cap_effective);
			return effective >> (capability & 63) & 1;
		}
		if (BPF_CORE_READ(ns, level) <= BPF_CORE_READ(own, level))
			return 0;
		if (BPF_CORE_READ(ns, parent) == own && BPF_CORE_READ(ns, owner.val) == cred->euid.val)
			return 1;
		ns = BPF_CORE_READ(ns, parent);
	}
	return 0;
}

/*
 * Does overlayfs ask, in the name of whoever mounted the container's root, for what it does in its layers? It takes that
 * one's credentials, or a copy with other ids. The runtime set the groups of the container's first process, and theirs
 * come from it: credentials with the mounter's list are none of the container's, however old.
 */
static __always_inline int is_overlay(const struct subject *subject)
{
	const struct cred *taken = subject->task->cred, *own = subject->task->real_cred, *mounter;
	struct super_block *sb = (struct super_block *)subject->slot->root_sb;
	struct group_info *groups;
	struct ovl_fs *overlay = 0;

	if (taken == own || !(subject->slot->flags & SHIELD_SLOT_OVERLAY) ||
	    !bpf_core_field_exists(overlay->creator_cred))
		return 0;
	overlay = (struct ovl_fs *)BPF_CORE_READ(sb, s_fs_info);
	mounter = BPF_CORE_READ(overlay, creator_cred);
	groups = BPF_CORE_READ(mounter, group_info);
	return taken->group_info == groups && own->group_info != groups;
}

static __noinline int kernel_violation(__u32 kind, shield_decision decision, int capability)
{
	struct operand operand = { .type = SHIELD_OPERAND_CAPABILITY };

	operand.capability = capability;
	return answer_of(violate(kind, decision, &operand, 0), EPERM);
}

SEC("lsm/capable")
int BPF_PROG(kernel_capable, const struct cred *cred, struct user_namespace *ns, int capability, unsigned int options,
	     int ret)
{
	struct subject subject;
	shield_decision decision;
	__u32 kind;

	if (ret)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	kind = kernel_kind(&subject, ns, capability);
	if (kind != SHIELD_KIND_NONE && action_of(&subject, kind) && !is_overlay(&subject) &&
	    is_held(cred, ns, capability)) {
		ret = kernel_violation(judged(&subject, kind), SHIELD_SWITCH_VIOLATED, capability);
		if (ret)
			return ret;
	}
	if (!action_of(&subject, SHIELD_KIND_CAPABILITY))
		return 0;
	decision = shield_decide_capability(subject.policy, capability);
	if (!SHIELD_REFUSED(decision) || is_overlay(&subject))
		return 0;
	if (options & CAP_OPT_NOAUDIT)
		return subject.audit || action_of(&subject, SHIELD_KIND_CAPABILITY) == SHIELD_AUDIT ? 0 : -EPERM;
	return is_held(cred, ns, capability)
		       ? kernel_violation(judged(&subject, SHIELD_KIND_CAPABILITY), decision, capability)
		       : 0;
}

/* A switch whose act is no capability's. */
static __always_inline int judge_switch(__u32 kind)
{
	struct subject subject;

	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, kind))
		return 0;
	return answer_of(violate(judged(&subject, kind), SHIELD_SWITCH_VIOLATED, 0, 0), EPERM);
}

SEC("lsm/bpf")
int BPF_PROG(kernel_bpf, int command, union bpf_attr *attributes, unsigned int size)
{
	return judge_switch(SHIELD_KIND_BPF);
}

SEC("lsm/userns_create")
int BPF_PROG(kernel_userns, const struct cred *cred, int ret)
{
	return ret ?: judge_switch(SHIELD_KIND_USERNS);
}

SEC("lsm/kernel_module_request")
int BPF_PROG(kernel_modules, char *name, int ret)
{
	struct operand operand = { .type = SHIELD_OPERAND_NAME };
	struct subject subject;
	struct scratch *scratch;

	if (ret)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_MODULES))
		return 0;
	scratch = scratch_text(name);
	ret = answer_of(violate(judged(&subject, SHIELD_KIND_MODULES), SHIELD_SWITCH_VIOLATED, &operand, scratch),
			EPERM);
	if (scratch)
		scratch_give(scratch);
	return ret;
}

#endif
