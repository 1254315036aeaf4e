/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/reader.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "daemon/missed.h"
#include "daemon/page.h"
#include "daemon/questions.h"
#include "events/backlog.h"
#include "events/clock.h"
#include "events/enrich.h"
#include "sinks/metrics.h"

#define RETRY 100	  /* ms until a sink that holds up the ring is tried again */
#define LAST_BATCHES 32	  /* what a full ring has: the last ones are read at the end */
#define MISSED_AT_ONCE 96 /* containers: their reports are numbered within the last event's bytes of the ring */

struct reader {
	const struct shield_reader_setup *setup;
	struct shield_enricher enricher;
	struct shield_backlog backlog;
	struct shield_missed missed;
	struct shield_page page;
	struct shield_metrics *metrics;
	int signals;
	bool held;				   /* the sinks have not taken what was read */
	uint64_t position;			   /* of the last event */
	uint64_t reports;			   /* of missed events since then */
	uint64_t next_missed;			   /* boot time in ns */
	uint32_t missed_slot;			   /* where the next look begins */
	char part[sizeof(struct shield_evidence)]; /* of a record of the stream */
	size_t part_length;
};

/* What is in the next place of the backlog goes to all. */
static void deliver(struct reader *reader)
{
	const struct shield_evidence *evidence = shield_backlog_next(&reader->backlog);
	const struct shield_only *only = &reader->setup->only;

	if (!only->set || (evidence->event.slot == only->slot && evidence->event.generation == only->generation))
		shield_sinks_put(reader->setup->sinks, evidence);
	shield_backlog_commit(&reader->backlog);
}

static int flush(struct reader *reader, struct shield_error *error)
{
	int r = shield_sinks_flush(reader->setup->sinks);

	reader->held = r == 0;
	return r < 0 ? shield_fail(error, ENOMEM, "out of memory for events") : 0;
}

/* A batch of the ring. Returns how many events it had, or a negative errno. */
static int read_ring(struct reader *reader, struct shield_error *error)
{
	struct shield_ring *ring = reader->setup->ring;
	const struct shield_event *event;
	int count, r = 0;

	for (count = 0; count < SHIELD_RING_BATCH; count++) {
		r = shield_ring_next(ring, &event, &reader->position, error);
		if (r <= 0)
			break;
		shield_enrich(&reader->enricher, event, reader->position, shield_backlog_next(&reader->backlog));
		reader->reports = 0;
		deliver(reader);
	}
	if (flush(reader, error) < 0)
		return -ENOMEM;
	if (!reader->held)
		shield_ring_commit(ring);
	return r < 0 ? r : count;
}

/* Records of another shieldd. Returns how many there were, or a negative errno; -EPIPE at their end. */
static int read_stream(struct reader *reader, struct shield_error *error)
{
	int count = 0, r;

	while (count < SHIELD_RING_BATCH) {
		ssize_t got = recv(reader->setup->stream, reader->part + reader->part_length,
				   sizeof(reader->part) - reader->part_length, MSG_DONTWAIT);

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (got <= 0)
			return shield_fail(error, EPIPE, "the shieldd that reads the ring has ended its stream");
		reader->part_length += (size_t)got;
		if (reader->part_length < sizeof(reader->part))
			continue;
		memcpy(shield_backlog_next(&reader->backlog), reader->part, sizeof(reader->part));
		reader->part_length = 0;
		deliver(reader);
		count++;
	}
	r = flush(reader, error);
	return r < 0 ? r : count;
}

static int read_events(struct reader *reader, struct shield_error *error)
{
	return reader->setup->stream >= 0 ? read_stream(reader, error) : read_ring(reader, error);
}

/* A report of missed events. Its position is inside of the last event: after it, and before the next. */
static void tell_missed(struct shield_evidence *evidence, void *context)
{
	struct reader *reader = context;

	evidence->instance = reader->setup->instance;
	evidence->position = reader->position + 1 + reader->reports++;
	evidence->event.time = shield_clock_boot();
	evidence->time = shield_clock_wall(evidence->event.time);
	*shield_backlog_next(&reader->backlog) = *evidence;
	deliver(reader);
}

static int look_for_missed(struct reader *reader, struct shield_error *error)
{
	struct shield_question question = { .kind = SHIELD_ASK_CONTAINER, .slot = reader->missed_slot };
	struct shield_answer answer;
	int r = 0;

	while (question.slot < SHIELD_SLOTS && reader->reports < 2 * MISSED_AT_ONCE) {
		r = shield_ask(reader->setup->questions, &question, &answer);
		if (r <= 0)
			break;
		shield_missed_look(&reader->missed, &answer, tell_missed, reader);
		question.slot = answer.slot + 1;
	}
	if (r < 0)
		return shield_fail_errno(error, -r, "cannot ask for the containers' counters");
	reader->missed_slot = r > 0 && question.slot < SHIELD_SLOTS ? question.slot : 0;
	reader->next_missed = shield_clock_boot() + SHIELD_MISSED_INTERVAL;
	return 0;
}

/* Those that read the ring tell of what never came into it; nothing has come before the first event. */
static bool looks_for_missed(const struct reader *reader)
{
	return reader->setup->stream < 0 && reader->position;
}

