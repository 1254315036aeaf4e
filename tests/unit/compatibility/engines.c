/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the builds on one node rely on of each other for ever (hook/engine/engines.h), in numbers and words of its own: a
 * build that fails here cannot tell, switch off or take down the engines of those before it.
 */
#include <CUnit/CUnit.h>
#include <stddef.h>
#include <string.h>

#include "bpf/abi.h"
#include "engine/engines.h"
#include "engine/lock.h"

void suite_compatibility_engines(void);

static void header(void)
{
	CU_ASSERT_EQUAL(offsetof(struct shield_control, abi), 0);
	CU_ASSERT_EQUAL(offsetof(struct shield_control, off), 4);
	CU_ASSERT_EQUAL(offsetof(struct shield_control, off_since), 8);
	CU_ASSERT_EQUAL(offsetof(struct shield_control, sequence), 16);
	CU_ASSERT_EQUAL(sizeof(((struct shield_control *)NULL)->abi), 4);
	CU_ASSERT_EQUAL(sizeof(((struct shield_control *)NULL)->off), 4);
	CU_ASSERT_EQUAL(sizeof(((struct shield_control *)NULL)->off_since), 8);
	CU_ASSERT_EQUAL(sizeof(((struct shield_control *)NULL)->sequence), 8);
	CU_ASSERT_EQUAL(SHIELD_ABI_REMOVED, 0);
	CU_ASSERT_NOT_EQUAL(SHIELD_ABI, SHIELD_ABI_REMOVED);
}

static void places(void)
{
	char path[128];

	CU_ASSERT_EQUAL(strlen(shield_engine_hash()), 16);
	CU_ASSERT_STRING_EQUAL(SHIELD_RUN_DIR, "/run/oci-shield");
	CU_ASSERT_STRING_EQUAL(SHIELD_PIN_SYSCTL, "guard_sysctl");
	shield_engine_path_of("0123456789abcdef", path, sizeof(path), "map", shield_map_name(SHIELD_MAP_CONTROL));
	CU_ASSERT_STRING_EQUAL(path, "/sys/fs/bpf/oci-shield/0123456789abcdef/map/control");
	CU_ASSERT_STRING_EQUAL(shield_map_name(SHIELD_MAP_CGROUPS), "cgroups");
	CU_ASSERT_STRING_EQUAL(shield_map_name(SHIELD_MAP_TAGS), "tags");
}

void suite_compatibility_engines(void)
{
	CU_pSuite suite = CU_add_suite("compatibility/engines", NULL, NULL);

	CU_add_test(suite, "header", header);
	CU_add_test(suite, "places", places);
}
