/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/falco.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "events/clock.h"
#include "events/escape.h"
#include "events/format.h"
#include "events/syscall.h"
#include "events/words.h"
#include "events/writer.h"
#include "profile/rule.h"
#include "sinks/priority.h"

/* Past tense, as a headline has it. */
static const char *const outcomes[SHIELD_VERDICTS] = {
	[SHIELD_ALLOW] = "allowed",
	[SHIELD_AUDIT] = "audited",
	[SHIELD_DENY] = "denied",
	[SHIELD_KILL] = "killed",
};

static const char *outcome_of(const struct shield_event *event)
{
	return event->verdict < SHIELD_VERDICTS ? outcomes[event->verdict] : "unknown";
}

/* A string that is left out when it is empty. */
static void write_known(struct shield_writer *writer, const char *key, const char *bytes, size_t size)
{
	if (bytes[0])
		shield_write_array(writer, key, bytes, size);
}

static void write_text(struct shield_writer *writer, const char *key, const char *string)
{
	if (string[0])
		shield_write_string(writer, key, string);
}

/* Appends text as it is for a terminal, whose escapes stay as they are. */
static void write_escaped(struct shield_writer *writer, const char *key, struct shield_text *escaped)
{
	_cleanup_text_ struct shield_text json = {};
	_cleanup_free_ char *string = NULL, *value = NULL;

	if (shield_text_take(escaped, &string, NULL) == 0) {
		shield_text_add_json(&json, string);
		shield_text_take(&json, &value, NULL);
	}
	if (value)
		shield_write_raw(writer, key, value);
	else
		writer->text->failed = true;
}

/* What the event is called: what routes match. */
static void write_rule(struct shield_writer *writer, const struct shield_event *event)
{
	char rule[64];

	if (event->kind == SHIELD_KIND_CONTROL)
		snprintf(rule, sizeof(rule), "oci-shield: %s", shield_control_act_name(event->control));
	else
		snprintf(rule, sizeof(rule), "oci-shield: %s %s", shield_kind_name(event->kind), outcome_of(event));
	shield_write_string(writer, "rule", rule);
}

/* "12:03:14.000000007: Warning " as Falco begins an output */
static void add_head(uint64_t time, enum shield_priority priority, struct shield_text *text)
{
	char clock[SHIELD_RFC3339_MAX];
	const char *day_time = strchr(shield_clock_rfc3339(time, clock), 'T') + 1;

	shield_text_add_bytes(text, day_time, strcspn(day_time, "Z"));
	shield_text_add(text, ": ");
	shield_text_add(text, shield_priority_name(priority));
	shield_text_add(text, " ");
}

/* "exec denied in web/nginx-1: /bin/sh[7] -> /usr/bin/id  not in exec.allow" after the head */
static void write_output(struct shield_writer *writer, const struct shield_evidence *evidence)
{
	const struct shield_event *event = &evidence->event;
	_cleanup_text_ struct shield_text output = {};
	char name[SHIELD_ORIGIN_NAME_MAX];

	add_head(evidence->time, shield_priority_of(event), &output);
	shield_text_add(&output, shield_kind_name(event->kind));
	if (event->kind != SHIELD_KIND_CONTROL) {
		shield_text_add(&output, " ");
		shield_text_add(&output, outcome_of(event));
	}
	if (shield_origin_name(&evidence->origin, name)[0]) {
		shield_text_add(&output, " in ");
		shield_escape_terminal(&output, name, sizeof(name));
	}
	shield_text_add(&output, ": ");
	shield_format_act(event, false, &output);
	write_escaped(writer, "output", &output);
}

static void write_container(struct shield_writer *writer, const struct shield_origin *origin)
{
	char id[SHIELD_SHORT_ID_MAX];

	write_text(writer, "container.id", shield_short_id(origin->id, id));
	write_known(writer, "container.name", origin->container, sizeof(origin->container));
	write_known(writer, "container.image", origin->image, sizeof(origin->image));
	write_known(writer, "k8s.pod.name", origin->pod, sizeof(origin->pod));
	write_known(writer, "k8s.ns.name", origin->pod_namespace, sizeof(origin->pod_namespace));
}

/* The parent is Falco's pname, those above it aname[2], aname[3] ... */
static void write_parents(struct shield_writer *writer, const struct shield_event *event)
{
	write_known(writer, "proc.pname", event->parent[0].comm, sizeof(event->parent[0].comm));
	for (unsigned int i = 1; i < SHIELD_PARENTS && event->parent[i].tgid; i++) {
		char key[16];

		snprintf(key, sizeof(key), "proc.aname[%u]", i + 1);
		write_known(writer, key, event->parent[i].comm, sizeof(event->parent[i].comm));
		snprintf(key, sizeof(key), "proc.apid[%u]", i + 1);
		shield_write_number(writer, key, event->parent[i].tgid);
	}
}

static void write_process(struct shield_writer *writer, const struct shield_event *event)
{
	char syscall[SHIELD_SYSCALL_NAME_MAX];

	write_known(writer, "proc.name", event->comm, sizeof(event->comm));
	write_known(writer, "proc.exepath", event->exe, sizeof(event->exe));
	shield_write_number(writer, "proc.pid", event->tgid);
	shield_write_number(writer, "proc.ppid", event->ppid);
	write_parents(writer, event);
	shield_write_number(writer, "user.uid", event->uid);
	if (shield_syscall_name(event, syscall))
		shield_write_string(writer, "evt.type", syscall);
}

