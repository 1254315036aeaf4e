/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A system call of 32-bit ARM: call32 NUMBER WORD..., where a word of digits is a number. Its status is the errno.
 * Without a C library: there is no other program of 32 bits.
 */

#define WORDS 6

/* The stack begins with argc and argv. */
__asm__(".globl _start\n_start:\n\tmov r0, sp\n\tbl run\n\tmov r7, #1\n\tsvc #0\n");

int run(const long *stack);

static long value_of(const char *word)
{
	long value = 0;

	for (const char *c = word; *c; c++) {
		if (*c < '0' || *c > '9')
			return (long)word;
		value = 10 * value + *c - '0';
	}
	return value;
}

int run(const long *stack)
{
	long argument[WORDS] = {};

	for (int i = 0; i < WORDS && i + 1 < stack[0]; i++)
		argument[i] = value_of((const char *)stack[i + 2]);

	register long number __asm__("r7") = argument[0];
	register long a __asm__("r0") = argument[1];
	register long b __asm__("r1") = argument[2];
	register long c __asm__("r2") = argument[3];
	register long d __asm__("r3") = argument[4];
	register long e __asm__("r4") = argument[5];

	__asm__ volatile("svc #0" : "+r"(a) : "r"(number), "r"(b), "r"(c), "r"(d), "r"(e) : "memory");
	return (int)-a;
}
