/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include "sinks/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>

#include "sinks/segments.h"

void suite_sinks_spool(void);

#define INSTANCE 0x18c0ffee
#define KILOBYTE 1000 /* bytes of a record, for spools that are to flow over */

struct spool {
	struct folder folder;
	int dir;
};

static struct spool make_spool(void)
{
	struct spool spool = { .folder = make_folder() };

	spool.dir = open(spool.folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CU_ASSERT_TRUE_FATAL(spool.dir >= 0);
	return spool;
}

static void remove_spool(struct spool *spool)
{
	close(spool->dir);
	remove_folder(&spool->folder);
}
#define _cleanup_spool_ __attribute__((cleanup(remove_spool)))

static struct shield_appender *open_appender(const struct spool *spool, uint64_t max_bytes)
{
	struct shield_appender *appender = NULL;
	struct shield_error error = {};

	if (shield_appender_open(spool->dir, max_bytes, &appender, &error) < 0)
		fprintf(stderr, "%s\n", error.message);
	CU_ASSERT_PTR_NOT_NULL_FATAL(appender);
	return appender;
}

static struct shield_sender *open_sender(const struct spool *spool)
{
	struct shield_sender *sender = NULL;

	CU_ASSERT_EQUAL_FATAL(shield_sender_open(spool->dir, &sender, NULL), 0);
	return sender;
}

/* The record of an event: its position, and blanks up to a length. */
static int append(struct shield_appender *appender, uint64_t position, size_t length)
{
	struct shield_spool_id id = { INSTANCE, position };
	char record[KILOBYTE + 1];

	CU_ASSERT_TRUE_FATAL(length <= KILOBYTE);
	snprintf(record, sizeof(record), "%-*" PRIu64, (int)length, position);
	return shield_appender_append(appender, &id, record, strlen(record), NULL);
}

static void append_many(struct shield_appender *appender, uint64_t first, uint64_t count)
{
	for (uint64_t i = first; i < first + count; i++)
		CU_ASSERT_EQUAL_FATAL(append(appender, i, KILOBYTE), 1);
}

/* The position of the oldest record, 0 = there is none. */
static uint64_t next(struct shield_sender *sender)
{
	struct shield_error error = {};
	const char *record;
	size_t length;
	int r = shield_sender_next(sender, &record, &length, NULL, &error);

	if (r < 0)
		fprintf(stderr, "%s\n", error.message);
	CU_ASSERT_TRUE_FATAL(r >= 0);
	if (r == 0)
		return 0;
	CU_ASSERT_EQUAL(strlen(record), length);
	return strtoull(record, NULL, 10);
}

/* Sends what is there: `count` records from the position `first` on, one after the other. */
static void sends(struct shield_sender *sender, uint64_t first, uint64_t count)
{
	for (uint64_t i = first; i < first + count; i++) {
		CU_ASSERT_EQUAL_FATAL(next(sender), i);
		CU_ASSERT_EQUAL_FATAL(shield_sender_done(sender, SHIELD_SENT, NULL), 0);
	}
	CU_ASSERT_EQUAL(next(sender), 0);
}

static struct shield_spool_status status_of(const struct spool *spool)
{
	struct shield_spool_status status = {};

