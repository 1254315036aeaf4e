/* SPDX-License-Identifier: Apache-2.0 */
/* Words of an act, and the socket they mean. */
#ifndef PEER_H
#define PEER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

struct peer {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t length;
};

/* An address of either family. Returns false when it is none. */
bool peer_of(const char *address, const char *port, struct peer *peer);

/* PROTOCOL ADDRESS PORT: a socket for the peer. Returns it, a negative errno, or ACT_WRONG. */
int socket_for(char **words, struct peer *peer);

/* The same, bound to that address. */
int bind_for(char **words, struct peer *peer);

/* Closes a socket. Returns 0, or the errno of the call before, where its result is negative. */
int ended(int fd, int result);

/* Puts a descriptor at each number of a list: FD[,FD...]. Returns 0 or a negative errno. */
int put_at(int fd, char *list);

#endif
