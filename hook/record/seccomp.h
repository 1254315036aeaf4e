/* SPDX-License-Identifier: Apache-2.0 */
/* From the system calls of runs to a seccomp profile as podman and Docker take it. Pure. */
#ifndef SHIELD_RECORD_SECCOMP_H
#define SHIELD_RECORD_SECCOMP_H

#include "base/error.h"
#include "record/recording.h"

/*
 * Writes a seccomp profile that allows what the containers called, and what crun and runc call themselves between
 * loading the filter and the program's first instruction; all else is EPERM.
 * @ret: owned by the caller
 * Returns 0; -ENODATA when none of the recordings has system calls; -ENOMEM.
 */
int shield_seccomp_profile(const struct shield_recording *recordings, size_t count, char **ret,
			   struct shield_error *error);

#endif
