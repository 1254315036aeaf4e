# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# network: egress and bind by address, protocol and port, on every road; families, raw sockets.
# Once: the verdicts are the kernel's.

# The servers of lib.sh: tcp 8080, 8443 and 9005, udp 8053 and 8054, at all addresses of the machine.
profile e2e-network '{"version":1, "name":"e2e-network", "network":{
	"egress":{"default":"deny", "allow":[{"to":"192.0.2.0/24", "proto":"tcp", "ports":[8080, "9000-9009"]},
			{"to":"2001:db8::/64", "proto":"tcp", "ports":[8080]}, {"to":"192.0.2.1", "proto":"udp", "ports":[8053]},
			{"to":"2001:db8::1", "proto":"udp", "ports":[8053]}, {"to":"127.0.0.1", "ports":[8080]},
			{"to":"::1", "ports":[8080]}],
		"deny":[{"to":"192.0.2.66"}]},
	"bind":{"default":"deny", "allow":[{"proto":"tcp", "ports":[8081]}, {"proto":"udp", "ports":[8082]},
		{"to":"198.51.100.1", "proto":"tcp", "ports":[8083]}]}}}'

session network e2e-network || return

permits "tcp" connect tcp 192.0.2.1 8080
permits "tcp, a range of ports" connect tcp 192.0.2.1 9005
permits "tcp, v6" connect tcp 2001:db8::1 8080
permits "tcp, v4-mapped" connect tcp ::ffff:192.0.2.1 8080
refuses "tcp, another port" egress network.egress.default connect tcp 192.0.2.1 8443
refuses "tcp, another address" egress network.egress.default connect tcp 198.51.100.1 8080
refuses "tcp, v6, another port" egress network.egress.default connect tcp 2001:db8::1 8443
refuses "tcp, v4-mapped, another port" egress network.egress.default connect tcp ::ffff:192.0.2.1 8443
refuses "tcp, v4-mapped, another address" egress network.egress.default connect tcp ::ffff:198.51.100.1 8080
refuses "deny beats allow" egress 'network.egress.deny[0]' connect tcp 192.0.2.66 8080
refuses "deny beats allow, v4-mapped" egress 'network.egress.deny[0]' connect tcp ::ffff:192.0.2.66 8080
refuses "udp where tcp is allowed" egress network.egress.default connect udp 192.0.2.1 8080
refuses -s "mptcp" egress network.egress.default connect mptcp 192.0.2.1 8443
permits -s "mptcp is tcp" connect mptcp 192.0.2.1 8080
permits "0.0.0.0 is the loopback address" connect tcp 0.0.0.0 8080
refuses "0.0.0.0 is the loopback address" egress network.egress.default connect tcp 0.0.0.0 8443
permits ":: is the loopback address" connect tcp :: 8080
refuses ":: is the loopback address" egress network.egress.default connect tcp :: 8443
refuses ":: is the loopback address, v4-mapped" egress network.egress.default connect tcp ::ffff:0.0.0.0 8443

permits "udp connect" connect udp 192.0.2.1 8053
permits "udp sendto" sendto udp 192.0.2.1 8053
permits "udp sendto, v6" sendto udp 2001:db8::1 8053
permits "udp sendto, v4-mapped" sendto udp ::ffff:192.0.2.1 8053
refuses "udp connect" egress network.egress.default connect udp 192.0.2.1 8054
refuses "udp sendto" egress network.egress.default sendto udp 192.0.2.1 8054
refuses "udp sendmsg" egress network.egress.default sendmsg udp 192.0.2.1 8054
refuses "udp sendmmsg" egress network.egress.default sendmmsg udp 192.0.2.1 8054
refuses "udp sendto, v6" egress network.egress.default sendto udp 2001:db8::1 8054
refuses "udp sendmsg, v6" egress network.egress.default sendmsg udp 2001:db8::1 8054
refuses "udp sendto, v4-mapped" egress network.egress.default sendto udp ::ffff:192.0.2.1 8054
refuses "udp sendto, AF_UNSPEC" egress network.egress.default sendto-unspec udp 192.0.2.1 8054
refuses "udp sendto beside the connection" egress network.egress.default \
	sendto-connected udp 192.0.2.1 8053 192.0.2.1 8054
