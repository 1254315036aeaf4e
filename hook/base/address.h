/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and CIDR prefixes as people write them. */
#ifndef SHIELD_BASE_ADDRESS_H
#define SHIELD_BASE_ADDRESS_H

#include <netinet/in.h>
#include <stdint.h>

#include "base/error.h"

#define SHIELD_CIDR_MAX (INET6_ADDRSTRLEN + 4) /* bytes of a prefix's text, with its NUL */

struct shield_cidr {
	uint8_t family;	     /* AF_INET or AF_INET6 */
	uint8_t prefix;	     /* bits */
	uint8_t address[16]; /* network byte order; v4 in the first 4 bytes, the rest 0 */
};

/*
 * Parses "ADDRESS" or "ADDRESS/BITS". A v4-mapped prefix (::ffff:0:0/96 and below, RFC 4291 section 2.5.5.2) becomes
 * the v4 one. Returns 0, or -EINVAL: not an address, or bits set beyond the prefix (the message names the network).
 */
int shield_cidr_parse(const char *text, struct shield_cidr *ret, struct shield_error *error);

/* Writes what shield_cidr_parse() reads back; a single address goes without its prefix. Returns `buffer`. */
const char *shield_cidr_format(const struct shield_cidr *cidr, char buffer[SHIELD_CIDR_MAX]);

#endif
