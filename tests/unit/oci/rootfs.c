/* SPDX-License-Identifier: Apache-2.0 */
/* A child plays the runtime: it makes mounts below a root directory in a mount namespace of its own, and waits. */
#include "oci/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

void suite_oci_rootfs(void);

static struct shield_error error;
static char base[] = "/tmp/shield-rootfs-XXXXXX";
static char root[64], outside[64];
static pid_t runtime;
static int broken; /* CUnit's assertions do not work while a suite is set up */

static void at(char *path, const char *directory, const char *name)
{
	snprintf(path, 128, "%s%s", directory, name);
}

static void make_directory(const char *directory, const char *name)
{
	char path[128];

	at(path, directory, name);
	mkdir(path, 0755);
}

static void make_file(const char *directory, const char *name)
{
	char path[128];

	at(path, directory, name);
	close(open(path, O_CREAT | O_WRONLY, 0755));
}

static void make_link(const char *target, const char *name)
{
	char path[128];

	at(path, root, name);
	broken |= symlink(target, path);
}

static bool bind_on(const char *name)
{
	char path[128];

	at(path, root, name);
	return mount(outside, path, NULL, MS_BIND, NULL) == 0;
}

/* In the child: 0 when all mounts are there. */
static int make_mounts(void)
{
	if (unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return 1;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount(root, root, NULL, MS_BIND | MS_REC, NULL))
		return 1;
	return bind_on("/data") && bind_on("/run/x") ? 0 : 1;
}

static void start_runtime(void)
{
	int ready[2];
	char byte;

	if (pipe(ready)) {
		broken = 1;
		return;
	}
	runtime = fork();
	if (runtime == 0) {
		byte = (char)make_mounts();
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1 || byte) {
		kill(runtime, SIGKILL);
		waitpid(runtime, NULL, 0);
		runtime = 0; /* this machine allows no mount namespaces */
	}
	close(ready[0]);
}

static int set_up(void)
{
	if (!mkdtemp(base))
		return 1;
	at(root, base, "/root");
	at(outside, base, "/outside");
	make_directory(base, "/root");
	make_directory(base, "/outside");
	make_file(outside, "/mark");
	make_directory(root, "/data");
	make_directory(root, "/run");
	make_directory(root, "/run/x");
	make_directory(root, "/plain");
	make_directory(root, "/var");
	make_link("/run", "/var/run");		   /* absolute: within the root */
	make_link("../../../../../..", "/var/up"); /* ends at the root */
	make_link(outside, "/var/escape");	   /* there is no such path in the root */
	start_runtime();
	return broken;
}

