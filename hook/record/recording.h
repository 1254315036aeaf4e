/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one run of a container did: read from the engine's maps while it runs, kept in a file once it has ended
 * (SHIELD_RECORDINGS_DIR/NAME/CONTAINER.STARTED). The hook saves recordings: no JSON in here.
 */
#ifndef SHIELD_RECORD_RECORDING_H
#define SHIELD_RECORD_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/abi.h"
#include "engine/container.h"

#define SHIELD_RECORDINGS_DIR "/var/lib/oci-shield/recordings"

struct shield_recording {
	char name[SHIELD_NAME_MAX]; /* of the recording: several runs may have one name; empty = none was asked for */
	char id[SHIELD_ID_MAX];
	char image[SHIELD_MOUNT_PATH_MAX];
	char container[SHIELD_ID_MAX]; /* what people call it */
	char profile[SHIELD_NAME_MAX]; /* it ran under this one, and only what that refuses or reports is here; empty =
					  everything is */
	uint64_t started, ended;       /* wall clock, ns since 1970; ended 0 = it runs still */
	int64_t offset;		       /* from the times of observations to the wall clock: to be added */
	uint64_t unobserved;	       /* acts that did not fit the map */
	uint32_t kinds;		       /* bit n = acts of enum shield_kind n were watched */
	bool has_syscalls;
	struct shield_syscalls syscalls;
	struct shield_observation *item; /* sorted by what they are about, never by time or hash of a run; owned */
	size_t count;
};

/*
 * Reads what was gathered of a container so far.
 * @ret: release with shield_recording_free()
 */
int shield_recording_read(struct shield_engine *engine, const struct shield_container *container,
			  struct shield_recording *ret, struct shield_error *error);

/* Deletes a container's observations from the map: once its slot has ended. */
void shield_recording_forget(struct shield_engine *engine, const struct shield_container *container);

/* The path that a hash of exe or script stands for, borrowed; NULL when it is 0 or not known. */
const char *shield_recording_path(const struct shield_recording *recording, uint64_t hash);

/* Puts the observations in order: names of programs first, the rest by what it is about. */
void shield_recording_sort(struct shield_recording *recording);

/* An observation's time as the wall clock's. */
static inline uint64_t shield_recording_wall(const struct shield_recording *recording, uint64_t boot)
{
	return boot + (uint64_t)recording->offset;
}

/* Writes a recording into the directory of its name below `root` (SHIELD_RECORDINGS_DIR), atomically. */
int shield_recording_save(const char *root, const struct shield_recording *recording, struct shield_error *error);

/*
 * Reads a file that shield_recording_save() wrote.
 * Returns 0; -EPROTO when it is of another version of oci-shield; -EBADMSG when it is no recording, or a damaged one;
 * another negative errno.
 */
int shield_recording_load(const char *path, struct shield_recording *ret, struct shield_error *error);

/* The same from memory. @what: names the source in errors */
int shield_recording_parse(const char *bytes, size_t length, const char *what, struct shield_recording *ret,
			   struct shield_error *error);

/* Releases what the recording owns. */
void shield_recording_free(struct shield_recording *recording);
#define _cleanup_recording_ _cleanup_(shield_recording_free)

#endif
