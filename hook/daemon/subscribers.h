/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Those who read events at shieldd's socket (events/stream.h). Nobody is waited for: a subscriber gets what its socket
 * takes, and one that falls a whole backlog behind is dropped.
 */
#ifndef SHIELD_DAEMON_SUBSCRIBERS_H
#define SHIELD_DAEMON_SUBSCRIBERS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"
#include "events/backlog.h"
#include "events/stream.h"

#define SHIELD_SUBSCRIBERS 32
#define SHIELD_SUBSCRIBERS_POLL (1 + SHIELD_SUBSCRIBERS) /* descriptors to wait for, at most */

struct shield_subscriber {
	int fd;
	bool asked; /* the request is complete */
	struct shield_stream_request request;
	char bytes[SHIELD_STREAM_REQUEST_MAX]; /* of the request, until then */
	size_t got;
	uint64_t place, end;	 /* in the backlog: the next event; where one that does not follow ends */
	struct shield_text line; /* what the socket has not taken yet, from `sent` on */
	size_t sent;
};

struct shield_subscribers {
	int listener; /* owned; -1 = closed */
	uid_t served; /* whoever opened it; others are hung up on */
	const char *path;
	const struct shield_backlog *backlog;
	struct shield_subscriber item[SHIELD_SUBSCRIBERS];
	size_t count;
};
#define SHIELD_SUBSCRIBERS_NONE ((struct shield_subscribers){ .listener = -1 })

/*
 * Listens. What a killed shieldd left at the path is replaced: the caller holds the ring, so that no other one runs.
 * @path, @backlog: borrowed until the close
 */
int shield_subscribers_open(const char *path, const struct shield_backlog *backlog, struct shield_subscribers *ret,
			    struct shield_error *error);

/* Fills in what poll(2) is to wait for. Returns how many entries, at most SHIELD_SUBSCRIBERS_POLL. */
size_t shield_subscribers_wait(const struct shield_subscribers *subscribers, struct pollfd *fds);

/* Does what poll(2) found, and hands on what has come to the backlog. @fds: as filled in by the last wait */
void shield_subscribers_serve(struct shield_subscribers *subscribers, const struct pollfd *fds);

/* Hangs up on all and removes the socket. */
void shield_subscribers_close(struct shield_subscribers *subscribers);
#define _cleanup_subscribers_ _cleanup_(shield_subscribers_close)

#endif
