/* SPDX-License-Identifier: Apache-2.0 */
#include "events/stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"

#define STRING(word) STRING_OF(word)
#define STRING_OF(word) #word
#define RECORD_WORDS "record " STRING(SHIELD_ABI)

static const char *const formats[SHIELD_FORMATS] = {
	[SHIELD_FORMAT_COMPACT] = "compact",
	[SHIELD_FORMAT_COLOURED] = "compact coloured",
	[SHIELD_FORMAT_JSON] = "json",
	[SHIELD_FORMAT_RECORD] = (RECORD_WORDS),
};

const char *shield_stream_print(const struct shield_stream_request *request, char buffer[SHIELD_STREAM_REQUEST_MAX])
{
	snprintf(buffer, SHIELD_STREAM_REQUEST_MAX, "%s%s\n", formats[request->format],
		 request->follow ? " follow" : "");
	return buffer;
}

/* There are few requests: the one that prints as this line is it. */
int shield_stream_parse(const char *bytes, size_t length, struct shield_stream_request *ret)
{
	const char *end = memchr(bytes, '\n', length);

	if (!end)
		return length < SHIELD_STREAM_REQUEST_MAX - 1 ? 0 : -EINVAL;
	for (unsigned int i = 0; i < 2 * SHIELD_FORMATS; i++) {
		struct shield_stream_request request = { .format = i / 2, .follow = i & 1 };
		char line[SHIELD_STREAM_REQUEST_MAX];

		shield_stream_print(&request, line);
		if (strlen(line) == (size_t)(end - bytes) + 1 && !memcmp(line, bytes, strlen(line))) {
			*ret = request;
			return 1;
		}
	}
	return -EINVAL;
}

int shield_stream_subscribe(const struct shield_stream_request *request, int *ret_fd, struct shield_error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SHIELD_STREAM_SOCKET };
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char line[SHIELD_STREAM_REQUEST_MAX];

	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot create a socket");
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return shield_fail_errno(error, errno, "cannot connect to shieldd at %s", SHIELD_STREAM_SOCKET);
	shield_stream_print(request, line);
	/* a socket that was just connected has room for one line */
	if (send(fd, line, strlen(line), MSG_NOSIGNAL) != (ssize_t)strlen(line))
		return shield_fail_errno(error, errno, "cannot ask shieldd at %s", SHIELD_STREAM_SOCKET);
	*ret_fd = TAKE_FD(fd);
	return 0;
}
