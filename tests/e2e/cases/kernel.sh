# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# kernel: mounts by every call, bpf(2), modules, user namespaces.
# Once: the verdicts are the kernel's.

profile e2e-kernel '{"version":1, "name":"e2e-kernel",
	"kernel":{"mount":"deny", "bpf":"deny", "modules":"deny"}}'

session kernel e2e-kernel || return
refuses "mount" mount kernel.mount tmpfs /mnt
refuses "bind" mount kernel.mount bind /opt /mnt
refuses "remount" mount kernel.mount remount /dev/shm
refuses "umount" mount kernel.mount unmount /dev/shm
refuses "pivot_root" mount kernel.mount pivot-root /dev/shm
refuses "fsopen" mount kernel.mount fs-open tmpfs
refuses "fspick" mount kernel.mount fs-pick /dev/shm
refuses "open_tree, a copy" mount kernel.mount clone-tree /opt
refuses "move_mount" mount kernel.mount move-mount /dev/shm /mnt
refuses "mount_setattr" mount kernel.mount mount-attributes /dev/shm
refuses -s "mount, the i386 table" mount kernel.mount tmpfs32 /mnt
refuses -s "umount, the i386 table" mount kernel.mount unmount32 /dev/shm
if [[ -e $layer/opt/call32 ]]; then # on arm64; without a profile the second undoes the first
	refuses -a -w "exit 1" "mount, the table of 32-bit ARM" mount kernel.mount exec /opt/call32 21 tmpfs /mnt tmpfs 0 0
	refuses -a -w "exit 1" "umount, the table of 32-bit ARM" mount kernel.mount exec /opt/call32 52 /mnt 2
fi
refuses "mount in namespaces of its own" mount kernel.mount unshare user : unshare mount
refuses -a -w "exit 32" "mount(8)" mount kernel.mount sh 'unshare --mount --propagation unchanged mount -t tmpfs x /mnt'
permits "open_tree of what is there" tree /opt
permits "a host name" own-host-name e2e
permits "namespaces" unshare user : unshare net : unshare pid : fork : exec /opt/other

refuses "a map" bpf kernel.bpf bpf-map
refuses "a program" bpf kernel.bpf bpf-program
refuses "a program that is there" bpf kernel.bpf bpf-own

refuses "init_module" modules kernel.modules init-module
refuses "finit_module" modules kernel.modules finit-module
refuses "delete_module" modules kernel.modules delete-module
if modprobe --remove af_alg 2>/dev/null; [[ ! -e /sys/module/af_alg ]] && modprobe --dry-run --quiet af_alg; then
	refuses -u -w EAFNOSUPPORT "a module for a socket's family" modules kernel.modules socket 38 5 0
	act free x socket 38 5 0
	equal "a module for a socket's family, without a profile" ok "$answer"
else
	skip "a module for a socket's family" "there is no af_alg to load"
fi
permits "a family that is there" socket 16 3 0
end_session

# User namespaces: new ones, and those of others.
profile e2e-kernel-userns '{"version":1, "name":"e2e-kernel-userns", "kernel":{"userns":"deny"}}'

start kernel-mapped --user-namespace || return
mapped=$(init_of kernel-mapped)
start kernel-free --host-pid || return
free=kernel-free
session kernel-userns e2e-kernel-userns --host-pid || return
refuses "unshare" userns kernel.userns unshare user
refuses "clone3" userns kernel.userns clone user
refuses -a -w "exit 1" "unshare(1)" userns kernel.userns sh 'unshare --user --map-root-user true'
refuses "setns, by a pidfd" userns kernel.userns setns "$mapped" user
refuses "setns, with others" userns kernel.userns setns "$mapped" user,mount
refuses "setns, by a link of /proc" userns kernel.userns enter "/proc/$mapped/ns/user"
permits "other namespaces" unshare mount : unshare net : unshare pid : fork : exec /opt/other
permits "other namespaces of others" setns 1 uts,ipc
end_session
stop kernel-free
stop kernel-mapped
free=free

profile e2e-kernel-kill '{"version":1, "name":"e2e-kernel-kill",
	"kernel":{"mount":"kill", "bpf":"kill", "modules":"kill", "userns":"kill"}}'
session kernel-kill e2e-kernel-kill || return
kills "mount" mount kernel.mount tmpfs /mnt
kills "bpf" bpf kernel.bpf bpf-map
kills "modules" modules kernel.modules delete-module
kills "userns" userns kernel.userns unshare user
end_session

profile e2e-kernel-audit '{"version":1, "name":"e2e-kernel-audit", "kernel":{"bpf":"audit", "userns":"audit"}}'
session kernel-audit e2e-kernel-audit || return
audits "bpf" bpf kernel.bpf bpf-map
audits "userns" userns kernel.userns unshare user
permits "what has no rule" unshare mount : tmpfs /mnt
end_session
