/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "build.h"
#include "profile/explain.h"

static void expect(const struct shield_explanation *got, uint8_t verdict, uint8_t reason, const char *place)
{
	CU_ASSERT_EQUAL(got->verdict, verdict);
	CU_ASSERT_EQUAL(got->reason, reason);
	CU_ASSERT_STRING_EQUAL(got->place, place);
}

static void test_exec(void)
{
	static const char *const entry[] = { "/nothing", "/entry.sh" };
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct shield_explanation got;

	profile->exec.default_deny = true;
	profile->exec.action = SHIELD_KILL;
	build_allow(profile, "/usr/sbin/nginx", NULL);
	build_allow(profile, "/bin/sh", "/entry.sh", NULL);
	build_deny(profile, "/usr/bin/apt*");
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(shield_explain_exec(policy, "/usr/sbin/nginx", NULL, 0, &got, NULL), 0);
	CU_ASSERT_EQUAL(got.action, SHIELD_KILL);
	CU_ASSERT_EQUAL(got.kind, SHIELD_KIND_EXEC);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "exec.allow[0]");
	CU_ASSERT_EQUAL(shield_explain_exec(policy, "/bin/sh", entry, 1, &got, NULL), 0);
	expect(&got, SHIELD_KILL, SHIELD_REASON_FROM, "exec.allow[1]");
	CU_ASSERT_EQUAL(shield_explain_exec(policy, "/bin/sh", entry, 2, &got, NULL), 0);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "exec.allow[1]");
	CU_ASSERT_EQUAL(shield_explain_exec(policy, "/usr/bin/apt-get", NULL, 0, &got, NULL), 0);
	expect(&got, SHIELD_KILL, SHIELD_REASON_RULE, "exec.deny[0]");
	CU_ASSERT_EQUAL(shield_explain_exec(policy, "/x", NULL, 0, &got, NULL), 0);
	expect(&got, SHIELD_KILL, SHIELD_REASON_DEFAULT, "exec.default");
}

static void test_bad_paths(void)
{
	static const char *const bad[] = { "", "bin/sh", "/", "/bin/", "/bin//sh", "/./sh", "/bin/..", "/bin/." };
	static const char *const relative[] = { "sh" };
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = build_compiled(profile);
	struct shield_explanation got = { .kind = 77 };
	struct shield_error error = {};
	char longest[SHIELD_PATH_MAX + 1];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		error.message[0] = '\0';
		CU_ASSERT_EQUAL(shield_explain_exec(policy, bad[i], NULL, 0, &got, &error), -EINVAL);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "give the path as the container sees it"));
	}
	CU_ASSERT_EQUAL(shield_explain_exec(policy, "/bin/sh", relative, 1, &got, &error), -EINVAL);
	CU_ASSERT_EQUAL(strncmp(error.message, "\"sh\" is not absolute", 20), 0);
	memset(longest, 'a', sizeof(longest));
	longest[0] = '/';
	longest[SHIELD_PATH_MAX] = '\0';
	CU_ASSERT_EQUAL(shield_explain_trace(policy, longest, &got, &error), -EINVAL);
	CU_ASSERT_EQUAL(shield_explain_library(policy, "lib", true, &got, &error), -EINVAL);
	CU_ASSERT_EQUAL(got.kind, 77);
	longest[SHIELD_PATH_MAX - 1] = '\0';
	CU_ASSERT_EQUAL(shield_explain_trace(policy, longest, &got, &error), 0);
	CU_ASSERT_EQUAL(shield_explain_exec(policy, "/..a/...", NULL, 0, &got, &error), 0);
}

static void test_library(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct shield_explanation got;

	build_library(profile, "/lib/**");
	build_library(profile, "/opt/*.so");
	profile->exec.action = SHIELD_AUDIT;
	policy = build_compiled(profile);
	shield_explain_library(policy, "/opt/a.so", false, &got, NULL);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "exec.libraries[1]");
	shield_explain_library(policy, "/tmp/a.so", true, &got, NULL);
	expect(&got, SHIELD_AUDIT, SHIELD_REASON_DEFAULT, "exec.libraries");
}

