/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a compiled policy says about an act, by the very code that decides in the kernel (bpf/decide.h). What only the
 * kernel knows (drift, fileless, what a file is called) is not asked here.
 */
#ifndef SHIELD_PROFILE_EXPLAIN_H
#define SHIELD_PROFILE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bpf/abi.h"
#include "profile/rule.h"

struct shield_explanation {
	uint8_t kind;			  /* enum shield_kind */
	uint8_t action;			  /* of the kind: what happens to what the rules refuse */
	uint8_t verdict;		  /* enum shield_verdict, as carried out in enforce mode */
	uint8_t reason;			  /* enum shield_reason; NONE when the rules allow the act */
	uint16_t rule;			  /* SHIELD_RULE() */
	char place[SHIELD_RULE_PATH_MAX]; /* JSON path of what decided */
};

/*
 * All of these fill *ret. Those that take paths return 0, or -EINVAL for a path that the kernel would never name so:
 * not absolute, empty components, `.` or `..`, 1024 bytes and more. *ret is untouched then.
 */

/*
 * May the file be executed?
 * @from: paths of the programs and scripts that it is started by or through, @from_count of them
 */
int shield_explain_exec(const struct shield_policy *policy, const char *path, const char *const *from,
			size_t from_count, struct shield_explanation *ret, struct shield_error *error);

/* May the file be mapped executable? @in_image: it is in the image, unchanged. */
int shield_explain_library(const struct shield_policy *policy, const char *path, bool in_image,
			   struct shield_explanation *ret, struct shield_error *error);

/* May the executable trace others of its container? */
int shield_explain_trace(const struct shield_policy *policy, const char *path, struct shield_explanation *ret,
			 struct shield_error *error);

/*
 * May an address be reached (SHIELD_EGRESS) or bound (SHIELD_BIND)?
 * @family: AF_INET or AF_INET6; @address: network byte order, 4 or 16 bytes; v4-mapped is judged as v4
 * @proto: enum shield_proto
 */
void shield_explain_net(const struct shield_policy *policy, enum shield_direction direction, int family,
			const uint8_t *address, enum shield_proto proto, uint16_t port, struct shield_explanation *ret);

/*
 * May the file be opened, or (@write) changed? Changing a folder means to move it or to mount over it: it is refused,
 * for SHIELD_REASON_FOLDER, where something below the folder is protected.
 */
int shield_explain_file(const struct shield_policy *policy, const char *path, bool write,
			struct shield_explanation *ret, struct shield_error *error);

/*
 * May the unix socket be connected to?
 * @name: its path, or '@' and its abstract name; -EINVAL for an abstract name of no byte or more than 107
 */
int shield_explain_unix(const struct shield_policy *policy, const char *name, struct shield_explanation *ret,
			struct shield_error *error);

/* May the capability, below SHIELD_CAPABILITIES, be used? */
void shield_explain_capability(const struct shield_policy *policy, uint32_t capability, struct shield_explanation *ret);

/* May what a switch is about be done? @kind: such as SHIELD_KIND_MOUNT */
void shield_explain_switch(const struct shield_policy *policy, uint8_t kind, struct shield_explanation *ret);

/* May a socket of the address family exist? */
void shield_explain_family(const struct shield_policy *policy, uint32_t family, struct shield_explanation *ret);

/* May a task take this uid, or gid? The container's own id. */
void shield_explain_uid(const struct shield_policy *policy, uint32_t uid, struct shield_explanation *ret);
void shield_explain_gid(const struct shield_policy *policy, uint32_t gid, struct shield_explanation *ret);

#endif
