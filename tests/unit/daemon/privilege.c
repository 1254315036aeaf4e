/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/privilege.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void suite_daemon_privilege(void);

/* What becomes of a process that does this under the filter: its status. */
static int status_of(int (*act)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct rlimit no_core = {};

		setrlimit(RLIMIT_CORE, &no_core);
		if (shield_privilege_filter(NULL) < 0)
			syscall(SYS_exit_group, 99);
		syscall(SYS_exit_group, act());
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(pid, &status, 0), pid);
	return status;
}

static int read_a_file(void)
{
	int fd = (int)syscall(SYS_openat, -100, "/proc/self/statm", 0);
	char byte;

	return fd < 0 || syscall(SYS_read, fd, &byte, 1) != 1;
}

static int change_priority(void)
{
	return syscall(SYS_setpriority, 0, 0, 0) == 0 ? 0 : errno;
}

static int map_code(void)
{
	return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1 ? errno
													      : 0;
}

static int kill_others(void)
{
	return syscall(SYS_kill, getppid(), 0) == 0 ? 0 : errno;
}

static int open_socket(void)
{
	return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0) >= 0;
}

static int execute(void)
{
	return (int)syscall(SYS_execve, "/bin/true", NULL, NULL);
}

static int become_root(void)
{
	return (int)syscall(SYS_setuid, 0);
}

static int call_bpf(void)
{
	return (int)syscall(SYS_bpf, 0, NULL, 0);
}

static int new_process(void)
{
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) < 0;
}

static void filters(void)
{
	static int (*const deadly[])(void) = { open_socket, execute, become_root, call_bpf, new_process };
	int status = status_of(read_a_file);

	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	status = status_of(change_priority);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == EPERM);
	status = status_of(map_code);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == EPERM);
	status = status_of(kill_others);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == EPERM);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
		status = status_of(deadly[i]);
		CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	}
}

static void finds_a_user(void)
{
	struct shield_user user = {};

	CU_ASSERT_EQUAL_FATAL(shield_user_find(&user, NULL), 0);
	CU_ASSERT_NOT_EQUAL(user.uid, 0);
}

void suite_daemon_privilege(void)
{
	CU_pSuite suite = CU_add_suite("daemon/privilege", NULL, NULL);

	CU_add_test(suite, "filters", filters);
	CU_add_test(suite, "finds a user", finds_a_user);
}
