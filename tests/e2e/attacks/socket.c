/* SPDX-License-Identifier: Apache-2.0 */
/* Rarer roads to a peer and to a port: other families, options, io_uring's own calls. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peer.h"
#include "uring.h"

/* connect-later PROTOCOL ADDRESS PORT: a non-blocking socket */
static int act_connect_later(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer), error = 0;
	struct pollfd wait = { .fd = fd, .events = POLLOUT };
	socklen_t length = sizeof(error);

	if (fd < 0)
		return fd;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (connect(fd, &peer.any, peer.length) && errno != EINPROGRESS)
		return ended(fd, -1);
	if (poll(&wait, 1, 10000) != 1)
		return -ETIMEDOUT;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) ? -errno : -error;
}

/* connected-smc ADDRESS PORT FD[,FD...]: TCP by the name of another family, which falls back to it */
static int act_connected_smc(char **words)
{
	struct peer peer;
	int fd = socket(AF_SMC, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!peer_of(words[0], words[1], &peer))
		return ACT_WRONG;
	if (fd < 0)
		return -errno;
	if (connect(fd, &peer.any, peer.length))
		return ended(fd, -1);
	return put_at(fd, words[2]);
}

/* accepted ADDRESS PORT FD[,FD...]: waits there for a peer, itself, and puts the connection */
static int act_accepted(char **words)
{
	char *tcp[] = { "tcp", words[0], words[1] };
	struct peer peer;
	int server = bind_for(tcp, &peer), client = socket_for(tcp, &peer), fd;

	if (server < 0 || client < 0)
		return server < 0 ? server : client;
	if (listen(server, 1) || connect(client, &peer.any, peer.length))
		return -errno;
	fd = accept(server, NULL, NULL);
	return fd < 0 ? -errno : put_at(fd, words[2]);
}

/* connect-repair ADDRESS PORT: a connection that is declared, with no packet sent */
static int act_connect_repair(char **words)
{
	char *tcp[] = { "tcp", words[0], words[1] };
	struct peer peer;
	int fd = socket_for(tcp, &peer), one = 1;

	if (fd < 0)
		return fd;
	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &one, sizeof(one)))
		return -EIO;
	return ended(fd, connect(fd, &peer.any, peer.length));
}

static const char data[8];

/* uring-sendmsg PROTOCOL ADDRESS PORT */
static int act_uring_sendmsg(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);
	struct iovec vector = { (void *)data, sizeof(data) };
	struct msghdr message = { .msg_name = &peer, .msg_namelen = peer.length, .msg_iov = &vector, .msg_iovlen = 1 };
	struct io_uring_sqe entry = { .opcode = IORING_OP_SENDMSG, .fd = fd, .addr = (unsigned long)&message };
	int result = fd < 0 ? fd : uring_call(&entry);

	return result < 0 ? result : 0;
}

/* uring-send PROTOCOL ADDRESS PORT: without a copy, and with an address */
static int act_uring_send(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_SEND_ZC,
		.fd = fd,
		.addr = (unsigned long)data,
		.len = sizeof(data),
		.addr2 = (unsigned long)&peer,
		.addr_len = (unsigned short)peer.length,
	};
	int result = fd < 0 ? fd : uring_call(&entry);

	return result < 0 ? result : 0;
}

/* A route by way of an address: an option of ip(7), or a header of segments of IPv6. */
struct route {
	int level, option, message; /* how a socket is told, and how a message */
	size_t length;
	unsigned char bytes[40];
};

static bool route_by(const char *word, struct route *route)
{
	static const unsigned char loose[] = { 1, 131, 7, 4 };	   /* no operation; type, length, pointer */
	static const unsigned char segments[] = { 0, 4, 4, 1, 1 }; /* next, length, type, left, last */
	struct peer peer;

	if (!peer_of(word, "0", &peer))
		return false;
	if (peer.any.sa_family == AF_INET) {
		*route = (struct route){ IPPROTO_IP, IP_OPTIONS, IP_RETOPTS, 8, { 0 } };
		memcpy(route->bytes, loose, sizeof(loose));
		memcpy(route->bytes + 4, &peer.v4.sin_addr, 4);
	} else {
		*route = (struct route){ IPPROTO_IPV6, IPV6_RTHDR, IPV6_RTHDR, 40, { 0 } };
		memcpy(route->bytes, segments, sizeof(segments));
		memcpy(route->bytes + 24, &peer.v6.sin6_addr, 16); /* the last segment is the first stop */
	}
	return true;
}

