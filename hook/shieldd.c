/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shieldd: loads the engine at boot, reads its events, writes them to its output and hands them to subscribers, and
 * sweeps what containers and engines of other builds left behind. One thread; enforcement does not depend on it.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/names.h"
#include "daemon/subscribers.h"
#include "engine/container.h"
#include "engine/engine.h"
#include "engine/sweep.h"
#include "events/backlog.h"
#include "events/clock.h"
#include "events/enrich.h"
#include "events/format.h"
#include "events/ring.h"
#include "events/stream.h"

#define SWEEP_INTERVAL 10000000000ull /* ns */

struct daemon {
	struct shield_engine engine;
	struct shield_ring *ring;
	struct shield_enricher enricher;
	struct shield_backlog backlog;
	struct shield_subscribers subscribers;
	struct shield_text lines; /* JSON of the events that are not written yet */
	int signals;
	uint64_t next_sweep;		/* boot time in ns */
	struct shield_error last_sweep; /* what the last sweep said, so that it is not said every time */
	uint32_t warned[SHIELD_SLOTS];	/* generations that are known to be unarmed */
};

static int on_event(const struct shield_event *event, void *context)
{
	struct daemon *daemon = context;
	struct shield_evidence *evidence = shield_backlog_next(&daemon->backlog);

	shield_enrich(&daemon->enricher, &daemon->engine, event, evidence);
	shield_backlog_commit(&daemon->backlog);
	shield_format_json(evidence, &daemon->lines);
	return daemon->lines.failed ? -ENOMEM : 0;
}

/* Writes the lines gathered. Waits where the output does: what the ring cannot hold meanwhile is counted as lost. */
static int write_lines(struct shield_text *lines, struct shield_error *error)
{
	for (size_t written = 0; written < lines->length;) {
		ssize_t r = write(STDOUT_FILENO, lines->data + written, lines->length - written);

		if (r < 0 && errno != EINTR)
			return shield_fail_errno(error, errno, "cannot write events to the standard output");
		if (r > 0)
			written += (size_t)r;
	}
	lines->length = 0;
	return 0;
}

static void tell_swept(const struct shield_swept *swept)
{
	if (swept->containers)
		fprintf(stderr, "shieldd: removed what %u container%s left behind\n", swept->containers,
			swept->containers == 1 ? "" : "s");
	if (swept->engines)
		fprintf(stderr, "shieldd: removed %u engine%s of another version that no container needs any more\n",
			swept->engines, swept->engines == 1 ? "" : "s");
}

/* A container's program that runs although nothing saw it being executed is told of once. */
static int warn_unarmed(const struct shield_container *container, void *context)
{
	struct daemon *daemon = context;
	uint32_t *warned = &daemon->warned[container->slot];
	char id[SHIELD_ID_MAX];

	if (*warned == container->state.generation || !shield_container_is_unarmed(container))
		return 0;
	*warned = container->state.generation;
	fprintf(stderr,
		"shieldd: container %s is NOT ENFORCED: it runs its program, but never executed it after the hook "
		"(restored from a checkpoint?); stop it\n",
		shield_printable(container->info.id, id, sizeof(id)));
	return 0;
}

/*
 * Sweeps when it is time. A sweep that fails is no reason to stop reading events: it is tried again; but those of an
 * engine that is gone will not come.
 */
static int sweep(struct daemon *daemon, struct shield_error *error)
{
	struct shield_error reason = {};
	struct shield_swept swept;
	int r;

	if (shield_clock_boot() < daemon->next_sweep)
		return 0;
	r = shield_sweep_all(&daemon->engine, &swept, &reason);
	if (r == -ESTALE)
		return shield_fail(error, ESTALE, "%s", reason.message);
	if (r == 0) {
		tell_swept(&swept);
		r = shield_container_each(&daemon->engine, warn_unarmed, daemon, &reason);
	}
	if (r < 0 && strcmp(reason.message, daemon->last_sweep.message) != 0)
		fprintf(stderr, "shieldd: cannot sweep: %s\n", reason.message);
	daemon->last_sweep = reason;
	daemon->next_sweep = shield_clock_boot() + SWEEP_INTERVAL;
	return 0;
}

