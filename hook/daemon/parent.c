/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/parent.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "daemon/answers.h"
#include "daemon/door.h"
#include "daemon/launch.h"
#include "daemon/notify.h"
#include "daemon/reader.h"
#include "daemon/sweeper.h"
#include "daemon/worker.h"
#include "engine/container.h"
#include "engine/engine.h"
#include "events/clock.h"
#include "events/ring.h"
#include "events/stream.h"
#include "rootless/hear.h"
#include "sinks/listen.h"

#define SECOND 1000000000ull
#define RING_WAIT 30 /* tenths of a second that a reader which is about to end is waited for */
#define STOP_WAIT 50 /* that the own reader is */

struct parent {
	const struct shield_daemon_config *config;
	struct shield_user user;
	struct shield_engine engine;
	struct shield_container container; /* the only one */
	bool only;
	struct shield_ring ring;
	int stream, metrics, signals;
	int questions; /* this end; -1 = no reader runs */
	struct shield_subscribers subscribers;
	struct shield_sinks sinks;
	struct shield_answers answers;
	struct shield_sweeper sweeper;
	struct shield_door door;
	struct shield_worker reader, webhook[SHIELD_DAEMON_WEBHOOKS];
	bool stopping;
};

/* From now on these signals are read, not delivered. */
static int take_signals(int *ret, struct shield_error *error)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGCHLD);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return shield_fail_errno(error, errno, "cannot block signals");
	*ret = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret < 0 ? shield_fail_errno(error, errno, "cannot create a signalfd") : 0;
}

/* The reader of a shieldd that was killed ends a moment after it. */
static int take_ring(struct parent *parent, struct shield_error *error)
{
	for (unsigned int i = 0;; i++) {
		int r = shield_ring_open(&parent->engine, &parent->ring, error);

		if (r != -EBUSY || i == RING_WAIT)
			return r;
		usleep(100000);
	}
}

/*
 * Where events come from: the ring; for one container, where another shieldd reads that, its stream. It is looked
 * for each time a reader starts: the other shieldd may be gone.
 */
static int open_source(struct parent *parent, struct shield_error *error)
{
	struct shield_stream_request request = { .format = SHIELD_FORMAT_RECORD, .follow = true };
	int r;

	if (parent->ring.map >= 0)
		return 0;
	shield_closep(&parent->stream);
	parent->stream = -1;
	if (parent->only && shield_stream_subscribe(&request, &parent->stream, NULL) == 0)
		return 0;
	r = take_ring(parent, error);
	if (r < 0)
		return r;
	return shield_subscribers_open(SHIELD_STREAM_SOCKET, NULL, &parent->subscribers, error);
}

static int start_reader(struct parent *parent, struct shield_error *error)
{
	struct shield_reader_setup setup = {
		.user = parent->user,
		.instance = parent->engine.control->instance,
		.only = { parent->only, parent->container.slot, parent->container.state.generation },
		.ring = &parent->ring,
		.subscribers = &parent->subscribers,
		.sinks = &parent->sinks,
		.metrics = parent->metrics,
	};
	pid_t pid;
	int r = open_source(parent, error);

	if (r < 0)
		return r;
	setup.stream = parent->stream;
	r = shield_launch_reader(&setup, &parent->engine, parent->signals, &parent->questions, &pid, error);
	if (r == 0)
		shield_worker_started(&parent->reader, pid, shield_clock_boot());
	return r;
}

static void say_failure(struct shield_worker *worker, const char *what)
{
	unsigned int delay = shield_worker_ended(worker, shield_clock_boot());

	fprintf(stderr, "shieldd: %s: %s; started again in %u s\n", worker->name, what, delay);
}

/* Starts what is to run and does not. The first reader must start: what keeps it is said and ends shieldd. */
static int start_due(struct parent *parent, bool first, struct shield_error *error)
{
	struct shield_error reason = {};

	if (shield_worker_is_due(&parent->reader, shield_clock_boot()) && start_reader(parent, &reason) < 0) {
		if (first)
			return shield_fail(error, EIO, "%s", reason.message);
		say_failure(&parent->reader, reason.message);
	}
	for (size_t i = 0; i < parent->config->webhook_count; i++) {
		struct shield_worker *worker = &parent->webhook[i];
		pid_t pid;

		if (!shield_worker_is_due(worker, shield_clock_boot()))
			continue;
		if (shield_launch_webhook(&parent->config->webhook[i], &parent->user, &pid, &reason) < 0)
			say_failure(worker, reason.message);
		else
			shield_worker_started(worker, pid, shield_clock_boot());
	}
	return 0;
}

