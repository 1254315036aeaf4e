/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <string.h>

#include "ctl/hook_folders.h"

void suite_ctl_hook_folders(void);

/* What a reader makes of a text: the folders with a comma behind each, or its error. */
static const char *folders(int (*read)(const char *, struct shield_strings *), const char *text)
{
	static char said[256];
	struct shield_strings list = {};
	int r = read(text, &list);

	snprintf(said, sizeof(said), "%s", r < 0 ? strerror(-r) : "");
	for (size_t i = 0; r == 0 && i < list.count; i++)
		snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s,", list.item[i]);
	shield_strings_free(&list);
	return said;
}

#define HELP(rest) \
	"Options:\n  -c, --connection string  x (default [/no])\n      --hooks-dir " rest "\n      --identity [x]\n"

static void podman(void)
{
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_podman, HELP("strings   Set (default [/usr/share/a])")),
			       "/usr/share/a,");
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_podman, HELP("stringArray   Set (default [/a b,/etc/c])")),
			       "/a b,/etc/c,");
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_podman, HELP("strings   Set the folders")), "");
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_podman, HELP("strings   Set (default [/cut")), "/cut,");
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_podman, "Options:\n"), strerror(EINVAL));
}

static void crio(void)
{
	CU_ASSERT_STRING_EQUAL(
		folders(shield_hook_folders_crio, "[crio.runtime]\nhooks_dir = [\n\t\"/a\",\n\t\"/b\",\n]\n"),
		"/a,/b,");
	CU_ASSERT_STRING_EQUAL(
		folders(shield_hook_folders_crio, "# x\n# hooks_dir = [\n# \t\"/a\",\n# ]\n# cdi = [\n# \"/c\"\n"),
		"/a,");
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_crio, "hooks_dir = [\n]\n"), "");
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_crio, "hooks_dir = [\n\t\"/a\n"), strerror(EINVAL));
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_crio, ""), strerror(EINVAL));
}

/* The path of the handler "mine", or its error. */
static const char *path(const char *config)
{
	static char said[64];
	int r = shield_crio_runtime_path(config, "mine", said, sizeof(said));

	return r < 0 ? strerror(-r) : said;
}

static void handlers(void)
{
	CU_ASSERT_STRING_EQUAL(
		path("[crio.runtime.runtimes.crun]\nruntime_path = \"/c\"\n\n[crio.runtime.runtimes.mine]\n"
		     "runtime_type = \"oci\"\nruntime_path = \"/m\"\n"),
		"/m");
	CU_ASSERT_STRING_EQUAL(path("# [crio.runtime.runtimes.mine]\n# runtime_path = \"\"\n"), "");
	CU_ASSERT_STRING_EQUAL(path("[crio.runtime.runtimes.mine]\n[other]\nruntime_path = \"/o\"\n"), "");
	CU_ASSERT_STRING_EQUAL(path("[crio.runtime.runtimes.mine2]\nruntime_path = \"/o\"\n"), strerror(ENOENT));
}

void suite_ctl_hook_folders(void)
{
	CU_pSuite suite = CU_add_suite("ctl/hook_folders", NULL, NULL);

	CU_add_test(suite, "podman", podman);
	CU_add_test(suite, "CRI-O", crio);
	CU_add_test(suite, "handlers of CRI-O", handlers);
}
