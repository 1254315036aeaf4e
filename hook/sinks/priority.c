/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/priority.h"

#include <stdint.h>

static const char *const names[] = {
	[SHIELD_PRIORITY_EMERGENCY] = "Emergency",
	[SHIELD_PRIORITY_ALERT] = "Alert",
	[SHIELD_PRIORITY_CRITICAL] = "Critical",
	[SHIELD_PRIORITY_ERROR] = "Error",
	[SHIELD_PRIORITY_WARNING] = "Warning",
	[SHIELD_PRIORITY_NOTICE] = "Notice",
	[SHIELD_PRIORITY_INFORMATIONAL] = "Informational",
	[SHIELD_PRIORITY_DEBUG] = "Debug",
};

/* What each kind is worth when it was audited, denied, killed: audited acts are mostly a profile being tried. */
/* clang-format off */
#define ORDINARY { SHIELD_PRIORITY_NOTICE, SHIELD_PRIORITY_WARNING, SHIELD_PRIORITY_ERROR }
#define GRAVE	 { SHIELD_PRIORITY_WARNING, SHIELD_PRIORITY_ERROR, SHIELD_PRIORITY_CRITICAL }
#define ATTACK	 { SHIELD_PRIORITY_CRITICAL, SHIELD_PRIORITY_CRITICAL, SHIELD_PRIORITY_CRITICAL }
/* clang-format on */

static const uint8_t priorities[SHIELD_KINDS][3] = {
	[SHIELD_KIND_EXEC] = ORDINARY,	[SHIELD_KIND_LIBRARY] = ORDINARY,     [SHIELD_KIND_DRIFT] = GRAVE,
	[SHIELD_KIND_FILELESS] = GRAVE, [SHIELD_KIND_REVERSE_SHELL] = ATTACK, [SHIELD_KIND_EGRESS] = ORDINARY,
	[SHIELD_KIND_BIND] = ORDINARY,	[SHIELD_KIND_FAMILY] = ORDINARY,      [SHIELD_KIND_RAW] = ORDINARY,
	[SHIELD_KIND_PTRACE] = GRAVE,	[SHIELD_KIND_SETUID] = ORDINARY,      [SHIELD_KIND_SETUID_EXEC] = ORDINARY,
	[SHIELD_KIND_UNIX] = ORDINARY,	[SHIELD_KIND_CAPABILITY] = ORDINARY,  [SHIELD_KIND_MOUNT] = GRAVE,
	[SHIELD_KIND_BPF] = GRAVE,	[SHIELD_KIND_MODULES] = GRAVE,	      [SHIELD_KIND_USERNS] = GRAVE,
	[SHIELD_KIND_FILES] = ORDINARY, [SHIELD_KIND_GUARD] = ATTACK,	      [SHIELD_KIND_TAG] = GRAVE,
};

/* Break-glass: less is enforced, or as much as before; and events that are missing. */
static enum shield_priority of_control(const struct shield_event *event)
{
	switch (event->control) {
	case SHIELD_CONTROL_OFF:
		return SHIELD_PRIORITY_ALERT;
	case SHIELD_CONTROL_MODE_AUDIT:
	case SHIELD_CONTROL_SUPPRESSED:
		return SHIELD_PRIORITY_WARNING;
	case SHIELD_CONTROL_ON:
	case SHIELD_CONTROL_MODE_ENFORCE:
		return SHIELD_PRIORITY_NOTICE;
	default:
		return SHIELD_PRIORITY_ERROR;
	}
}

enum shield_priority shield_priority_of(const struct shield_event *event)
{
	if (event->kind == SHIELD_KIND_CONTROL)
		return of_control(event);
	/* Emergency, which is 0, is nobody's: what the table does not name is Error */
	if (event->kind >= SHIELD_KINDS || event->verdict < SHIELD_AUDIT || event->verdict > SHIELD_KILL ||
	    !priorities[event->kind][event->verdict - SHIELD_AUDIT])
		return SHIELD_PRIORITY_ERROR;
	return (enum shield_priority)priorities[event->kind][event->verdict - SHIELD_AUDIT];
}

const char *shield_priority_name(enum shield_priority priority)
{
	return names[priority];
}
