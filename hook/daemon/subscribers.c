/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/subscribers.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/listen.h"

#define SEND_SIZE (32 * 1024) /* bytes to gather before a send */

int shield_subscribers_open(const char *path, const struct shield_backlog *backlog, struct shield_subscribers *ret,
			    struct shield_error *error)
{
	/* never open to others, not even before a chmod */
	int fd, r = shield_listen_at(path, 0177, SOMAXCONN, &fd, error);

	if (r < 0)
		return r;
	*ret = SHIELD_SUBSCRIBERS_NONE;
	ret->listener = fd;
	ret->served = geteuid();
	ret->path = path;
	ret->backlog = backlog;
	return 0;
}

/* Is there something that the socket has not taken yet? */
static bool has_pending(const struct shield_subscriber *subscriber)
{
	return subscriber->sent < subscriber->line.length;
}

size_t shield_subscribers_wait(const struct shield_subscribers *subscribers, struct pollfd *fds)
{
	fds[0] = (struct pollfd){ .fd = subscribers->listener, .events = POLLIN };
	for (size_t i = 0; i < subscribers->count; i++) {
		const struct shield_subscriber *subscriber = &subscribers->item[i];

		fds[1 + i] = (struct pollfd){ .fd = subscriber->fd };
		if (!subscriber->asked)
			fds[1 + i].events = POLLIN;
		else if (has_pending(subscriber))
			fds[1 + i].events = POLLOUT;
	}
	return 1 + subscribers->count;
}

static void hang_up(struct shield_subscriber *subscriber)
{
	close(subscriber->fd);
	shield_text_free(&subscriber->line);
}

/* Takes one who wants to subscribe, unless there is no room or it is another user. */
static void welcome(struct shield_subscribers *subscribers)
{
	int fd = accept4(subscribers->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (fd < 0)
		return; /* it went away again, or descriptors are short: the others are served */
	if (subscribers->count == SHIELD_SUBSCRIBERS || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ||
	    peer.uid != subscribers->served) {
		close(fd);
		return;
	}
	subscribers->item[subscribers->count++] = (struct shield_subscriber){ .fd = fd };
}

/* Reads the request, or more of it. Returns 0, or a negative errno when the subscriber is to be dropped. */
static int listen_to(struct shield_subscriber *subscriber, const struct shield_backlog *backlog)
{
	ssize_t got = recv(subscriber->fd, subscriber->bytes + subscriber->got,
			   sizeof(subscriber->bytes) - subscriber->got, 0);
	int r;

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (got == 0)
		return -ENOTCONN;
	subscriber->got += (size_t)got;
	r = shield_stream_parse(subscriber->bytes, subscriber->got, &subscriber->request);
	if (r <= 0)
		return r;
	subscriber->asked = true;
	subscriber->place = shield_backlog_start(backlog);
	subscriber->end = backlog->end;
	return 0;
}

/* Puts the next events into the empty line. Returns 0; -ENODATA at the end of what was asked for; -ESTALE too late. */
static int gather(struct shield_subscriber *subscriber, const struct shield_backlog *backlog)
{
	uint64_t end = subscriber->request.follow ? backlog->end : subscriber->end;

	subscriber->line.length = subscriber->sent = 0;
	while (subscriber->place < end && subscriber->line.length < SEND_SIZE) {
		const struct shield_evidence *evidence = shield_backlog_at(backlog, subscriber->place);

		if (!evidence)
			return -ESTALE;
		if (shield_filter_matches(&subscriber->request.filter, evidence))
			shield_format(subscriber->request.format, evidence, &subscriber->line);
		subscriber->place++;
	}
	if (subscriber->line.failed)
		return -ENOMEM;
	return has_pending(subscriber) || subscriber->request.follow ? 0 : -ENODATA;
}

/* Hands on what the socket takes. Returns 0, or a negative errno when the subscriber is to be dropped. */
static int talk_to(struct shield_subscriber *subscriber, const struct shield_backlog *backlog)
{
	for (;;) {
		ssize_t sent;

		if (!has_pending(subscriber)) {
			int r = gather(subscriber, backlog);

			if (r < 0 || !has_pending(subscriber))
				return r;
		}
		sent = send(subscriber->fd, subscriber->line.data + subscriber->sent,
			    subscriber->line.length - subscriber->sent, MSG_NOSIGNAL);
		if (sent < 0 && errno == EAGAIN)
			return subscriber->place < shield_backlog_start(backlog) ? -ESTALE : 0;
		if (sent < 0 && errno != EINTR)
			return -errno;
		if (sent > 0)
			subscriber->sent += (size_t)sent;
	}
}

/* One subscriber's turn. @found: what poll(2) found on its descriptor */
static int serve(struct shield_subscriber *subscriber, short found, const struct shield_backlog *backlog)
{
	if (found & (POLLERR | POLLNVAL))
		return -EPIPE;
	if (!subscriber->asked && found) {
		int r = listen_to(subscriber, backlog);

		if (r < 0)
			return r;
	} else if (found & POLLHUP) {
		return -EPIPE;
	}
	return subscriber->asked ? talk_to(subscriber, backlog) : 0;
}

void shield_subscribers_serve(struct shield_subscribers *subscribers, const struct pollfd *fds)
{
	size_t kept = 0;

	for (size_t i = 0; i < subscribers->count; i++) {
		struct shield_subscriber *subscriber = &subscribers->item[i];

		if (serve(subscriber, fds[1 + i].revents, subscribers->backlog) < 0)
			hang_up(subscriber);
		else
			subscribers->item[kept++] = *subscriber;
	}
	subscribers->count = kept;
	if (fds[0].revents)
		welcome(subscribers);
}

void shield_subscribers_close(struct shield_subscribers *subscribers)
{
	if (subscribers->listener < 0)
		return;
	for (size_t i = 0; i < subscribers->count; i++)
		hang_up(&subscribers->item[i]);
	unlink(subscribers->path); /* fails where privileges were dropped: whoever opened it does it then */
	close(subscribers->listener);
	*subscribers = SHIELD_SUBSCRIBERS_NONE;
}
