/* SPDX-License-Identifier: Apache-2.0 */
/* The parent's side of daemon/questions.h: answers out of the engine's maps. */
#ifndef SHIELD_DAEMON_ANSWERS_H
#define SHIELD_DAEMON_ANSWERS_H

#include "daemon/questions.h"
#include "engine/engine.h"
#include "engine/usage.h"

#define SHIELD_ANSWERS_PROGRAMS 128

/* With the engine's programs, as they were when the first one was asked for. */
struct shield_answers {
	struct shield_engine *engine; /* borrowed */
	struct shield_usage program[SHIELD_ANSWERS_PROGRAMS];
	uint32_t program_count;
};

/* Fills in the answer to a valid question; what is not there is not found. */
void shield_answer(struct shield_answers *answers, const struct shield_question *question, struct shield_answer *ret);

#endif
