# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# capabilities: refused wherever they come from; what asks for none, or has none, is left alone.
# Once: the verdicts are the kernel's.

profile e2e-capabilities '{"version":1, "name":"e2e-capabilities",
	"capabilities":{"deny":["CAP_NET_RAW", "CAP_SYS_CHROOT", "CAP_NET_BIND_SERVICE", "CAP_KILL"]}}'

raw='capabilities.deny[0]'
session capabilities e2e-capabilities || return
refuses "a raw socket" capability "$raw" socket 2 3 1
refuses "a packet socket" capability "$raw" socket 17 3 768
refuses "a raw socket, in namespaces of its own" capability "$raw" unshare user : unshare net : socket 2 3 1
refuses -a -w "exit 10" "a raw socket, by a capability of the file" capability "$raw" \
	setresuid 33 33 33 : exec /opt/fcaps socket 2 3 1
refuses -a -w "exit 10" "a raw socket, by an ambient capability" capability "$raw" \
	no-root : ambient : exec /acts/acts socket 2 3 1
permits -u -w EPERM "a raw socket, by who lacks the capability" setresuid 33 33 33 : socket 2 3 1
refuses "chroot" capability 'capabilities.deny[1]' chroot /opt
refuses "chroot, in a user namespace" capability 'capabilities.deny[1]' unshare user : chroot /opt
refuses -w EACCES "a low port" capability 'capabilities.deny[2]' bind-port tcp 0.0.0.0 85
permits "another port" bind-port tcp 0.0.0.0 8085
refuses "a signal to another user" capability 'capabilities.deny[3]' signal-other
permits "other capabilities" own-host-name e2e : setresuid 33 33 33
permits "what takes none" storm 20 : plain-memfd : jit : local-sockets : timer
end_session

# overlayfs asks for capabilities as who mounted it.
profile e2e-capabilities-admin '{"version":1, "name":"e2e-capabilities-admin",
	"capabilities":{"deny":["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_CHOWN", "CAP_FOWNER", "CAP_MKNOD"]}}'

session capabilities-admin e2e-capabilities-admin || return
permits "a file of the image is looked at" open read /opt/denied
permits "a file of the image is written" append /opt/layer/changed
permits "a file of the image gets other modes" chmod /opt/layer/modes
permits "a file of the image is removed" unlink /opt/layer/moved
permits "a file of the image is renamed" rename /opt/layer/renamed /opt/layer/renamed2
permits "a folder takes the place of a file" unlink /opt/layer/linked : mkdir /opt/layer/linked
permits "a file of its own, by another user" setresuid 33 33 33 : write /tmp/own x : chmod /tmp/own : append /tmp/own
refuses "mount" capability 'capabilities.deny[0]' tmpfs /mnt
refuses "sethostname" capability 'capabilities.deny[0]' host-name e2e
refuses -w EACCES "a file of another user" capability 'capabilities.deny[1]' open write /tmp/own
refuses "chown" capability 'capabilities.deny[2]' chown /opt/other
refuses "chmod of another user's file" capability 'capabilities.deny[3]' chmod /tmp/own
refuses "a device" capability 'capabilities.deny[4]' device-at /tmp/device
end_session

profile e2e-capabilities-allow '{"version":1, "name":"e2e-capabilities-allow",
	"capabilities":{"default":"deny", "allow":["CAP_CHOWN", "CAP_SETGID"]}}'

session capabilities-allow e2e-capabilities-allow || return
permits "what is on the list" chown /opt/other : setgid 33
refuses "setuid" capability capabilities.default setuid 33
refuses "a raw socket" capability capabilities.default socket 2 3 1
permits "what takes none" storm 20 : plain-memfd : jit : local-sockets : map-file /opt/library.so
permits "a shell's work" shell
end_session

profile e2e-capabilities-kill '{"version":1, "name":"e2e-capabilities-kill",
	"capabilities":{"deny":["CAP_NET_RAW"], "action":"kill"}}'
session capabilities-kill e2e-capabilities-kill || return
kills "action kill" capability "$raw" socket 2 3 1
end_session

profile e2e-capabilities-audit '{"version":1, "name":"e2e-capabilities-audit",
	"capabilities":{"default":"deny", "action":"audit"}}'
session capabilities-audit e2e-capabilities-audit || return
audits "action audit" capability capabilities.default socket 2 3 1
permits "what asks for one without a word" plain-memfd : storm 5
end_session
