/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the engine's pins are: below the bpffs in a folder named by the BPF object's hash:
 *	SHIELD_BPFFS/HASH/map/NAME  prog/NAME  link/NAME  container/SLOT-GENERATION-NAME
 */
#ifndef SHIELD_ENGINE_PINS_H
#define SHIELD_ENGINE_PINS_H

#include <stddef.h>

#include "base/error.h"

#define SHIELD_ENGINE_HASH_SIZE 17 /* with the NUL */
#define SHIELD_BPFFS_MOUNT "/sys/fs/bpf"
#define SHIELD_BPFFS SHIELD_BPFFS_MOUNT "/oci-shield"

/*
 * A program that is attached to the root cgroup without a link, and detached before its pin is removed: what any build
 * may rely on of any other's.
 */
#define SHIELD_PIN_SYSCTL "guard_sysctl"

/* The pinned maps, in the order of shield_map_name(). */
enum shield_map {
	SHIELD_MAP_CONTROL,
	SHIELD_MAP_SLOTS,
	SHIELD_MAP_CGROUPS,
	SHIELD_MAP_CONTAINERS,
	SHIELD_MAP_INFO,
	SHIELD_MAP_POLICIES,
	SHIELD_MAP_POLICY_INDEX,
	SHIELD_MAP_TAGS,
	SHIELD_MAP_MOUNTS,
	SHIELD_MAP_COUNTERS,
	SHIELD_MAP_EVENTS,
	SHIELD_MAP_UDP_PEERS,
	SHIELD_MAP_GUARDED,
	SHIELD_MAP_SCRATCHES,
	SHIELD_MAP_OBSERVATIONS,
	SHIELD_MAP_SYSCALLS,
	SHIELD_MAP_LINKS,
	SHIELD_MAPS,
};

/* A map's name, as pinned and as in bpf/maps.h. */
const char *shield_map_name(enum shield_map map);

/* The hash that names this build's engine folder: 16 hex digits. */
const char *shield_engine_hash(void);

/* What all programs of this build say after their name when asked for the version: it tells builds apart. */
const char *shield_engine_build(void);

/* Writes "SHIELD_BPFFS/HASH/FOLDER/NAME"; folder and name may be NULL. */
void shield_engine_path(char *buffer, size_t size, const char *folder, const char *name);

/* The same for an engine of any build. @engine: its hash */
void shield_engine_path_of(const char *engine, char *buffer, size_t size, const char *folder, const char *name);

/* Makes an engine's folder with its four sub-folders. Root only. */
int shield_pins_make(const char *folder, struct shield_error *error);

/* Pins a map, program or link at a path, in place of what one that was killed there has left. 0 or a negative errno. */
int shield_pin(int fd, const char *path, struct shield_error *error);

/* Removes an engine's folder and all its pins, links first. What is not there is fine. */
void shield_pins_remove(const char *folder);

#endif
