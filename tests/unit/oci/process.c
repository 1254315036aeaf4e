/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

void suite_oci_process(void);

static struct shield_error error;

static void test_stat(void)
{
	uint64_t start = 1;

	CU_ASSERT_EQUAL(shield_process_parse_stat("12 (cat) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20\n",
						  &start, &error),
			0);
	CU_ASSERT_EQUAL(start, 4711);
	/* a name made to look like fields */
	CU_ASSERT_EQUAL(shield_process_parse_stat("1 (a) R (b) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 99 20\n",
						  &start, &error),
			0);
	CU_ASSERT_EQUAL(start, 99);
	CU_ASSERT_EQUAL(shield_process_parse_stat("12 (a) R 1 2 3 4\n", &start, &error), -EINVAL);
	CU_ASSERT_EQUAL(shield_process_parse_stat("12 (a) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x 20\n",
						  &start, &error),
			-EINVAL);
	CU_ASSERT_EQUAL(shield_process_parse_stat("", &start, &error), -EINVAL);
	CU_ASSERT_EQUAL(start, 99);
}

static void test_idmap(void)
{
	struct shield_idmap map;
	char lines[256];
	size_t used = 0;

	CU_ASSERT_EQUAL(shield_process_parse_idmap("         0          0 4294967295\n", &map, &error), 0);
	CU_ASSERT_EQUAL(map.count, 1);
	CU_ASSERT_EQUAL(map.extent[0].count, 4294967295u);
	CU_ASSERT_EQUAL(shield_process_parse_idmap("0 1000 1\n1 100000 65536\n", &map, &error), 0);
	CU_ASSERT_EQUAL(map.count, 2);
	CU_ASSERT_EQUAL(map.extent[1].first, 1);
	CU_ASSERT_EQUAL(map.extent[1].lower, 100000);
	CU_ASSERT_EQUAL(map.extent[1].count, 65536);
	CU_ASSERT_EQUAL(shield_process_parse_idmap("0 1000 1", &map, &error), 0);
	CU_ASSERT_EQUAL(map.count, 1);
	/* a namespace whose map is not written yet */
	CU_ASSERT_EQUAL(shield_process_parse_idmap("", &map, &error), 0);
	CU_ASSERT_EQUAL(map.count, 0);

	for (int i = 0; i < SHIELD_IDMAP_EXTENTS; i++)
		used += (size_t)sprintf(lines + used, "%d %d 1\n", i, 100 + i);
	CU_ASSERT_EQUAL(shield_process_parse_idmap(lines, &map, &error), 0);
	CU_ASSERT_EQUAL(map.count, SHIELD_IDMAP_EXTENTS);
	sprintf(lines + used, "50 500 1\n");
	CU_ASSERT_EQUAL(shield_process_parse_idmap(lines, &map, &error), -E2BIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "more than 8 lines"));
	CU_ASSERT_EQUAL(map.count, SHIELD_IDMAP_EXTENTS);
}

static void test_bad_idmap(void)
{
	static const char *const bad[] = { "0 1\n", "0 1 x\n", "0 1 4294967296\n", "-1 0 1\n", "0 1 2 3\n", "\n" };
	struct shield_idmap map;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(shield_process_parse_idmap(bad[i], &map, &error), -EINVAL);
	CU_ASSERT_EQUAL(shield_process_parse_idmap("0 1 2\n0 1\n", &map, &error), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "line 2"));
}

static void test_living(void)
{
	uint64_t ours, again, child;
	struct shield_idmap uids, gids;
	struct pollfd ready;
	pid_t pid = fork();
	int fd = -1;

	if (pid == 0) {
		pause();
		_exit(0);
	}
	CU_ASSERT_EQUAL(shield_process_start(getpid(), &ours, &error), 0);
	CU_ASSERT_EQUAL(shield_process_start(getpid(), &again, &error), 0);
	CU_ASSERT_EQUAL(ours, again);
	CU_ASSERT_EQUAL(shield_process_start(pid, &child, &error), 0);
	CU_ASSERT(child >= ours);
	CU_ASSERT_EQUAL(shield_process_idmaps(pid, &uids, &gids, &error), 0);
	CU_ASSERT(uids.count >= 1 && gids.count >= 1);
	CU_ASSERT_EQUAL_FATAL(shield_process_open(pid, &fd, &error), 0);
	CU_ASSERT(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	kill(pid, SIGKILL);
	ready = (struct pollfd){ .fd = fd, .events = POLLIN };
	CU_ASSERT_EQUAL(poll(&ready, 1, 60000), 1);
	close(fd);
	waitpid(pid, NULL, 0);

	CU_ASSERT_EQUAL(shield_process_open(pid, &fd, &error), -ESRCH);
	CU_ASSERT_EQUAL(shield_process_start(pid, &ours, &error), -ESRCH);
	CU_ASSERT_EQUAL(shield_process_idmaps(pid, &uids, &gids, &error), -ESRCH);
}

/* In a child with a user namespace of its own, whose uid_map could be anything. */
static void test_user_namespace(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		bool inside = false;

		if (unshare(CLONE_NEWUSER))
			_exit(2);
		_exit(shield_process_in_user_namespace(&inside, NULL) == 0 && inside ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	/* 2: this machine allows none */
	CU_ASSERT(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2));
}

/* A child that calls itself `name`, until it is killed. */
static pid_t named_child(const char *name)
{
	int ready[2];
	char byte;
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		close(ready[0]);
		close(ready[1]);
		pause();
		_exit(0);
	}
	close(ready[1]);
	CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 0);
	close(ready[0]);
	return pid;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void test_restored(void)
{
	pid_t criu = named_child("criu"), other = named_child("acriu");

	CU_ASSERT(shield_process_is_restored(criu));
	CU_ASSERT(!shield_process_is_restored(other));
	end_child(criu);
	end_child(other);
	CU_ASSERT(!shield_process_is_restored(criu));
}

static void test_not_inside(void)
{
	pid_t pid = named_child("child");

	CU_ASSERT(!shield_process_runs_inside(getpid()));
	CU_ASSERT(!shield_process_runs_inside(pid));
	end_child(pid);
	CU_ASSERT(!shield_process_runs_inside(pid));
}

void suite_oci_process(void)
{
	CU_pSuite suite = CU_add_suite("oci/process", NULL, NULL);

	CU_add_test(suite, "/proc/PID/stat", test_stat);
	CU_add_test(suite, "id maps", test_idmap);
	CU_add_test(suite, "malformed id maps", test_bad_idmap);
	CU_add_test(suite, "a living process", test_living);
	CU_add_test(suite, "user namespaces", test_user_namespace);
	CU_add_test(suite, "a process of criu", test_restored);
	CU_add_test(suite, "a process that is not inside a container", test_not_inside);
}
