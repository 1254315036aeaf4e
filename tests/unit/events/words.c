/* SPDX-License-Identifier: Apache-2.0 */
#include "events/words.h"

#include <errno.h>
#include <sys/socket.h>

#include "literal.h"

void suite_events_words(void);

static void names(void)
{
	CU_ASSERT_STRING_EQUAL(shield_proto_name(SHIELD_PROTO_ICMP), "icmp");
	CU_ASSERT_STRING_EQUAL(shield_proto_name(4), "unknown");
	CU_ASSERT_STRING_EQUAL(shield_id_change_name(SHIELD_CHANGE_FILE_CAPS), "file_capabilities");
	CU_ASSERT_STRING_EQUAL(shield_id_change_name(UINT32_MAX), "unknown");
	CU_ASSERT_STRING_EQUAL(shield_control_act_name(SHIELD_CONTROL_ON), "engine on");
	CU_ASSERT_STRING_EQUAL(shield_control_act_name(99), "unknown");
	CU_ASSERT_STRING_EQUAL(shield_socket_type_name(SOCK_RAW), "raw");
	CU_ASSERT_STRING_EQUAL(shield_socket_type_name(0), "unknown");
	CU_ASSERT_STRING_EQUAL(shield_socket_type_name(7), "unknown"); /* a hole in the list */
}

static void protos(void)
{
	for (int proto = SHIELD_PROTO_OTHER; proto <= SHIELD_PROTO_ICMP; proto++)
		CU_ASSERT_EQUAL(shield_proto_number(shield_proto_name((uint8_t)proto)), proto);
	CU_ASSERT_EQUAL(shield_proto_number("TCP"), -EINVAL);
	CU_ASSERT_EQUAL(shield_proto_number(""), -EINVAL);
}

void suite_events_words(void)
{
	CU_pSuite suite = CU_add_suite("events/words", NULL, NULL);

	CU_add_test(suite, "names", names);
	CU_add_test(suite, "protocols", protos);
}
