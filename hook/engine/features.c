/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/features.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "engine/engine.h"
#include "engine/tier.h"
#include "oci/process.h"

static void found(struct shield_feature_state *state, bool present, const char *detail)
{
	state->present = present;
	snprintf(state->detail, sizeof(state->detail), "%s", detail);
}

static bool has_capability(cap_value_t capability)
{
	cap_flag_value_t value = CAP_CLEAR;
	cap_t all = cap_get_proc();

	if (all) {
		cap_get_flag(all, capability, CAP_EFFECTIVE, &value);
		cap_free(all);
	}
	return value == CAP_SET;
}

static void probe_root(struct shield_feature_state *state)
{
	bool nested = true;

	state->mend = "run it as root: for containers of other users, shieldd does (systemctl start shieldd)";
	if (shield_process_in_user_namespace(&nested, NULL) < 0 || nested)
		found(state, false, "in a user namespace of its own");
	else if (!has_capability(CAP_SYS_ADMIN) || !has_capability(CAP_DAC_READ_SEARCH))
		found(state, false, "without CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH");
	else
		found(state, true, "initial user namespace, all capabilities needed");
}

static void probe_cgroup2(struct shield_feature_state *state)
{
	struct statfs fs;

	state->mend = "boot with systemd.unified_cgroup_hierarchy=1";
	if (statfs("/sys/fs/cgroup", &fs) < 0 || (unsigned long)fs.f_type != CGROUP2_SUPER_MAGIC)
		found(state, false, "/sys/fs/cgroup is not cgroup v2");
	else
		found(state, true, "/sys/fs/cgroup");
}

static void probe_bpffs(struct shield_feature_state *state)
{
	struct statfs fs;

	state->mend = "mount -t bpf bpf " SHIELD_BPFFS_MOUNT;
	if (statfs(SHIELD_BPFFS_MOUNT, &fs) < 0 || (unsigned long)fs.f_type != BPF_FS_MAGIC)
		found(state, false, SHIELD_BPFFS_MOUNT " is not a bpf file system");
	else
		found(state, true, SHIELD_BPFFS_MOUNT);
}

static void probe_btf(struct shield_feature_state *state)
{
	state->mend = "use a kernel built with CONFIG_DEBUG_INFO_BTF";
	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0)
		found(state, false, "no /sys/kernel/btf/vmlinux");
	else
		found(state, true, "/sys/kernel/btf/vmlinux");
}

static void probe_task_storage(struct shield_feature_state *state)
{
	state->mend = "run a kernel that has it: Linux 5.11 brought it, 6.1 and later are tested";
	if (libbpf_probe_bpf_map_type(BPF_MAP_TYPE_TASK_STORAGE, NULL) == 1)
		found(state, true, "BPF_MAP_TYPE_TASK_STORAGE");
	else
		found(state, false, "the kernel has no BPF_MAP_TYPE_TASK_STORAGE, so that tasks cannot be told apart");
}

static void probe_ftrace(struct shield_feature_state *state)
{
	_cleanup_free_ char *value = NULL;

	state->mend = "sysctl kernel.ftrace_enabled=1";
	if (shield_read_file(-1, "/proc/sys/kernel/ftrace_enabled", 16, &value, NULL, NULL) == 0 && value[0] == '0')
		found(state, false, "kernel.ftrace_enabled is 0, which disconnects programs from LSM hooks");
	else
		found(state, true, "programs on kernel functions run");
}

/* libbpf resolves rename_lock (bpf/path.h) by /proc/kallsyms at each load. */
static void probe_symbols(struct shield_feature_state *state)
{
	_cleanup_free_ char *value = NULL;

	state->mend = "sysctl kernel.kptr_restrict=1";
	if (shield_read_file(-1, "/proc/sys/kernel/kptr_restrict", 16, &value, NULL, NULL) == 0 && value[0] == '2')
		found(state, false, "kernel.kptr_restrict is 2, which hides the kernel's addresses from root, too");
	else
		found(state, true, "the kernel's addresses can be read");
}

static void probe_lsm(struct shield_feature_state *state)
{
	state->mend = NULL;
	found(state, true,
	      shield_tier_lsm_is_likely()
		      ? "bpf is among the active LSMs"
		      : "bpf is not among the active LSMs: programs go in front of security_*() (fmod_ret)");
}

static const struct {
	const char *name;
	void (*probe)(struct shield_feature_state *state);
} features[SHIELD_FEATURES] = {
	[SHIELD_FEATURE_ROOT] = { "privileges", probe_root },
	[SHIELD_FEATURE_CGROUP2] = { "cgroup v2", probe_cgroup2 },
	[SHIELD_FEATURE_BPFFS] = { "bpf file system", probe_bpffs },
	[SHIELD_FEATURE_BTF] = { "kernel BTF", probe_btf },
	[SHIELD_FEATURE_TASK_STORAGE] = { "task storage", probe_task_storage },
	[SHIELD_FEATURE_FTRACE] = { "ftrace", probe_ftrace },
	[SHIELD_FEATURE_SYMBOLS] = { "kernel symbols", probe_symbols },
	[SHIELD_FEATURE_LSM] = { "LSM", probe_lsm },
};

const char *shield_feature_name(enum shield_feature feature)
{
	return features[feature].name;
}

void shield_feature_probe(enum shield_feature feature, struct shield_feature_state *ret)
{
	memset(ret, 0, sizeof(*ret));
	features[feature].probe(ret);
}

int shield_feature_require(enum shield_feature feature, struct shield_error *error)
{
	struct shield_feature_state state;

	shield_feature_probe(feature, &state);
	if (state.present)
		return 0;
	return shield_fail(error, ENOTSUP, "this node cannot enforce: %s: %s; to mend it: %s", features[feature].name,
			   state.detail, state.mend);
}

int shield_features_require(struct shield_error *error)
{
	int r = 0;

	for (int i = 0; i < SHIELD_FEATURES && r == 0; i++)
		r = shield_feature_require(i, error);
	return r;
}
