/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `shieldctl top`: what there is, how it differs from what there was, and how it is shown. */
#ifndef SHIELD_CTL_TOP_H
#define SHIELD_CTL_TOP_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/usage.h"
#include "events/origin.h"

struct shield_top_program {
	struct shield_usage usage;
	uint64_t runs, time; /* since the sample before */
};

struct shield_top_container {
	uint32_t slot, generation;
	struct shield_origin origin;
	const char *mode;
	uint64_t total_denials, total_audits, lost, suppressed;
	uint64_t denials, audits; /* since the sample before */
};

/* Zeroed = empty. */
struct shield_sample {
	uint64_t time;	   /* boot time in ns */
	uint64_t interval; /* ns since the sample before */
	unsigned int cpus;
	struct shield_top_program *program;
	size_t programs;
	struct shield_top_container *container;
	size_t containers;
};

/* Looks at the engines of this node. @ret: owned by the caller, release with shield_sample_free() */
int shield_sample_take(struct shield_sample *ret, struct shield_error *error);

/*
 * Fills in what happened between two samples, and sorts: the program that took the most time first, the container with
 * the most denials.
 */
void shield_sample_compare(const struct shield_sample *before, struct shield_sample *after);

void shield_sample_free(struct shield_sample *sample);
#define _cleanup_sample_ _cleanup_(shield_sample_free)

/*
 * Appends two tables. @rows: that there is room for, headings and all; at least 1 of each table is shown, and what is
 * left out is counted; 0 = any number
 */
void shield_top_print(const struct shield_sample *sample, size_t rows, struct shield_text *text);

/* Appends one JSON object and a newline. */
void shield_top_print_json(const struct shield_sample *sample, struct shield_text *text);

/*
 * Shows samples on the terminal, one after another, until `q` or a signal. Returns an exit status.
 * @delay: ms between them
 */
int shield_top_live(uint64_t delay);

#endif
