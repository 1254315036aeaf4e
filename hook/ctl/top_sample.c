/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/top.h"
#include "events/clock.h"

struct taking {
	struct shield_sample *sample;
	struct shield_error *error;
};

static int add_program(const struct shield_usage *usage, void *context)
{
	struct taking *taking = context;
	struct shield_sample *sample = taking->sample;
	struct shield_top_program *program =
		shield_ctl_grow((void **)&sample->program, &sample->programs, sizeof(*program));

	if (!program)
		return shield_fail(taking->error, ENOMEM, "out of memory");
	*program = (struct shield_top_program){ .usage = *usage };
	return 0;
}

static int add_container(const struct shield_container *container, void *context)
{
	struct taking *taking = context;
	struct shield_sample *sample = taking->sample;
	struct shield_top_container *row =
		shield_ctl_grow((void **)&sample->container, &sample->containers, sizeof(*row));

	if (!row)
		return shield_fail(taking->error, ENOMEM, "out of memory");
	*row = (struct shield_top_container){
		.slot = container->slot,
		.generation = container->state.generation,
		.mode = shield_ctl_mode_name(container),
		.total_denials = shield_ctl_denials(container),
		.lost = container->counters.lost,
		.suppressed = container->counters.suppressed,
	};
	for (int kind = 0; kind < SHIELD_KINDS; kind++)
		row->total_audits += SHIELD_COUNT(&container->counters, kind, SHIELD_AUDIT);
	shield_origin_of(&container->info, &row->origin);
	return 0;
}

static int add_engine(struct shield_engine *engine, void *context)
{
	struct taking *taking = context;
	int r = shield_usage_each(engine, add_program, taking, taking->error);

	return r < 0 ? r : shield_container_each(engine, add_container, taking, taking->error);
}

int shield_sample_take(struct shield_sample *ret, struct shield_error *error)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct shield_sample sample = { .time = shield_clock_boot(), .cpus = cpus > 0 ? (unsigned int)cpus : 1 };
	int r = shield_ctl_each_engine(add_engine, &(struct taking){ &sample, error }, error);

	if (r < 0)
		shield_sample_free(&sample);
	else
		*ret = sample;
	return r;
}

void shield_sample_free(struct shield_sample *sample)
{
	free(sample->program);
	free(sample->container);
	*sample = (struct shield_sample){};
}

static uint64_t growth(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

static void compare_program(const struct shield_sample *before, struct shield_top_program *program)
{
	struct shield_usage then = {};

	for (size_t i = 0; i < before->programs; i++)
		if (before->program[i].usage.id == program->usage.id)
			then = before->program[i].usage;
	program->runs = growth(then.runs, program->usage.runs);
	program->time = growth(then.time, program->usage.time);
}

/* Slots of several engines may have the same number: the id tells them apart. */
static bool is_same(const struct shield_top_container *a, const struct shield_top_container *b)
{
	return a->slot == b->slot && a->generation == b->generation && !strcmp(a->origin.id, b->origin.id);
}

static void compare_container(const struct shield_sample *before, struct shield_top_container *container)
{
	uint64_t denials = 0, audits = 0;

	for (size_t i = 0; i < before->containers; i++) {
		if (!is_same(&before->container[i], container))
			continue;
		denials = before->container[i].total_denials;
		audits = before->container[i].total_audits;
	}
	container->denials = growth(denials, container->total_denials);
	container->audits = growth(audits, container->total_audits);
}

static int by_number(uint64_t a, uint64_t b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int order_programs(const void *left, const void *right)
{
	const struct shield_top_program *a = left, *b = right;
	int order = by_number(a->time, b->time);

	return order ? order : strcmp(a->usage.name, b->usage.name);
}

static int order_containers(const void *left, const void *right)
{
	const struct shield_top_container *a = left, *b = right;
	int order = by_number(a->denials, b->denials);

	order = order ? order : by_number(a->audits, b->audits);
	order = order ? order : by_number(a->total_denials, b->total_denials);
	return order ? order : strcmp(a->origin.id, b->origin.id);
}

void shield_sample_compare(const struct shield_sample *before, struct shield_sample *after)
{
	after->interval = growth(before->time, after->time);
	for (size_t i = 0; i < after->programs; i++)
		compare_program(before, &after->program[i]);
	for (size_t i = 0; i < after->containers; i++)
		compare_container(before, &after->container[i]);
	if (after->programs)
		qsort(after->program, after->programs, sizeof(*after->program), order_programs);
	if (after->containers)
		qsort(after->container, after->containers, sizeof(*after->container), order_containers);
}