static void reap(struct parent *parent)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct shield_worker *worker = NULL;
		char how[64];

		if (shield_door_reaped(&parent->door, pid))
			continue;
		if (pid == parent->reader.pid) {
			worker = &parent->reader;
			shield_closep(&parent->questions);
			parent->questions = -1;
		}
		for (size_t i = 0; i < parent->config->webhook_count; i++)
			if (pid == parent->webhook[i].pid)
				worker = &parent->webhook[i];
		if (!worker)
			continue;
		if (parent->stopping)
			worker->pid = 0;
		else
			say_failure(worker, shield_worker_how(status, how));
	}
}

/* Answers one question. A reader that asks nonsense is no reader of ours any more. */
static void answer(struct parent *parent)
{
	struct shield_question question;
	struct shield_answer reply;
	char bytes[sizeof(question) + 1];
	ssize_t got = recv(parent->questions, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0 && shield_question_parse(bytes, (size_t)got, &question) == 0) {
		shield_answer(&parent->answers, &question, &reply);
		if (send(parent->questions, &reply, sizeof(reply), MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(reply))
			return;
	}
	if (got > 0)
		fprintf(stderr, "shieldd: the reader asks what no reader asks: it is killed\n");
	kill(parent->reader.pid, SIGKILL); /* it is our child until it is reaped */
	shield_closep(&parent->questions);
	parent->questions = -1;
}

/* Has the only container ended? */
static bool is_over(struct parent *parent)
{
	struct shield_container now;

	return parent->only &&
	       (shield_container_at(&parent->engine, parent->container.slot, &now, NULL) < 0 ||
		now.state.generation != parent->container.state.generation || !shield_container_is_running(&now));
}

/* ms until there is something to do that no descriptor tells of */
static int time_left(const struct parent *parent)
{
	uint64_t now = shield_clock_boot(), next = parent->sweeper.next;

	if (parent->only && now + SECOND < next)
		next = now + SECOND;
	if (!parent->reader.pid && parent->reader.due < next)
		next = parent->reader.due;
	for (size_t i = 0; i < parent->config->webhook_count; i++)
		if (!parent->webhook[i].pid && parent->webhook[i].due < next)
			next = parent->webhook[i].due;
	return now < next ? (int)((next - now) / 1000000) + 1 : 0;
}

/* Reads the signals. Returns whether one says stop. */
static bool read_signals(struct parent *parent)
{
	struct signalfd_siginfo info;
	bool stop = false;

	while (read(parent->signals, &info, sizeof(info)) == sizeof(info))
		stop |= info.ssi_signo != SIGCHLD;
	reap(parent);
	return stop;
}

/* A hook's own process: it keeps nothing of the parent's. */
static void serve(int fd, const struct ucred *peer, bool busy, void *context)
{
	struct parent *parent = context;

	shield_ring_close(&parent->ring);
	shield_engine_close(&parent->engine);
	shield_closep(&parent->questions);
	shield_closep(&parent->signals);
	if (busy)
		shield_hear_not(fd);
	shield_hear(fd, peer);
}

static int loop(struct parent *parent, struct shield_error *error)
{
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = parent->signals, .events = POLLIN },
			{ .fd = parent->questions, .events = POLLIN },
			shield_door_wait(&parent->door),
		};
		int r;

		if (poll(fds, 3, time_left(parent)) < 0 && errno != EINTR)
			return shield_fail_errno(error, errno, "cannot wait for signals");
		if (read_signals(parent) || is_over(parent))
			return 0;
		if (parent->questions >= 0 && fds[1].revents)
			answer(parent);
		if (fds[2].revents)
			shield_door_welcome(&parent->door, serve, parent);
		r = shield_sweeper_run(&parent->sweeper, &parent->engine, error);
		if (r >= 0)
			r = start_due(parent, false, error);
		if (r < 0)
			return r;
	}
}

