/* SPDX-License-Identifier: Apache-2.0 */
/* What is needed of a container's config.json (OCI runtime-spec, config.md and config-linux.md). */
#ifndef SHIELD_OCI_BUNDLE_H
#define SHIELD_OCI_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"

#define SHIELD_BUNDLE_MAX (4 * 1024 * 1024) /* bytes of a config.json that is read */

struct shield_bundle_mount {
	const char *destination; /* as written: it can lead through the image's symlinks */
	const char *type;	 /* "" = not said */
	const char *source;	 /* "" = not said; relative to the bundle unless absolute */
	bool bind;
	bool read_only;
};

struct shield_bundle {
	char *text;	 /* of config.json, decoded in place; owned: the strings below live in it */
	char *directory; /* of the bundle; owned */
	char *root;	 /* absolute path of the root directory on the host; owned */
	bool root_read_only;
	bool foreign;		  /* the text is a client's: what it names is not opened on the host */
	bool user_namespace;	  /* the container has one of its own, or joins one */
	const char *cgroups_path; /* NULL = not said */
	const char *handler;	  /* what asks for a handler inside the runtime (wasm, a virtual machine): such a
				   * container never execs; "ANNOTATION=VALUE" is handler=handler_value. NULL = none */
	const char *handler_value;
	struct shield_bundle_mount *mounts; /* owned */
	size_t mount_count;
};

/*
 * Reads DIRECTORY/config.json.
 * @directory: of the bundle, absolute
 * @ret: release with shield_bundle_free()
 * Returns 0; -EINVAL with the member that is missing or malformed; -EFBIG; -ENOMEM; what opening it returned.
 */
int shield_bundle_read(const char *directory, struct shield_bundle *ret, struct shield_error *error);

/* The same for a text at hand. @text: `length` bytes and a NUL; malloc'ed, taken over on success only. */
int shield_bundle_parse(char *text, size_t length, const char *directory, struct shield_bundle *ret,
			struct shield_error *error);

/* Releases what the bundle owns. A zeroed bundle is fine. */
void shield_bundle_free(struct shield_bundle *bundle);
#define _cleanup_bundle_ _cleanup_(shield_bundle_free)

#endif
