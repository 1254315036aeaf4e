/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `shieldctl doctor`: each looks at one side of the node and says what it found. */
#ifndef SHIELD_CTL_DOCTOR_H
#define SHIELD_CTL_DOCTOR_H

#include <stdbool.h>

#include "events/writer.h"
#include "profile/find.h"

enum shield_finding {
	SHIELD_FINDING_OK,
	SHIELD_FINDING_NOTE,	/* worth knowing; containers can be enforced */
	SHIELD_FINDING_MISSING, /* from here on they cannot, or some cannot */
	SHIELD_FINDING_PROBLEM,
};

struct shield_doctor {
	unsigned int problems;	      /* findings that are missing or problems */
	struct shield_writer *writer; /* for JSON, borrowed; NULL = text */
};

/* What tells a runtime of the hook, or tells it again; to be followed by the runtime's name. */
#define SHIELD_DOCTOR_CONFIGURE SHIELD_SHARE_DIR "/runtime-config/configure "

/*
 * Says one finding.
 * @subject: what it is about; @mend: what to change, NULL = nothing
 */
void shield_doctor_say(struct shield_doctor *doctor, enum shield_finding finding, const char *subject, const char *mend,
		       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Which container runtimes are on PATH, and their versions. */
void shield_doctor_runtimes(struct shield_doctor *doctor);

/* How containerd is configured: its runtime handler of ours, and whether NRI reads hooks.d. */
void shield_doctor_containerd(struct shield_doctor *doctor);

/* Whether podman, where it is, will call our hook. */
void shield_doctor_podman(struct shield_doctor *doctor);

/* Whether CRI-O, where it is, will call our hook; and its runtime handler of ours. */
void shield_doctor_crio(struct shield_doctor *doctor);

/*
 * Asks a runtime, where it is, what its configuration comes to.
 * Returns whether there is anything to look at. @ret: owned by the caller
 */
bool shield_doctor_ask(struct shield_doctor *doctor, const char *runtime, const char *argument, char **ret);

/*
 * Whether the folders of hooks that a runtime reads have ours.
 * @mend: tells the runtime of the hook
 * @text, @read: what it said, and what finds the folders in that
 */
void shield_doctor_hook_folders(struct shield_doctor *doctor, const char *runtime, const char *mend, const char *text,
				int (*read)(const char *text, struct shield_strings *ret));

/* Whether the folder of hooks that is read unasked has ours. @runtime: reads it; @mend: what to do where it has not */
void shield_doctor_default_hooks(struct shield_doctor *doctor, const char *runtime, const char *mend);

/* Is the program at that path the hook, by its name? */
bool shield_doctor_is_hook(const char *path);

/* Says where a program of oci-shield is of another build than this one. @mend: what to do then */
void shield_doctor_build(struct shield_doctor *doctor, const char *subject, const char *program, const char *mend);

/* Which running containers ought to be under a profile and are not. */
void shield_doctor_running(struct shield_doctor *doctor);

/* The node's configuration, every profile, and the names of profiles in the configuration. */
void shield_doctor_profiles(struct shield_doctor *doctor);

#endif
