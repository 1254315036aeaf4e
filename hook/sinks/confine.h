/* SPDX-License-Identifier: Apache-2.0 */
/* What shieldd-webhook gives up before it talks to anybody. */
#ifndef SHIELD_SINKS_CONFINE_H
#define SHIELD_SINKS_CONFINE_H

#include "base/error.h"

/*
 * From now on this process and its threads can do what a network client with a spool needs: sockets to connect, files
 * to read and write as their modes allow, threads for names to be looked up. What only an intruder would call (to
 * execute, to trace, to gain privileges) kills it, the rest fails with EPERM.
 */
int shield_confine_client(struct shield_error *error);

#endif
