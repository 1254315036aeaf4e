/* SPDX-License-Identifier: Apache-2.0 */
#include "rootless/plead.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io.h"
#include "oci/bundle.h"
#include "oci/process.h"

#define PATIENCE 300	 /* s that shieldd may take: more than it gives itself */
#define TRIES 100	 /* while it is busy */
#define PAUSE_US 100000u /* between two */

/* What is sent. */
struct plea {
	struct shield_plea header;
	const char *state;
	char *config; /* owned */
	int init;     /* owned; -1 = none */
};

static void plea_free(struct plea *plea)
{
	free(plea->config);
	shield_closep(&plea->init);
}

static int connect_to(int *ret, struct shield_error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SHIELD_ROOTLESS_SOCKET };
	struct timeval patience = { .tv_sec = PATIENCE };
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot create a socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0) {
		*ret = TAKE_FD(fd);
		return 0;
	}
	if (errno == ENOENT || errno == ECONNREFUSED)
		return shield_fail(error, ENOTCONN,
				   "shieldd, which enforces for rootless containers, does not run: have the "
				   "administrator start it (systemctl start shieldd)");
	return shield_fail_errno(error, errno, "cannot connect to shieldd at " SHIELD_ROOTLESS_SOCKET);
}

/* Sends all of it. A shieldd that hangs up meanwhile has said why. */
static void send_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return;
		bytes += sent;
		length -= (size_t)sent;
	}
}

static void send_plea(int fd, const struct plea *plea)
{
	struct iovec part = { .iov_base = (void *)&plea->header, .iov_len = sizeof(plea->header) };
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (plea->init >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &plea->init, sizeof(int));
	}
	if (sendmsg(fd, &message, MSG_NOSIGNAL) != sizeof(plea->header))
		return;
	send_all(fd, plea->state, plea->header.state);
	send_all(fd, plea->config, plea->header.config);
}

static int receive_reply(int fd, void (*warn)(const char *message), struct shield_error *error)
{
	char bytes[sizeof(struct shield_reply)], text[SHIELD_REPLY_MAX];
	struct shield_reply reply;
	ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_WAITALL);
	int r;

	if (got < 0)
		return shield_fail_errno(error, errno, "shieldd does not answer (journalctl -u shieldd)");
	r = shield_reply_parse(bytes, (size_t)got, &reply, error);
	if (r < 0)
		return r;
	if (reply.length && recv(fd, text, reply.length, MSG_WAITALL) != (ssize_t)reply.length)
		return shield_fail(error, EPROTO, "shieldd's answer is cut short");
	return shield_reply_read(&reply, text, warn, error);
}

static int ask(const struct plea *plea, void (*warn)(const char *message), struct shield_error *error)
{
	for (int i = 1;; i++) {
		_cleanup_close_ int fd = -1;
		int r = connect_to(&fd, error);

		if (r < 0)
			return r;
		send_plea(fd, plea);
		r = receive_reply(fd, warn, error);
		if (r != -EAGAIN || i == TRIES)
			return r;
		usleep(PAUSE_US);
	}
}

/* What only createRuntime sends. */
static int add_container(const struct shield_state *state, struct plea *plea, struct shield_error *error)
{
	char path[PATH_MAX];
	size_t length;
	int r;

	if (!state->pid)
		return shield_fail(error, EINVAL, "the state on standard input has no pid");
	r = shield_process_open(state->pid, &plea->init, error);
	if (r < 0)
		return r;
	if ((size_t)snprintf(path, sizeof(path), "%s/config.json", state->bundle) >= sizeof(path))
		return shield_fail(error, ENAMETOOLONG, "the bundle's path is longer than %d bytes", PATH_MAX);
	r = shield_read_file(AT_FDCWD, path, SHIELD_BUNDLE_MAX, &plea->config, &length, error);
	if (r == 0)
		plea->header.config = (uint32_t)length;
	return r;
}

int shield_plead(enum shield_plea_stage stage, const char *text, size_t length, const struct shield_state *state,
		 void (*warn)(const char *message), struct shield_error *error)
{
	_cleanup_(plea_free) struct plea plea = {
		.header = { .version = SHIELD_ROOTLESS_VERSION, .stage = stage, .state = (uint32_t)length },
		.state = text,
		.init = -1,
	};
	int r = stage == SHIELD_PLEA_CREATE ? add_container(state, &plea, error) : 0;

	return r < 0 ? r : ask(&plea, warn, error);
}

int shield_plead_probe(struct shield_error *error)
{
	_cleanup_close_ int fd = -1;

	return connect_to(&fd, error);
}
