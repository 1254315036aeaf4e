# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Rootless podman: shieldd does the work for its hook; and what a user gains who speaks to shieldd themselves.

profile e2e-rootless '{"version":1, "name":"e2e-rootless", "exec":{"drift":"deny"}, "setuid":{"default":"deny"}}'

user=dev user_id=$(id -u dev)
profiled=(--annotation oci-shield/profile=e2e-rootless)
slice=/sys/fs/cgroup/user.slice/user-$user_id.slice/user@$user_id.service

# be USER COMMAND...: this shell becomes that, with the user's rights alone
be() {
	exec setpriv --reuid "$1" --regid "$(id -g "$1")" --clear-groups env --ignore-environment PATH="$PATH" HOME=/home/dev \
		STORAGE_DRIVER=overlay XDG_RUNTIME_DIR="/run/user/$user_id" \
		DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$user_id/bus" "${@:2}"
}

as() {
	(be "$@")
}

pod() {
	(cd / && be $user podman --runtime "$runtime" "$@") 2>&1
}

# pod_run NAME [OPTION...]
pod_run() {
	pod run --detach --name "$1" --network none --annotation "run.oci.hooks.stderr=$said" "${@:2}" \
		localhost/busybox sleep infinity
}

plead() {
	as $user "$e2e_dir/plead.py" "$@" 2>&1
}

# name_of PID: what it executes
name_of() {
	ps -o comm= -p "$1"
}

# What the user's service manager runs as e2e-own.
own_name() {
	name_of "$(cat "$slice/app.slice/e2e-own.service/cgroup.procs" 2>/dev/null)" 2>/dev/null
}

# status COMMAND...: how it ended
status() {
	"$@" >/dev/null 2>&1
	echo $?
}

said=$(mktemp --tmpdir=/tmp e2e-rootless-XXXXXX)
chmod 666 "$said"
modprobe overlay # what loads it otherwise is root's podman
loginctl enable-linger $user
becomes "the user's service manager runs" 0 status test -S "/run/user/$user_id/bus"
pod load --quiet --input /opt/images/busybox.tar >/dev/null

# Without shieldd.
equal "without an annotation and shieldd: runs" 0 "$(status pod_run plain)"
output=$(pod_run refused "${profiled[@]}")
says "without shieldd: refused, and how to mend it" "profile e2e-rootless
systemctl start shieldd" "$output $(cat "$said")"
pod rm --force --time 0 refused >/dev/null
systemctl start shieldd

# With it. What it says of Kubernetes is its own word.
output=$(pod_run one "${profiled[@]}" --annotation io.kubernetes.pod.namespace=kube-system \
	--annotation io.kubernetes.pod.name=etcd --annotation io.kubernetes.container.name=etcd)