static int delete (const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static int tear_down(void)
{
	if (runtime) {
		kill(runtime, SIGKILL);
		waitpid(runtime, NULL, 0);
	}
	return nftw(base, delete, 8, FTW_DEPTH | FTW_PHYS);
}

/* What was called back with: destination, read-only, and whether the mark of `outside` is in it. */
static char seen[1024];

static int see(int fd, const char *destination, bool read_only, void *context, struct shield_error *unused)
{
	size_t used = strlen(seen);

	(void)context;
	(void)unused;
	snprintf(seen + used, sizeof(seen) - used, "%s%s%s ", destination, read_only ? ":ro" : "",
		 faccessat(fd, "mark", F_OK, 0) == 0 ? ":mark" : "");
	return 0;
}

static int visit(struct shield_bundle_mount mount)
{
	struct shield_bundle bundle = { .root = root, .directory = base, .mounts = &mount, .mount_count = 1 };
	_cleanup_close_ int fd = -1;
	int result;

	if (!mount.type)
		mount.type = "";
	if (!mount.source)
		mount.source = "";
	seen[0] = '\0';
	CU_ASSERT_EQUAL_FATAL(shield_rootfs_open(runtime ? runtime : getpid(), &bundle, &fd, &error), 0);
	CU_ASSERT(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	result = shield_rootfs_each_mount(fd, &bundle, false, see, NULL, &error);
	return result;
}

#define VISIT(...) visit((struct shield_bundle_mount){ __VA_ARGS__ })

static void test_mounted(void)
{
	if (!runtime)
		return;
	CU_ASSERT_EQUAL(VISIT(.destination = "/data"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/data:mark ");
	CU_ASSERT_EQUAL(VISIT(.destination = "/data", .read_only = true, .type = "tmpfs"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/data:ro:mark ");
	/* the container's name for it, whatever config.json calls it */
	CU_ASSERT_EQUAL(VISIT(.destination = "/var/run/x"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/run/x:mark ");
	CU_ASSERT_EQUAL(VISIT(.destination = "data/"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/data:mark ");
	CU_ASSERT_EQUAL(VISIT(.destination = "/run/../data//."), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/data:mark ");
	CU_ASSERT_EQUAL(VISIT(.destination = "/var/up/data"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/data:mark ");
	CU_ASSERT_EQUAL(VISIT(.destination = "/../../data"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/data:mark ");
	CU_ASSERT_EQUAL(VISIT(.destination = "/"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/ ");
}

/* The source on the host stands in for a bind mount; other types are left out. */
static void test_not_mounted(void)
{
	CU_ASSERT_EQUAL(VISIT(.destination = "/plain", .bind = true, .source = outside, .read_only = true), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/plain:ro:mark ");
	CU_ASSERT_EQUAL(VISIT(.destination = "/missing/y", .bind = true, .source = outside), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/missing/y:mark ");
	CU_ASSERT_EQUAL(VISIT(.destination = "/plain", .bind = true, .source = "outside"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "/plain:mark ");
	CU_ASSERT_EQUAL(VISIT(.destination = "/plain", .bind = true, .source = "/no/such"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "");
	CU_ASSERT_EQUAL(VISIT(.destination = "/plain", .type = "tmpfs", .source = "tmpfs"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "");
	CU_ASSERT_EQUAL(VISIT(.destination = "/missing/../y", .bind = true, .source = outside), 0);
	CU_ASSERT_STRING_EQUAL(seen, "");
	/* a link of the image does not lead out of it */
	CU_ASSERT_EQUAL(VISIT(.destination = "/var/escape", .type = "tmpfs"), 0);
	CU_ASSERT_STRING_EQUAL(seen, "");
}

static void test_without_executables(void)
{
	static const char *const types[] = { "proc", "sysfs" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		CU_ASSERT_EQUAL(VISIT(.destination = "/data", .type = types[i]), 0);
		CU_ASSERT_STRING_EQUAL(seen, "");
	}
}

static int refuse(int fd, const char *destination, bool read_only, void *context, struct shield_error *why)
{
	(void)fd;
	(void)destination;
	(void)read_only;
	++*(int *)context;
	return shield_fail(why, E2BIG, "too long");
}

static void test_callback_fails(void)
{
	struct shield_bundle_mount mounts[2] = {
		{ .destination = "/plain", .type = "", .source = outside, .bind = true },
		{ .destination = "/plain", .type = "", .source = outside, .bind = true },
	};
	struct shield_bundle bundle = { .root = root, .directory = base, .mounts = mounts, .mount_count = 2 };
	_cleanup_close_ int fd = open(root, O_PATH | O_DIRECTORY);
	int calls = 0;

	CU_ASSERT_EQUAL(shield_rootfs_each_mount(fd, &bundle, false, refuse, &calls, &error), -E2BIG);
	CU_ASSERT_EQUAL(calls, 1);
	CU_ASSERT_STRING_EQUAL(error.message, "mounts[0] (/plain): too long");
}

static void test_open(void)
{
	char missing[] = "/no/such/directory", file[128];
	struct shield_bundle bundle = { .root = missing };
	bool overlay = true;
	int fd = -1;

	CU_ASSERT_EQUAL(shield_rootfs_open(getpid(), &bundle, &fd, &error), -ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "/no/such/directory"));
	at(file, outside, "/mark");
	bundle.root = file;
	CU_ASSERT_EQUAL(shield_rootfs_open(getpid(), &bundle, &fd, &error), -ENOTDIR);
	CU_ASSERT_EQUAL(fd, -1);
	fd = open("/proc", O_PATH);
	CU_ASSERT_EQUAL(shield_rootfs_is_overlay(fd, &overlay, &error), 0);
	CU_ASSERT_FALSE(overlay);
	close(fd);
}

void suite_oci_rootfs(void)
{
	CU_pSuite suite = CU_add_suite("oci/rootfs", set_up, tear_down);

	CU_add_test(suite, "mounts that are there", test_mounted);
	CU_add_test(suite, "mounts that are not there yet", test_not_mounted);
	CU_add_test(suite, "mounts without executables", test_without_executables);
	CU_add_test(suite, "a callback that fails", test_callback_fails);
	CU_add_test(suite, "opening the root", test_open);
}
