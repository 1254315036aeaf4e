/* SPDX-License-Identifier: Apache-2.0 */
/* Which `from` and `tracer` paths of a profile are which bits of its policy's names (abi.h, struct shield_exe). */
#ifndef SHIELD_PROFILE_NAME_BITS_H
#define SHIELD_PROFILE_NAME_BITS_H

#include "base/error.h"
#include "profile/profile.h"

/*
 * The distinct patterns: item n is bit n, as shield_compile() gives them.
 * @ret: release with shield_strings_free()
 * Returns 0 or -ENOMEM.
 */
int shield_name_bits(const struct shield_profile *profile, struct shield_strings *ret, struct shield_error *error);

/* The same from a policy's canonical text. -EINVAL when it is something else. */
int shield_name_bits_of_text(const char *text, size_t length, struct shield_strings *ret, struct shield_error *error);

/* From the bits of one policy to those of another: ret[n] = the bit in `to` of what is bit n in `from`, or 0. */
void shield_name_bits_translate(const struct shield_strings *from, const struct shield_strings *to,
				__u64 ret[SHIELD_NAMES]);

#endif