	CU_ASSERT_EQUAL_FATAL(shield_spool_status(spool->dir, &status, NULL), 0);
	return status;
}

static uint64_t bytes_on_disk(const struct spool *spool)
{
	_cleanup_segments_ struct shield_segments segments = {};
	uint64_t bytes = 0;

	CU_ASSERT_EQUAL_FATAL(shield_segments_list(spool->dir, &segments, NULL), 0);
	for (size_t i = 0; i < segments.count; i++)
		bytes += shield_segment_size(spool->dir, segments.first[i]);
	return bytes;
}

/* Adds bytes to a segment as one that is killed leaves them. */
static void tear(const struct spool *spool, uint64_t first, const char *bytes)
{
	_cleanup_close_ int fd = shield_segment_open(spool->dir, first, O_WRONLY | O_CREAT | O_APPEND, NULL);

	CU_ASSERT_EQUAL_FATAL(write(fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

static void there_and_out(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES);
	_cleanup_sender_ struct shield_sender *sender = open_sender(&spool);
	struct pollfd fd = { .fd = shield_sender_fd(sender), .events = POLLIN };
	struct shield_spool_status status;

	CU_ASSERT_EQUAL(next(sender), 0);
	shield_sender_drain(sender);
	CU_ASSERT_EQUAL(poll(&fd, 1, 0), 0);
	append_many(appender, 1, 3);
	CU_ASSERT_EQUAL(poll(&fd, 1, 0), 1);
	status = status_of(&spool);
	CU_ASSERT_EQUAL(status.records, 3);
	CU_ASSERT_EQUAL(status.bytes, bytes_on_disk(&spool));
	CU_ASSERT_EQUAL(next(sender), 1);
	CU_ASSERT_EQUAL(next(sender), 1);
	CU_ASSERT_EQUAL(shield_sender_failed(sender, NULL), 0);
	CU_ASSERT_EQUAL(shield_sender_done(sender, SHIELD_REFUSED, NULL), 0);
	sends(sender, 2, 2);
	append_many(appender, 4, 1);
	sends(sender, 4, 1);
	status = status_of(&spool);
	CU_ASSERT_EQUAL(status.records, 0);
	CU_ASSERT_EQUAL(status.bytes, 0);
	CU_ASSERT_EQUAL(status.state.sent, 3);
	CU_ASSERT_EQUAL(status.state.refused, 1);
	CU_ASSERT_EQUAL(status.state.failures, 1);
	CU_ASSERT_EQUAL(status.state.lost, 0);
}

static void one_of_each(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES), *second = NULL;
	struct shield_sender *sender = open_sender(&spool), *other = NULL;

	CU_ASSERT_EQUAL(shield_appender_open(spool.dir, SHIELD_SPOOL_BYTES, &second, NULL), -EBUSY);
	CU_ASSERT_EQUAL(shield_sender_open(spool.dir, &other, NULL), -EBUSY);
	shield_appender_close(appender);
	shield_sender_close(sender);
	shield_appender_close(open_appender(&spool, SHIELD_SPOOL_BYTES));
	shield_sender_close(open_sender(&spool));
}

static void not_twice(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES);
	struct shield_spool_id no_event = {}, other = { INSTANCE + 1, 1 };

	append_many(appender, 1, 5);
	CU_ASSERT_EQUAL(append(appender, 5, 9), 0);
	CU_ASSERT_EQUAL(shield_appender_append(appender, &no_event, "a notice", 8, NULL), 1);
	shield_appender_close(appender);
	appender = open_appender(&spool, SHIELD_SPOOL_BYTES);
	CU_ASSERT_EQUAL(append(appender, 4, 9), 0);
	CU_ASSERT_EQUAL(append(appender, 5, 9), 0);
	CU_ASSERT_EQUAL(append(appender, 6, 9), 1);
	CU_ASSERT_EQUAL(shield_appender_append(appender, &no_event, "a notice", 8, NULL), 1);
	CU_ASSERT_EQUAL(shield_appender_append(appender, &other, "an event", 8, NULL), 1);
	CU_ASSERT_EQUAL(status_of(&spool).records, 9);
}

static void what_does_not_fit(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	_cleanup_free_ char *large = calloc(1, SHIELD_SPOOL_RECORD_MAX + 1);
	struct shield_spool_id id = { INSTANCE, 1 };

	memset(large, 'x', SHIELD_SPOOL_RECORD_MAX + 1);
	CU_ASSERT_EQUAL(shield_appender_append(appender, &id, large, SHIELD_SPOOL_RECORD_MAX + 1, NULL), -EMSGSIZE);
	id.position++;
	CU_ASSERT_EQUAL(shield_appender_append(appender, &id, large, SHIELD_SPOOL_RECORD_MAX, NULL), 1);
	id.position++;
	CU_ASSERT_EQUAL(shield_appender_append(appender, &id, "two\nlines", 9, NULL), -EMSGSIZE);
	CU_ASSERT_EQUAL(append(appender, 4, 9), 1);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, 2);
	CU_ASSERT_EQUAL(status_of(&spool).records, 2);
}

/* Killed within a line: what there is of it is cut, nobody takes it for a record. */
static void torn_line(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES);
	_cleanup_sender_ struct shield_sender *sender = open_sender(&spool);

	append_many(appender, 1, 3);
	shield_appender_close(appender);
	tear(&spool, 1, "0000000018c0ffee-4 4");
	sends(sender, 1, 3);
	appender = open_appender(&spool, SHIELD_SPOOL_BYTES);
	append_many(appender, 4, 2);
	sends(sender, 4, 2);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, 0);
}

