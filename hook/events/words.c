/* SPDX-License-Identifier: Apache-2.0 */
#include "events/words.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const protos[] = {
	[SHIELD_PROTO_OTHER] = "other",
	[SHIELD_PROTO_TCP] = "tcp",
	[SHIELD_PROTO_UDP] = "udp",
	[SHIELD_PROTO_ICMP] = "icmp",
};

static const char *const changes[] = {
	[SHIELD_CHANGE_UID] = "uid",
	[SHIELD_CHANGE_GID] = "gid",
	[SHIELD_CHANGE_GROUPS] = "groups",
	[SHIELD_CHANGE_FILE_CAPS] = "file_capabilities",
};

static const char *const acts[] = {
	[SHIELD_CONTROL_MODE_AUDIT] = "mode audit",
	[SHIELD_CONTROL_MODE_ENFORCE] = "mode enforce",
	[SHIELD_CONTROL_OFF] = "engine off",
	[SHIELD_CONTROL_ON] = "engine on",
	[SHIELD_CONTROL_RELOAD] = "reload",
	[SHIELD_CONTROL_ATTACH] = "attach",
	[SHIELD_CONTROL_SUPPRESSED] = "events over the rate",
	[SHIELD_CONTROL_LOST] = "events lost",
};

static const char *const socket_types[] = {
	[SOCK_STREAM] = "stream",	[SOCK_DGRAM] = "dgram", [SOCK_RAW] = "raw",	  [SOCK_RDM] = "rdm",
	[SOCK_SEQPACKET] = "seqpacket", [SOCK_DCCP] = "dccp",	[SOCK_PACKET] = "packet",
};

static const char *name_in(const char *const *names, size_t count, uint32_t number)
{
	return number < count && names[number] ? names[number] : "unknown";
}

const char *shield_proto_name(uint8_t proto)
{
	return name_in(protos, COUNT(protos), proto);
}

int shield_proto_number(const char *name)
{
	for (size_t i = 0; i < COUNT(protos); i++)
		if (!strcmp(name, protos[i]))
			return (int)i;
	return -EINVAL;
}

const char *shield_id_change_name(uint32_t change)
{
	return name_in(changes, COUNT(changes), change);
}

const char *shield_control_act_name(uint32_t act)
{
	return name_in(acts, COUNT(acts), act);
}

const char *shield_socket_type_name(uint32_t type)
{
	return name_in(socket_types, COUNT(socket_types), type);
}
