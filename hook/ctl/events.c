/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctl/ctl.h"
#include "events/clock.h"
#include "events/enrich.h"
#include "events/format.h"
#include "events/ring.h"
#include "events/since.h"
#include "events/stream.h"

#define CHUNK (64 * 1024)

/* Copies lines from shieldd until it ends the stream. */
static int copy_stream(int fd, bool follow)
{
	_cleanup_text_ struct shield_text text = {};
	static char chunk[CHUNK];

	for (;;) {
		ssize_t got = read(fd, chunk, sizeof(chunk));
		int r;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			fprintf(stderr, "shieldctl: cannot read from shieldd: %s\n", strerror(errno));
			return SHIELD_EXIT_FAILURE;
		}
		if (got == 0)
			break;
		text.length = 0;
		shield_text_add_bytes(&text, chunk, (size_t)got);
		r = shield_ctl_print(&text);
		if (r != SHIELD_EXIT_OK)
			return r;
	}
	if (!follow)
		return SHIELD_EXIT_OK;
	fprintf(stderr, "shieldctl: shieldd ended the stream: it stopped, or this reader was too slow for it\n");
	return SHIELD_EXIT_FAILURE;
}

struct reader {
	struct shield_ring ring;
	struct shield_enricher enricher;
	const struct shield_stream_request *request;
};

/* Prints the events that are there, a batch at most; they are gone from the ring once they are written. */
static int print_batch(struct reader *reader, unsigned int *ret_count)
{
	_cleanup_text_ struct shield_text text = {};
	struct shield_error error = {};
	struct shield_evidence evidence;
	const struct shield_event *event;
	uint64_t position;
	unsigned int count = 0;
	int r = 0;

	while (count < SHIELD_RING_BATCH && (r = shield_ring_next(&reader->ring, &event, &position, &error)) > 0) {
		shield_enrich(&reader->enricher, event, position, &evidence);
		if (shield_filter_matches(&reader->request->filter, &evidence))
			shield_format(reader->request->format, &evidence, &text);
		count++;
	}
	if (r < 0)
		return shield_ctl_fail(r, &error);
	r = shield_ctl_print(&text);
	if (r == SHIELD_EXIT_OK)
		shield_ring_commit(&reader->ring);
	*ret_count = count;
	return r;
}

/* Prints what the ring has, and with `follow` what comes. */
static int print_ring(struct reader *reader, bool follow)
{
	struct pollfd wait = { .fd = shield_ring_fd(&reader->ring), .events = POLLIN };
	unsigned int count = 0;
	int r;

	do {
		if (follow && poll(&wait, 1, -1) < 0 && errno != EINTR) {
			fprintf(stderr, "shieldctl: cannot wait for events: %s\n", strerror(errno));
			return SHIELD_EXIT_FAILURE;
		}
		r = print_batch(reader, &count);
	} while (r == SHIELD_EXIT_OK && (follow || count > 0));
	return r;
}

/* No shieldd is there: reads the ring itself. */
static int read_ring(const struct shield_stream_request *request)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	static struct reader reader = { .ring = SHIELD_RING_NONE, .enricher.look = shield_origin_look_up };
	struct shield_error error = {};
	int r = shield_ctl_open_engine(&engine);

	if (r != SHIELD_EXIT_OK)
		return r;
	reader.request = request;
	reader.enricher.context = &engine;
	reader.enricher.instance = engine.control->instance;
	r = shield_ring_open(&engine, &reader.ring, &error);
	if (r == 0)
		r = shield_ring_map(&reader.ring, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	r = print_ring(&reader, request->follow);
	shield_ring_close(&reader.ring);
	return r;
}

/* https://no-color.org: present and not empty */
static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no);
}

/* The options that say which events. Returns an exit status. */
static int read_filter(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments,
		       struct shield_filter *ret)
{
	static const char *const fields[] = { "container", "pod", "namespace", "rule", "kind", "verdict" };
	const char *since = shield_ctl_value(arguments, "since"), *values[SHIELD_CTL_GIVEN];
	struct shield_error error = {};
	int r = 0;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		unsigned int count = shield_ctl_values(arguments, fields[i], values);

		for (unsigned int j = 0; j < count && r >= 0; j++)
			r = shield_filter_add(ret, fields[i], values[j], &error);
	}
	if (r >= 0 && since)
		r = shield_since_parse(since, shield_clock_wall(shield_clock_boot()), &ret->since, &error);
	return r < 0 ? shield_ctl_usage(command, "%s", error.message) : SHIELD_EXIT_OK;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	struct shield_stream_request request = { .follow = shield_ctl_has(arguments, "follow") };
	struct shield_error error = {};
	_cleanup_close_ int fd = -1;
	int r = read_filter(command, arguments, &request.filter);

	if (r != SHIELD_EXIT_OK)
		return r;
	request.format = shield_ctl_wants_json(arguments) ? SHIELD_FORMAT_JSON
			 : wants_colour()		  ? SHIELD_FORMAT_COLOURED
							  : SHIELD_FORMAT_COMPACT;
	r = shield_stream_subscribe(&request, &fd, &error);
	if (r == 0)
		return copy_stream(fd, request.follow);
	if (r == -ENOENT || r == -ECONNREFUSED)
		return read_ring(&request);
	return shield_ctl_fail(r, &error);
}

static const struct shield_ctl_option options[] = {
	{ "follow", 'f', NULL, "go on with the events to come" },
	{ "output", 'o', "compact|json",
	  "compact, a line for people: time, verdict, kind, container, who -> what, why;\n"
	  "json, an object per line: see shieldctl(8) for its keys" },
	{ "container", 'c', "GLOB", "of these containers: name, POD/NAME, id, or the beginning of an id" },
	{ "pod", 'p', "GLOB", "of these pods" },
	{ "namespace", 'n', "GLOB", "of these pods' namespaces" },
	{ "rule", 'r', "PATH", "of these rules: a JSON path in the profile or the beginning of one, network.egress" },
	{ "kind", 'k', "KIND", "of this kind: exec, egress, files ..." },
	{ "verdict", 'v', "audit|deny|kill", "with this outcome" },
	{ "since", 's', "TIME", "not older: 90s, 10m, 2h or 3d ago, or 2024-05-01T12:03:14Z" },
	{},
};

const struct shield_ctl_command shield_ctl_events = {
	.name = "events",
	.arguments = "",
	.summary = "Show what was refused or reported, and why",
	.help = "Where shieldd runs the events come from it, beginning with the last 2048. Where none runs they\n"
		"are taken from the kernel's ring: what is shown then is gone from there, and so is what the\n"
		"options leave out. Those may be repeated, but for --since: an event is shown if it fits one of\n"
		"each. A GLOB has *, ? and [...].\n",
	.options = options,
	.run = run,
};
