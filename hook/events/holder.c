/* SPDX-License-Identifier: Apache-2.0 */
#include "events/holder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/io.h"

#define LOCKS_MAX (4 * 1024 * 1024) /* bytes of /proc/locks */

int shield_ring_holder_parse(const char *locks, dev_t device, ino_t inode, pid_t *ret)
{
	for (const char *line = locks; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		unsigned int major, minor;
		uintmax_t number;
		int pid;

		/* "3: FLOCK  ADVISORY  WRITE 1234 00:19:567 0 EOF"; one that waits has "->" after the colon */
		if (sscanf(line, "%*u: FLOCK %*s %*s %d %x:%x:%ju", &pid, &major, &minor, &number) == 4 &&
		    makedev(major, minor) == device && number == inode) {
			*ret = pid > 0 ? pid : 0;
			return 0;
		}
	}
	return -ENOENT;
}

/* A process's name, empty when it is gone. */
static void name_of(pid_t pid, char comm[16])
{
	_cleanup_free_ char *text = NULL;
	char path[32];

	comm[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	if (shield_read_file(AT_FDCWD, path, 64, &text, NULL, NULL) < 0)
		return;
	text[strcspn(text, "\n")] = '\0';
	snprintf(comm, 16, "%.15s", text);
}

int shield_ring_holder_find(struct shield_ring_holder *ret, struct shield_error *error)
{
	struct shield_ring_holder holder = {};
	_cleanup_free_ char *locks = NULL;
	struct stat status;
	int r;

	if (stat(SHIELD_RING_LOCK, &status) < 0)
		return shield_fail_errno(error, errno, "cannot stat %s", SHIELD_RING_LOCK);
	r = shield_read_file(AT_FDCWD, "/proc/locks", LOCKS_MAX, &locks, NULL, error);
	if (r < 0)
		return r;
	if (shield_ring_holder_parse(locks, status.st_dev, status.st_ino, &holder.pid) < 0)
		return shield_fail(error, ENOENT, "nobody reads the events");
	if (holder.pid)
		name_of(holder.pid, holder.comm);
	*ret = holder;
	return 0;
}
