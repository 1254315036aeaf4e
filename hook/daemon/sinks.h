/* SPDX-License-Identifier: Apache-2.0 */
/* Where events go, several places at once. None waits for another: what a sink cannot take it counts, and says once. */
#ifndef SHIELD_DAEMON_SINKS_H
#define SHIELD_DAEMON_SINKS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "daemon/config.h"
#include "daemon/privilege.h"
#include "events/origin.h"
#include "sinks/file.h"
#include "sinks/output.h"
#include "sinks/spool.h"

#define SHIELD_SPOOL_DIR "/var/lib/oci-shield/spool"

struct shield_spool_sink {
	char name[SHIELD_NAME_MAX];
	uint64_t max_bytes;
	int folder; /* owned */
	struct shield_appender *appender;
	uint64_t failures; /* records that were lost */
	bool broken;	   /* said once */
};

struct shield_sinks {
	struct shield_output output; /* fd -1 = none */
	struct shield_file file;     /* folder -1 = none */
	struct shield_spool_sink spool[SHIELD_DAEMON_WEBHOOKS];
	size_t spool_count;
	char host[HOST_NAME_MAX + 1];
	struct shield_text line; /* the one being written */
};
#define SHIELD_SINKS_NONE ((struct shield_sinks){ .output = SHIELD_OUTPUT_NONE, .file = SHIELD_FILE_NONE })

/*
 * Opens what the user alone could not: makes folders that are missing, and gives them to the user.
 * @ret: release with shield_sinks_close()
 */
int shield_sinks_open(const struct shield_daemon_config *config, const struct shield_user *user,
		      struct shield_sinks *ret, struct shield_error *error);

/* The rest, as the user. Without it nothing may be put in. */
int shield_sinks_start(struct shield_sinks *sinks, struct shield_error *error);

/* Hands an event to all. */
void shield_sinks_put(struct shield_sinks *sinks, const struct shield_evidence *evidence);

/* Writes what can be written. Returns whether what was put in need not be kept anywhere else. */
bool shield_sinks_flush(struct shield_sinks *sinks);

void shield_sinks_close(struct shield_sinks *sinks);
#define _cleanup_sinks_ _cleanup_(shield_sinks_close)

#endif
