/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

void suite_base_json(void);

/* Parses a copy without a NUL behind it: the sanitizer sees a byte read too far. */
static int parse(const char *text, size_t length, struct shield_json_document *ret, struct shield_error *error)
{
	char *copy = malloc(length ? length : 1);
	int result;

	memcpy(copy, text, length);
	result = shield_json_parse(copy, length, ret, error);
	free(copy);
	return result;
}

static void refuse(const char *text, size_t length, int code, const char *message)
{
	struct shield_json_document document = {};
	struct shield_error error = {};
	int result = parse(text, length, &document, &error);

	CU_ASSERT_EQUAL(result, -code);
	CU_ASSERT_PTR_NULL(document.root);
	if (!strstr(error.message, message))
		fprintf(stderr, "%s\n  said: %s\n", text, error.message);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, message));
	shield_json_document_free(&document);
}

static void accepted(void)
{
	static const char *const texts[] = { "{}",
					     " [1, -2]\r\n\t",
					     "7",
					     "true",
					     "null",
					     "\"\\\\u0000\"",
					     "{\"a:b\":\"c:\\\":\"}",
					     "{\"a\":{\"b\":1},\"b\":[{\"b\":1},{\"b\":1}]}" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		_cleanup_json_ struct shield_json_document document = {};

		CU_ASSERT_EQUAL(parse(texts[i], strlen(texts[i]), &document, NULL), 0);
	}
}

static void refused(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "", "the text ends too early" },
		{ "{", "the text ends too early" },
		{ "{\"a\":1,\n\"b\":", "line 2: the text ends too early" },
		{ "{} x", "line 1: not JSON" },
		{ "{}{}", "line 1: not JSON" },
		{ "{}\n\n]", "line 3: not JSON" },
		{ "[1,]", "line 1: not JSON" },
		{ "{\"a\":1,}", "line 1: not JSON" },
		{ "{a:1}", "line 1: not JSON" },
		{ "['a']", "line 1: not JSON" },
		{ "/* */ {}", "line 1: not JSON" },
		{ "[TRUE]", "line 1: not JSON" },
		{ "[\"\xff\"]", "line 1: not JSON: invalid utf-8 string" },
		{ "[1,\n\"a\\u0000b\"]", "line 2: NUL in a string" },
		{ "{\"exec\\u0000\":1}", "line 1: NUL in a string" },
		{ "[\"a\tb\"]", "line 1: control character" },
		{ "{\"a\":1,\"a\":2}", "an object has the same key twice" },
		{ "[{\"b\":{\"a\":[],\"\\u0061\":2}}]", "an object has the same key twice" },
		{ "{\"a\":{\"x\":1},\"a\":{\"y\":1,\"z\":2}}", "an object has the same key twice" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		refuse(cases[i].text, strlen(cases[i].text), EINVAL, cases[i].message);
	refuse("{}\0", 3, EINVAL, "line 1: control character");
	refuse("[\"a\0b\"]", 7, EINVAL, "line 1: control character");
}

static void depth(void)
{
	char text[2 * 40];

	for (size_t levels = 1; levels <= 40; levels++) {
		_cleanup_json_ struct shield_json_document document = {};
		int result;

		memset(text, '[', levels);
		memset(text + levels, ']', levels);
		result = parse(text, 2 * levels, &document, NULL);
		CU_ASSERT_TRUE(result == (levels <= SHIELD_JSON_DEPTH ? 0 : -E2BIG));
	}
	memset(text, '[', 40);
	refuse(text, 40, E2BIG, "nested deeper than 32 levels");
}

/* Puts the message about a place of a document into `error`. */
static void at_place(struct shield_error *error)
{
	static const char text[] = "{\"exec\":{\"allow\":[1,{\"a/b\":{\"path\":7}}],\"\\n\":1}}";
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_json root, exec, allow, entry, odd, path;

	CU_ASSERT_EQUAL_FATAL(parse(text, strlen(text), &document, NULL), 0);
	root = shield_json_root(&document);
	CU_ASSERT_TRUE_FATAL(shield_json_member(&root, "exec", &exec));
	CU_ASSERT_TRUE_FATAL(shield_json_member(&exec, "allow", &allow));
	entry = shield_json_element(&allow, 1);
	CU_ASSERT_TRUE_FATAL(shield_json_member(&entry, "a/b", &odd));
	CU_ASSERT_TRUE_FATAL(shield_json_member(&odd, "path", &path));
	CU_ASSERT_EQUAL(shield_json_fail(&path, EPERM, error, "%d of %s", 3, "them"), -EPERM);
	CU_ASSERT_STRING_EQUAL(error->message, "exec.allow[1][\"a/b\"].path: 3 of them");
	CU_ASSERT_EQUAL(shield_json_fail(&root, EPERM, error, "no"), -EPERM);
	CU_ASSERT_STRING_EQUAL(error->message, "document: no");
	CU_ASSERT_EQUAL(shield_json_fail(&path, EPERM, NULL, "no"), -EPERM);
}

