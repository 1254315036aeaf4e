/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's side of the randomised test: does an operation for each line of standard input, in a child of its
 * own, and answers with a line:
 *	ok, SIGKILL	and other signals
 *	ERRNO		what the operation failed with
 *	unable		the operation could not be tried
 * `ready` is answered with ok; `quit` ends it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS 16
#define MAX_SECONDS 240
#define UNABLE 255 /* an exit status; others are an errno */

/* Returns 0, an errno, or UNABLE. @words: the operation's arguments, NULL-terminated */
typedef int (*operation_function)(char **words);

static int ended(long result)
{
	return result < 0 ? errno : 0;
}

/* exec FILE [FILE...]: each executes the next (target.c) */
static int do_exec(char **words)
{
	return ended(execv(words[0], words));
}

static int open_socket(int family, const char *protocol)
{
	static const struct {
		const char *name;
		int type, protocol4, protocol6;
	} protocols[] = {
		{ "tcp", SOCK_STREAM, IPPROTO_TCP, IPPROTO_TCP },
		{ "udp", SOCK_DGRAM, IPPROTO_UDP, IPPROTO_UDP },
		{ "icmp", SOCK_DGRAM, IPPROTO_ICMP, IPPROTO_ICMPV6 },
		{ "raw", SOCK_RAW, IPPROTO_ICMP, IPPROTO_ICMPV6 },
	};

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!strcmp(protocols[i].name, protocol))
			return socket(family, protocols[i].type | SOCK_NONBLOCK,
				      family == AF_INET ? protocols[i].protocol4 : protocols[i].protocol6);
	return -1;
}

struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t length;
	int fd;
};

/* PROTOCOL ADDRESS PORT: false when there is no such socket */
static bool open_endpoint(char **words, struct endpoint *ret)
{
	uint16_t port = htons((uint16_t)strtoul(words[2], NULL, 10));

	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, words[1], &ret->v4.sin_addr) == 1) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = port;
		ret->length = sizeof(ret->v4);
	} else if (inet_pton(AF_INET6, words[1], &ret->v6.sin6_addr) == 1) {
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = port;
		ret->length = sizeof(ret->v6);
	} else {
		return false;
	}
	ret->fd = open_socket(ret->any.sa_family, words[0]);
	return ret->fd >= 0;
}

static int do_connect(char **words)
{
	struct endpoint to;

	return open_endpoint(words, &to) ? ended(connect(to.fd, &to.any, to.length)) : UNABLE;
}

static int do_bind(char **words)
{
	struct endpoint at;

	return open_endpoint(words, &at) ? ended(bind(at.fd, &at.any, at.length)) : UNABLE;
}

/* An ICMP echo request, which is as good as any other datagram: icmp(7) takes nothing else. */
static int send_with(char **words, int flags)
{
	char data[8] = { 8 };
	struct endpoint to;

	if (!open_endpoint(words, &to))
		return UNABLE;
	data[0] = to.any.sa_family == AF_INET ? 8 : (char)128;
	return ended(sendto(to.fd, data, sizeof(data), flags | MSG_NOSIGNAL, &to.any, to.length));
}

static int do_send(char **words)
{
	return send_with(words, 0);
}

static int do_fastopen(char **words)
{
	return send_with(words, MSG_FASTOPEN);
}

/* By system calls: the C library would change all threads. */
static int set_three(long call, char **words)
{
	uint32_t id[3];

	for (int i = 0; i < 3; i++)
		id[i] = (uint32_t)strtoul(words[i], NULL, 10);
	return ended(syscall(call, id[0], id[1], id[2]));
}

static int do_setresuid(char **words)
{
	return set_three(SYS_setresuid, words);
}

static int do_setresgid(char **words)
{
	return set_three(SYS_setresgid, words);
}

static int do_setgroups(char **words)
{
	uint32_t groups[MAX_WORDS];
	size_t count = 0;

	for (; words[count]; count++)
		groups[count] = (uint32_t)strtoul(words[count], NULL, 10);
	return ended(syscall(SYS_setgroups, count, groups));
}

static const struct {
	const char *name;
	int least; /* words that it needs */
	operation_function run;
} operations[] = {
	{ "exec", 1, do_exec },		  { "connect", 3, do_connect },	    { "send", 3, do_send },
	{ "fastopen", 3, do_fastopen },	  { "bind", 3, do_bind },	    { "setresuid", 3, do_setresuid },
	{ "setresgid", 3, do_setresgid }, { "setgroups", 0, do_setgroups },
};

static int do_operation(void *argument)
{
	char **words = argument;
	int count = 0;

	alarm(MAX_SECONDS);
	while (words[count])
		count++;
	for (size_t i = 0; count && i < sizeof(operations) / sizeof(operations[0]); i++)
		if (!strcmp(operations[i].name, words[0]))
			_exit(count - 1 >= operations[i].least ? operations[i].run(words + 1) : UNABLE);
	_exit(UNABLE);
}

/* The child shares this memory, which saves a copy of it, until it executes or ends. */
static int run_child(char **words)
{
	static char stack[64 * 1024] __attribute__((aligned(16)));
	pid_t pid = clone(do_operation, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, words);
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return UNABLE << 8;
	return status;
}

static void answer(int status)
{
	if (WIFSIGNALED(status))
		printf("SIG%s\n", sigabbrev_np(WTERMSIG(status)));
	else if (!WEXITSTATUS(status))
		puts("ok");
	else
		puts(strerrorname_np(WEXITSTATUS(status)) ?: "unable");
	fflush(stdout);
}

static void split(char *line, char *words[MAX_WORDS])
{
	int count = 0;

	for (char *word = strtok(line, " \n"); word && count < MAX_WORDS - 1; word = strtok(NULL, " \n"))
		words[count++] = word;
	words[count] = NULL;
}

int main(void)
{
	static char line[4096];
	char *words[MAX_WORDS];

	while (fgets(line, sizeof(line), stdin)) {
		split(line, words);
		if (!words[0] || !strcmp(words[0], "quit"))
			break;
		answer(strcmp(words[0], "ready") ? run_child(words) : 0);
	}
	return 0;
}
