/* SPDX-License-Identifier: Apache-2.0 */
/* Roads to another program. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif

static int run_fd(int fd, char **words)
{
	if (fd < 0)
		return -errno;
	syscall(SYS_execveat, fd, "", words, environ, AT_EMPTY_PATH);
	return -errno;
}

/* exec PATH [WORD...] */
static int act_exec(char **words)
{
	execve(words[0], words, environ);
	return -errno;
}

/* sh SCRIPT: the rest of the line */
static int act_sh(char **words)
{
	execl("/bin/sh", "sh", "-c", words[0], NULL);
	return -errno;
}

/* execveat PATH [WORD...]: a descriptor and no path; fexecve(3) */
static int act_execveat(char **words)
{
	return run_fd(open(words[0], O_RDONLY), words);
}

/* execveat-path PATH [WORD...]: by an O_PATH descriptor */
static int act_execveat_path(char **words)
{
	return run_fd(open(words[0], O_PATH), words);
}

/* execveat-in DIR NAME: relative to a descriptor */
static int act_execveat_in(char **words)
{
	int fd = open(words[0], O_PATH | O_DIRECTORY);

	if (fd < 0)
		return -errno;
	syscall(SYS_execveat, fd, words[1], words + 1, environ, 0);
	return -errno;
}

/* exec-magic PATH [WORD...]: by the link in /proc */
static int act_exec_magic(char **words)
{
	int fd = open(words[0], O_RDONLY);
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	execve(link, words, environ);
	return -errno;
}

/* exec-memfd PATH [WORD...]: a copy that no directory holds */
static int act_exec_memfd(char **words)
{
	int fd = memfd_create("copy", 0), error;

	if (fd < 0)
		return -errno;
	error = copy_into(fd, words[0]);
	return error ?: run_fd(fd, words);
}

/* exec-tmpfile DIR PATH [WORD...]: a copy that never had a name */
static int act_exec_tmpfile(char **words)
{
	int fd = open(words[0], O_TMPFILE | O_RDWR, 0755), again, error;
	char link[64];

	if (fd < 0)
		return -errno;
	error = copy_into(fd, words[1]);
	if (error)
		return error;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	again = open(link, O_RDONLY);
	close(fd); /* no writer may be left */
	return run_fd(again, words + 1);
}

/* exec-deleted PATH [WORD...]: deletes it first */
static int act_exec_deleted(char **words)
{
	int fd = open(words[0], O_RDONLY);

	if (fd < 0 || unlink(words[0]))
		return -errno;
	return run_fd(fd, words);
}

/* exec-tree PATH [WORD...]: through a detached mount */
static int act_exec_tree(char **words)
{
	return run_fd((int)syscall(SYS_open_tree, AT_FDCWD, words[0], OPEN_TREE_CLONE), words);
}

/* exec-mapped PATH [WORD...]: by the link of a mapping */
static int act_exec_mapped(char **words)
{
	int fd = open(words[0], O_RDONLY | O_CLOEXEC);
	char *memory = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	char link[64];

	if (memory == MAP_FAILED)
		return -errno;
	snprintf(link, sizeof(link), "/proc/self/map_files/%lx-%lx", (long)memory, (long)memory + 4096);
	execve(link, words, environ);
	return -errno;
}

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000
#endif

/* exec-check PATH: asks whether it could be executed */
static int act_exec_check(char **words)
{
	return syscall(SYS_execveat, AT_FDCWD, words[0], words, environ, AT_EXECVE_CHECK) ? -errno : 0;
}

static void *thread_exec(void *words)
{
	return (void *)(long)act_exec(words);
}

/* exec-thread PATH [WORD...]: a thread that is not the first */
static int act_exec_thread(char **words)
{
	pthread_t thread;
	void *result;
	int error = pthread_create(&thread, NULL, thread_exec, words);

	if (error)
		return -error;
	pthread_join(thread, &result);
	return (int)(long)result;
}

/* exec-vfork PATH [WORD...] */
static int act_exec_vfork(char **words)
{
	volatile int error = 0;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execve(words[0], words, environ);
		error = -errno;
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return error;
}

