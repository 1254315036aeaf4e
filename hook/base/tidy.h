/* SPDX-License-Identifier: Apache-2.0 */
/* JSON laid out for people. */
#ifndef SHIELD_BASE_TIDY_H
#define SHIELD_BASE_TIDY_H

#include "base/text.h"

#define SHIELD_TIDY_WIDTH 100 /* columns */

/*
 * Appends valid JSON, indented by two blanks a level: an object or array that fits its line stays on it, of others each
 * member gets its own. The outermost value is never on one line. Ends in a new line.
 * @json: without blanks between its parts
 */
void shield_text_add_tidy(struct shield_text *text, const char *json);

#endif
