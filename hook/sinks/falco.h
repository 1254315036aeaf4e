/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events in the shape of Falco's http_output, as an unmodified Falcosidekick takes them:
 *
 *   uuid           the event's id (shield_evidence_id()), the same each time it is sent
 *   output         a sentence: time, priority, container, who did what, why it was refused
 *   priority       sinks/priority.h
 *   rule           "oci-shield: KIND audited|denied|killed", such as "oci-shield: exec denied"; what was switched, such
 *                  as "oci-shield: engine off", for break-glass. Stable, for routes to match
 *   time           RFC 3339, UTC, ns
 *   source         "oci-shield"
 *   hostname
 *   tags           ["oci-shield", KIND, VERDICT]
 *   output_fields  flat, strings and numbers only; what is not known is left out. As Falco calls them: container.id
 *                  (short), container.name, container.image, k8s.pod.name, k8s.ns.name, proc.name, proc.exepath,
 *                  proc.pid, proc.ppid, proc.pname, proc.aname[2] ..., proc.apid[2] ..., user.uid, evt.type (the
 *                  system call), fd.name, fd.rip and fd.rport or fd.lip and fd.lport, fd.l4proto. Ours: oci_shield.id,
 *                  verdict, kind, rule (the place in the profile), reason, profile, operand, sequence, and count, of
 *                  events that are missing
 */
#ifndef SHIELD_SINKS_FALCO_H
#define SHIELD_SINKS_FALCO_H

#include "base/text.h"
#include "events/origin.h"

/* Appends an event as one line of JSON, without a newline. */
void shield_falco_format(const struct shield_evidence *evidence, const char *hostname, struct shield_text *text);

/*
 * Appends the alert that events will never come: rule "oci-shield: events lost", tags ["oci-shield","lost"].
 * @webhook: the one that lost them; @id: the same each time this is sent
 * @count: events lost since the last such alert
 * @time: wall clock, ns since 1970
 */
void shield_falco_lost(const char *webhook, const char *id, uint64_t count, uint64_t time, const char *hostname,
		       struct shield_text *text);

#endif
