/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/io.h"

void suite_base_file(void);

static void contains(const char *path, const char *expected)
{
	_cleanup_free_ char *text = NULL;

	CU_ASSERT_EQUAL_FATAL(shield_read_file(AT_FDCWD, path, 100, &text, NULL, NULL), 0);
	CU_ASSERT_STRING_EQUAL(text, expected);
}

static void writes(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	struct shield_error error = {};
	char path[256];

	in_folder(&folder, "a", path);
	CU_ASSERT_EQUAL(shield_write_file(path, "one", 3, false, &error), 0);
	contains(path, "one");
	CU_ASSERT_EQUAL(shield_write_file(path, "two", 3, false, &error), -EEXIST);
	contains(path, "one");
	CU_ASSERT_EQUAL(shield_write_file(path, "two", 3, true, &error), 0);
	contains(path, "two");
}

/* Nothing is left beside the file. */
static void leaves_nothing(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	unsigned int count = 0;
	char path[256];
	DIR *dir;

	in_folder(&folder, "a", path);
	shield_write_file(path, "one", 3, false, NULL);
	shield_write_file(path, "two", 3, false, NULL);
	shield_write_file(path, "two", 3, true, NULL);
	dir = opendir(folder.path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	CU_ASSERT_EQUAL(count, 3); /* with . and .. */
}

static void no_directory(void)
{
	struct shield_error error = {};

	CU_ASSERT_EQUAL(shield_write_file("/nonexistent/a", "", 0, false, &error), -ENOENT);
	CU_ASSERT_STRING_EQUAL(error.message, "/nonexistent/a: cannot write: No such file or directory");
}

void suite_base_file(void)
{
	CU_pSuite suite = CU_add_suite("base/file", NULL, NULL);

	CU_add_test(suite, "writes, and replaces where told to", writes);
	CU_add_test(suite, "leaves nothing beside it", leaves_nothing);
	CU_add_test(suite, "no directory", no_directory);
}
