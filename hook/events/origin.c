/* SPDX-License-Identifier: Apache-2.0 */
#include "events/origin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Copies a string of the same capacity, terminated even if the map's was not. */
#define COPY(to, from)                                                           \
	do {                                                                     \
		_Static_assert(sizeof(to) == sizeof(from), "the same capacity"); \
		memcpy(to, from, sizeof(to));                                    \
		(to)[sizeof(to) - 1] = '\0';                                     \
	} while (0)

const char *shield_evidence_id(const struct shield_evidence *evidence, char buffer[SHIELD_EVIDENCE_ID_MAX])
{
	snprintf(buffer, SHIELD_EVIDENCE_ID_MAX, "%016" PRIx64 "-%" PRIu64, evidence->instance, evidence->position);
	return buffer;
}

/* There is one way to write an id: the one that reads back the same. */
int shield_evidence_id_parse(const char *text, uint64_t *ret_instance, uint64_t *ret_position)
{
	struct shield_evidence evidence;
	char buffer[SHIELD_EVIDENCE_ID_MAX];

	if (sscanf(text, "%16" SCNx64 "-%20" SCNu64, &evidence.instance, &evidence.position) != 2 ||
	    strcmp(shield_evidence_id(&evidence, buffer), text) != 0)
		return -EINVAL;
	*ret_instance = evidence.instance;
	*ret_position = evidence.position;
	return 0;
}

void shield_origin_of(const struct shield_slot_info *info, struct shield_origin *ret)
{
	COPY(ret->id, info->id);
	COPY(ret->profile, info->profile);
	COPY(ret->pod, info->pod);
	COPY(ret->pod_namespace, info->pod_namespace);
	COPY(ret->container, info->container);
	COPY(ret->image, info->image);
}

const char *shield_short_id(const char *id, char buffer[SHIELD_SHORT_ID_MAX])
{
	const char *slash = strchr(id, '/');

	snprintf(buffer, SHIELD_SHORT_ID_MAX, "%.*s", (int)(slash ? slash + 1 - id : 0) + SHIELD_SHORT_ID, id);
	return buffer;
}

const char *shield_origin_name(const struct shield_origin *origin, char buffer[SHIELD_ORIGIN_NAME_MAX])
{
	if (origin->pod[0] && origin->container[0])
		snprintf(buffer, SHIELD_ORIGIN_NAME_MAX, "%s/%s", origin->pod, origin->container);
	else if (origin->container[0])
		snprintf(buffer, SHIELD_ORIGIN_NAME_MAX, "%s", origin->container);
	else
		return shield_short_id(origin->id, buffer);
	return buffer;
}
