/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "base/cleanup.h"
#include "build.h"
#include "profile/explain.h"

void suite_profile_resolve(void);

static struct shield_error error;
static char base[] = "/tmp/shield-resolve-XXXXXX";
static int root = -1;
static int broken; /* CUnit's assertions do not work while a suite is set up */

static void directory(const char *path)
{
	broken |= mkdirat(root, path, 0755);
}

static void file(const char *path)
{
	close(openat(root, path, O_CREAT | O_WRONLY, 0755));
}

static void link_to(const char *target, const char *path)
{
	broken |= symlinkat(target, root, path);
}

/* A merged /usr, alternatives, and the shapes links come in. */
static int set_up(void)
{
	char name[32], target[32];

	if (!mkdtemp(base))
		return 1;
	root = open(base, O_PATH | O_DIRECTORY | O_CLOEXEC);
	directory("usr");
	directory("usr/bin");
	directory("usr/lib");
	directory("etc");
	directory("etc/alternatives");
	link_to("usr/bin", "bin");
	link_to("usr/lib", "lib");
	file("usr/bin/dash");
	link_to("dash", "usr/bin/sh");
	file("usr/bin/busybox");
	link_to("/bin/busybox", "usr/bin/ls");
	link_to("/etc/alternatives/editor", "usr/bin/editor");
	link_to("/usr/bin/../bin/./vim", "etc/alternatives/editor");
	file("usr/bin/vim");
	link_to("../../../../../usr/lib", "usr/up");
	link_to("/", "usr/lib/top");
	link_to("/gone/../other/x", "usr/bin/dangling");
	link_to("loop2", "usr/bin/loop1");
	link_to("loop1", "usr/bin/loop2");
	link_to("volume-target", "usr/bin/volume");
	link_to("/usr", "volume-dir");
	link_to("a*b", "usr/bin/star");
	for (int i = 0; i < 42; i++) {
		snprintf(name, sizeof(name), "usr/bin/l%d", i);
		snprintf(target, sizeof(target), "l%d", i + 1);
		link_to(target, name);
	}
	file("usr/bin/l42");
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
	close(root);
	return nftw(base, delete, 8, FTW_DEPTH | FTW_PHYS);
}

struct heard {
	unsigned int asked;
	char warned[512];
};

/* Links called volume-something are from a volume. */
static bool from_image(int fd, void *context)
{
	struct heard *heard = context;
	char proc[32], path[512];
	ssize_t length;

	heard->asked++;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	length = readlink(proc, path, sizeof(path) - 1);
	CU_ASSERT_FATAL(length > 0);
	path[length] = '\0';
	return strncmp(strrchr(path, '/'), "/volume", 7) != 0;
}

static void warn(const char *place, const char *pattern, const char *target, void *context)
{
	struct heard *heard = context;
	size_t used = strlen(heard->warned);

	snprintf(heard->warned + used, sizeof(heard->warned) - used, "%s %s %s;", place, pattern, target);
}

static struct heard heard;
static const struct shield_link_calls calls = { .from_image = from_image, .multi_call = warn, .context = &heard };

/* Resolves a pattern as exec.deny[0]; returns what became of it, or what the error is. */
static const char *resolved(const char *pattern)
{
	static char result[SHIELD_PATH_MAX];
	struct shield_profile profile = {};
	struct shield_exec_entry entry = { .path = strdup(pattern) };

	profile.exec.deny.item = &entry;
	profile.exec.deny.count = 1;
	memset(&heard, 0, sizeof(heard));
	if (shield_profile_resolve(&profile, root, &calls, &error) < 0)
		snprintf(result, sizeof(result), "%s", error.message);
	else
		snprintf(result, sizeof(result), "%s", entry.path);
	free(entry.path);
	return result;
}

