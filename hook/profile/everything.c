/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/everything.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refuse_network(struct shield_profile *profile)
{
	for (int direction = 0; direction < SHIELD_DIRECTIONS; direction++)
		profile->network.rules[direction] = (struct shield_net_rules){
			.present = true,
			.default_deny = true,
			.action = SHIELD_AUDIT,
		};
	profile->network.families_action = SHIELD_AUDIT;
	profile->network.raw = SHIELD_AUDIT;
	profile->network.unix_sockets.present = true;
	profile->network.unix_sockets.default_deny = true;
	profile->network.unix_sockets.action = SHIELD_AUDIT;
}

static void refuse_privilege(struct shield_profile *profile)
{
	profile->ptrace.present = true;
	profile->ptrace.default_deny = true;
	profile->ptrace.action = SHIELD_AUDIT;
	profile->setuid.present = true;
	profile->setuid.default_deny = true;
	profile->setuid.action = profile->setuid.setuid_exec = SHIELD_AUDIT;
	profile->capabilities.present = true;
	profile->capabilities.default_deny = true;
	profile->capabilities.action = SHIELD_AUDIT;
	profile->kernel.mount = profile->kernel.bpf = SHIELD_AUDIT;
	profile->kernel.modules = profile->kernel.userns = SHIELD_AUDIT;
}

static int refuse_writing(struct shield_profile *profile)
{
	profile->files.present = true;
	profile->files.action = SHIELD_AUDIT;
	return shield_strings_add(&profile->files.read_only, strdup("/**"));
}

int shield_profile_everything(const char *name, bool files, struct shield_profile **ret, struct shield_error *error)
{
	_cleanup_profile_ struct shield_profile *profile = calloc(1, sizeof(*profile));

	if (!profile || (files && refuse_writing(profile) < 0))
		return shield_fail(error, ENOMEM, "out of memory for a profile");
	snprintf(profile->name, sizeof(profile->name), "%s", name);
	profile->audit = true;
	profile->exec.present = true;
	profile->exec.default_deny = true;
	profile->exec.action = profile->exec.drift = profile->exec.fileless = SHIELD_AUDIT;
	profile->exec.libraries = SHIELD_LIBRARIES_LIST;
	profile->reverse_shell = SHIELD_AUDIT;
	refuse_network(profile);
	refuse_privilege(profile);
	*ret = TAKE_PTR(profile);
	return 0;
}
