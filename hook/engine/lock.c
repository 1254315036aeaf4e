/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/io.h"

#define LOCK_FILE SHIELD_RUN_DIR "/lock"

int shield_lock(int *ret_fd, struct shield_error *error)
{
	_cleanup_close_ int fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r;

	if (fd < 0 && errno == ENOENT) {
		r = shield_make_directories(SHIELD_RUN_DIR, error);
		if (r < 0)
			return r;
		fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	}
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open " LOCK_FILE);
	while (flock(fd, LOCK_EX) < 0) {
		if (errno != EINTR)
			return shield_fail_errno(error, errno, "cannot lock " LOCK_FILE);
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}
