/* SPDX-License-Identifier: Apache-2.0 */
/* What programs do every day, and must go on doing under any profile. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* storm N: as many children at once */
static int act_storm(char **words)
{
	long count = number(words[0]), ended = 0;
	int status;

	for (long i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		if (pid < 0)
			return -errno;
	}
	while (wait(&status) > 0)
		ended += status == 0;
	return ended == count ? 0 : -EIO;
}

static void *add_one(void *counter)
{
	__atomic_add_fetch((long *)counter, 1, __ATOMIC_RELAXED);
	return NULL;
}

/* threads N */
static int act_threads(char **words)
{
	long count = number(words[0]), ran = 0;
	pthread_t thread[256];

	for (long i = 0; i < count && i < 256; i++)
		if (pthread_create(&thread[i], NULL, add_one, &ran))
			return -EAGAIN;
	for (long i = 0; i < count && i < 256; i++)
		pthread_join(thread[i], NULL);
	return ran == count ? 0 : -EIO;
}

/* shell: system(3) and popen(3) */
static int act_shell(char **words)
{
	char line[8] = "";
	FILE *pipe;

	(void)words;
	if (system("exit 7") != 7 << 8) // NOLINT: that is what is tried
		return -EIO;
	pipe = popen("echo said", "re");
	if (!pipe || !fgets(line, sizeof(line), pipe) || pclose(pipe))
		return -EIO;
	return strcmp(line, "said\n") ? -EIO : 0;
}

/* timer: a signal by one */
static int act_timer(char **words)
{
	const struct itimerval soon = { .it_value.tv_usec = 1000 };
	sigset_t set;
	int got;

	(void)words;
	sigemptyset(&set);
	sigaddset(&set, SIGVTALRM);
	sigaddset(&set, SIGPROF);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (kill(getpid(), SIGUSR1) || sigwait(&set, &got) || got != SIGUSR1)
		return -EIO;
	if (setitimer(ITIMER_PROF, &soon, NULL))
		return -errno;
	for (;;) {
		sigset_t pending;

		sigpending(&pending);
		if (sigismember(&pending, SIGPROF))
			return 0;
	}
}

/* own-proc: its own files in /proc */
static int act_own_proc(char **words)
{
	static const char *const files[] = { "/proc/self/maps", "/proc/self/environ", "/proc/self/status",
					     "/proc/self/mem",	"/proc/self/fd/0",    "/proc/self/exe",
					     "/proc/meminfo" };

	(void)words;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int fd = open(files[i], O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			return -errno;
		close(fd);
	}
	return 0;
}

/* local-sockets: a datagram pair; a stream with a name in the file system, and one without */
static int act_local_sockets(char **words)
{
	struct sockaddr_un named = { .sun_family = AF_UNIX, .sun_path = "/tmp/e2e.sock" };
	int pair[2], server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char byte;

	(void)words;
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) || write(pair[0], "x", 1) != 1 ||
	    read(pair[1], &byte, 1) != 1)
		return -errno;
	unlink(named.sun_path);
	if (bind(server, (void *)&named, sizeof(named)) || listen(server, 1) ||
	    connect(client, (void *)&named, sizeof(named)) || accept(server, NULL, NULL) < 0)
		return -errno;
	return unlink(named.sun_path) ? -errno : 0;
}

/* jit: code written into memory, and run */
static int act_jit(char **words)
{
#ifdef __x86_64__
	static const unsigned char code[] = { 0xb8, 42, 0, 0, 0, 0xc3 }; /* mov $42, %eax; ret */
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int (*function)(void);

	if (memory == MAP_FAILED)
		return -errno;
	memcpy(memory, code, sizeof(code));
	if (mprotect(memory, 4096, PROT_READ | PROT_EXEC))
		return -errno;
	memcpy(&function, &memory, sizeof(function));
	if (function() != 42)
		return -EIO;
#endif
	(void)words;
	return 0;
}

/* plain-memfd: memory with a descriptor, sealed, mapped, and not executed */
static int act_plain_memfd(char **words)
{
	int fd = memfd_create("buffer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	char *memory;

	(void)words;
	if (fd < 0 || ftruncate(fd, 4096))
		return -errno;
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	*memory = 1;
	return munmap(memory, 4096) || fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) ? -errno : 0;
}

/* adopt N: orphans come to a sub-reaper, which collects them */
static int act_adopt(char **words)
{
	long count = number(words[0]), collected = 0;
	pid_t pid;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		return -errno;
	pid = fork();
	if (pid == 0) {
		for (long i = 0; i < count; i++)
			if (fork() == 0)
				_exit(0);
		_exit(0);
	}
	if (pid < 0)
		return -errno;
	while (wait(NULL) > 0)
		collected++;
	return collected == count + 1 ? 0 : -EIO;
}

/* events: epoll with an eventfd and inotify in it */
static int act_events(char **words)
{
	int poller = epoll_create1(EPOLL_CLOEXEC), counter = eventfd(0, EFD_CLOEXEC);
	int watcher = inotify_init1(IN_CLOEXEC);
	struct epoll_event event = { .events = EPOLLIN };
	FILE *made;

	(void)words;
	if (poller < 0 || counter < 0 || inotify_add_watch(watcher, "/tmp", IN_CREATE) < 0 ||
	    epoll_ctl(poller, EPOLL_CTL_ADD, counter, &event) || epoll_ctl(poller, EPOLL_CTL_ADD, watcher, &event))
		return -errno;
	made = fopen("/tmp/e2e.event", "we");
	if (!made || unlink("/tmp/e2e.event") || epoll_wait(poller, &event, 1, 1000) != 1)
		return -EIO;
	fclose(made);
	return eventfd_write(counter, 1) ? -errno : 0;
}

/* map-file FILE: to read and to write, privately */
static int act_map_file(char **words)
{
	int fd = open(words[0], O_RDONLY | O_CLOEXEC);
	char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	*memory = 1;
	return munmap(memory, 4096) ? -errno : 0;
}

const struct act benign_acts[] = {
	{ "storm", 1, act_storm },   { "threads", 1, act_threads },	    { "shell", 0, act_shell },
	{ "timer", 0, act_timer },   { "own-proc", 0, act_own_proc },	    { "local-sockets", 0, act_local_sockets },
	{ "jit", 0, act_jit },	     { "plain-memfd", 0, act_plain_memfd }, { "adopt", 1, act_adopt },
	{ "events", 0, act_events }, { "map-file", 1, act_map_file },	    { NULL, 0, NULL },
};
