/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/hooks.h"

#include <bpf/bpf.h>
#include <errno.h>

#include "base/cleanup.h"
#include "profile/rule.h"

#define KIND(kind) (1u << SHIELD_KIND_##kind)

const struct shield_hook shield_hooks[] = {
	{ "exec_begin", "bprm_creds_for_exec", SHIELD_HOOK_ALWAYS },
	{ "exec_interpreter", "bprm_check_security", SHIELD_HOOK_ALWAYS },
	{ "exec_commit", "bprm_committing_creds", SHIELD_HOOK_ALWAYS },
	{ "task_inherit", "task_alloc", SHIELD_HOOK_ALWAYS },
	{ "library_map", "mmap_file", KIND(LIBRARY) | KIND(DRIFT) | KIND(FILELESS) },
	{ "library_protect", "file_mprotect", KIND(LIBRARY) | KIND(DRIFT) | KIND(FILELESS) },
	{ "network_create", "socket_create", KIND(FAMILY) | KIND(RAW) | KIND(EGRESS) },
	{ "network_connect", "socket_connect", KIND(FAMILY) | KIND(EGRESS) },
	{ "network_send", "socket_sendmsg", KIND(EGRESS) },
	{ "network_bind", "socket_bind", KIND(BIND) },
	{ "network_listen", "socket_listen", KIND(BIND) },
	{ "trace_access", "ptrace_access_check", KIND(PTRACE) },
	{ "trace_me", "ptrace_traceme", KIND(PTRACE) },
	{ "identity_uid", "task_fix_setuid", KIND(SETUID) },
	{ "identity_gid", "task_fix_setgid", KIND(SETUID) },
	{ "identity_groups", "task_fix_setgroups", KIND(SETUID) },
	{ "identity_exec", "bprm_creds_from_file", KIND(SETUID_EXEC) },
	{ NULL, NULL, 0 },
};

/* The rules of a policy, as bits of their kinds. */
static uint32_t policy_kinds(const struct shield_policy *policy)
{
	uint32_t kinds = 0;

	for (unsigned int kind = 0; kind < SHIELD_KINDS; kind++) {
		if (policy->action[kind] != SHIELD_ALLOW)
			kinds |= 1u << kind;
	}
	return kinds;
}

int shield_hook_attach(const struct shield_hook *hook, int program, const char *pin, struct shield_error *error)
{
	_cleanup_close_ int link = bpf_raw_tracepoint_open(NULL, program);

	if (link < 0)
		return shield_fail_errno(error, errno, "the kernel does not attach to the LSM hook %s", hook->lsm);
	if (bpf_obj_pin(link, pin) < 0)
		return shield_fail_errno(error, errno, "cannot pin %s", pin);
	return 0;
}

static int attach_pinned(const struct shield_hook *hook, struct shield_error *error)
{
	_cleanup_close_ int program = -1;
	char path[256];

	shield_engine_path(path, sizeof(path), "prog", hook->program);
	program = bpf_obj_get(path);
	if (program < 0)
		return shield_fail(error, ENOTSUP, "this kernel has no LSM hook %s", hook->lsm);
	shield_engine_path(path, sizeof(path), "link", hook->program);
	return shield_hook_attach(hook, program, path, error);
}

int shield_hooks_require(struct shield_engine *engine, const struct shield_policy *policy, struct shield_error *error)
{
	uint32_t kinds = policy_kinds(policy);

	for (unsigned int i = 0; shield_hooks[i].program; i++) {
		const struct shield_hook *hook = &shield_hooks[i];
		uint32_t needed = hook->kinds & kinds;
		int r;

		if (!needed || engine->control->attached & 1u << i)
			continue;
		r = attach_pinned(hook, error);
		if (r < 0)
			return shield_wrap(error, -ENOTSUP, "rule %s cannot be enforced on this kernel",
					   shield_kind_name(__builtin_ctz(needed)));
		engine->control->attached |= 1u << i;
	}
	return 0;
}