static void test_plain(void)
{
	CU_ASSERT_STRING_EQUAL(resolved("/usr/bin/dash"), "/usr/bin/dash");
	CU_ASSERT_STRING_EQUAL(resolved("/usr/bin/missing"), "/usr/bin/missing");
	CU_ASSERT_STRING_EQUAL(resolved("/opt/app/bin/x"), "/opt/app/bin/x");
	CU_ASSERT_STRING_EQUAL(resolved("/usr/bin/dash/x/y"), "/usr/bin/dash/x/y");
	CU_ASSERT_STRING_EQUAL(resolved("/top"), "/top");
	CU_ASSERT_STRING_EQUAL(resolved("/**"), "/**");
	CU_ASSERT_STRING_EQUAL(resolved("/*/x"), "/*/x");
	CU_ASSERT_STRING_EQUAL(resolved("/usr/**"), "/usr/**");
	CU_ASSERT_EQUAL(heard.asked, 0);
}

static void test_links(void)
{
	CU_ASSERT_STRING_EQUAL(resolved("/bin/dash"), "/usr/bin/dash");
	CU_ASSERT_STRING_EQUAL(resolved("/bin/sh"), "/usr/bin/dash");
	CU_ASSERT_EQUAL(heard.asked, 2);
	CU_ASSERT_STRING_EQUAL(resolved("/bin"), "/usr/bin");
	CU_ASSERT_STRING_EQUAL(resolved("/bin/missing"), "/usr/bin/missing");
	CU_ASSERT_STRING_EQUAL(resolved("/bin/editor"), "/usr/bin/vim");
	CU_ASSERT_STRING_EQUAL(resolved("/usr/up/x"), "/usr/lib/x");
	CU_ASSERT_STRING_EQUAL(resolved("/lib/top/bin/sh"), "/usr/bin/dash");
	CU_ASSERT_STRING_EQUAL(resolved("/usr/lib/top/top"), "/top");
	/* the missing directory is text only: so is what leads out of it */
	CU_ASSERT_STRING_EQUAL(resolved("/bin/dangling"), "/other/x");
}

static void test_wildcards(void)
{
	CU_ASSERT_STRING_EQUAL(resolved("/bin/*"), "/usr/bin/*");
	CU_ASSERT_STRING_EQUAL(resolved("/bin/s*"), "/usr/bin/s*");
	CU_ASSERT_STRING_EQUAL(resolved("/lib/**"), "/usr/lib/**");
	CU_ASSERT_STRING_EQUAL(resolved("/lib/top/**"), "/**");
	CU_ASSERT_STRING_EQUAL(resolved("/lib/top/bin/*/x/**"), "/usr/bin/*/x/**");
	CU_ASSERT_STRING_EQUAL(resolved("/gone/*"), "/gone/*");
	/* the last literal component of a pattern is a directory like the others */
	CU_ASSERT_STRING_EQUAL(resolved("/bin/sh/*"), "/usr/bin/dash/*");
}

static void test_volume(void)
{
	CU_ASSERT_STRING_EQUAL(resolved("/bin/volume"), "/usr/bin/volume");
	CU_ASSERT_EQUAL(heard.asked, 2);
	CU_ASSERT_STRING_EQUAL(resolved("/volume-dir/bin/sh"), "/volume-dir/bin/sh");
	CU_ASSERT_EQUAL(heard.asked, 1);
	CU_ASSERT_STRING_EQUAL(resolved("/volume-dir/*"), "/volume-dir/*");
}

static void test_refusals(void)
{
	CU_ASSERT_STRING_EQUAL(resolved("/bin/loop1"),
			       "exec.deny[0]: /bin/loop1: it leads through more than 40 symlinks");
	CU_ASSERT_STRING_EQUAL(resolved("/usr/bin/l2"), "/usr/bin/l42"); /* 40 links */
	CU_ASSERT_STRING_EQUAL(resolved("/usr/bin/l1"),
			       "exec.deny[0]: /usr/bin/l1: it leads through more than 40 symlinks");
	CU_ASSERT_STRING_EQUAL(resolved("/bin/star"),
			       "exec.deny[0]: /bin/star: it leads to a*b, which no pattern can name");
	CU_ASSERT_PTR_NOT_NULL(strstr(resolved("bin/sh"), "not an absolute path"));
}

