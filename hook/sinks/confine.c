/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/confine.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/cleanup.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
static const int allowed[] = {
	/* memory */
	SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(mremap), SCMP_SYS(munmap),
	/* files */
	SCMP_SYS(access), SCMP_SYS(close), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(fcntl), SCMP_SYS(flock),
	SCMP_SYS(fstat), SCMP_SYS(getdents64), SCMP_SYS(ioctl), SCMP_SYS(lseek), SCMP_SYS(newfstatat), SCMP_SYS(open),
	SCMP_SYS(openat), SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(read), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(readv), SCMP_SYS(stat), SCMP_SYS(statx), SCMP_SYS(unlinkat), SCMP_SYS(write),
	SCMP_SYS(writev),
	/* a network client */
	SCMP_SYS(bind), SCMP_SYS(connect), SCMP_SYS(getpeername), SCMP_SYS(getsockname), SCMP_SYS(getsockopt),
	SCMP_SYS(recvfrom), SCMP_SYS(recvmmsg), SCMP_SYS(recvmsg), SCMP_SYS(sendmmsg), SCMP_SYS(sendmsg),
	SCMP_SYS(sendto), SCMP_SYS(setsockopt), SCMP_SYS(shutdown), SCMP_SYS(socketpair),
	/* waiting */
	SCMP_SYS(clock_nanosleep), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_wait), SCMP_SYS(eventfd2), SCMP_SYS(nanosleep), SCMP_SYS(pipe2), SCMP_SYS(poll), SCMP_SYS(ppoll),
	SCMP_SYS(pselect6), SCMP_SYS(select),
	/* threads: the resolver's */
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(futex), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(rseq),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield), SCMP_SYS(set_robust_list), SCMP_SYS(sigaltstack), SCMP_SYS(tgkill),
	/* the rest */
	SCMP_SYS(clock_gettime), SCMP_SYS(getegid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getrandom),
	SCMP_SYS(getrusage), SCMP_SYS(gettimeofday), SCMP_SYS(getuid), SCMP_SYS(restart_syscall), SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
};

/* What only somebody else's code would call. */
static const int deadly[] = {
	SCMP_SYS(add_key), SCMP_SYS(bpf), SCMP_SYS(chroot), SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
	SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(io_uring_setup), SCMP_SYS(keyctl), SCMP_SYS(kexec_load),
	SCMP_SYS(memfd_create), SCMP_SYS(mount), SCMP_SYS(perf_event_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(pivot_root),
	SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(ptrace), SCMP_SYS(setns), SCMP_SYS(setresuid),
	SCMP_SYS(setuid), SCMP_SYS(unshare), SCMP_SYS(userfaultfd), SCMP_SYS(vfork),
};

/* Names are looked up with the routing socket and the resolver's own one beside DNS. */
static const int families[] = { AF_INET, AF_INET6, AF_NETLINK, AF_UNIX };
/* clang-format on */

static void release(scmp_filter_ctx *filter)
{
	seccomp_release(*filter);
}

static int add_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = seccomp_rule_add(filter, action, calls[i], 0);
	return r;
}

/* Threads, not processes. What clone3 would do cannot be seen: without it, clone is used. */
static int add_threads(scmp_filter_ctx filter)
{
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
				 SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	return r < 0 ? r : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

static int add_sockets(scmp_filter_ctx filter)
{
	int r = 0;

	for (size_t i = 0; i < COUNT(families) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
				     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
	return r;
}

int shield_confine_client(struct shield_error *error)
{
	_cleanup_(release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r;

	if (!filter)
		return shield_fail(error, ENOMEM, "cannot set a seccomp filter up");
	r = add_all(filter, SCMP_ACT_ALLOW, allowed, COUNT(allowed));
	if (r == 0)
		r = add_all(filter, SCMP_ACT_KILL_PROCESS, deadly, COUNT(deadly));
	if (r == 0)
		r = add_threads(filter);
	if (r == 0)
		r = add_sockets(filter);
	if (r == 0)
		r = seccomp_load(filter);
	return r < 0 ? shield_fail_errno(error, -r, "cannot load the seccomp filter") : 0;
}
