/* SPDX-License-Identifier: Apache-2.0 */
/* Roads to a peer, and to a port. */
#include "acts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "peer.h"
#include "uring.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static const struct {
	const char *name;
	int type, protocol;
} protocols[] = {
	{ "tcp", SOCK_STREAM, IPPROTO_TCP },	 { "udp", SOCK_DGRAM, IPPROTO_UDP },
	{ "mptcp", SOCK_STREAM, IPPROTO_MPTCP }, { "udplite", SOCK_DGRAM, IPPROTO_UDPLITE },
	{ "icmp", SOCK_DGRAM, IPPROTO_ICMP },	 { "icmp6", SOCK_DGRAM, IPPROTO_ICMPV6 },
	{ "sctp", SOCK_STREAM, IPPROTO_SCTP },	 { "raw", SOCK_RAW, IPPROTO_ICMP },
};

bool peer_of(const char *address, const char *port, struct peer *peer)
{
	memset(peer, 0, sizeof(*peer));
	if (inet_pton(AF_INET, address, &peer->v4.sin_addr) == 1) {
		peer->v4.sin_family = AF_INET;
		peer->v4.sin_port = htons((uint16_t)number(port));
		peer->length = sizeof(peer->v4);
		return true;
	}
	peer->v6.sin6_family = AF_INET6;
	peer->v6.sin6_port = htons((uint16_t)number(port));
	peer->length = sizeof(peer->v6);
	return inet_pton(AF_INET6, address, &peer->v6.sin6_addr) == 1;
}

static int open_socket(int family, const char *protocol)
{
	int fd;

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (strcmp(protocols[i].name, protocol))
			continue;
		fd = socket(family, protocols[i].type | SOCK_CLOEXEC, protocols[i].protocol);
		return fd < 0 ? -errno : fd;
	}
	return ACT_WRONG;
}

int socket_for(char **words, struct peer *peer)
{
	return peer_of(words[1], words[2], peer) ? open_socket(peer->any.sa_family, words[0]) : ACT_WRONG;
}

int ended(int fd, int result)
{
	int error = result < 0 ? -errno : 0;

	close(fd);
	return error;
}

/* connect PROTOCOL ADDRESS PORT */
static int act_connect(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);

	return fd < 0 ? fd : ended(fd, connect(fd, &peer.any, peer.length));
}

/* connect-fd FD ADDRESS PORT: with a socket that somebody else made */
static int act_connect_fd(char **words)
{
	struct peer peer;

	if (!peer_of(words[1], words[2], &peer))
		return ACT_WRONG;
	return connect((int)number(words[0]), &peer.any, peer.length) ? -errno : 0;
}

/* reconnect PROTOCOL ADDRESS PORT ADDRESS PORT: to the second, after the first was left */
static int act_reconnect(char **words)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	struct peer first, second;
	int fd = socket_for(words, &first);

	if (fd < 0)
		return fd;
	if (!peer_of(words[3], words[4], &second))
		return ACT_WRONG;
	if (connect(fd, &first.any, first.length) || connect(fd, &nobody, sizeof(nobody))) {
		ended(fd, -1);
		return -EIO; /* not what is tried here */
	}
	return ended(fd, connect(fd, &second.any, second.length));
}

/* An ICMP echo request, which is as good as any other datagram: icmp(7) takes nothing else. */
static const char data[8] = { 8 };

static ssize_t send_to(int fd, const struct peer *peer, int flags)
{
	return sendto(fd, data, sizeof(data), flags, &peer->any, peer->length);
}

/* sendto PROTOCOL ADDRESS PORT */
static int act_sendto(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);

	return fd < 0 ? fd : ended(fd, (int)send_to(fd, &peer, 0));
}

/* sendto-unspec PROTOCOL ADDRESS PORT: AF_UNSPEC, which the kernel takes for AF_INET */
static int act_sendto_unspec(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);

	peer.any.sa_family = AF_UNSPEC;
	return fd < 0 ? fd : ended(fd, (int)send_to(fd, &peer, 0));
}

