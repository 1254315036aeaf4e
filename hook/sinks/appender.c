/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

#include "sinks/segments.h"
#include "sinks/spool.h"

struct shield_appender {
	int dir; /* borrowed */
	int claim;
	int state;
	int fd;		      /* the last segment, -1 = the next record begins one */
	uint64_t size;	      /* its bytes */
	uint64_t next;	      /* number of the record to come */
	uint64_t total;	      /* bytes of all segments: at most so many, the sender removes some */
	uint64_t max_bytes;   /* of all segments */
	uint64_t segment_max; /* of one */
	uint64_t lost;	      /* records that could not be written, not in the state yet */
	struct shield_spool_id last;
};

/* Counts all segments. */
static void count_bytes(struct shield_appender *appender, const struct shield_segments *segments)
{
	appender->total = 0;
	for (size_t i = 0; i < segments->count; i++)
		appender->total += shield_segment_size(appender->dir, segments->first[i]);
}

/* Takes what was lost into the state, which is written whatever comes after it. */
static int store(struct shield_appender *appender, struct shield_spool_state *state, struct shield_error *error)
{
	int r;

	state->lost += appender->lost;
	r = shield_spool_state_end(appender->state, state, error);
	if (r == 0)
		appender->lost = 0;
	return r;
}

/*
 * Drops the oldest segments until there is room for `more` bytes. The state comes first: a segment that a killed
 * appender did not get to remove is done with, and counts for nothing.
 */
static int drop(struct shield_appender *appender, uint64_t more, struct shield_spool_state *state,
		struct shield_error *error)
{
	_cleanup_segments_ struct shield_segments segments = {};
	int r = shield_segments_list(appender->dir, &segments, error);
	uint64_t room = 0;
	size_t count = 0;

	if (r < 0) {
		shield_spool_state_end(appender->state, NULL, NULL);
		return r;
	}
	shield_segments_settle(&segments, state);
	count_bytes(appender, &segments);
	for (; count + 1 < segments.count && appender->total - room + more > appender->max_bytes; count++) {
		uint64_t end = segments.first[count + 1];

		room += shield_segment_size(appender->dir, segments.first[count]);
		if (end > state->next) {
			state->lost += end - state->next;
			state->next = end;
		}
	}
	r = store(appender, state, error);
	for (size_t i = 0; i < count && r == 0; i++)
		r = shield_segment_remove(appender->dir, segments.first[i], error);
	if (r == 0)
		appender->total -= room;
	return r;
}

/*
 * Makes room. Where the sender holds the lock just now that can be done at a later record: it begins a segment's size
 * before the bound.
 */
static int make_room(struct shield_appender *appender, uint64_t more, struct shield_error *error)
{
	struct shield_spool_state state;
	int r;

	if (appender->total + more + appender->segment_max <= appender->max_bytes && !appender->lost)
		return 0;
	r = shield_spool_state_begin(appender->state, SHIELD_SPOOL_NOW, &state, error);
	if (r == 0)
		r = drop(appender, more + appender->segment_max, &state, error);
	return appender->total + more <= appender->max_bytes ? 0 : r;
}

static int begin_segment(struct shield_appender *appender, struct shield_error *error)
{
	int fd = shield_segment_open(appender->dir, appender->next, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, error);

	if (fd < 0)
		return fd;
	shield_closep(&appender->fd);
	appender->fd = fd;
	appender->size = 0;
	return 0;
}

/* Ends the segment: the next record begins another one. */
static void end_segment(struct shield_appender *appender)
{
	shield_closep(&appender->fd);
	appender->fd = -1;
}

/* Writes a line whole or not at all. Where the part that was written cannot be cut nothing more is put after it. */
static int write_line(struct shield_appender *appender, const char *prefix, const char *record, size_t length,
		      struct shield_error *error)
{
	struct iovec parts[] = {
		{ (void *)prefix, strlen(prefix) },
		{ (void *)record, length },
		{ (void *)"\n", 1 },
	};
	size_t wanted = parts[0].iov_len + length + 1;
	ssize_t written = writev(appender->fd, parts, 3);
	int r;

	if (written == (ssize_t)wanted) {
		appender->size += wanted;
		appender->total += wanted;
		appender->next++;
		return 1;
	}
	r = shield_fail_errno(error, written < 0 ? errno : ENOSPC, "cannot write to the spool");
	if (ftruncate(appender->fd, (off_t)appender->size) < 0)
		end_segment(appender);
	return r;
}

static int append(struct shield_appender *appender, const struct shield_spool_id *id, const char *record, size_t length,
		  struct shield_error *error)
{
	char prefix[48];
	uint64_t more;
	int r = 0;

	if (length > SHIELD_SPOOL_RECORD_MAX || memchr(record, '\n', length))
		return shield_fail(error, EMSGSIZE, "a record of %zu bytes does not fit the spool", length);
	snprintf(prefix, sizeof(prefix), "%016" PRIx64 "-%" PRIu64 " ", id->instance, id->position);
	more = strlen(prefix) + length + 1;
	if (appender->fd < 0 || appender->size + more > appender->segment_max)
		r = begin_segment(appender, error);
	if (r == 0)
		r = make_room(appender, more, error);
	return r < 0 ? r : write_line(appender, prefix, record, length, error);
}

