/* SPDX-License-Identifier: Apache-2.0 */
/* Names of what events carry, for machines and people alike. "unknown" for what this version does not know. */
#ifndef SHIELD_EVENTS_WORDS_H
#define SHIELD_EVENTS_WORDS_H

#include <stdint.h>

#include "bpf/abi.h"

/* enum shield_proto: "other", "tcp", "udp", "icmp" */
const char *shield_proto_name(uint8_t proto);

/* The enum shield_proto of a name, or -EINVAL. */
int shield_proto_number(const char *name);

/* enum shield_id_change: "uid", "gid", "groups", "file_capabilities" */
const char *shield_id_change_name(uint32_t change);

/* enum shield_control_act: "mode audit", "mode enforce", "engine off", "engine on" */
const char *shield_control_act_name(uint32_t act);

/* socket(2): "stream", "dgram", "raw", "seqpacket", "packet" ... */
const char *shield_socket_type_name(uint32_t type);

#endif
