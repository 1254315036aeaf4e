/* SPDX-License-Identifier: Apache-2.0 */
#include "base/listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"

int shield_listen_at(const char *path, mode_t mask, int backlog, int *ret_fd, struct shield_error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;
	mode_t before;
	int r;

	if (strlen(path) >= sizeof(address.sun_path))
		return shield_fail(error, ENAMETOOLONG, "%s: too long for a socket", path);
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot create a socket");
	if (unlink(path) < 0 && errno != ENOENT)
		return shield_fail_errno(error, errno, "cannot remove the old %s", path);
	before = umask(mask);
	r = bind(fd, (const struct sockaddr *)&address, sizeof(address));
	umask(before);
	if (r < 0 || listen(fd, backlog) < 0)
		return shield_fail_errno(error, errno, "cannot listen at %s", path);
	*ret_fd = TAKE_FD(fd);
	return 0;
}
