/* SPDX-License-Identifier: Apache-2.0 */
#include "events/holder.h"

#include <errno.h>
#include <sys/sysmacros.h>

#include "literal.h"

void suite_events_holder(void);

static const char locks[] = "1: POSIX  ADVISORY  WRITE 100 00:19:567 0 EOF\n"
			    "2: FLOCK  ADVISORY  WRITE 200 00:18:567 0 EOF\n"
			    "2: -> FLOCK  ADVISORY  WRITE 250 00:1a:567 0 EOF\n"
			    "3: FLOCK  ADVISORY  WRITE 300 fd:1a:567 0 EOF\n"
			    "4: FLOCK  MSNFS     READ  400 00:1a:568 0 EOF\n"
			    "5: OFDLCK ADVISORY  READ -1 00:06:9 0 EOF\n"
			    "6: FLOCK  ADVISORY  WRITE 0 00:1a:569 0 EOF\n"
			    "7: FLOCK  ADVISORY  WRITE -1 00:1a:570 0 EOF";

static void parse(void)
{
	pid_t pid = 1;

	CU_ASSERT_EQUAL(shield_ring_holder_parse(locks, makedev(0, 0x1a), 567, &pid), -ENOENT);
	CU_ASSERT_EQUAL(pid, 1);
	CU_ASSERT_EQUAL(shield_ring_holder_parse(locks, makedev(0, 0x18), 567, &pid), 0);
	CU_ASSERT_EQUAL(pid, 200);
	CU_ASSERT_EQUAL(shield_ring_holder_parse(locks, makedev(0xfd, 0x1a), 567, &pid), 0);
	CU_ASSERT_EQUAL(pid, 300);
	CU_ASSERT_EQUAL(shield_ring_holder_parse(locks, makedev(0, 0x1a), 568, &pid), 0);
	CU_ASSERT_EQUAL(pid, 400);
	CU_ASSERT_EQUAL(shield_ring_holder_parse(locks, makedev(0, 0x1a), 569, &pid), 0);
	CU_ASSERT_EQUAL(pid, 0);
	pid = 1;
	CU_ASSERT_EQUAL(shield_ring_holder_parse(locks, makedev(0, 0x1a), 570, &pid), 0);
	CU_ASSERT_EQUAL(pid, 0);
	CU_ASSERT_EQUAL(shield_ring_holder_parse("", makedev(0, 0x1a), 570, &pid), -ENOENT);
}

void suite_events_holder(void)
{
	CU_pSuite suite = CU_add_suite("events/holder", NULL, NULL);

	CU_add_test(suite, "parse", parse);
}
