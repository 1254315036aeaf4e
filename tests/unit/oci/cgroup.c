/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

void suite_oci_cgroup(void);

static struct shield_error error;

static void parses(const char *text, const char *wanted)
{
	char path[PATH_MAX] = "";

	CU_ASSERT_EQUAL(shield_cgroup_parse(text, path, &error), 0);
	CU_ASSERT_STRING_EQUAL(path, wanted);
}

static void refuses(const char *text, const char *message)
{
	char path[PATH_MAX] = "untouched";

	CU_ASSERT_EQUAL(shield_cgroup_parse(text, path, &error), -ENOTSUP);
	CU_ASSERT_STRING_EQUAL(path, "untouched");
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, message));
}

static void test_parse(void)
{
	parses("0::/\n", "/");
	parses("0::/machine.slice/libpod-1.scope/container\n", "/machine.slice/libpod-1.scope/container");
	parses("0::/x", "/x");
	parses("0::/a:b:c\n", "/a:b:c");
	parses("1:name=systemd:/x\n0::/x\n", "/x");
	parses("0::/x\n1:name=systemd:/y\n", "/x");
	refuses("", "no cgroup v2");
	refuses("1:name=systemd:/x\n", "no cgroup v2");
	refuses("12:memory:/x\n1:name=systemd:/x\n", "\"memory\"");
	refuses("11:cpu,cpuacct:/x\n0::/x\n", "\"cpu,cpuacct\"");
	refuses("0::/x\n11:net_cls,net_prio:/\n", "\"net_cls,net_prio\"");
	refuses("0::\n", "no cgroup v2");
}

static void test_mount(void)
{
	char path[PATH_MAX];

	CU_ASSERT_EQUAL(shield_cgroup_mount("22 27 0:20 / /sys rw shared:7 - sysfs sysfs rw\n"
					    "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n",
					    path, &error),
			0);
	CU_ASSERT_STRING_EQUAL(path, "/sys/fs/cgroup");
	/* no optional fields, a part of the hierarchy first, escapes */
	CU_ASSERT_EQUAL(shield_cgroup_mount("30 22 0:26 /docker/1 /sys/fs/cgroup rw - cgroup2 cgroup rw\n"
					    "31 22 0:26 / /mnt/a\\040b\\134c rw - cgroup2 cgroup rw",
					    path, &error),
			0);
	CU_ASSERT_STRING_EQUAL(path, "/mnt/a b\\c");
	/* a mount point and a source that only look like it */
	CU_ASSERT_EQUAL(shield_cgroup_mount("31 22 0:26 / /cgroup2 rw - tmpfs cgroup2 rw\n", path, &error), -ENOTSUP);
	CU_ASSERT_EQUAL(shield_cgroup_mount("", path, &error), -ENOTSUP);
	CU_ASSERT_EQUAL(shield_cgroup_mount("30 22 - cgroup2 x\n", path, &error), -ENOTSUP);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "no cgroup2 file system"));
}

static void top(const char *path, const char *cgroups_path, const char *wanted)
{
	size_t length = shield_cgroup_top(path, cgroups_path);

	CU_ASSERT_EQUAL(length, strlen(wanted));
	CU_ASSERT_EQUAL(strncmp(path, wanted, length), 0);
}

static void test_top(void)
{
	/* systemd: crun makes a child for init, runc does not */
	top("/machine.slice/libpod-12.scope/container", "machine.slice:libpod:12", "/machine.slice/libpod-12.scope");
	top("/machine.slice/libpod-12.scope", "machine.slice:libpod:12", "/machine.slice/libpod-12.scope");
	top("/a.slice/cri-containerd-f.scope", ":cri-containerd:f", "/a.slice/cri-containerd-f.scope");
	top("/a.slice/f.scope/x", "a.slice::f", "/a.slice/f.scope");
	top("/a.slice/a-b.slice/x", "a.slice:p:a-b.slice", "/a.slice/a-b.slice");
	/* names that only begin or end alike */
	top("/m/libpod-12.scope2/libpod-123.scope/xlibpod-12.scope", "m:libpod:12",
	    "/m/libpod-12.scope2/libpod-123.scope/xlibpod-12.scope");
	top("/m/libpod_12.scope", "m:libpod:12", "/m/libpod_12.scope");
	/* cgroupfs, also with systemd's form taken for a path */
	top("/kubepods/pod1/c1/init", "/kubepods/pod1/c1", "/kubepods/pod1/c1");
	top("/kubepods/pod1/c1", "kubepods/pod1/c1/", "/kubepods/pod1/c1");
	top("/user/x/libpod/c1/container", "libpod/c1", "/user/x/libpod/c1");
	top("/x/c12/c1/container", "c1", "/x/c12/c1");
	top("/system.slice:cri:1/x", "system.slice:cri:1", "/system.slice:cri:1");
	/* nothing that is found: the leaf */
	top("/x/y", "/z", "/x/y");
	top("/x/y", "a:b:c", "/x/y");
	top("/x/y", "a:b", "/x/y");
	top("/x/y", "/", "/x/y");
	top("/x/y", "", "/x/y");
	top("/x/y", NULL, "/x/y");
	top("/", "a:b:c", "/");
}

static void test_check(void)
{
	CU_ASSERT_EQUAL(shield_cgroup_check("/m/c1", "/m/conmon", &error), 0);
	CU_ASSERT_EQUAL(shield_cgroup_check("/m/c1", "/m/c12", &error), 0);
	CU_ASSERT_EQUAL(shield_cgroup_check("/m/c1", "/", &error), 0);
	CU_ASSERT_EQUAL(shield_cgroup_check("/..x", "/", &error), -EPERM);
	CU_ASSERT_EQUAL(shield_cgroup_check("/", "/m", &error), -EPERM);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "root cgroup"));
	CU_ASSERT_EQUAL(shield_cgroup_check("/../m/c1", "/", &error), -EPERM);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "outside this cgroup namespace"));
	CU_ASSERT_EQUAL(shield_cgroup_check("/m", "/m", &error), -EPERM);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "/m is the runtime's own or above it"));
	CU_ASSERT_EQUAL(shield_cgroup_check("/m", "/m/hook", &error), -EPERM);
}

/* A process is in the hook's own cgroup until somebody moves it: refused, and nothing is returned. */
static void test_own(void)
{
	struct shield_cgroup cgroup = { .id = 5 };
	int result = shield_cgroup_of(getpid(), NULL, 0, &cgroup, &error);

	CU_ASSERT(result == -EPERM || result == -ENOTSUP);
	CU_ASSERT_EQUAL(cgroup.id, 5);
}

static void test_gone(void)
{
	struct shield_cgroup cgroup;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	CU_ASSERT_EQUAL(shield_cgroup_of(pid, NULL, 0, &cgroup, &error), -ENOENT);
}

void suite_oci_cgroup(void)
{
	CU_pSuite suite = CU_add_suite("oci/cgroup", NULL, NULL);

	CU_add_test(suite, "/proc/PID/cgroup", test_parse);
	CU_add_test(suite, "mountinfo", test_mount);
	CU_add_test(suite, "the top cgroup", test_top);
	CU_add_test(suite, "cgroups that are not the container's", test_check);
	CU_add_test(suite, "the hook's own", test_own);
	CU_add_test(suite, "a process that is gone", test_gone);
}