/* Killed as it began a segment: the last id is in the one before, even where all of that is sent. */
static void empty_segment(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES);
	_cleanup_sender_ struct shield_sender *sender = open_sender(&spool);

	append_many(appender, 1, 3);
	shield_appender_close(appender);
	tear(&spool, 4, "");
	sends(sender, 1, 3);
	appender = open_appender(&spool, SHIELD_SPOOL_BYTES);
	CU_ASSERT_EQUAL(append(appender, 3, 9), 0);
	append_many(appender, 4, 2);
	sends(sender, 4, 2);
	tear(&spool, 6, "");
	sends(sender, 6, 0);
	CU_ASSERT_EQUAL(shield_segment_size(spool.dir, 1), 0);
	CU_ASSERT_NOT_EQUAL(shield_segment_size(spool.dir, 4), 0);
}

/* What is sent goes, segment by segment. */
static void segments_go(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	_cleanup_sender_ struct shield_sender *sender = open_sender(&spool);

	for (uint64_t round = 0; round < 30; round++) {
		append_many(appender, 1 + 100 * round, 100);
		sends(sender, 1 + 100 * round, 100);
	}
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, 0);
	CU_ASSERT_EQUAL(status_of(&spool).state.sent, 3000);
	CU_ASSERT_TRUE(bytes_on_disk(&spool) <= SHIELD_SPOOL_BYTES_MIN);
}

static void flows_over(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	_cleanup_sender_ struct shield_sender *sender = open_sender(&spool);
	struct shield_spool_status status;

	for (uint64_t i = 1; i <= 2000; i++) {
		append_many(appender, i, 1);
		CU_ASSERT_TRUE_FATAL(bytes_on_disk(&spool) <= SHIELD_SPOOL_BYTES_MIN);
	}
	status = status_of(&spool);
	CU_ASSERT_TRUE(status.records > 100 && status.records < 260);
	CU_ASSERT_EQUAL(status.state.lost, 2000 - status.records);
	sends(sender, 2001 - status.records, status.records);
	CU_ASSERT_EQUAL(shield_sender_told(sender, status.state.lost, NULL), 0);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, status.state.lost);
	CU_ASSERT_EQUAL(status_of(&spool).state.told, status.state.lost);
}

/* What is under way as its segment is dropped is not lost if it arrives. */
static void dropped_under_way(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	_cleanup_sender_ struct shield_sender *sender = open_sender(&spool);
	struct shield_spool_status status;

	append_many(appender, 1, 10);
	CU_ASSERT_EQUAL(next(sender), 1);
	append_many(appender, 11, 1000);
	CU_ASSERT_TRUE(status_of(&spool).state.next > 1);
	CU_ASSERT_EQUAL(shield_sender_done(sender, SHIELD_SENT, NULL), 0);
	status = status_of(&spool);
	CU_ASSERT_EQUAL(status.state.sent + status.state.lost + status.records, 1010);
	sends(sender, 1011 - status.records, status.records);
}

/* Killed between telling that a segment is dropped and removing it; and the other things a state may say. */
static void state_and_segments(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	_cleanup_sender_ struct shield_sender *sender = open_sender(&spool);
	_cleanup_close_ int fd = -1;
	struct shield_spool_state state;

	append_many(appender, 1, 150);
	CU_ASSERT_EQUAL_FATAL(shield_spool_state_open(spool.dir, &fd, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_spool_state_begin(fd, SHIELD_SPOOL_WAIT, &state, NULL), 0);
	state.next = 101;
	state.lost = 100;
	CU_ASSERT_EQUAL_FATAL(shield_spool_state_end(fd, &state, NULL), 0);
	sends(sender, 101, 50);
	append_many(appender, 151, 1000);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost + status_of(&spool).records, 1100);
	/* the state is gone, or damaged: all that is there is sent, again if need be */
	CU_ASSERT_EQUAL(ftruncate(fd, 40), 0);
	CU_ASSERT_TRUE(next(sender) > 900);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, 0);
}

