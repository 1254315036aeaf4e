/* SPDX-License-Identifier: Apache-2.0 */
/* What kinds, verdicts, reasons and rules of bpf/abi.h are called. */
#ifndef SHIELD_PROFILE_RULE_H
#define SHIELD_PROFILE_RULE_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

#define SHIELD_RULE_PATH_MAX 64 /* bytes that hold any rule's path */

/*
 * Writes the JSON path of a rule, such as `exec.allow[3]` or `network.egress.default`; the key of the group where the
 * rule is 0; nothing ("") for the kinds that no profile has a key for (guard, tag,
 * control).
 * @size: of the buffer; a longer path is cut, SHIELD_RULE_PATH_MAX is always enough
 */
void shield_rule_path(uint8_t kind, uint16_t rule, char *buffer, size_t size);

/* Short constant names, for machines: "exec", "deny". "unknown" for what this version does not know. */
const char *shield_kind_name(uint8_t kind);
const char *shield_verdict_name(uint8_t verdict);

/* A short phrase for people, "" for SHIELD_REASON_NONE. */
const char *shield_reason_text(uint8_t reason);

#endif
