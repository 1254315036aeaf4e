/* SPDX-License-Identifier: Apache-2.0 */
/* A module of redis that needs none of its headers: what it is for happens as soon as it is loaded. */
#include <stdlib.h>

int RedisModule_OnLoad(void *context, void **arguments, int count);

int RedisModule_OnLoad(void *context, void **arguments, int count)
{
	(void)context, (void)arguments;
	return system("id >/data/taken") || count >= 0; /* it need not stay */
}
