/* SPDX-License-Identifier: Apache-2.0 */
#include "events/format.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "events/escape.h"
#include "events/syscall.h"
#include "events/words.h"
#include "profile/capabilities.h"
#include "profile/families.h"
#include "profile/rule.h"

#define VERDICT_WIDTH 5
#define KIND_WIDTH 13 /* reverse_shell */
#define NAME_WIDTH 20

#define RED "\033[31m"
#define BOLD_RED "\033[1;31m"
#define YELLOW "\033[33m"
#define CYAN "\033[36m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

/* Blanks up to a column's width, counted from where it started, and the gap to the next column. */
static void end_column(struct shield_text *text, size_t start, size_t width)
{
	static const char blanks[] = "                        ";
	size_t used = text->length - start;

	if (used < width)
		shield_text_add_bytes(text, blanks, width - used);
	shield_text_add(text, "  ");
}

static void add_time(const struct shield_evidence *evidence, struct shield_text *text)
{
	time_t seconds = (time_t)(evidence->time / 1000000000);
	struct tm parts = {};
	char clock[16];

	localtime_r(&seconds, &parts);
	strftime(clock, sizeof(clock), "%H:%M:%S  ", &parts);
	shield_text_add(text, clock);
}

static const char *verdict_colour(const struct shield_event *event)
{
	if (event->kind == SHIELD_KIND_CONTROL)
		return CYAN;
	if (event->verdict == SHIELD_KILL)
		return BOLD_RED;
	return event->verdict == SHIELD_DENY ? RED : YELLOW;
}

static void add_verdict(const struct shield_event *event, bool coloured, struct shield_text *text)
{
	/* break-glass is no verdict on an act */
	const char *word = event->kind == SHIELD_KIND_CONTROL ? "-" : shield_verdict_name(event->verdict);
	size_t start;

	if (coloured)
		shield_text_add(text, verdict_colour(event));
	start = text->length;
	shield_text_add(text, word);
	end_column(text, start, VERDICT_WIDTH);
	if (coloured)
		shield_text_add(text, PLAIN);
}

static void add_kind(const struct shield_event *event, struct shield_text *text)
{
	size_t start = text->length;

	shield_text_add(text, shield_kind_name(event->kind));
	end_column(text, start, KIND_WIDTH);
}

static void add_origin(const struct shield_evidence *evidence, struct shield_text *text)
{
	const struct shield_event *event = &evidence->event;
	char name[SHIELD_ORIGIN_NAME_MAX];
	size_t start = text->length;

	if (shield_origin_name(&evidence->origin, name)[0]) {
		shield_escape_terminal(text, name, sizeof(name));
	} else if (event->kind == SHIELD_KIND_CONTROL && event->slot >= SHIELD_SLOTS) {
		shield_text_add(text, "(node)");
	} else {
		if (event->slot < SHIELD_SLOTS) {
			shield_text_add(text, "slot:");
			shield_text_add_number(text, event->slot);
			shield_text_add(text, ",");
		}
		shield_text_add(text, "cgroup:");
		shield_text_add_number(text, event->cgroup);
	}
	end_column(text, start, NAME_WIDTH);
}

/* A path; one of which only the end is known starts with "...". */
static void add_path(const char path[SHIELD_EVENT_PATH_MAX], bool cut, struct shield_text *text)
{
	if (cut)
		shield_text_add(text, "...");
	shield_escape_terminal(text, path, SHIELD_EVENT_PATH_MAX);
}

/* Is the task called as its executable's file is? comm holds the first 15 bytes (prctl(2), PR_SET_NAME). */
static bool is_named_after(const struct shield_event *event)
{
	char exe[SHIELD_EVENT_PATH_MAX];
	const char *base;

	snprintf(exe, sizeof(exe), "%.*s", SHIELD_EVENT_PATH_MAX - 1, event->exe);
	base = strrchr(exe, '/');
	return base && !strncmp(base + 1, event->comm, sizeof(event->comm) - 1);
}

