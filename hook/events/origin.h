/* SPDX-License-Identifier: Apache-2.0 */
/* Which container an event came from, in names; and the event with all that is known around it. */
#ifndef SHIELD_EVENTS_ORIGIN_H
#define SHIELD_EVENTS_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

/* Names, empty where nobody said; all empty when the container was gone before it could be asked for. */
struct shield_origin {
	char id[SHIELD_ID_MAX];
	char profile[SHIELD_NAME_MAX];
	char pod[SHIELD_ID_MAX];
	char pod_namespace[SHIELD_ID_MAX];
	char container[SHIELD_ID_MAX];
	char image[SHIELD_MOUNT_PATH_MAX];
};

struct shield_evidence {
	struct shield_event event;
	uint64_t time;	   /* wall clock, ns since 1970 */
	uint64_t instance; /* shield_control.instance of the engine: with position, the event's name for good */
	uint64_t position; /* in the engine's ring */
	struct shield_origin origin;
};

/* Does it tell of events that are missing, instead of an act? Then it has no sequence. */
static inline bool shield_event_is_missed(const struct shield_event *event)
{
	return event->kind == SHIELD_KIND_CONTROL && event->operand == SHIELD_OPERAND_CONTROL &&
	       (event->control == SHIELD_CONTROL_SUPPRESSED || event->control == SHIELD_CONTROL_LOST);
}

#define SHIELD_SHORT_ID 12 /* bytes of an id that people compare, as podman and docker show them */
#define SHIELD_SHORT_ID_MAX (sizeof("4294967295/") + SHIELD_SHORT_ID)

/* The beginning of an id that people compare; with the user, for a user's container. Returns `buffer`. */
const char *shield_short_id(const char *id, char buffer[SHIELD_SHORT_ID_MAX]);

#define SHIELD_ORIGIN_NAME_MAX (2 * SHIELD_ID_MAX)

#define SHIELD_EVIDENCE_ID_MAX 40 /* bytes of an id's text, with its NUL */

/*
 * What the event is called wherever it goes, however often: INSTANCE-POSITION, the former in 16 hexadecimal digits. Of
 * two of one instance the later one has the greater position. Returns `buffer`.
 */
const char *shield_evidence_id(const struct shield_evidence *evidence, char buffer[SHIELD_EVIDENCE_ID_MAX]);

/* Reads such an id. Returns 0; -EINVAL when it is none. @text: NUL-terminated */
int shield_evidence_id_parse(const char *text, uint64_t *ret_instance, uint64_t *ret_position);

/* The names of a slot's tenant. */
void shield_origin_of(const struct shield_slot_info *info, struct shield_origin *ret);

/*
 * What people call the container: POD/CONTAINER, the container's name, or the short id. Not escaped.
 * Returns `buffer`, empty when no name is known.
 */
const char *shield_origin_name(const struct shield_origin *origin, char buffer[SHIELD_ORIGIN_NAME_MAX]);

#endif
