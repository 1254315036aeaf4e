/* SPDX-License-Identifier: Apache-2.0 */
#include "base/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"

static unsigned int bits_of(uint8_t family)
{
	return family == AF_INET ? 32 : 128;
}

/* Decimal digits only, no leading zero, at most `max`. */
static bool parse_prefix(const char *text, unsigned int max, uint8_t *ret)
{
	unsigned int value = 0;

	if (!*text || (text[0] == '0' && text[1]))
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (unsigned int)(*text - '0');
		if (value > max)
			return false;
	}
	*ret = (uint8_t)value;
	return true;
}

/* Clears the bits beyond the prefix; says whether any was set. */
static bool clear_host_bits(struct shield_cidr *cidr)
{
	bool cleared = false;

	for (unsigned int i = 0; i < bits_of(cidr->family) / 8; i++) {
		unsigned int kept = cidr->prefix > i * 8 ? cidr->prefix - i * 8 : 0;
		uint8_t mask = kept >= 8 ? 0xff : (uint8_t)(0xff00 >> kept);

		cleared |= cidr->address[i] & ~mask;
		cidr->address[i] &= mask;
	}
	return cleared;
}

static void unmap(struct shield_cidr *cidr)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (cidr->family != AF_INET6 || cidr->prefix < 96 || memcmp(cidr->address, mapped, sizeof(mapped)))
		return;
	cidr->family = AF_INET;
	cidr->prefix -= 96;
	memmove(cidr->address, cidr->address + 12, 4);
	memset(cidr->address + 4, 0, 12);
}

int shield_cidr_parse(const char *text, struct shield_cidr *ret, struct shield_error *error)
{
	struct shield_cidr cidr = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };
	char address[INET6_ADDRSTRLEN], shown[SHIELD_CIDR_MAX + 16];
	size_t length = strcspn(text, "/");

	shield_printable(text, shown, sizeof(shown));
	if (length >= sizeof(address))
		return shield_fail(error, EINVAL, "\"%s\" is not an address", shown);
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(cidr.family, address, cidr.address) != 1)
		return shield_fail(error, EINVAL, "\"%s\" is not an IPv4 or IPv6 address or CIDR", shown);
	cidr.prefix = (uint8_t)bits_of(cidr.family);
	if (text[length] && !parse_prefix(text + length + 1, cidr.prefix, &cidr.prefix))
		return shield_fail(error, EINVAL, "\"%s\": the prefix is a number from 0 to %u", shown, cidr.prefix);
	if (clear_host_bits(&cidr)) {
		char network[SHIELD_CIDR_MAX];

		return shield_fail(error, EINVAL, "\"%s\" has bits set beyond its prefix; the network is %s", shown,
				   shield_cidr_format(&cidr, network));
	}
	unmap(&cidr);
	*ret = cidr;
	return 0;
}

const char *shield_cidr_format(const struct shield_cidr *cidr, char buffer[SHIELD_CIDR_MAX])
{
	inet_ntop(cidr->family, cidr->address, buffer, SHIELD_CIDR_MAX);
	if (cidr->prefix < bits_of(cidr->family)) {
		size_t length = strlen(buffer);

		snprintf(buffer + length, SHIELD_CIDR_MAX - length, "/%u", cidr->prefix);
	}
	return buffer;
}
