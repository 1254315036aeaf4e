/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/compile.h"

#include <errno.h>

#include "profile/compile_parts.h"
#include "profile/rule.h"

int shield_compile_count(uint8_t kind, const char *list, size_t count, struct shield_error *error)
{
	/* index 0 of exec.libraries is the key itself */
	size_t max = kind == SHIELD_KIND_LIBRARY ? SHIELD_RULE_INDEX_MAX : SHIELD_RULE_INDEX_MAX + 1;
	char group[SHIELD_RULE_PATH_MAX];

	if (count <= max)
		return 0;
	shield_rule_path(kind, 0, group, sizeof(group));
	return shield_fail(error, E2BIG, "%s.%s: %zu entries, a policy holds %zu", group, list, count, max);
}

static void compile_exec_actions(const struct shield_profile *profile, struct shield_policy *policy)
{
	if (!profile->exec.present)
		return;
	policy->action[SHIELD_KIND_EXEC] = profile->exec.action;
	policy->action[SHIELD_KIND_DRIFT] = profile->exec.drift;
	policy->action[SHIELD_KIND_FILELESS] = profile->exec.fileless;
	policy->libraries = profile->exec.libraries;
	if (profile->exec.libraries != SHIELD_LIBRARIES_ANY || profile->exec.deny.count)
		policy->action[SHIELD_KIND_LIBRARY] = profile->exec.action;
	if (profile->exec.default_deny)
		policy->flags |= SHIELD_POLICY_EXEC_DEFAULT_DENY;
	if (profile->exec.deny.count)
		policy->flags |= SHIELD_POLICY_EXEC_DENY_LIST;
}

static void compile_net_actions(const struct shield_profile *profile, struct shield_policy *policy)
{
	const struct shield_net_rules *rules = profile->network.rules;

	if (rules[SHIELD_EGRESS].present)
		policy->action[SHIELD_KIND_EGRESS] = rules[SHIELD_EGRESS].action;
	if (rules[SHIELD_BIND].present)
		policy->action[SHIELD_KIND_BIND] = rules[SHIELD_BIND].action;
	policy->action[SHIELD_KIND_FAMILY] = profile->network.families_action;
	policy->families = profile->network.families_action == SHIELD_ALLOW ? ~0ull : profile->network.families;
	policy->action[SHIELD_KIND_RAW] = profile->network.raw;
	if (!profile->network.unix_sockets.present)
		return;
	if (profile->network.unix_sockets.default_deny)
		policy->flags |= SHIELD_POLICY_UNIX_DEFAULT_DENY;
	if (profile->network.unix_sockets.default_deny || profile->network.unix_sockets.deny.count)
		policy->action[SHIELD_KIND_UNIX] = profile->network.unix_sockets.action;
}

static void compile_task_actions(const struct shield_profile *profile, struct shield_policy *policy)
{
	if (profile->ptrace.present) {
		policy->action[SHIELD_KIND_PTRACE] = profile->ptrace.action;
		if (profile->ptrace.default_deny)
			policy->flags |= SHIELD_POLICY_PTRACE_DEFAULT_DENY;
	}
	if (profile->setuid.present) {
		policy->action[SHIELD_KIND_SETUID] = profile->setuid.action;
		policy->action[SHIELD_KIND_SETUID_EXEC] = profile->setuid.setuid_exec;
		if (profile->setuid.default_deny)
			policy->flags |= SHIELD_POLICY_SETUID_DEFAULT_DENY;
	}
	policy->action[SHIELD_KIND_REVERSE_SHELL] = profile->reverse_shell;
	policy->action[SHIELD_KIND_TAG] = SHIELD_DENY;
}

/* A group that refuses nothing is no rule: the hooks that it would need are hot. */
static void compile_kernel_actions(const struct shield_profile *profile, struct shield_policy *policy)
{
	if (profile->capabilities.present && (profile->capabilities.default_deny || profile->capabilities.deny.count))
		policy->action[SHIELD_KIND_CAPABILITY] = profile->capabilities.action;
	if (profile->files.present && (profile->files.deny.count || profile->files.read_only.count))
		policy->action[SHIELD_KIND_FILES] = profile->files.action;
	if (profile->files.present && profile->files.deny.count)
		policy->flags |= SHIELD_POLICY_FILES_DENY_LIST;
	policy->action[SHIELD_KIND_MOUNT] = profile->kernel.mount;
	policy->action[SHIELD_KIND_BPF] = profile->kernel.bpf;
	policy->action[SHIELD_KIND_MODULES] = profile->kernel.modules;
	policy->action[SHIELD_KIND_USERNS] = profile->kernel.userns;
	policy->action[SHIELD_KIND_GUARD] = SHIELD_DENY;
}

int shield_compile(const struct shield_profile *profile, struct shield_policy *policy, struct shield_error *error)
{
	int result;

	policy->abi = SHIELD_ABI;
	compile_exec_actions(profile, policy);
	compile_net_actions(profile, policy);
	compile_task_actions(profile, policy);
	compile_kernel_actions(profile, policy);
	result = shield_compile_paths(profile, policy, error);
	if (result < 0)
		return result;
	result = shield_compile_net(profile, policy, error);
	if (result < 0)
		return result;
	result = shield_compile_ids(profile, policy, error);
	if (result < 0)
		return result;
	return shield_compile_capabilities(profile, policy, error);
}
