/* SPDX-License-Identifier: Apache-2.0 */
/* A library of the image, to be mapped. */
int library(void);

int library(void)
{
	return 0;
}
