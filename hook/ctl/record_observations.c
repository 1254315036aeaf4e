/* SPDX-License-Identifier: Apache-2.0 */
#include <netinet/in.h>
#include <string.h>

#include "base/address.h"
#include "ctl/record.h"
#include "events/clock.h"
#include "events/escape.h"
#include "events/words.h"
#include "events/writer.h"
#include "profile/capabilities.h"
#include "profile/families.h"
#include "profile/rule.h"

static void write_path(struct shield_writer *writer, const char *key, const char *path)
{
	if (path)
		shield_write_array(writer, key, path, SHIELD_PATH_MAX);
	else
		shield_write_null(writer, key);
}

static void write_address(struct shield_writer *writer, const struct shield_event_address *address)
{
	struct shield_cidr cidr = {
		.family = (uint8_t)address->family,
		.prefix = address->family == AF_INET ? 32 : 128,
	};
	char text[SHIELD_CIDR_MAX];

	memcpy(cidr.address, address->address, address->family == AF_INET ? 4 : 16);
	shield_write_string(writer, "address", shield_cidr_format(&cidr, text));
	shield_write_number(writer, "port", address->port);
	shield_write_string(writer, "proto", shield_proto_name(address->proto));
}

static void write_id(struct shield_writer *writer, const char *key, uint32_t id)
{
	if (id == UINT32_MAX)
		shield_write_null(writer, key);
	else
		shield_write_number(writer, key, id);
}

static void write_ids(struct shield_writer *writer, const struct shield_event_ids *ids)
{
	shield_write_string(writer, "change", shield_id_change_name(ids->change));
	write_id(writer, "wanted", ids->wanted);
}

static void write_socket(struct shield_writer *writer, const struct shield_event_socket *socket)
{
	const char *family = shield_family_name(socket->family);

	if (family)
		shield_write_string(writer, "family", family);
	else
		shield_write_number(writer, "family", socket->family);
	shield_write_number(writer, "type", socket->type);
	shield_write_number(writer, "protocol", socket->protocol);
}

/* What the act was about. */
static void write_operand(struct shield_writer *writer, const struct shield_observation *item)
{
	switch (item->operand) {
	case SHIELD_OPERAND_PATH:
	case SHIELD_OPERAND_NAME:
		write_path(writer, "path", item->path);
		break;
	case SHIELD_OPERAND_ADDRESS:
		write_address(writer, &item->address);
		break;
	case SHIELD_OPERAND_IDS:
		write_ids(writer, &item->ids);
		break;
	case SHIELD_OPERAND_TASK:
		shield_write_array(writer, "task", item->task.comm, sizeof(item->task.comm));
		break;
	case SHIELD_OPERAND_SOCKET:
		write_socket(writer, &item->socket);
		break;
	case SHIELD_OPERAND_CAPABILITY:
		if (shield_capability_name(item->capability))
			shield_write_string(writer, "capability", shield_capability_name(item->capability));
		else
			shield_write_number(writer, "capability", item->capability);
		break;
	}
}

static void write_times(struct shield_writer *writer, const struct shield_recording *recording,
			const struct shield_observation *item)
{
	char time[SHIELD_RFC3339_MAX];

	shield_write_number(writer, "count", item->count);
	shield_write_string(writer, "first", shield_clock_rfc3339(shield_recording_wall(recording, item->first), time));
	shield_write_string(writer, "last", shield_clock_rfc3339(shield_recording_wall(recording, item->last), time));
}

void shield_ctl_observations(struct shield_text *text, const struct shield_recording *recording)
{
	for (size_t i = 0; i < recording->count; i++) {
		const struct shield_observation *item = &recording->item[i];
		struct shield_writer writer = { .text = text };

		if (item->kind == SHIELD_KIND_NONE)
			continue;
		shield_write_open(&writer, NULL, '{');
		shield_write_array(&writer, "container", recording->id, sizeof(recording->id));
		shield_write_string(&writer, "kind", shield_kind_name(item->kind));
		write_operand(&writer, item);
		write_path(&writer, "exe", shield_recording_path(recording, item->exe));
		write_path(&writer, "script", shield_recording_path(recording, item->script));
		shield_write_array(&writer, "comm", item->comm, sizeof(item->comm));
		write_id(&writer, "uid", item->uid);
		write_times(&writer, recording, item);
		shield_write_close(&writer, '}');
		shield_text_add(text, "\n");
	}
}
