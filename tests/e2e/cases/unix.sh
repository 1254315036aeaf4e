# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# network.unix: whom a container may talk to on its own machine, by the place where the peer was bound.
# Once: the verdicts are the kernel's.

profile e2e-unix '{"version":1, "name":"e2e-unix", "network":{"unix":{"default":"deny",
	"allow":["/sockets/allowed*", "/tmp/own*", "@e2e-allowed*", "@e2e-unix-*"],
	"deny":["/sockets/allowed-not", "@e2e-allowed-not"]}}}'

# shared NAME: a folder of sockets that is a container's /sockets, with somebody at each
shared() {
	local dir=$work/$1

	rm -rf "$dir"
	mkdir -p "$dir/sub"
	outside local-hold stream "$dir/allowed" stream "$dir/denied" stream "$dir/moved" stream "$dir/linked" \
		stream "$dir/allowed-not" seqpacket "$dir/allowed-packets" seqpacket "$dir/packets" \
		dgram "$dir/datagrams" dgram "$dir/allowed-datagrams"
}

volume() {
	echo "{\"destination\":\"/sockets\",\"type\":\"bind\",\"source\":\"$work/$1\",\"options\":[\"rbind\",\"rw\"]}"
}

shared sockets-free
shared sockets
outside local-hold stream @e2e-allowed stream @e2e-allowed-not stream @e2e-other dgram @e2e-datagrams \
	dgram @e2e-allowed-datagrams
outside local-connected stream "$work/sockets/denied" 9 : give unix-denied 9
outside local-connected stream "$work/sockets/allowed" 9 : give unix-allowed 9

free=unix-free
start unix-free --mount "$(volume sockets-free)" || return
start unix-server --mount "$(volume sockets)" || return
session unix e2e-unix --mount "$(volume sockets)" || return
default=network.unix.default at=/sockets

permits "stream" local-connect stream $at/allowed
permits "seqpacket" local-connect seqpacket $at/allowed-packets
permits "dgram" local-connect dgram $at/allowed-datagrams : local-send $at/allowed-datagrams
permits "an abstract name" local-connect stream @e2e-allowed
permits "an abstract name, dgram" local-send @e2e-allowed-datagrams
permits "socketpair" socketpair 1 : pass-around 0
permits "its own" local-own stream /tmp/own-stream : local-own seqpacket /tmp/own-packets : local-own dgram /tmp/own-dgram
permits "its own, abstract" local-own stream @e2e-allowed-own
permits -s "io_uring" uring-local-connect stream $at/allowed

refuses "stream" unix "$default" local-connect stream $at/denied
refuses "seqpacket" unix "$default" local-connect seqpacket $at/packets
refuses "dgram, connect" unix "$default" local-connect dgram $at/datagrams
refuses "dgram, sendto" unix "$default" local-send $at/datagrams
refuses "dgram, sendto beside the connection" unix "$default" local-send-beside $at/allowed-datagrams $at/datagrams
refuses "deny beats allow" unix 'network.unix.deny[0]' local-connect stream $at/allowed-not
refuses "an abstract name" unix "$default" local-connect stream @e2e-other
refuses "an abstract name, dgram" unix "$default" local-send @e2e-datagrams
refuses "an abstract name, deny beats allow" unix 'network.unix.deny[1]' local-connect stream @e2e-allowed-not
refuses "its own, at another name" unix "$default" local-own stream /opt/own
refuses -s "io_uring" unix "$default" uring-local-connect stream $at/denied
refuses "in a user namespace" unix "$default" unshare user : local-connect stream $at/denied

refuses "a relative path" unix "$default" chdir $at/sub : local-connect stream ../denied
refuses "chroot" unix "$default" chroot $at : local-connect stream /denied
refuses "bound elsewhere" unix "$default" \
	unshare mount : bind $at/denied $at/allowed-packets : local-connect stream $at/allowed-packets
refuses "its folder bound elsewhere" unix "$default" unshare mount : bind $at /tmp : local-connect stream /tmp/denied
refuses "by a link" unix "$default" symlink $at/denied $at/allowed-link : local-connect stream $at/allowed-link
refuses "by another's root" unix "$default" local-connect stream /proc/1/root$at/denied
refuses "a hard link" unix "$default" link $at/linked $at/allowed-linked : local-connect stream $at/allowed-linked
refuses "a hard link alone" unix "$default" \
	link $at/linked $at/allowed-alone : unlink $at/linked : local-connect stream $at/allowed-alone
permits "renamed: a name is what it is called now" rename $at/moved $at/allowed-moved : local-connect stream $at/allowed-moved

"$runtime" exec --detach "$(id_of unix-server)" /acts/acts local-hold stream $at/of-server stream $at/allowed-of-server \
	>/dev/null 2>&1
becomes "another container serves" "$work/sockets/allowed-of-server" find "$work/sockets" -name allowed-of-server
refuses -u "another container" unix "$default" local-connect stream $at/of-server
permits -u "another container, at an allowed name" local-connect stream $at/allowed-of-server

refuses "a connection that is passed in" unix "$default" take unix-denied 9
permits "a connection to an allowed name that is passed in" take unix-allowed 9 : write-to 9
permits "a connection of its own that is passed" local-connected stream $at/allowed 9 : pass-around 9 : write-to 9
end_session
stop unix-server
stop unix-free
free=free

profile e2e-unix-deny '{"version":1, "name":"e2e-unix-deny", "network":{"unix":{"deny":["@e2e-allowed-not"]}}}'
session unix-deny e2e-unix-deny || return
permits "what is not named" local-connect stream @e2e-other
refuses "what is named" unix 'network.unix.deny[0]' local-connect stream @e2e-allowed-not
end_session
end_others
