/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <stdio.h>

#include "events/clock.h"
#include "events/format.h"
#include "events/syscall.h"
#include "events/words.h"
#include "events/writer.h"
#include "profile/capabilities.h"
#include "profile/families.h"
#include "profile/rule.h"

/* A word, null when it is empty. */
static void write_word(struct shield_writer *writer, const char *key, const char *word)
{
	if (word[0])
		shield_write_string(writer, key, word);
	else
		shield_write_null(writer, key);
}

static void write_origin(struct shield_writer *writer, const struct shield_evidence *evidence)
{
	const struct shield_origin *origin = &evidence->origin;

	shield_write_open(writer, "container", '{');
	shield_write_array(writer, "id", origin->id, sizeof(origin->id));
	shield_write_array(writer, "name", origin->container, sizeof(origin->container));
	shield_write_array(writer, "profile", origin->profile, sizeof(origin->profile));
	shield_write_array(writer, "pod", origin->pod, sizeof(origin->pod));
	shield_write_array(writer, "namespace", origin->pod_namespace, sizeof(origin->pod_namespace));
	shield_write_array(writer, "image", origin->image, sizeof(origin->image));
	if (evidence->event.slot < SHIELD_SLOTS)
		shield_write_number(writer, "slot", evidence->event.slot);
	else
		shield_write_null(writer, "slot");
	shield_write_number(writer, "cgroup", evidence->event.cgroup);
	shield_write_close(writer, '}');
}

/* Nearest first, up to where the chain ends. */
static void write_parents(struct shield_writer *writer, const struct shield_event *event)
{
	shield_write_open(writer, "parents", '[');
	for (unsigned int i = 0; i < SHIELD_PARENTS && event->parent[i].tgid; i++) {
		shield_write_open(writer, NULL, '{');
		shield_write_number(writer, "pid", event->parent[i].tgid);
		shield_write_array(writer, "comm", event->parent[i].comm, sizeof(event->parent[i].comm));
		shield_write_close(writer, '}');
	}
	shield_write_close(writer, ']');
}

static void write_process(struct shield_writer *writer, const struct shield_event *event)
{
	shield_write_open(writer, "process", '{');
	shield_write_number(writer, "pid", event->pid);
	shield_write_number(writer, "tgid", event->tgid);
	shield_write_number(writer, "ppid", event->ppid);
	shield_write_number(writer, "uid", event->uid);
	shield_write_array(writer, "comm", event->comm, sizeof(event->comm));
	shield_write_array(writer, "exe", event->exe, sizeof(event->exe));
	shield_write_bool(writer, "exe_cut", event->flags & SHIELD_EVENT_EXE_CUT);
	write_parents(writer, event);
	shield_write_close(writer, '}');
}

/* The family's name, or its number as a string. */
static void write_family(struct shield_writer *writer, uint32_t family)
{
	const char *name = shield_family_name(family);
	char number[16];

	snprintf(number, sizeof(number), "%u", family);
	shield_write_string(writer, "family", name ? name : number);
}

static void write_address(struct shield_writer *writer, const struct shield_event_address *to)
{
	char address[INET6_ADDRSTRLEN] = "";

	inet_ntop((int)to->family, to->address, address, sizeof(address)); /* another family leaves it empty */
	write_family(writer, to->family);
	write_word(writer, "address", address);
	shield_write_number(writer, "port", to->port);
	shield_write_string(writer, "proto", shield_proto_name(to->proto));
}

static void write_id(struct shield_writer *writer, const char *key, uint32_t id)
{
	if (id == UINT32_MAX)
		shield_write_null(writer, key);
	else
		shield_write_number(writer, key, id);
}

/* The capability's name, or its number as a string. */
static void write_capability(struct shield_writer *writer, uint32_t capability)
{
	const char *name = shield_capability_name(capability);
	char number[16];

	snprintf(number, sizeof(number), "%u", capability);
	shield_write_string(writer, "capability", name ? name : number);
}

