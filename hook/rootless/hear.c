/* SPDX-License-Identifier: Apache-2.0 */
#include "rootless/hear.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "engine/attach.h"
#include "engine/enforce.h"
#include "oci/annotations.h"
#include "oci/client.h"

#define LISTEN_TIME 10 /* s for a plea, which a hook sends at once */
#define WORK_TIME 240  /* s for all that is to be done then; on a slow machine programs take long to load */
#define CPU_TIME 120
#define MEMORY (512ul * 1024 * 1024)

static struct shield_text warnings;

static void warn(const char *message)
{
	shield_text_add_bytes(&warnings, message, strlen(message) + 1);
}

void shield_heard_free(struct shield_heard *heard)
{
	free(heard->state);
	free(heard->config);
	shield_closep(&heard->init);
	*heard = SHIELD_HEARD_NONE;
}

static int receive_text(int fd, size_t length, char **ret, struct shield_error *error)
{
	_cleanup_free_ char *text = malloc(length + 1);

	if (!text)
		return shield_fail(error, ENOMEM, "out of memory");
	for (size_t at = 0; at < length;) {
		ssize_t got = recv(fd, text + at, length - at, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return shield_fail(error, ENOTCONN, "the hook hung up");
		at += (size_t)got;
	}
	text[length] = '\0';
	*ret = TAKE_PTR(text);
	return 0;
}

/* Takes the one descriptor that came. More than one do not fit, and are closed by the kernel. */
static int take_descriptor(struct msghdr *message, int *ret, struct shield_error *error)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);

	if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS &&
	    control->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(ret, CMSG_DATA(control), sizeof(int));
	if (message->msg_flags & MSG_CTRUNC || (control && *ret < 0))
		return shield_fail(error, EPROTO, "more came with the message than one descriptor");
	return 0;
}

int shield_hear_plea(int fd, struct shield_heard *ret, struct shield_error *error)
{
	_cleanup_(shield_heard_free) struct shield_heard heard = SHIELD_HEARD_NONE;
	char bytes[sizeof(struct shield_plea)];
	struct iovec part = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	union {
		struct cmsghdr header;
		char room[CMSG_LEN(sizeof(int))]; /* CMSG_SPACE() has room for two */
	} control = {};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_LEN(sizeof(int)),
	};
	ssize_t got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	int r;

	if (got <= 0)
		return shield_fail(error, ENOTCONN, "the hook hung up");
	r = take_descriptor(&message, &heard.init, error);
	if (r == 0)
		r = shield_plea_parse(bytes, (size_t)got, &heard.plea, error);
	if (r == 0 && (heard.plea.stage == SHIELD_PLEA_CREATE) != (heard.init >= 0))
		r = shield_fail(error, EPROTO, "the pidfd of the container's process is missing, or not wanted");
	if (r == 0)
		r = receive_text(fd, heard.plea.state, &heard.state, error);
	if (r == 0)
		r = receive_text(fd, heard.plea.config, &heard.config, error);
	if (r < 0)
		return r;
	*ret = heard;
	heard = SHIELD_HEARD_NONE;
	return 0;
}

/* UID/ID: what a user calls a container is no name of anybody else's. */
static int name_container(struct shield_state *state, uid_t uid, char name[SHIELD_ID_MAX], struct shield_error *error)
{
	if (snprintf(name, SHIELD_ID_MAX, "%u/%s", uid, state->id) >= SHIELD_ID_MAX)
		return shield_fail(error, ENAMETOOLONG, "the container's id is too long");
	state->id = name;
	return 0;
}

/* What a user's container says of pods and images is that user's word, which no binding is for. */
static int read_subject(const struct shield_state *state, struct shield_subject *ret, struct shield_error *error)
{
	struct shield_annotations annotations;
	int r = shield_annotations_read(state, &annotations, error);

	if (r < 0)
		return r;
	if (annotations.subject.record)
		return shield_fail(error, EPERM,
				   "annotation oci-shield/record: users do not record: have the administrator do it "
				   "(shieldctl record start) while the container runs under a profile");
	*ret = (struct shield_subject){ .profile = annotations.subject.profile, .mode = annotations.subject.mode };
	return 0;
}

static int enforce(struct shield_heard *heard, const struct ucred *peer, struct shield_state *state,
		   struct shield_error *error)
{
	_cleanup_client_ struct shield_client client = {
		.pid = peer->pid,
		.uid = peer->uid,
		.gid = peer->gid,
		.init = -1,
	};
	struct shield_subject subject;
	struct shield_enforce request = { .state = state, .subject = &subject, .client = &client, .warn = warn };
	int r;

	client.init = TAKE_FD(heard->init);
	r = shield_client_init(client.init, &state->pid, error);
	if (r == 0)
		r = read_subject(state, &subject, error);
	if (r < 0)
		return r;
	r = shield_bundle_parse(heard->config, heard->plea.config, state->bundle, &client.bundle, error);
	if (r < 0)
		return shield_wrap(error, r, "config.json");
	TAKE_PTR(heard->config);
	client.bundle.foreign = true;
	return shield_enforce(&request, error);
}

static int obey(struct shield_heard *heard, const struct ucred *peer, struct shield_error *error)
{
	_cleanup_state_ struct shield_state state = {};
	char name[SHIELD_ID_MAX];
	int r = shield_state_parse(heard->state, heard->plea.state, &state, error);

	if (r == 0)
		r = name_container(&state, peer->uid, name, error);
	if (r < 0)
		return r;
	if (heard->plea.stage == SHIELD_PLEA_POSTSTOP)
		return shield_detach(state.id, error);
	return enforce(heard, peer, &state, error);
}

static int hear(int fd, const struct ucred *peer, struct shield_error *error)
{
	_cleanup_(shield_heard_free) struct shield_heard heard = SHIELD_HEARD_NONE;
	int r = shield_client_check_user(peer->uid, error);

	if (r < 0)
		return r;
	alarm(LISTEN_TIME);
	r = shield_hear_plea(fd, &heard, error);
	if (r < 0)
		return r;
	alarm(WORK_TIME);
	return obey(&heard, peer, error);
}

static void limit(int resource, rlim_t most)
{
	struct rlimit limit = { .rlim_cur = most, .rlim_max = most };

	setrlimit(resource, &limit);
}

/* A process of its own, which ends whatever the client does. */
static void settle(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(LISTEN_TIME);
	prctl(PR_SET_NAME, "shieldd-rootless");
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, CPU_TIME);
	limit(RLIMIT_AS, MEMORY);
}

static void answer(int fd, enum shield_reply_status status, const char *error)
{
	_cleanup_text_ struct shield_text reply = {};

	shield_reply_write(status, &warnings, error, &reply);
	if (!reply.failed)
		send(fd, reply.data, reply.length, MSG_NOSIGNAL | MSG_DONTWAIT); /* fits any socket's buffer */
}

void shield_hear(int fd, const struct ucred *peer)
{
	struct shield_error error = {};
	int r;

	settle();
	if (setgroups(0, NULL) < 0)
		r = shield_fail_errno(&error, errno, "cannot leave shieldd's groups");
	else
		r = hear(fd, peer, &error);
	answer(fd, r < 0 ? SHIELD_REPLY_REFUSED : SHIELD_REPLY_DONE, error.message);
	_exit(0);
}

void shield_hear_not(int fd)
{
	settle();
	answer(fd, SHIELD_REPLY_BUSY, "shieldd is busy with other containers of this user");
	_exit(0);
}
