/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/object.h"

/* libbpf wants the ELF file aligned to 8. */
__asm__(".section .rodata\n"
	".balign 8\n"
	".global shield_object, shield_object_end\n"
	"shield_object: .incbin \"" SHIELD_OBJECT_FILE "\"\n"
	"shield_object_end:\n"
	".previous\n");