refuses "udp, disconnected and connected again" egress network.egress.default reconnect udp 192.0.2.1 8053 192.0.2.1 8054
refuses "tcp, disconnected and connected again" egress network.egress.default \
	reconnect tcp 192.0.2.1 8080 192.0.2.1 8443
refuses -s "udplite connect" egress network.egress.default connect udplite 192.0.2.1 8054
refuses -s "udplite sendto" egress network.egress.default sendto udplite 192.0.2.1 8054
refuses -s "icmp" egress network.egress.default sendto icmp 192.0.2.1 0
refuses -s "icmp, connect" egress network.egress.default connect icmp 192.0.2.1 0
refuses -s "icmp, v6" egress network.egress.default connect icmp6 2001:db8::1 0

permits "fast open" fast-open tcp 192.0.2.1 8080
refuses "fast open" egress network.egress.default fast-open tcp 192.0.2.1 8443
refuses "fast open, v6" egress network.egress.default fast-open tcp 2001:db8::1 8443
refuses "fast open by connect" egress network.egress.default fast-open-connect tcp 192.0.2.1 8443
permits -s "io_uring" uring-connect tcp 192.0.2.1 8080
refuses -s "io_uring" egress network.egress.default uring-connect tcp 192.0.2.1 8443
refuses -a -s "io_uring, a worker" egress network.egress.default uring-worker-connect tcp 192.0.2.1 8443
permits -s "io_uring, a worker" uring-worker-connect tcp 192.0.2.1 8080
permits "a non-blocking connect" connect-later tcp 192.0.2.1 8080
refuses "a non-blocking connect" egress network.egress.default connect-later tcp 192.0.2.1 8443
refuses "a connection declared by TCP_REPAIR" egress network.egress.default connect-repair 192.0.2.1 8443
permits -s "io_uring, sendmsg" uring-sendmsg udp 192.0.2.1 8053
refuses -s "io_uring, sendmsg" egress network.egress.default uring-sendmsg udp 192.0.2.1 8054
refuses -s "io_uring, send to an address" egress network.egress.default uring-send udp 192.0.2.1 8054
refuses "a source route" egress network.egress route-option 198.51.100.1 udp 192.0.2.1 8053
refuses "a source route of one message" egress network.egress route-message 198.51.100.1 udp 192.0.2.1 8053
refuses "a source route, v6" egress network.egress route-option 2001:db8::2 udp 2001:db8::1 8053
refuses "from a user namespace" egress network.egress.default unshare user : connect tcp 192.0.2.1 8443

permits "bind" listen tcp 0.0.0.0 8081
permits "bind, v6" listen tcp :: 8081
permits "bind at an address" listen tcp 198.51.100.1 8083
permits "bind, udp" bind-port udp 0.0.0.0 8082
refuses "bind, another port" bind network.bind.default bind-port tcp 0.0.0.0 8084
refuses "bind, v6" bind network.bind.default bind-port tcp :: 8084
refuses "bind, v4-mapped" bind network.bind.default bind-port tcp ::ffff:192.0.2.1 8083
refuses "bind, another address" bind network.bind.default bind-port tcp 192.0.2.1 8083
refuses "bind, udp where tcp is allowed" bind network.bind.default bind-port udp 0.0.0.0 8081
refuses "bind, any port" bind network.bind.default bind-port tcp 0.0.0.0 0
for option in freebind reuseport; do
	refuses "bind, $option" bind network.bind.default bind-option $option tcp 192.0.2.1 8084
done
refuses "bind, an address that is nobody's" raw network.raw bind-option transparent udp 192.0.2.99 8084
refuses -s "io_uring, bind" bind network.bind.default uring-bind tcp 192.0.2.1 8084
refuses -s "io_uring, listen without bind" bind network.bind.default uring-listen
refuses "listen without bind" bind network.bind.default listen-unbound 4
refuses "listen without bind, v6" bind network.bind.default listen-unbound 6

refuses "a packet socket" family network.families socket 17 3 768
while read -r name family type; do
	refuses -s "$name" family network.families socket "$family" "$type" 0
done <<-FAMILIES
	vsock 40 1
	rds 21 5
	tipc 30 5
	alg 38 5
	kcm 41 2
	smc 43 1
	xdp 44 3
	packet,as-inet 2 10
