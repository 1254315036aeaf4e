/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/containerd_config.h"

#include <CUnit/CUnit.h>
#include <string.h>

void suite_ctl_containerd_config(void);

static const char *const dump_1 = "imports = [\"/etc/containerd/config.toml\"]\n"
				  "version = 2\n"
				  "\n"
				  "[grpc]\n"
				  "  address = \"/run/containerd/containerd.sock\"\n"
				  "  gid = 0\n"
				  "\n"
				  "[plugins]\n"
				  "\n"
				  "  [plugins.\"io.containerd.grpc.v1.cri\"]\n"
				  "    sandbox_image = \"pause\"\n"
				  "\n"
				  "    [plugins.\"io.containerd.grpc.v1.cri\".containerd]\n"
				  "      default_runtime_name = \"runc\"\n"
				  "\n"
				  "        [plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.oci-shield-2]\n"
				  "          base_runtime_spec = \"/other.json\"\n"
				  "\n"
				  "        [plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.oci-shield]\n"
				  "          base_runtime_spec_2 = \"/wrong.json\"\n"
				  "          base_runtime_spec = \"/spec.json\"\n"
				  "          pod_annotations = [\"a/*\", \"oci-shield/*\"]\n"
				  "          runtime_path = \"\"\n";

static const char *const dump_2 = "version = 3\n"
				  "[grpc]\n"
				  "  address = '/run/containerd/containerd.sock'\n"
				  "\n"
				  "[plugins]\n"
				  "  [plugins.'io.containerd.cri.v1.images']\n"
				  "    snapshotter = 'overlayfs'\n"
				  "\n"
				  "  [plugins.'io.containerd.cri.v1.runtime']\n"
				  "    enable_selinux = false\n"
				  "\n"
				  "    [plugins.'io.containerd.cri.v1.runtime'.containerd]\n"
				  "      default_runtime_name = 'oci-shield'\n"
				  "\n"
				  "  [plugins.'io.containerd.grpc.v1.cri']\n"
				  "    disable_tcp_service = true";

static char value[64];

static void settings(void)
{
	CU_ASSERT_TRUE(shield_containerd_setting(dump_1, "", "version", value, sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "2");
	CU_ASSERT_TRUE(shield_containerd_setting(dump_1, "grpc", "address", value, sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "/run/containerd/containerd.sock");
	CU_ASSERT_TRUE(shield_containerd_setting(dump_2, "grpc", "address", value, sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "/run/containerd/containerd.sock");
	CU_ASSERT_TRUE(shield_containerd_setting(dump_2, "plugins.\"io.containerd.grpc.v1.cri\"", "disable_tcp_service",
						 value, sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "true");
}

static void not_there(void)
{
	CU_ASSERT_FALSE(shield_containerd_setting("", "", "version", value, sizeof(value)));
	CU_ASSERT_FALSE(shield_containerd_setting(dump_1, "", "address", value, sizeof(value)));
	CU_ASSERT_FALSE(shield_containerd_setting(dump_1, "plugins", "sandbox_image", value, sizeof(value)));
	CU_ASSERT_FALSE(shield_containerd_setting(dump_1, "grpc", "addres", value, sizeof(value)));
	CU_ASSERT_FALSE(shield_containerd_setting(dump_1, "grpc", "address", value, 8));
}

static void cri_settings(void)
{
	CU_ASSERT_TRUE(shield_containerd_cri_setting(dump_1, "", "sandbox_image", value, sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "pause");
	CU_ASSERT_TRUE(
		shield_containerd_cri_setting(dump_1, "containerd", "default_runtime_name", value, sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "runc");
	CU_ASSERT_TRUE(
		shield_containerd_cri_setting(dump_2, "containerd", "default_runtime_name", value, sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "oci-shield");
	CU_ASSERT_TRUE(shield_containerd_cri_setting(dump_1, "containerd.runtimes.oci-shield", "base_runtime_spec",
						     value, sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "/spec.json");
	CU_ASSERT_TRUE(shield_containerd_cri_setting(dump_1, "containerd.runtimes.oci-shield", "pod_annotations", value,
						     sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "[\"a/*\", \"oci-shield/*\"]");
	CU_ASSERT_TRUE(shield_containerd_cri_setting(dump_1, "containerd.runtimes.oci-shield", "runtime_path", value,
						     sizeof(value)));
	CU_ASSERT_STRING_EQUAL(value, "");
	CU_ASSERT_FALSE(shield_containerd_cri_setting(dump_2, "containerd.runtimes.oci-shield", "base_runtime_spec",
						      value, sizeof(value)));
}

void suite_ctl_containerd_config(void)
{
	CU_pSuite suite = CU_add_suite("ctl/containerd_config", NULL, NULL);

	CU_add_test(suite, "settings", settings);
	CU_add_test(suite, "what is not there", not_there);
	CU_add_test(suite, "settings of the CRI plugin", cri_settings);
}
