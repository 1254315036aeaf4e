/* SPDX-License-Identifier: Apache-2.0 */
#include "generate_rules.h"

#include <sys/socket.h>

#include "build.h"
#include "generate.h"

void generate_net(struct shield_profile *profile, enum shield_direction direction)
{
	static const char *const networks[] = { "0.0.0.0/0",
						"10.0.0.0/8",
						"10.1.0.0/16",
						"10.1.2.0/24",
						"10.1.2.3/32",
						"10.1.2.4/32",
						"10.1.3.0/24",
						"128.0.0.0/1",
						"255.255.255.255/32",
						"0.0.0.0/32",
						"169.254.169.254/32",
						"10.1.0.0/20",
						"::/0",
						"fd00::/8",
						"fd00::/64",
						"fd00::1/128",
						"fd00::2/128",
						"8000::/1",
						"::/128",
						"::1/128",
						"127.0.0.0/8",
						"127.0.0.1/32",
						"fd00:0:0:1::/64",
						"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
						"fd00::8000:0:0:0/65",
						"fd00::/120" };
	static const uint16_t ports[] = { 0, 1, 80, 443, 8000, 8080, 65534, 65535 };

	profile->network.rules[direction].present = true;
	profile->network.rules[direction].default_deny = !random_one_in(4);
	profile->network.rules[direction].action = SHIELD_KILL;
	for (uint32_t entries = random_below(10); entries; entries--) {
		bool deny = random_one_in(3);
		uint8_t proto = (uint8_t)random_below(4);

		build_net(profile, direction, deny, random_one_in(4) ? NULL : RANDOM_PICK(networks), proto);
		if (proto == SHIELD_PROTO_ICMP)
			continue;
		for (uint32_t spans = random_one_in(2) ? 1 + random_below(3) : 0; spans; spans--) {
			uint16_t low = RANDOM_PICK(ports), high = random_one_in(2) ? low : RANDOM_PICK(ports);

			build_ports(profile, direction, deny, low < high ? low : high, low < high ? high : low);
		}
	}
}

void generate_ids(struct shield_profile *profile)
{
	static const uint32_t edges[] = { 0, 1, 33, 999, 1000, 1001, 65533, 65534, UINT32_MAX - 2, UINT32_MAX - 1 };

	profile->setuid.present = true;
	profile->setuid.default_deny = !random_one_in(4);
	for (uint16_t entry = 0, last = (uint16_t)random_below(6); entry < last; entry++)
		for (uint32_t spans = 1 + random_below(2); spans; spans--) {
			uint32_t low = RANDOM_PICK(edges), high = random_one_in(2) ? low : RANDOM_PICK(edges);

			(random_one_in(2) ? build_uids : build_gids)(profile, entry, low < high ? low : high,
								     low < high ? high : low);
		}
}

/* Adds -1, 0 or 1 to an address. */
static void nudge(uint8_t *address, size_t length)
{
	uint32_t by = random_below(3);

	for (size_t i = length; by != 1 && i--;) {
		uint8_t before = address[i];

		address[i] = (uint8_t)(by ? before + 1 : before - 1);
		if (before != (by ? 0xff : 0))
			break;
	}
}

int generate_address(const struct shield_net_rules *rules, uint8_t address[16])
{
	const struct shield_net_entries *list = random_one_in(3) ? &rules->deny : &rules->allow;
	const struct shield_net_entry *entry = list->count ? &list->item[random_below((uint32_t)list->count)] : NULL;
	int family = entry && entry->family ? entry->family : random_one_in(2) ? AF_INET : AF_INET6;
	size_t length = family == AF_INET ? 4 : 16;
	bool last = random_one_in(2);

	for (size_t i = 0; i < 16; i++)
		address[i] = (uint8_t)random_next();
	if (!entry || !entry->family)
		return family;
	for (size_t bit = 0; bit < length * 8; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);
		bool set = bit < entry->prefix ? entry->address[bit / 8] & mask : last;

		address[bit / 8] = (uint8_t)(set ? address[bit / 8] | mask : address[bit / 8] & ~mask);
	}
	nudge(address, length);
	return family;
}