FAMILIES
refuses "a raw socket" raw network.raw socket 2 3 1
refuses "a raw socket, v6" raw network.raw socket 10 3 58
permits "netlink" socket 16 3 0
permits "unix" socketpair 1
refuses -s "sctp, whose addresses nobody sees" egress network.egress socket 2 1 132

refuses -s "dccp" egress network.egress socket 2 6 33
# Loaded, these are found by their types alone.
modprobe --quiet --all sctp dccp_ipv4
refuses -s "sctp, by its type" egress network.egress socket 2 5 0
refuses -s "sctp, by its type, v6" egress network.egress socket 10 5 0
refuses -s "dccp, by its type" egress network.egress socket 2 6 0

# A server answers who spoke first, and nobody else.
"$acts" speak udp 192.0.2.1 8082 2>/dev/null &
permits -u "an answer to a peer that spoke first" answer udp 0.0.0.0 8082
wait $!
equal "the peer hears it" 0 $?
"$acts" speak udp 2001:db8::1 8082 2>/dev/null &
permits -u "an answer, v6" answer udp :: 8082
wait $!
equal "the peer hears it, v6" 0 $?
"$acts" speak udp 192.0.2.1 8082 2>/dev/null &
permits -u "an answer, v4-mapped" answer udp :: 8082
wait $!
equal "the peer hears it, v4-mapped" 0 $?
"$acts" speak udp 192.0.2.1 8082 2>/dev/null &
refuses -u "what is no answer" egress network.egress.default answer-beside udp 0.0.0.0 8082
kill $! && wait $! 2>/dev/null
end_session

# Where the port to bind is free.
profile e2e-egress '{"version":1, "name":"e2e-egress", "network":{"egress":{"default":"deny", "allow":[{"to":"192.0.2.1"}]}}}'

session egress e2e-egress || return
permits "its address" connect tcp 192.0.2.1 8443
refuses "an answer to a datagram of its own with a forged sender" raw network.raw \
	answer-forged 192.0.2.99 5000 192.0.2.1 5001
end_session

# Where all is allowed but what is named.
profile e2e-egress-deny '{"version":1, "name":"e2e-egress-deny", "network":{"egress":{"deny":[{"to":"192.0.2.66"}]}},
	"reverse_shell":"deny"}'

session egress-deny e2e-egress-deny || return
permits "what is not named" connect tcp 192.0.2.1 8080
refuses "what is named" egress 'network.egress.deny[0]' connect tcp 192.0.2.66 8080
refuses -s "what is named, by smc" egress network.egress connected-smc 192.0.2.66 8080 9
refuses -s "sctp, by its type" egress network.egress socket 2 5 0
end_session

profile e2e-families '{"version":1, "name":"e2e-families", "network":{"families":["unix", "inet"], "raw":"deny"}}'

session families e2e-families || return
permits "a family on the list" socket 2 1 0
permits "it has no rule on addresses" connect tcp 192.0.2.1 8443
refuses "a family that is not" family network.families socket 10 1 0
refuses "netlink" family network.families socket 16 3 0
refuses "packet, by its family" family network.families socket 17 3 768
refuses "raw" raw network.raw socket 2 3 1
end_session

profile e2e-raw '{"version":1, "name":"e2e-raw", "network":{"raw":"kill"}}'

session raw e2e-raw || return
permits "udp" socket 2 2 0
kills "raw" raw network.raw socket 2 3 1
kills "packet" raw network.raw socket 17 3 768
kills "packet, datagrams" raw network.raw socket 17 2 768
end_session

# A socket that was made outside, and a connection.
session inherited e2e-network --preserve-fds 2 --launcher "$acts socket-at 3 4 : socket-at 4 6 : exec /usr/bin/env" || return
permits -u "an inherited socket" connect-fd 3 192.0.2.1 8080
refuses -u "an inherited socket, v6" egress network.egress.default connect-fd 4 2001:db8::1 8443
end_session
session inherited-again e2e-network --preserve-fds 1 --launcher "$acts socket-at 3 4 : exec /usr/bin/env" || return
refuses -u "an inherited socket" egress network.egress.default connect-fd 3 192.0.2.1 8443
end_session
