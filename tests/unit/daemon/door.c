/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/door.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

void suite_daemon_door(void);

static struct shield_door door = SHIELD_DOOR_NONE;
static struct shield_error error;
static char path[64];

static int open_door(void)
{
	char folder[] = "/tmp/shield-door-XXXXXX";

	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/sock", folder);
	return shield_door_open(path, &door, &error);
}

static int close_door(void)
{
	shield_door_close(&door);
	*strrchr(path, '/') = '\0';
	return rmdir(path); /* the socket is gone */
}

static int connect_to_door(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	CU_ASSERT_EQUAL(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* Says who it serves and how, and stays until the client hangs up. */
static void serve(int fd, const struct ucred *peer, bool busy, void *context)
{
	char said = peer->uid == getuid() && context == &door ? (busy ? 'b' : 's') : '?', byte;

	for (int other = 3; other < 256; other++) /* clients' ends are in this process, too */
		if (other != fd)
			close(other);
	if (write(fd, &said, 1) == 1)
		while (read(fd, &byte, 1) > 0)
			;
	_exit(0);
}

/* A client that is let in. Returns what it was told. */
static char visit(int *ret)
{
	struct pollfd wait = shield_door_wait(&door);
	char said = 0;

	*ret = connect_to_door();
	CU_ASSERT_EQUAL(poll(&wait, 1, 10000), 1);
	shield_door_welcome(&door, serve, &door);
	CU_ASSERT_EQUAL(read(*ret, &said, 1), 1);
	return said;
}

static void leave(int fd)
{
	close(fd);
	CU_ASSERT_TRUE(shield_door_reaped(&door, wait(NULL)));
}

static void mode(void)
{
	struct stat status;

	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 07777, 0666);
}

/* One user is served so often at a time; who comes then is told so, and takes no such place. */
static void limits(void)
{
	int fd[SHIELD_DOOR_CHILDREN];

	for (int i = 0; i < SHIELD_DOOR_CHILDREN; i++)
		CU_ASSERT_EQUAL(visit(&fd[i]), i < SHIELD_DOOR_PER_USER ? 's' : 'b');
	CU_ASSERT_EQUAL(shield_door_wait(&door).fd, -1);
	leave(fd[SHIELD_DOOR_CHILDREN - 1]);
	CU_ASSERT_EQUAL(shield_door_wait(&door).fd, door.listener);
	leave(fd[0]);
	CU_ASSERT_EQUAL(visit(&fd[0]), 's');
	for (int i = 0; i < SHIELD_DOOR_CHILDREN - 1; i++)
		leave(fd[i]);
	CU_ASSERT_EQUAL(door.count, 0);
	CU_ASSERT_FALSE(shield_door_reaped(&door, 1));
}

void suite_daemon_door(void)
{
	CU_pSuite suite = CU_add_suite("daemon/door", open_door, close_door);

	CU_add_test(suite, "mode", mode);
	CU_add_test(suite, "limits", limits);
}
