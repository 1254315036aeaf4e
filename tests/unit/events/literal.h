/* SPDX-License-Identifier: Apache-2.0 */
/* Events of the tests, written out. */
#ifndef TESTS_EVENTS_LITERAL_H
#define TESTS_EVENTS_LITERAL_H

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "events/origin.h"

/* 2024-05-01T12:03:14.000000007Z */
#define A_TIME (1714564994ull * 1000000000 + 7)

#define WEB                                                                                                   \
	{                                                                                                     \
		.id = "0123456789abcdef0123", .profile = "web-strict", .pod = "web", .pod_namespace = "shop", \
		.container = "nginx-1", .image = "docker.io/library/nginx:1",                                 \
	}

/* Begins an event of nginx in slot 3; what differs follows. */
#define BY_NGINX                                                                                             \
	.sequence = 41, .cgroup = 4242, .slot = 3, .generation = 9, .pid = 4712, .tgid = 4711, .ppid = 4700, \
	.uid = 33, .syscall = __NR_execve, .comm = "nginx", .exe = "/usr/sbin/nginx",                        \
	.parent = { { 4700, "nginx" }, { 1, "init" } }

/* Does a text hold exactly this? Releases it. */
static inline void text_is(struct shield_text *text, const char *expected)
{
	_cleanup_free_ char *string = NULL;

	CU_ASSERT_EQUAL_FATAL(shield_text_take(text, &string, NULL), 0);
	if (strcmp(string, expected) != 0)
		fprintf(stderr, "got:      %s\nexpected: %s\n", string, expected);
	CU_ASSERT_STRING_EQUAL(string, expected);
}

#endif
