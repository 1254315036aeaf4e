/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roads to a unix socket. KIND is stream, seqpacket or dgram; ADDRESS a path, or @NAME for an abstract one.
 */
#include "acts.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "peer.h"
#include "uring.h"

struct local {
	struct sockaddr_un address;
	socklen_t length;
	int kind;
};

/* Returns a socket, a negative errno or ACT_WRONG. */
static int local_for(char **words, struct local *local)
{
	int fd;

	memset(local, 0, sizeof(*local));
	local->address.sun_family = AF_UNIX;
	snprintf(local->address.sun_path, sizeof(local->address.sun_path), "%s", words[1]);
	local->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(local->address.sun_path));
	if (words[1][0] == '@')
		local->address.sun_path[0] = 0;
	if (!strcmp(words[0], "stream"))
		local->kind = SOCK_STREAM;
	else if (!strcmp(words[0], "seqpacket"))
		local->kind = SOCK_SEQPACKET;
	else if (!strcmp(words[0], "dgram"))
		local->kind = SOCK_DGRAM;
	else
		return ACT_WRONG;
	fd = socket(AF_UNIX, local->kind | SOCK_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

static int local_bound(char **words)
{
	struct local local;
	int fd = local_for(words, &local);

	if (fd < 0)
		return fd;
	if (bind(fd, (void *)&local.address, local.length))
		return -errno;
	return local.kind != SOCK_DGRAM && listen(fd, 256) ? -errno : fd;
}

/* local-connect KIND ADDRESS */
static int act_connect(char **words)
{
	struct local local;
	int fd = local_for(words, &local);

	return fd < 0 ? fd : ended(fd, connect(fd, (void *)&local.address, local.length));
}

/* local-connected KIND ADDRESS FD: stays connected there */
static int act_connected(char **words)
{
	struct local local;
	int fd = local_for(words, &local);

	if (fd < 0)
		return fd;
	return connect(fd, (void *)&local.address, local.length) ? ended(fd, -1) : put_at(fd, words[2]);
}

/* local-send ADDRESS: a datagram */
static int act_send(char **words)
{
	char *dgram[] = { "dgram", words[0] };
	struct local local;
	int fd = local_for(dgram, &local);

	if (fd < 0)
		return fd;
	return ended(fd, (int)sendto(fd, "x", 1, MSG_DONTWAIT, (void *)&local.address, local.length));
}

/* local-send-beside ADDRESS ADDRESS: connected to the first, to the second */
static int act_send_beside(char **words)
{
	char *first[] = { "dgram", words[0] }, *second[] = { "dgram", words[1] };
	struct local local;
	int fd = local_for(first, &local);

	if (fd < 0)
		return fd;
	if (connect(fd, (void *)&local.address, local.length))
		return -EIO;
	close(local_for(second, &local));
	return ended(fd, (int)sendto(fd, "x", 1, MSG_DONTWAIT, (void *)&local.address, local.length));
}

/* uring-local-connect KIND ADDRESS */
static int act_uring_connect(char **words)
{
	struct local local;
	int fd = local_for(words, &local);
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (unsigned long)&local.address, .off = local.length
	};

	return fd < 0 ? fd : uring_call(&entry);
}

/* local-own KIND ADDRESS: a server of its own, and a client */
static int act_own(char **words)
{
	int fd = local_bound(words);

	return fd < 0 ? fd : act_connect(words);
}

/* local-served KIND ADDRESS FD: a server, which stays there */
static int act_served(char **words)
{
	int fd = local_bound(words);

	return fd < 0 ? fd : put_at(fd, words[2]);
}

/* local-hold KIND ADDRESS [KIND ADDRESS]...: takes connections and datagrams until it is killed */
static int act_hold(char **words)
{
	char buffer[16];
	int last = -1;

	for (; words[0] && words[1]; words += 2) {
		int fd = local_bound(words);

		if (fd < 0)
			return fd;
		last = strcmp(words[0], "dgram") ? last : fd;
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		if (last < 0 || recv(last, buffer, sizeof(buffer), 0) < 0)
			pause();
}

const struct act unix_acts[] = {
	{ "local-connect", 2, act_connect },
	{ "local-connected", 3, act_connected },
	{ "local-send", 1, act_send },
	{ "local-send-beside", 2, act_send_beside },
	{ "uring-local-connect", 2, act_uring_connect },
	{ "local-own", 2, act_own },
	{ "local-served", 3, act_served },
	{ "local-hold", -1, act_hold },
	{ NULL, 0, NULL },
};
