/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/top.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_ctl_top(void);

#define SECOND 1000000000ull

static struct shield_top_program then_programs[] = {
	{ .usage = { 7, "exec_begin", 100, 5000 } },
	{ .usage = { 9, "network_connect", 10, 400 } },
};
static struct shield_top_container then_containers[] = {
	{ .slot = 1, .generation = 3, .origin = { .id = "aaaa" }, .total_denials = 5, .total_audits = 1 },
	{ .slot = 1, .generation = 3, .origin = { .id = "bbbb" }, .total_denials = 8 },
};

static const struct shield_sample then = {
	.time = 10 * SECOND,
	.cpus = 2,
	.program = then_programs,
	.programs = 2,
	.container = then_containers,
	.containers = 2,
};

/* Two seconds later: one program ran, one did not, one is new; so with containers. */
static struct shield_top_program now_programs[3];
static struct shield_top_container now_containers[3];

static struct shield_sample later(void)
{
	static const struct shield_top_program programs[] = {
		{ .usage = { 9, "network_connect", 10, 400 } },
		{ .usage = { 7, "exec_begin", 104, 5000 + 40000000 } },
		{ .usage = { 11, "new", 1, 1000 } },
	};
	static const struct shield_top_container containers[] = {
		{ .slot = 1,
		  .generation = 3,
		  .origin = { .id = "aaaa", .profile = "web" },
		  .mode = "audit",
		  .total_denials = 5,
		  .total_audits = 4 },
		{ .slot = 1,
		  .generation = 3,
		  .origin = { .id = "bbbb", .profile = "web" },
		  .mode = "enforce",
		  .total_denials = 8 },
		{ .slot = 2,
		  .generation = 1,
		  .origin = { .id = "cccc", .pod = "p", .container = "c d", .profile = "db" },
		  .mode = "enforce",
		  .total_denials = 7,
		  .lost = 2,
		  .suppressed = 12 },
	};

	memcpy(now_programs, programs, sizeof(programs));
	memcpy(now_containers, containers, sizeof(containers));
	return (struct shield_sample){ .time = 12 * SECOND,
				       .cpus = 2,
				       .program = now_programs,
				       .programs = 3,
				       .container = now_containers,
				       .containers = 3 };
}

static void compares(void)
{
	struct shield_sample now = later();

	shield_sample_compare(&then, &now);
	CU_ASSERT_EQUAL(now.interval, 2 * SECOND);
	CU_ASSERT_STRING_EQUAL(now.program[0].usage.name, "exec_begin");
	CU_ASSERT_EQUAL(now.program[0].runs, 4);
	CU_ASSERT_EQUAL(now.program[0].time, 40000000);
	CU_ASSERT_STRING_EQUAL(now.program[1].usage.name, "new");
	CU_ASSERT_EQUAL(now.program[1].runs, 1);
	CU_ASSERT_EQUAL(now.program[2].runs, 0);
	CU_ASSERT_STRING_EQUAL(now.container[0].origin.id, "cccc");
	CU_ASSERT_EQUAL(now.container[0].denials, 7);
	CU_ASSERT_STRING_EQUAL(now.container[1].origin.id, "aaaa");
	CU_ASSERT_EQUAL(now.container[1].denials, 0);
	CU_ASSERT_EQUAL(now.container[1].audits, 3);
	CU_ASSERT_EQUAL(now.container[2].denials, 0);
}

/* Another container took the slot: its counters began anew. */
static void another_tenant(void)
{
	struct shield_sample now = later();

	now.container[0].generation = 4;
	now.container[0].total_denials = 2;
	now.container[1].total_denials = 1;
	shield_sample_compare(&then, &now);
	CU_ASSERT_STRING_EQUAL(now.container[1].origin.id, "aaaa");
	CU_ASSERT_EQUAL(now.container[1].denials, 2);
	CU_ASSERT_STRING_EQUAL(now.container[2].origin.id, "bbbb");
	CU_ASSERT_EQUAL(now.container[2].denials, 0); /* and never less than none */
}

