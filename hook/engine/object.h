/* SPDX-License-Identifier: Apache-2.0 */
/* The BPF object, built into the program. */
#ifndef SHIELD_ENGINE_OBJECT_H
#define SHIELD_ENGINE_OBJECT_H

/* From the first byte up to, not including, the end. */
extern const unsigned char shield_object[];
extern const unsigned char shield_object_end[];

#endif
