/* SPDX-License-Identifier: Apache-2.0 */
/* What this node can do, probed by doing; each with what to change where it cannot. */
#ifndef SHIELD_ENGINE_FEATURES_H
#define SHIELD_ENGINE_FEATURES_H

#include <stdbool.h>

#include "base/error.h"

enum shield_feature {
	SHIELD_FEATURE_ROOT,	/* in the initial user namespace, with the capabilities that bpf(2) takes */
	SHIELD_FEATURE_CGROUP2, /* cgroup v2 alone */
	SHIELD_FEATURE_BPFFS,	/* a bpf file system at /sys/fs/bpf */
	SHIELD_FEATURE_BTF,	/* /sys/kernel/btf/vmlinux */
	SHIELD_FEATURE_TASK_STORAGE,
	SHIELD_FEATURE_FTRACE,	/* kernel.ftrace_enabled: 0 would disconnect all programs */
	SHIELD_FEATURE_SYMBOLS, /* kernel.kptr_restrict: 2 would hide the lock by which walks know of renames */
	SHIELD_FEATURE_LSM,	/* how programs come to decide: there is always a way to try */
	SHIELD_FEATURES,
};

struct shield_feature_state {
	bool present;
	char detail[256]; /* what was found */
	const char *mend; /* what to change when it is not present */
};

/* The feature's name for people. */
const char *shield_feature_name(enum shield_feature feature);

/* Looks at one feature. */
void shield_feature_probe(enum shield_feature feature, struct shield_feature_state *ret);

/* Returns 0, or -ENOTSUP naming the feature and its mend. */
int shield_feature_require(enum shield_feature feature, struct shield_error *error);

/* Returns 0, or -ENOTSUP naming the first feature that is missing and its mend. */
int shield_features_require(struct shield_error *error);

#endif
