/* SPDX-License-Identifier: Apache-2.0 */
#include "events/origin.h"

#include <errno.h>

#include "literal.h"

void suite_events_origin(void);

static void names(void)
{
	struct shield_origin web = WEB, podman = { .id = "0123456789abcdef", .container = "c" };
	struct shield_origin bare = { .id = "0123456789abcdef" }, pod = { .id = "0123456789abcdef", .pod = "p" };
	char name[SHIELD_ORIGIN_NAME_MAX];

	CU_ASSERT_STRING_EQUAL(shield_origin_name(&web, name), "web/nginx-1");
	CU_ASSERT_STRING_EQUAL(shield_origin_name(&podman, name), "c");
	CU_ASSERT_STRING_EQUAL(shield_origin_name(&bare, name), "0123456789ab");
	CU_ASSERT_STRING_EQUAL(shield_origin_name(&pod, name), "0123456789ab");
	CU_ASSERT_STRING_EQUAL(shield_origin_name(&(struct shield_origin){}, name), "");
}

static void longest(void)
{
	struct shield_slot_info info;
	struct shield_origin origin;
	char name[SHIELD_ORIGIN_NAME_MAX];

	memset(&info, 'x', sizeof(info)); /* a map's bytes, without a NUL anywhere */
	shield_origin_of(&info, &origin);
	CU_ASSERT_EQUAL(strlen(origin.id), SHIELD_ID_MAX - 1);
	CU_ASSERT_EQUAL(strlen(origin.profile), SHIELD_NAME_MAX - 1);
	CU_ASSERT_EQUAL(strlen(origin.image), SHIELD_MOUNT_PATH_MAX - 1);
	CU_ASSERT_EQUAL(strlen(shield_origin_name(&origin, name)), 2 * (SHIELD_ID_MAX - 1) + 1);
}

static void id_is(uint64_t instance, uint64_t position, const char *want)
{
	struct shield_evidence evidence = { .instance = instance, .position = position };
	char id[SHIELD_EVIDENCE_ID_MAX];
	uint64_t read[2];

	CU_ASSERT_STRING_EQUAL(shield_evidence_id(&evidence, id), want);
	CU_ASSERT_EQUAL_FATAL(shield_evidence_id_parse(id, &read[0], &read[1]), 0);
	CU_ASSERT_EQUAL(read[0], instance);
	CU_ASSERT_EQUAL(read[1], position);
}

static void ids(void)
{
	static const char *const wrong[] = { "",
					     "-",
					     "17",
					     "000000000000001f",
					     "1f-17",
					     "000000000000001F-17",
					     "000000000000001f-017",
					     "000000000000001f--17",
					     "000000000000001f-17 ",
					     "000000000000001f-18446744073709551616" };
	uint64_t read[2];

	id_is(0x1f, 17, "000000000000001f-17");
	id_is(UINT64_MAX, UINT64_MAX, "ffffffffffffffff-18446744073709551615");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_EQUAL(shield_evidence_id_parse(wrong[i], &read[0], &read[1]), -EINVAL);
}

void suite_events_origin(void)
{
	CU_pSuite suite = CU_add_suite("events/origin", NULL, NULL);

	CU_add_test(suite, "names", names);
	CU_add_test(suite, "longest", longest);
	CU_add_test(suite, "ids", ids);
}
