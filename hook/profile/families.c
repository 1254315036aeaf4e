/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/families.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/names.h"

/* In the order of their numbers, from 1. The numbers are kernel ABI; libc headers may lack the newest. */
static const char *const names[] = {
	"unix",	   "inet",    "ax25",	"ipx",	      "appletalk", "netrom",   "bridge",    "atmpvc",
	"x25",	   "inet6",   "rose",	"decnet",     "netbeui",   "security", "key",	    "netlink",
	"packet",  "ash",     "econet", "atmsvc",     "rds",	   "sna",      "irda",	    "pppox",
	"wanpipe", "llc",     "ib",	"mpls",	      "can",	   "tipc",     "bluetooth", "iucv",
	"rxrpc",   "isdn",    "phonet", "ieee802154", "caif",	   "alg",      "nfc",	    "vsock",
	"kcm",	   "qipcrtr", "smc",	"xdp",	      "mctp",	   NULL,
};
#define NAMES (sizeof(names) / sizeof(names[0]) - 1)
_Static_assert(NAMES == 45, "AF_MCTP is 45");

int shield_family_number(const char *name)
{
	for (size_t i = 0; i < NAMES; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i + 1;
	return -EINVAL;
}

const char *shield_family_name(unsigned int number)
{
	return number >= 1 && number <= NAMES ? names[number - 1] : NULL;
}

const char *shield_family_nearest(const char *name)
{
	return shield_nearest(name, names);
}
