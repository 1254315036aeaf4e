/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/freeze.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "base/io.h"

#define CGROUP_FILE_MAX 4096
#define LOOK_MS 5

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int write_freeze(int cgroup, bool freeze)
{
	_cleanup_close_ int fd = openat(cgroup, "cgroup.freeze", O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, freeze ? "1" : "0", 1) == 1 ? 0 : -errno;
}

/* Does a file of the cgroup have these words? */
static int file_has(int cgroup, const char *file, const char *words, bool *ret, struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	int r = shield_read_file(cgroup, file, CGROUP_FILE_MAX, &text, NULL, error);

	if (r == 0)
		*ret = strstr(text, words) != NULL;
	return r;
}

static int wait_frozen(int cgroup, unsigned int wait, struct shield_error *error)
{
	uint64_t end = now_ms() + wait;

	for (;;) {
		bool frozen = false;
		int r = file_has(cgroup, "cgroup.events", "frozen 1", &frozen, error);

		if (r < 0 || frozen)
			return r;
		if (now_ms() >= end)
			return shield_fail(error, ETIMEDOUT,
					   "the container does not stand still within %u ms: one of its tasks waits in "
					   "the kernel, as for a file system that does not answer",
					   wait);
		poll(NULL, 0, LOOK_MS);
	}
}

/* Those by which people and terminals end or stop a process: the container would stay frozen. */
static void block_signals(sigset_t *before)
{
	static const int unwanted[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		sigaddset(&set, unwanted[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

int shield_freeze(int cgroup, unsigned int wait, struct shield_frozen *ret, struct shield_error *error)
{
	_cleanup_frozen_ struct shield_frozen frozen = SHIELD_FROZEN_NONE;
	bool was = false;
	int fd, r = file_has(cgroup, "cgroup.freeze", "1", &was, error);

	if (r < 0)
		return r;
	fd = fcntl(cgroup, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot keep the container's cgroup open");
	block_signals(&frozen.mask);
	frozen.cgroup = fd;
	frozen.was = was;
	r = was ? 0 : write_freeze(fd, true);
	if (r < 0)
		return shield_fail_errno(error, -r, "cannot freeze the container's cgroup");
	r = wait_frozen(fd, wait, error);
	if (r < 0)
		return r;
	*ret = frozen;
	frozen = SHIELD_FROZEN_NONE;
	return 0;
}

void shield_thaw(struct shield_frozen *frozen)
{
	if (frozen->cgroup < 0)
		return;
	if (!frozen->was)
		write_freeze(frozen->cgroup, false);
	sigprocmask(SIG_SETMASK, &frozen->mask, NULL);
	close(frozen->cgroup);
	*frozen = SHIELD_FROZEN_NONE;
}
