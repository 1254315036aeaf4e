/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which folders of hooks podman and CRI-O read, in their own words: after all configuration files, drop-ins and
 * environment variables, in one form whoever wrote them.
 */
#ifndef SHIELD_CTL_HOOK_FOLDERS_H
#define SHIELD_CTL_HOOK_FOLDERS_H

#include "profile/profile.h"

/*
 * Out of what `podman --help` says: the default of its option --hooks-dir.
 * @ret: in the order read, the later ones win; may stay empty; release with shield_strings_free()
 * Returns 0; -EINVAL where there is no such option; -ENOMEM.
 */
int shield_hook_folders_podman(const char *help, struct shield_strings *ret);

/* Out of what `crio config` says, where what nobody has set is a comment. Returns as above. */
int shield_hook_folders_crio(const char *config, struct shield_strings *ret);

/*
 * Which program CRI-O runs for a handler, out of the same.
 * @ret: "" where it is to be looked for on PATH, by the handler's name
 * Returns 0; -ENOENT where there is no such handler.
 */
int shield_crio_runtime_path(const char *config, const char *handler, char *ret, size_t size);

#endif