static int earlier(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* ms until there is something to do that no descriptor tells of; -1 = never */
static int time_left(const struct reader *reader)
{
	uint64_t now = shield_clock_boot();
	int left = reader->held ? RETRY : -1;

	if (reader->metrics)
		left = earlier(left, shield_metrics_timeout(reader->metrics));
	if (looks_for_missed(reader))
		left = earlier(left, now < reader->next_missed ? (int)((reader->next_missed - now) / 1000000) + 1 : 0);
	return left;
}

enum {
	WAIT_SIGNALS,
	WAIT_PARENT,
	WAIT_EVENTS,
	WAIT_OUTPUT,
	WAIT_METRICS,
	WAIT_SUBSCRIBERS,
};

/* poll(2) passes over descriptors that are negative. */
static void prepare(const struct reader *reader, struct pollfd *fds)
{
	const struct shield_reader_setup *setup = reader->setup;
	int events = setup->stream >= 0 ? setup->stream : shield_ring_fd(setup->ring);

	fds[WAIT_SIGNALS] = (struct pollfd){ .fd = reader->signals, .events = POLLIN };
	fds[WAIT_PARENT] = (struct pollfd){ .fd = setup->questions, .events = POLLIN };
	fds[WAIT_EVENTS] = (struct pollfd){ .fd = reader->held ? -1 : events, .events = POLLIN };
	fds[WAIT_OUTPUT] = (struct pollfd){ .fd = -1, .events = POLLOUT };
	if (shield_output_waits(&setup->sinks->output))
		fds[WAIT_OUTPUT].fd = setup->sinks->output.fd;
	fds[WAIT_METRICS] = (struct pollfd){ .fd = -1, .events = POLLIN };
	if (reader->metrics)
		fds[WAIT_METRICS].fd = shield_metrics_fd(reader->metrics);
}

static int turn(struct reader *reader, struct pollfd *fds, struct shield_error *error)
{
	int r = read_events(reader, error);

	if (r >= 0 && looks_for_missed(reader) && shield_clock_boot() >= reader->next_missed)
		r = look_for_missed(reader, error);
	if (r < 0)
		return r;
	if (reader->metrics)
		shield_metrics_run(reader->metrics);
	if (reader->setup->stream < 0)
		shield_subscribers_serve(reader->setup->subscribers, fds + WAIT_SUBSCRIBERS);
	return 0;
}

static int read_last(struct reader *reader, struct shield_error *error)
{
	int r = 1;

	for (unsigned int i = 0; i < LAST_BATCHES && r > 0; i++)
		r = read_events(reader, error);
	return r < 0 && r != -EPIPE ? r : 0;
}

static int loop(struct reader *reader, struct shield_error *error)
{
	struct pollfd fds[WAIT_SUBSCRIBERS + SHIELD_SUBSCRIBERS_POLL];

	for (;;) {
		size_t count = WAIT_SUBSCRIBERS;
		int r;

		prepare(reader, fds);
		if (reader->setup->stream < 0)
			count += shield_subscribers_wait(reader->setup->subscribers, fds + WAIT_SUBSCRIBERS);
		if (poll(fds, count, time_left(reader)) < 0) {
			if (errno == EINTR)
				continue;
			return shield_fail_errno(error, errno, "cannot wait for events");
		}
		if (fds[WAIT_PARENT].revents)
			return shield_fail(error, EPIPE, "shieldd has ended");
		if (fds[WAIT_SIGNALS].revents)
			return read_last(reader, error);
		r = turn(reader, fds, error);
		if (r < 0)
			return r;
	}
}

static int start(struct reader *reader, struct shield_error *error)
{
	const struct shield_reader_setup *setup = reader->setup;
	sigset_t stop;
	int r = shield_privilege_drop(&setup->user, setup->parent, error);

	if (r == 0)
		r = shield_sinks_start(setup->sinks, error);
	if (r == 0)
		r = shield_backlog_init(&reader->backlog, error);
	if (r == 0 && setup->metrics >= 0)
		r = shield_metrics_open(setup->metrics, shield_page_write, &reader->page, &reader->metrics, error);
	if (r < 0)
		return r;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	reader->signals = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
	if (reader->signals < 0)
		return shield_fail_errno(error, errno, "cannot create a signalfd");
	return shield_privilege_filter(error);
}

/* What came before is known by its end alone, which is no position that a report may have. */
static uint64_t before_the_first(const struct shield_ring *ring)
{
	return ring->position > 4 * MISSED_AT_ONCE ? ring->position - 4 * MISSED_AT_ONCE : 0;
}

int shield_reader_run(struct shield_reader_setup *setup, struct shield_error *error)
{
	static struct reader reader;
	int r;

	reader.setup = setup;
	reader.page = (struct shield_page){ .questions = setup->questions, .sinks = setup->sinks };
	reader.enricher.look = shield_ask_origin;
	reader.enricher.context = &setup->questions;
	reader.enricher.instance = setup->instance;
	if (setup->stream < 0) {
		r = shield_ring_map(setup->ring, error);
		if (r < 0)
			return r;
		setup->subscribers->backlog = &reader.backlog;
		reader.position = before_the_first(setup->ring);
	}
	r = start(&reader, error);
	return r < 0 ? r : loop(&reader, error);
}