/* A path that grows beyond what a policy can hold. */
static void test_too_long(void)
{
	char target[600], pattern[SHIELD_PATH_MAX];

	memset(target, 'd', sizeof(target));
	for (int i = 0; i < 599; i += 100)
		target[i] = '/';
	target[599] = '\0';
	link_to(target, "far");
	memset(pattern, 'p', sizeof(pattern));
	memcpy(pattern, "/far", 4);
	for (int i = 4; i < 500; i += 100)
		pattern[i] = '/';
	pattern[500] = '\0';
	CU_ASSERT_PTR_NOT_NULL(strstr(resolved(pattern), "leads to a path of 1024 bytes or more"));
	pattern[300] = '\0';
	CU_ASSERT_EQUAL(strlen(resolved(pattern)), 599 + 296);
	CU_ASSERT_FALSE(broken);
}

static void add(struct shield_strings *strings, const char *pattern)
{
	strings->item = realloc(strings->item, (strings->count + 1) * sizeof(char *));
	strings->item[strings->count++] = strdup(pattern);
}

static void release(struct shield_strings *strings)
{
	for (size_t i = 0; i < strings->count; i++)
		free(strings->item[i]);
	free(strings->item);
}

static void test_every_list(void)
{
	struct shield_exec_entry allow[2] = { { .path = strdup("/bin/dash") }, { .path = strdup("/bin/ls") } };
	struct shield_exec_entry deny[1] = { { .path = strdup("/bin/ls") } };
	struct shield_profile profile = {};

	add(&allow[1].from, "/bin/vim");
	add(&allow[1].from, "/bin/sh");
	add(&profile.exec.library, "/lib/*");
	add(&profile.ptrace.tracers, "/bin/gdb");
	add(&profile.ptrace.tracers, "/bin/busybox");
	profile.exec.allow = (struct shield_exec_entries){ allow, 2 };
	profile.exec.deny = (struct shield_exec_entries){ deny, 1 };
	memset(&heard, 0, sizeof(heard));
	CU_ASSERT_EQUAL(shield_profile_resolve(&profile, root, &calls, &error), 0);
	CU_ASSERT_STRING_EQUAL(allow[0].path, "/usr/bin/dash");
	CU_ASSERT_STRING_EQUAL(allow[1].path, "/usr/bin/busybox");
	CU_ASSERT_STRING_EQUAL(allow[1].from.item[0], "/usr/bin/vim");
	CU_ASSERT_STRING_EQUAL(allow[1].from.item[1], "/usr/bin/dash");
	CU_ASSERT_STRING_EQUAL(deny[0].path, "/usr/bin/busybox");
	CU_ASSERT_STRING_EQUAL(profile.exec.library.item[0], "/usr/lib/*");
	CU_ASSERT_STRING_EQUAL(profile.ptrace.tracers.item[0], "/usr/bin/gdb");
	/* busybox by its own name is no surprise */
	CU_ASSERT_STRING_EQUAL(heard.warned,
			       "exec.allow[1] /bin/ls /usr/bin/busybox;exec.deny[0] /bin/ls /usr/bin/busybox;");
	/* /bin once, ls twice, its target's /bin never again, sh once, /lib once */
	CU_ASSERT_EQUAL(heard.asked, 5);

	free(allow[1].from.item[1]);
	allow[1].from.item[1] = strdup("/bin/loop1");
	CU_ASSERT_EQUAL(shield_profile_resolve(&profile, root, &calls, &error), -ELOOP);
	CU_ASSERT_EQUAL(strncmp(error.message, "exec.allow[1].from[1]: ", 23), 0);
	free(allow[1].from.item[1]);
	allow[1].from.item[1] = strdup("/x");
	free(profile.ptrace.tracers.item[1]);
	profile.ptrace.tracers.item[1] = strdup("/bin/star");
	CU_ASSERT_EQUAL(shield_profile_resolve(&profile, root, &calls, &error), -EINVAL);
	CU_ASSERT_EQUAL(strncmp(error.message, "ptrace.allow[1].tracer: ", 24), 0);

	release(&allow[1].from);
	release(&profile.exec.library);
	release(&profile.ptrace.tracers);
	free(allow[0].path);
	free(allow[1].path);
	free(deny[0].path);
}