static void prints(const struct shield_sample *sample, size_t rows, const char *expected)
{
	_cleanup_free_ char *said = NULL;
	struct shield_text text = {};

	shield_top_print(sample, rows, &text);
	CU_ASSERT_EQUAL_FATAL(shield_text_take(&text, &said, NULL), 0);
	if (strcmp(said, expected) != 0)
		fprintf(stderr, "said:\n%sexpected:\n%s", said, expected);
	CU_ASSERT_STRING_EQUAL(said, expected);
}

#define PROGRAMS "PROGRAM                         RUNS/S    NS/RUN     CPU%\n"
#define CONTAINERS \
	"CONTAINER                 PROFILE           MODE      DENIALS/S  AUDITS/S   DENIALS   LOST SUPPRESSED\n"
#define ALL "all                                2.5   8000200    1.000\n"

static void tables(void)
{
	struct shield_sample now = later();

	shield_sample_compare(&then, &now);
	prints(&now, 0,
	       PROGRAMS
	       "exec_begin                         2.0  10000000    1.000\n"
	       "new                                0.5      1000    0.000\n"
	       "network_connect                    0.0         0    0.000\n" ALL "\n" CONTAINERS
	       "\"p/c d\"                   db                enforce         3.5       0.0         7      2         12\n"
	       "aaaa                      web               audit           0.0       1.5         5      0          0\n"
	       "bbbb                      web               enforce         0.0       0.0         8      0          0\n");
	prints(&now, 9,
	       PROGRAMS
	       "exec_begin                         2.0  10000000    1.000\n"
	       "new                                0.5      1000    0.000\n" ALL "(1 more)\n\n" CONTAINERS
	       "\"p/c d\"                   db                enforce         3.5       0.0         7      2         12\n"
	       "(2 more)\n");
	/* nothing is known of an interval */
	now.interval = 0;
	now.programs = 1;
	now.containers = 0;
	prints(&now, 24,
	       PROGRAMS "exec_begin                         0.0  10000000    0.000\n"
			"all                                0.0  10000000    0.000\n\n" CONTAINERS);
}

/* No terminal is so low that it is not used, nor is it left to scroll. */
static void heights(void)
{
	struct shield_sample now = later();

	shield_sample_compare(&then, &now);
	for (size_t rows = 8; rows < 20; rows++) {
		_cleanup_text_ struct shield_text text = {};
		size_t lines = 0;

		shield_top_print(&now, rows, &text);
		for (size_t i = 0; i < text.length; i++)
			lines += text.data[i] == '\n';
		CU_ASSERT_TRUE(lines <= rows);
		CU_ASSERT_TRUE(rows < 12 || lines == 10);
	}
}

static void json(void)
{
	struct shield_sample now = later();
	_cleanup_free_ char *said = NULL;
	struct shield_text text = {};

	shield_sample_compare(&then, &now);
	now.programs = now.containers = 1;
	shield_top_print_json(&now, &text);
	CU_ASSERT_EQUAL_FATAL(shield_text_take(&text, &said, NULL), 0);
	CU_ASSERT_STRING_EQUAL(said,
			       "{\"interval_ns\":2000000000,\"cpus\":2,\"programs\":[{\"id\":7,\"name\":\"exec_begin\","
			       "\"runs\":4,\"time_ns\":40000000,\"total_runs\":104,\"total_time_ns\":40005000}],"
			       "\"containers\":[{\"id\":\"cccc\",\"name\":\"c d\",\"pod\":\"p\",\"namespace\":null,"
			       "\"profile\":\"db\",\"mode\":\"enforce\",\"denials\":7,\"audits\":0,\"total_denials\":7,"
			       "\"total_audits\":0,\"lost\":2,\"suppressed\":12}]}\n");
}

void suite_ctl_top(void)
{
	CU_pSuite suite = CU_add_suite("ctl/top", NULL, NULL);

	CU_add_test(suite, "compares", compares);
	CU_add_test(suite, "another tenant", another_tenant);
	CU_add_test(suite, "tables", tables);
	CU_add_test(suite, "heights", heights);
	CU_add_test(suite, "json", json);
}
