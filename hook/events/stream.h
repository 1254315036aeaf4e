/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How shieldd hands events on: a unix stream socket. A subscriber writes one line, the request, and reads lines from
 * then on:
 *
 *	json [follow]			the JSON lines of events/format.h
 *	compact [coloured] [follow]	the compact ones
 *	record ABI [follow]		struct shield_evidence, of a shieldd of the same ABI
 *	v2 FORMAT [follow] FIELD=VALUE...	those events only that a filter wants: the fields of events/filter.h
 *
 * One blank stands between words; in a VALUE, bytes other than printable ASCII, blanks and '%' are %NN, in hexadecimal.
 *
 * First come the last events that shieldd has (SHIELD_BACKLOG), then, with `follow`, those to come. Only root is
 * served (SO_PEERCRED, unix(7)).
 */
#ifndef SHIELD_EVENTS_STREAM_H
#define SHIELD_EVENTS_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/lock.h"
#include "events/filter.h"
#include "events/format.h"

#define SHIELD_STREAM_SOCKET SHIELD_RUN_DIR "/events.sock"
#define SHIELD_STREAM_REQUEST_MAX 4096 /* bytes of a request, with its newline and a NUL: holds any filter */

struct shield_stream_request {
	enum shield_format format;
	bool follow;
	struct shield_filter filter;
};

/* Writes the request's line, NUL-terminated. Returns `buffer`. */
const char *shield_stream_print(const struct shield_stream_request *request, char buffer[SHIELD_STREAM_REQUEST_MAX]);

/*
 * Reads what a subscriber has written so far.
 * Returns 1 with the request; 0 while the line is not complete; -EINVAL for what is no request.
 */
int shield_stream_parse(const char *bytes, size_t length, struct shield_stream_request *ret);

/*
 * Subscribes at shieldd.
 * @ret_fd: owned by the caller; lines come from it until shieldd ends the stream
 * Returns 0; -ENOENT or -ECONNREFUSED when no shieldd is there; another negative errno.
 */
int shield_stream_subscribe(const struct shield_stream_request *request, int *ret_fd, struct shield_error *error);

#endif
