# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What was made outside the container and is passed in: sockets, by messages and by pidfd_getfd; and credentials of
# before, by io_uring. What was made inside may go around.
# Once: the verdicts are the kernel's.

profile e2e-passed '{"version":1, "name":"e2e-passed", "network":{
	"egress":{"default":"deny", "allow":[{"to":"192.0.2.1", "ports":[8080, 8053]}]},
	"bind":{"default":"deny", "allow":[{"proto":"tcp", "ports":[8081]}]}}}'

# give NAME ACT...: a process outside that has a socket at descriptor 9, and gives it to everyone who asks
give() {
	outside "${@:2}" : give "$1" 9
}

give connected connected tcp 192.0.2.1 8443 9
give connected-6 connected tcp 2001:db8::1 8080 9
give connected-udp connected udp 192.0.2.1 8054 9
give allowed connected tcp 192.0.2.1 8080 9
give unconnected socket-to 9 udp 192.0.2.1 0
give listening listen-to 9 tcp 0.0.0.0 9100
give listening-allowed listen-to 9 tcp 0.0.0.0 8081
give packet packet-to 9

session passed e2e-passed || return
refuses "a connection" egress network.egress.default take connected 9
refuses "a connection, v6" egress network.egress.default take connected-6 9
refuses "a connected UDP socket" egress network.egress.default take connected-udp 9
refuses "a packet socket" family network.families take packet 9
refuses "a listening socket" bind network.bind.default take listening 9
permits "a connection to a peer that is allowed" take allowed 9 : write-to 9
permits "a socket without a peer" take unconnected 9 : connect-fd 9 192.0.2.1 8053
refuses -u "a socket without a peer, connected" egress network.egress.default \
	take unconnected 9 : connect-fd 9 192.0.2.1 8054
permits "a listening socket at an allowed port" take listening-allowed 9
permits "a connection of its own" connected tcp 192.0.2.1 8080 9 : pass-around 9 : write-to 9
permits "a connection of its own, from a child" connected udp 192.0.2.1 8053 9 : fork : pass-around 9 : write-to 9
end_session

# By the pidfd of a process outside. Nobody may trace is another rule: this profile has none.
start passed-free --host-pid || return
session passed-descriptor e2e-passed --host-pid || return
act passed-free x take-from "${others[0]}" 9 9
equal "pidfd_getfd of a connection, without a profile" ok "$answer"
refuses -u "pidfd_getfd of a connection" egress network.egress.default take-from "${others[0]}" 9 9
permits -u "pidfd_getfd of a connection to a peer that is allowed" take-from "${others[3]}" 9 9 : write-to 9
end_session
stop passed-free

end_others

profile e2e-passed-uid '{"version":1, "name":"e2e-passed-uid", "setuid":{"default":"deny", "allow":[{"uids":[33]}]}}'

session passed-uid e2e-passed-uid || return
refuses -s "io_uring, as root that it was" setuid setuid.default uring-open-as-before 33 /etc/shadow
permits -s "io_uring, as who it still is" uring-open-as-before 0 /etc/shadow
end_session
