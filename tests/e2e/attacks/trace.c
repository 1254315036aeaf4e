/* SPDX-License-Identifier: Apache-2.0 */
/* Roads into another process. Each takes a pid, or "child" for one it makes. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char something[16] = "something";

struct victim {
	pid_t pid;
	int is_child;
};

static struct victim victim_of(const char *word)
{
	struct victim victim = { .is_child = !strcmp(word, "child") };

	victim.pid = victim.is_child ? fork() : (pid_t)number(word);
	if (victim.is_child && victim.pid == 0) {
		pause();
		_exit(0);
	}
	return victim;
}

static int release(struct victim victim, int error)
{
	if (victim.is_child) {
		kill(victim.pid, SIGKILL);
		waitpid(victim.pid, NULL, 0);
	}
	return error;
}

static int trace(const char *word, int request)
{
	struct victim victim = victim_of(word);
	int error = ptrace(request, victim.pid, NULL, NULL) ? -errno : 0;

	if (!error && request == PTRACE_ATTACH)
		waitpid(victim.pid, NULL, __WALL);
	if (!error && !victim.is_child)
		ptrace(PTRACE_DETACH, victim.pid, NULL, NULL);
	return release(victim, error);
}

static int act_attach(char **words)
{
	return trace(words[0], PTRACE_ATTACH);
}

static int act_seize(char **words)
{
	return trace(words[0], PTRACE_SEIZE);
}

/* traceme: the child asks to be traced */
static int act_traceme(char **words)
{
	int status;
	pid_t pid = fork();

	(void)words;
	if (pid == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : 0);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

/* Addresses of this program are those of its child; in another, a refusal comes before a bad address. */
static int transfer(const char *word, long call)
{
	struct victim victim = victim_of(word);
	char buffer[sizeof(something)] = "";
	struct iovec here = { buffer, sizeof(buffer) }, there = { something, sizeof(something) };
	int error = syscall(call, victim.pid, &here, 1ul, &there, 1ul, 0ul) < 0 ? -errno : 0;

	return release(victim, error);
}

static int act_read_memory(char **words)
{
	return transfer(words[0], SYS_process_vm_readv);
}

static int act_write_memory(char **words)
{
	return transfer(words[0], SYS_process_vm_writev);
}

/* open-memory PID: /proc/PID/mem */
static int act_open_memory(char **words)
{
	struct victim victim = victim_of(words[0]);
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", victim.pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return release(victim, fd < 0 ? -errno : 0);
}

/* get-descriptor PID: pidfd_getfd of its standard input */
static int act_get_descriptor(char **words)
{
	struct victim victim = victim_of(words[0]);
	int pidfd = (int)syscall(SYS_pidfd_open, victim.pid, 0), error = 0;

	if (pidfd < 0 || syscall(SYS_pidfd_getfd, pidfd, 0, 0) < 0)
		error = -errno;
	return release(victim, error);
}

/* read-maps PID: looks without taking over */
static int act_read_maps(char **words)
{
	struct victim victim = victim_of(words[0]);
	char path[64], byte;
	int fd, error = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", victim.pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, &byte, 1) != 1)
		error = -errno;
	return release(victim, error);
}

const struct act trace_acts[] = {
	{ "attach", 1, act_attach },
	{ "seize", 1, act_seize },
	{ "traceme", 0, act_traceme },
	{ "read-memory", 1, act_read_memory },
	{ "write-memory", 1, act_write_memory },
	{ "open-memory", 1, act_open_memory },
	{ "get-descriptor", 1, act_get_descriptor },
	{ "read-maps", 1, act_read_maps },
	{ NULL, 0, NULL },
};
