/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/client.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "oci/process.h"

void suite_oci_client(void);

static struct shield_error error;

static int parse(const char *text)
{
	pid_t pid = 0;
	int r = shield_client_parse_fdinfo(text, &pid, &error);

	return r < 0 ? r : pid;
}

static void fdinfo(void)
{
	CU_ASSERT_EQUAL(parse("pos:\t0\nflags:\t02000002\nmnt_id:\t15\nPid:\t4711\nNSpid:\t4711\t1\n"), 4711);
	CU_ASSERT_EQUAL(parse("Pid:\t3\n"), 3);
	CU_ASSERT_EQUAL(parse("pos:\t0\nPid:\t-1\nNSpid:\t-1\n"), -ESRCH);
	CU_ASSERT_EQUAL(parse("pos:\t0\nPid:\t0\nNSpid:\t0\n"), -ESRCH);
	CU_ASSERT_EQUAL(parse("pos:\t0\nNSPid:\t5\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("pos:\t0\nPid:\t5x\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("pos:\t0\nPid:\t99999999999\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse(""), -EINVAL);
}

static void lent(void)
{
	static const char text[] = "dev:100000:65536\n# a:200000:1\nbroken\nx:5\n1001:300000:2";

	CU_ASSERT_FALSE(shield_client_is_lent(text, 1000));
	CU_ASSERT_FALSE(shield_client_is_lent(text, 99999));
	CU_ASSERT_TRUE(shield_client_is_lent(text, 100000));
	CU_ASSERT_TRUE(shield_client_is_lent(text, 165535));
	CU_ASSERT_FALSE(shield_client_is_lent(text, 165536));
	CU_ASSERT_TRUE(shield_client_is_lent(text, 300001));
	CU_ASSERT_FALSE(shield_client_is_lent(text, 300002));
	CU_ASSERT_FALSE(shield_client_is_lent("", 0));
	CU_ASSERT_EQUAL(shield_client_check_user(0, &error), -EPERM);
}

/* A process that waits to be killed; in a user namespace of its own, or not. */
static pid_t wait_in_child(bool nested)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		byte = nested && unshare(CLONE_NEWUSER) < 0 ? 'n' : 'y';
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(0);
	}
	CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	if (byte == 'y')
		return pid;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return -1;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void pidfds(void)
{
	_cleanup_close_ int fd = -1, folder = open("/proc/self", O_RDONLY | O_CLOEXEC);
	pid_t pid = wait_in_child(false), found = 0;

	CU_ASSERT_EQUAL_FATAL(shield_process_open(pid, &fd, &error), 0);
	CU_ASSERT_EQUAL(shield_client_init(fd, &found, &error), 0);
	CU_ASSERT_EQUAL(found, pid);
	CU_ASSERT_EQUAL(shield_client_init(STDIN_FILENO, &found, &error), -EINVAL);
	CU_ASSERT_EQUAL(shield_client_init(folder, &found, &error), -EINVAL);
	end(pid);
	CU_ASSERT_EQUAL(shield_client_init(fd, &found, &error), -ESRCH);
	CU_ASSERT_EQUAL(shield_client_lives(fd, &error), -ESRCH);
}

static void owners(void)
{
	pid_t here = wait_in_child(false), nested = wait_in_child(true);

	CU_ASSERT_EQUAL(shield_client_check_owner(here, getuid(), &error), -EPERM);
	end(here);
	if (nested < 0)
		return; /* this machine lets nobody make one */
	CU_ASSERT_EQUAL(shield_client_check_owner(nested, getuid(), &error), 0);
	CU_ASSERT_EQUAL(shield_client_check_owner(nested, getuid() + 1, &error), -EPERM);
	end(nested);
	CU_ASSERT_TRUE(shield_client_check_owner(nested, getuid(), &error) < 0);
}

/* What a path says depends on whose rights it is asked with, and only as long as they are lent. */
static void rights(void)
{
	const struct shield_client client = { .uid = 65534, .gid = 65534 }, *root = NULL;
	char folder[] = "/tmp/shield-client-XXXXXX";

	if (geteuid() != 0)
		return;
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	{
		_cleanup_rights_ const struct shield_client *lent = &client;

		CU_ASSERT_EQUAL(shield_client_take_rights(lent, &error), 0);
		CU_ASSERT_EQUAL(openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), -1);
		CU_ASSERT_EQUAL(errno, EACCES);
	}
	CU_ASSERT_EQUAL(shield_client_take_rights(root, &error), 0);
	shield_client_end_rights(&root);
	CU_ASSERT_EQUAL(rmdir(folder), 0);
	CU_ASSERT_EQUAL(mkdir(folder, 0700), 0);
	CU_ASSERT_EQUAL(rmdir(folder), 0);
}

void suite_oci_client(void)
{
	CU_pSuite suite = CU_add_suite("oci/client", NULL, NULL);

	CU_add_test(suite, "fdinfo", fdinfo);
	CU_add_test(suite, "lent ids", lent);
	CU_add_test(suite, "pidfds", pidfds);
	CU_add_test(suite, "owners", owners);
	CU_add_test(suite, "rights", rights);
}
