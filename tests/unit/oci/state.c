/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

void suite_oci_state(void);

static char text[8192];
static struct shield_error error;

static int parse(const char *json, struct shield_state *ret)
{
	CU_ASSERT_FATAL(strlen(json) < sizeof(text));
	strcpy(text, json);
	return shield_state_parse(text, strlen(json), ret, &error);
}

/* crun's state at createRuntime has a member the specification does not. */
static void test_whole(void)
{
	_cleanup_state_ struct shield_state state = {};

	CU_ASSERT_EQUAL_FATAL(
		parse("{\"ociVersion\":\"1.0\",\"id\":\"c1\",\"pid\":123,\"root\":\"/r\","
		      "\"bundle\":\"/b\",\"status\":\"created\",\"annotations\":{\"oci-shield/profile\":\"web\",\"a\":\"\"}}\n",
		      &state),
		0);
	CU_ASSERT_STRING_EQUAL(state.id, "c1");
	CU_ASSERT_STRING_EQUAL(state.bundle, "/b");
	CU_ASSERT_EQUAL(state.pid, 123);
	CU_ASSERT_EQUAL_FATAL(state.annotation_count, 2);
	CU_ASSERT_STRING_EQUAL(state.annotations[0].key, "oci-shield/profile");
	CU_ASSERT_STRING_EQUAL(state.annotations[0].value, "web");
	CU_ASSERT_STRING_EQUAL(state.annotations[1].value, "");
}

/* poststop: runc leaves the pid out, crun says 0. */
static void test_poststop(void)
{
	_cleanup_state_ struct shield_state runc = {}, crun = {};

	CU_ASSERT_EQUAL(parse("{\"id\":\"c\",\"bundle\":\"/b\",\"annotations\":null}", &runc), 0);
	CU_ASSERT_EQUAL(runc.pid, 0);
	CU_ASSERT_EQUAL(runc.annotation_count, 0);
	CU_ASSERT_EQUAL(parse("{\"id\":\"c\",\"pid\":0,\"bundle\":\"/b\"}", &crun), 0);
	CU_ASSERT_EQUAL(crun.pid, 0);
}

static void refuses(const char *json, const char *message)
{
	struct shield_state state = { .pid = 77 };

	CU_ASSERT_EQUAL(parse(json, &state), -EINVAL);
	CU_ASSERT_EQUAL(state.pid, 77);
	if (!strstr(error.message, message))
		printf("\n    %s: said \"%s\"\n", json, error.message);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, message));
}

static void test_refusals(void)
{
	char json[512], id[140];

	refuses("", "OCI state: the JSON text ends");
	refuses("[]", "OCI state: byte 0: expected an object");
	refuses("{}", "it has no id");
	refuses("{\"id\":\"\",\"bundle\":\"/b\"}", "it has no id");
	refuses("{\"id\":\"a/b\",\"bundle\":\"/b\"}", "id: only printable");
	refuses("{\"id\":\"a\\nb\",\"bundle\":\"/b\"}", "id: only printable");
	refuses("{\"id\":\"a b\",\"bundle\":\"/b\"}", "id: only printable");
	refuses("{\"id\":\"\xc3\xa9\",\"bundle\":\"/b\"}", "id: only printable");
	refuses("{\"id\":\"..\",\"bundle\":\"/b\"}", "is not a name");
	refuses("{\"id\":5,\"bundle\":\"/b\"}", "OCI state: id: byte 6: expected a string");
	refuses("{\"id\":\"a\"}", "it has no bundle");
	refuses("{\"id\":\"a\",\"bundle\":\"b\"}", "not an absolute path");
	refuses("{\"id\":\"a\",\"bundle\":\"/b\",\"pid\":-1}", "pid: not the id of a process");
	refuses("{\"id\":\"a\",\"bundle\":\"/b\",\"pid\":4294967296}", "pid: not the id of a process");
	refuses("{\"id\":\"a\",\"bundle\":\"/b\",\"pid\":\"1\"}", "expected an integer");
	refuses("{\"id\":\"a\",\"bundle\":\"/b\",\"annotations\":[]}", "annotations: byte");
	refuses("{\"id\":\"a\",\"bundle\":\"/b\",\"annotations\":{\"k\":1}}", "annotations: k: byte");
	refuses("{\"id\":\"a\",\"bundle\":\"/b\",\"annotations\":{\"k\":\"1\"},\"annotations\":{}}", "is there twice");
	refuses("{\"id\":\"a\",\"bundle\":\"/b\"} x", "something follows");

	memset(id, 'i', sizeof(id));
	id[128] = '\0';
	snprintf(json, sizeof(json), "{\"id\":\"%s\",\"bundle\":\"/b\"}", id);
	refuses(json, "longer than 127 bytes");
}

static void test_longest_id(void)
{
	_cleanup_state_ struct shield_state state = {};
	char json[512], id[128];

	memset(id, 'i', sizeof(id));
	id[127] = '\0';
	snprintf(json, sizeof(json), "{\"id\":\"%s\",\"bundle\":\"/b\"}", id);
	CU_ASSERT_EQUAL_FATAL(parse(json, &state), 0);
	CU_ASSERT_STRING_EQUAL(state.id, id);
}

static void test_many_annotations(void)
{
	_cleanup_state_ struct shield_state state = {};
	char json[8192], key[16];
	size_t length;

	length = (size_t)sprintf(json, "{\"id\":\"a\",\"bundle\":\"/b\",\"annotations\":{");
	for (int i = 0; i < 200; i++)
		length += (size_t)sprintf(json + length, "%s\"k%d\":\"v%d\"", i ? "," : "", i, i);
	strcpy(json + length, "}}");
	CU_ASSERT_EQUAL_FATAL(parse(json, &state), 0);
	CU_ASSERT_EQUAL_FATAL(state.annotation_count, 200);
	for (int i = 0; i < 200; i++) {
		sprintf(key, "k%d", i);
		CU_ASSERT_STRING_EQUAL(state.annotations[i].key, key);
	}
}

void suite_oci_state(void)
{
	CU_pSuite suite = CU_add_suite("oci/state", NULL, NULL);

	CU_add_test(suite, "a whole state", test_whole);
	CU_add_test(suite, "poststop has no pid", test_poststop);
	CU_add_test(suite, "refusals", test_refusals);
	CU_add_test(suite, "the longest id", test_longest_id);
	CU_add_test(suite, "many annotations", test_many_annotations);
}
