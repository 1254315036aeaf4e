/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON lines in a file, each event exactly once: a writer that was killed finds in the file what it has written, and
 * goes on after that. When the file is full it becomes NAME.1, what was NAME.1 becomes NAME.2, and so on.
 */
#ifndef SHIELD_SINKS_FILE_H
#define SHIELD_SINKS_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "events/origin.h"

#define SHIELD_FILE_WAITING_MAX (512 * 1024) /* bytes that wait for a file that cannot be written */

struct shield_file {
	/* set by the caller */
	int folder; /* owned; -1 = closed */
	char name[NAME_MAX + 1];
	uint64_t max_size;	/* bytes of a file */
	unsigned int max_files; /* with the one being written */
	/* the rest is 0 at first */
	int fd; /* owned; -1 = not open */
	uint64_t size;
	bool resumes; /* the last line is of this event */
	uint64_t instance, position;
	struct shield_text waiting; /* lines */
	bool overflows;		    /* there was no room for another one */
	uint64_t failures;	    /* lines that were given up */
	bool broken;		    /* the last write failed: said once */
};
#define SHIELD_FILE_NONE ((struct shield_file){ .folder = -1, .fd = -1 })

/* Adds an event, unless the file has it. @line: its JSON, which begins with its id */
void shield_file_add(struct shield_file *file, const struct shield_evidence *evidence, const char *line, size_t length);

/*
 * Writes what waits; opens the file where it is not open, and cuts what a killed writer left half-written.
 * Returns 0 when it is written; the negative errno of the failure, which is not said again in `error` until a write
 * has succeeded. What waits is tried again by the next call.
 */
int shield_file_flush(struct shield_file *file, struct shield_error *error);

/* Need events that were added not be kept anywhere else? They are in the file, or they were given up. */
bool shield_file_is_done(const struct shield_file *file);

void shield_file_close(struct shield_file *file);
#define _cleanup_file_ _cleanup_(shield_file_close)

#endif
