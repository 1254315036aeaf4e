/* SPDX-License-Identifier: Apache-2.0 */
/* Both halves of a spool, killed again and again: nothing is left out, and nothing is appended twice. */
#include "base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "sinks/spool.h"

void suite_sinks_spool_killed(void);

#define ROUNDS 60
#define EVENTS 1000000 /* more than there is time for */
#define INSTANCE 7

/* What survives the killed: how far the appender's source was committed, and how often each event was received. */
struct shared {
	_Atomic uint64_t committed;
	_Atomic uint32_t received[EVENTS];
};

static void appender_main(int dir, struct shared *shared)
{
	struct shield_appender *appender;
	char record[600];

	if (shield_appender_open(dir, SHIELD_SPOOL_BYTES * 16, &appender, NULL) < 0)
		_exit(1);
	for (uint64_t i = shared->committed + 1; i < EVENTS; i++) {
		struct shield_spool_id id = { INSTANCE, i };

		snprintf(record, sizeof(record), "%-*" PRIu64, (int)(i % 500), i);
		if (shield_appender_append(appender, &id, record, strlen(record), NULL) < 0)
			_exit(1);
		shared->committed = i;
	}
	for (;;) /* slow to be killed */
		pause();
}

static void sender_main(int dir, struct shared *shared)
{
	struct shield_sender *sender;
	const char *record;
	size_t length;
	int r;

	if (shield_sender_open(dir, &sender, NULL) < 0)
		_exit(1);
	while ((r = shield_sender_next(sender, &record, &length, NULL, NULL)) >= 0) {
		if (r == 0) {
			poll(&(struct pollfd){ .fd = shield_sender_fd(sender), .events = POLLIN }, 1, 1000);
			shield_sender_drain(sender);
			continue;
		}
		shared->received[strtoull(record, NULL, 10)]++;
		if (shield_sender_done(sender, SHIELD_SENT, NULL) < 0)
			_exit(1);
	}
	_exit(1);
}

static pid_t start(void (*run)(int dir, struct shared *shared), int dir, struct shared *shared)
{
	pid_t child = fork();

	if (child == 0)
		run(dir, shared);
	CU_ASSERT_TRUE_FATAL(child > 0);
	return child;
}

/* It ran until it was killed. */
static void end(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE(WIFSIGNALED(status));
}

/* Receives what is left, in this process. */
static void drain(int dir, struct shared *shared)
{
	_cleanup_sender_ struct shield_sender *sender = NULL;
	const char *record;
	size_t length;

	CU_ASSERT_EQUAL_FATAL(shield_sender_open(dir, &sender, NULL), 0);
	while (shield_sender_next(sender, &record, &length, NULL, NULL) == 1) {
		shared->received[strtoull(record, NULL, 10)]++;
		CU_ASSERT_EQUAL_FATAL(shield_sender_done(sender, SHIELD_SENT, NULL), 0);
	}
}

static void killed(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_close_ int dir = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct shield_spool_status status = {};
	uint64_t twice = 0;

	CU_ASSERT_PTR_NOT_EQUAL_FATAL(shared, MAP_FAILED);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		pid_t appender = start(appender_main, dir, shared), sender = start(sender_main, dir, shared);

		for (int tries = 0; tries < 60000 && !shared->committed; tries++) /* the first one may be late */
			usleep(1000);
		usleep(2000 + round * 100);
		end(round & 1 ? appender : sender);
		usleep(round * 30);
		end(round & 1 ? sender : appender);
	}
	drain(dir, shared);
	CU_ASSERT_TRUE(shared->committed > 0);
	/* the last one was perhaps appended and not committed: that is what ids are for */
	for (uint64_t i = 1; i <= shared->committed; i++) {
		CU_ASSERT_TRUE(shared->received[i] > 0);
		twice += shared->received[i] > 1;
	}
	/* sent twice: only what was under way as the sender was killed; appended twice: nothing */
	CU_ASSERT_TRUE(twice <= ROUNDS);
	CU_ASSERT_EQUAL(shield_spool_status(dir, &status, NULL), 0);
	CU_ASSERT_TRUE(status.state.sent == shared->committed || status.state.sent == shared->committed + 1);
	CU_ASSERT_EQUAL(status.state.lost, 0);
	CU_ASSERT_EQUAL(status.records, 0);
	munmap(shared, sizeof(*shared));
}

void suite_sinks_spool_killed(void)
{
	CU_pSuite suite = CU_add_suite("sinks/spool_killed", NULL, NULL);

	CU_add_test(suite, "killed", killed);
}
