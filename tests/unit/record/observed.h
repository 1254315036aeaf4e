/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings made up for tests: a helper, no suite. */
#ifndef SHIELD_TESTS_RECORD_OBSERVED_H
#define SHIELD_TESTS_RECORD_OBSERVED_H

#include <CUnit/CUnit.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "record/recording.h"

static inline struct shield_recording recorded(const char *id)
{
	struct shield_recording recording = {
		.name = "web",
		.image = "docker.io/library/web:1",
		.container = "web-1",
		.started = 1714564994000000000,
		.ended = 1714564999000000000,
		.offset = 1714560000000000000,
		.kinds = ~0u & ~(1u << SHIELD_KIND_FILES),
	};

	strncpy(recording.id, id, sizeof(recording.id) - 1);
	return recording;
}

static inline struct shield_observation *observed(struct shield_recording *recording, enum shield_kind kind)
{
	struct shield_observation *item;

	recording->item = reallocarray(recording->item, recording->count + 1, sizeof(*item));
	CU_ASSERT_PTR_NOT_NULL_FATAL(recording->item);
	item = &recording->item[recording->count++];
	*item = (struct shield_observation){ .kind = kind, .count = 1, .first = 1, .last = 2, .comm = "test" };
	return item;
}

/* The hash of a path, which the recording knows from then on. 0 for NULL. */
static inline uint64_t observed_name(struct shield_recording *recording, const char *path)
{
	uint64_t hash = SHIELD_HASH_START;
	struct shield_observation *item;

	if (!path)
		return 0;
	for (const char *at = path; *at; at++)
		hash = SHIELD_HASH_STEP(hash, *at);
	item = observed(recording, SHIELD_KIND_NONE);
	item->operand = SHIELD_OPERAND_PATH;
	item->path_hash = hash;
	strcpy(item->path, path);
	return hash;
}

/* @path, @exe, @script: NULL = none */
static inline void observed_path(struct shield_recording *recording, enum shield_kind kind, const char *path,
				 const char *exe, const char *script)
{
	uint64_t by_exe = observed_name(recording, exe), by_script = observed_name(recording, script);
	struct shield_observation *item = observed(recording, kind);

	item->exe = by_exe;
	item->script = by_script;
	if (!path)
		return;
	item->operand = SHIELD_OPERAND_PATH;
	strcpy(item->path, path);
}

static inline void observed_address(struct shield_recording *recording, enum shield_kind kind, const char *address,
				    enum shield_proto proto, uint16_t port)
{
	struct shield_observation *item = observed(recording, kind);

	item->operand = SHIELD_OPERAND_ADDRESS;
	item->address.family = strchr(address, ':') ? AF_INET6 : AF_INET;
	item->address.proto = (uint8_t)proto;
	item->address.port = port;
	CU_ASSERT_EQUAL_FATAL(inet_pton((int)item->address.family, address, item->address.address), 1);
}

static inline void observed_id(struct shield_recording *recording, enum shield_id_change change, uint32_t wanted)
{
	struct shield_observation *item = observed(recording, SHIELD_KIND_SETUID);

	item->operand = SHIELD_OPERAND_IDS;
	item->ids.change = change;
	item->ids.wanted = wanted;
}

static inline void observed_socket(struct shield_recording *recording, enum shield_kind kind, uint32_t family)
{
	struct shield_observation *item = observed(recording, kind);

	item->operand = SHIELD_OPERAND_SOCKET;
	item->socket.family = family;
}

static inline void observed_capability(struct shield_recording *recording, uint32_t capability)
{
	struct shield_observation *item = observed(recording, SHIELD_KIND_CAPABILITY);

	item->operand = SHIELD_OPERAND_CAPABILITY;
	item->capability = capability;
}

#endif
