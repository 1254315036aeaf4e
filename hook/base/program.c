/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"

#define NOT_FOUND 127 /* as shells have it */

int shield_program_ask(const char *const *words, size_t max, char **ret, size_t *ret_length, struct shield_error *error)
{
	_cleanup_close_ int reader = -1, writer = -1;
	_cleanup_free_ char *text = NULL;
	int pipes[2], status, r;
	size_t length;
	pid_t child;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return shield_fail_errno(error, errno, "cannot make a pipe");
	reader = pipes[0];
	writer = pipes[1];
	child = fork();
	if (child < 0)
		return shield_fail_errno(error, errno, "cannot fork");
	if (child == 0) {
		dup2(writer, STDOUT_FILENO);
		dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
		execvp(words[0], (char *const *)words);
		_exit(errno == ENOENT ? NOT_FOUND : 1);
	}
	shield_closep(&writer);
	writer = -1;
	r = shield_read_fd(reader, words[0], max, &text, &length, error);
	if (r < 0)
		kill(child, SIGKILL);
	if (waitpid(child, &status, 0) < 0)
		status = -1;
	if (r < 0)
		return r;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
		return shield_fail(error, ENOENT, "%s is not on PATH", words[0]);
	if (status)
		return shield_fail(error, EIO, "%s failed", words[0]);
	*ret = TAKE_PTR(text);
	if (ret_length)
		*ret_length = length;
	return 0;
}
