/* SPDX-License-Identifier: Apache-2.0 */
/* The standard output as a sink: whole lines, never waited for. What a slow reader has no room for is counted. */
#ifndef SHIELD_SINKS_OUTPUT_H
#define SHIELD_SINKS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

#define SHIELD_OUTPUT_MAX (512 * 1024) /* bytes that wait for a reader */

struct shield_output {
	int fd; /* owned; -1 = closed */
	bool is_socket;
	struct shield_text waiting; /* from `written` on */
	size_t written;
	uint64_t failures; /* lines that were not taken */
	bool broken;	   /* the last write failed: said once */
};
#define SHIELD_OUTPUT_NONE ((struct shield_output){ .fd = -1 })

/*
 * Opens the file behind a descriptor anew, so that nobody else's writing to it changes: a pipe or terminal does not
 * block then. @ret: to be closed by the caller
 */
int shield_output_open(int fd, struct shield_output *ret, struct shield_error *error);

/* Adds a line, or counts it where there is no room. */
void shield_output_add(struct shield_output *output, const char *line, size_t length);

/* Is there something to wait for with POLLOUT? */
bool shield_output_waits(const struct shield_output *output);

/*
 * Writes what the reader takes. Returns 0; a negative errno when it cannot be written to, the first time; what waits is
 * given up then.
 */
int shield_output_flush(struct shield_output *output, struct shield_error *error);

void shield_output_close(struct shield_output *output);
#define _cleanup_output_ _cleanup_(shield_output_close)

#endif
