# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Out of the box: other cgroups, other containers' namespaces, the host's, boxes inside. The tag goes along.

profile e2e-outside '{"version":1, "name":"e2e-outside", "setuid":{"default":"deny"},
	"exec":{"deny":["/opt/denied", "/opt/jail/opt/allowed"], "drift":"deny"}}'

# The whole machine's cgroups, and its pids.
machine=(--host-pid --mount
	'{"destination":"/machine","type":"bind","source":"/sys/fs/cgroup","options":["rbind","rw"]}')

# out NAME KIND RULE ACT...: what both a container without a profile and one with it can try from there
out() {
	local name=$1

	act outside-free out "${@:4}"
	equal "$name works without a profile" ok "$answer"
	refuses -u "$@"
}

start outside-free "${machine[@]}" || return
start beside || return
start beside-mapped --user-namespace || return
beside=$(init_of beside) mapped=$(init_of beside-mapped)
mkdir -p /sys/fs/cgroup/e2e-elsewhere
session outside e2e-outside "${machine[@]}" || return

own=/sys/fs/cgroup/own
out "a cgroup of its own" exec 'exec.deny[0]' mkdir $own : cgroup $own : exec /opt/denied
out "a cgroup below that" exec 'exec.deny[0]' mkdir $own : mkdir $own/sub : cgroup $own/sub : exec /opt/denied
out "another cgroup" exec 'exec.deny[0]' setns 1 cgroup : cgroup /machine/e2e-elsewhere : exec /opt/denied
out "the root cgroup" exec 'exec.deny[0]' setns 1 cgroup : cgroup /machine : exec /opt/denied
out "another cgroup, and a child" setuid setuid.default \
	setns 1 cgroup : cgroup /machine/e2e-elsewhere : fork : setuid 33
out "born in another cgroup" setuid setuid.default setns 1 cgroup : clone-into /machine/e2e-elsewhere : setuid 33

out "a container beside it: its files" drift exec.drift setns "$beside" mount : exec /opt/other
out "a container beside it" setuid setuid.default setns "$beside" mount,ipc,uts,cgroup,pid : fork : setuid 33
out "a user namespace beside it" setuid setuid.default setns "$mapped" user,mount : setuid 33
out "the host: its files" drift exec.drift setns 1 mount : exec /usr/bin/true
out "the host" setuid setuid.default setns 1 mount,ipc,uts,cgroup : setuid 33
out "the host's root, by its init" drift exec.drift exec /proc/1/root/usr/bin/true
out "the host's root" setuid setuid.default chroot /proc/1/root : setuid 33
out "a process beside it, by its root" drift exec.drift exec "/proc/$beside/root/opt/other"

# What a runtime does, done inside.
box="unshare user : unshare mount : unshare pid : unshare net : pivot /opt/jail"
# shellcheck disable=SC2086 # a chain
{
	out "a box inside: its files are called what they are outside" exec 'exec.deny[1]' $box : fork : exec /opt/allowed
	out "a box inside" setuid setuid.default $box : fork : setuid 33
	out "a box inside, with a root of its own" drift exec.drift unshare mount : tmpfs /mnt : mkdir /mnt/opt : \
		copy /opt/other /mnt/opt/other : pivot /mnt : exec /opt/other
}
refuses -a -w "exit 10" "unshare(1)" exec 'exec.deny[0]' \
	sh 'unshare --user --map-root-user --mount --pid --fork /acts/acts exec /opt/denied 2>/dev/null'
end_session

# The init itself leaves its cgroup, which is then gone; who comes in later is still judged.
session outside-left e2e-outside "${machine[@]}" || return
init=$(init_of outside-left)
permits -u "the init leaves" setns 1 cgroup : write /machine/e2e-elsewhere/cgroup.procs "$init"

# come_in: how it ends for who enters it to do what the profile forbids
come_in() {
	"$runtime" exec "$session_id" /acts/acts setuid 33 >"$work/output" 2>&1
	echo "$?"
}
equal "exec into a container that left its cgroup" 10 "$(come_in)"
permits -u "its cgroup is gone" setns 1 cgroup : remove-folder "/machine/e2e/$session_id"
# crun fails; runc takes the cgroup that the init is in now, which is not the container's.
come_in_late() {
	[[ $(come_in) != 0 ]] || shieldctl ps 2>&1 >/dev/null | grep --quiet 'left its cgroup'
}
test_that "exec into a container whose cgroup is gone: refused, or pointed out" come_in_late
stop outside-left

stop beside
stop beside-mapped
stop outside-free
rmdir /sys/fs/cgroup/e2e-elsewhere

# podman's options that open the box.
# opened NAME OPTION...: status of an act that is refused
opened() {
	podman --runtime "$runtime" run --rm --network none -v "$layer:/e2e:ro" --annotation oci-shield/profile=e2e-outside \
		"$@" >/dev/null 2>&1
	echo $?
}
equal "--privileged --pid=host --cgroupns=host, in the root cgroup" 10 "$(opened --privileged --pid=host --cgroupns=host \
	localhost/debian /e2e/acts/acts cgroup /sys/fs/cgroup : setuid 33)"
equal "--privileged, in the host's mounts" 10 "$(opened --privileged --pid=host \
	localhost/debian /e2e/acts/acts setns 1 mount : setuid 33)"
