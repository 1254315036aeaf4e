/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "events/clock.h"

#define ANSWER_TIME 20000000000ull /* ns: far more than a busy machine takes */
#define ANSWER_MAX (1024 * 1024)   /* bytes */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

extern char **environ;

bool shield_ctl_find_program(const char *name, char ret[PATH_MAX])
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
static pid_t start(const char *const *words, int *ret_fd)
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
	r = posix_spawn(&pid, words[0], &actions, NULL, (char *const *)words, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (r) {
		close(ends[0]);
		return -r;
	}
	*ret_fd = ends[0];
	return pid;
}

/* Reads to the end, within the time. */
static int read_answer(int fd, struct shield_text *text)
{
	uint64_t end = shield_clock_boot() + ANSWER_TIME, now;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char bytes[4096];
	ssize_t got;

	while ((now = shield_clock_boot()) < end) {
		if (poll(&wait, 1, (int)((end - now) / 1000000) + 1) <= 0)
			continue;
		got = read(fd, bytes, sizeof(bytes));
		if (got <= 0)
			return got < 0 ? -errno : 0;
		if (text->length + (size_t)got > ANSWER_MAX)
			return -EFBIG;
		shield_text_add_bytes(text, bytes, (size_t)got);
	}
	return -ETIMEDOUT;
}

int shield_ctl_ask(const char *const *words, char **ret, struct shield_error *error)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_close_ int fd = -1;
	pid_t pid = start(words, &fd);
	int r, status = 0;

	if (pid < 0)
		return shield_fail_errno(error, -pid, "cannot run %s", words[0]);
	r = read_answer(fd, &text);
	if (r < 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r < 0)
		return shield_fail_errno(error, -r, "%s %s does not answer", words[0], words[1] ?: "");
	if (status)
		return shield_fail(error, EIO, "%s %s fails", words[0], words[1] ?: "");
	shield_text_add(&text, "");
	if (shield_text_take(&text, ret, NULL) < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	return 0;
}

int shield_ctl_ask_version(const char *program, char **ret, struct shield_error *error)
{
	const char *words[] = { program, "--version", NULL };
	_cleanup_free_ char *text = NULL;
	int r = shield_ctl_ask(words, &text, error);

	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	if (!*text)
		return shield_fail(error, ENODATA, "%s does not say its version", program);
	*ret = TAKE_PTR(text);
	return 0;
}
