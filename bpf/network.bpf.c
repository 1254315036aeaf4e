/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The network. Judged by the task that acts, whoever made the socket: inherited and passed sockets are no way out.
 *
 * lsm/socket_create	    families, raw and packet sockets, protocols whose addresses no other hook shows.
 * lsm/socket_connect	    connect of every family, io_uring's too.
 * lsm/socket_sendmsg	    an address given with the data: sendto, sendmsg, sendmmsg, TCP fast open.
 * lsm/socket_bind	    bind.
 * lsm/socket_setsockopt    source routes, and IP_TRANSPARENT, which forges addresses as a raw socket does.
 * lsm/socket_listen	    listen without bind takes a port, too.
 * lsm/file_receive	    sockets that come with SCM_RIGHTS or pidfd_getfd: what one made outside is connected or bound to
 *			    is judged as if the task had done it.
 * cgroup/recvmsg4, 6	    who spoke first to a UDP socket: on the container's cgroup, where the kernel shows the
 *			    sender's address.
 *
 * Addresses are seen as the task gave them, before any translation.
 */
#ifndef SHIELD_NETWORK_BPF_C
#define SHIELD_NETWORK_BPF_C

#include "endpoint.h"
#include <bpf/bpf_tracing.h>

static __noinline int endpoint_violation(__u32 kind, shield_decision decision, const struct endpoint *to)
{
	struct operand operand = { .type = SHIELD_OPERAND_ADDRESS };

	operand.address.family = to->family;
	operand.address.proto = to->proto;
	operand.address.port = to->port;
	__builtin_memcpy(operand.address.address, to->word, sizeof(to->word));
	return answer_of(violate(kind, decision, &operand, 0), EPERM);
}

static __noinline int socket_violation(__u32 kind, shield_decision decision, const struct shield_event_socket *what)
{
	struct operand operand = { .type = SHIELD_OPERAND_SOCKET };

	operand.socket = *what;
	return answer_of(violate(kind, decision, &operand, 0), EPERM);
}

#define NOT_JUDGED SHIELD_REFUSED_BY(SHIELD_REASON_NOT_JUDGED, 0)

static __always_inline int judge_family(const struct subject *subject, const struct shield_event_socket *what)
{
	shield_decision decision;

	if (!action_of(subject, SHIELD_KIND_FAMILY))
		return 0;
	decision = shield_decide_family(subject->policy, what->family);
	if (!SHIELD_REFUSED(decision))
		return 0;
	return socket_violation(judged(subject, SHIELD_KIND_FAMILY), decision, what);
}

