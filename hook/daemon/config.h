/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What shieldd does with events, /etc/oci-shield/shieldd.json:
 *
 *   { "version": 1, "stdout": false,
 *     "file": {"path": "/var/log/oci-shield/events.jsonl", "max_size": 67108864, "max_files": 5},
 *     "webhooks": [{"name": "siem", "url": "https://siem.example/falco"}],
 *     "metrics": {"listen": "127.0.0.1:9463"} }
 *
 * Each key but "version" may be absent: stdout is true then, the others are off. Of a webhook see sinks/webhook.h.
 */
#ifndef SHIELD_DAEMON_CONFIG_H
#define SHIELD_DAEMON_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "profile/find.h"
#include "sinks/webhook.h"

#define SHIELD_DAEMON_CONFIG_FILE SHIELD_ETC_DIR "/shieldd.json"
#define SHIELD_DAEMON_CONFIG_MAX (256 * 1024) /* bytes */
#define SHIELD_DAEMON_WEBHOOKS 8

struct shield_daemon_config {
	bool output;
	struct {
		char *path; /* absolute; NULL = no file */
		uint64_t max_size;
		unsigned int max_files;
	} file;
	struct shield_webhook webhook[SHIELD_DAEMON_WEBHOOKS];
	size_t webhook_count;
	char *metrics; /* ADDRESS:PORT to listen at; NULL = nowhere */
};

/* What holds where there is no file. */
#define SHIELD_DAEMON_CONFIG_DEFAULT ((struct shield_daemon_config){ .output = true })

/*
 * Parses a configuration. @ret: release with shield_daemon_config_free()
 * Returns 0; -EINVAL with the JSON path; -ENOMEM.
 */
int shield_daemon_config_parse(const char *text, size_t length, struct shield_daemon_config *ret,
			       struct shield_error *error);

/* Reads a file (base/trusted.h). -ENOENT when there is none. */
int shield_daemon_config_load(const char *path, struct shield_daemon_config *ret, struct shield_error *error);

void shield_daemon_config_free(struct shield_daemon_config *config);
#define _cleanup_daemon_config_ _cleanup_(shield_daemon_config_free)

#endif
