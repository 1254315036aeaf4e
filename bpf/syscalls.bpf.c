/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * System calls of containers under recording.
 *
 * tp_btf/sys_enter  every call of every task on the node, before it is carried out. Attached while there is a recording,
 *		     and no longer.
 */
#ifndef SHIELD_SYSCALLS_BPF_C
#define SHIELD_SYSCALLS_BPF_C

#include "event.h"

SEC("tp_btf/sys_enter")
int record_syscall(void *ctx)
{
	struct subject subject;
	struct shield_syscalls *calls;
	__u16 flags = 0;
	__u64 *word, bit;
	__u32 call;

	if (subject_find(&subject) != SUBJECT_ARMED || !subject.record)
		return 0;
	calls = bpf_map_lookup_elem(&syscalls, &subject.slot_key);
	call = syscall_of(subject.task, &flags) & ~X32_BIT;
	if (!calls || call >= SHIELD_SYSCALLS)
		return 0;
	word = flags & SHIELD_EVENT_COMPAT ? calls->compat : calls->native;
	word += call / 64 & (SHIELD_SYSCALLS / 64 - 1);
	bit = 1ull << (call & 63);
	if (!(*word & bit))
		__sync_fetch_and_or(word, bit);
	return 0;
}

#endif
