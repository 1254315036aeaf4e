# SPDX-License-Identifier: Apache-2.0
#
# Prints what a kernel log holds of the kernel's own complaints, each with the
# lines that follow it. A report of the OOM killer has a call trace too, but
# is no fault of the kernel.

/invoked oom-killer/ { in_oom = 1 }
in_oom {
	if (/oom-kill:|[Oo]ut of memory/)
		in_oom = 0
	next
}

/^(\[[^]]*\] *)?(BUG|WARNING|Oops|KASAN|KCSAN|KFENCE|UBSAN|refcount_t|general protection fault|kernel BUG|invalid opcode|stack segment|double fault|INFO: (task|possible|trying|inconsistent))/ ||
/possible recursive locking|possible circular locking|Call Trace:|cut here|Kernel panic/ {
	shown = 40
}

shown > 0 {
	print
	shown--
}
