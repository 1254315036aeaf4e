/* SPDX-License-Identifier: Apache-2.0 */
/* `profile check`: what in a valid profile is probably not what its author meant. Pure. */
#ifndef SHIELD_PROFILE_CHECK_H
#define SHIELD_PROFILE_CHECK_H

#include "profile/profile.h"

enum shield_check_severity {
	SHIELD_CHECK_NOTE,    /* changes nothing, could be left out */
	SHIELD_CHECK_WARNING, /* enforces less, or allows less, than it seems to */
};

/*
 * One finding.
 * @place: JSON path of what it is about; @sentence: without it. Both are valid during the call only.
 */
typedef void (*shield_check_report)(enum shield_check_severity severity, const char *place, const char *sentence,
				    void *context);

/* Checks a profile, `extends` resolved, and reports each finding, in the order of the profile's groups. */
void shield_check(const struct shield_profile *profile, shield_check_report report, void *context);

#endif
