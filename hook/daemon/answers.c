/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/answers.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "daemon/page.h"
#include "engine/container.h"
#include "events/enrich.h"

/* Pins of links are those of programs on hooks; the ones of containers share few programs, and come and go. */
static void list_programs(struct shield_answers *answers)
{
	char path[PATH_MAX];
	_cleanup_closedir_ DIR *folder = NULL;
	struct dirent *entry;

	answers->program_count = 0;
	shield_engine_path_of(answers->engine->hash, path, sizeof(path), "link", NULL);
	folder = opendir(path);
	while (folder && (entry = readdir(folder)) && answers->program_count < SHIELD_ANSWERS_PROGRAMS) {
		if (entry->d_name[0] != '.' && strlen(entry->d_name) < SHIELD_PROGRAM_NAME_MAX)
			strcpy(answers->program[answers->program_count++], entry->d_name);
	}
}

/* The program behind a link. */
static int open_program(const struct shield_answers *answers, const char *name)
{
	char path[PATH_MAX];
	struct bpf_link_info info = {};
	uint32_t size = sizeof(info);
	_cleanup_close_ int link = -1;

	shield_engine_path_of(answers->engine->hash, path, sizeof(path), "link", name);
	link = bpf_obj_get(path);
	if (link < 0 || bpf_obj_get_info_by_fd(link, &info, &size) < 0)
		return -1;
	return bpf_prog_get_fd_by_id(info.prog_id);
}

static void answer_program(struct shield_answers *answers, struct shield_answer *answer)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);
	_cleanup_close_ int program = -1;

	if (answer->slot == 0)
		list_programs(answers);
	if (answer->slot >= answers->program_count)
		return;
	answer->found = 1;
	strcpy(answer->program.name, answers->program[answer->slot]);
	program = open_program(answers, answer->program.name);
	if (program >= 0 && bpf_obj_get_info_by_fd(program, &info, &size) == 0) {
		answer->program.runs = info.run_cnt;
		answer->program.run_time = info.run_time_ns;
	}
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
