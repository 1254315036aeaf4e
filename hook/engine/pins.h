/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of pins in the bpffs. */
#ifndef SHIELD_ENGINE_PINS_H
#define SHIELD_ENGINE_PINS_H

#include "base/error.h"

/* Makes an engine's folder with its four sub-folders. Root only. */
int shield_pins_make(const char *folder, struct shield_error *error);

/* Removes an engine's folder and all its pins, links first. What is not there is fine. */
void shield_pins_remove(const char *folder);

#endif
