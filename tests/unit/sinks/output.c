/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/output.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

void suite_sinks_output(void);

static const char line[] = "0123456789012345678901234567890123456789012345678901234567890\n";
#define LENGTH (sizeof(line) - 1)

/* Fills up what the reader does not read, and then lets it read on: whole lines come, the others are counted. */
static void slow_reader(const int ends[2])
{
	_cleanup_close_ int reader = ends[0], writer = ends[1];
	_cleanup_output_ struct shield_output output = SHIELD_OUTPUT_NONE;
	size_t added = 0, got = 0;
	static char chunk[64 * 1024];
	ssize_t r;

	CU_ASSERT_EQUAL_FATAL(shield_output_open(writer, &output, NULL), 0);
	CU_ASSERT_FALSE(shield_output_waits(&output));
	while (!output.failures && added < 1000000) {
		shield_output_add(&output, line, LENGTH);
		CU_ASSERT_EQUAL(shield_output_flush(&output, NULL), 0);
		added++;
	}
	CU_ASSERT_EQUAL_FATAL(output.failures, 1);
	CU_ASSERT_TRUE(shield_output_waits(&output));
	fcntl(reader, F_SETFL, O_NONBLOCK);
	while (shield_output_waits(&output) || got % LENGTH) {
		r = read(reader, chunk, sizeof(chunk));
		CU_ASSERT_TRUE_FATAL(r > 0);
		got += (size_t)r;
		CU_ASSERT_EQUAL(shield_output_flush(&output, NULL), 0);
	}
	while ((r = read(reader, chunk, sizeof(chunk))) > 0)
		got += (size_t)r;
	CU_ASSERT_EQUAL(got, (added - 1) * LENGTH);
	CU_ASSERT_EQUAL(fcntl(writer, F_GETFL) & O_NONBLOCK, 0); /* others may share it */
}

static void slow_pipe(void)
{
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC), 0);
	slow_reader(ends);
}

static void slow_socket(void)
{
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	slow_reader(ends);
}

/* Nobody reads any more: said once, and all is counted. */
static void no_reader(void)
{
	_cleanup_output_ struct shield_output output = SHIELD_OUTPUT_NONE;
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	_cleanup_close_ int writer = -1;
	struct shield_error error = {};
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC), 0);
	writer = ends[1];
	CU_ASSERT_EQUAL_FATAL(shield_output_open(writer, &output, NULL), 0);
	close(ends[0]);
	shield_output_add(&output, line, LENGTH);
	shield_output_add(&output, line, LENGTH);
	CU_ASSERT_EQUAL(shield_output_flush(&output, &error), -EPIPE);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "standard output"));
	CU_ASSERT_EQUAL(output.failures, 2);
	CU_ASSERT_FALSE(shield_output_waits(&output));
	shield_output_add(&output, line, LENGTH);
	CU_ASSERT_EQUAL(shield_output_flush(&output, &error), 0);
	CU_ASSERT_EQUAL(output.failures, 3);
	signal(SIGPIPE, before);
}

void suite_sinks_output(void)
{
	CU_pSuite suite = CU_add_suite("sinks/output", NULL, NULL);

	CU_add_test(suite, "slow pipe", slow_pipe);
	CU_add_test(suite, "slow socket", slow_socket);
	CU_add_test(suite, "no reader", no_reader);
}
