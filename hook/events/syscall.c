/* SPDX-License-Identifier: Apache-2.0 */
#include "events/syscall.h"

#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/cleanup.h"

#define X32_BIT 0x40000000u /* x32's calls are numbered from here */

/* The table that a number is of. */
static uint32_t table_of(uint32_t number, bool compat)
{
#if defined(__x86_64__)
	if (compat)
		return SCMP_ARCH_X86;
	return number & X32_BIT ? SCMP_ARCH_X32 : SCMP_ARCH_X86_64;
#elif defined(__aarch64__)
	(void)number;
	return compat ? SCMP_ARCH_ARM : SCMP_ARCH_AARCH64;
#else
	(void)number;
	(void)compat;
	return seccomp_arch_native();
#endif
}

const char *shield_syscall_name(const struct shield_event *event, char buffer[SHIELD_SYSCALL_NAME_MAX])
{
	uint32_t number = event->syscall;
	_cleanup_free_ char *name = NULL;

	if (number == SHIELD_NO_SYSCALL)
		return NULL;
	if (number <= INT32_MAX) /* libseccomp has names of its own below 0 */
		name = seccomp_syscall_resolve_num_arch(table_of(number, event->flags & SHIELD_EVENT_COMPAT),
							(int)number);
	if (name)
		snprintf(buffer, SHIELD_SYSCALL_NAME_MAX, "%s", name);
	else
		snprintf(buffer, SHIELD_SYSCALL_NAME_MAX, "%u", number);
	return buffer;
}
