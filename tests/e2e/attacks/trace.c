/* SPDX-License-Identifier: Apache-2.0 */
/* Roads into another process. Each takes a pid, or "child" for one it makes. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"

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

/* attach32 child: by the i386 table */
static int act_attach32(char **words)
{
	struct victim victim = victim_of(words[0]);

	return release(victim, (int)compat_call(26, PTRACE_ATTACH, victim.pid, 0, 0));
}

/* Tells its tid, for attach-thread. */
static void *wait_as_thread(void *to)
{
	pid_t tid = (pid_t)syscall(SYS_gettid);

	if (write(*(int *)to, &tid, sizeof(tid)) == sizeof(tid))
		pause();
	return NULL;
}

/* attach-thread: to a thread of a child that is not its first */
static int act_attach_thread(char **words)
{
	struct victim victim = { .is_child = 1 };
	int pair[2], error;
	pthread_t thread;
	pid_t tid;

	(void)words;
	if (pipe2(pair, O_CLOEXEC))
		return -errno;
	victim.pid = fork();
	if (victim.pid == 0) {
		pthread_create(&thread, NULL, wait_as_thread, &pair[1]);
		pause();
	}
	if (victim.pid < 0 || read(pair[0], &tid, sizeof(tid)) != sizeof(tid))
		return -EIO;
	error = ptrace(PTRACE_SEIZE, tid, NULL, NULL) ? -errno : 0;
	kill(victim.pid, SIGKILL);
	if (!error)
		waitpid(tid, NULL, __WALL); /* its tracer is told first */
	return release(victim, error);
}

/* trace-born: a grandchild that is traced from its birth, because its parent is */
static int act_trace_born(char **words)
{
	int status;
	unsigned long born = 0;
	pid_t pid = fork();

	(void)words;
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(errno);
		raise(SIGSTOP);
		fork();
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	if (!WIFSTOPPED(status))
		return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEFORK | PTRACE_O_EXITKILL) ||
	    ptrace(PTRACE_CONT, pid, NULL, NULL) || waitpid(pid, &status, 0) < 0 ||
	    ptrace(PTRACE_GETEVENTMSG, pid, NULL, &born))
		return -errno;
	errno = 0;
	if (!born || waitpid((pid_t)born, &status, __WALL) != (pid_t)born)
		return -EIO;
	ptrace(PTRACE_PEEKDATA, (pid_t)born, something, NULL);
	return -errno;
}

/* compare PID: kcmp(2) */
static int act_compare(char **words)
{
	struct victim victim = victim_of(words[0]);

	return release(victim, syscall(SYS_kcmp, getpid(), victim.pid, 0 /* KCMP_FILE */, 0, 0) < 0 ? -errno : 0);
}

/* advise PID: process_madvise(2), which cannot change what memory says */
static int act_advise(char **words)
{
	struct victim victim = victim_of(words[0]);
	static char page[4096] __attribute__((aligned(4096)));
	struct iovec there = { page, sizeof(page) };
	int pidfd = (int)syscall(SYS_pidfd_open, victim.pid, 0);

	return release(victim, syscall(SYS_process_madvise, pidfd, &there, 1ul, MADV_COLD, 0u) < 0 ? -errno : 0);
}

/* sample PID: a counter on it that takes copies of its stack: perf_event_open(2) */
static int act_sample(char **words)
{
	struct victim victim = victim_of(words[0]);
	struct perf_event_attr what = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(what),
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.sample_period = 1000000,
		.sample_type = PERF_SAMPLE_STACK_USER | PERF_SAMPLE_REGS_USER,
		.sample_regs_user = 1,
		.sample_stack_user = 4096,
		.exclude_kernel = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &what, victim.pid, -1, -1, PERF_FLAG_FD_CLOEXEC);

	return release(victim, fd < 0 ? -errno : 0);
}

/* reopen-descriptor PID: opens what its standard input is, by the link in /proc */
static int act_reopen_descriptor(char **words)
{
	struct victim victim = victim_of(words[0]);
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fd/0", victim.pid);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return release(victim, fd < 0 ? -errno : 0);
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
	{ "attach32", 1, act_attach32 },
	{ "attach-thread", 0, act_attach_thread },
	{ "trace-born", 0, act_trace_born },
	{ "compare", 1, act_compare },
	{ "advise", 1, act_advise },
	{ "sample", 1, act_sample },
	{ "reopen-descriptor", 1, act_reopen_descriptor },
	{ "read-maps", 1, act_read_maps },
	{ NULL, 0, NULL },
};
