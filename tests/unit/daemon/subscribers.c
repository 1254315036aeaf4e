/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/subscribers.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/cleanup.h"

void suite_daemon_subscribers(void);

static char folder[] = "/tmp/shield-subscribers-XXXXXX";
static char path[sizeof(folder) + 8];
static struct shield_backlog backlog;
static struct shield_subscribers subscribers;

static int make_folder(void)
{
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/sock", folder);
	return 0;
}

static int remove_folder(void)
{
	return rmdir(folder);
}

static void begin(void)
{
	CU_ASSERT_EQUAL_FATAL(shield_backlog_init(&backlog, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_subscribers_open(path, &backlog, &subscribers, NULL), 0);
}

static void end(void)
{
	shield_subscribers_close(&subscribers);
	shield_backlog_free(&backlog);
	CU_ASSERT_EQUAL(access(path, F_OK), -1);
}

/* What shieldd does in one turn of its loop. */
static void turn(void)
{
	struct pollfd fds[SHIELD_SUBSCRIBERS_POLL];
	size_t count = shield_subscribers_wait(&subscribers, fds);

	CU_ASSERT_TRUE_FATAL(poll(fds, count, 0) >= 0);
	shield_subscribers_serve(&subscribers, fds);
}

static void add_events(unsigned int count)
{
	while (count--) {
		struct shield_evidence *evidence = shield_backlog_next(&backlog);

		memset(evidence, 0, sizeof(*evidence));
		evidence->event.sequence = backlog.end;
		evidence->event.verdict = backlog.end % 2 ? SHIELD_KILL : SHIELD_DENY;
		shield_backlog_commit(&backlog);
	}
}

/* Connects and asks; what it asked was heard when it returns. */
static int subscribe(const char *request)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	CU_ASSERT_EQUAL_FATAL(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
	turn(); /* accepts */
	turn(); /* hears the request */
	return fd;
}

/* The lines that are there, and whether the stream ended after them. */
static unsigned int count_lines(int fd, bool *ret_end)
{
	static char chunk[64 * 1024];
	unsigned int lines = 0;

	for (;;) {
		ssize_t got = recv(fd, chunk, sizeof(chunk), 0);

		if (got <= 0) {
			*ret_end = got == 0 || errno == ECONNRESET;
			return lines;
		}
		for (ssize_t i = 0; i < got; i++)
			lines += chunk[i] == '\n';
	}
}

static void only_for_root(void)
{
	struct stat status;

	begin();
	CU_ASSERT_EQUAL_FATAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 07777, 0600);
	end();
}

static void replaces_a_leftover(void)
{
	_cleanup_fclose_ FILE *leftover = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL(leftover);
	begin();
	end();
}

static void without_follow(void)
{
	bool ended = false;
	int fd;

	begin();
	add_events(3);
	fd = subscribe("json\n");
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 3);
	CU_ASSERT_TRUE(ended);
	CU_ASSERT_EQUAL(subscribers.count, 0);
	close(fd);
	end();
}

static void with_follow(void)
{
	bool ended = true;
	int fd, other;

	begin();
	add_events(2);
	fd = subscribe("compact follow\n");
	other = subscribe("json follow\n");
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 2);
	CU_ASSERT_FALSE(ended);
	add_events(5);
	turn();
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 5);
	CU_ASSERT_EQUAL(count_lines(other, &ended), 7);
	close(fd);
	turn(); /* sees the hang-up */
	CU_ASSERT_EQUAL(subscribers.count, 1);
	add_events(1);
	turn();
	CU_ASSERT_EQUAL(count_lines(other, &ended), 1);
	close(other);
	end();
}

static void filters(void)
{
	bool ended = false;
	int fd;

	begin();
	add_events(5);
	fd = subscribe("v2 json verdict=kill\n");
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 2);
	CU_ASSERT_TRUE(ended);
	close(fd);
	fd = subscribe("v2 json verdict=audit\n"); /* there is none */
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 0);
	CU_ASSERT_TRUE(ended);
	close(fd);
	fd = subscribe("v2 json follow verdict=deny\n");
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 3);
	CU_ASSERT_FALSE(ended);
	add_events(1);
	turn();
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 0);
	CU_ASSERT_FALSE(ended);
	add_events(1);
	turn();
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 1);
	close(fd);
	end();
}

