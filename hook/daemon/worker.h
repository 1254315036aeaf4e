/* SPDX-License-Identifier: Apache-2.0 */
/* A process that runs as long as shieldd does: started again when it ends, ever later when it ends at once. */
#ifndef SHIELD_DAEMON_WORKER_H
#define SHIELD_DAEMON_WORKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct shield_worker {
	char name[96];
	pid_t pid;	       /* 0 = does not run */
	uint64_t started, due; /* boot time in ns: its last start; when it is to be started */
	unsigned int failures; /* ends in a row, each soon after the start */
};

/* It was started. */
void shield_worker_started(struct shield_worker *worker, pid_t pid, uint64_t now);

/*
 * It ended, or could not be started: sets when to try again, 1 s to 64 s from now.
 * Returns the s until then.
 */
unsigned int shield_worker_ended(struct shield_worker *worker, uint64_t now);

/* Is it time to start it? */
static inline bool shield_worker_is_due(const struct shield_worker *worker, uint64_t now)
{
	return !worker->pid && now >= worker->due;
}

/* How a process ended: "exited with status 1", "was killed by signal 9". Returns `buffer`. */
const char *shield_worker_how(int status, char buffer[64]);

#endif