/* route-option VIA PROTOCOL ADDRESS PORT: what is sent to the address goes to another */
static int act_route_option(char **words)
{
	struct peer peer;
	struct route route;
	int fd = socket_for(words + 1, &peer);

	if (!route_by(words[0], &route))
		return ACT_WRONG;
	if (fd < 0)
		return fd;
	if (setsockopt(fd, route.level, route.option, route.bytes, (socklen_t)route.length))
		return ended(fd, -1);
	return ended(fd, (int)sendto(fd, data, sizeof(data), 0, &peer.any, peer.length));
}

/* route-message VIA PROTOCOL ADDRESS PORT: the same for one message */
static int act_route_message(char **words)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(40)];
	} control = { .header = { 0 } };
	struct peer peer;
	struct route route;
	int fd = socket_for(words + 1, &peer);
	struct iovec vector = { (void *)data, sizeof(data) };
	struct msghdr message = { .msg_name = &peer,
				  .msg_namelen = peer.length,
				  .msg_iov = &vector,
				  .msg_iovlen = 1,
				  .msg_control = &control };

	if (!route_by(words[0], &route))
		return ACT_WRONG;
	if (fd < 0)
		return fd;
	control.header = (struct cmsghdr){ CMSG_LEN(route.length), route.level, route.message };
	memcpy(CMSG_DATA(&control.header), route.bytes, route.length);
	message.msg_controllen = CMSG_SPACE(route.length);
	return ended(fd, (int)sendmsg(fd, &message, 0));
}

/* Operations of 6.11, later than the headers of some. */
enum {
	OP_BIND = 56,
	OP_LISTEN = 57,
};

/* uring-bind PROTOCOL ADDRESS PORT */
static int act_uring_bind(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);
	struct io_uring_sqe entry = { .opcode = OP_BIND, .fd = fd, .addr = (unsigned long)&peer, .addr2 = peer.length };

	return fd < 0 ? fd : uring_call(&entry);
}

/* uring-listen: without bind */
static int act_uring_listen(char **words)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct io_uring_sqe entry = { .opcode = OP_LISTEN, .fd = fd, .len = 1 };

	(void)words;
	return fd < 0 ? -errno : uring_call(&entry);
}

static int set_option(int fd, const char *name)
{
	int one = 1;

	if (!strcmp(name, "transparent"))
		return setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT, &one, sizeof(one));
	if (!strcmp(name, "freebind"))
		return setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof(one));
	return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
}

/* bind-option transparent|freebind|reuseport PROTOCOL ADDRESS PORT */
static int act_bind_option(char **words)
{
	struct peer peer;
	int fd = socket_for(words + 1, &peer);

	if (fd < 0)
		return fd;
	if (set_option(fd, words[0]))
		return ended(fd, -1);
	return ended(fd, bind(fd, &peer.any, peer.length));
}

/*
 * answer-forged ADDRESS PORT ADDRESS PORT: has a datagram come from the first to a socket at the second, as if that
 * peer had spoken first, and answers it
 */
static int act_answer_forged(char **words)
{
	char *forged[] = { "udp", words[0], words[1] }, *own[] = { "udp", words[2], words[3] };
	struct peer peer, at, from;
	int forger = socket_for(forged, &peer), fd = bind_for(own, &at);
	char buffer[16];

	if (fd < 0 || forger < 0)
		return fd < 0 ? fd : forger;
	if (set_option(forger, "transparent"))
		return ended(forger, -1);
	if (bind(forger, &peer.any, peer.length) || sendto(forger, data, sizeof(data), 0, &at.any, at.length) < 0)
		return -EIO; /* not what is tried here */
	from.length = sizeof(from.v6);
	if (recvfrom(fd, buffer, sizeof(buffer), 0, &from.any, &from.length) < 0)
		return -EIO;
	return ended(fd, (int)sendto(fd, data, sizeof(data), 0, &from.any, from.length));
}

const struct act socket_acts[] = {
	{ "connect-later", 3, act_connect_later },
	{ "accepted", 3, act_accepted },
	{ "connected-smc", 3, act_connected_smc },
	{ "connect-repair", 2, act_connect_repair },
	{ "uring-sendmsg", 3, act_uring_sendmsg },
	{ "uring-send", 3, act_uring_send },
	{ "uring-bind", 3, act_uring_bind },
	{ "uring-listen", 0, act_uring_listen },
	{ "bind-option", 4, act_bind_option },
	{ "route-option", 4, act_route_option },
	{ "route-message", 4, act_route_message },
	{ "answer-forged", 4, act_answer_forged },
	{ NULL, 0, NULL },
};
