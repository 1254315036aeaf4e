/* SPDX-License-Identifier: Apache-2.0 */
#include "base/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"

int shield_read_trusted(const char *path, size_t max, char **ret, size_t *ret_length, struct shield_error *error)
{
	/* O_NONBLOCK: a FIFO in the file's place must not hold the caller up */
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd < 0 && errno == ELOOP)
		return shield_fail(error, EPERM, "%s: a symbolic link; put the file itself here", path);
	if (fd < 0)
		return shield_fail_errno(error, errno, "%s: cannot open", path);
	if (fstat(fd, &status))
		return shield_fail_errno(error, errno, "%s: cannot stat", path);
	if (!S_ISREG(status.st_mode))
		return shield_fail(error, EPERM, "%s: not a regular file", path);
	if (status.st_uid != 0 && status.st_uid != geteuid())
		return shield_fail(error, EPERM, "%s: belongs to uid %u; it must belong to root or the caller", path,
				   status.st_uid);
	if (status.st_mode & S_IWOTH)
		return shield_fail(error, EPERM, "%s: writable by all; run chmod o-w on it", path);
	return shield_read_fd(fd, path, max, ret, ret_length, error);
}
