/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "daemon/sinks.h"

/* The reader, which inherits more than it may keep. */
static void be_reader(struct shield_reader_setup *setup, struct shield_engine *engine, int signals)
	__attribute__((noreturn));
static void be_reader(struct shield_reader_setup *setup, struct shield_engine *engine, int signals)
{
	struct shield_error error = {};
	int r;

	shield_engine_close(engine);
	close(signals);
	prctl(PR_SET_NAME, "shieldd-reader");
	r = shield_reader_run(setup, &error);
	if (r < 0)
		fprintf(stderr, "shieldd: the reader of events: %s\n", error.message);
	_exit(r < 0);
}

int shield_launch_reader(struct shield_reader_setup *setup, struct shield_engine *engine, int signals,
			 int *ret_questions, pid_t *ret_pid, struct shield_error *error)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return shield_fail_errno(error, errno, "cannot create a socket pair");
	setup->parent = getpid();
	setup->questions = ends[1];
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		be_reader(setup, engine, signals);
	}
	close(ends[1]);
	if (pid < 0) {
		int code = errno;

		close(ends[0]);
		return shield_fail_errno(error, code, "cannot fork");
	}
	*ret_questions = ends[0];
	*ret_pid = pid;
	return 0;
}

/* "shieldd-webhook", beside this program. */
static int find_program(char path[PATH_MAX], struct shield_error *error)
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *base;

	if (length < 0)
		return shield_fail_errno(error, errno, "cannot find this program's folder");
	path[length] = '\0';
	base = strrchr(path, '/') + 1;
	if ((size_t)(base - path) + sizeof("shieldd-webhook") > PATH_MAX)
		return shield_fail(error, ENAMETOOLONG, "this program's path is too long");
	strcpy(base, "shieldd-webhook");
	return 0;
}

/* A file in memory that holds the text, to be read from its beginning. */
static int put_in_file(const char *text, int *ret, struct shield_error *error)
{
	_cleanup_close_ int fd = memfd_create("webhook", MFD_CLOEXEC);
	size_t length = strlen(text);

	if (fd < 0 || write(fd, text, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET) < 0)
		return shield_fail_errno(error, errno, "cannot hand the configuration on");
	*ret = TAKE_FD(fd);
	return 0;
}

static void be_webhook(const char *program, const char *spool, int input, const struct shield_user *user, pid_t parent)
	__attribute__((noreturn));
static void be_webhook(const char *program, const char *spool, int input, const struct shield_user *user, pid_t parent)
{
	struct shield_error error = {};
	sigset_t none;

	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	/* the standard output is for events */
	if (shield_privilege_drop(user, parent, &error) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0 &&
	    dup2(input, STDIN_FILENO) >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) {
		execl(program, "shieldd-webhook", "--spool", spool, NULL);
		shield_fail_errno(&error, errno, "cannot execute %s", program);
	}
	fprintf(stderr, "shieldd: %s\n", error.message);
	_exit(1);
}

int shield_launch_webhook(const struct shield_webhook *webhook, const struct shield_user *user, pid_t *ret_pid,
			  struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int input = -1;
	char program[PATH_MAX], spool[PATH_MAX];
	pid_t pid, parent = getpid();
	int r = find_program(program, error);

	if (r == 0)
		r = shield_webhook_print(webhook, &text, error);
	if (r == 0)
		r = put_in_file(text, &input, error);
	if (r < 0)
		return r;
	snprintf(spool, sizeof(spool), SHIELD_SPOOL_DIR "/%s", webhook->name);
	pid = fork();
	if (pid == 0)
		be_webhook(program, spool, input, user, parent);
	if (pid < 0)
		return shield_fail_errno(error, errno, "cannot fork");
	*ret_pid = pid;
	return 0;
}