static void test_trace(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL, *open = NULL;
	struct shield_explanation got;

	build_tracer(profile, "/usr/bin/gdb");
	open = build_compiled(profile);
	profile->ptrace.default_deny = true;
	profile->ptrace.action = SHIELD_DENY;
	policy = build_compiled(profile);
	shield_explain_trace(policy, "/usr/bin/gdb", &got, NULL);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "ptrace.allow");
	shield_explain_trace(policy, "/usr/bin/strace", &got, NULL);
	expect(&got, SHIELD_DENY, SHIELD_REASON_DEFAULT, "ptrace.default");
	shield_explain_trace(open, "/usr/bin/strace", &got, NULL);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "ptrace.default");
}

static void test_net(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct shield_explanation got;
	uint8_t v4[4], v6[16];

	profile->network.rules[SHIELD_EGRESS].default_deny = true;
	profile->network.rules[SHIELD_EGRESS].action = SHIELD_DENY;
	build_net(profile, SHIELD_EGRESS, false, "10.0.0.0/8", SHIELD_PROTO_TCP);
	build_net(profile, SHIELD_EGRESS, true, "fd00::/16", 0);
	policy = build_compiled(profile);
	inet_pton(AF_INET, "10.200.0.1", v4);
	shield_explain_net(policy, SHIELD_EGRESS, AF_INET, v4, SHIELD_PROTO_TCP, 443, &got);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "network.egress.allow[0]");
	inet_pton(AF_INET6, "::ffff:10.200.0.1", v6);
	shield_explain_net(policy, SHIELD_EGRESS, AF_INET6, v6, SHIELD_PROTO_TCP, 443, &got);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "network.egress.allow[0]");
	shield_explain_net(policy, SHIELD_EGRESS, AF_INET, v4, SHIELD_PROTO_UDP, 443, &got);
	expect(&got, SHIELD_DENY, SHIELD_REASON_DEFAULT, "network.egress.default");
	inet_pton(AF_INET6, "fd00::1", v6);
	shield_explain_net(policy, SHIELD_EGRESS, AF_INET6, v6, SHIELD_PROTO_TCP, 443, &got);
	expect(&got, SHIELD_DENY, SHIELD_REASON_RULE, "network.egress.deny[0]");
	shield_explain_net(policy, SHIELD_BIND, AF_INET6, v6, SHIELD_PROTO_TCP, 443, &got);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "network.bind");
	CU_ASSERT_EQUAL(got.kind, SHIELD_KIND_BIND);
}

static void test_files(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct shield_explanation got = { .kind = 77 };

	profile->files.action = SHIELD_KILL;
	build_file_deny(profile, "/srv/key");
	build_read_only(profile, "/etc/**");
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(shield_explain_file(policy, "etc", true, &got, NULL), -EINVAL);
	CU_ASSERT_EQUAL(got.kind, 77);
	CU_ASSERT_EQUAL(shield_explain_file(policy, "/srv/key", false, &got, NULL), 0);
	CU_ASSERT_EQUAL(got.kind, SHIELD_KIND_FILES);
	expect(&got, SHIELD_KILL, SHIELD_REASON_RULE, "files.deny[0]");
	shield_explain_file(policy, "/etc/hosts", false, &got, NULL);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "files");
	shield_explain_file(policy, "/etc/hosts", true, &got, NULL);
	expect(&got, SHIELD_KILL, SHIELD_REASON_RULE, "files.read_only[0]");
	shield_explain_file(policy, "/srv", false, &got, NULL);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "files");
	shield_explain_file(policy, "/srv", true, &got, NULL);
	expect(&got, SHIELD_KILL, SHIELD_REASON_FOLDER, "files");
	shield_explain_file(policy, "/tmp/x", true, &got, NULL);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "files");
}