static void add_process(const struct shield_event *event, struct shield_text *text)
{
	if (event->exe[0])
		add_path(event->exe, event->flags & SHIELD_EVENT_EXE_CUT, text);
	else
		shield_escape_terminal(text, event->comm, sizeof(event->comm));
	shield_text_add(text, "[");
	shield_text_add_number(text, event->tgid);
	shield_text_add(text, "]");
	if (event->exe[0] && !is_named_after(event)) {
		shield_text_add(text, " (");
		shield_escape_terminal(text, event->comm, sizeof(event->comm));
		shield_text_add(text, ")");
	}
}

static void add_family(uint32_t family, struct shield_text *text)
{
	const char *name = shield_family_name(family);

	if (name)
		shield_text_add(text, name);
	else
		shield_text_add_number(text, family);
}

/* "10.0.0.1:80/tcp", "[::1]:80/tcp"; "10.0.0.1/icmp" where there are no ports */
static void add_address(const struct shield_event_address *to, struct shield_text *text)
{
	bool ports = to->proto == SHIELD_PROTO_TCP || to->proto == SHIELD_PROTO_UDP;
	bool brackets = to->family == AF_INET6 && ports;
	char address[INET6_ADDRSTRLEN] = "?";

	inet_ntop((int)to->family, to->address, address, sizeof(address)); /* another family leaves the "?" */
	shield_text_add(text, brackets ? "[" : "");
	shield_text_add(text, address);
	shield_text_add(text, brackets ? "]" : "");
	if (ports) {
		shield_text_add(text, ":");
		shield_text_add_number(text, to->port);
	}
	shield_text_add(text, "/");
	shield_text_add(text, shield_proto_name(to->proto));
}

static void add_id(uint32_t id, struct shield_text *text)
{
	if (id == UINT32_MAX)
		shield_text_add(text, "unmapped");
	else
		shield_text_add_number(text, id);
}

/* "uid 33 to 0", "group 27", "file capabilities" */
static void add_ids(const struct shield_event_ids *ids, struct shield_text *text)
{
	switch (ids->change) {
	case SHIELD_CHANGE_UID:
	case SHIELD_CHANGE_GID:
		shield_text_add(text, shield_id_change_name(ids->change));
		shield_text_add(text, " ");
		add_id(ids->before, text);
		shield_text_add(text, " to ");
		add_id(ids->wanted, text);
		break;
	case SHIELD_CHANGE_GROUPS: /* one list for another: the group that may not be is all there is to say */
		shield_text_add(text, ids->wanted == UINT32_MAX ? "other groups" : "group ");
		if (ids->wanted != UINT32_MAX)
			shield_text_add_number(text, ids->wanted);
		break;
	case SHIELD_CHANGE_FILE_CAPS:
		shield_text_add(text, "file capabilities");
		break;
	default:
		shield_text_add(text, "unknown ids");
	}
}

static void add_capability(uint32_t capability, struct shield_text *text)
{
	const char *name = shield_capability_name(capability);

	shield_text_add(text, name ? name : "capability ");
	if (!name)
		shield_text_add_number(text, capability);
}

void shield_format_operand(const struct shield_event *event, struct shield_text *text)
{
	switch (event->operand) {
	case SHIELD_OPERAND_PATH:
	case SHIELD_OPERAND_NAME:
		add_path(event->path, event->flags & SHIELD_EVENT_OPERAND_CUT, text);
		break;
	case SHIELD_OPERAND_ADDRESS:
		add_address(&event->address, text);
		break;
	case SHIELD_OPERAND_IDS:
		add_ids(&event->ids, text);
		break;
	case SHIELD_OPERAND_TASK:
		shield_escape_terminal(text, event->task.comm, sizeof(event->task.comm));
		shield_text_add(text, "[");
		shield_text_add_number(text, event->task.tgid);
		shield_text_add(text, "]");
		break;
	case SHIELD_OPERAND_SOCKET:
		shield_text_add(text, "socket ");
		add_family(event->socket.family, text);
		shield_text_add(text, "/");
		shield_text_add(text, shield_socket_type_name(event->socket.type));
		shield_text_add(text, "/");
		shield_text_add_number(text, event->socket.protocol);
		break;
	case SHIELD_OPERAND_CONTROL:
		shield_text_add(text, shield_control_act_name(event->control));
		if (shield_event_is_missed(event)) {
			shield_text_add(text, ": ");
			shield_text_add_number(text, event->missed.count);
		}
		break;
	case SHIELD_OPERAND_CAPABILITY:
		add_capability(event->capability, text);
		break;
	case SHIELD_OPERAND_NONE:
		break;
	default:
		shield_text_add(text, "unknown");
	}
}

