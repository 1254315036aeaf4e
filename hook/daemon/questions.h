/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What shieldd's reader, which has no privileges, asks its parent, which has the engine's maps: a SOCK_SEQPACKET pair,
 * one question, one answer, both of fixed size. Neither side trusts the other's bytes.
 */
#ifndef SHIELD_DAEMON_QUESTIONS_H
#define SHIELD_DAEMON_QUESTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bpf/abi.h"
#include "events/origin.h"

#define SHIELD_PROGRAM_NAME_MAX 32

enum shield_question_kind {
	SHIELD_ASK_ORIGIN = 1, /* the names of a slot's tenant: slot, generation */
	SHIELD_ASK_CONTAINER,  /* the first live slot from `slot` on, with its names and counters */
	SHIELD_ASK_PROGRAM,    /* the program number `slot` of the engine, and how often it ran */
	SHIELD_ASK_NODE,       /* the node, and the parent's own process */
	SHIELD_QUESTIONS,
};

struct shield_question {
	uint32_t kind; /* enum shield_question_kind */
	uint32_t slot;
	uint32_t generation; /* 0 but for SHIELD_ASK_ORIGIN */
	uint32_t pad;	     /* 0 */
};

struct shield_answer {
	uint32_t kind;	/* of the question */
	uint32_t found; /* 0 = there is none; the rest is zero then */
	uint32_t slot, generation;
	struct shield_origin origin; /* of SHIELD_ASK_ORIGIN and SHIELD_ASK_CONTAINER */
	union {
		struct {
			struct shield_counters counters;
			uint32_t flags, pad; /* shield_slot.flags */
		} container;
		struct {
			char name[SHIELD_PROGRAM_NAME_MAX];
			uint64_t runs, run_time; /* ns; 0 unless the node counts (sysctl kernel.bpf_stats_enabled) */
		} program;
		struct {
			uint64_t resident; /* bytes of the parent */
			uint32_t off, pad; /* break-glass */
		} node;
	};
};

/* Reads a question. Returns 0; -EPROTO when it is none. */
int shield_question_parse(const void *bytes, size_t length, struct shield_question *ret);

/* Reads the answer to a question. Returns 0; -EPROTO when it is none. Its strings end in a NUL. */
int shield_answer_parse(const void *bytes, size_t length, const struct shield_question *question,
			struct shield_answer *ret);

/*
 * Asks, and waits for the answer.
 * Returns 1 with it; 0 when there is none; -EPIPE when nobody answers any more; -EPROTO; another negative errno.
 */
int shield_ask(int fd, const struct shield_question *question, struct shield_answer *ret);

/* Asks for names, as shield_origin_look. @context: int *, the descriptor */
int shield_ask_origin(void *context, uint32_t slot, uint32_t generation, struct shield_origin *ret);

#endif
