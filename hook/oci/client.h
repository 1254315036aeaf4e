/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container of an unprivileged user, as their hook presents it to shieldd, and what there is to check of it: a user
 * restricts containers of their own only, and learns nothing that they could not find out themselves.
 */
#ifndef SHIELD_OCI_CLIENT_H
#define SHIELD_OCI_CLIENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "oci/bundle.h"

struct shield_client {
	pid_t pid; /* the hook, its user and group: SO_PEERCRED */
	uid_t uid;
	gid_t gid;
	int init; /* what it sent for a pidfd of the container's first process; owned; -1 = nothing */
	struct shield_bundle bundle; /* of the text that it sent for config.json; owned */
};
#define SHIELD_CLIENT_NONE ((struct shield_client){ .init = -1 })

void shield_client_free(struct shield_client *client);
#define _cleanup_client_ _cleanup_(shield_client_free)

/* May this user have containers here at all? -EPERM for root, and for ids that /etc/subuid lends to somebody. */
int shield_client_check_user(uid_t uid, struct shield_error *error);

/*
 * The process that a descriptor stands for, if it is a pidfd of one that lives. What is read in /proc by the pid is the
 * same process's if shield_client_lives() holds afterwards.
 * Returns 0; -EINVAL for any other descriptor; -ESRCH when the process has ended or is not seen from here.
 */
int shield_client_init(int pidfd, pid_t *ret, struct shield_error *error);
int shield_client_lives(int pidfd, struct shield_error *error);

/* Is a process in a user namespace that the user made, or in one below? -EPERM when it is not. */
int shield_client_check_owner(pid_t pid, uid_t uid, struct shield_error *error);

/*
 * From here on files are looked for with the client's rights alone, until shield_client_end_rights(): whatever paths
 * it names, it learns what it can see itself. A NULL client changes nothing.
 */
int shield_client_take_rights(const struct shield_client *client, struct shield_error *error);
void shield_client_end_rights(const struct shield_client **client);
#define _cleanup_rights_ _cleanup_(shield_client_end_rights)

/* The parts that read nothing: the text of a pidfd's fdinfo, and of /etc/subuid. */
int shield_client_parse_fdinfo(const char *text, pid_t *ret, struct shield_error *error);
bool shield_client_is_lent(const char *subuid, uid_t uid);

#endif
