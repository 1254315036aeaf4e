/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/webhook.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sinks/spool.h"

void suite_sinks_webhook(void);

/* ' stands for " in `text`. */
static int parse(const char *text, struct shield_webhook *ret, struct shield_error *error)
{
	_cleanup_json_ struct shield_json_document document = {};
	_cleanup_free_ char *quoted = strdup(text);
	struct shield_json root;

	for (char *at = quoted; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	CU_ASSERT_EQUAL_FATAL(shield_json_parse(quoted, strlen(quoted), &document, error), 0);
	root = shield_json_root(&document);
	return shield_webhook_parse(&root, ret, error);
}

static void refused(const char *text, const char *message)
{
	struct shield_webhook webhook = {};
	struct shield_error error = {};

	CU_ASSERT_TRUE(parse(text, &webhook, &error) < 0);
	if (strcmp(error.message, message) != 0)
		fprintf(stderr, "got:      %s\nexpected: %s\n", error.message, message);
	CU_ASSERT_STRING_EQUAL(error.message, message);
	CU_ASSERT_PTR_NULL(webhook.url);
}

static void defaults(void)
{
	_cleanup_webhook_ struct shield_webhook webhook = {};

	CU_ASSERT_EQUAL_FATAL(parse("{'name':'siem','url':'http://[::1]:2801/'}", &webhook, NULL), 0);
	CU_ASSERT_STRING_EQUAL(webhook.name, "siem");
	CU_ASSERT_STRING_EQUAL(webhook.url, "http://[::1]:2801/");
	CU_ASSERT_EQUAL(webhook.header_count, 0);
	CU_ASSERT_EQUAL(webhook.timeout, SHIELD_WEBHOOK_TIMEOUT);
	CU_ASSERT_EQUAL(webhook.max_bytes, SHIELD_SPOOL_BYTES);
	CU_ASSERT_PTR_NULL(webhook.ca_file);
}

/* What is printed reads back the same. */
static void round_trip(void)
{
	static const char text[] = "{'name':'siem','url':'https://siem.example/falco?a=b','headers':"
				   "{'Authorization':'Bearer \\'\\\\x:y','X-Two':'2'},'timeout':7,"
				   "'ca_file':'/etc/ca.pem','max_bytes':262144}";
	_cleanup_webhook_ struct shield_webhook webhook = {}, again = {};
	_cleanup_free_ char *printed = NULL;

	CU_ASSERT_EQUAL_FATAL(parse(text, &webhook, NULL), 0);
	CU_ASSERT_STRING_EQUAL(webhook.header[0], "Authorization: Bearer \"\\x:y");
	CU_ASSERT_EQUAL_FATAL(shield_webhook_print(&webhook, &printed, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(parse(printed, &again, NULL), 0);
	CU_ASSERT_STRING_EQUAL(again.name, "siem");
	CU_ASSERT_STRING_EQUAL(again.url, "https://siem.example/falco?a=b");
	CU_ASSERT_EQUAL(again.header_count, 2);
	CU_ASSERT_STRING_EQUAL(again.header[0], webhook.header[0]);
	CU_ASSERT_STRING_EQUAL(again.header[1], "X-Two: 2");
	CU_ASSERT_EQUAL(again.timeout, 7);
	CU_ASSERT_STRING_EQUAL(again.ca_file, "/etc/ca.pem");
	CU_ASSERT_EQUAL(again.max_bytes, 262144);
}

static void mistakes(void)
{
	refused("{'url':'http://a/'}", "document: \"name\" is missing");
	refused("{'name':'a'}", "document: \"url\" is missing");
	refused("{'name':'a','url':'ftp://a/'}", "url: not a URL that begins with http:// or https://");
	refused("{'name':'a','url':'http://a/\\nHost: b'}", "url: not a URL that begins with http:// or https://");
	refused("{'name':'a','url':'http://a/','headers':{'X':'a\\nb'}}", "headers.X: not a header and its value");
	refused("{'name':'a','url':'http://a/','headers':{'X Y':'a'}}", "headers[\"X Y\"]: not a header and its value");
	refused("{'name':'a','url':'http://a/','headers':{'X':''}}", "headers.X: not a header and its value");
	refused("{'name':'a','url':'http://a/','ca_file':'ca.pem'}", "ca_file: not an absolute path");
	refused("{'name':'a','url':'http://a/','timeout':0}", "timeout: expected an integer from 1 to 300, found 0");
}

static void more_mistakes(void)
{
	struct shield_webhook webhook = {};

	CU_ASSERT_EQUAL(parse("[]", &webhook, NULL), -EINVAL);
	CU_ASSERT_EQUAL(parse("{'name':'../a','url':'http://a/'}", &webhook, NULL), -EINVAL);
	CU_ASSERT_EQUAL(parse("{'name':'a','url':'http://a/','uri':1}", &webhook, NULL), -EINVAL);
	CU_ASSERT_EQUAL(parse("{'name':'a','url':'http://a/','max_bytes':1000}", &webhook, NULL), -EINVAL);
	CU_ASSERT_EQUAL(parse("{'name':'a','url':'http://a/','headers':{'1':'1','2':'1','3':'1','4':'1','5':'1',"
			      "'6':'1','7':'1','8':'1','9':'1','10':'1','11':'1','12':'1','13':'1','14':'1','15':'1',"
			      "'16':'1','17':'1'}}",
			      &webhook, NULL),
			-E2BIG);
}

void suite_sinks_webhook(void)
{
	CU_pSuite suite = CU_add_suite("sinks/webhook", NULL, NULL);

	CU_add_test(suite, "defaults", defaults);
	CU_add_test(suite, "round trip", round_trip);
	CU_add_test(suite, "mistakes", mistakes);
	CU_add_test(suite, "more mistakes", more_mistakes);
}
