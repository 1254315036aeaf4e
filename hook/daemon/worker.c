/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/worker.h"

#include <stdio.h>
#include <sys/wait.h>

#define SECOND 1000000000ull
#define SOON (60 * SECOND)
#define LONGEST 6 /* doublings of a second */

void shield_worker_started(struct shield_worker *worker, pid_t pid, uint64_t now)
{
	worker->pid = pid;
	worker->started = now;
}

unsigned int shield_worker_ended(struct shield_worker *worker, uint64_t now)
{
	unsigned int delay;

	if (worker->pid && now - worker->started >= SOON)
		worker->failures = 0;
	delay = 1u << worker->failures;
	worker->pid = 0;
	worker->due = now + delay * SECOND;
	if (worker->failures < LONGEST)
		worker->failures++;
	return delay;
}

const char *shield_worker_how(int status, char buffer[64])
{
	if (WIFSIGNALED(status))
		snprintf(buffer, 64, "was killed by signal %d", WTERMSIG(status));
	else
		snprintf(buffer, 64, "exited with status %d", WEXITSTATUS(status));
	return buffer;
}
