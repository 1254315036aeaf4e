/* SPDX-License-Identifier: Apache-2.0 */
/* What commands ask of their command line. */
#include <string.h>

#include "ctl/ctl.h"

unsigned int shield_ctl_values(const struct shield_ctl_arguments *arguments, const char *name,
			       const char *ret[SHIELD_CTL_GIVEN])
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < arguments->given_count; i++)
		if (!strcmp(arguments->given[i].option->name, name))
			ret[count++] = arguments->given[i].value;
	return count;
}

const char *shield_ctl_value(const struct shield_ctl_arguments *arguments, const char *name)
{
	const char *values[SHIELD_CTL_GIVEN];
	unsigned int count = shield_ctl_values(arguments, name, values);

	return count ? values[count - 1] : NULL;
}

bool shield_ctl_has(const struct shield_ctl_arguments *arguments, const char *name)
{
	return shield_ctl_value(arguments, name) != NULL;
}

bool shield_ctl_wants_json(const struct shield_ctl_arguments *arguments)
{
	const char *output = shield_ctl_value(arguments, "output");

	return output && !strcmp(output, "json");
}
