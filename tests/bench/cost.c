/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command again and again and prints what each run cost in ns, one per line:
 *
 *	cost RUNS COMMAND [ARGUMENT...]
 *
 * The cost is the time that passed less the time in which nobody had anything to do: a thread that runs only when the
 * machine would idle says how long that was. One CPU.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "cost: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* Takes the time that nobody wants. */
static void *idle(void *unused)
{
	struct sched_param none = { 0 };

	(void)unused;
	if (pthread_setschedparam(pthread_self(), SCHED_IDLE, &none))
		die("cannot idle");
	for (;;)
		__asm__ volatile(""); /* no pause: emulators leave their fast path for it */
	return NULL;
}

static int run(char **command)
{
	pid_t pid = vfork();
	int status;

	if (pid < 0)
		die("cannot fork");
	if (pid == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	clockid_t idling;
	int runs = argc > 2 ? atoi(argv[1]) : 0;

	if (runs < 1) {
		fputs("usage: cost RUNS COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	if (pthread_create(&thread, NULL, idle, NULL) || pthread_getcpuclockid(thread, &idling))
		die("cannot start a thread");
	for (int i = 0; i < runs; i++) {
		uint64_t start = now(CLOCK_MONOTONIC), idle_start = now(idling), passed;
		int status = run(argv + 2);

		passed = now(CLOCK_MONOTONIC) - start;
		passed -= now(idling) - idle_start;
		if (status) {
			fprintf(stderr, "cost: %s: status %d\n", argv[2], status);
			return 1;
		}
		printf("%llu\n", (unsigned long long)passed);
		fflush(stdout);
	}
	return 0;
}
