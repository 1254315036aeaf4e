/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that a container chose (file names, names of tasks), made harmless. Both styles lose nothing: `\xNN` stands for
 * the byte NN and for nothing else, since a backslash itself becomes `\x5c`.
 */
#ifndef SHIELD_EVENTS_ESCAPE_H
#define SHIELD_EVENTS_ESCAPE_H

#include <stddef.h>

#include "base/text.h"

/*
 * Appends what stands before the first NUL of `bytes` as a JSON string, with its quotes: bytes that are no UTF-8 (RFC
 * 3629) and backslashes become `\xNN`, control characters \u00NN (RFC 8259, section 7; DEL and C1 too: they move
 * terminals).
 * @max: size of the array; there need not be a NUL
 */
void shield_escape_json(struct shield_text *text, const char *bytes, size_t max);

/*
 * The same for a terminal: control characters, C1, and what turns the direction of writing become `\xNN` too. In
 * quotes, and `"` as `\x22`, when the result has a blank or is empty: a name can never look like two columns.
 */
void shield_escape_terminal(struct shield_text *text, const char *bytes, size_t max);

#endif