static void test_sockets(void)
{
	struct shield_profile profile = {};

	add(&profile.network.unix_sockets.allow, "/lib/x.sock");
	add(&profile.network.unix_sockets.allow, "@/lib/x.sock");
	add(&profile.network.unix_sockets.deny, "/bin/*");
	CU_ASSERT_EQUAL(shield_profile_resolve(&profile, root, &calls, &error), 0);
	CU_ASSERT_EQUAL(profile.network.unix_sockets.allow.count, 2);
	CU_ASSERT_STRING_EQUAL(profile.network.unix_sockets.allow.item[0], "/usr/lib/x.sock");
	CU_ASSERT_STRING_EQUAL(profile.network.unix_sockets.allow.item[1], "@/lib/x.sock");
	CU_ASSERT_STRING_EQUAL(profile.network.unix_sockets.deny.item[0], "/usr/bin/*");
	release(&profile.network.unix_sockets.allow);
	release(&profile.network.unix_sockets.deny);
}

/* Files behind links, next to entries that lead to themselves or to what another entry names. */
static struct shield_profile *files_profile(void)
{
	struct shield_profile *profile = build_profile();

	build_library(profile, "/bin/*"); /* its walk is not remembered: the links are seen again */
	build_file_deny(profile, "/usr/bin/vim");
	build_file_deny(profile, "/bin/sh");
	build_file_deny(profile, "/bin/vim");
	build_read_only(profile, "/etc/*");
	build_read_only(profile, "/lib/**");
	build_read_only(profile, "/lib/x");
	return profile;
}

/* Who can replace a link on the way must not be past the rule. */
static void test_files(void)
{
	static const struct shield_derived_file expected[] = {
		{ "/bin", SHIELD_LIST_READ_ONLY, SHIELD_RULE(SHIELD_LIST_DENY, 1) },
		{ "/usr/bin/sh", SHIELD_LIST_READ_ONLY, SHIELD_RULE(SHIELD_LIST_DENY, 1) },
		{ "/usr/bin/dash", SHIELD_LIST_DENY, SHIELD_RULE(SHIELD_LIST_DENY, 1) },
		{ "/lib", SHIELD_LIST_READ_ONLY, SHIELD_RULE(SHIELD_LIST_READ_ONLY, 1) },
		{ "/usr/lib/**", SHIELD_LIST_READ_ONLY, SHIELD_RULE(SHIELD_LIST_READ_ONLY, 1) },
		{ "/usr/lib/x", SHIELD_LIST_READ_ONLY, SHIELD_RULE(SHIELD_LIST_READ_ONLY, 2) },
	};
	const size_t count = sizeof(expected) / sizeof(expected[0]);
	_cleanup_profile_ struct shield_profile *profile = files_profile();
	const struct shield_derived_files *derived = &profile->files.derived;

	CU_ASSERT_EQUAL(shield_profile_resolve(profile, root, &calls, &error), 0);
	CU_ASSERT_EQUAL(profile->files.deny.count, 3);
	CU_ASSERT_STRING_EQUAL(profile->files.deny.item[1], "/bin/sh");
	CU_ASSERT_EQUAL(profile->files.read_only.count, 3);
	CU_ASSERT_EQUAL_FATAL(derived->count, count);
	for (size_t i = 0; i < count; i++) {
		CU_ASSERT_STRING_EQUAL(derived->item[i].path, expected[i].path);
		CU_ASSERT_EQUAL(derived->item[i].list, expected[i].list);
		CU_ASSERT_EQUAL(derived->item[i].rule, expected[i].rule);
	}
	CU_ASSERT_EQUAL(shield_profile_resolve(profile, root, &calls, &error), 0);
	CU_ASSERT_EQUAL(derived->count, count);
	build_read_only(profile, "/bin/loop1");
	CU_ASSERT_EQUAL(shield_profile_resolve(profile, root, &calls, &error), -ELOOP);
	CU_ASSERT_EQUAL(strncmp(error.message, "files.read_only[3]: ", 20), 0);
}

