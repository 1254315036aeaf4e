/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shieldd's reader: a process without privileges that reads events, hands them to the sinks and to subscribers, and
 * serves metrics. What it needs was opened by its parent.
 */
#ifndef SHIELD_DAEMON_READER_H
#define SHIELD_DAEMON_READER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "daemon/privilege.h"
#include "daemon/sinks.h"
#include "daemon/subscribers.h"
#include "events/ring.h"

/* Whose events go to the sinks. */
struct shield_only {
	bool set; /* else all */
	uint32_t slot, generation;
};

struct shield_reader_setup {
	struct shield_user user;
	pid_t parent;
	uint64_t instance; /* shield_control.instance */
	struct shield_only only;
	int questions; /* to ask the parent (daemon/questions.h) */
	int stream;    /* records of another shieldd; -1 = it reads the ring */
	int metrics;   /* listening; -1 = none */
	struct shield_ring *ring;
	struct shield_subscribers *subscribers; /* of who reads the ring */
	struct shield_sinks *sinks;
};

/*
 * Drops privileges and reads until SIGTERM, which must be blocked, says to stop: what has come until then is handed on.
 * Returns 0; a negative errno when it cannot go on.
 */
int shield_reader_run(struct shield_reader_setup *setup, struct shield_error *error);

#endif