static void places(void)
{
	struct shield_error error;

	at_place(&error);
}

static void long_places_are_cut(void)
{
	struct shield_json chain[200];
	struct shield_error error;

	chain[0] = (struct shield_json){};
	for (size_t i = 1; i < 200; i++)
		chain[i] = (struct shield_json){ .parent = &chain[i - 1], .key = "abcdefgh" };
	CU_ASSERT_EQUAL(shield_json_fail(&chain[199], EINVAL, &error, "no"), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "abcdefgh.abcdefgh"));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, ": no"));
}

static void members(void)
{
	static const char text[] = "{\"a\":1,\"b\":null,\"c\":[3,4]}";
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_json root, at = { .index = 9 };

	CU_ASSERT_EQUAL_FATAL(parse(text, strlen(text), &document, NULL), 0);
	root = shield_json_root(&document);
	CU_ASSERT_FALSE(shield_json_member(&root, "b", &at));
	CU_ASSERT_FALSE(shield_json_member(&root, "z", &at));
	CU_ASSERT_EQUAL(at.index, 9);
	CU_ASSERT_TRUE_FATAL(shield_json_member(&root, "a", &at));
	CU_ASSERT_TRUE(shield_json_is_integer(&at));
	CU_ASSERT_EQUAL(shield_json_length(&at), 0);
	CU_ASSERT_FALSE(shield_json_member(&at, "a", &at));
	CU_ASSERT_TRUE_FATAL(shield_json_member(&root, "c", &at));
	CU_ASSERT_TRUE(shield_json_is_array(&at));
	CU_ASSERT_EQUAL(shield_json_length(&at), 2);
	CU_ASSERT_FALSE(shield_json_is_object(&at));
}

