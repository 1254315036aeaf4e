/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include "engine/freeze.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/io.h"

void suite_engine_freeze(void);

static struct shield_error error;

/* What the file cgroup.freeze of a folder has. */
static void freeze_is(const struct folder *folder, const char *wanted)
{
	_cleanup_free_ char *text = NULL;
	char path[256];

	CU_ASSERT_EQUAL_FATAL(
		shield_read_file(AT_FDCWD, in_folder(folder, "cgroup.freeze", path), 16, &text, NULL, NULL), 0);
	CU_ASSERT_EQUAL(strncmp(text, wanted, strlen(wanted)), 0);
}

static int freeze(const struct folder *folder, struct shield_frozen *ret)
{
	_cleanup_close_ int cgroup = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return shield_freeze(cgroup, 1, ret, &error);
}

static void freezes(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	struct shield_frozen frozen = SHIELD_FROZEN_NONE;
	sigset_t mask;

	write_file(&folder, "cgroup.freeze", "0\n");
	write_file(&folder, "cgroup.events", "populated 1\nfrozen 1\n");
	CU_ASSERT_EQUAL_FATAL(freeze(&folder, &frozen), 0);
	freeze_is(&folder, "1");
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CU_ASSERT_TRUE(sigismember(&mask, SIGINT));
	shield_thaw(&frozen);
	freeze_is(&folder, "0");
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CU_ASSERT_FALSE(sigismember(&mask, SIGINT));
	shield_thaw(&frozen);
}

/* As podman pause leaves it. */
static void was_frozen(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	struct shield_frozen frozen = SHIELD_FROZEN_NONE;

	write_file(&folder, "cgroup.freeze", "1\n");
	write_file(&folder, "cgroup.events", "populated 1\nfrozen 1\n");
	CU_ASSERT_EQUAL_FATAL(freeze(&folder, &frozen), 0);
	shield_thaw(&frozen);
	freeze_is(&folder, "1");
}

static void does_not_freeze(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	struct shield_frozen frozen = SHIELD_FROZEN_NONE;
	sigset_t mask;

	write_file(&folder, "cgroup.freeze", "0\n");
	write_file(&folder, "cgroup.events", "populated 1\nfrozen 0\n");
	CU_ASSERT_EQUAL(freeze(&folder, &frozen), -ETIMEDOUT);
	CU_ASSERT_EQUAL(frozen.cgroup, -1);
	freeze_is(&folder, "0");
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CU_ASSERT_FALSE(sigismember(&mask, SIGINT));
}

static void is_gone(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	struct shield_frozen frozen = SHIELD_FROZEN_NONE;

	CU_ASSERT_EQUAL(freeze(&folder, &frozen), -ENOENT);
	CU_ASSERT_EQUAL(frozen.cgroup, -1);
}

void suite_engine_freeze(void)
{
	CU_pSuite suite = CU_add_suite("engine/freeze", NULL, NULL);

	CU_add_test(suite, "freezes and thaws", freezes);
	CU_add_test(suite, "what was frozen stays so", was_frozen);
	CU_add_test(suite, "what does not stand still goes on", does_not_freeze);
	CU_add_test(suite, "a cgroup that is gone", is_gone);
}