static void test_sockets(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct shield_explanation got = { .kind = 77 };
	struct shield_error error = {};
	char longest[110] = "@";

	profile->network.unix_sockets.action = SHIELD_DENY;
	profile->network.unix_sockets.default_deny = true;
	build_socket(profile, false, "@/tmp/.X11-unix/*");
	build_socket(profile, false, "/run/*");
	build_socket(profile, true, "/run/docker.sock");
	policy = build_compiled(profile);
	memset(longest + 1, 'a', 108);
	CU_ASSERT_EQUAL(shield_explain_unix(policy, longest, &got, &error), -EINVAL);
	CU_ASSERT_EQUAL(shield_explain_unix(policy, "@", &got, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "\"@\" is no abstract name: \"@\" and 1 to 107 bytes");
	CU_ASSERT_EQUAL(shield_explain_unix(policy, "run/x", &got, &error), -EINVAL);
	CU_ASSERT_EQUAL(got.kind, 77);
	longest[108] = '\0';
	CU_ASSERT_EQUAL(shield_explain_unix(policy, longest, &got, &error), 0);
	expect(&got, SHIELD_DENY, SHIELD_REASON_DEFAULT, "network.unix.default");
	CU_ASSERT_EQUAL(shield_explain_unix(policy, "@/tmp/.X11-unix/X0", &got, &error), 0);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "network.unix.allow[0]");
	CU_ASSERT_EQUAL(shield_explain_unix(policy, "/tmp/.X11-unix/X0", &got, &error), 0);
	expect(&got, SHIELD_DENY, SHIELD_REASON_DEFAULT, "network.unix.default");
	CU_ASSERT_EQUAL(shield_explain_unix(policy, "/run/docker.sock", &got, &error), 0);
	expect(&got, SHIELD_DENY, SHIELD_REASON_RULE, "network.unix.deny[0]");
}

static void test_capabilities_and_switches(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct shield_explanation got;

	profile->capabilities.action = SHIELD_DENY;
	profile->capabilities.default_deny = true;
	build_capability(profile, false, 10);
	build_capability(profile, true, 21);
	profile->kernel.mount = SHIELD_KILL;
	policy = build_compiled(profile);
	shield_explain_capability(policy, 10, &got);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "capabilities");
	shield_explain_capability(policy, 21, &got);
	expect(&got, SHIELD_DENY, SHIELD_REASON_RULE, "capabilities.deny[0]");
	shield_explain_capability(policy, 63, &got);
	expect(&got, SHIELD_DENY, SHIELD_REASON_DEFAULT, "capabilities.default");
	shield_explain_switch(policy, SHIELD_KIND_MOUNT, &got);
	expect(&got, SHIELD_KILL, SHIELD_REASON_NONE, "kernel.mount");
	shield_explain_switch(policy, SHIELD_KIND_USERNS, &got);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "kernel.userns");
	CU_ASSERT_EQUAL(got.action, SHIELD_ALLOW);
}

static void test_ids_and_families(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct shield_explanation got;

	profile->setuid.default_deny = true;
	profile->setuid.action = SHIELD_KILL;
	profile->network.families_action = SHIELD_DENY;
	profile->network.families = 1ull << AF_INET;
	build_uids(profile, 2, 33, 33);
	build_gids(profile, 1, 7, 7);
	policy = build_compiled(profile);
	shield_explain_uid(policy, 33, &got);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "setuid.allow[2]");
	shield_explain_gid(policy, 33, &got);
	expect(&got, SHIELD_KILL, SHIELD_REASON_DEFAULT, "setuid.default");
	shield_explain_gid(policy, 7, &got);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "setuid.allow[1]");
	shield_explain_family(policy, AF_INET, &got);
	expect(&got, SHIELD_ALLOW, SHIELD_REASON_NONE, "network.families");
	shield_explain_family(policy, AF_INET6, &got);
	expect(&got, SHIELD_DENY, SHIELD_REASON_DEFAULT, "network.families");
}

void suite_profile_explain(void);

void suite_profile_explain(void)
{
	CU_pSuite suite = CU_add_suite("profile/explain", NULL, NULL);

	CU_add_test(suite, "exec", test_exec);
	CU_add_test(suite, "paths that no file has", test_bad_paths);
	CU_add_test(suite, "libraries", test_library);
	CU_add_test(suite, "ptrace", test_trace);
	CU_add_test(suite, "addresses", test_net);
	CU_add_test(suite, "ids and families", test_ids_and_families);
	CU_add_test(suite, "files", test_files);
	CU_add_test(suite, "unix sockets", test_sockets);
	CU_add_test(suite, "capabilities and switches", test_capabilities_and_switches);
}
