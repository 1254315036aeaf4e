/* SPDX-License-Identifier: Apache-2.0 */
/* A hook that does nothing: what any hook costs. */
int main(void)
{
	return 0;
}
