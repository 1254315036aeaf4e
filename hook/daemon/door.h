/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket at which hooks of unprivileged users ask. Each that comes gets a process of its own: the parent reads no
 * byte of a client, and never closes the last descriptor of a connection, since descriptors that a client has put into
 * it are closed with it, which can take as long as the client likes.
 */
#ifndef SHIELD_DAEMON_DOOR_H
#define SHIELD_DAEMON_DOOR_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/error.h"

#define SHIELD_DOOR_CHILDREN 32 /* at a time; others wait outside */
#define SHIELD_DOOR_PER_USER 4	/* that work; further ones only say so */

struct shield_door {
	int listener; /* -1 = there is none */
	const char *path;
	size_t count;
	struct shield_door_child {
		pid_t pid;
		uid_t uid;
		bool busy; /* tells the client to come again */
	} child[SHIELD_DOOR_CHILDREN];
};
#define SHIELD_DOOR_NONE ((struct shield_door){ .listener = -1 })

/*
 * What the child is to do: it never returns. The connection is its alone.
 * @busy: tell the client to come again
 */
typedef void (*shield_door_serve)(int fd, const struct ucred *peer, bool busy, void *context);

/* Opens it to everybody, at a path that stays with the caller. Returns 0 or a negative errno. */
int shield_door_open(const char *path, struct shield_door *ret, struct shield_error *error);

/* What to wait for: nothing where there is no room. */
struct pollfd shield_door_wait(const struct shield_door *door);

/* Takes the client that poll(2) has found. */
void shield_door_welcome(struct shield_door *door, shield_door_serve serve, void *context);

/* A child has ended. Returns whether it was one of these. */
bool shield_door_reaped(struct shield_door *door, pid_t pid);

/* Takes the socket away. The children end by themselves. */
void shield_door_close(struct shield_door *door);

#endif
