/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shieldd's parent process, which has the privileges and touches nothing that comes from outside: it loads the engine,
 * sweeps, answers the reader's questions, and keeps the reader and a shieldd-webhook for each webhook running.
 */
#ifndef SHIELD_DAEMON_PARENT_H
#define SHIELD_DAEMON_PARENT_H

#include "base/error.h"
#include "daemon/config.h"

/*
 * Runs until SIGTERM or SIGINT, or until the container has ended.
 * @container: id, its beginning, or name of the only container whose events go to the sinks; NULL = all. Where another
 *	shieldd reads the ring they come from that one.
 * Returns 0 or a negative errno.
 */
int shield_parent_run(const struct shield_daemon_config *config, const char *container, struct shield_error *error);

#endif