/* A value of each type, asked for as each type. */
static void types(void)
{
	static const char text[] = "{\"s\":\"x\",\"i\":-3,\"b\":true,\"d\":1.5,\"o\":{},\"a\":[],\"n\":[null],"
				   "\"big\":18446744073709551615}";
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_json root, s, i, b, d, big, n, null;
	struct shield_error error = {};
	const char *string = NULL;
	int64_t integer = 0;
	bool boolean = false;

	CU_ASSERT_EQUAL_FATAL(parse(text, strlen(text), &document, NULL), 0);
	root = shield_json_root(&document);
	shield_json_member(&root, "s", &s), shield_json_member(&root, "i", &i), shield_json_member(&root, "b", &b);
	shield_json_member(&root, "d", &d), shield_json_member(&root, "big", &big), shield_json_member(&root, "n", &n);
	CU_ASSERT_EQUAL(shield_json_string(&s, &string, &error), 0);
	CU_ASSERT_STRING_EQUAL(string, "x");
	CU_ASSERT_EQUAL(shield_json_string(&i, &string, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "i: expected a string, found an integer");
	null = shield_json_element(&n, 0);
	CU_ASSERT_EQUAL(shield_json_string(&null, &string, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "n[0]: expected a string, found null");
	CU_ASSERT_EQUAL(shield_json_bool(&b, &boolean, &error), 0);
	CU_ASSERT_TRUE(boolean);
	CU_ASSERT_EQUAL(shield_json_bool(&i, &boolean, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "i: expected true or false, found an integer");
	CU_ASSERT_EQUAL(shield_json_integer(&i, -3, 5, &integer, &error), 0);
	CU_ASSERT_EQUAL(integer, -3);
	CU_ASSERT_EQUAL(shield_json_integer(&i, -2, 5, &integer, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "i: expected an integer from -2 to 5, found -3");
	CU_ASSERT_EQUAL(shield_json_integer(&d, 0, 5, &integer, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "d: expected an integer, found a fraction");
	CU_ASSERT_EQUAL(shield_json_integer(&big, 0, 1000, &integer, &error), -EINVAL);
	CU_ASSERT_EQUAL(shield_json_expect_array(&root, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "document: expected an array, found an object");
	CU_ASSERT_EQUAL(shield_json_expect_object(&s, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "s: expected an object, found a string");
}

/* json-c refuses a number that is too big for it from 0.17 on, and before that makes it the biggest. */
static void too_big(void)
{
	static const char text[] = "[99999999999999999999]";
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_json root, at;
	int64_t integer = 0;
	int result = parse(text, strlen(text), &document, NULL);

	if (result == 0) {
		root = shield_json_root(&document);
		at = shield_json_element(&root, 0);
		result = shield_json_integer(&at, 0, 1000, &integer, NULL);
	}
	CU_ASSERT_EQUAL(result, -EINVAL);
}

static void choices(void)
{
	static const char *const words[] = { "allow", "deny", NULL };
	static const char text[] = "[\"deny\",\"de\\nny\",1]";
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_json root, at;
	struct shield_error error = {};
	size_t choice = 7;

	CU_ASSERT_EQUAL_FATAL(parse(text, strlen(text), &document, NULL), 0);
	root = shield_json_root(&document);
	at = shield_json_element(&root, 1);
	CU_ASSERT_EQUAL(shield_json_choice(&at, words, &choice, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "[1]: \"de?ny\" is not one of allow, deny");
	at = shield_json_element(&root, 2);
	CU_ASSERT_EQUAL(shield_json_choice(&at, words, &choice, &error), -EINVAL);
	CU_ASSERT_EQUAL(choice, 7);
	at = shield_json_element(&root, 0);
	CU_ASSERT_EQUAL(shield_json_choice(&at, words, &choice, &error), 0);
	CU_ASSERT_EQUAL(choice, 1);
}

static void known_keys(void)
{
	static const char *const keys[] = { "allow", "deny", NULL };
	static const char text[] = "[{\"deny\":1,\"allow\":1},{\"alow\":1},{\"something\":null},5,{}]";
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_error error = {};
	struct shield_json root, at[5];

	CU_ASSERT_EQUAL_FATAL(parse(text, strlen(text), &document, NULL), 0);
	root = shield_json_root(&document);
	for (size_t i = 0; i < 5; i++)
		at[i] = shield_json_element(&root, i);
	CU_ASSERT_EQUAL(shield_json_known_keys(&at[0], keys, &error), 0);
	CU_ASSERT_EQUAL(shield_json_known_keys(&at[4], keys, &error), 0);
	CU_ASSERT_EQUAL(shield_json_known_keys(&at[1], keys, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "[1].alow: unknown key; did you mean \"allow\"?");
	CU_ASSERT_EQUAL(shield_json_known_keys(&at[2], keys, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "[2].something: unknown key");
	CU_ASSERT_EQUAL(shield_json_known_keys(&at[3], keys, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "[3]: expected an object, found an integer");
}

/* Collects the keys; stops at "stop". */
static int collect(const struct shield_json *member, void *context)
{
	strcat(context, member->key);
	return strcmp(member->key, "stop") == 0 ? 5 : 0;
}

static void each_member(void)
{
	static const char text[] = "[{\"z\":1,\"a\":null},{\"b\":1,\"stop\":1,\"c\":1},7]";
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_json root, at;
	char keys[32] = "";

	CU_ASSERT_EQUAL_FATAL(parse(text, strlen(text), &document, NULL), 0);
	root = shield_json_root(&document);
	at = shield_json_element(&root, 0);
	CU_ASSERT_EQUAL(shield_json_each_member(&at, collect, keys), 0);
	CU_ASSERT_STRING_EQUAL(keys, "za");
	at = shield_json_element(&root, 1);
	CU_ASSERT_EQUAL(shield_json_each_member(&at, collect, keys), 5);
	CU_ASSERT_STRING_EQUAL(keys, "zabstop");
	at = shield_json_element(&root, 2);
	CU_ASSERT_EQUAL(shield_json_each_member(&at, collect, keys), 0);
}

void suite_base_json(void)
{
	CU_pSuite suite = CU_add_suite("base/json", NULL, NULL);

	CU_add_test(suite, "accepted", accepted);
	CU_add_test(suite, "refused", refused);
	CU_add_test(suite, "depth", depth);
	CU_add_test(suite, "places", places);
	CU_add_test(suite, "long places are cut", long_places_are_cut);
	CU_add_test(suite, "members", members);
	CU_add_test(suite, "types", types);
	CU_add_test(suite, "a number that is too big", too_big);
	CU_add_test(suite, "choices", choices);
	CU_add_test(suite, "known keys", known_keys);
	CU_add_test(suite, "each member", each_member);
}
