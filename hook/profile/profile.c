/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/lists.h"

bool shield_strings_have(const struct shield_strings *list, const char *string)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->item[i], string) == 0)
			return true;
	return false;
}

int shield_strings_add(struct shield_strings *list, char *string)
{
	_cleanup_free_ char *added = string;
	char **larger;

	if (!added)
		return -ENOMEM;
	if (shield_strings_have(list, added))
		return 0;
	larger = reallocarray(list->item, list->count + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	list->item = larger;
	list->item[list->count++] = TAKE_PTR(added);
	return 0;
}

void shield_strings_free(struct shield_strings *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->item[i]);
	free(list->item);
	*list = (struct shield_strings){};
}

static void free_derived_files(struct shield_derived_files *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->item[i].path);
	free(list->item);
}

void shield_profile_free(struct shield_profile *profile)
{
	if (!profile)
		return;
	shield_list_free_exec(&profile->exec.allow);
	shield_list_free_exec(&profile->exec.deny);
	shield_strings_free(&profile->exec.library);
	for (size_t i = 0; i < SHIELD_DIRECTIONS; i++) {
		shield_list_free_net(&profile->network.rules[i].allow);
		shield_list_free_net(&profile->network.rules[i].deny);
	}
	shield_strings_free(&profile->network.unix_sockets.allow);
	shield_strings_free(&profile->network.unix_sockets.deny);
	shield_strings_free(&profile->ptrace.tracers);
	free(profile->setuid.uids.item);
	free(profile->setuid.gids.item);
	free(profile->capabilities.allow.item);
	free(profile->capabilities.deny.item);
	shield_strings_free(&profile->files.deny);
	shield_strings_free(&profile->files.read_only);
	free_derived_files(&profile->files.derived);
	shield_strings_free(&profile->notes);
	free(profile);
}
