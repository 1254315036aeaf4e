/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hook in a user namespace and shieldd say to each other, over a stream socket that anybody may connect to:
 *
 *	hook	 struct shield_plea; with it, by SCM_RIGHTS, a pidfd of the container's first process (CREATE only)
 *		 `state` bytes: the OCI state as the runtime wrote it
 *		 `config` bytes: the text of the bundle's config.json, as the user may read it (CREATE only)
 *	shieldd	 struct shield_reply, `length` bytes: the warnings and then, unless the status is DONE, the error, each
 *		 ending in a NUL
 *
 * One of each for a connection. shieldd trusts nothing of it but what the kernel says of the peer and the pidfd.
 */
#ifndef SHIELD_ROOTLESS_MESSAGE_H
#define SHIELD_ROOTLESS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

#define SHIELD_ROOTLESS_SOCKET "/run/oci-shield/rootless.sock"
#define SHIELD_ROOTLESS_VERSION 0x53480001u /* of this format */
#define SHIELD_REPLY_MAX 16384		    /* bytes of a reply's text */

enum shield_plea_stage {
	SHIELD_PLEA_CREATE = 1,
	SHIELD_PLEA_POSTSTOP,
	SHIELD_PLEA_STAGES,
};

struct shield_plea {
	uint32_t version;
	uint32_t stage;	 /* enum shield_plea_stage */
	uint32_t state;	 /* bytes; at most SHIELD_STATE_MAX */
	uint32_t config; /* bytes; at most SHIELD_BUNDLE_MAX; 0 at POSTSTOP */
};

enum shield_reply_status {
	SHIELD_REPLY_DONE,
	SHIELD_REPLY_REFUSED,
	SHIELD_REPLY_BUSY, /* ask again a little later */
	SHIELD_REPLY_STATUSES,
};

struct shield_reply {
	uint32_t version;
	uint32_t status; /* enum shield_reply_status */
	uint32_t length; /* at most SHIELD_REPLY_MAX */
};

/* Reads a plea's beginning. Returns 0; -EPROTO where it is none that this version takes. */
int shield_plea_parse(const void *bytes, size_t length, struct shield_plea *ret, struct shield_error *error);

/* Reads a reply's beginning. Returns 0; -EPROTO. */
int shield_reply_parse(const void *bytes, size_t length, struct shield_reply *ret, struct shield_error *error);

/*
 * Reads a reply's text.
 * @warn: hears the warnings
 * @error: gets the error, unless the status is DONE
 * Returns 0; -EPERM when shieldd refuses; -EAGAIN when it is busy; -EPROTO for no text of a reply.
 */
int shield_reply_read(const struct shield_reply *reply, const char *text, void (*warn)(const char *message),
		      struct shield_error *error);

/*
 * Writes a reply, whole.
 * @warnings: strings, each with its NUL; what does not fit is left out. @error: of a reply that is not DONE
 */
void shield_reply_write(enum shield_reply_status status, const struct shield_text *warnings, const char *error,
			struct shield_text *ret);

#endif
