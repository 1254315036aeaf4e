/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/explain.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "bpf/decide.h"

#define ABSTRACT_MAX 107 /* bytes of an abstract name (unix(7)) */

/* A decision in words. */
static struct shield_explanation explain(const struct shield_policy *policy, uint8_t kind, shield_decision decision)
{
	struct shield_explanation explanation = {
		.kind = kind,
		.action = policy->action[kind],
		.verdict = SHIELD_ALLOW,
		.rule = SHIELD_DECISION_RULE(decision),
	};

	if (SHIELD_REFUSED(decision) && explanation.action != SHIELD_ALLOW) {
		explanation.verdict = explanation.action;
		explanation.reason = SHIELD_DECISION_REASON(decision);
	}
	shield_rule_path(kind, explanation.rule, explanation.place, sizeof(explanation.place));
	return explanation;
}

/* What is wrong with a path, or NULL. */
static const char *path_fault(const char *path)
{
	if (path[0] != '/')
		return "is not absolute";
	if (strlen(path) >= SHIELD_PATH_MAX)
		return "is longer than 1023 bytes";
	while (*path) {
		size_t length = strcspn(++path, "/");

		if (!length)
			return "has an empty component";
		if (length <= 2 && !strncmp(path, "..", length))
			return "has a component `.` or `..`";
		path += length;
	}
	return NULL;
}

static int check_path(const char *path, struct shield_error *error)
{
	const char *fault = path_fault(path);

	if (fault)
		return shield_fail(error, EINVAL, "\"%.256s\" %s: give the path as the container sees it", path, fault);
	return 0;
}

/* The class of a path. */
static int class_of(const struct shield_policy *policy, const char *path, const struct shield_class **ret,
		    struct shield_error *error)
{
	int result = check_path(path, error);

	if (result == 0)
		*ret = &policy->classes[shield_match(policy, path, (uint32_t)strlen(path))];
	return result;
}

int shield_explain_exec(const struct shield_policy *policy, const char *path, const char *const *from,
			size_t from_count, struct shield_explanation *ret, struct shield_error *error)
{
	const struct shield_class *class;
	uint64_t names = 0;
	int result;

	for (size_t i = 0; i < from_count; i++) {
		result = class_of(policy, from[i], &class, error);
		if (result < 0)
			return result;
		names |= class->names;
	}
	result = class_of(policy, path, &class, error);
	if (result < 0)
		return result;
	*ret = explain(policy, SHIELD_KIND_EXEC, shield_decide_exec(policy, class, names));
	return 0;
}

int shield_explain_library(const struct shield_policy *policy, const char *path, bool in_image,
			   struct shield_explanation *ret, struct shield_error *error)
{
	const struct shield_class *class;
	int result = class_of(policy, path, &class, error);

	if (result < 0)
		return result;
	*ret = explain(policy, SHIELD_KIND_LIBRARY, shield_decide_library(policy, class, in_image));
	return 0;
}

int shield_explain_trace(const struct shield_policy *policy, const char *path, struct shield_explanation *ret,
			 struct shield_error *error)
{
	const struct shield_class *class;
	shield_decision decision;
	int result = class_of(policy, path, &class, error);

	if (result < 0)
		return result;
	decision = shield_decide_trace(policy, class->names);
	/* The kernel does not tell the two ways to be allowed apart; a person asks which it was. */
	if (!SHIELD_REFUSED(decision) && !(policy->flags & SHIELD_POLICY_PTRACE_DEFAULT_DENY))
		decision = SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	*ret = explain(policy, SHIELD_KIND_PTRACE, decision);
	return 0;
}

static uint64_t read_bytes(const uint8_t *bytes, size_t count)
{
	uint64_t number = 0;

	for (size_t i = 0; i < count; i++)
		number = number << 8 | bytes[i];
	return number;
}

void shield_explain_net(const struct shield_policy *policy, enum shield_direction direction, int family,
			const uint8_t *address, enum shield_proto proto, uint16_t port, struct shield_explanation *ret)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }; /* ::ffff:0:0/96 */
	uint8_t kind = direction == SHIELD_EGRESS ? SHIELD_KIND_EGRESS : SHIELD_KIND_BIND;
	shield_decision decision;

	if (family == AF_INET6 && !memcmp(address, mapped, sizeof(mapped))) {
		family = AF_INET;
		address += sizeof(mapped);
	}
	if (family == AF_INET)
		decision = shield_decide_net4(policy, direction, (uint32_t)read_bytes(address, 4), proto, port);
	else
		decision = shield_decide_net6(policy, direction, read_bytes(address, 8), read_bytes(address + 8, 8),
					      proto, port);
	*ret = explain(policy, kind, decision);
}

int shield_explain_file(const struct shield_policy *policy, const char *path, bool write,
			struct shield_explanation *ret, struct shield_error *error)
{
	const struct shield_dfa_state *state;
	shield_decision decision;
	int result = check_path(path, error);

	if (result < 0)
		return result;
	state = &policy->states[shield_walk(policy, path, (uint32_t)strlen(path))];
	decision = shield_decide_file(&policy->classes[state->class & (SHIELD_CLASSES - 1)], write);
	if (!SHIELD_REFUSED(decision) && write && state->below)
		decision = SHIELD_REFUSED_BY(SHIELD_REASON_FOLDER, 0);
	*ret = explain(policy, SHIELD_KIND_FILES, decision);
	return 0;
}

int shield_explain_unix(const struct shield_policy *policy, const char *name, struct shield_explanation *ret,
			struct shield_error *error)
{
	size_t length = strlen(name);
	int result;

	if (name[0] == '@' && (length == 1 || length > ABSTRACT_MAX + 1))
		return shield_fail(error, EINVAL, "\"%.256s\" is no abstract name: \"@\" and 1 to 107 bytes", name);
	result = name[0] == '@' ? 0 : check_path(name, error);
	if (result < 0)
		return result;
	*ret = explain(policy, SHIELD_KIND_UNIX,
		       shield_decide_unix(policy, &policy->classes[shield_match(policy, name, (uint32_t)length)]));
	return 0;
}

void shield_explain_capability(const struct shield_policy *policy, uint32_t capability, struct shield_explanation *ret)
{
	*ret = explain(policy, SHIELD_KIND_CAPABILITY, shield_decide_capability(policy, capability));
}

void shield_explain_switch(const struct shield_policy *policy, uint8_t kind, struct shield_explanation *ret)
{
	*ret = explain(policy, kind, SHIELD_SWITCH_VIOLATED);
}

void shield_explain_family(const struct shield_policy *policy, uint32_t family, struct shield_explanation *ret)
{
	*ret = explain(policy, SHIELD_KIND_FAMILY, shield_decide_family(policy, family));
}

void shield_explain_uid(const struct shield_policy *policy, uint32_t uid, struct shield_explanation *ret)
{
	*ret = explain(policy, SHIELD_KIND_SETUID, shield_decide_id(policy, &policy->uids, uid));
}

void shield_explain_gid(const struct shield_policy *policy, uint32_t gid, struct shield_explanation *ret)
{
	*ret = explain(policy, SHIELD_KIND_SETUID, shield_decide_id(policy, &policy->gids, gid));
}
