/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/prometheus.h"

#include "../events/literal.h"

void suite_sinks_prometheus(void);

static struct shield_snapshot_container containers[] = {
	{ .origin = WEB, .flags = SHIELD_SLOT_AUDIT },
	{ .origin = { .id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		      .container = "b\\a\"d\n\xff",
		      .profile = "web" } },
	{ .origin = { .id = "recorded" }, .flags = SHIELD_SLOT_AUDIT | SHIELD_SLOT_RECORD },
};

static struct shield_snapshot_program programs[] = { { "exec_begin", 3, 1000000007 } };
static struct shield_snapshot_sink sinks[] = { { "file", 2 } };
static struct shield_snapshot_webhook webhooks[] = {
	{ "siem", { .state = { .sent = 4, .refused = 5, .failures = 6, .lost = 7 }, .records = 8, .bytes = 9 } }
};
static struct shield_snapshot_process processes[] = { { "reader", 4096000 } };

static char *format(const struct shield_snapshot *snapshot)
{
	struct shield_text text = {};
	char *string = NULL;

	shield_prometheus_format(snapshot, &text);
	CU_ASSERT_EQUAL_FATAL(shield_text_take(&text, &string, NULL), 0);
	return string;
}

/* Is this a whole line of it? */
static void has_line(const char *page, const char *line)
{
	size_t length = strlen(line);

	for (const char *at = page; (at = strstr(at, line)); at++)
		if ((at == page || at[-1] == '\n') && at[length] == '\n')
			return;
	fprintf(stderr, "no line '%s' in\n%s", line, page);
	CU_FAIL("a line is missing");
}

static const struct shield_snapshot everything = {
	.containers = containers,
	.container_count = 3,
	.programs = programs,
	.program_count = 1,
	.sinks = sinks,
	.sink_count = 1,
	.webhooks = webhooks,
	.webhook_count = 1,
	.processes = processes,
	.process_count = 1,
};

static void whole(void)
{
	_cleanup_free_ char *page = NULL;

	SHIELD_COUNT(&containers[0].counters, SHIELD_KIND_EXEC, SHIELD_AUDIT) = 11;
	containers[0].counters.lost = 12;
	SHIELD_COUNT(&containers[1].counters, SHIELD_KIND_REVERSE_SHELL, SHIELD_KILL) = UINT64_MAX;
	containers[1].counters.suppressed = 13;
	containers[2].counters.observations = 14;
	containers[2].counters.unobserved = 15;
	page = format(&everything);
	has_line(page, "oci_shield_engine_on 1");
	has_line(page, "oci_shield_containers{mode=\"enforce\"} 1");
	has_line(page, "oci_shield_containers{mode=\"audit\"} 1");
	has_line(page, "oci_shield_containers{mode=\"record\"} 1");
	has_line(page, "# TYPE oci_shield_events_total counter");
	has_line(page, "oci_shield_events_total{id=\"0123456789abcdef0123\",name=\"nginx-1\",pod=\"web\","
		       "namespace=\"shop\",profile=\"web-strict\",kind=\"exec\",verdict=\"audit\"} 11");
	has_line(page, "oci_shield_events_total{id=\"0123456789ab\",name=\"b\\\\a\\\"d\\n?\",pod=\"\",namespace=\"\","
		       "profile=\"web\",kind=\"reverse_shell\",verdict=\"kill\"} 18446744073709551615");
	has_line(page, "oci_shield_events_lost_total{id=\"0123456789abcdef0123\",name=\"nginx-1\",pod=\"web\","
		       "namespace=\"shop\",profile=\"web-strict\"} 12");
	has_line(page, "oci_shield_events_suppressed_total{id=\"0123456789ab\",name=\"b\\\\a\\\"d\\n?\",pod=\"\","
		       "namespace=\"\",profile=\"web\"} 13");
	has_line(page, "oci_shield_observations{id=\"recorded\",name=\"\",pod=\"\",namespace=\"\",profile=\"\"} 14");
	has_line(page,
		 "oci_shield_unobserved_total{id=\"recorded\",name=\"\",pod=\"\",namespace=\"\",profile=\"\"} 15");
	has_line(page, "oci_shield_webhook_spooled_records{webhook=\"siem\"} 8");
	has_line(page, "oci_shield_webhook_spooled_bytes{webhook=\"siem\"} 9");
	has_line(page, "oci_shield_webhook_sent_total{webhook=\"siem\"} 4");
	has_line(page, "oci_shield_webhook_refused_total{webhook=\"siem\"} 5");
	has_line(page, "oci_shield_webhook_failures_total{webhook=\"siem\"} 6");
	has_line(page, "oci_shield_webhook_lost_total{webhook=\"siem\"} 7");
	has_line(page, "oci_shield_sink_failures_total{sink=\"file\"} 2");
	has_line(page, "oci_shield_program_runs_total{program=\"exec_begin\"} 3");
	has_line(page, "oci_shield_program_seconds_total{program=\"exec_begin\"} 1.000000007");
	has_line(page, "oci_shield_process_resident_memory_bytes{process=\"reader\"} 4096000");
}

/* The name and type of every metric that a version had (docs/COMPATIBILITY.md): lines are added, none is changed. */
static void names(void)
{
	static const char *const promised[] = {
		"containers gauge",
		"engine_on gauge",
		"events_lost_total counter",
		"events_suppressed_total counter",
		"events_total counter",
		"observations gauge",
		"process_resident_memory_bytes gauge",
		"program_runs_total counter",
		"program_seconds_total counter",
		"sink_failures_total counter",
		"unobserved_total counter",
		"webhook_failures_total counter",
		"webhook_lost_total counter",
		"webhook_refused_total counter",
		"webhook_sent_total counter",
		"webhook_spooled_bytes gauge",
		"webhook_spooled_records gauge",
	};
	_cleanup_free_ char *page = format(&everything);
	char line[128];

	for (size_t i = 0; i < sizeof(promised) / sizeof(promised[0]); i++) {
		snprintf(line, sizeof(line), "# TYPE oci_shield_%s", promised[i]);
		has_line(page, line);
	}
}

/* Every line is a comment or a sample, each metric is described once, before its samples. */
static void shape(void)
{
	struct shield_snapshot snapshot = { .off = true, .containers = containers, .container_count = 3 };
	_cleanup_free_ char *page = format(&snapshot);
	char name[128] = "";

	has_line(page, "oci_shield_engine_on 0");
	for (char *rest = page, *line; (line = strsep(&rest, "\n")) && rest;) {
		if (!strncmp(line, "# HELP ", 7)) {
			CU_ASSERT_TRUE(strchr(line + 7, ' ') - (line + 7) < (ptrdiff_t)sizeof(name));
			snprintf(name, sizeof(name), "%.*s", (int)strcspn(line + 7, " "), line + 7);
		} else if (!strncmp(line, "# TYPE ", 7)) {
			CU_ASSERT_EQUAL(strncmp(line + 7, name, strlen(name)), 0);
		} else {
			CU_ASSERT_EQUAL(strncmp(line, name, strlen(name)), 0);
			CU_ASSERT_TRUE(strchr("{ ", line[strlen(name)]) != NULL);
		}
	}
}

void suite_sinks_prometheus(void)
{
	CU_pSuite suite = CU_add_suite("sinks/prometheus", NULL, NULL);

	CU_add_test(suite, "whole", whole);
	CU_add_test(suite, "names", names);
	CU_add_test(suite, "shape", shape);
}
