/* SPDX-License-Identifier: Apache-2.0 */
/* What the tree's files are: executes its first argument with the rest, or ends. The exit status is an errno. */
#include <errno.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		return 0;
	execv(argv[1], argv + 1);
	return errno;
}
