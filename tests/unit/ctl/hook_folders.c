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
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_crio,
				       "[crio]\n  [crio.runtime]\n    hooks_dir = [\"/a\", \"/b c\"]\n"
				       "    cdi_spec_dirs = [\"/c\"]\n"),
			       "/a,/b c,");
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_crio, "    hooks_dir = []\n    x = [\"/c\"]\n"), "");
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_crio, "hooks_dir = [\n\t\"/a\n"), strerror(EINVAL));
	CU_ASSERT_STRING_EQUAL(folders(shield_hook_folders_crio, ""), strerror(EINVAL));
}

/* What the handler "mine" runs, or "none". */
static const char *path(const char *config)
{
	static char said[64];

	return shield_crio_setting(config, "crio.runtime.runtimes.mine", "runtime_path", said, sizeof(said)) ? said
													     : "none";
}

static void settings(void)
{
	char said[64];

	CU_ASSERT_STRING_EQUAL(
		path("[crio.runtime.runtimes.crun]\nruntime_path = \"/c\"\n\n[crio.runtime.runtimes.mine]\n"
		     "runtime_type = \"oci\"\nruntime_path = \"/m\"\n"),
		"/m");
	CU_ASSERT_STRING_EQUAL(path("# [crio.runtime.runtimes.mine]\n# runtime_path = \"\"\n"), "");
	CU_ASSERT_STRING_EQUAL(path("    [crio.runtime.runtimes]\n      [crio.runtime.runtimes.crun]\n"
				    "        runtime_path = \"/c\"\n      [crio.runtime.runtimes.mine]\n"
				    "        runtime_path = \"/m\"\n"),
			       "/m");
	CU_ASSERT_STRING_EQUAL(path("[crio.runtime.runtimes.mine]\n[other]\nruntime_path = \"/o\"\n"), "none");
	CU_ASSERT_STRING_EQUAL(path("[crio.runtime.runtimes.mine2]\nruntime_path = \"/o\"\n"), "none");
	/* prose that begins like a table; a value without quotes */
	CU_ASSERT_TRUE_FATAL(shield_crio_setting("[crio.runtime]\n# [crio.new] table and its option.\n# on = true\n",
						 "crio.runtime", "on", said, sizeof(said)));
	CU_ASSERT_STRING_EQUAL(said, "true");
}

void suite_ctl_hook_folders(void)
{
	CU_pSuite suite = CU_add_suite("ctl/hook_folders", NULL, NULL);

	CU_add_test(suite, "podman", podman);
	CU_add_test(suite, "CRI-O", crio);
	CU_add_test(suite, "settings of CRI-O", settings);
}
