/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/missing.h"

#include <stdio.h>
#include <string.h>

#include "events/clock.h"
#include "events/escape.h"
#include "events/origin.h"

static void add_word(struct shield_text *text, const char *before, const char *word, const char *behind)
{
	shield_text_add(text, before);
	shield_escape_terminal(text, word, SHIELD_ID_MAX);
	shield_text_add(text, behind);
}

/* In whole seconds. */
static void add_time(struct shield_text *text, const char *before, int64_t seconds)
{
	char when[SHIELD_RFC3339_MAX];

	shield_clock_rfc3339((uint64_t)seconds * 1000000000, when);
	when[strcspn(when, ".")] = '\0';
	shield_text_add(text, before);
	shield_text_add(text, when);
	shield_text_add(text, "Z");
}

void shield_ctl_add_missing(struct shield_text *text, const struct shield_missing *missing, const char *why)
{
	char id[SHIELD_SHORT_ID_MAX];

	add_word(text, "profile ", missing->profile, " is missing or not valid: ");
	if (missing->pod[0]) {
		add_word(text, "pod ", missing->namespace_, "/");
		add_word(text, "", missing->pod, "");
		add_word(text, " (container ", missing->container, ")");
	} else {
		add_word(text, "container ", shield_short_id(missing->id, id), "");
	}
	add_time(text, " needs it, since ", missing->since);
	add_time(text, ", last refused ", missing->last);
	shield_text_add(text, ": ");
	shield_text_add(text, why);
}