/* fork: the chain goes on in a child, whose end is the parent's */
static int act_fork(char **words)
{
	int status;
	pid_t pid = fork();

	(void)words;
	if (pid <= 0)
		return pid < 0 ? -errno : 0;
	waitpid(pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* pass: nothing */
static int act_pass(char **words)
{
	(void)words;
	return 0;
}

/* sleep SECONDS */
static int act_sleep(char **words)
{
	sleep((unsigned int)number(words[0]));
	return 0;
}

/* A chain that stays whole. */
static int do_copy(char **words)
{
	const char *at = "";
	char *copy[64];
	int count = 0;

	for (; words[count] && count < 63; count++)
		copy[count] = words[count];
	copy[count] = NULL;
	return do_chain(copy, &at);
}

/* repeat N ACT...: until it is done N times, whatever comes of it but the last */
static int act_repeat(char **words)
{
	int error = 0;

	for (long i = number(words[0]); i > 0; i--)
		error = do_copy(words + 1);
	return error;
}

/* hammer FILE allowed|denied ACT...: until FILE is there, or the act comes out otherwise; says how often */
static int act_hammer(char **words)
{
	bool allowed = !strcmp(words[1], "allowed");
	long rounds = 0;
	int error = 0;

	do {
		error = do_copy(words + 2);
		rounds++;
	} while (allowed == !error && access(words[0], F_OK));
	printf("%s %s: %ld rounds, %s\n", words[2], words[3] ?: "", rounds,
	       allowed == !error ? "always" : "not always");
	return allowed == !error ? 0 : error ?: -ECANCELED;
}

/* after FILE ACT...: once FILE is there */
static int act_after(char **words)
{
	while (access(words[0], F_OK))
		usleep(10000);
	return do_copy(words + 1);
}

static void *thread_copy(void *words)
{
	return (void *)(long)do_copy(words);
}

/* threads N ACT...: each of N threads does it */
static int act_threads(char **words)
{
	pthread_t thread[64];
	long count = number(words[0]);
	int error = 0;

	if (count > 64)
		return ACT_WRONG;
	for (long i = 0; i < count; i++)
		if (pthread_create(&thread[i], NULL, thread_copy, words + 1))
			return -EAGAIN;
	for (long i = 0; i < count; i++) {
		void *result;

		pthread_join(thread[i], &result);
		error = error ?: (int)(long)result;
	}
	return error;
}

/* relay FILE END ACT...: a task that forks and ends, again and again until END is there; once FILE is, the act is denied */
static int act_relay(char **words)
{
	long rounds = 0;

	for (; access(words[1], F_OK); rounds++) {
		bool denied = !access(words[0], F_OK);
		pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (pid > 0)
			_exit(0);
		if (!do_copy(words + 2) && denied) {
			printf("relay: round %ld slipped through\n", rounds);
			return -ECANCELED;
		}
	}
	printf("relay: always denied\n");
	return 0;
}

const struct act exec_acts[] = {
	{ "exec", -1, act_exec },
	{ "sh", 1, act_sh },
	{ "execveat", -1, act_execveat },
	{ "execveat-path", -1, act_execveat_path },
	{ "execveat-in", 2, act_execveat_in },
	{ "exec-magic", -1, act_exec_magic },
	{ "exec-memfd", -1, act_exec_memfd },
	{ "exec-tmpfile", -1, act_exec_tmpfile },
	{ "exec-deleted", -1, act_exec_deleted },
	{ "exec-tree", -1, act_exec_tree },
	{ "exec-mapped", -1, act_exec_mapped },
	{ "exec-check", 1, act_exec_check },
	{ "exec-thread", -1, act_exec_thread },
	{ "exec-vfork", -1, act_exec_vfork },
	{ "fork", 0, act_fork },
	{ "pass", 0, act_pass },
	{ "sleep", 1, act_sleep },
	{ "repeat", -1, act_repeat },
	{ "hammer", -1, act_hammer },
	{ "after", -1, act_after },
	{ "threads", -1, act_threads },
	{ "relay", -1, act_relay },
	{ NULL, 0, NULL },
};
