/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "running.h"

void suite_ctl_profile_explain(void);

static char path[] = "/tmp/shield-explain-XXXXXX.json";

static int set_up(void)
{
	static const char profile[] =
		"{\"version\":1,\"files\":{\"deny\":[\"/srv/key\"],\"read_only\":[\"/etc/**\"],\"action\":\"kill\"},"
		"\"capabilities\":{\"deny\":[\"CAP_SYS_ADMIN\"]},\"kernel\":{\"mount\":\"deny\",\"userns\":\"audit\"},"
		"\"network\":{\"unix\":{\"allow\":[\"@app*\",\"/run/app.sock\"]}}}";
	int fd = mkstemps(path, 5);
	ssize_t written = fd < 0 ? -1 : write(fd, profile, strlen(profile));

	close(fd);
	return written != (ssize_t)strlen(profile);
}

static int tear_down(void)
{
	return unlink(path);
}

/* What is said about an act with one word, or with none. */
static void says(const char *act, const char *word, int status, const char *expected)
{
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&shield_ctl_profile, said, "profile", "explain", path, act, word), status);
	said[strcspn(said, "\n")] = '\0';
	if (strcmp(said, expected) != 0)
		fprintf(stderr, "said:     %s\nexpected: %s\n", said, expected);
	CU_ASSERT_STRING_EQUAL(said, expected);
}

static void files(void)
{
	says("open", "/srv/key", 4, "kill: an entry of the profile refuses it (files.deny[0])");
	says("open", "/etc/hosts", 0, "allow: no entry of files refuses it");
	says("write", "/etc/hosts", 4, "kill: an entry of the profile refuses it (files.read_only[0])");
	says("write", "/srv", 4, "kill: what a rule protects lies below this folder (files)");
	says("open", "srv", 1, "shieldctl: \"srv\" is not absolute: give the path as the container sees it");
}

static void sockets(void)
{
	says("unix", "@app-7", 0, "allow: by network.unix.allow[0]");
	says("unix", "/run/other.sock", 4, "deny: no entry of the profile allows it (network.unix.default)");
	says("unix", "@", 1, "shieldctl: \"@\" is no abstract name: \"@\" and 1 to 107 bytes");
}

static void kernel(void)
{
	says("capability", "CAP_SYS_ADMIN", 4, "deny: an entry of the profile refuses it (capabilities.deny[0])");
	says("capability", "CAP_KILL", 0, "allow: no entry of capabilities refuses it");
	says("capability", "CAP_KIL", 1, "shieldctl: \"CAP_KIL\" is no capability; did you mean \"CAP_KILL\"?");
	says("capability", "root", 1, "shieldctl: \"root\" is no capability this version knows");
	says("mount", NULL, 4, "deny: by kernel.mount");
	says("userns", NULL, 0, "audit: by kernel.userns");
	says("bpf", NULL, 0, "allow: the profile has no rule about this");
	says("modules", NULL, 0, "allow: the profile has no rule about this");
}

static void json(void)
{
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&shield_ctl_profile, said, "profile", "explain", "-o", "json", path, "open", "/srv/key"),
			4);
	CU_ASSERT_STRING_EQUAL(said, "{\"verdict\":\"kill\",\"mode\":\"enforce\",\"kind\":\"files\","
				     "\"rule\":\"files.deny[0]\",\"reason\":\"an entry of the profile refuses "
				     "it\"}\n");
	CU_ASSERT_EQUAL(RUN(&shield_ctl_profile, said, "profile", "explain", "-o", "json", path, "bpf"), 0);
	CU_ASSERT_STRING_EQUAL(said, "{\"verdict\":\"allow\",\"mode\":\"enforce\",\"kind\":\"bpf\","
				     "\"rule\":null,\"reason\":null}\n");
}

static void usage(void)
{
	says("mount", "/x", 2, "shieldctl profile explain: mount takes 0 arguments");
	says("open", NULL, 2, "shieldctl profile explain: open takes 1 argument");
	says("fly", NULL, 2,
	     "shieldctl profile explain: the act is exec, connect, bind, unix, setuid, setgid, ptrace, open, write, "
	     "capability, mount, bpf, modules or userns");
}

void suite_ctl_profile_explain(void)
{
	CU_pSuite suite = CU_add_suite("ctl/profile_explain", set_up, tear_down);

	CU_add_test(suite, "files", files);
	CU_add_test(suite, "unix sockets", sockets);
	CU_add_test(suite, "capabilities and kernel", kernel);
	CU_add_test(suite, "json", json);
	CU_add_test(suite, "usage", usage);
}