/* Which entry refuses it, NULL where none does. */
static const char *refusing(const struct shield_policy *policy, const char *path, bool write)
{
	static struct shield_explanation explanation;

	CU_ASSERT_EQUAL_FATAL(shield_explain_file(policy, path, write, &explanation, NULL), 0);
	return explanation.reason == SHIELD_REASON_RULE ? explanation.place : NULL;
}

/* What was found in the container is refused in the name of what the author wrote. */
static void test_rules_of_files(void)
{
	_cleanup_profile_ struct shield_profile *profile = files_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	profile->files.action = SHIELD_DENY;
	CU_ASSERT_EQUAL(shield_profile_resolve(profile, root, &calls, &error), 0);
	policy = build_compiled(profile);
	CU_ASSERT_STRING_EQUAL(refusing(policy, "/usr/bin/dash", false), "files.deny[1]");
	CU_ASSERT_STRING_EQUAL(refusing(policy, "/bin", true), "files.deny[1]");
	CU_ASSERT_STRING_EQUAL(refusing(policy, "/usr/bin/sh", true), "files.deny[1]");
	CU_ASSERT_PTR_NULL(refusing(policy, "/usr/bin/sh", false));
	CU_ASSERT_STRING_EQUAL(refusing(policy, "/usr/bin/vim", false), "files.deny[0]");
	CU_ASSERT_STRING_EQUAL(refusing(policy, "/bin/vim", false), "files.deny[2]");
	CU_ASSERT_STRING_EQUAL(refusing(policy, "/lib", true), "files.read_only[1]");
	CU_ASSERT_STRING_EQUAL(refusing(policy, "/usr/lib/y", true), "files.read_only[1]");
	CU_ASSERT_PTR_NULL(refusing(policy, "/usr/lib/y", false));
}

/* More directories than descriptors are kept for, more patterns than the process may open files. */
static void test_many_directories(void)
{
	struct shield_profile profile = {};
	struct rlimit before, low;
	char name[32], expected[32];
	int result;

	for (int i = 0; i < 600; i++) {
		snprintf(name, sizeof(name), "usr/lib/d%d", i);
		directory(name);
		snprintf(name, sizeof(name), "/lib/d%d/x", i);
		add(&profile.exec.library, name);
	}
	getrlimit(RLIMIT_NOFILE, &before);
	low = (struct rlimit){ 540, before.rlim_max };
	setrlimit(RLIMIT_NOFILE, &low);
	result = shield_profile_resolve(&profile, root, &calls, &error);
	setrlimit(RLIMIT_NOFILE, &before);
	CU_ASSERT_FALSE(broken);
	CU_ASSERT_EQUAL(result, 0);
	for (int i = 0; i < 600; i++) {
		snprintf(expected, sizeof(expected), "/usr/lib/d%d/x", i);
		CU_ASSERT_STRING_EQUAL(profile.exec.library.item[i], expected);
	}
	release(&profile.exec.library);
}

