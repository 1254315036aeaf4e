/* SPDX-License-Identifier: Apache-2.0 */
/* Other tasks, namespaces and roots to go on in. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int status_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The chain goes on in the child; the parent ends as it does. */
static int go_on(struct clone_args *args)
{
	long pid = syscall(SYS_clone3, args, sizeof(*args));

	if (pid <= 0)
		return pid < 0 ? -errno : 0;
	_exit(status_of((pid_t)pid));
}

/* clone files|user|pid|set-tid */
static int act_clone(char **words)
{
	pid_t tid = 31234; /* that nobody has: pids in a container begin at 1 */
	struct clone_args args = { .exit_signal = SIGCHLD };

	if (!strcmp(words[0], "files"))
		args.flags = CLONE_FILES | CLONE_FS | CLONE_IO | CLONE_SYSVSEM;
	else if (!strcmp(words[0], "user"))
		args.flags = CLONE_NEWUSER;
	else if (!strcmp(words[0], "pid"))
		args.flags = CLONE_NEWPID;
	else if (strcmp(words[0], "set-tid"))
		return ACT_WRONG;
	else
		args.set_tid = (uintptr_t)&tid, args.set_tid_size = 1;
	return go_on(&args);
}

/* clone-into CGROUP */
static int act_clone_into(char **words)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD };
	int fd = open(words[0], O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	args.cgroup = (unsigned int)fd;
	return go_on(&args);
}

/* clone-parent: the chain goes on in a brother of the child that makes it */
static int act_clone_parent(char **words)
{
	struct clone_args args = { .flags = CLONE_PARENT };
	int worst = 0, status;
	pid_t pid = fork();

	(void)words;
	if (pid == 0) {
		long brother = syscall(SYS_clone3, &args, sizeof(args));

		if (brother < 0)
			return -errno;
		if (brother > 0)
			_exit(0);
		return 0;
	}
	if (pid < 0)
		return -errno;
	while ((pid = wait(&status)) > 0)
		if (status)
			worst = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	_exit(worst);
}

/* What a task that shares memory finds out. */
static volatile int shared_error;

static int shared_exec(void *words)
{
	char **argv = words;

	execve(argv[0], argv, environ);
	shared_error = -errno;
	return 0;
}

/* exec-clone-vm PATH [WORD...]: from a process that shares memory and runs beside its parent */
static int act_exec_clone_vm(char **words)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid = clone(shared_exec, stack + sizeof(stack), CLONE_VM | SIGCHLD, words);
	int status;

	if (pid < 0)
		return -errno;
	status = status_of(pid);
	return shared_error ?: status ? -EIO : 0;
}

/* exec-spawn PATH [WORD...]: posix_spawn(3) */
static int act_exec_spawn(char **words)
{
	pid_t pid;
	int error = posix_spawn(&pid, words[0], NULL, NULL, words, environ);

	if (error)
		return -error;
	return status_of(pid) ? -EIO : 0;
}

static const struct {
	const char *name;
	int flag;
} namespaces[] = {
	{ "mount", CLONE_NEWNS }, { "user", CLONE_NEWUSER },	 { "pid", CLONE_NEWPID }, { "net", CLONE_NEWNET },
	{ "ipc", CLONE_NEWIPC },  { "cgroup", CLONE_NEWCGROUP }, { "uts", CLONE_NEWUTS },
};

/* setns PID KIND[,KIND...] */
static int act_setns(char **words)
{
	int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)number(words[0]), 0), flags = 0;

	if (pidfd < 0)
		return -errno;
	for (char *word = strtok(words[1], ","); word; word = strtok(NULL, ","))
		for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++)
			if (!strcmp(word, namespaces[i].name))
				flags |= namespaces[i].flag;
	return setns(pidfd, flags) || chdir("/") ? -errno : 0;
}

/* setns-child user|net|...: into a namespace that a child has made */
static int act_setns_child(char **words)
{
	int ready[2], error;
	char pid_word[16], byte;
	char *kind[] = { words[0], NULL }, *where[] = { pid_word, words[0], NULL };
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		error = act_unshare(kind);
		if (error || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		return -EIO;
	snprintf(pid_word, sizeof(pid_word), "%d", pid);
	error = act_setns(where);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return error;
}

/* pivot DIR: what a runtime does to enter a root */
static int act_pivot(char **words)
{
	if (mount(words[0], words[0], NULL, MS_BIND | MS_REC, NULL) || chdir(words[0]) ||
	    syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
		return -errno;
	return 0;
}

/* Puts a copy of a mapping in its place. */
static int replace_mapping(unsigned long start, unsigned long end, const char *protection)
{
	int allowed = PROT_READ | (protection[1] == 'w' ? PROT_WRITE : 0) | (protection[2] == 'x' ? PROT_EXEC : 0);
	size_t size = end - start;
	void *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (copy == MAP_FAILED)
		return -errno;
	memcpy(copy, (void *)start, size);
	if (mprotect(copy, size, allowed) ||
	    mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)start) == MAP_FAILED)
		return -errno;
	return 0;
}

/* The kernel takes no other exe_file while a mapping of the old one is left. */
static int leave_executable(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], path[256], own[256] = "", protection[5];
	unsigned long start, end;
	int error = 0;

	if (!maps || readlink("/proc/self/exe", own, sizeof(own) - 1) < 0)
		return -errno;
	while (!error && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %255s", &start, &end, protection, path) == 4 &&
		    !strcmp(path, own))
			error = replace_mapping(start, end, protection);
	fclose(maps);
	return error;
}

/* be-called FILE: /proc/self/exe becomes another file: PR_SET_MM_EXE_FILE */
static int act_be_called(char **words)
{
	int fd = open(words[0], O_RDONLY | O_CLOEXEC), error;

	if (fd < 0)
		return -errno;
	error = leave_executable();
	if (error)
		return error;
	return prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, fd, 0, 0) ? -errno : 0;
}

const struct act task_acts[] = {
	{ "clone", 1, act_clone },
	{ "clone-into", 1, act_clone_into },
	{ "clone-parent", 0, act_clone_parent },
	{ "exec-clone-vm", -1, act_exec_clone_vm },
	{ "exec-spawn", -1, act_exec_spawn },
	{ "setns", 2, act_setns },
	{ "setns-child", 1, act_setns_child },
	{ "pivot", 1, act_pivot },
	{ "be-called", 1, act_be_called },
	{ NULL, 0, NULL },
};