/* sendto-connected PROTOCOL ADDRESS PORT ADDRESS PORT: connected to the first, sends to the second */
static int act_sendto_connected(char **words)
{
	struct peer first, second;
	int fd = socket_for(words, &first);

	if (fd < 0)
		return fd;
	if (!peer_of(words[3], words[4], &second))
		return ACT_WRONG;
	if (connect(fd, &first.any, first.length))
		return -EIO;
	return ended(fd, (int)send_to(fd, &second, 0));
}

static struct msghdr message_to(struct peer *peer, struct iovec *vector)
{
	*vector = (struct iovec){ (void *)data, sizeof(data) };
	return (struct msghdr){ .msg_name = peer, .msg_namelen = peer->length, .msg_iov = vector, .msg_iovlen = 1 };
}

/* sendmsg PROTOCOL ADDRESS PORT */
static int act_sendmsg(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);
	struct iovec vector;
	struct msghdr message = message_to(&peer, &vector);

	return fd < 0 ? fd : ended(fd, (int)sendmsg(fd, &message, 0));
}

/* sendmmsg PROTOCOL ADDRESS PORT */
static int act_sendmmsg(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);
	struct iovec vector;
	struct mmsghdr message = { .msg_hdr = message_to(&peer, &vector) };

	return fd < 0 ? fd : ended(fd, sendmmsg(fd, &message, 1, 0));
}

/* fast-open PROTOCOL ADDRESS PORT: data with the first packet, and no connect */
static int act_fast_open(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);

	return fd < 0 ? fd : ended(fd, (int)send_to(fd, &peer, MSG_FASTOPEN));
}

/* fast-open-connect PROTOCOL ADDRESS PORT: the same, put off until the first write */
static int act_fast_open_connect(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer), one = 1;

	if (fd < 0)
		return fd;
	if (setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof(one)))
		return -EIO;
	if (connect(fd, &peer.any, peer.length))
		return ended(fd, -1);
	return ended(fd, (int)send(fd, "x", 1, 0));
}

static int connect_by_uring(char **words, unsigned char flags)
{
	struct peer peer;
	int fd = socket_for(words, &peer);
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_CONNECT,
		.flags = flags,
		.fd = fd,
		.addr = (unsigned long)&peer.any,
		.off = peer.length,
	};

	return fd < 0 ? fd : uring_call(&entry);
}

/* uring-connect PROTOCOL ADDRESS PORT */
static int act_uring_connect(char **words)
{
	return connect_by_uring(words, 0);
}

/* uring-worker-connect PROTOCOL ADDRESS PORT */
static int act_uring_worker_connect(char **words)
{
	return connect_by_uring(words, IOSQE_ASYNC);
}

static int act_uring_probe(char **words)
{
	(void)words;
	return uring_probe();
}

int bind_for(char **words, struct peer *peer)
{
	int fd = socket_for(words, peer), one = 1;

	if (fd < 0)
		return fd;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, &peer->any, peer->length) == 0)
		return fd;
	return ended(fd, -1);
}

/* bind PROTOCOL ADDRESS PORT */
static int act_bind_port(char **words)
{
	struct peer peer;
	int fd = bind_for(words, &peer);

	return fd < 0 ? fd : ended(fd, 0);
}

/* listen PROTOCOL ADDRESS PORT */
static int act_listen(char **words)
{
	struct peer peer;
	int fd = bind_for(words, &peer);

	return fd < 0 ? fd : ended(fd, listen(fd, 1));
}

/* listen-unbound 4|6: the kernel picks the port */
static int act_listen_unbound(char **words)
{
	int fd = socket(number(words[0]) == 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : ended(fd, listen(fd, 1));
}

/* socket FAMILY TYPE PROTOCOL: numbers */
static int act_socket(char **words)
{
	int fd = socket((int)number(words[0]), (int)number(words[1]), (int)number(words[2]));

	return fd < 0 ? -errno : ended(fd, 0);
}

/* socketpair FAMILY: a number */
static int act_socketpair(char **words)
{
	int pair[2];

	return socketpair((int)number(words[0]), SOCK_STREAM, 0, pair) ? -errno : 0;
}

/* socket-at FD 4|6: a TCP socket that what is executed next inherits */
static int act_socket_at(char **words)
{
	int fd = socket(number(words[1]) == 6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);

	return fd < 0 || dup2(fd, (int)number(words[0])) < 0 ? -errno : 0;
}

int put_at(int fd, char *list)
{
	for (char *word = strtok(list, ","); word; word = strtok(NULL, ","))
		if (dup2(fd, (int)number(word)) < 0)
			return -errno;
	return 0;
}

/* connected PROTOCOL ADDRESS PORT FD[,FD...]: puts a connection there, for what is executed next */
static int act_connected(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);

	if (fd < 0)
		return fd;
	if (connect(fd, &peer.any, peer.length))
		return ended(fd, -1);
	return put_at(fd, words[3]);
}

