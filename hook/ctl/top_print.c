/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "ctl/ctl.h"
#include "ctl/top.h"
#include "events/writer.h"

#define FIXED_ROWS 6 /* two headings, the sum, a blank line between, and what is left out of either */

static double per_second(uint64_t count, const struct shield_sample *sample)
{
	return sample->interval ? (double)count * 1e9 / (double)sample->interval : 0;
}

/* Of all the time that the node's CPUs had, in percent. */
static double cpu_share(uint64_t time, const struct shield_sample *sample)
{
	return sample->interval ? (double)time * 100 / ((double)sample->interval * sample->cpus) : 0;
}

static void add_program(const struct shield_sample *sample, const char *name, uint64_t runs, uint64_t time,
			struct shield_text *text)
{
	char numbers[96];

	shield_ctl_add_column(text, name, 26);
	snprintf(numbers, sizeof(numbers), "%12.1f %9" PRIu64 " %8.3f\n", per_second(runs, sample),
		 runs ? time / runs : 0, cpu_share(time, sample));
	shield_text_add(text, numbers);
}

static void add_rest(size_t shown, size_t count, struct shield_text *text)
{
	char line[48];

	if (shown == count)
		return;
	snprintf(line, sizeof(line), "(%zu more)\n", count - shown);
	shield_text_add(text, line);
}

static void add_programs(const struct shield_sample *sample, size_t rows, struct shield_text *text)
{
	uint64_t runs = 0, time = 0;

	shield_text_add(text, "PROGRAM                         RUNS/S    NS/RUN     CPU%\n");
	for (size_t i = 0; i < sample->programs; i++) {
		const struct shield_top_program *program = &sample->program[i];

		runs += program->runs;
		time += program->time;
		if (i < rows)
			add_program(sample, program->usage.name, program->runs, program->time, text);
	}
	add_program(sample, "all", runs, time, text);
	add_rest(rows, sample->programs, text);
}

static void add_container(const struct shield_sample *sample, const struct shield_top_container *container,
			  struct shield_text *text)
{
	char name[SHIELD_ORIGIN_NAME_MAX], numbers[128];

	shield_ctl_add_column(text, shield_origin_name(&container->origin, name), 26);
	shield_ctl_add_column(text, container->origin.profile, 18);
	shield_ctl_add_column(text, container->mode, 10);
	snprintf(numbers, sizeof(numbers), "%9.1f %9.1f %9" PRIu64 " %6" PRIu64 " %10" PRIu64 "\n",
		 per_second(container->denials, sample), per_second(container->audits, sample),
		 container->total_denials, container->lost, container->suppressed);
	shield_text_add(text, numbers);
}

static void add_containers(const struct shield_sample *sample, size_t rows, struct shield_text *text)
{
	shield_text_add(text,
			"CONTAINER                 PROFILE           MODE      DENIALS/S  AUDITS/S   DENIALS   LOST "
			"SUPPRESSED\n");
	for (size_t i = 0; i < rows; i++)
		add_container(sample, &sample->container[i], text);
	add_rest(rows, sample->containers, text);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

void shield_top_print(const struct shield_sample *sample, size_t rows, struct shield_text *text)
{
	size_t programs = sample->programs, containers = sample->containers;

	if (rows) {
		size_t room = rows > FIXED_ROWS + 2 ? rows - FIXED_ROWS : 2;

		/* containers get half of it, and what programs leave */
		programs = smaller(programs, room - smaller(containers, room / 2));
		containers = smaller(containers, room - programs);
	}
	add_programs(sample, programs, text);
	shield_text_add(text, "\n");
	add_containers(sample, containers, text);
}

static void write_program(struct shield_writer *writer, const struct shield_top_program *program)
{
	shield_write_open(writer, NULL, '{');
	shield_write_number(writer, "id", program->usage.id);
	shield_write_string(writer, "name", program->usage.name);
	shield_write_number(writer, "runs", program->runs);
	shield_write_number(writer, "time_ns", program->time);
	shield_write_number(writer, "total_runs", program->usage.runs);
	shield_write_number(writer, "total_time_ns", program->usage.time);
	shield_write_close(writer, '}');
}

static void write_container(struct shield_writer *writer, const struct shield_top_container *container)
{
	const struct shield_origin *origin = &container->origin;

	shield_write_open(writer, NULL, '{');
	shield_write_string(writer, "id", origin->id);
	shield_write_array(writer, "name", origin->container, sizeof(origin->container));
	shield_write_array(writer, "pod", origin->pod, sizeof(origin->pod));
	shield_write_array(writer, "namespace", origin->pod_namespace, sizeof(origin->pod_namespace));
	shield_write_array(writer, "profile", origin->profile, sizeof(origin->profile));
	shield_write_string(writer, "mode", container->mode);
	shield_write_number(writer, "denials", container->denials);
	shield_write_number(writer, "audits", container->audits);
	shield_write_number(writer, "total_denials", container->total_denials);
	shield_write_number(writer, "total_audits", container->total_audits);
	shield_write_number(writer, "lost", container->lost);
	shield_write_number(writer, "suppressed", container->suppressed);
	shield_write_close(writer, '}');
}

void shield_top_print_json(const struct shield_sample *sample, struct shield_text *text)
{
	struct shield_writer writer = { .text = text };

	shield_write_open(&writer, NULL, '{');
	shield_write_number(&writer, "interval_ns", sample->interval);
	shield_write_number(&writer, "cpus", sample->cpus);
	shield_write_open(&writer, "programs", '[');
	for (size_t i = 0; i < sample->programs; i++)
		write_program(&writer, &sample->program[i]);
	shield_write_close(&writer, ']');
	shield_write_open(&writer, "containers", '[');
	for (size_t i = 0; i < sample->containers; i++)
		write_container(&writer, &sample->container[i]);
	shield_write_close(&writer, ']');
	shield_write_close(&writer, '}');
	shield_text_add(text, "\n");
}