/* The remote end, but for bind: that is about the local one. */
static void write_address(struct shield_writer *writer, const struct shield_event *event)
{
	bool local = event->kind == SHIELD_KIND_BIND;
	char address[INET6_ADDRSTRLEN] = "";

	if (inet_ntop((int)event->address.family, event->address.address, address, sizeof(address))) {
		shield_write_string(writer, local ? "fd.lip" : "fd.rip", address);
		shield_write_number(writer, local ? "fd.lport" : "fd.rport", event->address.port);
	}
	shield_write_string(writer, "fd.l4proto", shield_proto_name(event->address.proto));
}

static void write_operand(struct shield_writer *writer, const struct shield_event *event)
{
	_cleanup_text_ struct shield_text operand = {};

	if (event->operand == SHIELD_OPERAND_PATH)
		write_known(writer, "fd.name", event->path, sizeof(event->path));
	else if (event->operand == SHIELD_OPERAND_ADDRESS)
		write_address(writer, event);
	if (event->operand == SHIELD_OPERAND_NONE)
		return;
	shield_format_operand(event, &operand);
	write_escaped(writer, "oci_shield.operand", &operand);
}

static void write_ours(struct shield_writer *writer, const struct shield_evidence *evidence)
{
	const struct shield_event *event = &evidence->event;
	char rule[SHIELD_RULE_PATH_MAX], id[SHIELD_EVIDENCE_ID_MAX];

	shield_rule_path(event->kind, event->rule, rule, sizeof(rule));
	shield_write_string(writer, "oci_shield.id", shield_evidence_id(evidence, id));
	shield_write_string(writer, "oci_shield.verdict", shield_verdict_name(event->verdict));
	shield_write_string(writer, "oci_shield.kind", shield_kind_name(event->kind));
	write_text(writer, "oci_shield.rule", rule);
	write_text(writer, "oci_shield.reason", shield_reason_text(event->reason));
	write_known(writer, "oci_shield.profile", evidence->origin.profile, sizeof(evidence->origin.profile));
	write_operand(writer, event);
	if (shield_event_is_missed(event))
		shield_write_number(writer, "oci_shield.count", event->missed.count);
	else
		shield_write_number(writer, "oci_shield.sequence", event->sequence);
}

/* What is the same for all records, after the output. */
static void write_where(struct shield_writer *writer, uint64_t time, const char *hostname)
{
	char clock[SHIELD_RFC3339_MAX];

	shield_write_string(writer, "time", shield_clock_rfc3339(time, clock));
	shield_write_string(writer, "source", "oci-shield");
	shield_write_string(writer, "hostname", hostname);
}

void shield_falco_format(const struct shield_evidence *evidence, const char *hostname, struct shield_text *text)
{
	const struct shield_event *event = &evidence->event;
	struct shield_writer writer = { .text = text };
	char id[SHIELD_EVIDENCE_ID_MAX];

	shield_write_open(&writer, NULL, '{');
	shield_write_string(&writer, "uuid", shield_evidence_id(evidence, id));
	write_output(&writer, evidence);
	shield_write_string(&writer, "priority", shield_priority_name(shield_priority_of(event)));
	write_rule(&writer, event);
	write_where(&writer, evidence->time, hostname);
	shield_write_open(&writer, "tags", '[');
	shield_write_string(&writer, NULL, "oci-shield");
	shield_write_string(&writer, NULL, shield_kind_name(event->kind));
	shield_write_string(&writer, NULL, shield_verdict_name(event->verdict));
	shield_write_close(&writer, ']');
	shield_write_open(&writer, "output_fields", '{');
	write_container(&writer, &evidence->origin);
	write_process(&writer, event);
	write_ours(&writer, evidence);
	shield_write_close(&writer, '}');
	shield_write_close(&writer, '}');
}

void shield_falco_lost(const char *webhook, const char *id, uint64_t count, uint64_t time, const char *hostname,
		       struct shield_text *text)
{
	_cleanup_text_ struct shield_text output = {};
	struct shield_writer writer = { .text = text };

	add_head(time, SHIELD_PRIORITY_ERROR, &output);
	shield_text_add_number(&output, count);
	shield_text_add(&output, count == 1 ? " event was lost" : " events were lost");
	shield_text_add(&output, " while this webhook could not be reached or was too slow");
	shield_write_open(&writer, NULL, '{');
	shield_write_string(&writer, "uuid", id);
	write_escaped(&writer, "output", &output);
	shield_write_string(&writer, "priority", shield_priority_name(SHIELD_PRIORITY_ERROR));
	shield_write_string(&writer, "rule", "oci-shield: events lost");
	write_where(&writer, time, hostname);
	shield_write_raw(&writer, "tags", "[\"oci-shield\",\"lost\"]");
	shield_write_open(&writer, "output_fields", '{');
	shield_write_string(&writer, "oci_shield.id", id);
	shield_write_number(&writer, "oci_shield.count", count);
	shield_write_string(&writer, "oci_shield.webhook", webhook);
	shield_write_close(&writer, '}');
	shield_write_close(&writer, '}');
}