/* pair-at: one end of a local socket pair on standard input, output and error */
static int act_pair_at(char **words)
{
	int pair[2];

	(void)words;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(pair[0], fd) < 0)
			return -errno;
	return 0;
}

/* Waits for a datagram at a socket and tells who sent it. */
static int wait_for_peer(int fd, struct peer *peer)
{
	char buffer[16];

	peer->length = sizeof(peer->v6);
	return recvfrom(fd, buffer, sizeof(buffer), 0, &peer->any, &peer->length) < 0 ? -errno : 0;
}

/* answer PROTOCOL ADDRESS PORT: waits there for who speaks first, and sends something back */
static int act_answer(char **words)
{
	struct peer peer;
	int fd = bind_for(words, &peer), error;

	if (fd < 0)
		return fd;
	error = wait_for_peer(fd, &peer);
	return error ?: ended(fd, (int)send_to(fd, &peer, 0));
}

/* answer-beside PROTOCOL ADDRESS PORT: the same, but to another port of that peer */
static int act_answer_beside(char **words)
{
	struct peer peer;
	int fd = bind_for(words, &peer), error;

	if (fd < 0)
		return fd;
	error = wait_for_peer(fd, &peer);
	if (error)
		return error;
	peer.v4.sin_port = htons((uint16_t)(ntohs(peer.v4.sin_port) ^ 1)); /* at the same place in both families */
	return ended(fd, (int)send_to(fd, &peer, 0));
}

/* speak PROTOCOL ADDRESS PORT: sends until something comes back, for ten seconds */
static int act_speak(char **words)
{
	struct peer peer;
	int fd = socket_for(words, &peer);
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char buffer[16];

	if (fd < 0)
		return fd;
	for (int i = 0; i < 100; i++) {
		send_to(fd, &peer, 0);
		if (poll(&wait, 1, 100) == 1 && recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
			return 0;
	}
	return -ETIMEDOUT;
}

/* hold PROTOCOL PORT [PROTOCOL PORT]...: takes connections and datagrams of both families until it is killed */
static int act_hold(char **words)
{
	for (; words[0] && words[1]; words += 2) {
		char *at[] = { words[0], "::", words[1] };
		struct peer peer;
		int fd = bind_for(at, &peer);

		if (fd < 0)
			return fd;
		if (strcmp(words[0], "udp") && listen(fd, 4096))
			return -errno;
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

const struct act network_acts[] = {
	{ "connect", 3, act_connect },
	{ "connect-fd", 3, act_connect_fd },
	{ "reconnect", 5, act_reconnect },
	{ "sendto", 3, act_sendto },
	{ "sendto-unspec", 3, act_sendto_unspec },
	{ "sendto-connected", 5, act_sendto_connected },
	{ "sendmsg", 3, act_sendmsg },
	{ "sendmmsg", 3, act_sendmmsg },
	{ "fast-open", 3, act_fast_open },
	{ "fast-open-connect", 3, act_fast_open_connect },
	{ "uring-connect", 3, act_uring_connect },
	{ "uring-worker-connect", 3, act_uring_worker_connect },
	{ "uring-probe", 0, act_uring_probe },
	{ "bind-port", 3, act_bind_port },
	{ "listen", 3, act_listen },
	{ "listen-unbound", 1, act_listen_unbound },
	{ "socket", 3, act_socket },
	{ "socketpair", 1, act_socketpair },
	{ "socket-at", 2, act_socket_at },
	{ "connected", 4, act_connected },
	{ "pair-at", 0, act_pair_at },
	{ "answer", 3, act_answer },
	{ "answer-beside", 3, act_answer_beside },
	{ "speak", 3, act_speak },
	{ "hold", -1, act_hold },
	{ NULL, 0, NULL },
};
