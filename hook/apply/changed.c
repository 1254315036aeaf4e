/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/changed.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/print.h"

/* NULL where it cannot be read. Owned by the caller. */
static char *text_of(const struct shield_profile_dirs *dirs, const char *name)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	char *text;

	if (!dirs || shield_profile_load(dirs, name, &profile, NULL) < 0 ||
	    shield_profile_print_file(profile, &text, NULL) < 0)
		return NULL;
	return text;
}

static bool has_changed(const struct shield_profile_dirs *before, const struct shield_profile_dirs *now,
			const char *name)
{
	_cleanup_free_ char *old = text_of(before, name), *new = text_of(now, name);

	return new && (!old || strcmp(old, new) != 0);
}

int shield_apply_changed(const struct shield_profile_dirs *before, const struct shield_profile_dirs *now,
			 struct shield_strings *ret, struct shield_error *error)
{
	_cleanup_(shield_strings_free) struct shield_strings names = {}, changed = {};
	int r = shield_profile_list(now, &names, error);

	for (size_t i = 0; r == 0 && i < names.count; i++) {
		if (has_changed(before, now, names.item[i]) && shield_strings_add(&changed, strdup(names.item[i])) < 0)
			r = shield_fail(error, ENOMEM, "out of memory");
	}
	if (r < 0)
		return r;
	*ret = changed;
	changed = (struct shield_strings){};
	return 0;
}