/* What was followed once is followed again, whatever is there now. */
static void test_again(void)
{
	_cleanup_links_ struct shield_links links = {};
	struct shield_link_calls again = calls;
	struct shield_profile profile = {};

	again.followed = &links;
	add(&profile.exec.library, "/bin/sh");
	add(&profile.exec.library, "/usr/bin/editor");
	CU_ASSERT_EQUAL(shield_profile_resolve(&profile, root, &again, &error), 0);
	CU_ASSERT_STRING_EQUAL(profile.exec.library.item[0], "/usr/bin/dash");
	release(&profile.exec.library);
	profile = (struct shield_profile){};
	CU_ASSERT_EQUAL(links.count, 4);
	CU_ASSERT_STRING_EQUAL(shield_links_find(&links, links.count, "/bin"), "usr/bin");
	CU_ASSERT_STRING_EQUAL(shield_links_find(&links, links.count, "/usr/bin/sh"), "dash");

	CU_ASSERT_EQUAL(renameat(root, "bin", root, "bin.before"), 0);
	CU_ASSERT_EQUAL(renameat(root, "usr/bin/sh", root, "usr/bin/sh.before"), 0);
	CU_ASSERT_EQUAL(renameat(root, "etc/alternatives", root, "etc/before"), 0);
	directory("bin");
	link_to("/usr/bin/vim", "usr/bin/sh");
	add(&profile.exec.library, "/bin/sh");
	add(&profile.exec.library, "/bin/new*");
	add(&profile.exec.library, "/usr/bin/editor");
	add(&profile.files.deny, "/bin/sh");
	CU_ASSERT_EQUAL(shield_profile_resolve(&profile, root, &again, &error), 0);
	CU_ASSERT_STRING_EQUAL(profile.exec.library.item[0], "/usr/bin/dash");
	CU_ASSERT_STRING_EQUAL(profile.exec.library.item[1], "/usr/bin/new*");
	CU_ASSERT_STRING_EQUAL(profile.exec.library.item[2], "/usr/bin/vim");
	CU_ASSERT_EQUAL(profile.files.derived.count, 3);
	CU_ASSERT_STRING_EQUAL(profile.files.derived.item[2].path, "/usr/bin/dash");
	release(&profile.exec.library);
	release(&profile.files.deny);
	for (size_t i = 0; i < profile.files.derived.count; i++)
		free(profile.files.derived.item[i].path);
	free(profile.files.derived.item);
	unlinkat(root, "bin", AT_REMOVEDIR);
	unlinkat(root, "usr/bin/sh", 0);
	CU_ASSERT_EQUAL(renameat(root, "bin.before", root, "bin"), 0);
	CU_ASSERT_EQUAL(renameat(root, "usr/bin/sh.before", root, "usr/bin/sh"), 0);
	CU_ASSERT_EQUAL(renameat(root, "etc/before", root, "etc/alternatives"), 0);
	CU_ASSERT_FALSE(broken);
}

/* Without a look into the root: what was followed is followed again, the rest is as it is written. */
static void test_unseen(void)
{
	_cleanup_links_ struct shield_links links = {};
	struct shield_link_calls again = calls;
	struct shield_profile profile = {};

	again.followed = &links;
	add(&profile.exec.library, "/bin/sh");
	CU_ASSERT_EQUAL(shield_profile_resolve(&profile, root, &again, &error), 0);
	release(&profile.exec.library);
	profile = (struct shield_profile){};
	add(&profile.exec.library, "/bin/sh");
	add(&profile.exec.library, "/bin/../bin/new*");
	add(&profile.exec.library, "/usr/bin/editor");
	CU_ASSERT_EQUAL(shield_profile_resolve(&profile, -1, &again, &error), 0);
	CU_ASSERT_STRING_EQUAL(profile.exec.library.item[0], "/usr/bin/dash");
	CU_ASSERT_STRING_EQUAL(profile.exec.library.item[1], "/usr/bin/new*");
	CU_ASSERT_STRING_EQUAL(profile.exec.library.item[2], "/usr/bin/editor");
	release(&profile.exec.library);
}

void suite_profile_resolve(void)
{
	CU_pSuite suite = CU_add_suite("profile/resolve", set_up, tear_down);

	CU_add_test(suite, "paths without links", test_plain);
	CU_add_test(suite, "links", test_links);
	CU_add_test(suite, "wildcards", test_wildcards);
	CU_add_test(suite, "links from a volume", test_volume);
	CU_add_test(suite, "refusals", test_refusals);
	CU_add_test(suite, "paths that grow too long", test_too_long);
	CU_add_test(suite, "every list of a profile", test_every_list);
	CU_add_test(suite, "sockets", test_sockets);
	CU_add_test(suite, "files", test_files);
	CU_add_test(suite, "files are refused by the author's rules", test_rules_of_files);
	CU_add_test(suite, "links that were followed before", test_again);
	CU_add_test(suite, "links that were followed before, unseen", test_unseen);
	CU_add_test(suite, "many directories", test_many_directories);
}
