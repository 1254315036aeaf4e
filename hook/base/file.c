/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t wrote = write(fd, bytes, length);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return -errno;
		bytes += wrote;
		length -= (size_t)wrote;
	}
	return fdatasync(fd) < 0 ? -errno : 0;
}

static int put(const char *temporary, const char *path, const char *bytes, size_t length, bool replace)
{
	_cleanup_close_ int fd = -1;
	int r;

	unlink(temporary); /* of one that was killed */
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	r = write_all(fd, bytes, length);
	if (r == 0 && (replace ? rename(temporary, path) : link(temporary, path)) < 0)
		r = -errno;
	if (r < 0 || !replace)
		unlink(temporary);
	return r;
}

int shield_write_file(const char *path, const char *bytes, size_t length, bool replace, struct shield_error *error)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	_cleanup_free_ char *temporary = NULL;
	int r;

	if (asprintf(&temporary, "%.*s.%s.%d", (int)(name - path), path, name, (int)getpid()) < 0) {
		temporary = NULL;
		return shield_fail(error, ENOMEM, "%s: out of memory", path);
	}
	r = put(temporary, path, bytes, length, replace);
	return r < 0 ? shield_fail_errno(error, -r, "%s: cannot write", path) : 0;
}
