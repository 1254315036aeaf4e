/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events in the shape of Falco's http_output, as an unmodified Falcosidekick takes them:
 *
 *   uuid           the event's id, the same each time it is sent
 *   output         a sentence: time, priority, container, who did what, why it was refused
 *   priority       sinks/priority.h
 *   rule           "oci-shield: KIND audited|denied|killed", such as "oci-shield: exec denied"; what was switched
 *                  for break-glass, such as "oci-shield: engine off"; stable, for routes to match
 *   time           RFC 3339, UTC, ns
 *   source         "oci-shield"
 *   hostname
 *   tags           ["oci-shield", KIND, VERDICT]
 *   output_fields  flat: strings and numbers only, and what is not known is left out. As Falco calls them: container.*,
 *                  k8s.*, proc.*, user.uid, evt.type, fd.*; ours: oci_shield.id, verdict, kind, rule (the JSON path in
 *                  the profile), reason, profile, operand, sequence
 */
#ifndef SHIELD_SINKS_FALCO_H
#define SHIELD_SINKS_FALCO_H

#include "base/text.h"
#include "events/origin.h"
#include "sinks/priority.h"

/* Appends an event as one line of JSON, without a newline. */
void shield_falco_format(const struct shield_evidence *evidence, const char *hostname, struct shield_text *text);

/* What is no event of the kernel's but has to be told: events lost, suppressed, ... */
struct shield_notice {
	const char *id; /* the same each time it is sent */
	uint64_t time;	/* wall clock, ns since 1970 */
	enum shield_priority priority;
	const char *name;   /* a few stable words, "events lost": the rule is "oci-shield: " and these */
	const char *output; /* a sentence */
	uint64_t count;	    /* how many events it is about */
	const struct shield_origin *origin; /* NULL: of no container */
};

/* Appends a notice as one line of JSON, without a newline. Its tags are ["oci-shield","notice"]. */
void shield_falco_notice(const struct shield_notice *notice, const char *hostname, struct shield_text *text);

#endif
