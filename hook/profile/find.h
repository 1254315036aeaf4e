/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles by name: which file, and the ones it extends. */
#ifndef SHIELD_PROFILE_FIND_H
#define SHIELD_PROFILE_FIND_H

#include "base/error.h"
#include "profile/profile.h"

#ifndef SHIELD_ETC_DIR
#define SHIELD_ETC_DIR "/etc/oci-shield"
#endif
#ifndef SHIELD_SHARE_DIR
#define SHIELD_SHARE_DIR "/usr/share/oci-shield"
#endif

#define SHIELD_RUN_PROFILES "/run/oci-shield/profiles.d" /* gone at the next boot */

#define SHIELD_PROFILE_FILE_MAX (1024 * 1024) /* bytes */
#define SHIELD_EXTENDS_MAX 8		      /* profiles above one in its chain of `extends` */

/* Where profiles live; the first that has NAME.json wins. */
struct shield_profile_dirs {
	const char *const *path; /* NULL-terminated */
};

/* The node's own (SHIELD_ETC_DIR/profiles.d), transient ones, then the package's (SHIELD_SHARE_DIR/profiles). */
extern const struct shield_profile_dirs shield_profile_default_dirs;

/*
 * Loads a profile by name and resolves what it extends. Its name is the file's.
 * @ret: owned by the caller
 * Returns 0; -ENOENT naming the profiles that exist, nearest first; -EINVAL for a bad name or content, with file and
 * JSON path; -ELOOP when `extends` runs in a circle or too deep, with the chain; -EPERM for a file that must not be
 * trusted (see base/trusted.h); another negative errno.
 */
int shield_profile_load(const struct shield_profile_dirs *dirs, const char *name, struct shield_profile **ret,
			struct shield_error *error);

/*
 * Loads a profile from a file, for people who check it: what it extends is looked for beside the file, then in the
 * directories; the file and its neighbours may belong to anyone. Returns as above.
 */
int shield_profile_load_file(const struct shield_profile_dirs *dirs, const char *path, struct shield_profile **ret,
			     struct shield_error *error);

/*
 * The names of all profiles there are, sorted, each once.
 * @ret: release with shield_strings_free()
 * Returns 0 or a negative errno; a directory that does not exist has none.
 */
int shield_profile_list(const struct shield_profile_dirs *dirs, struct shield_strings *ret, struct shield_error *error);

#endif
