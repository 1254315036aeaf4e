/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people and other programs rely on (docs/COMPATIBILITY.md): every key and word that a version had is there in the
 * later ones. A line may be added here, never changed or taken away, but with a new version of its format.
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "oci/annotations.h"
#include "profile/config.h"
#include "profile/parse.h"
#include "profile/rule.h"

void suite_compatibility_formats(void);

/* 1 where it did not fail, after saying why it did. */
static int accepted(int result, const struct shield_error *error)
{
	if (result < 0)
		fprintf(stderr, "%s\n", error->message);
	return result == 0;
}

/* Every key of version 1. */
static void profile(void)
{
	static const char text[] =
		"{ \"version\": 1, \"name\": \"all\", \"mode\": \"audit\", \"notes\": [\"kept\"],"
		"  \"exec\": { \"default\": \"deny\", \"action\": \"deny\", \"deny\": [\"/usr/bin/apt-get\"],"
		"    \"allow\": [\"/usr/sbin/nginx\", {\"path\": \"/bin/sh\", \"from\": [\"/entrypoint.sh\"]}],"
		"    \"drift\": \"deny\", \"fileless\": \"kill\", \"libraries\": \"image\" },"
		"  \"network\": {"
		"    \"egress\": { \"default\": \"deny\", \"action\": \"audit\", \"deny\": [{\"to\": \"169.254.169.254\"}],"
		"      \"allow\": [{\"to\": \"10.0.0.0/8\", \"proto\": \"tcp\", \"ports\": [5432, \"8000-8099\"]}] },"
		"    \"bind\": { \"default\": \"deny\", \"action\": \"deny\", \"allow\": [{\"ports\": [80]}], \"deny\": [] },"
		"    \"unix\": { \"default\": \"deny\", \"action\": \"deny\", \"allow\": [\"/run/a\"], \"deny\": [\"@b\"] },"
		"    \"families\": [\"unix\", \"inet\", \"inet6\", \"netlink\"], \"families_action\": \"deny\","
		"    \"raw\": \"deny\" },"
		"  \"ptrace\": { \"default\": \"deny\", \"action\": \"deny\", \"allow\": [{\"tracer\": \"/usr/bin/gdb\"}] },"
		"  \"setuid\": { \"default\": \"deny\", \"action\": \"kill\", \"setuid_exec\": \"deny\","
		"    \"allow\": [{\"uids\": [33, \"1000-1999\"], \"gids\": [33]}] },"
		"  \"capabilities\": { \"default\": \"deny\", \"action\": \"deny\", \"allow\": [\"CAP_CHOWN\"],"
		"    \"deny\": [\"CAP_SYS_ADMIN\"] },"
		"  \"kernel\": { \"mount\": \"deny\", \"bpf\": \"deny\", \"modules\": \"deny\", \"userns\": \"deny\" },"
		"  \"files\": { \"deny\": [\"/etc/shadow\"], \"read_only\": [\"/etc/nginx/**\"], \"action\": \"deny\" },"
		"  \"reverse_shell\": \"kill\" }";
	_cleanup_profile_ struct shield_profile *parsed = NULL;
	struct shield_error error = {};

	CU_ASSERT_TRUE(accepted(shield_profile_parse(text, sizeof(text) - 1, NULL, &parsed, &error), &error));
}

static void node_configuration(void)
{
	static const char text[] =
		"{ \"version\": 1, \"default_profile\": \"web\", \"unprofiled\": \"deny\", \"exempt_namespaces\": [\"kube-*\"],"
		"  \"annotations\": { \"profile\": true, \"mode\": false, \"record\": false },"
		"  \"bindings\": [ { \"namespace\": \"shop\", \"pod\": \"w*\", \"container\": \"c\", \"image\": \"*nginx*\","
		"    \"profile\": \"web\", \"override\": \"no\" } ] }";
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_error error = {};

	CU_ASSERT_TRUE(accepted(shield_config_parse(text, sizeof(text) - 1, &config, &error), &error));
}

