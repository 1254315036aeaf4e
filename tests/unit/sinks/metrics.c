/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/metrics.h"

#include <CUnit/CUnit.h>
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "sinks/listen.h"

void suite_sinks_metrics(void);

static bool can_read;

static int page(struct shield_text *text, void *context)
{
	shield_text_add(text, context);
	return can_read ? 0 : -EIO;
}

static struct shield_metrics *serve(struct sockaddr_in *ret)
{
	struct shield_metrics *metrics = NULL;
	socklen_t length = sizeof(*ret);
	int listener = -1;

	CU_ASSERT_EQUAL_FATAL(shield_listen("127.0.0.1:0", &listener, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(listener, (struct sockaddr *)ret, &length), 0);
	CU_ASSERT_EQUAL_FATAL(shield_metrics_open(listener, page, "one 1\n", &metrics, NULL), 0);
	return metrics;
}

static int connect_to(const struct sockaddr_in *address)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CU_ASSERT_EQUAL_FATAL(connect(fd, (const struct sockaddr *)address, sizeof(*address)), 0);
	return fd;
}

/* Sends a request and serves until the answer's end; returns what came. */
static const char *ask(struct shield_metrics *metrics, const struct sockaddr_in *address, const char *request)
{
	static char answer[4096];
	_cleanup_close_ int fd = connect_to(address);
	size_t length = 0;
	ssize_t got = 1;

	CU_ASSERT_EQUAL_FATAL(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
	while (got && length < sizeof(answer) - 1) {
		struct pollfd fds[] = { { .fd = shield_metrics_fd(metrics), .events = POLLIN },
					{ .fd = fd, .events = POLLIN } };

		CU_ASSERT_TRUE_FATAL(poll(fds, 2, shield_metrics_timeout(metrics)) >= 0);
		shield_metrics_run(metrics);
		got = recv(fd, answer + length, sizeof(answer) - 1 - length, MSG_DONTWAIT);
		length += got > 0 ? (size_t)got : 0;
	}
	answer[length] = '\0';
	return answer;
}

static bool begins(const char *answer, const char *status)
{
	return !strncmp(answer, "HTTP/1.1 ", 9) && !strncmp(answer + 9, status, 3);
}

static bool ends(const char *answer, const char *body)
{
	size_t length = strlen(answer), end = strlen(body);

	return length > end && !strcmp(answer + length - end, body);
}

#define CLOSE "Host: a\r\nConnection: close\r\n\r\n"

static void requests(void)
{
	struct sockaddr_in address;
	struct shield_metrics *metrics = serve(&address);
	const char *answer;

	can_read = true;
	answer = ask(metrics, &address, "GET /metrics HTTP/1.1\r\n" CLOSE);
	CU_ASSERT_TRUE(begins(answer, "200"));
	CU_ASSERT_TRUE(ends(answer, "\r\n\r\none 1\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(answer, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
	can_read = false;
	CU_ASSERT_TRUE(begins(ask(metrics, &address, "GET /metrics HTTP/1.1\r\n" CLOSE), "503"));
	CU_ASSERT_TRUE(ends(ask(metrics, &address, "GET /healthz HTTP/1.1\r\n" CLOSE), "\r\n\r\nok\n"));
	CU_ASSERT_TRUE(begins(ask(metrics, &address, "GET / HTTP/1.1\r\n" CLOSE), "404"));
	CU_ASSERT_TRUE(begins(ask(metrics, &address, "DELETE /metrics HTTP/1.1\r\n" CLOSE), "405"));
	shield_metrics_close(metrics);
}

static void say(int fd, const char *bytes)
{
	CU_ASSERT_EQUAL(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), (ssize_t)strlen(bytes));
}

/* Who says nothing, or nonsense, does not keep the others out. */
static void garbage(void)
{
	struct sockaddr_in address;
	struct shield_metrics *metrics = serve(&address);
	int fds[3];
	char large[32768];

	can_read = true;
	memset(large, 'a', sizeof(large) - 1);
	memcpy(large, "GET /", 5);
	large[sizeof(large) - 1] = '\0';
	for (unsigned int i = 0; i < 3; i++)
		fds[i] = connect_to(&address);
	shield_metrics_run(metrics);
	say(fds[1], "\x16\x03\x01 nonsense\r\n\r\n");
	say(fds[2], large);
	CU_ASSERT_TRUE(begins(ask(metrics, &address, "GET /metrics HTTP/1.1\r\n" CLOSE), "200"));
	for (unsigned int i = 0; i < 3; i++)
		close(fds[i]);
	shield_metrics_close(metrics);
}

static void addresses(void)
{
	static const char *const wrong[] = { "",	"127.0.0.1",	  "127.0.0.1:",	  "127.0.0.1:70000", "::1:80",
					     "[::1:80", "[127.0.0.1]:80", "localhost:80", "127.0.0.1:+80",   ":80",
					     "[]:80",	"127.0.0.1:80x" };
	_cleanup_close_ int fd = -1;
	int other;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_EQUAL(shield_listen(wrong[i], &other, NULL), -EINVAL);
	CU_ASSERT_EQUAL(shield_listen("192.0.2.77:1", &other, NULL), -EADDRNOTAVAIL);
	CU_ASSERT_EQUAL(shield_listen("[::1]:0", &fd, NULL), 0);
}

void suite_sinks_metrics(void)
{
	CU_pSuite suite = CU_add_suite("sinks/metrics", NULL, NULL);

	CU_add_test(suite, "requests", requests);
	CU_add_test(suite, "garbage", garbage);
	CU_add_test(suite, "addresses", addresses);
}
