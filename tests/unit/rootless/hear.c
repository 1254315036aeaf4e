/* SPDX-License-Identifier: Apache-2.0 */
#include "rootless/hear.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

void suite_rootless_hear(void);

static struct shield_error error;

/* Sends a plea with some descriptors, and what follows it; then hangs up. */
static int hear(struct shield_plea plea, size_t descriptors, const char *text, struct shield_heard *heard)
{
	struct iovec part = { .iov_base = &plea, .iov_len = sizeof(plea) };
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(4 * sizeof(int))];
	} control = {};
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	_cleanup_close_ int mine = -1;
	int ends[2], sent[4] = { STDIN_FILENO, STDIN_FILENO, STDIN_FILENO, STDIN_FILENO };

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	mine = ends[1];
	if (descriptors) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(descriptors * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(descriptors * sizeof(int));
		memcpy(CMSG_DATA(&control.header), sent, descriptors * sizeof(int));
	}
	CU_ASSERT_EQUAL(sendmsg(ends[0], &message, 0), sizeof(plea));
	CU_ASSERT_EQUAL(send(ends[0], text, strlen(text), 0), (ssize_t)strlen(text));
	close(ends[0]);
	return shield_hear_plea(mine, heard, &error);
}

static struct shield_plea create(uint32_t state, uint32_t config)
{
	return (struct shield_plea){ SHIELD_ROOTLESS_VERSION, SHIELD_PLEA_CREATE, state, config };
}

static void whole(void)
{
	struct shield_plea stop = { SHIELD_ROOTLESS_VERSION, SHIELD_PLEA_POSTSTOP, 5, 0 };
	struct shield_heard heard = SHIELD_HEARD_NONE;

	CU_ASSERT_EQUAL_FATAL(hear(create(5, 6), 1, "stateconfig", &heard), 0);
	CU_ASSERT_STRING_EQUAL(heard.state, "state");
	CU_ASSERT_STRING_EQUAL(heard.config, "config");
	CU_ASSERT_TRUE(heard.init >= 0 && fcntl(heard.init, F_GETFD) & FD_CLOEXEC);
	shield_heard_free(&heard);
	CU_ASSERT_EQUAL_FATAL(hear(stop, 0, "state", &heard), 0);
	CU_ASSERT_EQUAL(heard.init, -1);
	shield_heard_free(&heard);
	CU_ASSERT_EQUAL(hear(stop, 1, "state", &heard), -EPROTO);
}

/* What descriptor the next one gets: none is left open by what is refused. */
static int next_descriptor(void)
{
	_cleanup_close_ int fd = dup(STDIN_FILENO);

	return fd;
}

static void parts(void)
{
	struct shield_heard heard = SHIELD_HEARD_NONE;
	int next = next_descriptor();

	CU_ASSERT_EQUAL(hear(create(5, 6), 1, "stateconfi", &heard), -ENOTCONN);
	CU_ASSERT_EQUAL(hear(create(5, 6), 1, "", &heard), -ENOTCONN);
	CU_ASSERT_EQUAL(hear(create(5, 6), 0, "stateconfig", &heard), -EPROTO);
	CU_ASSERT_EQUAL(hear(create(5, 6), 2, "stateconfig", &heard), -EPROTO);
	CU_ASSERT_EQUAL(hear(create(5, 6), 4, "stateconfig", &heard), -EPROTO);
	CU_ASSERT_EQUAL(hear(create(0, 6), 1, "config", &heard), -EPROTO);
	CU_ASSERT_PTR_NULL(heard.state);
	CU_ASSERT_EQUAL(next_descriptor(), next);
}

void suite_rootless_hear(void)
{
	CU_pSuite suite = CU_add_suite("rootless/hear", NULL, NULL);

	CU_add_test(suite, "whole", whole);
	CU_add_test(suite, "parts", parts);
}