static void shieldd_configuration(void)
{
	static const char text[] =
		"{ \"version\": 1, \"stdout\": false, \"metrics\": { \"listen\": \"127.0.0.1:9463\" },"
		"  \"file\": { \"path\": \"/var/log/x/events\", \"max_size\": 1048576, \"max_files\": 2 },"
		"  \"webhooks\": [ { \"name\": \"a\", \"url\": \"https://a.example/\", \"headers\": { \"X-Key\": \"k\" },"
		"    \"timeout\": 5, \"ca_file\": \"/etc/ssl/ca.pem\", \"max_bytes\": 1048576 } ] }";
	_cleanup_daemon_config_ struct shield_daemon_config config = {};
	struct shield_error error = {};

	CU_ASSERT_TRUE(accepted(shield_daemon_config_parse(text, sizeof(text) - 1, &config, &error), &error));
}

static void annotations(void)
{
	struct shield_annotation list[] = {
		{ "oci-shield/profile", "web" },      { "oci-shield/profile.nginx", "web" },
		{ "oci-shield/mode", "audit" },	      { "oci-shield/record", "web" },
		{ "oci-shield/record-files", "yes" }, { "io.kubernetes.container.name", "nginx" },
	};
	struct shield_state state = { .annotations = list, .annotation_count = sizeof(list) / sizeof(list[0]) };
	struct shield_annotations read;
	struct shield_error error = {};

	CU_ASSERT_TRUE(accepted(shield_annotations_read(&state, &read, &error), &error));
}

/* In events, metrics, webhooks' rules and counters. */
static void words(void)
{
	static const struct {
		int kind;
		const char *name;
	} kinds[] = {
		{ SHIELD_KIND_EXEC, "exec" },
		{ SHIELD_KIND_LIBRARY, "library" },
		{ SHIELD_KIND_DRIFT, "drift" },
		{ SHIELD_KIND_FILELESS, "fileless" },
		{ SHIELD_KIND_REVERSE_SHELL, "reverse_shell" },
		{ SHIELD_KIND_EGRESS, "egress" },
		{ SHIELD_KIND_BIND, "bind" },
		{ SHIELD_KIND_FAMILY, "family" },
		{ SHIELD_KIND_RAW, "raw" },
		{ SHIELD_KIND_PTRACE, "ptrace" },
		{ SHIELD_KIND_SETUID, "setuid" },
		{ SHIELD_KIND_SETUID_EXEC, "setuid_exec" },
		{ SHIELD_KIND_UNIX, "unix" },
		{ SHIELD_KIND_CAPABILITY, "capability" },
		{ SHIELD_KIND_MOUNT, "mount" },
		{ SHIELD_KIND_BPF, "bpf" },
		{ SHIELD_KIND_MODULES, "modules" },
		{ SHIELD_KIND_USERNS, "userns" },
		{ SHIELD_KIND_FILES, "files" },
		{ SHIELD_KIND_GUARD, "guard" },
		{ SHIELD_KIND_TAG, "tag" },
		{ SHIELD_KIND_CONTROL, "control" },
	};
	static const char *const verdicts[] = { "allow", "audit", "deny", "kill" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		CU_ASSERT_STRING_EQUAL(shield_kind_name((uint8_t)kinds[i].kind), kinds[i].name);
	for (uint8_t i = 0; i < SHIELD_VERDICTS; i++)
		CU_ASSERT_STRING_EQUAL(shield_verdict_name(i), verdicts[i]);
}

void suite_compatibility_formats(void)
{
	CU_pSuite suite = CU_add_suite("compatibility/formats", NULL, NULL);

	CU_add_test(suite, "profile", profile);
	CU_add_test(suite, "the node's configuration", node_configuration);
	CU_add_test(suite, "shieldd's configuration", shieldd_configuration);
	CU_add_test(suite, "annotations", annotations);
	CU_add_test(suite, "words", words);
}
