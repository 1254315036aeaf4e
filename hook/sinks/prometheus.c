/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/prometheus.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "profile/rule.h"

#define NS 1000000000ull
#define MADE_UP_ID 64 /* bytes of an id that podman, docker or containerd made up */

/* Appends a label's value: what would end it or the line is escaped, and bytes that are no UTF-8 are '?'. */
static void add_value(struct shield_text *text, const char *bytes, size_t max)
{
	size_t left = strnlen(bytes, max), length;

	shield_text_add(text, "\"");
	for (const unsigned char *at = (const unsigned char *)bytes; left; at += length, left -= length) {
		uint32_t point = shield_utf8_decode(at, left, &length);

		if (point == '\\' || point == '"')
			shield_text_add(text, "\\");
		if (point == '\n')
			shield_text_add(text, "\\n");
		else if (point == SHIELD_UTF8_INVALID)
			shield_text_add(text, "?");
		else
			shield_text_add_bytes(text, (const char *)at, length);
	}
	shield_text_add(text, "\"");
}

/* What comes before a metric's samples. */
static void add_head(struct shield_text *text, const char *name, const char *type, const char *help)
{
	const char *const parts[] = {
		"# HELP oci_shield_", name, " ", help, "\n# TYPE oci_shield_", name, " ", type, "\n"
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		shield_text_add(text, parts[i]);
}

/* "oci_shield_NAME", and the value after the labels. */
static void begin_sample(struct shield_text *text, const char *name)
{
	shield_text_add(text, "oci_shield_");
	shield_text_add(text, name);
}

static void end_sample(struct shield_text *text, uint64_t value)
{
	shield_text_add(text, " ");
	shield_text_add_number(text, value);
	shield_text_add(text, "\n");
}

/* A sample with one label. */
static void add_labelled(struct shield_text *text, const char *name, const char *label, const char *bytes, size_t max,
			 uint64_t value)
{
	begin_sample(text, name);
	shield_text_add(text, "{");
	shield_text_add(text, label);
	shield_text_add(text, "=");
	add_value(text, bytes, max);
	shield_text_add(text, "}");
	end_sample(text, value);
}

/*
 * The labels of a container, after `{`: people join by them, so that they are the same on each metric. Only ids that a
 * runtime made up are cut: two samples with the same labels would make Prometheus refuse the page.
 */
static void add_container(struct shield_text *text, const struct shield_origin *origin)
{
	bool made_up = strnlen(origin->id, sizeof(origin->id)) == MADE_UP_ID;

	shield_text_add(text, "{id=");
	add_value(text, origin->id, made_up ? SHIELD_SHORT_ID : sizeof(origin->id));
	shield_text_add(text, ",name=");
	add_value(text, origin->container, sizeof(origin->container));
	shield_text_add(text, ",pod=");
	add_value(text, origin->pod, sizeof(origin->pod));
	shield_text_add(text, ",namespace=");
	add_value(text, origin->pod_namespace, sizeof(origin->pod_namespace));
	shield_text_add(text, ",profile=");
	add_value(text, origin->profile, sizeof(origin->profile));
}

static void add_event(struct shield_text *text, const struct shield_snapshot_container *container, uint8_t kind,
		      uint8_t verdict)
{
	begin_sample(text, "events_total");
	add_container(text, &container->origin);
	shield_text_add(text, ",kind=\"");
	shield_text_add(text, shield_kind_name(kind));
	shield_text_add(text, "\",verdict=\"");
	shield_text_add(text, shield_verdict_name(verdict));
	shield_text_add(text, "\"}");
	end_sample(text, SHIELD_COUNT(&container->counters, kind, verdict));
}

/* What never happened has no sample: there are many kinds, and few that a container meets. */
static void add_events(struct shield_text *text, const struct shield_snapshot *snapshot)
{
	add_head(text, "events_total", "counter", "Acts that the profile refuses, by container, kind and verdict.");
	for (size_t i = 0; i < snapshot->container_count; i++)
		for (unsigned int kind = 0; kind < SHIELD_KINDS; kind++)
			for (unsigned int verdict = SHIELD_AUDIT; verdict < SHIELD_VERDICTS; verdict++)
				if (SHIELD_COUNT(&snapshot->containers[i].counters, kind, verdict))
					add_event(text, &snapshot->containers[i], (uint8_t)kind, (uint8_t)verdict);
}

/* A counter that each container has one of. @offset: in struct shield_counters */
static void add_per_container(struct shield_text *text, const struct shield_snapshot *snapshot, const char *name,
			      const char *type, size_t offset, const char *help)
{
	add_head(text, name, type, help);
	for (size_t i = 0; i < snapshot->container_count; i++) {
		const struct shield_snapshot_container *container = &snapshot->containers[i];

		begin_sample(text, name);
		add_container(text, &container->origin);
		shield_text_add(text, "}");
		end_sample(text, *(const uint64_t *)((const char *)&container->counters + offset));
	}
}

static void add_containers(struct shield_text *text, const struct shield_snapshot *snapshot)
{
	uint64_t recorded = 0, audited = 0;

	for (size_t i = 0; i < snapshot->container_count; i++) {
		uint32_t flags = snapshot->containers[i].flags;

		recorded += (flags & SHIELD_SLOT_RECORD) != 0;
		audited += (flags & (SHIELD_SLOT_RECORD | SHIELD_SLOT_AUDIT)) == SHIELD_SLOT_AUDIT;
	}
	add_head(text, "containers", "gauge", "Containers under a profile or a recording, by mode.");
	add_labelled(text, "containers", "mode", "enforce", 8, snapshot->container_count - recorded - audited);
	add_labelled(text, "containers", "mode", "audit", 8, audited);
	add_labelled(text, "containers", "mode", "record", 8, recorded);
}

static void add_programs(struct shield_text *text, const struct shield_snapshot *snapshot)
{
	char seconds[40];

	add_head(text, "program_runs_total", "counter", "Runs of the engine's programs (kernel.bpf_stats_enabled).");
	for (size_t i = 0; i < snapshot->program_count; i++)
		add_labelled(text, "program_runs_total", "program", snapshot->programs[i].name,
			     SHIELD_SNAPSHOT_NAME_MAX, snapshot->programs[i].runs);
	add_head(text, "program_seconds_total", "counter", "Time spent in them.");
	for (size_t i = 0; i < snapshot->program_count; i++) {
		const struct shield_snapshot_program *program = &snapshot->programs[i];

		begin_sample(text, "program_seconds_total{program=");
		add_value(text, program->name, sizeof(program->name));
		snprintf(seconds, sizeof(seconds), "} %llu.%09llu\n", (unsigned long long)(program->run_ns / NS),
			 (unsigned long long)(program->run_ns % NS));
		shield_text_add(text, seconds);
	}
}

/* What webhooks have one of each. */
static const struct {
	const char *name, *type, *help;
	size_t offset; /* in struct shield_spool_status */
} of_webhook[] = {
	{ "webhook_spooled_records", "gauge", "Records that wait to be sent.",
	  offsetof(struct shield_spool_status, records) },
	{ "webhook_spooled_bytes", "gauge", "Bytes of these.", offsetof(struct shield_spool_status, bytes) },
	{ "webhook_sent_total", "counter", "Records that the webhook took.",
	  offsetof(struct shield_spool_status, state.sent) },
	{ "webhook_refused_total", "counter", "Records that it refused for good.",
	  offsetof(struct shield_spool_status, state.refused) },
	{ "webhook_failures_total", "counter", "Attempts that had to be repeated.",
	  offsetof(struct shield_spool_status, state.failures) },
	{ "webhook_lost_total", "counter", "Records that fell out of the spool before they were sent.",
	  offsetof(struct shield_spool_status, state.lost) },
};

static void add_webhooks(struct shield_text *text, const struct shield_snapshot *snapshot)
{
	for (size_t n = 0; n < sizeof(of_webhook) / sizeof(of_webhook[0]); n++) {
		add_head(text, of_webhook[n].name, of_webhook[n].type, of_webhook[n].help);
		for (size_t i = 0; i < snapshot->webhook_count; i++) {
			const struct shield_snapshot_webhook *webhook = &snapshot->webhooks[i];

			add_labelled(text, of_webhook[n].name, "webhook", webhook->name, sizeof(webhook->name),
				     *(const uint64_t *)((const char *)&webhook->spool + of_webhook[n].offset));
		}
	}
}

static void add_sinks(struct shield_text *text, const struct shield_snapshot *snapshot)
{
	add_head(text, "sink_failures_total", "counter", "Writes of shieldd's to a sink that failed.");
	for (size_t i = 0; i < snapshot->sink_count; i++)
		add_labelled(text, "sink_failures_total", "sink", snapshot->sinks[i].name, SHIELD_SNAPSHOT_NAME_MAX,
			     snapshot->sinks[i].failures);
}

static void add_processes(struct shield_text *text, const struct shield_snapshot *snapshot)
{
	add_head(text, "process_resident_memory_bytes", "gauge", "Memory of shieldd's processes.");
	for (size_t i = 0; i < snapshot->process_count; i++)
		add_labelled(text, "process_resident_memory_bytes", "process", snapshot->processes[i].name,
			     SHIELD_SNAPSHOT_NAME_MAX, snapshot->processes[i].resident);
}

void shield_prometheus_format(const struct shield_snapshot *snapshot, struct shield_text *text)
{
	add_head(text, "engine_on", "gauge", "1, or 0 while the engine is switched off and nothing is enforced.");
	begin_sample(text, "engine_on");
	end_sample(text, !snapshot->off);
	add_containers(text, snapshot);
	add_events(text, snapshot);
	add_per_container(text, snapshot, "events_lost_total", "counter", offsetof(struct shield_counters, lost),
			  "Events that did not fit the ring; they are counted in events_total.");
	add_per_container(text, snapshot, "events_suppressed_total", "counter",
			  offsetof(struct shield_counters, suppressed),
			  "Events over the container's rate; they are counted in events_total.");
	add_per_container(text, snapshot, "observations", "gauge", offsetof(struct shield_counters, observations),
			  "Distinct acts gathered for a recording or a suggestion.");
	add_per_container(text, snapshot, "unobserved_total", "counter", offsetof(struct shield_counters, unobserved),
			  "Acts that were to be gathered and did not fit.");
	add_webhooks(text, snapshot);
	add_sinks(text, snapshot);
	add_programs(text, snapshot);
	add_processes(text, snapshot);
}
