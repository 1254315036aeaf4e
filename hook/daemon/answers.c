/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/answers.h"

#include <stdio.h>

#include "daemon/page.h"
#include "engine/container.h"
#include "events/enrich.h"

static int keep_program(const struct shield_usage *usage, void *context)
{
	struct shield_answers *answers = context;

	answers->program[answers->program_count++] = *usage;
	return answers->program_count == SHIELD_ANSWERS_PROGRAMS;
}

static void answer_program(struct shield_answers *answers, struct shield_answer *answer)
{
	const struct shield_usage *usage;

	if (answer->slot == 0) {
		answers->program_count = 0;
		shield_usage_each_hook(answers->engine, keep_program, answers, NULL);
	}
	if (answer->slot >= answers->program_count)
		return;
	usage = &answers->program[answer->slot];
	answer->found = 1;
	snprintf(answer->program.name, sizeof(answer->program.name), "%s", usage->name);
	answer->program.runs = usage->runs;
	answer->program.run_time = usage->time;
}

static void answer_container(struct shield_engine *engine, struct shield_answer *answer)
{
	struct shield_container container;

	for (uint32_t slot = answer->slot; slot < engine->control->slots_used; slot++) {
		if (shield_container_at(engine, slot, &container, NULL) < 0)
			continue;
		answer->found = 1;
		answer->slot = slot;
		answer->generation = container.state.generation;
		answer->container.counters = container.counters;
		answer->container.flags = container.state.flags;
		shield_origin_of(&container.info, &answer->origin);
		return;
	}
}

void shield_answer(struct shield_answers *answers, const struct shield_question *question, struct shield_answer *ret)
{
	struct shield_engine *engine = answers->engine;

	*ret = (struct shield_answer){ .kind = question->kind,
				       .slot = question->slot,
				       .generation = question->generation };
	switch (question->kind) {
	case SHIELD_ASK_ORIGIN:
		ret->found = shield_origin_look_up(engine, question->slot, question->generation, &ret->origin) == 0;
		break;
	case SHIELD_ASK_CONTAINER:
		answer_container(engine, ret);
		break;
	case SHIELD_ASK_PROGRAM:
		answer_program(answers, ret);
		break;
	case SHIELD_ASK_NODE:
		ret->found = 1;
		ret->node.off = engine->control->off != 0;
		ret->node.resident = shield_page_resident();
		break;
	}
}
