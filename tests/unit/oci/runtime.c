/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include "oci/runtime.h"

#include <errno.h>
#include <string.h>

void suite_oci_runtime(void);

static struct shield_error error;
static struct folder folder;
static char script[256], first[256], second[256];
static const struct shield_runtime_root roots[] = {
	{ "false", first, "status" }, { script, first, NULL }, { script, second, NULL }, {}
};
static const struct shield_runtime_root marked_roots[] = { { "false", first, "status" },
							   { script, first, "ours" },
							   {} };

/* A runtime that repeats what it was asked, and fails for one container. */
static int set_up(void)
{
	FILE *file;

	folder = (struct folder){ "/tmp/shield-test-XXXXXX" };
	if (!mkdtemp(folder.path))
		return 1;
	in_folder(&folder, "runtime", script);
	in_folder(&folder, "a", first);
	in_folder(&folder, "b*", second);
	for (const char *const *name =
		     (const char *const[]){ "a", "a/abc", "a/abd", "a/abcd", "a/abcd/ours", "b1", "b1/xyz", NULL };
	     *name; name++) {
		char path[256];

		if (mkdir(in_folder(&folder, *name, path), 0755))
			return 1;
	}
	file = fopen(script, "w"); /* CUnit's assertions do not work while a suite is set up */
	if (!file)
		return 1;
	fputs("#!/bin/sh\n[ $4 != xyz ] || exit 1\n"
	      "echo \"{'id':'$4','pid':7,'status':'running','bundle':'$2'}\" | tr \"'\" '\"'\n",
	      file);
	fclose(file);
	return chmod(script, 0755);
}

static int tear_down(void)
{
	remove_folder(&folder);
	return 0;
}

static int find(const char *id, struct shield_state *ret, char **ret_text)
{
	return shield_runtime_find(roots, id, ret_text, ret, &error);
}

static void finds(void)
{
	_cleanup_state_ struct shield_state state = {};
	_cleanup_free_ char *text = NULL;

	CU_ASSERT_EQUAL_FATAL(find("abd", &state, &text), 0);
	CU_ASSERT_STRING_EQUAL(state.id, "abd");
	CU_ASSERT_STRING_EQUAL(state.status, "running");
	CU_ASSERT_STRING_EQUAL(state.bundle, first);
	CU_ASSERT_EQUAL(state.pid, 7);
}

static void finds_exactly(void)
{
	_cleanup_state_ struct shield_state state = {};
	_cleanup_free_ char *text = NULL;

	CU_ASSERT_EQUAL_FATAL(find("abc", &state, &text), 0);
	CU_ASSERT_STRING_EQUAL(state.id, "abc");
}

/* Two runtimes, one root: a folder is of whom it has the file of. */
static void finds_by_file(void)
{
	_cleanup_state_ struct shield_state state = {};
	_cleanup_free_ char *text = NULL;

	CU_ASSERT_EQUAL(shield_runtime_find(marked_roots, "abc", &text, &state, &error), 0);
	CU_ASSERT_STRING_EQUAL(state.id, "abcd");
}

static void refuses(void)
{
	struct shield_state state = {};
	char *text = NULL;

	CU_ASSERT_EQUAL(find("ab", &state, &text), -EEXIST);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "abd"));
	CU_ASSERT_EQUAL(find("nobody", &state, &text), -ENOENT);
	CU_ASSERT_EQUAL(find("", &state, &text), -ENOENT);
	CU_ASSERT_EQUAL(find("xyz", &state, &text), -EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "b1 state xyz"));
	CU_ASSERT_PTR_NULL(text);
}

static int note(const struct shield_state *state, void *context)
{
	char *seen = context;

	strcat(strcat(seen, state->id), ",");
	return strlen(seen) > 9; /* enough */
}

static void visits(void)
{
	char seen[64] = "";

	CU_ASSERT_EQUAL(shield_runtime_each(&roots[1], note, seen), 0);
	CU_ASSERT_STRING_EQUAL(seen, ""); /* the one that does not answer */
	CU_ASSERT_EQUAL(shield_runtime_each(roots, note, seen), 1);
	CU_ASSERT(strlen(seen) > 9);
	CU_ASSERT_PTR_NOT_NULL(strstr(seen, "ab"));
}

void suite_oci_runtime(void)
{
	CU_pSuite suite = CU_add_suite("oci/runtime", set_up, tear_down);

	CU_add_test(suite, "a container by the beginning of its id", finds);
	CU_add_test(suite, "an id that is the beginning of another", finds_exactly);
	CU_add_test(suite, "two runtimes with one root", finds_by_file);
	CU_add_test(suite, "refusals", refuses);
	CU_add_test(suite, "all", visits);
}
