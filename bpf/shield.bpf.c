/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The engine: all programs and maps, one object, so that each map has one definition. */
#include "exec.bpf.c"
#include "library.bpf.c"
#include "task.bpf.c"
#include "ptrace.bpf.c"
#include "identity.bpf.c"
#include "network.bpf.c"
#include "unix.bpf.c"
#include "files.bpf.c"
#include "kernel_rules.bpf.c"
#include "syscalls.bpf.c"
#include "guard.bpf.c"
#include "control.bpf.c"
#include "retag.bpf.c"

char _license[] SEC("license") = "Dual BSD/GPL";
