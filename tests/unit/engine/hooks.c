/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/hooks.h"

#include <CUnit/CUnit.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "engine/object.h"

#define KIND(kind) (1u << SHIELD_KIND_##kind)

static const struct shield_hook *hook_named(const char *program)
{
	for (const struct shield_hook *hook = shield_hooks; hook->program; hook++) {
		if (!strcmp(hook->program, program))
			return hook;
	}
	return NULL;
}

/* The table and the object tell the same: no program is forgotten, or on another hook. */
static void test_table_is_the_object(void)
{
	struct bpf_object *object =
		bpf_object__open_mem(shield_object, (size_t)(shield_object_end - shield_object), NULL);
	struct bpf_program *program;
	size_t count = 0, listed = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(object);
	bpf_object__for_each_program (program, object) {
		const char *section = bpf_program__section_name(program), *place = strchr(section, '/');
		const struct shield_hook *hook = hook_named(bpf_program__name(program));

		if (strncmp(section, "lsm/", 4) != 0 && strncmp(section, "tp_btf/", 7) != 0) {
			CU_ASSERT_PTR_NULL(hook);
			continue;
		}
		count++;
		CU_ASSERT_PTR_NOT_NULL_FATAL(hook);
		CU_ASSERT_STRING_EQUAL(place + 1, hook->lsm);
		CU_ASSERT_EQUAL(hook->is_tracepoint, section[0] == 't');
	}
	while (shield_hooks[listed].program)
		listed++;
	CU_ASSERT_EQUAL(count, listed);
	bpf_object__close(object);
}

/* Every rule, and a recording, needs something that is not there anyway, but for what the first programs carry out. */
static void test_every_rule_has_a_hook(void)
{
	const uint32_t base = KIND(EXEC) | KIND(REVERSE_SHELL) | KIND(TAG) | KIND(GUARD) | KIND(CONTROL);

	for (unsigned int kind = 0; kind <= SHIELD_KIND_CONTROL; kind++) {
		uint64_t hooks = shield_hooks_of(1u << kind, SHIELD_TIER_LSM) &
				 ~shield_hooks_of(SHIELD_HOOK_ALWAYS, SHIELD_TIER_LSM);

		CU_ASSERT_EQUAL(!hooks, !!(base & 1u << kind));
	}
}

/* A recording ends: the programs that others rely on stay. */
static void test_only(void)
{
	uint64_t only = shield_hooks_only_of(SHIELD_HOOK_RECORD);

	CU_ASSERT_EQUAL_FATAL(__builtin_popcountll(only), 1);
	CU_ASSERT_STRING_EQUAL(shield_hooks[__builtin_ctzll(only)].program, "record_syscall");
	CU_ASSERT_EQUAL(shield_hooks_only_of(SHIELD_HOOK_ALWAYS & ~KIND(EXEC)) &
				shield_hooks_of(SHIELD_HOOK_ALWAYS, SHIELD_TIER_LSM),
			0);
}

static void test_tiers(void)
{
	uint64_t lsm = shield_hooks_of(KIND(SETUID_EXEC), SHIELD_TIER_LSM);
	uint64_t front = shield_hooks_of(KIND(SETUID_EXEC), SHIELD_TIER_FMOD_RET);
	char name[64];

	CU_ASSERT_EQUAL(__builtin_popcountll(front & ~lsm), 1);
	CU_ASSERT_STRING_EQUAL(shield_hooks[__builtin_ctzll(front & ~lsm)].program, "identity_file_caps");
	shield_hook_function(hook_named("kernel_userns"), SHIELD_TIER_LSM, name, sizeof(name));
	CU_ASSERT_STRING_EQUAL(name, "bpf_lsm_userns_create");
	shield_hook_function(hook_named("kernel_userns"), SHIELD_TIER_FMOD_RET, name, sizeof(name));
	CU_ASSERT_STRING_EQUAL(name, "security_create_user_ns");
	shield_hook_function(hook_named("files_open"), SHIELD_TIER_FMOD_RET, name, sizeof(name));
	CU_ASSERT_STRING_EQUAL(name, "security_file_open");
	shield_hook_function(hook_named("record_syscall"), SHIELD_TIER_FMOD_RET, name, sizeof(name));
	CU_ASSERT_STRING_EQUAL(name, "btf_trace_sys_enter");
}

static void test_kinds_of_a_policy(void)
{
	static struct shield_policy policy;

	policy.action[SHIELD_KIND_FILES] = SHIELD_AUDIT;
	policy.action[SHIELD_KIND_EXEC] = SHIELD_DENY;
	CU_ASSERT_EQUAL(shield_policy_kinds(&policy), KIND(FILES) | KIND(EXEC));
}

void suite_engine_hooks(void)
{
	CU_pSuite suite = CU_add_suite("engine/hooks", NULL, NULL);

	CU_add_test(suite, "the table is what the object has", test_table_is_the_object);
	CU_add_test(suite, "every rule has a hook", test_every_rule_has_a_hook);
	CU_add_test(suite, "what is only for some", test_only);
	CU_add_test(suite, "two tiers", test_tiers);
	CU_add_test(suite, "kinds of a policy", test_kinds_of_a_policy);
}