static void write_operand_of(struct shield_writer *writer, const struct shield_event *event)
{
	switch (event->operand) {
	case SHIELD_OPERAND_PATH:
		shield_write_string(writer, "type", "path");
		shield_write_array(writer, "path", event->path, sizeof(event->path));
		shield_write_bool(writer, "cut", event->flags & SHIELD_EVENT_OPERAND_CUT);
		break;
	case SHIELD_OPERAND_ADDRESS:
		shield_write_string(writer, "type", "address");
		write_address(writer, &event->address);
		break;
	case SHIELD_OPERAND_IDS:
		shield_write_string(writer, "type", "ids");
		shield_write_string(writer, "change", shield_id_change_name(event->ids.change));
		write_id(writer, "before", event->ids.before);
		write_id(writer, "wanted", event->ids.wanted);
		break;
	case SHIELD_OPERAND_TASK:
		shield_write_string(writer, "type", "task");
		shield_write_number(writer, "tgid", event->task.tgid);
		shield_write_array(writer, "comm", event->task.comm, sizeof(event->task.comm));
		break;
	case SHIELD_OPERAND_SOCKET:
		shield_write_string(writer, "type", "socket");
		write_family(writer, event->socket.family);
		shield_write_string(writer, "socket_type", shield_socket_type_name(event->socket.type));
		shield_write_number(writer, "protocol", event->socket.protocol);
		break;
	case SHIELD_OPERAND_CAPABILITY:
		shield_write_string(writer, "type", "capability");
		write_capability(writer, event->capability);
		break;
	case SHIELD_OPERAND_NAME:
		shield_write_string(writer, "type", "name");
		shield_write_array(writer, "name", event->path, sizeof(event->path));
		shield_write_bool(writer, "cut", event->flags & SHIELD_EVENT_OPERAND_CUT);
		break;
	case SHIELD_OPERAND_CONTROL:
		shield_write_string(writer, "type", "control");
		shield_write_string(writer, "act", shield_control_act_name(event->control));
		if (shield_event_is_missed(event))
			shield_write_number(writer, "count", event->missed.count);
		break;
	default:
		shield_write_string(writer, "type", "unknown");
	}
}

static void write_operand(struct shield_writer *writer, const struct shield_event *event)
{
	if (event->operand == SHIELD_OPERAND_NONE) {
		shield_write_null(writer, "operand");
		return;
	}
	shield_write_open(writer, "operand", '{');
	write_operand_of(writer, event);
	shield_write_close(writer, '}');
}

void shield_format_json(const struct shield_evidence *evidence, struct shield_text *text)
{
	const struct shield_event *event = &evidence->event;
	struct shield_writer writer = { .text = text };
	char time[SHIELD_RFC3339_MAX], rule[SHIELD_RULE_PATH_MAX], syscall[SHIELD_SYSCALL_NAME_MAX];
	char id[SHIELD_EVIDENCE_ID_MAX];

	shield_rule_path(event->kind, event->rule, rule, sizeof(rule));
	shield_write_open(&writer, NULL, '{');
	shield_write_string(&writer, "id", shield_evidence_id(evidence, id));
	shield_write_string(&writer, "time", shield_clock_rfc3339(evidence->time, time));
	if (shield_event_is_missed(event))
		shield_write_null(&writer, "sequence");
	else
		shield_write_number(&writer, "sequence", event->sequence);
	shield_write_string(&writer, "verdict", shield_verdict_name(event->verdict));
	shield_write_string(&writer, "kind", shield_kind_name(event->kind));
	write_word(&writer, "rule", rule);
	write_word(&writer, "reason", shield_reason_text(event->reason));
	write_origin(&writer, evidence);
	write_process(&writer, event);
	if (shield_syscall_name(event, syscall))
		shield_write_string(&writer, "syscall", syscall);
	write_operand(&writer, event);
	shield_write_close(&writer, '}');
	shield_text_add(text, "\n");
}
