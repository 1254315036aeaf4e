/* SPDX-License-Identifier: Apache-2.0 */
/* What shieldd's processes that touch outside input give up before they do. */
#ifndef SHIELD_DAEMON_PRIVILEGE_H
#define SHIELD_DAEMON_PRIVILEGE_H

#include <sys/types.h>

#include "base/error.h"

#define SHIELD_USER "oci-shield"

struct shield_user {
	uid_t uid;
	gid_t gid;
	char name[32];
};

/* Finds the user to become: SHIELD_USER, where there is none nobody. Returns 0, or -ENOENT. */
int shield_user_find(struct shield_user *ret, struct shield_error *error);

/*
 * Becomes the user for good: no groups, no capabilities, none in the bounding set, nothing to gain by exec. The process
 * is killed when `parent` ends, and -ESRCH says that it has ended already.
 */
int shield_privilege_drop(const struct shield_user *user, pid_t parent, struct shield_error *error);

/*
 * From now on this process can do what a reader of events needs and nothing else: what no bug but only an intruder
 * calls kills it, the rest fails with EPERM.
 */
int shield_privilege_filter(struct shield_error *error);

#endif