/* More than a socket holds: nothing is lost on one who reads, however late, within the backlog. */
static void more_than_a_socket(void)
{
	unsigned int lines = 0;
	bool ended = false;
	int fd;

	begin();
	add_events(SHIELD_BACKLOG);
	fd = subscribe("json follow\n");
	CU_ASSERT_TRUE(subscribers.item[0].place < SHIELD_BACKLOG);
	for (unsigned int i = 0; i < 1000 && lines < SHIELD_BACKLOG; i++) {
		lines += count_lines(fd, &ended);
		turn();
	}
	CU_ASSERT_EQUAL(lines, SHIELD_BACKLOG);
	CU_ASSERT_FALSE(ended);
	close(fd);
	end();
}

static void drops_the_slow(void)
{
	bool ended = false;
	int fd;

	begin();
	add_events(SHIELD_BACKLOG);
	fd = subscribe("json follow\n"); /* and reads nothing */
	CU_ASSERT_TRUE(subscribers.item[0].place > 1);
	add_events(1); /* the oldest makes room: it was sent */
	turn();
	CU_ASSERT_EQUAL(subscribers.count, 1);
	add_events(SHIELD_BACKLOG);
	turn();
	CU_ASSERT_EQUAL(subscribers.count, 0);
	CU_ASSERT_TRUE(count_lines(fd, &ended) < SHIELD_BACKLOG);
	CU_ASSERT_TRUE(ended);
	close(fd);
	end();
}

static void hangs_up_on_nonsense(void)
{
	bool ended = false;
	int fd;

	begin();
	fd = subscribe("GET / HTTP/1.1\r\n");
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 0);
	CU_ASSERT_TRUE(ended);
	CU_ASSERT_EQUAL(subscribers.count, 0);
	close(fd);
	end();
}

/* One who half-closes after the request still gets the events; one who asks in pieces is understood. */
static void manners(void)
{
	bool ended = true;
	int fd;

	begin();
	add_events(1);
	fd = subscribe("js");
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 0);
	CU_ASSERT_FALSE(ended);
	CU_ASSERT_EQUAL(send(fd, "on follow\n", 10, MSG_NOSIGNAL), 10);
	CU_ASSERT_EQUAL(shutdown(fd, SHUT_WR), 0);
	turn();
	turn();
	CU_ASSERT_EQUAL(count_lines(fd, &ended), 1);
	CU_ASSERT_FALSE(ended);
	close(fd);
	end();
}

static void no_more_than_fit(void)
{
	int fds[SHIELD_SUBSCRIBERS + 1];
	bool ended = false;

	begin();
	for (size_t i = 0; i <= SHIELD_SUBSCRIBERS; i++)
		fds[i] = subscribe("json follow\n");
	CU_ASSERT_EQUAL(subscribers.count, SHIELD_SUBSCRIBERS);
	count_lines(fds[SHIELD_SUBSCRIBERS], &ended);
	CU_ASSERT_TRUE(ended);
	for (size_t i = 0; i <= SHIELD_SUBSCRIBERS; i++)
		close(fds[i]);
	turn();
	CU_ASSERT_EQUAL(subscribers.count, 0);
	end();
}

void suite_daemon_subscribers(void)
{
	CU_pSuite suite = CU_add_suite("daemon/subscribers", make_folder, remove_folder);

	CU_add_test(suite, "only for root", only_for_root);
	CU_add_test(suite, "replaces a leftover", replaces_a_leftover);
	CU_add_test(suite, "without follow", without_follow);
	CU_add_test(suite, "with follow", with_follow);
	CU_add_test(suite, "filters", filters);
	CU_add_test(suite, "more than a socket", more_than_a_socket);
	CU_add_test(suite, "drops the slow", drops_the_slow);
	CU_add_test(suite, "hangs up on nonsense", hangs_up_on_nonsense);
	CU_add_test(suite, "manners", manners);
	CU_add_test(suite, "no more than fit", no_more_than_fit);
}