/* A segment that somebody removed, or cut, is lost, and said to be. */
static void damaged(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	_cleanup_sender_ struct shield_sender *sender = open_sender(&spool);
	_cleanup_segments_ struct shield_segments segments = {};
	_cleanup_close_ int fd = -1;
	uint64_t lost;

	append_many(appender, 1, 180);
	CU_ASSERT_EQUAL_FATAL(shield_segments_list(spool.dir, &segments, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(segments.count, 3);
	CU_ASSERT_EQUAL(next(sender), 1);
	lost = segments.first[1] - 1;
	CU_ASSERT_EQUAL(shield_segment_remove(spool.dir, 1, NULL), 0);
	shield_sender_close(sender);
	sender = open_sender(&spool);
	CU_ASSERT_EQUAL(next(sender), segments.first[1]);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, lost);
	fd = shield_segment_open(spool.dir, segments.first[1], O_WRONLY, NULL);
	CU_ASSERT_EQUAL(ftruncate(fd, 0), 0);
	lost += segments.first[2] - segments.first[1];
	CU_ASSERT_EQUAL(next(sender), segments.first[2]);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, lost);
	/* the last one, while the appender is away: numbers go on where they were */
	sends(sender, segments.first[2], 181 - segments.first[2]);
	shield_appender_close(appender);
	shield_closep(&fd);
	fd = shield_segment_open(spool.dir, segments.first[2], O_WRONLY, NULL);
	CU_ASSERT_EQUAL(ftruncate(fd, 0), 0);
	appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	append_many(appender, 181, 3);
	sends(sender, 181, 3);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, lost);
}

/* A disk that is full: nothing is half written, what is lost is counted. */
static void full_disk(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	_cleanup_sender_ struct shield_sender *sender = open_sender(&spool);
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
	struct rlimit old, small;

	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 5500;
	append_many(appender, 1, 5);
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &small), 0);
	CU_ASSERT_TRUE(append(appender, 6, KILOBYTE) < 0);
	CU_ASSERT_TRUE(append(appender, 7, KILOBYTE) < 0);
	CU_ASSERT_EQUAL(append(appender, 8, 100), 1);
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, before);
	append_many(appender, 9, 1);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, 2);
	for (uint64_t i = 1; i < 6; i++, shield_sender_done(sender, SHIELD_SENT, NULL))
		CU_ASSERT_EQUAL(next(sender), i);
	sends(sender, 8, 2);
}

/* A sender that holds the lock for good does not keep the appender: it goes on up to the bound, then counts. */
static void lock_held(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	_cleanup_close_ int fd = -1;
	struct shield_spool_state state;
	unsigned int lost = 0;

	CU_ASSERT_EQUAL_FATAL(shield_spool_state_open(spool.dir, &fd, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_spool_state_begin(fd, SHIELD_SPOOL_WAIT, &state, NULL), 0);
	for (uint64_t i = 1; i <= 1000; i++)
		lost += append(appender, i, KILOBYTE) < 0;
	CU_ASSERT_TRUE(lost > 700 && lost < 800);
	CU_ASSERT_TRUE(bytes_on_disk(&spool) <= SHIELD_SPOOL_BYTES_MIN);
	CU_ASSERT_EQUAL_FATAL(shield_spool_state_end(fd, NULL, NULL), 0);
	append_many(appender, 1001, 1);
	CU_ASSERT_TRUE(status_of(&spool).state.lost >= lost);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost + status_of(&spool).records, 1001);
}

/* A smaller bound than the last time, and less than the segment that is there. */
static void smaller_bound(void)
{
	_cleanup_spool_ struct spool spool = make_spool();
	_cleanup_appender_ struct shield_appender *appender = open_appender(&spool, SHIELD_SPOOL_BYTES);

	append_many(appender, 1, 600);
	shield_appender_close(appender);
	appender = open_appender(&spool, SHIELD_SPOOL_BYTES_MIN);
	append_many(appender, 601, 1);
	CU_ASSERT_TRUE(bytes_on_disk(&spool) <= SHIELD_SPOOL_BYTES_MIN);
	CU_ASSERT_EQUAL(status_of(&spool).state.lost, 600);
	CU_ASSERT_EQUAL(status_of(&spool).records, 1);
}

void suite_sinks_spool(void)
{
	CU_pSuite suite = CU_add_suite("sinks/spool", NULL, NULL);

	CU_add_test(suite, "there and out", there_and_out);
	CU_add_test(suite, "one of each", one_of_each);
	CU_add_test(suite, "not twice", not_twice);
	CU_add_test(suite, "what does not fit", what_does_not_fit);
	CU_add_test(suite, "torn line", torn_line);
	CU_add_test(suite, "empty segment", empty_segment);
	CU_add_test(suite, "segments go", segments_go);
	CU_add_test(suite, "flows over", flows_over);
	CU_add_test(suite, "dropped under way", dropped_under_way);
	CU_add_test(suite, "state and segments", state_and_segments);
	CU_add_test(suite, "damaged", damaged);
	CU_add_test(suite, "full disk", full_disk);
	CU_add_test(suite, "lock held", lock_held);
	CU_add_test(suite, "smaller bound", smaller_bound);
}
