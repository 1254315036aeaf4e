/* SPDX-License-Identifier: Apache-2.0 */
#include "rootless/message.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <string.h>

#include "oci/bundle.h"
#include "oci/state.h"

void suite_rootless_message(void);

static struct shield_error error;

static int parse_plea(struct shield_plea plea)
{
	struct shield_plea ret;

	return shield_plea_parse(&plea, sizeof(plea), &ret, &error);
}

static void pleas(void)
{
	struct shield_plea good = { SHIELD_ROOTLESS_VERSION, SHIELD_PLEA_CREATE, SHIELD_STATE_MAX, SHIELD_BUNDLE_MAX };
	struct shield_plea stop = { SHIELD_ROOTLESS_VERSION, SHIELD_PLEA_POSTSTOP, 1, 0 }, ret;

	CU_ASSERT_EQUAL(shield_plea_parse(&good, sizeof(good), &ret, &error), 0);
	CU_ASSERT_EQUAL(memcmp(&ret, &good, sizeof(ret)), 0);
	CU_ASSERT_EQUAL(parse_plea(stop), 0);
	CU_ASSERT_EQUAL(shield_plea_parse(&good, sizeof(good) - 1, &ret, &error), -EPROTO);
	CU_ASSERT_EQUAL(shield_plea_parse(&good, sizeof(good) + 1, &ret, &error), -EPROTO);
	good.version++;
	CU_ASSERT_EQUAL(parse_plea(good), -EPROTO);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "systemctl restart shieldd"));
	good.version--;
	good.state++;
	CU_ASSERT_EQUAL(parse_plea(good), -EPROTO);
	good.state = 0;
	CU_ASSERT_EQUAL(parse_plea(good), -EPROTO);
	good.state = 1;
	good.config++;
	CU_ASSERT_EQUAL(parse_plea(good), -EPROTO);
	good.config = 0;
	CU_ASSERT_EQUAL(parse_plea(good), -EPROTO);
	stop.config = 1;
	CU_ASSERT_EQUAL(parse_plea(stop), -EPROTO);
	stop.config = 0;
	stop.stage = SHIELD_PLEA_STAGES;
	CU_ASSERT_EQUAL(parse_plea(stop), -EPROTO);
	stop.stage = 0;
	CU_ASSERT_EQUAL(parse_plea(stop), -EPROTO);
}

static char heard[256];

static void hear(const char *message)
{
	strcat(heard, message);
	strcat(heard, ";");
}

/* Writes a reply, and reads it again. */
static int round_trip(enum shield_reply_status status, const struct shield_text *warnings, const char *said)
{
	_cleanup_text_ struct shield_text text = {};
	struct shield_reply reply;
	int r;

	*heard = '\0';
	shield_reply_write(status, warnings, said, &text);
	r = shield_reply_parse(text.data, sizeof(reply), &reply, &error);
	CU_ASSERT_EQUAL_FATAL(r, 0);
	CU_ASSERT_EQUAL_FATAL(text.length, sizeof(reply) + reply.length);
	return shield_reply_read(&reply, text.data + sizeof(reply), hear, &error);
}

static void replies(void)
{
	_cleanup_text_ struct shield_text warnings = {};

	CU_ASSERT_EQUAL(round_trip(SHIELD_REPLY_DONE, &warnings, ""), 0);
	CU_ASSERT_STRING_EQUAL(heard, "");
	CU_ASSERT_EQUAL(round_trip(SHIELD_REPLY_BUSY, &warnings, "later"), -EAGAIN);
	CU_ASSERT_STRING_EQUAL(error.message, "later");
	shield_text_add_bytes(&warnings, "one\0two", 8);
	CU_ASSERT_EQUAL(round_trip(SHIELD_REPLY_DONE, &warnings, ""), 0);
	CU_ASSERT_STRING_EQUAL(heard, "one;two;");
	CU_ASSERT_EQUAL(round_trip(SHIELD_REPLY_REFUSED, &warnings, "no"), -EPERM);
	CU_ASSERT_STRING_EQUAL(heard, "one;two;");
	CU_ASSERT_STRING_EQUAL(error.message, "no");
	while (warnings.length < SHIELD_REPLY_MAX)
		shield_text_add_bytes(&warnings, "more", 5);
	CU_ASSERT_EQUAL(round_trip(SHIELD_REPLY_REFUSED, &warnings, "no"), -EPERM);
	CU_ASSERT_STRING_EQUAL(heard, "");
}

static void broken_replies(void)
{
	struct shield_reply reply = { SHIELD_ROOTLESS_VERSION, SHIELD_REPLY_REFUSED, 3 }, ret;

	CU_ASSERT_EQUAL(shield_reply_parse(&reply, sizeof(reply), &ret, &error), 0);
	CU_ASSERT_EQUAL(shield_reply_read(&reply, "no", hear, &error), -EPERM);
	CU_ASSERT_EQUAL(shield_reply_read(&reply, "not", hear, &error), -EPROTO);
	CU_ASSERT_EQUAL(shield_reply_parse(&reply, 0, &ret, &error), -EPROTO);
	reply.length = 0;
	CU_ASSERT_EQUAL(shield_reply_parse(&reply, sizeof(reply), &ret, &error), -EPROTO);
	reply.length = SHIELD_REPLY_MAX + 1;
	CU_ASSERT_EQUAL(shield_reply_parse(&reply, sizeof(reply), &ret, &error), -EPROTO);
	reply = (struct shield_reply){ SHIELD_ROOTLESS_VERSION, SHIELD_REPLY_STATUSES, 1 };
	CU_ASSERT_EQUAL(shield_reply_parse(&reply, sizeof(reply), &ret, &error), -EPROTO);
	reply = (struct shield_reply){ SHIELD_ROOTLESS_VERSION + 1, SHIELD_REPLY_DONE, 0 };
	CU_ASSERT_EQUAL(shield_reply_parse(&reply, sizeof(reply), &ret, &error), -EPROTO);
}

void suite_rootless_message(void)
{
	CU_pSuite suite = CU_add_suite("rootless/message", NULL, NULL);

	CU_add_test(suite, "pleas", pleas);
	CU_add_test(suite, "replies", replies);
	CU_add_test(suite, "broken replies", broken_replies);
}
