/* SPDX-License-Identifier: Apache-2.0 */
/* Which profile a container runs under: a pure function of the node's configuration, its annotations and its facts. */
#ifndef SHIELD_PROFILE_SELECT_H
#define SHIELD_PROFILE_SELECT_H

#include <stdbool.h>

#include "base/error.h"
#include "bpf/abi.h"
#include "profile/config.h"

/* What is known of a container; NULL = unknown. */
struct shield_subject {
	const char *namespace_, *pod, *container, *image;
	const char *profile; /* annotation oci-shield/profile, or .../profile.CONTAINER where that is set */
	const char *mode;    /* annotation oci-shield/mode */
	const char *record;  /* annotation oci-shield/record */
	bool record_files;   /* annotation oci-shield/record-files */
};

enum shield_selection_kind {
	SHIELD_SELECT_NONE,    /* the container is not touched */
	SHIELD_SELECT_PROFILE, /* it runs under `profile` */
	SHIELD_SELECT_REFUSE,  /* it must not start: `because` says why */
};

enum shield_selection_mode {
	SHIELD_SELECT_MODE_PROFILE, /* what the profile says */
	SHIELD_SELECT_MODE_AUDIT,
	SHIELD_SELECT_MODE_ENFORCE,
};

struct shield_selection {
	enum shield_selection_kind kind;
	enum shield_selection_mode mode;
	bool mode_ignored;	       /* the annotation asked for audit; the configuration does not let it */
	bool record_ignored;	       /* the annotation asked for a recording; the configuration does not allow it */
	char profile[SHIELD_NAME_MAX]; /* empty unless kind is SHIELD_SELECT_PROFILE */
	char record[SHIELD_NAME_MAX];  /* name of the profile to learn from this run; empty = no recording */
	char because[128];	       /* what decided, such as "bindings[2] of the node's configuration" */
};

/*
 * Selects. The first binding that matches decides, then the annotation, then the default profile, then whether the
 * node runs containers without a profile. Bindings and defaults do not concern exempt namespaces; an annotation does.
 * Returns 0; -EINVAL for an annotation that is no valid name or mode; -EACCES for one that asks for another profile
 * than it may.
 */
int shield_select(const struct shield_config *config, const struct shield_subject *subject,
		  struct shield_selection *ret, struct shield_error *error);

/* Is the container in a namespace that bindings and defaults do not concern? */
bool shield_select_is_exempt(const struct shield_config *config, const struct shield_subject *subject);

#endif
