/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists of a profile: what is added stands behind what is there, and only where it is not there yet. All return 0,
 * -E2BIG where the list would grow beyond what rules can number, or -ENOMEM; the list is as it was then, or has a part.
 */
#ifndef SHIELD_PROFILE_LISTS_H
#define SHIELD_PROFILE_LISTS_H

#include "profile/profile.h"

int shield_list_add_string(struct shield_strings *list, const char *string);
int shield_list_add_strings(struct shield_strings *list, const struct shield_strings *other);
void shield_list_remove_string(struct shield_strings *list, size_t index);

/* With an entry of the same path it becomes one: allowed from where either was. */
int shield_list_add_exec(struct shield_exec_entries *list, const struct shield_exec_entry *entry);
void shield_list_remove_exec(struct shield_exec_entries *list, size_t index);
void shield_list_free_exec(struct shield_exec_entries *list);

/* Do two entries name the same addresses, protocol and ports in the same words? */
bool shield_net_entries_equal(const struct shield_net_entry *a, const struct shield_net_entry *b);
int shield_list_add_net(struct shield_net_entries *list, const struct shield_net_entry *entry);
void shield_list_remove_net(struct shield_net_entries *list, size_t index);
void shield_list_free_net(struct shield_net_entries *list);

/* How many entries setuid.allow has. */
uint32_t shield_list_ids_entries(const struct shield_profile *profile);

/* Adds a span that no other one has whole. Returns 1 where it was added, 0 where it was not, or a negative errno. */
int shield_list_add_ids(struct shield_id_spans *list, uint32_t low, uint32_t high, uint32_t entry);

bool shield_list_has_capability(const struct shield_capabilities *list, uint8_t capability);
int shield_list_add_capability(struct shield_capabilities *list, uint8_t capability);
void shield_list_remove_capability(struct shield_capabilities *list, size_t index);

#endif
