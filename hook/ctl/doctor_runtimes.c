/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "ctl/doctor.h"

#define ANSWER_TIME 10000 /* ms for a program to say its version */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

extern char **environ;

static const struct runtime {
	const char *name;
	bool reads_hooks_d;
} runtimes[] = {
	{ "podman", true }, { "crio", true }, { "containerd", false }, { "crun", false }, { "runc", false },
};

/* Looks a program up in PATH. */
static bool find_program(const char *name, char ret[PATH_MAX])
{
	const char *path = getenv("PATH");

	for (const char *at = path && *path ? path : DEFAULT_PATH; *at; at += strcspn(at, ":"), at += *at == ':') {
		int length = (int)strcspn(at, ":");

		if (*at != '/') /* relative: not looked at, as nobody should run what lies there */
			continue;
		if (snprintf(ret, PATH_MAX, "%.*s/%s", length, at, name) < PATH_MAX && access(ret, X_OK) == 0)
			return true;
	}
	return false;
}

/* Starts `program --version` with its output in a pipe. Returns its pid, or a negative errno. */
static pid_t start(const char *program, int *ret_fd)
{
	char *const arguments[] = { (char *)program, (char *)"--version", NULL };
	posix_spawn_file_actions_t actions;
	int ends[2];
	pid_t pid;
	int r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	r = posix_spawn(&pid, program, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (r) {
		close(ends[0]);
		return -r;
	}
	*ret_fd = ends[0];
	return pid;
}

/* Reads the first line, or what came in time. Returns its length. */
static size_t read_line(int fd, char *line, size_t size)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	size_t length = 0;

	while (length < size - 1 && !memchr(line, '\n', length) && poll(&wait, 1, ANSWER_TIME) > 0) {
		ssize_t got = read(fd, line + length, size - 1 - length);

		if (got <= 0)
			break;
		length += (size_t)got;
	}
	line[length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return strlen(line);
}

/* The first line of what `program --version` says. */
static bool ask_version(const char *program, char *line, size_t size)
{
	_cleanup_close_ int fd = -1;
	pid_t pid = start(program, &fd);
	size_t length;

	if (pid < 0)
		return false;
	length = read_line(fd, line, size);
	kill(pid, SIGKILL); /* it has said what it was asked, or does not answer */
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return length > 0;
}

void shield_doctor_runtimes(struct shield_doctor *doctor)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		char program[PATH_MAX], line[128], shown[128];

		if (!find_program(runtimes[i].name, program))
			continue;
		any = true;
		doctor->reads_hooks_d |= runtimes[i].reads_hooks_d;
		if (ask_version(program, line, sizeof(line)))
			shield_doctor_say(doctor, SHIELD_FINDING_OK, runtimes[i].name, NULL, "%s: %s", program,
					  shield_printable(line, shown, sizeof(shown)));
		else
			shield_doctor_say(doctor, SHIELD_FINDING_NOTE, runtimes[i].name, NULL,
					  "%s: does not say its version", program);
	}
	if (!any)
		shield_doctor_say(doctor, SHIELD_FINDING_MISSING, "runtimes", "install one, such as podman with crun",
				  "none of podman, crio, containerd, crun and runc is on PATH");
}
