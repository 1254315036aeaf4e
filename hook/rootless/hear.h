/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shieldd's side, in a process for each hook that asks: root's, so that all it hears is checked before it is believed
 * (oci/client.h), and nothing that belongs to the user is looked at under the lock.
 */
#ifndef SHIELD_ROOTLESS_HEAR_H
#define SHIELD_ROOTLESS_HEAR_H

#include <sys/socket.h>

#include "oci/state.h"
#include "rootless/message.h"

/* Hears one hook, does what it asks for, answers, and ends. @fd: the connection; @peer: who the kernel says it is */
void shield_hear(int fd, const struct ucred *peer) __attribute__((noreturn));

/* Tells a hook to ask again later, and ends. */
void shield_hear_not(int fd) __attribute__((noreturn));

/* What was heard. Texts are owned, and NUL-terminated. */
struct shield_heard {
	struct shield_plea plea;
	char *state, *config;
	int init; /* the only descriptor that came; owned; -1 = none */
};
#define SHIELD_HEARD_NONE ((struct shield_heard){ .init = -1 })

/* Receives a plea. Returns 0; -EPROTO for what is none; -ENOTCONN for half of one. @ret: shield_heard_free() */
int shield_hear_plea(int fd, struct shield_heard *ret, struct shield_error *error);

void shield_heard_free(struct shield_heard *heard);

#endif
