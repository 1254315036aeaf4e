/* SPDX-License-Identifier: Apache-2.0 */
/* What is read of a process. */
#ifndef SHIELD_OCI_PROCESS_H
#define SHIELD_OCI_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "bpf/abi.h"

/* pidfd_open(2), close-on-exec. Returns 0 with the descriptor, -ESRCH when the process is gone. */
int shield_process_open(pid_t pid, int *ret_fd, struct shield_error *error);

/*
 * When a process started, in clock ticks since boot (field 22 of proc_pid_stat(5)): with the pid it names the process
 * for good. Returns 0, or -ESRCH when it is gone.
 */
int shield_process_start(pid_t pid, uint64_t *ret, struct shield_error *error);

/*
 * A process's uid_map and gid_map (user_namespaces(7)).
 * Returns 0; -E2BIG for a map of more than SHIELD_IDMAP_EXTENTS lines; what reading /proc returned.
 */
int shield_process_idmaps(pid_t pid, struct shield_idmap *ret_uids, struct shield_idmap *ret_gids,
			  struct shield_error *error);

/*
 * Is this process in a user namespace other than the initial one, as under rootless podman? An identity uid_map would
 * not tell: the namespace's own number does. Returns 0 or a negative errno.
 */
int shield_process_in_user_namespace(bool *ret, struct shield_error *error);

/* Is this process in the initial pid namespace, so that it sees every process of the node? */
bool shield_process_sees_all(void);

/*
 * Is a process criu at work, about to become what a checkpoint says? Its program was executed long ago: it never
 * executes one.
 */
bool shield_process_is_restored(pid_t pid);

/* Has a process another root directory than this one, and runs a program out of it? */
bool shield_process_runs_inside(pid_t pid);

/* The parts that read nothing: the texts of /proc/PID/stat and of a map. -EINVAL when they are something else. */
int shield_process_parse_stat(const char *text, uint64_t *ret_start, struct shield_error *error);
int shield_process_parse_idmap(const char *text, struct shield_idmap *ret, struct shield_error *error);

#endif