/* Protocols over IP whose addresses the hooks below see on every road. SCTP and others have roads of their own. */
static __always_inline int is_judged(__u32 type, __u32 protocol)
{
	if (protocol == IPPROTO_IP) /* the type decides: others are SCTP and DCCP */
		return type == SOCK_STREAM || type == SOCK_DGRAM || type == SOCK_RAW;
	return type == SOCK_RAW || protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_MPTCP ||
	       protocol == IPPROTO_UDPLITE || protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

/* Families that reach inet peers under addresses of their own. */
static __always_inline int carries_inet(__u32 family)
{
	return family == AF_SMC || family == AF_RDS || family == AF_TIPC || family == AF_RXRPC;
}

static __always_inline int is_raw(__u32 family, __u32 type)
{
	return family == AF_PACKET || (is_inet(family) && (type == SOCK_RAW || type == SOCK_PACKET));
}

/* What a socket is, as far as it can be told before it has an address. */
static __always_inline int judge_kind_of_socket(const struct subject *subject, const struct shield_event_socket *what)
{
	int ret = judge_family(subject, what);

	if (ret)
		return ret;
	if (action_of(subject, SHIELD_KIND_RAW) && is_raw(what->family, what->type))
		return socket_violation(judged(subject, SHIELD_KIND_RAW), SHIELD_SWITCH_VIOLATED, what);
	if (!action_of(subject, SHIELD_KIND_EGRESS))
		return 0;
	/* with a list of families, those on it were wanted */
	if ((is_inet(what->family) && !is_judged(what->type, what->protocol)) ||
	    (carries_inet(what->family) && !action_of(subject, SHIELD_KIND_FAMILY)))
		return socket_violation(judged(subject, SHIELD_KIND_EGRESS), NOT_JUDGED, what);
	return 0;
}

SEC("lsm/socket_create")
int BPF_PROG(network_create, int family, int type, int protocol, int kern, int ret)
{
	struct subject subject;

	if (ret || kern)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	struct shield_event_socket what = { .family = family, .type = type & SOCK_TYPE_MASK, .protocol = protocol };

	return judge_kind_of_socket(&subject, &what);
}

SEC("lsm/socket_connect")
int BPF_PROG(network_connect, struct socket *sock, struct sockaddr *address, int addrlen, int ret)
{
	struct subject subject;
	struct endpoint to;
	shield_decision decision;
	struct sock *sk;

	if (ret)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	sk = sock->sk;
	if (!sk)
		return 0;
	if (!is_inet(sock_family(sk))) {
		struct shield_event_socket what = {
			.family = sock_family(sk),
			.type = sock->type,
			.protocol = sk->sk_protocol,
		};

		return judge_family(&subject, &what);
	}
	if (!action_of(&subject, SHIELD_KIND_EGRESS) || address->sa_family == AF_UNSPEC) /* which disconnects */
		return 0;
	if (!endpoint_read(&to, sk, address))
		return 0;
	decision = decide_egress(subject.policy, &to);
	return SHIELD_REFUSED(decision) ? endpoint_violation(judged(&subject, SHIELD_KIND_EGRESS), decision, &to) : 0;
}

/* Has this UDP peer spoken to this socket before? */
static __always_inline int is_reply(const struct subject *subject, struct sock *sk, const struct endpoint *to)
{
	struct shield_udp_peer peer = {};

	if (!(subject->slot->flags & SHIELD_SLOT_UDP_PEERS) || to->proto != SHIELD_PROTO_UDP)
		return 0;
	peer.socket = bpf_get_socket_cookie(sk);
	peer.port = bpf_htons(to->port);
	if (to->family == AF_INET) {
		peer.address[2] = bpf_htonl(0xffff);
		peer.address[3] = to->word[0];
	} else {
		__builtin_memcpy(peer.address, to->word, sizeof(peer.address));
	}
	return bpf_map_lookup_elem(&udp_peers, &peer) != 0;
}

/* Options that send packets by way of another address than the one the call names; with a message, or before it. */
static __always_inline int is_route(int level, int option)
{
	if (level == SOL_IP)
		return option == IP_OPTIONS || option == IP_RETOPTS;
	return level == SOL_IPV6 && (option == IPV6_RTHDR || option == IPV6_2292RTHDR || option == IPV6_2292PKTOPTIONS);
}

#define CONTROL_MESSAGES 16 /* looked at; more are refused where addresses are judged */

/* Does a message bring a route of its own? The kernel has copied its control data in (cmsg(3)). */
static __always_inline int has_route(const struct msghdr *msg)
{
	unsigned long at = 0, end = msg->msg_controllen;
	void *control = msg->msg_control;

	for (int i = 0; i < CONTROL_MESSAGES; i++) {
		struct cmsghdr header = {};

		if (at + sizeof(header) > end)
			return 0;
		bpf_probe_read_kernel(&header, sizeof(header), control + at);
		if (is_route(header.cmsg_level, header.cmsg_type))
			return 1;
		if (header.cmsg_len < sizeof(header) || header.cmsg_len > end) /* what the kernel refuses */
			return 0;
		at += (header.cmsg_len + 7) & ~7ul;
	}
	return 1;
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(network_send, struct socket *sock, struct msghdr *msg, int size, int ret)
{
	struct subject subject;
	struct endpoint to;
	shield_decision decision;
	struct sock *sk;

	if (ret || (!msg->msg_name && !msg->msg_controllen))
		return ret;
	SUBJECT_OR_RETURN(&subject);
	sk = sock->sk;
	if (!sk || !action_of(&subject, SHIELD_KIND_EGRESS) || !is_inet(sock_family(sk)))
		return 0;
	if (msg->msg_controllen && has_route(msg)) {
		struct shield_event_socket what = { .family = sock_family(sk), .type = sock->type };

		return socket_violation(judged(&subject, SHIELD_KIND_EGRESS), NOT_JUDGED, &what);
	}
	/* a connected TCP socket ignores the address */
	if (!msg->msg_name || (proto_of(sk) == SHIELD_PROTO_TCP && !(msg->msg_flags & MSG_FASTOPEN)))
		return 0;
	if (!endpoint_read(&to, sk, msg->msg_name))
		return 0;
	decision = decide_egress(subject.policy, &to);
	if (!SHIELD_REFUSED(decision) || is_reply(&subject, sk, &to))
		return 0;
	return endpoint_violation(judged(&subject, SHIELD_KIND_EGRESS), decision, &to);
}

static __always_inline int judge_bind(const struct subject *subject, const struct endpoint *at, const struct sock *sk)
{
	shield_decision decision = decide_bind(subject->policy, at, sk);

	return SHIELD_REFUSED(decision) ? endpoint_violation(judged(subject, SHIELD_KIND_BIND), decision, at) : 0;
}

SEC("lsm/socket_bind")
int BPF_PROG(network_bind, struct socket *sock, struct sockaddr *address, int addrlen, int ret)
{
	struct subject subject;
	struct endpoint at;
	struct sock *sk;

	if (ret)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	sk = sock->sk;
	if (!sk || !action_of(&subject, SHIELD_KIND_BIND) || !is_inet(sock_family(sk)) ||
	    !endpoint_read(&at, sk, address))
		return 0;
	return judge_bind(&subject, &at, sk);
}

/* Options that let a socket send under any address: to another one of the container, for which that peer spoke first. */
static __always_inline int is_forgery(int level, int option)
{
	return (level == SOL_IP && option == IP_TRANSPARENT) || (level == SOL_IPV6 && option == IPV6_TRANSPARENT);
}

SEC("lsm/socket_setsockopt")
int BPF_PROG(network_option, struct socket *sock, int level, int option, int ret)
{
	struct subject subject;

	if (ret || !(is_route(level, option) || is_forgery(level, option)))
		return ret;
	SUBJECT_OR_RETURN(&subject);
	struct shield_event_socket what = { .family = level == SOL_IP ? AF_INET : AF_INET6, .type = sock->type };

	if (is_route(level, option) && action_of(&subject, SHIELD_KIND_EGRESS))
		return socket_violation(judged(&subject, SHIELD_KIND_EGRESS), NOT_JUDGED, &what);
	if (is_forgery(level, option) && action_of(&subject, SHIELD_KIND_RAW))
		return socket_violation(judged(&subject, SHIELD_KIND_RAW), SHIELD_SWITCH_VIOLATED, &what);
	return 0;
}

SEC("lsm/socket_listen")
int BPF_PROG(network_listen, struct socket *sock, int backlog, int ret)
{
	struct subject subject;
	struct endpoint at;
	struct sock *sk;

	if (ret)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	sk = sock->sk;
	if (!sk || !action_of(&subject, SHIELD_KIND_BIND) || !is_inet(sock_family(sk)))
		return 0;
	endpoint_local(&at, sk);
	return judge_bind(&subject, &at, sk);
}

/* Was the socket made by a task of the container? It remembers its maker's cgroup. */
static __noinline int is_made_inside(const struct subject *subject, const struct sock *sk)
{
	struct cgroup_subsys_state *css = &BPF_CORE_READ(sk, sk_cgrp_data.cgroup)->self;

	for (int i = 0; i < CGROUP_LEVELS && css; i++) {
		if (BPF_CORE_READ(css, cgroup, kn, id) == subject->slot->cgroup)
			return 1;
		css = BPF_CORE_READ(css, parent);
	}
	return 0;
}

static __always_inline shield_decision passed(shield_decision decision)
{
	return SHIELD_REFUSED_BY(SHIELD_REASON_PASSED, SHIELD_DECISION_RULE(decision));
}

static __always_inline int judge_passed_inet(const struct subject *subject, const struct sock *sk)
{
	struct endpoint end;
	shield_decision decision;

	if (action_of(subject, SHIELD_KIND_EGRESS) && sk->__sk_common.skc_state != TCP_LISTEN &&
	    endpoint_peer(&end, sk)) {
		decision = decide_egress(subject->policy, &end);
		return SHIELD_REFUSED(decision)
			       ? endpoint_violation(judged(subject, SHIELD_KIND_EGRESS), passed(decision), &end)
			       : 0;
	}
	endpoint_local(&end, sk);
	if (!action_of(subject, SHIELD_KIND_BIND) || !end.port)
		return 0;
	decision = decide_bind(subject->policy, &end, sk);
	return SHIELD_REFUSED(decision) ? endpoint_violation(judged(subject, SHIELD_KIND_BIND), passed(decision), &end)
					: 0;
}

SEC("lsm/file_receive")
int BPF_PROG(network_receive, struct file *file, int ret)
{
	struct socket *socket = bpf_sock_from_file(file);
	struct subject subject;
	struct sock *sk;

	if (ret || !socket)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	sk = socket->sk;
	if (!sk || is_made_inside(&subject, sk))
		return 0;
	struct shield_event_socket what = {
		.family = sock_family(sk),
		.type = socket->type,
		.protocol = sk->sk_protocol,
	};

	ret = judge_kind_of_socket(&subject, &what);
	return ret || !is_inet(what.family) ? ret : judge_passed_inet(&subject, sk);
}

/* Notes a peer. Most are known: a look is cheaper than an update. */
static __always_inline void note_peer(const struct shield_udp_peer *peer)
{
	__u8 known = 1;

	if (!bpf_map_lookup_elem(&udp_peers, peer))
		bpf_map_update_elem(&udp_peers, peer, &known, BPF_ANY);
}

SEC("cgroup/recvmsg4")
int network_peer4(struct bpf_sock_addr *context)
{
	struct shield_udp_peer peer = { .socket = bpf_get_socket_cookie(context) };

	peer.address[2] = bpf_htonl(0xffff);
	peer.address[3] = context->user_ip4;
	peer.port = (__u16)context->user_port;
	note_peer(&peer);
	return 1;
}

SEC("cgroup/recvmsg6")
int network_peer6(struct bpf_sock_addr *context)
{
	struct shield_udp_peer peer = { .socket = bpf_get_socket_cookie(context) };

	peer.address[0] = context->user_ip6[0];
	peer.address[1] = context->user_ip6[1];
	peer.address[2] = context->user_ip6[2];
	peer.address[3] = context->user_ip6[3];
	peer.port = (__u16)context->user_port;
	note_peer(&peer);
	return 1;
}

#endif
