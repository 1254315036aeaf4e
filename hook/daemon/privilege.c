/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"

int shield_user_find(struct shield_user *ret, struct shield_error *error)
{
	const struct passwd *entry = getpwnam(SHIELD_USER);

	if (!entry)
		entry = getpwnam("nobody");
	if (!entry || entry->pw_uid == 0)
		return shield_fail(error, ENOENT,
				   "there is neither a user " SHIELD_USER " nor nobody to read events as; create one "
				   "(systemd-sysusers)");
	ret->uid = entry->pw_uid;
	ret->gid = entry->pw_gid;
	snprintf(ret->name, sizeof(ret->name), "%s", entry->pw_name);
	return 0;
}

static void cap_freep(cap_t *capabilities)
{
	if (*capabilities)
		cap_free(*capabilities);
}

static int drop_capabilities(struct shield_error *error)
{
	_cleanup_(cap_freep) cap_t none = cap_init();

	if (!none || cap_set_proc(none) < 0)
		return shield_fail_errno(error, errno, "cannot drop capabilities");
	return 0;
}

static int drop_bounding_set(struct shield_error *error)
{
	for (cap_value_t capability = 0; cap_get_bound(capability) >= 0; capability++)
		if (cap_drop_bound(capability) < 0)
			return shield_fail_errno(error, errno, "cannot drop capability %d for good", (int)capability);
	return 0;
}

int shield_privilege_drop(const struct shield_user *user, pid_t parent, struct shield_error *error)
{
	int r = drop_bounding_set(error);

	if (r < 0)
		return r;
	if (setgroups(0, NULL) < 0 || setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0)
		return shield_fail_errno(error, errno, "cannot become %s", user->name);
	r = drop_capabilities(error);
	if (r < 0)
		return r;
	/* last: a change of uid clears it */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return shield_fail_errno(error, errno, "cannot set up the process");
	return getppid() == parent ? 0 : shield_fail(error, ESRCH, "shieldd has ended");
}

/* Memory, files that were opened or lie in folders that were, the sockets that are there, time, and the end. */
static const int allowed[] = {
	SCMP_SYS(read),		  SCMP_SYS(readv),	   SCMP_SYS(pread64),
	SCMP_SYS(write),	  SCMP_SYS(writev),	   SCMP_SYS(pwrite64),
	SCMP_SYS(lseek),	  SCMP_SYS(close),	   SCMP_SYS(openat),
	SCMP_SYS(fstat),	  SCMP_SYS(newfstatat),	   SCMP_SYS(statx),
	SCMP_SYS(ftruncate),	  SCMP_SYS(fsync),	   SCMP_SYS(fdatasync),
	SCMP_SYS(flock),	  SCMP_SYS(fcntl),	   SCMP_SYS(getdents64),
	SCMP_SYS(mkdirat),	  SCMP_SYS(unlinkat),	   SCMP_SYS(renameat),
	SCMP_SYS(renameat2),	  SCMP_SYS(munmap),	   SCMP_SYS(mremap),
	SCMP_SYS(madvise),	  SCMP_SYS(brk),	   SCMP_SYS(poll),
	SCMP_SYS(ppoll),	  SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),	  SCMP_SYS(epoll_pwait),   SCMP_SYS(eventfd2),
	SCMP_SYS(accept),	  SCMP_SYS(accept4),	   SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),	  SCMP_SYS(sendto),	   SCMP_SYS(sendmsg),
	SCMP_SYS(sendfile),	  SCMP_SYS(shutdown),	   SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),	  SCMP_SYS(getsockname),   SCMP_SYS(getpeername),
	SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday),  SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),	  SCMP_SYS(getrandom),	   SCMP_SYS(futex),
	SCMP_SYS(getpid),	  SCMP_SYS(gettid),	   SCMP_SYS(getuid),
	SCMP_SYS(geteuid),	  SCMP_SYS(uname),	   SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),  SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),		  SCMP_SYS(exit_group),
};

/* What only somebody else's code would call. */
static const int deadly[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(clone),
	SCMP_SYS(clone3),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	SCMP_SYS(setuid),
	SCMP_SYS(setgid),
	SCMP_SYS(setreuid),
	SCMP_SYS(setregid),
	SCMP_SYS(setresuid),
	SCMP_SYS(setresgid),
	SCMP_SYS(setgroups),
	SCMP_SYS(capset),
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(listen),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(memfd_create),
	SCMP_SYS(symlinkat),
	SCMP_SYS(linkat),
	SCMP_SYS(fchmodat),
	SCMP_SYS(fchownat),
	SCMP_SYS(mknodat),
};

static int add_rules(scmp_filter_ctx filter)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(allowed) / sizeof(allowed[0]); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; r == 0 && i < sizeof(deadly) / sizeof(deadly[0]); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
	/* no memory that can be executed */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* how abort(3) ends, and nothing else's end */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	return r;
}

static void release_filter(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

int shield_privilege_filter(struct shield_error *error)
{
	_cleanup_(release_filter) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = filter ? add_rules(filter) : -ENOMEM;

	if (r == 0)
		r = seccomp_load(filter);
	return r < 0 ? shield_fail_errno(error, -r, "cannot load the system call filter") : 0;
}
