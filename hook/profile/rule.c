/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/rule.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	const char *key; /* in the profile; NULL = none */
} kinds[] = {
	[SHIELD_KIND_NONE] = { "none", NULL },
	[SHIELD_KIND_EXEC] = { "exec", "exec" },
	[SHIELD_KIND_LIBRARY] = { "library", "exec" },
	[SHIELD_KIND_DRIFT] = { "drift", "exec.drift" },
	[SHIELD_KIND_FILELESS] = { "fileless", "exec.fileless" },
	[SHIELD_KIND_REVERSE_SHELL] = { "reverse_shell", "reverse_shell" },
	[SHIELD_KIND_EGRESS] = { "egress", "network.egress" },
	[SHIELD_KIND_BIND] = { "bind", "network.bind" },
	[SHIELD_KIND_FAMILY] = { "family", "network.families" },
	[SHIELD_KIND_RAW] = { "raw", "network.raw" },
	[SHIELD_KIND_PTRACE] = { "ptrace", "ptrace" },
	[SHIELD_KIND_SETUID] = { "setuid", "setuid" },
	[SHIELD_KIND_SETUID_EXEC] = { "setuid_exec", "setuid.setuid_exec" },
	[SHIELD_KIND_UNIX] = { "unix", "network.unix" },
	[SHIELD_KIND_CAPABILITY] = { "capability", "capabilities" },
	[SHIELD_KIND_MOUNT] = { "mount", "kernel.mount" },
	[SHIELD_KIND_BPF] = { "bpf", "kernel.bpf" },
	[SHIELD_KIND_MODULES] = { "modules", "kernel.modules" },
	[SHIELD_KIND_USERNS] = { "userns", "kernel.userns" },
	[SHIELD_KIND_FILES] = { "files", "files" },
	[SHIELD_KIND_GUARD] = { "guard", NULL },
	[SHIELD_KIND_TAG] = { "tag", NULL },
	[SHIELD_KIND_CONTROL] = { "control", NULL },
};

static const char *const verdicts[SHIELD_VERDICTS] = {
	[SHIELD_ALLOW] = "allow",
	[SHIELD_AUDIT] = "audit",
	[SHIELD_DENY] = "deny",
	[SHIELD_KILL] = "kill",
};

static const char *const reasons[SHIELD_REASONS] = {
	[SHIELD_REASON_NONE] = "",
	[SHIELD_REASON_RULE] = "an entry of the profile refuses it",
	[SHIELD_REASON_DEFAULT] = "no entry of the profile allows it",
	[SHIELD_REASON_FROM] = "allowed, but not from this program",
	[SHIELD_REASON_UNNAMED] = "the file has no name in the container's own file system",
	[SHIELD_REASON_CHANGED] = "the file was created or changed after the image",
	[SHIELD_REASON_NOT_IMAGE] = "the file is on a writable mount, not in the image",
	[SHIELD_REASON_DELETED] = "the file is in memory only, or deleted",
	[SHIELD_REASON_OTHER_SLOT] = "the traced task is not of this container",
	[SHIELD_REASON_STALE] = "the container's enforcement is gone",
	[SHIELD_REASON_NO_TAG] = "the task's tag could not be read or written",
	[SHIELD_REASON_BUSY] = "the kernel could not name the file in time",
	[SHIELD_REASON_FOLDER] = "what a rule protects lies below this folder",
	[SHIELD_REASON_PASSED] = "made outside the container and passed in",
	[SHIELD_REASON_NOT_JUDGED] = "addresses of this protocol cannot be judged",
};

/* Only these have lists: the path of a switch is its key, whatever the rule says. */
static int has_lists(uint8_t kind)
{
	switch (kind) {
	case SHIELD_KIND_EXEC:
	case SHIELD_KIND_LIBRARY:
	case SHIELD_KIND_EGRESS:
	case SHIELD_KIND_BIND:
	case SHIELD_KIND_PTRACE:
	case SHIELD_KIND_SETUID:
	case SHIELD_KIND_UNIX:
	case SHIELD_KIND_CAPABILITY:
	case SHIELD_KIND_FILES:
		return 1;
	default:
		return 0;
	}
}

void shield_rule_path(uint8_t kind, uint16_t rule, char *buffer, size_t size)
{
	const char *key = kind < COUNT(kinds) ? kinds[kind].key : NULL;
	unsigned int index = SHIELD_RULE_INDEX(rule);

	switch (key && has_lists(kind) ? SHIELD_RULE_LIST(rule) : SHIELD_LIST_NONE) {
	case SHIELD_LIST_DEFAULT:
		snprintf(buffer, size, "%s.default", key);
		break;
	case SHIELD_LIST_ALLOW:
		/* A tracer is known by its name, which several entries may share: the list, not the entry. */
		if (kind == SHIELD_KIND_PTRACE)
			snprintf(buffer, size, "%s.allow", key);
		else
			snprintf(buffer, size, "%s.allow[%u]", key, index);
		break;
	case SHIELD_LIST_DENY:
		snprintf(buffer, size, "%s.deny[%u]", key, index);
		break;
	case SHIELD_LIST_READ_ONLY:
		snprintf(buffer, size, "%s.read_only[%u]", key, index);
		break;
	case SHIELD_LIST_LIBRARIES:
		/* Index 0 is the key itself, entries count from 1. */
		if (index)
			snprintf(buffer, size, "%s.libraries[%u]", key, index - 1);
		else
			snprintf(buffer, size, "%s.libraries", key);
		break;
	default:
		snprintf(buffer, size, "%s", key ? key : "");
	}
}

const char *shield_kind_name(uint8_t kind)
{
	return kind < COUNT(kinds) ? kinds[kind].name : "unknown";
}

const char *shield_verdict_name(uint8_t verdict)
{
	return verdict < COUNT(verdicts) ? verdicts[verdict] : "unknown";
}

const char *shield_reason_text(uint8_t reason)
{
	return reason < COUNT(reasons) ? reasons[reason] : "unknown";
}
