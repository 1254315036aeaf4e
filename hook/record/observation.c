/* SPDX-License-Identifier: Apache-2.0 */
/* An observation in words. */
#include <netinet/in.h>
#include <string.h>

#include "base/address.h"
#include "events/escape.h"
#include "events/words.h"
#include "profile/capabilities.h"
#include "profile/families.h"
#include "record/suggest.h"

static void add_address(struct shield_text *text, const struct shield_event_address *address)
{
	bool v4 = address->family == AF_INET;
	struct shield_cidr cidr = { .family = (uint8_t)address->family, .prefix = v4 ? 32 : 128 };
	char shown[SHIELD_CIDR_MAX];

	memcpy(cidr.address, address->address, v4 ? 4 : 16);
	shield_text_add(text, shield_cidr_format(&cidr, shown));
	shield_text_add(text, " ");
	shield_text_add(text, shield_proto_name(address->proto));
	shield_text_add(text, " ");
	shield_text_add_number(text, address->port);
}

/* A name, or its number. */
static void add_named(struct shield_text *text, const char *name, uint32_t number)
{
	if (name)
		shield_text_add(text, name);
	else
		shield_text_add_number(text, number);
}

static void add_ids(struct shield_text *text, const struct shield_event_ids *ids)
{
	shield_text_add(text, shield_id_change_name(ids->change));
	shield_text_add(text, " ");
	if (ids->wanted == UINT32_MAX)
		shield_text_add(text, "none");
	else
		shield_text_add_number(text, ids->wanted);
}

void shield_observation_subject(struct shield_text *text, const struct shield_observation *item)
{
	switch (item->operand) {
	case SHIELD_OPERAND_PATH:
	case SHIELD_OPERAND_NAME:
		shield_escape_terminal(text, item->path, sizeof(item->path));
		break;
	case SHIELD_OPERAND_ADDRESS:
		add_address(text, &item->address);
		break;
	case SHIELD_OPERAND_IDS:
		add_ids(text, &item->ids);
		break;
	case SHIELD_OPERAND_TASK:
		shield_escape_terminal(text, item->task.comm, sizeof(item->task.comm));
		break;
	case SHIELD_OPERAND_SOCKET:
		add_named(text, shield_family_name(item->socket.family), item->socket.family);
		break;
	case SHIELD_OPERAND_CAPABILITY:
		add_named(text, shield_capability_name(item->capability), item->capability);
		break;
	}
}

void shield_observation_who(struct shield_text *text, const struct shield_recording *recording,
			    const struct shield_observation *item)
{
	const char *who = shield_recording_path(recording, item->script ?: item->exe);

	if (who)
		shield_escape_terminal(text, who, SHIELD_PATH_MAX);
	else if (item->exe || item->script)
		shield_escape_terminal(text, item->comm, sizeof(item->comm));
	else
		shield_text_add(text, "the runtime");
	shield_text_add(text, "[");
	shield_text_add_number(text, item->tgid);
	shield_text_add(text, "]");
}
