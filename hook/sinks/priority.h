/* SPDX-License-Identifier: Apache-2.0 */
/* How urgent an event is, in Falco's words: what people route their alerts by. */
#ifndef SHIELD_SINKS_PRIORITY_H
#define SHIELD_SINKS_PRIORITY_H

#include "bpf/abi.h"

enum shield_priority {
	SHIELD_PRIORITY_EMERGENCY,
	SHIELD_PRIORITY_ALERT,
	SHIELD_PRIORITY_CRITICAL,
	SHIELD_PRIORITY_ERROR,
	SHIELD_PRIORITY_WARNING,
	SHIELD_PRIORITY_NOTICE,
	SHIELD_PRIORITY_INFORMATIONAL,
	SHIELD_PRIORITY_DEBUG,
};

/* The priority of an event, by its kind and verdict; Error for kinds that this version does not know. */
enum shield_priority shield_priority_of(const struct shield_event *event);

/* "Emergency" .. "Debug" */
const char *shield_priority_name(enum shield_priority priority);

#endif