/* ms until the next sweep, rounded up. */
static int time_left(const struct daemon *daemon)
{
	uint64_t now = shield_clock_boot();

	return now < daemon->next_sweep ? (int)((daemon->next_sweep - now) / 1000000) + 1 : 0;
}

/* Reads events, serves subscribers and sweeps until a signal says stop. */
static int run(struct daemon *daemon, struct shield_error *error)
{
	struct pollfd fds[2 + SHIELD_SUBSCRIBERS_POLL] = {
		{ .fd = daemon->signals, .events = POLLIN },
		{ .fd = shield_ring_fd(daemon->ring), .events = POLLIN },
	};

	for (;;) {
		size_t count = 2 + shield_subscribers_wait(&daemon->subscribers, fds + 2);
		int r;

		if (poll(fds, count, time_left(daemon)) < 0) {
			if (errno == EINTR)
				continue;
			return shield_fail_errno(error, errno, "cannot wait for events");
		}
		r = shield_ring_poll(daemon->ring, 0, error);
		if (r >= 0)
			r = write_lines(&daemon->lines, error);
		if (r < 0)
			return r;
		shield_subscribers_serve(&daemon->subscribers, fds + 2);
		r = sweep(daemon, error);
		if (r < 0 || fds[0].revents)
			return r;
	}
}

/* From now on these signals are read, not delivered. */
static int take_signals(int *ret, struct shield_error *error)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &stop, NULL) < 0)
		return shield_fail_errno(error, errno, "cannot block signals");
	*ret = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret < 0 ? shield_fail_errno(error, errno, "cannot create a signalfd") : 0;
}

static int start(struct daemon *daemon, struct shield_error *error)
{
	int r = take_signals(&daemon->signals, error);

	if (r >= 0)
		r = shield_engine_open(true, &daemon->engine, error);
	if (r >= 0)
		r = shield_backlog_init(&daemon->backlog, error);
	if (r >= 0)
		r = shield_ring_open(&daemon->engine, on_event, daemon, &daemon->ring, error);
	if (r >= 0)
		r = shield_subscribers_open(SHIELD_STREAM_SOCKET, &daemon->backlog, &daemon->subscribers, error);
	return r;
}

static void daemon_free(struct daemon *daemon)
{
	shield_subscribers_close(&daemon->subscribers);
	shield_ring_close(daemon->ring);
	shield_backlog_free(&daemon->backlog);
	shield_text_free(&daemon->lines);
	shield_engine_close(&daemon->engine);
	shield_closep(&daemon->signals);
}

static int serve(void)
{
	static struct daemon daemon = {
		.signals = -1,
		.engine = { .map = { [0 ... SHIELD_MAPS - 1] = -1 } },
		.subscribers = { .listener = -1 },
	};
	struct shield_error error = {};
	int r = start(&daemon, &error);

	if (r >= 0) {
		fprintf(stderr, "shieldd: reading the events of engine %s; subscribe at %s\n", shield_engine_hash(),
			SHIELD_STREAM_SOCKET);
		r = run(&daemon, &error);
	}
	daemon_free(&daemon);
	if (r >= 0)
		return 0;
	fprintf(stderr, "shieldd: %s\n", error.message);
	return 1;
}

static const char help[] =
	"Usage: shieldd [--help] [--version]\n"
	"Loads the enforcement engine unless it is loaded, writes its events to the standard output as JSON lines,\n"
	"hands them to subscribers at " SHIELD_STREAM_SOCKET " (root only), and removes every 10 seconds what\n"
	"containers left behind. SIGTERM and SIGINT stop it; enforcement goes on without it.\n"
	"\n"
	"Exit status: 0 stopped by a signal, 1 failure, 2 wrong usage. See shieldd(8).\n";

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{},
	};
	int option = getopt_long(argc, argv, "h", options, NULL);

	if (option == 'h') {
		fputs(help, stdout);
		return 0;
	}
	if (option == 'V') {
		printf("shieldd %s\n", SHIELD_VERSION);
		return 0;
	}
	if (option != -1 || optind < argc) {
		fprintf(stderr, "shieldd: see shieldd --help\n");
		return 2;
	}
	return serve();
}
