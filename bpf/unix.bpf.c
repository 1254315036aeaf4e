/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Unix sockets by name: whom a container may talk to on its own machine. The hooks have the peer's socket, however it
 * was reached; its name is where it was bound.
 *
 * lsm/unix_stream_connect  connect of stream and seqpacket sockets.
 * lsm/unix_may_send	    connect of datagram sockets, and each datagram.
 * lsm/file_receive	    connected sockets that come with SCM_RIGHTS or pidfd_getfd.
 *
 * Peers without a name (socketpair) were given, and are not judged.
 */
#ifndef SHIELD_UNIX_BPF_C
#define SHIELD_UNIX_BPF_C

#include "network.bpf.c"

/* '@' and the name, as rules call abstract sockets. Returns 0 for a socket without an address. */
static __always_inline int abstract_name(const struct unix_sock *peer, struct scratch *scratch)
{
	struct unix_address *address = peer->addr;
	__u32 length;

	if (!address)
		return 0;
	length = address->len - sizeof(__u16); /* of sun_path, whose first byte is 0 */
	if (!length || length > UNIX_NAME_MAX)
		return 0;
	bpf_probe_read_kernel(scratch->buffer, length & 127, (void *)address->name + sizeof(__u16));
	scratch->buffer[0] = '@';
	scratch->start = 0;
	scratch->length = length;
	return 1;
}

/* The rules on a peer whose name, if any, is in scratch. What cannot be named is allowed by nobody. */
static __always_inline int judge_name_of_peer(const struct subject *subject, const struct scratch *scratch)
{
	const struct shield_policy *policy = subject->policy;
	shield_decision decision = SHIELD_REFUSED_BY(scratch->place.busy ? SHIELD_REASON_BUSY : SHIELD_REASON_UNNAMED,
						     SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));

	if (scratch->place.named)
		decision = shield_decide_unix(policy, &policy->classes[path_class(policy, scratch)]);
	if (!SHIELD_REFUSED(decision))
		return 0;
	return answer_of(violate(judged(subject, SHIELD_KIND_UNIX), decision, 0, scratch->place.named ? scratch : 0),
			 EPERM);
}

static __noinline int judge_peer(const struct subject *subject, struct unix_sock *peer)
{
	struct scratch *scratch;
	struct dentry *dentry = peer->path.dentry;
	int answer = 0;

	if (!dentry && !peer->addr)
		return 0;
	scratch = scratch_take();
	if (!scratch)
		return -EPERM;
	if (dentry)
		path_of(subject, dentry, scratch);
	else
		scratch->place = (struct place){ .named = abstract_name(peer, scratch) };
	answer = judge_name_of_peer(subject, scratch);
	scratch_give(scratch);
	return answer;
}

static __always_inline int judge_unix(struct sock *other)
{
	struct subject subject;
	struct unix_sock *peer;

	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_UNIX) || !other)
		return 0;
	peer = bpf_skc_to_unix_sock(other);
	return peer ? judge_peer(&subject, peer) : 0;
}

SEC("lsm/unix_stream_connect")
int BPF_PROG(unix_connect, struct sock *sock, struct sock *other, struct sock *accepted, int ret)
{
	return ret ?: judge_unix(other);
}

SEC("lsm/unix_may_send")
int BPF_PROG(unix_send, struct socket *sock, struct socket *other, int ret)
{
	return ret ?: judge_unix(other->sk);
}

SEC("lsm/file_receive")
int BPF_PROG(unix_receive, struct file *file, int ret)
{
	struct socket *socket = bpf_sock_from_file(file);
	struct unix_sock *own, *peer;
	struct subject subject;
	struct sock *sk;

	if (ret || !socket)
		return ret;
	SUBJECT_OR_RETURN(&subject);
	if (!action_of(&subject, SHIELD_KIND_UNIX))
		return 0;
	sk = socket->sk;
	own = sk ? bpf_skc_to_unix_sock(sk) : 0;
	if (!own || is_made_inside(&subject, sk))
		return 0;
	sk = own->peer;
	peer = sk ? bpf_skc_to_unix_sock(sk) : 0;
	return peer ? judge_peer(&subject, peer) : 0;
}

#endif
