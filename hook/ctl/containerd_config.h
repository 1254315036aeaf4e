/* SPDX-License-Identifier: Apache-2.0 */
/* containerd's configuration, as `containerd config dump` prints it: TOML with a setting on each line. Pure. */
#ifndef SHIELD_CTL_CONTAINERD_CONFIG_H
#define SHIELD_CTL_CONTAINERD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A setting.
 * @table: as containerd 1.x writes it, with double quotes ("" = before all tables); 2.x uses single ones
 * @ret: the value: a string without its quotes, a list as it stands
 * Returns whether it is there, and fits.
 */
bool shield_containerd_setting(const char *dump, const char *table, const char *key, char *ret, size_t size);

/* The same of a table of the CRI plugin, which is called otherwise in 1.x and 2.x; @table: behind its name, or "". */
bool shield_containerd_cri_setting(const char *dump, const char *table, const char *key, char *ret, size_t size);

#endif