int shield_appender_append(struct shield_appender *appender, const struct shield_spool_id *id, const char *record,
			   size_t length, struct shield_error *error)
{
	int r;

	if (id->instance && id->instance == appender->last.instance && id->position <= appender->last.position)
		return 0;
	r = append(appender, id, record, length, error);
	if (r < 0)
		appender->lost++;
	if (id->instance)
		appender->last = *id;
	return r;
}

static void take_id(const char *start, void *context)
{
	struct shield_appender *appender = context;
	struct shield_spool_id id;

	if (sscanf(start, "%16" SCNx64 "-%20" SCNu64 " ", &id.instance, &id.position) == 2 && id.instance)
		appender->last = id;
}

/*
 * Reads a segment: the last id in it, its whole lines.
 * @ret_fd: may be NULL; gets the segment, unless records are missing at its end (it was damaged)
 */
static int read_segment(struct shield_appender *appender, uint64_t first, int flags, int *ret_fd,
			struct shield_error *error)
{
	_cleanup_close_ int fd = shield_segment_open(appender->dir, first, flags, error);
	uint64_t lines;
	int r;

	if (fd < 0)
		return fd;
	r = shield_segment_walk(fd, UINT64_MAX, take_id, appender, &lines, &appender->size, error);
	if (r < 0)
		return r;
	if (appender->next < first + lines)
		appender->next = first + lines;
	if (ret_fd && appender->next == first + lines)
		*ret_fd = TAKE_FD(fd);
	return 0;
}

/*
 * Finds the end of what is there, and cuts a line that was not finished. A segment may be empty, the one before it has
 * the last id then: the sender leaves it there (sender.c).
 */
static int resume(struct shield_appender *appender, const struct shield_segments *segments,
		  const struct shield_spool_state *state, struct shield_error *error)
{
	size_t count = segments->count;
	int r = 0;

	appender->next = state->next;
	if (count > 1)
		r = read_segment(appender, segments->first[count - 2], O_RDONLY, NULL, error);
	if (r == 0 && count > 0)
		r = read_segment(appender, segments->first[count - 1], O_RDWR | O_APPEND, &appender->fd, error);
	if (r < 0 || appender->fd < 0)
		return r;
	if (ftruncate(appender->fd, (off_t)appender->size) < 0)
		return shield_fail_errno(error, errno, "cannot cut a file of the spool");
	return 0;
}

static int open_under_lock(struct shield_appender *appender, struct shield_error *error)
{
	_cleanup_segments_ struct shield_segments segments = {};
	struct shield_spool_state state;
	int r = shield_spool_state_begin(appender->state, SHIELD_SPOOL_SOON, &state, error);

	if (r < 0)
		return r;
	r = shield_segments_list(appender->dir, &segments, error);
	if (r == 0) {
		shield_segments_settle(&segments, &state);
		r = resume(appender, &segments, &state, error);
	}
	if (r < 0) {
		shield_spool_state_end(appender->state, NULL, NULL);
		return r;
	}
	count_bytes(appender, &segments);
	return shield_spool_state_end(appender->state, &state, error);
}

int shield_appender_open(int dir, uint64_t max_bytes, struct shield_appender **ret, struct shield_error *error)
{
	_cleanup_appender_ struct shield_appender *appender = NULL;
	int r;

	if (max_bytes < SHIELD_SPOOL_BYTES_MIN)
		return shield_fail(error, EINVAL, "a spool has at least %u bytes", SHIELD_SPOOL_BYTES_MIN);
	appender = malloc(sizeof(*appender));
	if (!appender)
		return shield_fail(error, ENOMEM, "out of memory");
	*appender = (struct shield_appender){
		.dir = dir,
		.claim = -1,
		.state = -1,
		.fd = -1,
		.max_bytes = max_bytes,
		.segment_max = max_bytes / 4 < SHIELD_SEGMENT_MAX ? max_bytes / 4 : SHIELD_SEGMENT_MAX,
	};
	r = shield_spool_claim(dir, "appender", &appender->claim, error);
	if (r == 0)
		r = shield_spool_state_open(dir, &appender->state, error);
	if (r == 0)
		r = open_under_lock(appender, error);
	if (r == 0)
		*ret = TAKE_PTR(appender);
	return r;
}

void shield_appender_close(struct shield_appender *appender)
{
	struct shield_spool_state state;

	if (!appender)
		return;
	if (appender->lost && shield_spool_state_begin(appender->state, SHIELD_SPOOL_NOW, &state, NULL) == 0)
		store(appender, &state, NULL);
	shield_closep(&appender->fd);
	shield_closep(&appender->state);
	shield_closep(&appender->claim);
	free(appender);
}
