/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "base/trusted.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"

void suite_base_trusted(void);

static void refuse(const struct folder *folder, const char *name, size_t max, int code, const char *message)
{
	struct shield_error error = {};
	char path[256], *text = NULL;
	size_t length;

	CU_ASSERT_EQUAL(shield_read_trusted(in_folder(folder, name, path), max, &text, &length, &error), -code);
	CU_ASSERT_PTR_NULL(text);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, message));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, path));
}

static void good(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_free_ char *text = NULL;
	struct shield_error error = {};
	size_t length = 0;
	char path[256];

	write_file(&folder, "file", "hello");
	CU_ASSERT_EQUAL(shield_read_trusted(in_folder(&folder, "file", path), 5, &text, &length, &error), 0);
	CU_ASSERT_STRING_EQUAL(text, "hello");
	CU_ASSERT_EQUAL(length, 5);
}

static void bad(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	char path[256], link[256];

	write_file(&folder, "file", "hello");
	write_file(&folder, "open", "hello");
	CU_ASSERT_EQUAL(chmod(in_folder(&folder, "open", path), 0646), 0);
	CU_ASSERT_EQUAL(symlink(in_folder(&folder, "file", path), in_folder(&folder, "link", link)), 0);
	CU_ASSERT_EQUAL(mkfifo(in_folder(&folder, "fifo", path), 0600), 0);
	CU_ASSERT_EQUAL(mkdir(in_folder(&folder, "dir", path), 0700), 0);
	refuse(&folder, "none", 9, ENOENT, "cannot open: No such file or directory");
	refuse(&folder, "file", 4, EFBIG, "larger than 4 bytes");
	refuse(&folder, "open", 9, EPERM, "writable by all");
	refuse(&folder, "link", 9, EPERM, "a symbolic link; put the file itself here");
	refuse(&folder, "fifo", 9, EPERM, "not a regular file");
	refuse(&folder, "dir", 9, EPERM, "not a regular file");
}

/* Only root can give a file away. */
static void of_another(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	char path[256];

	if (geteuid() != 0)
		return;
	write_file(&folder, "file", "hello");
	CU_ASSERT_EQUAL(chown(in_folder(&folder, "file", path), 12345, 0), 0);
	refuse(&folder, "file", 9, EPERM, "belongs to uid 12345; it must belong to root or the caller");
}

void suite_base_trusted(void)
{
	CU_pSuite suite = CU_add_suite("base/trusted", NULL, NULL);

	CU_add_test(suite, "good", good);
	CU_add_test(suite, "bad", bad);
	CU_add_test(suite, "of another", of_another);
}
