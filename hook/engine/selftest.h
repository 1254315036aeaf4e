/* SPDX-License-Identifier: Apache-2.0 */
/* Does what was attached run? Where bpf is not among the active LSMs, programs load and attach, and never run. */
#ifndef SHIELD_ENGINE_SELFTEST_H
#define SHIELD_ENGINE_SELFTEST_H

#include "base/error.h"

/*
 * Gives a child of its own a tag that every program answers with SHIELD_PROBE_ERRNO, and has it exec.
 * @tags: descriptor of the tags map
 * Returns 0, or -ENOTSUP when the exec was not refused.
 */
int shield_selftest(int tags, struct shield_error *error);

#endif
