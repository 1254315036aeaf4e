/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include "daemon/notify.h"

#include <CUnit/CUnit.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path, path, length);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	CU_ASSERT_EQUAL_FATAL(bind(fd, (const struct sockaddr *)&address,
				   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
			      0);
	return fd;
}

static void told(const char *path)
{
	_cleanup_close_ int fd = listen_at(path);
	char said[32] = "";

	setenv("NOTIFY_SOCKET", path, 1);
	shield_notify_ready();
	unsetenv("NOTIFY_SOCKET");
	CU_ASSERT_EQUAL(recv(fd, said, sizeof(said) - 1, 0), 7);
	CU_ASSERT_STRING_EQUAL(said, "READY=1");
	shield_notify_ready();
	CU_ASSERT_EQUAL(recv(fd, said, sizeof(said), 0), -1);
}

static void ready(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	char path[128];

	snprintf(path, sizeof(path), "%s/notify", folder.path);
	told(path);
	snprintf(path, sizeof(path), "@oci-shield-test-%d", (int)getpid());
	told(path);
}

void suite_daemon_notify(void)
{
	CU_pSuite suite = CU_add_suite("daemon/notify", NULL, NULL);

	CU_add_test(suite, "ready", ready);
}
