/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

#include "sinks/segments.h"
#include "sinks/spool.h"

#define LINE_MAXIMUM (SHIELD_SPOOL_RECORD_MAX + SHIELD_SEGMENT_LINE_START)

struct shield_sender {
	int dir; /* borrowed */
	int claim;
	int state;
	int watch;	 /* inotify */
	int fd;		 /* the segment being sent, -1 = none */
	uint64_t number; /* of the record at `offset` */
	uint64_t offset;
	uint64_t length; /* of that record's line, 0 = not read */
	char buffer[LINE_MAXIMUM];
};

/*
 * Removes what is done. The last record done stays, with its segment: an appender that was killed as it began the next
 * segment looks there for what it appended last.
 */
static int remove_done(struct shield_sender *sender, const struct shield_segments *segments, uint64_t next,
		       struct shield_error *error)
{
	int r = 0;

	for (size_t i = 0; i + 1 < segments->count && segments->first[i + 1] < next && r == 0; i++)
		r = shield_segment_remove(sender->dir, segments->first[i], error);
	return r;
}

/* Opens a segment at one of its records. @return 0, also where it ends before that */
static int seek_record(struct shield_sender *sender, uint64_t first, uint64_t number, struct shield_error *error)
{
	uint64_t lines;
	int r;

	shield_closep(&sender->fd);
	sender->fd = shield_segment_open(sender->dir, first, O_RDONLY, error);
	if (sender->fd < 0)
		return sender->fd;
	r = shield_segment_walk(sender->fd, number - first, NULL, NULL, &lines, &sender->offset, error);
	sender->number = first + lines;
	return r;
}

/* Reads the line at the offset. Returns 1, or 0 when it is not there as a whole. */
static int read_line(struct shield_sender *sender, struct shield_error *error)
{
	ssize_t got = pread(sender->fd, sender->buffer, sizeof(sender->buffer), (off_t)sender->offset);
	char *end;

	if (got < 0)
		return shield_fail_errno(error, errno, "cannot read a file of the spool");
	end = memchr(sender->buffer, '\n', (size_t)got);
	if (!end)
		return 0;
	*end = '\0';
	sender->length = (uint64_t)(end - sender->buffer) + 1;
	return 1;
}

/*
 * Finds the oldest record that is not done, in the segments as they were before it is read: where one has a successor,
 * nothing is appended to it any more. What is missing from its end then was not left out by us, and is lost.
 * Returns 1, 0 when there is none, or a negative errno.
 */
static int find_record(struct shield_sender *sender, struct shield_spool_state *state, struct shield_error *error)
{
	_cleanup_segments_ struct shield_segments segments = {};
	int r = shield_segments_list(sender->dir, &segments, error);

	if (r < 0)
		return r;
	shield_segments_settle(&segments, state);
	r = remove_done(sender, &segments, state->next, error);
	for (size_t i = 0; i < segments.count && r == 0; i++) {
		bool is_last = i + 1 == segments.count;

		if (!is_last && segments.first[i + 1] <= state->next)
			continue;
		r = seek_record(sender, segments.first[i], state->next, error);
		if (r == 0 && sender->number == state->next)
			r = read_line(sender, error);
		if (r == 0 && !is_last) {
			state->lost += segments.first[i + 1] - state->next;
			state->next = segments.first[i + 1];
		}
	}
	return r;
}

int shield_sender_next(struct shield_sender *sender, const char **ret_record, size_t *ret_length,
		       struct shield_spool_state *ret_state, struct shield_error *error)
{
	struct shield_spool_state state;
	const char *record;
	int r = shield_spool_state_begin(sender->state, SHIELD_SPOOL_WAIT, &state, error), stored;

	if (r < 0)
		return r;
	sender->length = 0;
	if (sender->fd >= 0 && sender->number == state.next)
		r = read_line(sender, error);
	if (r == 0)
		r = find_record(sender, &state, error);
	stored = shield_spool_state_end(sender->state, &state, r < 0 ? NULL : error);
	if (r >= 0 && stored < 0)
		return stored;
	if (ret_state)
		*ret_state = state;
	if (r <= 0)
		return r;
	record = strchr(sender->buffer, ' ');
	*ret_record = record ? record + 1 : sender->buffer;
	*ret_length = (size_t)(sender->buffer + sender->length - 1 - *ret_record);
	return 1;
}

int shield_sender_done(struct shield_sender *sender, enum shield_outcome outcome, struct shield_error *error)
{
	struct shield_spool_state state;
	int r = shield_spool_state_begin(sender->state, SHIELD_SPOOL_WAIT, &state, error);

	if (r < 0)
		return r;
	if (state.next == sender->number)
		state.next++;
	else if (state.next > sender->number) /* it fell out while it was under way */
		state.lost--;
	if (outcome == SHIELD_SENT)
		state.sent++;
	else
		state.refused++;
	r = shield_spool_state_end(sender->state, &state, error);
	if (r < 0)
		return r;
	sender->number++;
	sender->offset += sender->length;
	sender->length = 0;
	return 0;
}

int shield_sender_failed(struct shield_sender *sender, struct shield_error *error)
{
	struct shield_spool_state state;
	int r = shield_spool_state_begin(sender->state, SHIELD_SPOOL_WAIT, &state, error);

	if (r < 0)
		return r;
	state.failures++;
	return shield_spool_state_end(sender->state, &state, error);
}

int shield_sender_told(struct shield_sender *sender, uint64_t lost, struct shield_error *error)
{
	struct shield_spool_state state;
	int r = shield_spool_state_begin(sender->state, SHIELD_SPOOL_WAIT, &state, error);

	if (r < 0)
		return r;
	state.told = lost;
	return shield_spool_state_end(sender->state, &state, error);
}

/* Appending modifies a file of the folder. */
static int watch(struct shield_sender *sender, struct shield_error *error)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", sender->dir);
	sender->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (sender->watch < 0 || inotify_add_watch(sender->watch, path, IN_MODIFY | IN_ONLYDIR) < 0)
		return shield_fail_errno(error, errno, "cannot watch the spool's folder (inotify(7))");
	return 0;
}

int shield_sender_open(int dir, struct shield_sender **ret, struct shield_error *error)
{
	_cleanup_sender_ struct shield_sender *sender = malloc(sizeof(*sender));
	int r;

	if (!sender)
		return shield_fail(error, ENOMEM, "out of memory");
	*sender = (struct shield_sender){ .dir = dir, .claim = -1, .state = -1, .watch = -1, .fd = -1 };
	r = shield_spool_claim(dir, "sender", &sender->claim, error);
	if (r == 0)
		r = shield_spool_state_open(dir, &sender->state, error);
	if (r == 0)
		r = watch(sender, error);
	if (r == 0)
		*ret = TAKE_PTR(sender);
	return r;
}

int shield_sender_fd(const struct shield_sender *sender)
{
	return sender->watch;
}

void shield_sender_drain(struct shield_sender *sender)
{
	char events[4096];

	while (read(sender->watch, events, sizeof(events)) > 0)
		;
}

void shield_sender_close(struct shield_sender *sender)
{
	if (!sender)
		return;
	shield_closep(&sender->fd);
	shield_closep(&sender->watch);
	shield_closep(&sender->state);
	shield_closep(&sender->claim);
	free(sender);
}
