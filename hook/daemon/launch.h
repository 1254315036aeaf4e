/* SPDX-License-Identifier: Apache-2.0 */
/* Starts shieldd's unprivileged processes. */
#ifndef SHIELD_DAEMON_LAUNCH_H
#define SHIELD_DAEMON_LAUNCH_H

#include <sys/types.h>

#include "base/error.h"
#include "daemon/privilege.h"
#include "daemon/reader.h"
#include "engine/engine.h"
#include "sinks/webhook.h"

/*
 * Forks a reader.
 * @setup: all but its parent and questions, which are filled in
 * @engine, @signals: what it does not keep
 * @ret_questions: the end that it asks at, owned by the caller
 */
int shield_launch_reader(struct shield_reader_setup *setup, struct shield_engine *engine, int signals,
			 int *ret_questions, pid_t *ret_pid, struct shield_error *error);

/* Starts a shieldd-webhook, from the folder that this program is in. Its configuration goes to its standard input. */
int shield_launch_webhook(const struct shield_webhook *webhook, const struct shield_user *user, pid_t *ret_pid,
			  struct shield_error *error);

#endif
