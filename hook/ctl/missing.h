/* SPDX-License-Identifier: Apache-2.0 */
/* How shieldctl tells of containers that were refused for a missing profile. */
#ifndef SHIELD_CTL_MISSING_H
#define SHIELD_CTL_MISSING_H

#include "base/text.h"
#include "profile/missing.h"

/* Appends a sentence: "profile web is missing: pod prod/web-0 (container nginx) needs it, since TIME, ...: WHY". */
void shield_ctl_add_missing(struct shield_text *text, const struct shield_missing *missing, const char *why);

#endif