/* The call, of kinds that many calls lead to. */
static void add_syscall(const struct shield_event *event, struct shield_text *text)
{
	char buffer[SHIELD_SYSCALL_NAME_MAX];
	const char *name;

	switch (event->kind) {
	case SHIELD_KIND_CAPABILITY:
	case SHIELD_KIND_MOUNT:
	case SHIELD_KIND_BPF:
	case SHIELD_KIND_MODULES:
	case SHIELD_KIND_USERNS:
	case SHIELD_KIND_FILES:
	case SHIELD_KIND_GUARD:
		name = shield_syscall_name(event, buffer);
		shield_text_add(text, name ? " by " : "");
		shield_text_add(text, name ? name : "");
		break;
	default:
		break;
	}
}

/* Why, shortest where the place in the profile says it all. */
static void add_reason(const struct shield_event *event, bool coloured, struct shield_text *text)
{
	char place[SHIELD_RULE_PATH_MAX], group[SHIELD_RULE_PATH_MAX];

	shield_rule_path(event->kind, event->rule, place, sizeof(place));
	shield_rule_path(event->kind, 0, group, sizeof(group));
	if (!place[0] && event->reason == SHIELD_REASON_NONE) /* break-glass */
		return;
	shield_text_add(text, coloured ? "  " DIM : "  ");
	if (event->reason == SHIELD_REASON_DEFAULT) {
		bool list = SHIELD_RULE_LIST(event->rule) == SHIELD_LIST_DEFAULT;

		shield_text_add(text, "not in ");
		shield_text_add(text, list ? group : place);
		shield_text_add(text, list ? ".allow" : "");
	} else if (event->reason == SHIELD_REASON_RULE || event->reason == SHIELD_REASON_NONE) {
		shield_text_add(text, "by ");
		shield_text_add(text, place);
	} else {
		shield_text_add(text, place);
		shield_text_add(text, place[0] ? ": " : "");
		shield_text_add(text, shield_reason_text(event->reason));
	}
	shield_text_add(text, coloured ? PLAIN : "");
}

void shield_format_act(const struct shield_event *event, bool coloured, struct shield_text *text)
{
	add_process(event, text);
	if (event->operand != SHIELD_OPERAND_NONE) {
		shield_text_add(text, " -> ");
		shield_format_operand(event, text);
	}
	add_syscall(event, text);
	add_reason(event, coloured, text);
}

void shield_format_compact(const struct shield_evidence *evidence, bool coloured, struct shield_text *text)
{
	const struct shield_event *event = &evidence->event;

	add_time(evidence, text);
	add_verdict(event, coloured, text);
	add_kind(event, text);
	add_origin(evidence, text);
	shield_format_act(event, coloured, text);
	shield_text_add(text, "\n");
}

void shield_format(enum shield_format format, const struct shield_evidence *evidence, struct shield_text *text)
{
	switch (format) {
	case SHIELD_FORMAT_RECORD:
		shield_text_add_bytes(text, (const char *)evidence, sizeof(*evidence));
		break;
	case SHIELD_FORMAT_JSON:
		shield_format_json(evidence, text);
		break;
	default:
		shield_format_compact(evidence, format == SHIELD_FORMAT_COLOURED, text);
	}
}
