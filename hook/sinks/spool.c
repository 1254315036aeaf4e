/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "sinks/segments.h"

int shield_spool_claim(int dir, const char *role, int *ret_fd, struct shield_error *error)
{
	_cleanup_close_ int fd = openat(dir, role, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open the spool's file '%s'", role);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK
			       ? shield_fail(error, EBUSY, "the spool has another %s already", role)
			       : shield_fail_errno(error, errno, "cannot lock the spool's file '%s'", role);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* Adds what of one segment waits. @end: number of the first record of the one after it */
static int add_waiting(int dir, uint64_t first, uint64_t end, struct shield_spool_status *status,
		       struct shield_error *error)
{
	uint64_t next = status->state.next, done = 0, done_bytes = 0, records, bytes;
	_cleanup_close_ int fd = -1;
	int r = 0;

	if (end <= next)
		return 0;
	fd = shield_segment_open(dir, first, O_RDONLY, error);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd; /* dropped or done meanwhile */
	if (next > first)
		r = shield_segment_walk(fd, next - first, NULL, NULL, &done, &done_bytes, error);
	if (r == 0 && lseek(fd, (off_t)done_bytes, SEEK_SET) < 0)
		r = shield_fail_errno(error, errno, "cannot read a file of the spool");
	if (r == 0)
		r = shield_segment_walk(fd, UINT64_MAX, NULL, NULL, &records, &bytes, error);
	if (r < 0)
		return r;
	status->records += records;
	status->bytes += bytes;
	return 0;
}

int shield_spool_status(int dir, struct shield_spool_status *ret, struct shield_error *error)
{
	_cleanup_segments_ struct shield_segments segments = {};
	struct shield_spool_status status = {};
	_cleanup_close_ int state = -1;
	int r = shield_spool_state_open(dir, &state, error);

	if (r == 0)
		r = shield_spool_state_begin(state, SHIELD_SPOOL_SOON, &status.state, error);
	if (r < 0)
		return r;
	r = shield_segments_list(dir, &segments, error);
	shield_spool_state_end(state, NULL, NULL);
	if (r < 0)
		return r;
	shield_segments_settle(&segments, &status.state);
	for (size_t i = 0; i < segments.count && r == 0; i++)
		r = add_waiting(dir, segments.first[i], i + 1 < segments.count ? segments.first[i + 1] : UINT64_MAX,
				&status, error);
	if (r == 0)
		*ret = status;
	return r;
}
