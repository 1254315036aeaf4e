/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors, and credentials, that come from elsewhere. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "peer.h"
#include "uring.h"

/* The abstract address of a name; nothing but the network namespace is shared for it. */
static socklen_t abstract(const char *name, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "e2e-%s", name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address->sun_path + 1));
}

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

static int send_descriptor(int to, int fd)
{
	union control control = { .header = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS } };
	struct iovec vector = { "x", 1 };
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(to, &message, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* A descriptor that the kernel does not hand out is missing from the message, which says no more than that. */
static int receive_descriptor(int from)
{
	union control control;
	char byte;
	struct iovec vector = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	int fd;

	if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) != 1)
		return -EIO;
	if (!CMSG_FIRSTHDR(&message))
		return message.msg_flags & MSG_CTRUNC ? -EPERM : -EIO;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

/* give NAME FD: to everyone who takes it, until it is killed */
static int act_give(char **words)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), passed = (int)number(words[1]);
	struct sockaddr_un address;
	socklen_t length = abstract(words[0], &address);

	if (fd < 0 || bind(fd, (void *)&address, length) || listen(fd, 16))
		return -errno;
	puts("ready");
	fflush(stdout);
	for (;;) {
		int taker = accept(fd, NULL, NULL);

		if (taker >= 0)
			send_descriptor(taker, passed);
		close(taker);
	}
}

/* take NAME FD: puts what is given there */
static int act_take(char **words)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), taken;
	struct sockaddr_un address;
	socklen_t length = abstract(words[0], &address);

	if (fd < 0 || connect(fd, (void *)&address, length))
		return -EIO;
	taken = receive_descriptor(fd);
	if (taken < 0)
		return taken;
	return dup2(taken, (int)number(words[1])) < 0 ? -errno : 0;
}

/* pass-around FD: passes it to itself, and closes the first */
static int act_pass_around(char **words)
{
	int fd = (int)number(words[0]), pair[2], taken;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) || send_descriptor(pair[0], fd))
		return -EIO;
	taken = receive_descriptor(pair[1]);
	if (taken < 0)
		return taken;
	return dup2(taken, fd) < 0 ? -errno : 0;
}

/* take-from PID FD AT: pidfd_getfd(2) */
static int act_take_from(char **words)
{
	int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)number(words[0]), 0), taken;

	if (pidfd < 0)
		return -EIO;
	taken = (int)syscall(SYS_pidfd_getfd, pidfd, (int)number(words[1]), 0);
	return taken < 0 || dup2(taken, (int)number(words[2])) < 0 ? -errno : 0;
}

/* socket-to FD PROTOCOL ADDRESS PORT, listen-to ...: a socket at a descriptor, and a listening one */
static int act_socket_to(char **words)
{
	struct peer peer;
	int fd = socket_for(words + 1, &peer);

	return fd < 0 ? fd : dup2(fd, (int)number(words[0])) < 0 ? -errno : 0;
}

static int act_listen_to(char **words)
{
	struct peer peer;
	int fd = bind_for(words + 1, &peer);

	if (fd < 0)
		return fd;
	return listen(fd, 16) || dup2(fd, (int)number(words[0])) < 0 ? -errno : 0;
}

/* packet-to FD: a packet socket there */
static int act_packet_to(char **words)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	return fd < 0 || dup2(fd, (int)number(words[0])) < 0 ? -errno : 0;
}

/* write-to FD: what has a peer gets a byte */
static int act_write_to(char **words)
{
	return send((int)number(words[0]), "x", 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

static int become(void *uid)
{
	long id = *(long *)uid;

	return syscall(SYS_setresuid, id, id, id) ? -errno : 0;
}

/* uring-open-as-before UID FILE: becomes that user, then opens the file with the credentials of before */
static int act_uring_open(char **words)
{
	long uid = number(words[0]);
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)words[1],
		.open_flags = O_RDONLY | O_CLOEXEC,
	};
	int fd = uring_call_as(&entry, become, &uid);

	return fd < 0 ? fd : ended(fd, 0);
}

const struct act passed_acts[] = {
	{ "give", 2, act_give },
	{ "take", 2, act_take },
	{ "pass-around", 1, act_pass_around },
	{ "take-from", 3, act_take_from },
	{ "socket-to", 4, act_socket_to },
	{ "listen-to", 4, act_listen_to },
	{ "packet-to", 1, act_packet_to },
	{ "write-to", 1, act_write_to },
	{ "uring-open-as-before", 2, act_uring_open },
	{ NULL, 0, NULL },
};
