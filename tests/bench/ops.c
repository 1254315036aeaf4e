/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What single operations cost in ns, "NAME MEDIAN MEAN LEAST" a line. Where one ns is one instruction, the figures repeat.
 *
 *	ops [NAME...]
 *
 * Each operation has a process of its own. It is timed alone, without what prepares it and clears up after it. The
 * median is the operation's own way through the kernel; the mean has also what the kernel puts off (what RCU frees)
 * and what comes in between (the timer), and is less exact.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP 10
#define TINY "/usr/local/bin/tiny"
#define TINY_DEEP "/opt/application/releases/2024-11-05/libexec/platform/helpers/internal/tiny"
#define LIBRARY "/usr/local/lib/library.so"
#define PORT 2049
#define UID 33 /* that the profile allows */

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct operation {
	const char *name;
	void (*set_up)(void);
	void (*prepare)(void);
	void (*act)(void);
	void (*clear)(void);
	unsigned int acts;
	unsigned int parts; /* of one act, each a whole operation; 0 = 1 */
	const char *less;   /* an operation whose cost is taken off; NULL = the clock's */
};

static void die(const char *what)
{
	fprintf(stderr, "ops: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void must(int result, const char *what)
{
	if (result < 0)
		die(what);
}

static void nothing(void)
{
}

/* Processes */

static void await(pid_t pid)
{
	int status;

	must(waitpid(pid, &status, 0), "waitpid");
	if (status) {
		errno = ECANCELED;
		die("the child failed");
	}
}

static void fork_exit(void)
{
	pid_t pid = fork();

	must(pid, "fork");
	if (pid == 0)
		_exit(0);
	await(pid);
}

static void fork_exec(const char *path, const char *argument)
{
	pid_t pid = fork();

	must(pid, "fork");
	if (pid == 0) {
		execl(path, path, argument, NULL);
		_exit(127);
	}
	await(pid);
}

static void exec_once(void)
{
	fork_exec(TINY, NULL);
}

static void exec_once_deep(void)
{
	fork_exec(TINY_DEEP, NULL);
}

/* An execution for each character. */
static const char many[] = "xxxxxxxx";
#define EXECS (sizeof(many) - 1)

static void exec_often(void)
{
	fork_exec(TINY, many);
}

static void exec_often_deep(void)
{
	fork_exec(TINY_DEEP, many);
}

/* Files */

static void open_close(void)
{
	int fd = open(TINY, O_RDONLY | O_CLOEXEC);

	must(fd, TINY);
	close(fd);
}

static int library;

static void set_up_library(void)
{
	library = open(LIBRARY, O_RDONLY | O_CLOEXEC);
	must(library, LIBRARY);
}

static void map_unmap(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, library, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	munmap(memory, 4096);
}

/* The network. One name for each address family. */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static union address local;
static socklen_t local_length;
static int sender, receiver, accepted;

static void use_v4(void)
{
	local.v4 = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	local_length = sizeof(local.v4);
}

static void use_v6(void)
{
	local.v6 = (struct sockaddr_in6){
		.sin6_family = AF_INET6,
		.sin6_port = htons(PORT),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	local_length = sizeof(local.v6);
}

static int open_socket(int type)
{
	int fd = socket(local.any.sa_family, type | SOCK_CLOEXEC, 0);

	must(fd, "socket");
	return fd;
}

static void open_receiver(int type)
{
	int one = 1;

	receiver = open_socket(type);
	must(setsockopt(receiver, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), "SO_REUSEADDR");
	must(bind(receiver, &local.any, local_length), "bind");
}

static void socket_close(void)
{
	close(open_socket(SOCK_DGRAM));
}

static void open_datagram(void)
{
	receiver = open_socket(SOCK_DGRAM);
}

static void bind_socket(void)
{
	must(bind(receiver, &local.any, local_length), "bind");
}

static void close_receiver(void)
{
	close(receiver);
}

static void set_up_tcp(void)
{
	open_receiver(SOCK_STREAM);
	must(listen(receiver, 16), "listen");
}

static void set_up_tcp4(void)
{
	use_v4();
	set_up_tcp();
}

static void set_up_tcp6(void)
{
	use_v6();
	set_up_tcp();
}

static void open_sender(void)
{
	sender = open_socket(SOCK_STREAM);
}

static void connect_sender(void)
{
	must(connect(sender, &local.any, local_length), "connect");
}

/* Without the TIME_WAIT of an orderly end. */
static void reset_sender(void)
{
	struct linger abort = { .l_onoff = 1 };

	accepted = accept(receiver, NULL, NULL);
	must(accepted, "accept");
	must(setsockopt(sender, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort)), "SO_LINGER");
	close(sender);
	close(accepted);
}

static void set_up_udp(void)
{
	open_receiver(SOCK_DGRAM);
	sender = open_socket(SOCK_DGRAM);
}

static void set_up_udp4(void)
{
	use_v4();
	set_up_udp();
}

static void set_up_udp6(void)
{
	use_v6();
	set_up_udp();
}

static void send_datagram(void)
{
	must((int)sendto(sender, "datagram", 8, 0, &local.any, local_length), "sendto");
}

static void receive_datagram(void)
{
	union address from;
	socklen_t length = sizeof(from);
	char room[8];

	must((int)recvfrom(receiver, room, sizeof(room), 0, &from.any, &length), "recvfrom");
}

/* Identity. The calls without the C library, which would do more. */

static void setuid_same(void)
{
	must((int)syscall(SYS_setuid, 0), "setuid");
}

static void setuid_there_and_back(void)
{
	must((int)syscall(SYS_setresuid, -1, UID, -1), "setresuid");
	must((int)syscall(SYS_setresuid, -1, 0, -1), "setresuid");
}

/* Tracing */

static pid_t tracee;

static void set_up_tracee(void)
{
	tracee = fork();
	must(tracee, "fork");
	if (tracee)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void attach_detach(void)
{
	int status;

	must((int)ptrace(PTRACE_ATTACH, tracee, NULL, NULL), "PTRACE_ATTACH");
	must(waitpid(tracee, &status, __WALL), "waitpid");
	must((int)ptrace(PTRACE_DETACH, tracee, NULL, NULL), "PTRACE_DETACH");
}

static void get_pid(void)
{
	syscall(SYS_getpid);
}

static const struct operation operations[] = {
	{ .name = "clock", .act = nothing, .acts = 1001 },
	{ .name = "getpid", .act = get_pid, .acts = 1001 },
	{ .name = "open_close", .act = open_close, .acts = 401 },
	{ .name = "fork", .act = fork_exit, .acts = 151 },
	{ .name = "fork_exec", .act = exec_once, .acts = 61 },
	{ .name = "exec", .act = exec_often, .acts = 41, .parts = EXECS, .less = "fork_exec" },
	{ .name = "fork_exec_deep", .act = exec_once_deep, .acts = 61 },
	{ .name = "exec_deep", .act = exec_often_deep, .acts = 41, .parts = EXECS, .less = "fork_exec_deep" },
	{ .name = "map_library", .set_up = set_up_library, .act = map_unmap, .acts = 401 },
	{ .name = "socket", .set_up = use_v4, .act = socket_close, .acts = 401 },
	{ .name = "bind",
	  .set_up = use_v4,
	  .prepare = open_datagram,
	  .act = bind_socket,
	  .clear = close_receiver,
	  .acts = 401 },
	{ .name = "connect",
	  .set_up = set_up_tcp4,
	  .prepare = open_sender,
	  .act = connect_sender,
	  .clear = reset_sender,
	  .acts = 101 },
	{ .name = "connect6",
	  .set_up = set_up_tcp6,
	  .prepare = open_sender,
	  .act = connect_sender,
	  .clear = reset_sender,
	  .acts = 101 },
	{ .name = "sendto", .set_up = set_up_udp4, .act = send_datagram, .clear = receive_datagram, .acts = 401 },
	{ .name = "sendto6", .set_up = set_up_udp6, .act = send_datagram, .clear = receive_datagram, .acts = 401 },
	{ .name = "recvfrom", .set_up = set_up_udp4, .prepare = send_datagram, .act = receive_datagram, .acts = 401 },
	{ .name = "setuid_same", .act = setuid_same, .acts = 601 },
	{ .name = "setuid_change", .act = setuid_there_and_back, .acts = 401, .parts = 2 },
	{ .name = "ptrace", .set_up = set_up_tracee, .act = attach_detach, .acts = 101 },
};

#define ACTS_MAX 1024

struct cost {
	double median, mean, least;
};

/* What was measured, by operation; shared with the processes that measure. */
static struct cost *costs;

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void (*or_nothing(void (*step)(void)))(void)
{
	return step ? step : nothing;
}

/* @times: room for @acts */
static void repeat(const struct operation *operation, unsigned int acts, uint64_t *times)
{
	void (*prepare)(void) = or_nothing(operation->prepare);
	void (*act)(void) = operation->act;
	void (*clear)(void) = or_nothing(operation->clear);

	for (unsigned int i = 0; i < acts; i++) {
		uint64_t start;

		prepare();
		start = now();
		act();
		times[i] = now() - start;
		clear();
	}
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* The cost of an act, the clock's own included. */
static void measure(const struct operation *operation, struct cost *ret)
{
	static uint64_t times[ACTS_MAX];
	uint64_t sum = 0;

	or_nothing(operation->set_up)();
	repeat(operation, WARM_UP, times);
	repeat(operation, operation->acts, times);
	for (unsigned int i = 0; i < operation->acts; i++)
		sum += times[i];
	qsort(times, operation->acts, sizeof(times[0]), compare);
	ret->median = (double)times[operation->acts / 2];
	ret->least = (double)times[0];
	ret->mean = (double)sum / operation->acts;
}

static size_t find(const char *name)
{
	for (size_t i = 0; i < SIZE(operations); i++) {
		if (!strcmp(operations[i].name, name))
			return i;
	}
	errno = ENOENT;
	die(name);
	return 0;
}

/* Measures one operation in a process of its own. */
static void run(size_t i)
{
	pid_t pid = fork();

	must(pid, "fork");
	if (pid == 0) {
		measure(&operations[i], &costs[i]);
		_exit(0);
	}
	await(pid);
}

static void report(size_t i)
{
	const struct operation *operation = &operations[i];
	size_t less = find(operation->less ?: "clock");
	unsigned int parts = operation->parts ?: 1;

	if (!costs[less].median)
		run(less);
	run(i);
	printf("%s %.0f %.0f %.0f\n", operation->name, (costs[i].median - costs[less].median) / parts,
	       (costs[i].mean - costs[less].mean) / parts, (costs[i].least - costs[less].least) / parts);
}

int main(int argc, char **argv)
{
	costs = mmap(NULL, SIZE(operations) * sizeof(*costs), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (costs == MAP_FAILED)
		die("mmap");
	for (size_t i = find("getpid"); argc < 2 && i < SIZE(operations); i++)
		report(i);
	for (int i = 1; i < argc; i++)
		report(find(argv[i]));
	return 0;
}
