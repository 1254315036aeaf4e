/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

void suite_daemon_config(void);

static int parse(const char *text, struct shield_daemon_config *ret, struct shield_error *error)
{
	return shield_daemon_config_parse(text, strlen(text), ret, error);
}

static void least(void)
{
	_cleanup_daemon_config_ struct shield_daemon_config config = {};

	CU_ASSERT_EQUAL_FATAL(parse("{\"version\":1}", &config, NULL), 0);
	CU_ASSERT_TRUE(config.output);
	CU_ASSERT_PTR_NULL(config.file.path);
	CU_ASSERT_EQUAL(config.webhook_count, 0);
	CU_ASSERT_PTR_NULL(config.metrics);
}

static void full(void)
{
	_cleanup_daemon_config_ struct shield_daemon_config config = {};

	CU_ASSERT_EQUAL_FATAL(parse("{\"version\":1, \"stdout\":false,"
				    "\"file\":{\"path\":\"/var/log/x/events\", \"max_size\":1048576, \"max_files\":2},"
				    "\"webhooks\":[{\"name\":\"a\", \"url\":\"https://a.example/\"},"
				    "{\"name\":\"b\", \"url\":\"https://b.example/\"}],"
				    "\"metrics\":{\"listen\":\"127.0.0.1:9463\"}}",
				    &config, NULL),
			      0);
	CU_ASSERT_FALSE(config.output);
	CU_ASSERT_STRING_EQUAL(config.file.path, "/var/log/x/events");
	CU_ASSERT_EQUAL(config.file.max_size, 1048576);
	CU_ASSERT_EQUAL(config.file.max_files, 2);
	CU_ASSERT_EQUAL(config.webhook_count, 2);
	CU_ASSERT_STRING_EQUAL(config.webhook[1].name, "b");
	CU_ASSERT_STRING_EQUAL(config.metrics, "127.0.0.1:9463");
}

static void fails(const char *text, const char *words)
{
	struct shield_daemon_config config = {};
	struct shield_error error = {};

	CU_ASSERT_EQUAL(parse(text, &config, &error), -EINVAL);
	if (!strstr(error.message, words))
		fprintf(stderr, "got: %s\nexpected: %s\n", error.message, words);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, words));
}

static void failures(void)
{
	fails("{}", "\"version\" is missing");
	fails("{\"version\":2}", "version: ");
	fails("{\"version\":1, \"stdour\":true}", "\"stdout\"");
	fails("{\"version\":1, \"stdout\":1}", "stdout: ");
	fails("{\"version\":1, \"file\":\"/x\"}", "file: ");
	fails("{\"version\":1, \"file\":{}}", "file: \"path\" is missing");
	fails("{\"version\":1, \"file\":{\"path\":\"x\"}}", "file.path: ");
	fails("{\"version\":1, \"file\":{\"path\":\"/x/\"}}", "file.path: ");
	fails("{\"version\":1, \"file\":{\"path\":\"/x\", \"max_size\":1000}}", "file.max_size: ");
	fails("{\"version\":1, \"file\":{\"path\":\"/x\", \"max_files\":0}}", "file.max_files: ");
	fails("{\"version\":1, \"file\":{\"path\":\"/x\", \"max_file\":1}}", "\"max_files\"");
	fails("{\"version\":1, \"webhooks\":{}}", "webhooks: ");
	fails("{\"version\":1, \"webhooks\":[{\"name\":\"a\"}]}", "webhooks[0]");
	fails("{\"version\":1, \"webhooks\":[{\"name\":\"a\", \"url\":\"http://a/\"}, "
	      "{\"name\":\"a\", \"url\":\"http://b/\"}]}",
	      "webhooks[1]: another webhook has the name \"a\"");
	fails("{\"version\":1, \"metrics\":{}}", "metrics: \"listen\" is missing");
}

static void too_many_webhooks(void)
{
	char text[2048] = "{\"version\":1, \"webhooks\":[";
	size_t length = strlen(text);

	for (unsigned int i = 0; i <= SHIELD_DAEMON_WEBHOOKS; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "%s{\"name\":\"w%u\", \"url\":\"http://w/\"}", i ? "," : "", i);
	snprintf(text + length, sizeof(text) - length, "]}");
	fails(text, "webhooks: more than");
}

void suite_daemon_config(void)
{
	CU_pSuite suite = CU_add_suite("daemon/config", NULL, NULL);

	CU_add_test(suite, "least", least);
	CU_add_test(suite, "full", full);
	CU_add_test(suite, "failures", failures);
	CU_add_test(suite, "too many webhooks", too_many_webhooks);
}
