/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/share.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <string.h>

void suite_engine_share(void);

static struct shield_share own, all;
static struct shield_error error;

static int judge(void)
{
	return shield_share_judge(&own, &all, 1000, &error);
}

static void add(unsigned int count, struct shield_slot slot, struct shield_slot_info info)
{
	while (count--)
		shield_share_add(&own, &slot, &info);
}

static void clear(void)
{
	own = all = (struct shield_share){};
}

static void slots(void)
{
	clear();
	add(SHIELD_USER_SLOTS, (struct shield_slot){}, (struct shield_slot_info){});
	CU_ASSERT_EQUAL(judge(), 0);
	add(1, (struct shield_slot){}, (struct shield_slot_info){});
	CU_ASSERT_EQUAL(judge(), -EDQUOT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "user 1000 has more containers"));
	clear();
	all.slots = SHIELD_SLOTS / 2;
	CU_ASSERT_EQUAL(judge(), 0);
	all.slots++;
	CU_ASSERT_EQUAL(judge(), -EDQUOT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "users have more containers"));
}

static void policies(void)
{
	clear();
	add(2, (struct shield_slot){ .policy = 7 }, (struct shield_slot_info){});
	CU_ASSERT_EQUAL(own.policies, 1);
	for (uint32_t i = 0; i < SHIELD_USER_POLICIES; i++)
		add(1, (struct shield_slot){ .policy = i }, (struct shield_slot_info){});
	CU_ASSERT_EQUAL(judge(), 0);
	add(1, (struct shield_slot){ .policy = SHIELD_POLICIES - 1 }, (struct shield_slot_info){});
	CU_ASSERT_EQUAL(judge(), -EDQUOT);
}

static void entries(void)
{
	clear();
	add(SHIELD_USER_MOUNTS / SHIELD_MOUNTS, (struct shield_slot){},
	    (struct shield_slot_info){ .mount_count = SHIELD_MOUNTS });
	CU_ASSERT_EQUAL(judge(), 0);
	add(1, (struct shield_slot){}, (struct shield_slot_info){ .mount_count = 1 });
	CU_ASSERT_EQUAL(judge(), -EDQUOT);
	clear();
	add(1, (struct shield_slot){}, (struct shield_slot_info){ .links = SHIELD_USER_LINKS });
	CU_ASSERT_EQUAL(judge(), 0);
	add(1, (struct shield_slot){}, (struct shield_slot_info){ .links = 1 });
	CU_ASSERT_EQUAL(judge(), -EDQUOT);
}

void suite_engine_share(void)
{
	CU_pSuite suite = CU_add_suite("engine/share", NULL, NULL);

	CU_add_test(suite, "slots", slots);
	CU_add_test(suite, "policies", policies);
	CU_add_test(suite, "entries", entries);
}
