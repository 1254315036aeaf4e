/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int shield_output_open(int fd, struct shield_output *ret, struct shield_error *error)
{
	struct shield_output output = SHIELD_OUTPUT_NONE;
	struct stat status;
	char path[32];

	if (fstat(fd, &status) < 0)
		return shield_fail_errno(error, errno, "cannot use the standard output");
	output.is_socket = S_ISSOCK(status.st_mode);
	if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		output.fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	}
	if (output.fd < 0)
		output.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (output.fd < 0)
		return shield_fail_errno(error, errno, "cannot use the standard output");
	*ret = output;
	return 0;
}

static size_t waiting(const struct shield_output *output)
{
	return output->waiting.length - output->written;
}

void shield_output_add(struct shield_output *output, const char *line, size_t length)
{
	if (waiting(output) + length > SHIELD_OUTPUT_MAX) {
		output->failures++;
		return;
	}
	if (output->written) {
		memmove(output->waiting.data, output->waiting.data + output->written, waiting(output));
		output->waiting.length = waiting(output);
		output->written = 0;
	}
	shield_text_add_bytes(&output->waiting, line, length);
}

bool shield_output_waits(const struct shield_output *output)
{
	return waiting(output) > 0;
}

static void give_up(struct shield_output *output)
{
	const char *at = output->waiting.data + output->written, *end = output->waiting.data + output->waiting.length;

	for (; at < end; at++)
		output->failures += *at == '\n';
	output->written = output->waiting.length = 0;
}

/* A socket's own descriptor is shared with others: each call says that it does not wait. */
static ssize_t write_some(const struct shield_output *output)
{
	const char *bytes = output->waiting.data + output->written;

	if (output->is_socket)
		return send(output->fd, bytes, waiting(output), MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(output->fd, bytes, waiting(output));
}

int shield_output_flush(struct shield_output *output, struct shield_error *error)
{
	while (waiting(output) > 0) {
		ssize_t r = write_some(output);
		bool broken = output->broken;

		if (r < 0 && errno == EAGAIN)
			return 0;
		if (r < 0 && errno != EINTR) {
			output->broken = true;
			give_up(output);
			return broken ? 0 : shield_fail_errno(error, errno, "cannot write to the standard output");
		}
		if (r > 0) {
			output->written += (size_t)r;
			output->broken = false;
		}
	}
	return 0;
}

void shield_output_close(struct shield_output *output)
{
	shield_closep(&output->fd);
	shield_text_free(&output->waiting);
	*output = SHIELD_OUTPUT_NONE;
}
