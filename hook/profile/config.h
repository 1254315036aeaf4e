/* SPDX-License-Identifier: Apache-2.0 */
/* The node's policy, /etc/oci-shield/config.json: which containers get which profile, and what annotations may do. */
#ifndef SHIELD_PROFILE_CONFIG_H
#define SHIELD_PROFILE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/abi.h"
#include "profile/find.h"
#include "profile/profile.h"

#define SHIELD_CONFIG_FILE SHIELD_ETC_DIR "/config.json"
#define SHIELD_CONFIG_FILE_MAX (1024 * 1024) /* bytes */

/* Patterns are those of fnmatch(3) without special slashes; NULL = any. At least one is set. */
struct shield_binding {
	char *namespace_, *pod, *container, *image;
	char profile[SHIELD_NAME_MAX];
	bool override_; /* the profile annotation may choose another */
};

/* Whether `mode: audit` of an annotation counts. */
enum shield_annotation_mode {
	SHIELD_ANNOTATION_MODE_OWN, /* for a profile that the annotation chose: the default */
	SHIELD_ANNOTATION_MODE_NEVER,
	SHIELD_ANNOTATION_MODE_ALWAYS, /* but for a binding without override */
};

struct shield_config {
	struct {
		struct shield_binding *item;
		size_t count;
	} bindings;
	char default_profile[SHIELD_NAME_MAX]; /* empty = none */
	bool refuse_unprofiled;
	bool annotation_profile, annotation_record;
	enum shield_annotation_mode annotation_mode;
	struct shield_strings exempt_namespaces; /* patterns: bindings and defaults do not concern these */
};

/*
 * What holds where no configuration exists: annotations choose profiles and recordings, nothing is bound; exempt are
 * Kubernetes' own namespaces and the one that oci-shield is installed from.
 */
int shield_config_default(struct shield_config **ret, struct shield_error *error);

/*
 * Parses a configuration. @ret: owned by the caller, release with shield_config_free().
 * Returns 0; -EINVAL with the JSON path; -ENOMEM.
 */
int shield_config_parse(const char *text, size_t length, struct shield_config **ret, struct shield_error *error);

/* Reads a configuration file (see base/trusted.h); one that does not exist is shield_config_default(). */
int shield_config_load(const char *path, struct shield_config **ret, struct shield_error *error);

/* NULL is fine. */
void shield_config_free(struct shield_config *config);

static inline void shield_config_freep(struct shield_config **config)
{
	shield_config_free(*config);
}
#define _cleanup_config_ _cleanup_(shield_config_freep)

#endif
