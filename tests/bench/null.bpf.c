/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A program that allows everything, on each hook that oci-shield uses: what the kernel charges for being asked. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define NULL_PROGRAM(hook)             \
	SEC("lsm/" #hook)              \
	int null_##hook(void *context) \
	{                              \
		return 0;              \
	}

NULL_PROGRAM(bprm_creds_for_exec)
NULL_PROGRAM(bprm_check_security)
NULL_PROGRAM(bprm_creds_from_file)
NULL_PROGRAM(bprm_committing_creds)
NULL_PROGRAM(task_alloc)
NULL_PROGRAM(mmap_file)
NULL_PROGRAM(file_mprotect)
NULL_PROGRAM(socket_create)
NULL_PROGRAM(socket_connect)
NULL_PROGRAM(socket_sendmsg)
NULL_PROGRAM(socket_bind)
NULL_PROGRAM(socket_listen)
NULL_PROGRAM(ptrace_access_check)
NULL_PROGRAM(ptrace_traceme)
NULL_PROGRAM(task_fix_setuid)
NULL_PROGRAM(task_fix_setgid)
NULL_PROGRAM(task_fix_setgroups)

/* On the cgroup of a container: bench attaches it there. */
SEC("cgroup/recvmsg4")
int null_recvmsg4(struct bpf_sock_addr *context)
{
	return 1;
}

SEC("cgroup/recvmsg6")
int null_recvmsg6(struct bpf_sock_addr *context)
{
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
