/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include "sinks/spool_state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"

void suite_sinks_spool_state(void);

static const struct shield_spool_state some = { 1, 2, 3, 4, 5, 6, UINT64_MAX };

static void round_trip(void)
{
	static const struct shield_spool_state none;
	struct shield_spool_state state = {};
	char text[SHIELD_SPOOL_STATE_MAX];
	size_t length;

	length = strlen(shield_spool_state_print(&some, text));
	CU_ASSERT_TRUE(length < SHIELD_SPOOL_STATE_MAX - 1);
	CU_ASSERT_EQUAL(shield_spool_state_parse(text, &state), 0);
	CU_ASSERT_EQUAL(memcmp(&state, &some, sizeof(some)), 0);
	CU_ASSERT_EQUAL(strlen(shield_spool_state_print(&none, text)), length);
}

/* Any text but one of ours is refused: cut, longer, another digit's place, blanks. */
static void refused(void)
{
	char text[SHIELD_SPOOL_STATE_MAX + 1], changed[SHIELD_SPOOL_STATE_MAX + 1];
	struct shield_spool_state state = some;
	size_t length = strlen(shield_spool_state_print(&some, text));

	for (size_t cut = 0; cut < length; cut++) {
		snprintf(changed, sizeof(changed), "%.*s", (int)cut, text);
		CU_ASSERT_EQUAL(shield_spool_state_parse(changed, &state), -EINVAL);
	}
	for (size_t at = 0; at < length; at++) {
		strcpy(changed, text);
		changed[at] = '-';
		CU_ASSERT_EQUAL(shield_spool_state_parse(changed, &state), -EINVAL);
	}
	snprintf(changed, sizeof(changed), "%s\n", text);
	CU_ASSERT_EQUAL(shield_spool_state_parse(changed, &state), -EINVAL);
	CU_ASSERT_EQUAL(memcmp(&state, &some, sizeof(some)), 0);
}

static void in_a_file(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_close_ int dir = open(folder.path, O_RDONLY | O_DIRECTORY), fd = -1, other = -1;
	struct shield_spool_state state = some;

	CU_ASSERT_EQUAL_FATAL(shield_spool_state_open(dir, &fd, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_spool_state_open(dir, &other, NULL), 0);
	CU_ASSERT_EQUAL(shield_spool_state_begin(fd, SHIELD_SPOOL_WAIT, &state, NULL), 0);
	CU_ASSERT_NOT_EQUAL(state.created, 0);
	CU_ASSERT_EQUAL(state.next, 0);
	CU_ASSERT_EQUAL(shield_spool_state_begin(other, SHIELD_SPOOL_NOW, &state, NULL), -EAGAIN);
	CU_ASSERT_EQUAL(shield_spool_state_begin(other, SHIELD_SPOOL_SOON, &state, NULL), -EAGAIN);
	CU_ASSERT_EQUAL(shield_spool_state_end(fd, &some, NULL), 0);
	CU_ASSERT_EQUAL(shield_spool_state_begin(other, SHIELD_SPOOL_NOW, &state, NULL), 0);
	CU_ASSERT_EQUAL(memcmp(&state, &some, sizeof(some)), 0);
	CU_ASSERT_EQUAL(shield_spool_state_end(other, NULL, NULL), 0);
	write_file(&folder, "state", "next 00000000000000000007\n");
	CU_ASSERT_EQUAL(shield_spool_state_begin(fd, SHIELD_SPOOL_NOW, &state, NULL), 0);
	CU_ASSERT_EQUAL(state.next, 0);
	CU_ASSERT_EQUAL(shield_spool_state_end(fd, NULL, NULL), 0);
}

void suite_sinks_spool_state(void)
{
	CU_pSuite suite = CU_add_suite("sinks/spool_state", NULL, NULL);

	CU_add_test(suite, "round trip", round_trip);
	CU_add_test(suite, "refused", refused);
	CU_add_test(suite, "in a file", in_a_file);
}
