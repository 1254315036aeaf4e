/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctl/ctl.h"
#include "events/enrich.h"
#include "events/format.h"
#include "events/ring.h"
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
	struct shield_engine *engine;
	struct shield_enricher enricher;
	struct shield_text text;
	enum shield_format format;
};

static int on_event(const struct shield_event *event, void *context)
{
	struct reader *reader = context;
	struct shield_evidence evidence;

	shield_enrich(&reader->enricher, reader->engine, event, &evidence);
	shield_format(reader->format, &evidence, &reader->text);
	return reader->text.failed ? -ENOMEM : 0;
}

/* Prints what the ring has, and with `follow` what comes. */
static int print_ring(struct shield_ring *ring, struct reader *reader, bool follow)
{
	struct shield_error error = {};
	int got, r;

	do {
		got = shield_ring_poll(ring, follow ? -1 : 0, &error);
		if (got < 0)
			return shield_ctl_fail(got, &error);
		r = shield_ctl_print(&reader->text);
		if (r != SHIELD_EXIT_OK)
			return r;
		reader->text.length = 0;
	} while (follow || got > 0);
	return SHIELD_EXIT_OK;
}

/* No shieldd is there: reads the ring itself. */
static int read_ring(const struct shield_stream_request *request)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	_cleanup_ring_ struct shield_ring *ring = NULL;
	static struct reader reader;
	struct shield_error error = {};
	int r = shield_ctl_open_engine(&engine);

	if (r != SHIELD_EXIT_OK)
		return r;
	reader.engine = &engine;
	reader.format = request->format;
	r = shield_ring_open(&engine, on_event, &reader, &ring, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	r = print_ring(ring, &reader, request->follow);
	shield_text_free(&reader.text);
	return r;
}

/* https://no-color.org: present and not empty */
static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no);
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	struct shield_stream_request request = { .follow = shield_ctl_has(arguments, "follow") };
	struct shield_error error = {};
	_cleanup_close_ int fd = -1;
	int r;

	(void)command;
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
	{},
};

const struct shield_ctl_command shield_ctl_events = {
	.name = "events",
	.arguments = "",
	.summary = "Show what was refused or reported, and why",
	.help = "Where shieldd runs the events come from it, beginning with the last 4096. Where none runs they\n"
		"are taken from the kernel's ring: what is shown then is gone from there.\n",
	.options = options,
	.run = run,
};