/* Lets the reader hand on what has come, answering it meanwhile; webhooks go on after the next start. */
static void stop_workers(struct parent *parent)
{
	parent->stopping = true;
	if (parent->reader.pid)
		kill(parent->reader.pid, SIGTERM);
	for (size_t i = 0; i < parent->config->webhook_count; i++)
		if (parent->webhook[i].pid)
			kill(parent->webhook[i].pid, SIGTERM);
	for (unsigned int i = 0; parent->reader.pid && i < STOP_WAIT;) {
		struct pollfd fds[] = {
			{ .fd = parent->signals, .events = POLLIN },
			{ .fd = parent->questions, .events = POLLIN },
		};

		if (poll(fds, 2, 100) == 0)
			i++;
		read_signals(parent);
		if (parent->questions >= 0 && fds[1].revents)
			answer(parent);
	}
	if (parent->reader.pid)
		kill(parent->reader.pid, SIGKILL);
}

static void name_workers(struct parent *parent)
{
	snprintf(parent->reader.name, sizeof(parent->reader.name), "the reader of events");
	for (size_t i = 0; i < parent->config->webhook_count; i++)
		snprintf(parent->webhook[i].name, sizeof(parent->webhook[i].name), "webhook %s",
			 parent->config->webhook[i].name);
}

/*
 * Loads the engine unless it is loaded, in a process of its own: most of the memory that this takes is never used again.
 * What keeps it from being loaded is found out again, and said, when the engine is opened.
 */
static void load_engine(void)
{
	struct shield_engine engine = SHIELD_ENGINE_NONE;
	pid_t pid = fork();

	if (pid == 0)
		_exit(shield_engine_open(true, &engine, NULL) < 0);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static int start(struct parent *parent, const char *container, struct shield_error *error)
{
	int r = take_signals(&parent->signals, error);

	name_workers(parent);
	if (r >= 0)
		r = shield_user_find(&parent->user, error);
	if (r >= 0) {
		load_engine();
		r = shield_engine_open(true, &parent->engine, error);
	}
	if (r >= 0 && container)
		r = shield_container_find(&parent->engine, container, &parent->container, error);
	parent->only = container;
	parent->answers.engine = &parent->engine;
	if (r >= 0 && parent->config->metrics)
		r = shield_listen(parent->config->metrics, &parent->metrics, error);
	if (r >= 0)
		r = shield_sinks_open(parent->config, &parent->user, &parent->sinks, error);
	if (r >= 0)
		r = start_due(parent, true, error);
	if (r >= 0 && !container)
		r = shield_door_open(SHIELD_ROOTLESS_SOCKET, &parent->door, error);
	return r;
}

static void tell_start(const struct parent *parent)
{
	if (parent->only)
		fprintf(stderr, "shieldd: handing on the events of container %s\n", parent->container.info.id);
	if (parent->stream < 0)
		fprintf(stderr, "shieldd: reading the events of engine %s as %s; subscribe at %s\n",
			shield_engine_hash(), parent->user.name, SHIELD_STREAM_SOCKET);
}

static void parent_free(struct parent *parent)
{
	shield_door_close(&parent->door);
	shield_subscribers_close(&parent->subscribers);
	shield_ring_close(&parent->ring);
	shield_sinks_close(&parent->sinks);
	shield_engine_close(&parent->engine);
	shield_closep(&parent->stream);
	shield_closep(&parent->metrics);
	shield_closep(&parent->questions);
	shield_closep(&parent->signals);
}

int shield_parent_run(const struct shield_daemon_config *config, const char *container, struct shield_error *error)
{
	static struct parent parent = {
		.engine = { .map = { [0 ... SHIELD_MAPS - 1] = -1 } },
		.ring = { .map = -1, .lock = -1 },
		.stream = -1,
		.metrics = -1,
		.signals = -1,
		.questions = -1,
		.subscribers = { .listener = -1 },
		.door = { .listener = -1 },
		.sinks = { .output = { .fd = -1 }, .file = { .folder = -1, .fd = -1 } },
	};
	int r;

	parent.config = config;
	r = start(&parent, container, error);
	if (r >= 0) {
		tell_start(&parent);
		shield_notify_ready();
		r = loop(&parent, error);
	}
	stop_workers(&parent);
	parent_free(&parent);
	return r;
}
