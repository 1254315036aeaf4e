/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/door.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/listen.h"

#define WAITING 64 /* clients that the kernel keeps outside */

int shield_door_open(const char *path, struct shield_door *ret, struct shield_error *error)
{
	int fd, r = shield_listen_at(path, 0111, WAITING, &fd, error);

	if (r < 0)
		return r;
	*ret = (struct shield_door){ .listener = fd, .path = path };
	return 0;
}

struct pollfd shield_door_wait(const struct shield_door *door)
{
	return (struct pollfd){
		.fd = door->count < SHIELD_DOOR_CHILDREN ? door->listener : -1,
		.events = POLLIN,
	};
}

static bool is_busy_with(const struct shield_door *door, uid_t uid)
{
	size_t working = 0;

	for (size_t i = 0; i < door->count; i++)
		working += door->child[i].uid == uid && !door->child[i].busy;
	return working >= SHIELD_DOOR_PER_USER;
}

/* Waits until the parent has closed its descriptor of the connection: then it has closed this pipe, too. */
static void wait_for_parent(const int ends[2])
{
	char byte;

	close(ends[1]);
	while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(ends[0]);
}

void shield_door_welcome(struct shield_door *door, shield_door_serve serve, void *context)
{
	struct shield_door_child *child = &door->child[door->count];
	_cleanup_close_ int fd = accept4(door->listener, NULL, NULL, SOCK_CLOEXEC);
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int ends[2];
	bool busy;
	pid_t pid;

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return; /* it went away again, or descriptors are short */
	busy = is_busy_with(door, peer.uid);
	pid = fork();
	if (pid == 0) {
		close(door->listener);
		wait_for_parent(ends);
		serve(fd, &peer, busy, context);
	}
	if (pid > 0) {
		*child = (struct shield_door_child){ .pid = pid, .uid = peer.uid, .busy = busy };
		door->count++;
	}
	close(fd);
	fd = -1;
	close(ends[0]);
	close(ends[1]);
}

bool shield_door_reaped(struct shield_door *door, pid_t pid)
{
	for (size_t i = 0; i < door->count; i++) {
		if (door->child[i].pid != pid)
			continue;
		door->child[i] = door->child[--door->count];
		return true;
	}
	return false;
}

void shield_door_close(struct shield_door *door)
{
	if (door->listener < 0)
		return;
	unlink(door->path);
	close(door->listener);
	*door = SHIELD_DOOR_NONE;
}