id=$(pod inspect --format '{{.Id}}' one)
equal "a rootless container is armed, and its user's" "$user_id/$id armed - - -" \
	"$(shieldctl ps -o json | jq --raw-output '.[] | "\(.id) \(.state) \(.pod // "-") \(.namespace // "-") \(.name // "-")"')"
drift='cp /bin/busybox /tmp/ls && /tmp/ls'
equal "allowed" 0 "$(status pod exec one ls)"
equal "denied" 126 "$(status pod exec one sh -c "$drift")"
equal "denied: setuid" 1 "$(status pod exec one su -s /bin/true nobody)"
equal "the one beside it: allowed" 0 "$(status pod exec plain sh -c "$drift; su -s /bin/true nobody")"
says "events tell whose it is" "\"id\":\"$user_id/$id\"" "$(shieldctl events -o json)"

# Root's process in the user's cgroup, with the container's root directory: nobody's but root's.
init=$(pod inspect --format '{{.State.Pid}}' one)
cgroup=/sys/fs/cgroup$(sed 's/^0:://' "/proc/$init/cgroup")
equal "root's own process there is not judged" 0 \
	"$(status sh -c "echo \$\$ >$cgroup/cgroup.procs; exec chroot /proc/$init/root /tmp/ls")"
equal "one in the user's namespace is" 126 \
	"$(status sh -c "echo \$\$ >$cgroup/cgroup.procs; exec nsenter --user --mount --root --target $init /tmp/ls")"

pod rm --force --time 0 one >/dev/null
equal "removed: nothing is left" "" "$(leftovers)"

# A user who speaks to shieldd: about a process of their own, in a user namespace and a cgroup of their own.
as $user systemd-run --quiet --user --unit e2e-own unshare --map-root-user sleep infinity
becomes "a process of the user's own" sleep own_name
own=$(cat "$slice/app.slice/e2e-own.service/cgroup.procs")
as $user mkdir -p /home/dev/root
mkdir -p /root/secret
ask=(/home/dev/root oci-shield/profile e2e-rootless)

start root --profile e2e-rootless || not_ok "root's container starts" "$(said root)"
says "root's container is not a user's" "is in no user namespace of its user's" \
	"$(plead create x "$(init_of root)" / oci-shield/profile e2e-rootless)"
be nobody unshare --map-root-user sleep infinity &
other=$!
becomes "another user's process" sleep name_of $other
says "another user's process is not the user's" refused "$(plead create x $other "${ask[@]}")"
mkdir /sys/fs/cgroup/e2e-roots
be $user unshare --map-root-user sleep infinity &
elsewhere=$!
becomes "a process in root's cgroup" sleep name_of $elsewhere
echo $elsewhere >/sys/fs/cgroup/e2e-roots/cgroup.procs
says "a cgroup of root's is refused" "e2e-roots is not its user's" "$(plead create x $elsewhere "${ask[@]}")"
says "root's directories are as closed as they are" "Permission denied" \
	"$(plead create x "$own" /root/secret oci-shield/profile e2e-rootless)"
says "whether they are there or not" "Permission denied" \
	"$(plead create x "$own" /root/none oci-shield/profile e2e-rootless)"
says "the host's root is no container's" "the host's own" \
	"$(plead create x "$own" / oci-shield/profile e2e-rootless)"
says "no recordings" "shieldctl record start" "$(plead create x "$own" /home/dev/root oci-shield/record x)"
says "another descriptor is no pidfd" "no pidfd" "$(plead descriptor /etc/passwd)"
says "garbage" refused "$(plead garbage)"
says "root asks the hook itself" "unprivileged users only" "$("$e2e_dir/plead.py" poststop x)"

# The id of root's container.
equal "an id of root's is one of the user's" "done" "$(plead create e2e-root "$own" "${ask[@]}")"
equal "both are there" "$user_id/e2e-root e2e-root" "$(shieldctl ps -o json | jq --raw-output '[.[].id] | sort | join(" ")')"
says "a process has one profile" "already" "$(plead create again "$own" "${ask[@]}")"
equal "poststop of what runs" "done" "$(plead poststop e2e-root)"
act root x setuid 33
equal "both are still there, and root's is enforced" "2 EPERM" "$(shieldctl ps -o json | jq length) $answer"
as $user systemctl --user stop e2e-own
equal "poststop of what has ended" "done" "$(plead poststop e2e-root)"
equal "one is there" e2e-root "$(shieldctl ps -o json | jq --raw-output '.[].id')"

# More than one may have.
main=$(systemctl show --property MainPID shieldd)
coproc holder { plead hold 4; }
read -r _ <&"${holder[0]}"
says "too many at a time" busy "$(plead poststop x)"
equal "another user is served meanwhile" "done" "$(as nobody "$e2e_dir/plead.py" poststop x)"
kill "$holder_PID"
plead flood 200
equal "after a flood: served" "done" "$(as nobody "$e2e_dir/plead.py" poststop x)"
equal "shieldd is the same" "$main" "$(systemctl show --property MainPID shieldd)"
act root x setuid 33
equal "root's container is enforced" EPERM "$answer"

equal "the other rootless one is untouched" 0 "$(status pod exec plain sh -c "$drift")"
kill $other $elsewhere
wait $other $elsewhere 2>/dev/null
stop root
pod rm --all --force --time 0 >/dev/null
systemctl stop shieldd
loginctl disable-linger $user
rmdir /sys/fs/cgroup/e2e-roots /root/secret
rm -rf "$said" /home/dev/root
equal "nothing is left" "" "$(leftovers)"
