/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Addresses and ports: as tasks give them, as sockets have them, and what the rules say of them. */
#ifndef SHIELD_ENDPOINT_H
#define SHIELD_ENDPOINT_H

#include "event.h"
#include <bpf/bpf_endian.h>

/* An address as a task gave it: struct sockaddr_in and sockaddr_in6 of ip(7) and ipv6(7). */
struct address {
	__u16 family;
	__u16 port; /* network byte order */
	union {
		struct {
			__u32 v4;
		};
		struct {
			__u32 flow;
			__u32 v6[4];
		};
	};
};

/* An address in the form that rules are about. */
struct endpoint {
	__u32 family;  /* AF_INET or AF_INET6; v4-mapped is AF_INET */
	__u32 proto;   /* enum shield_proto */
	__u32 word[4]; /* network byte order; v4 in the first */
	__u16 port;    /* host byte order */
};

static __always_inline __u32 sock_family(const struct sock *sk)
{
	return sk->__sk_common.skc_family;
}

static __always_inline int is_inet(__u32 family)
{
	return family == AF_INET || family == AF_INET6;
}

static __always_inline __u32 proto_of(const struct sock *sk)
{
	if (sk->sk_type == SOCK_RAW)
		return SHIELD_PROTO_OTHER;
	switch (sk->sk_protocol) {
	case IPPROTO_TCP:
	case IPPROTO_MPTCP:
		return SHIELD_PROTO_TCP;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return SHIELD_PROTO_UDP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return SHIELD_PROTO_ICMP;
	default:
		return SHIELD_PROTO_OTHER;
	}
}

/* Makes ::ffff:a.b.c.d what it is. */
static __always_inline void unmap_v4(struct endpoint *to)
{
	if (to->family != AF_INET6 || to->word[0] || to->word[1] || to->word[2] != bpf_htonl(0xffff))
		return;
	to->family = AF_INET;
	to->word[0] = to->word[3];
	to->word[1] = to->word[2] = to->word[3] = 0;
}

/*
 * Reads a sockaddr that the kernel has copied in. AF_UNSPEC means the socket's own family wherever the protocols take
 * it as an address (net/ipv4/udp.c udp_sendmsg, net/ipv4/af_inet.c __inet_bind, net/ipv6/raw.c).
 * Returns 0 when it is no inet address.
 */
static __always_inline int endpoint_read(struct endpoint *to, const struct sock *sk, const void *from)
{
	struct address address = {};

	bpf_probe_read_kernel(&address, sizeof(address), from);
	to->family = address.family == AF_UNSPEC ? sock_family(sk) : address.family;
	to->proto = proto_of(sk);
	to->port = bpf_ntohs(address.port);
	if (to->family == AF_INET) {
		to->word[0] = address.v4;
		to->word[1] = to->word[2] = to->word[3] = 0;
		return 1;
	}
	if (to->family != AF_INET6)
		return 0;
	__builtin_memcpy(to->word, address.v6, sizeof(to->word));
	unmap_v4(to);
	return 1;
}

/* The searches are global functions, so that the verifier goes through each once and not at every call. */
__noinline int net4_set(const struct shield_policy *policy, __u32 direction, __u32 address)
{
	return policy ? shield_net4_set(policy, direction, address) : 0;
}

__noinline int net6_set(const struct shield_policy *policy, __u32 direction, __u64 high, __u64 low)
{
	return policy ? shield_net6_set(policy, direction, high, low) : 0;
}

__noinline int port_decision(const struct shield_policy *policy, __u32 set, __u32 key)
{
	return policy ? shield_decide_port(policy, set, key) : SHIELD_REFUSED_BY(SHIELD_REASON_NONE, 0);
}

static __always_inline __u64 two_words(const __u32 *word)
{
	return (__u64)bpf_ntohl(word[0]) << 32 | bpf_ntohl(word[1]);
}

static __always_inline shield_decision decide_endpoint(const struct shield_policy *policy, __u32 direction,
						       const struct endpoint *to)
{
	__u32 set = to->family == AF_INET ? net4_set(policy, direction, bpf_ntohl(to->word[0]))
					  : net6_set(policy, direction, two_words(to->word), two_words(to->word + 2));

	return port_decision(policy, set, SHIELD_PORT_KEY(to->proto, to->port));
}

/* Is it no address at all: 0.0.0.0, ::? */
static __always_inline int endpoint_is_any(const struct endpoint *to)
{
	return !(to->word[0] || to->word[1] || to->word[2] || to->word[3]);
}

#define LOOPBACK4 0x7f000001

/* "Any" as a destination is the loopback address (net/ipv4/route.c, net/ipv6/tcp_ipv6.c); :: may become either one. */
static __always_inline shield_decision decide_egress(const struct shield_policy *policy, const struct endpoint *to)
{
	struct endpoint loopback = { .family = AF_INET, .proto = to->proto, .port = to->port };
	shield_decision decision;

	if (!endpoint_is_any(to))
		return decide_endpoint(policy, SHIELD_EGRESS, to);
	loopback.word[0] = bpf_htonl(LOOPBACK4);
	decision = decide_endpoint(policy, SHIELD_EGRESS, &loopback);
	if (to->family == AF_INET || SHIELD_REFUSED(decision))
		return decision;
	loopback.family = AF_INET6;
	loopback.word[0] = 0;
	loopback.word[3] = bpf_htonl(1);
	return decide_endpoint(policy, SHIELD_EGRESS, &loopback);
}

/* An address of a socket, its own or its peer's. @v4, @v6: where the socket keeps it */
static __always_inline void endpoint_of_socket(struct endpoint *to, const struct sock *sk, __u16 port, __u32 v4,
					       const void *v6)
{
	to->family = sock_family(sk);
	to->proto = proto_of(sk);
	to->port = port;
	if (to->family == AF_INET) {
		to->word[0] = v4;
		to->word[1] = to->word[2] = to->word[3] = 0;
	} else {
		bpf_probe_read_kernel(to->word, sizeof(to->word), v6);
		unmap_v4(to);
	}
}

/* The address that a socket has of its own. */
static __always_inline void endpoint_local(struct endpoint *at, const struct sock *sk)
{
	endpoint_of_socket(at, sk, sk->__sk_common.skc_num, sk->__sk_common.skc_rcv_saddr,
			   &sk->__sk_common.skc_v6_rcv_saddr);
}

/* The peer that a socket is connected to. Returns 0 when it has none. */
static __always_inline int endpoint_peer(struct endpoint *to, const struct sock *sk)
{
	endpoint_of_socket(to, sk, bpf_ntohs(sk->__sk_common.skc_dport), sk->__sk_common.skc_daddr,
			   &sk->__sk_common.skc_v6_daddr);
	return to->port || !endpoint_is_any(to);
}

/* A socket at :: takes what comes over IPv4, too, unless it is told not to (ipv6(7), IPV6_V6ONLY). */
static __always_inline shield_decision decide_bind(const struct shield_policy *policy, const struct endpoint *at,
						   const struct sock *sk)
{
	shield_decision decision = decide_endpoint(policy, SHIELD_BIND, at);
	struct endpoint any = { .family = AF_INET, .proto = at->proto, .port = at->port };

	if (SHIELD_REFUSED(decision) || at->family == AF_INET || !endpoint_is_any(at) ||
	    BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_ipv6only))
		return decision;
	return decide_endpoint(policy, SHIELD_BIND, &any);
}

#endif
