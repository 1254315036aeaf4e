/* SPDX-License-Identifier: Apache-2.0 */
/* Names of system calls. The only user of libseccomp's tables. */
#ifndef SHIELD_EVENTS_SYSCALL_H
#define SHIELD_EVENTS_SYSCALL_H

#include "bpf/abi.h"

#define SHIELD_SYSCALL_NAME_MAX 64 /* bytes that hold any name */

/*
 * The name of the call that an event was caused by; its number, where the table has no name for it.
 * Returns `buffer`, or NULL where no call caused it.
 */
const char *shield_syscall_name(const struct shield_event *event, char buffer[SHIELD_SYSCALL_NAME_MAX]);

#endif
