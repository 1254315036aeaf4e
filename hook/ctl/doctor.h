/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `shieldctl doctor`: each looks at one side of the node and says what it found. */
#ifndef SHIELD_CTL_DOCTOR_H
#define SHIELD_CTL_DOCTOR_H

#include <stdbool.h>

enum shield_finding {
	SHIELD_FINDING_OK,
	SHIELD_FINDING_NOTE,	/* worth knowing; containers can be enforced */
	SHIELD_FINDING_MISSING, /* from here on they cannot, or some cannot */
	SHIELD_FINDING_PROBLEM,
};

struct shield_doctor {
	unsigned int problems; /* findings that are missing or problems */
	bool reads_hooks_d;    /* some runtime that is installed does */
};

/*
 * Prints one finding.
 * @subject: what it is about; @mend: what to change, NULL = nothing
 */
void shield_doctor_say(struct shield_doctor *doctor, enum shield_finding finding, const char *subject, const char *mend,
		       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Which container runtimes are on PATH, and their versions. */
void shield_doctor_runtimes(struct shield_doctor *doctor);

/* How containerd is configured: its runtime handler of ours, and whether NRI reads hooks.d. */
void shield_doctor_containerd(struct shield_doctor *doctor);

/* Whether runtimes that read hooks.d will call our hook. To be asked after the runtimes. */
void shield_doctor_hooks(struct shield_doctor *doctor);

/* The node's configuration, every profile, and the names of profiles in the configuration. */
void shield_doctor_profiles(struct shield_doctor *doctor);

#endif
