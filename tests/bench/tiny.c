/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest program worth executing: ends at once, without a libc. With an argument it first executes itself once
 * for every character of it: `tiny xxxx` is five executions in a row.
 */
#include <asm/unistd.h>

#define NORETURN __attribute__((noreturn, used))

static long call(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}

static NORETURN void leave(long status)
{
	for (;;)
		call(__NR_exit_group, status, 0, 0);
}

void tiny(long *stack);

NORETURN void tiny(long *stack)
{
	char **arguments = (char **)(stack + 1);

	if (stack[0] < 2 || !arguments[1][0])
		leave(0);
	arguments[1]++;
	call(__NR_execve, (long)arguments[0], (long)arguments, 0);
	leave(1);
}

__asm__(".globl _start\n"
	"_start:\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call tiny\n");
