/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/post.h"

#include <CUnit/CUnit.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

void suite_sinks_post(void);

/* A receiver that answers one request with these bytes; none = it never does. */
struct receiver {
	pid_t pid;
	int port;
};

static void answer_one(int listener, const char *bytes)
{
	char request[4096];
	int fd = accept(listener, NULL, NULL);

	if (fd < 0 || recv(fd, request, sizeof(request), 0) <= 0)
		_exit(1);
	if (!bytes)
		pause();
	if (send(fd, bytes, strlen(bytes), MSG_NOSIGNAL) < 0)
		_exit(1);
	shutdown(fd, SHUT_WR);
	while (recv(fd, request, sizeof(request), 0) > 0)
		;
	_exit(0);
}

static struct receiver start(const char *bytes)
{
	_cleanup_close_ int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	struct receiver receiver;

	CU_ASSERT_EQUAL_FATAL(bind(listener, (struct sockaddr *)&address, length), 0);
	CU_ASSERT_EQUAL_FATAL(listen(listener, 1), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	receiver.port = ntohs(address.sin_port);
	receiver.pid = fork();
	if (receiver.pid == 0)
		answer_one(listener, bytes);
	CU_ASSERT_TRUE_FATAL(receiver.pid > 0);
	return receiver;
}

/* @timeout: s */
static struct shield_reply post_to(int port, unsigned int timeout)
{
	struct shield_webhook webhook = { .timeout = timeout };
	_cleanup_post_ struct shield_post *post = NULL;
	_cleanup_free_ char *url = NULL;
	struct shield_reply reply;

	CU_ASSERT_TRUE_FATAL(asprintf(&url, "http://127.0.0.1:%d/", port) > 0);
	webhook.url = url;
	CU_ASSERT_EQUAL_FATAL(shield_post_open(&webhook, &post, NULL), 0);
	shield_post_send(post, "{}", 2, &reply);
	return reply;
}

static struct shield_reply reply_to(const char *bytes)
{
	struct receiver receiver = start(bytes);
	struct shield_reply reply = post_to(receiver.port, bytes ? 60 : 1);

	kill(receiver.pid, SIGKILL);
	waitpid(receiver.pid, NULL, 0);
	return reply;
}

static enum shield_reply_kind kind_of(int status)
{
	char bytes[128];

	snprintf(bytes, sizeof(bytes), "HTTP/1.1 %d Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
	return reply_to(bytes).kind;
}

static void statuses(void)
{
	static const struct {
		int status;
		enum shield_reply_kind kind;
	} cases[] = {
		{ 200, SHIELD_REPLY_TAKEN },   { 204, SHIELD_REPLY_TAKEN },   { 301, SHIELD_REPLY_REFUSED },
		{ 400, SHIELD_REPLY_REFUSED }, { 401, SHIELD_REPLY_REFUSED }, { 404, SHIELD_REPLY_REFUSED },
		{ 408, SHIELD_REPLY_LATER },   { 425, SHIELD_REPLY_LATER },   { 429, SHIELD_REPLY_LATER },
		{ 500, SHIELD_REPLY_LATER },   { 503, SHIELD_REPLY_LATER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(kind_of(cases[i].status), cases[i].kind);
}

static void asked_to_wait(void)
{
	struct shield_reply reply = reply_to("HTTP/1.1 429 No\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n");

	CU_ASSERT_EQUAL(reply.kind, SHIELD_REPLY_LATER);
	CU_ASSERT_EQUAL(reply.retry_after, 120);
	CU_ASSERT_STRING_EQUAL(reply.reason, "it answers with status 429");
}

/* No answer, no HTTP, nobody there: to be tried again. */
static void no_reply(void)
{
	struct receiver gone = start("");

	kill(gone.pid, SIGKILL);
	waitpid(gone.pid, NULL, 0);
	CU_ASSERT_EQUAL(post_to(gone.port, 60).kind, SHIELD_REPLY_LATER);
	CU_ASSERT_EQUAL(reply_to(NULL).kind, SHIELD_REPLY_LATER);
	CU_ASSERT_EQUAL(reply_to("").kind, SHIELD_REPLY_LATER);
	CU_ASSERT_EQUAL(reply_to("SSH-2.0-OpenSSH\r\n").kind, SHIELD_REPLY_LATER);
	CU_ASSERT_EQUAL(reply_to("HTTP/1.1 200 Fine\r\nContent-Length: 5\r\n\r\n123").kind, SHIELD_REPLY_LATER);
}

void suite_sinks_post(void)
{
	CU_pSuite suite = CU_add_suite("sinks/post", NULL, NULL);

	CU_add_test(suite, "statuses", statuses);
	CU_add_test(suite, "asked to wait", asked_to_wait);
	CU_add_test(suite, "no reply", no_reply);
}
