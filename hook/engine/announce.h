/* SPDX-License-Identifier: Apache-2.0 */
/* The programs that user space runs itself (bpf/control.bpf.c). */
#ifndef SHIELD_ENGINE_ANNOUNCE_H
#define SHIELD_ENGINE_ANNOUNCE_H

#include <stdint.h>

#include "base/error.h"
#include "bpf/abi.h"

/*
 * Puts a control event into an engine's ring.
 * @engine: its hash; @slot: SHIELD_SLOTS = the node; @act: enum shield_control_act
 * Returns 0 or a negative errno. What was done stays done: *error says that it leaves no event, for who goes on.
 */
int shield_announce(const char *engine, uint32_t slot, uint32_t act, struct shield_error *error);

/*
 * Looks at an open file as enforcement will see it. Opens the resolve program's pin: keep the looker for many files.
 */
struct shield_looker {
	int program; /* owned */
};
int shield_looker_open(struct shield_looker *ret, struct shield_error *error);
void shield_looker_close(struct shield_looker *looker);
#define _cleanup_looker_ _cleanup_(shield_looker_close)

/* @fd: O_PATH is enough. Returns 0 or a negative errno. */
int shield_look(const struct shield_looker *looker, int fd, struct shield_resolve *ret, struct shield_error *error);

#endif
