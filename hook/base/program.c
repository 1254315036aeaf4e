/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

#define ANSWER_TIME 20000 /* ms: far more than a busy machine takes */
#define VERSION_MAX 4096  /* bytes */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

extern char **environ;

bool shield_program_find(const char *name, char ret[PATH_MAX])
{
	const char *path = getenv("PATH");

	for (const char *at = path && *path ? path : DEFAULT_PATH; *at; at += strcspn(at, ":"), at += *at == ':') {
		int length = (int)strcspn(at, ":");

		if (*at != '/')
			continue;
		if (snprintf(ret, PATH_MAX, "%.*s/%s", length, at, name) < PATH_MAX && access(ret, X_OK) == 0)
			return true;
	}
	return false;
}

/* Starts a program with its output in a pipe. Returns its pid, or a negative errno. */
static pid_t start(const char *program, const char *const *words, int *ret_fd)
{
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
	r = posix_spawn(&pid, program, &actions, NULL, (char *const *)words, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (r) {
		close(ends[0]);
		return -r;
	}
	*ret_fd = ends[0];
	return pid;
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Reads to the end, within the time. */
static int read_answer(int fd, size_t max, struct shield_text *text)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int64_t end = now() + ANSWER_TIME, left;
	char bytes[4096];
	ssize_t got;

	while ((left = end - now()) > 0) {
		if (poll(&wait, 1, (int)left) <= 0)
			continue;
		got = read(fd, bytes, sizeof(bytes));
		if (got <= 0)
			return got < 0 ? -errno : 0;
		if (text->length + (size_t)got > max)
			return -EFBIG;
		shield_text_add_bytes(text, bytes, (size_t)got);
	}
	return -ETIMEDOUT;
}

int shield_program_ask(const char *const *words, size_t max, char **ret, size_t *ret_length, struct shield_error *error)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_close_ int fd = -1;
	char found[PATH_MAX];
	int r, status = 0;
	pid_t pid;

	if (!strchr(words[0], '/') && !shield_program_find(words[0], found))
		return shield_fail(error, ENOENT, "%s is not on PATH", words[0]);
	pid = start(strchr(words[0], '/') ? words[0] : found, words, &fd);
	if (pid < 0)
		return shield_fail_errno(error, -pid, "cannot run %s", words[0]);
	r = read_answer(fd, max, &text);
	if (r < 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r < 0)
		return shield_fail_errno(error, -r, "%s %s", words[0], words[1] ?: "");
	if (status)
		return shield_fail(error, EIO, "%s %s failed", words[0], words[1] ?: "");
	shield_text_add(&text, "");
	return shield_text_take(&text, ret, ret_length) < 0 ? shield_fail(error, ENOMEM, "out of memory") : 0;
}

int shield_program_version(const char *program, char **ret, struct shield_error *error)
{
	const char *words[] = { program, "--version", NULL };
	_cleanup_free_ char *text = NULL;
	int r = shield_program_ask(words, VERSION_MAX, &text, NULL, error);

	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	if (!*text)
		return shield_fail(error, ENODATA, "%s does not say its version", program);
	*ret = TAKE_PTR(text);
	return 0;
}
