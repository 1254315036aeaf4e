/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A webhook as the configuration names it:
 *
 *   { "name": "siem", "url": "https://siem.example/falco", "headers": {"Authorization": "Bearer ..."},
 *     "timeout": 5, "ca_file": "/etc/ssl/siem.pem", "max_bytes": 16777216 }
 *
 * name and url are needed. shieldd hands this object on to shieldd-webhook on its standard input: neither the url nor
 * the headers, which may hold secrets, are ever on a command line.
 */
#ifndef SHIELD_SINKS_WEBHOOK_H
#define SHIELD_SINKS_WEBHOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "bpf/abi.h"

#define SHIELD_WEBHOOK_TIMEOUT 5 /* s, the default */
#define SHIELD_WEBHOOK_TIMEOUT_MAX 300
#define SHIELD_WEBHOOK_HEADERS 16
#define SHIELD_WEBHOOK_TEXT_MAX 65536 /* bytes of the object's text */

struct shield_webhook {
	char name[SHIELD_NAME_MAX]; /* [a-zA-Z0-9][a-zA-Z0-9._-]*: the spool's folder, the label of metrics */
	char *url;
	char *header[SHIELD_WEBHOOK_HEADERS]; /* "Name: value" */
	size_t header_count;
	uint32_t timeout; /* s */
	char *ca_file;	  /* NULL: the system's */
	uint64_t max_bytes;
};

/*
 * Reads a webhook out of a configuration.
 * @ret: release with shield_webhook_free()
 * Returns 0; -EINVAL naming the place of what is wrong; -ENOMEM.
 */
int shield_webhook_parse(const struct shield_json *at, struct shield_webhook *ret, struct shield_error *error);

/* The same object as text, for shieldd-webhook. @ret: owned by the caller */
int shield_webhook_print(const struct shield_webhook *webhook, char **ret, struct shield_error *error);

void shield_webhook_free(struct shield_webhook *webhook);
#define _cleanup_webhook_ _cleanup_(shield_webhook_free)

#endif
