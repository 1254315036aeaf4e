/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which folders of hooks podman and CRI-O read, in their own words: after all configuration files, drop-ins and
 * environment variables, in one form whoever wrote them.
 */
#ifndef SHIELD_CTL_HOOK_FOLDERS_H
#define SHIELD_CTL_HOOK_FOLDERS_H

#include <stdbool.h>

#include "profile/profile.h"

/*
 * Out of what `podman --help` says: the default of its option --hooks-dir.
 * @ret: in the order read, the later ones win; may stay empty; release with shield_strings_free()
 * Returns 0; -EINVAL where there is no such option; -ENOMEM.
 */
int shield_hook_folders_podman(const char *help, struct shield_strings *ret);

/*
 * Out of what `crio config` says, where what nobody has set is a comment, or `crio status config`, which indents.
 * Returns as above.
 */
int shield_hook_folders_crio(const char *config, struct shield_strings *ret);

/*
 * The value of a key in a table, out of the same. Returns whether there is one.
 * @table: such as "crio.api"
 * @ret: without quotes
 */
bool shield_crio_setting(const char *config, const char *table, const char *key, char *ret, size_t size);

#endif
