/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/hooks.h"

#include <stdio.h>

#define KIND(kind) (1u << SHIELD_KIND_##kind)
#define MAPPINGS (KIND(LIBRARY) | KIND(DRIFT) | KIND(FILELESS))
#define SOCKETS (KIND(FAMILY) | KIND(RAW) | KIND(EGRESS))
#define PRIVILEGE (KIND(CAPABILITY) | KIND(MOUNT) | KIND(MODULES) | KIND(USERNS))

const struct shield_hook shield_hooks[] = {
	{ "exec_begin", "bprm_creds_for_exec", .kinds = SHIELD_HOOK_ALWAYS },
	{ "exec_interpreter", "bprm_check_security", "bprm_check", .kinds = SHIELD_HOOK_ALWAYS },
	{ "exec_commit", "bprm_committing_creds", .kinds = SHIELD_HOOK_ALWAYS, .is_void = true },
	{ "task_inherit", "task_alloc", .kinds = SHIELD_HOOK_ALWAYS },
	{ "guard_map", "bpf_map", .kinds = SHIELD_HOOK_ALWAYS },
	{ "guard_program", "bpf_prog", .kinds = SHIELD_HOOK_ALWAYS },
	{ "guard_unlink", "inode_unlink", .kinds = SHIELD_HOOK_ALWAYS },
	{ "guard_rename", "inode_rename", .kinds = SHIELD_HOOK_ALWAYS },
	{ "guard_umount", "sb_umount", .kinds = SHIELD_HOOK_ALWAYS },
	{ "library_map", "mmap_file", .kinds = MAPPINGS },
	{ "library_protect", "file_mprotect", .kinds = MAPPINGS },
	{ "network_create", "socket_create", .kinds = SOCKETS },
	{ "network_connect", "socket_connect", .kinds = KIND(FAMILY) | KIND(EGRESS) },
	{ "network_send", "socket_sendmsg", .kinds = KIND(EGRESS) },
	{ "network_bind", "socket_bind", .kinds = KIND(BIND) },
	{ "network_listen", "socket_listen", .kinds = KIND(BIND) },
	{ "network_option", "socket_setsockopt", .kinds = KIND(RAW) | KIND(EGRESS) },
	{ "network_receive", "file_receive", .kinds = SOCKETS | KIND(BIND) },
	{ "unix_connect", "unix_stream_connect", .kinds = KIND(UNIX) },
	{ "unix_send", "unix_may_send", .kinds = KIND(UNIX) },
	{ "unix_receive", "file_receive", .kinds = KIND(UNIX) },
	{ "trace_access", "ptrace_access_check", .kinds = KIND(PTRACE) },
	{ "trace_me", "ptrace_traceme", .kinds = KIND(PTRACE) },
	{ "trace_perf", "perf_event_open", .unless = "perf_event", .kinds = KIND(PTRACE) },
	{ "identity_uid", "task_fix_setuid", .kinds = KIND(SETUID) },
	{ "identity_gid", "task_fix_setgid", .kinds = KIND(SETUID) },
	{ "identity_groups", "task_fix_setgroups", .kinds = KIND(SETUID) },
	{ "identity_personality", "uring_override_creds", .unless = "io_ring_ctx", .kinds = KIND(SETUID) },
	{ "identity_exec", "bprm_creds_from_file", .kinds = KIND(SETUID_EXEC) },
	{ "identity_file_caps", "bprm_committing_creds", .kinds = KIND(SETUID_EXEC), .is_void = true,
	  .front_only = true },
	{ "kernel_capable", "capable", .kinds = PRIVILEGE },
	{ "kernel_bpf", "bpf", .kinds = KIND(BPF) },
	{ "kernel_modules", "kernel_module_request", .kinds = KIND(MODULES) },
	{ "kernel_userns", "userns_create", "create_user_ns", .kinds = KIND(USERNS) },
	{ "files_open", "file_open", .kinds = KIND(FILES) },
	{ "files_receive", "file_receive", .kinds = KIND(FILES) },
	{ "files_create", "inode_create", .kinds = KIND(FILES) },
	{ "files_mkdir", "inode_mkdir", .kinds = KIND(FILES) },
	{ "files_mknod", "inode_mknod", .kinds = KIND(FILES) },
	{ "files_symlink", "inode_symlink", .kinds = KIND(FILES) },
	{ "files_link", "inode_link", .kinds = KIND(FILES) },
	{ "files_unlink", "inode_unlink", .kinds = KIND(FILES) },
	{ "files_rmdir", "inode_rmdir", .kinds = KIND(FILES) },
	{ "files_rename", "inode_rename", .kinds = KIND(FILES) },
	{ "files_setattr", "inode_setattr", .kinds = KIND(FILES) },
	{ "files_setxattr", "inode_setxattr", .kinds = KIND(FILES) },
	{ "files_removexattr", "inode_removexattr", .kinds = KIND(FILES) },
	/* before 6.2, whose mnt_idmap they have, an ACL was set as any attribute */
	{ "files_set_acl", "inode_set_acl", .unless = "mnt_idmap", .kinds = KIND(FILES) },
	{ "files_remove_acl", "inode_remove_acl", .unless = "mnt_idmap", .kinds = KIND(FILES) },
	{ "files_mount", "sb_mount", .kinds = KIND(FILES) },
	{ "files_move_mount", "move_mount", .kinds = KIND(FILES) },
	{ "record_syscall", "sys_enter", .kinds = SHIELD_HOOK_RECORD, .is_tracepoint = true },
	{ .program = NULL },
};
_Static_assert(sizeof(shield_hooks) / sizeof(shield_hooks[0]) <= 64, "bits of shield_control.attached");

uint64_t shield_hooks_of(uint32_t kinds, enum shield_tier tier)
{
	uint64_t hooks = 0;

	for (unsigned int i = 0; shield_hooks[i].program; i++) {
		const struct shield_hook *hook = &shield_hooks[i];
		bool wanted = kinds == SHIELD_HOOK_ALWAYS ? hook->kinds == SHIELD_HOOK_ALWAYS : hook->kinds & kinds;

		if (wanted && (!hook->front_only || tier == SHIELD_TIER_FMOD_RET))
			hooks |= 1ull << i;
	}
	return hooks;
}

uint64_t shield_hooks_only_of(uint32_t kinds)
{
	uint64_t hooks = 0;

	for (unsigned int i = 0; shield_hooks[i].program; i++) {
		if (!(shield_hooks[i].kinds & ~kinds))
			hooks |= 1ull << i;
	}
	return hooks;
}

void shield_hook_function(const struct shield_hook *hook, enum shield_tier tier, char *buffer, size_t size)
{
	if (hook->is_tracepoint)
		snprintf(buffer, size, "btf_trace_%s", hook->lsm);
	else if (tier == SHIELD_TIER_LSM)
		snprintf(buffer, size, "bpf_lsm_%s", hook->lsm);
	else
		snprintf(buffer, size, "security_%s", hook->function ?: hook->lsm);
}

uint32_t shield_policy_kinds(const struct shield_policy *policy)
{
	uint32_t kinds = 0;

	for (unsigned int kind = 0; kind < SHIELD_KINDS; kind++) {
		if (policy->action[kind] != SHIELD_ALLOW)
			kinds |= 1u << kind;
	}
	return kinds;
}
