# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Rootless podman: shieldd does the work for its hook; and what a user gains who speaks to shieldd themselves.
# Once: one release has its first run with crun, the other with runc.

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

# pod_on_fuse COMMAND...: the roots are fuse-overlayfs's, as where the kernel's overlay is for root alone
pod_on_fuse() {
	pod --root /home/dev/fuse --runroot "/run/user/$user_id/fuse" \
		--storage-opt overlay.mount_program=/usr/bin/fuse-overlayfs "$@"
}

# pod_run NAME [OPTION...]
pod_run() {
	pod run --detach --name "$1" --network none --annotation "run.oci.hooks.stderr=$said" "${@:2}" \
		localhost/busybox sleep infinity
}

# Lines of what to say, on standard input.
plead() {
	as $user "$e2e_dir/plead.py" 2>&1
}

# lie NAME WORDS SAYING...: once told, it is answered with the words
lie() {
	lie_name+=("$1") lie_words+=("$2") lies+=("${*:3}")
}

tell() {
	local i

	mapfile -t answers < <(printf '%s\n' "${lies[@]}" | plead)
	for i in "${!lies[@]}"; do
		says "${lie_name[i]}" "${lie_words[i]}" "${answers[i]-}"
	done
	lie_name=() lie_words=() lies=()
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

lie_name=() lie_words=() lies=()
said=$(mktemp --tmpdir=/tmp e2e-rootless-XXXXXX)
chmod 666 "$said"
modprobe overlay # what loads it otherwise is root's podman
systemctl start dbus systemd-logind # asked for by D-Bus they have 25 s
loginctl enable-linger $user
becomes "the user's service manager runs" 0 status test -S "/run/user/$user_id/bus"
pod load --quiet --input /opt/images/busybox.tar >/dev/null

start root --profile e2e-rootless || not_ok "root's container starts" "$(said root)"

# Without shieldd.
equal "without an annotation and shieldd: runs" 0 "$(status pod_run plain)"
output=$(pod_run refused "${profiled[@]}")
says "without shieldd: refused, and how to mend it" "profile e2e-rootless
systemctl start shieldd" "$output $(cat "$said")"
systemctl start shieldd

# With it. What it says of Kubernetes is its own word.
output=$(pod_run one "${profiled[@]}" --annotation io.kubernetes.pod.namespace=kube-system \
	--annotation io.kubernetes.pod.name=etcd --annotation io.kubernetes.container.name=etcd)
read -r id init < <(pod inspect --format '{{.Id}} {{.State.Pid}}' one)
equal "a rootless container is armed, and its user's" "$user_id/$id armed - - -" \
	"$(shieldctl ps -o json | jq --raw-output '.[] | select(.owner > 0) | "\(.id) \(.state) \(.pod // "-") \(.namespace // "-") \(.name // "-")"')"
attempts='exec 2>/dev/null; ls /; a=$?; cp /bin/busybox /tmp/ls; /tmp/ls /; b=$?; su -s /bin/true nobody; echo $a $b $?'
equal "allowed, denied, denied: ls, drift, setuid" "0 126 1" "$(pod exec one sh -c "$attempts" | tail -n 1)"
equal "all allowed in the one beside it" "0 0 0" "$(pod exec plain sh -c "$attempts" | tail -n 1)"
equal "found by the user and the beginning of its id" "$user_id" \
	"$(shieldctl inspect -o json "$user_id/${id:0:12}" | jq .owner)"
says "events tell whose it is" "\"id\":\"$user_id/$id\"" "$(shieldctl events -o json)"

# A root that only its user can look into.
modprobe fuse
pod_on_fuse load --quiet --input /opt/images/busybox.tar >/dev/null
fuse_run=(run --rm --network none --annotation "run.oci.hooks.stderr=$said")
equal "a root on FUSE, without an annotation: runs" 0 "$(status pod_on_fuse "${fuse_run[@]}" localhost/busybox true)"
output=$(pod_on_fuse "${fuse_run[@]}" "${profiled[@]}" localhost/busybox true)
says "a root on FUSE: refused, and how to mend it" "profile e2e-rootless
no mount_program" "$output $(cat "$said")"

# Root's process in the user's cgroup, with the container's root directory: nobody's but root's.
cgroup=/sys/fs/cgroup$(sed 's/^0:://' "/proc/$init/cgroup")
equal "root's own process there is not judged" 0 \
	"$(status sh -c "echo \$\$ >$cgroup/cgroup.procs; exec chroot /proc/$init/root /tmp/ls")"
equal "one in the user's namespace is" 126 \
	"$(status sh -c "echo \$\$ >$cgroup/cgroup.procs; exec nsenter --user --mount --root --target $init /tmp/ls")"

pod rm --force --time 0 one >/dev/null
equal "removed: only root's is left" e2e-root "$(shieldctl ps -o json | jq --raw-output '.[].id')"

# A user who speaks to shieldd: about a process of their own, in a user namespace and a cgroup of their own.
as $user systemd-run --quiet --user --unit e2e-own unshare --map-root-user sleep infinity
becomes "a process of the user's own" sleep own_name
own=$(cat "$slice/app.slice/e2e-own.service/cgroup.procs")
as $user mkdir -p /home/dev/root
mkdir -p /root/secret
ask=(/home/dev/root oci-shield/profile e2e-rootless)

be nobody unshare --map-root-user sleep infinity &
other=$!
becomes "another user's process" sleep name_of $other
mkdir /sys/fs/cgroup/e2e-roots
be $user unshare --map-root-user sleep infinity &
elsewhere=$!
becomes "a process in root's cgroup" sleep name_of $elsewhere
echo $elsewhere >/sys/fs/cgroup/e2e-roots/cgroup.procs
lie "root's container is not a user's" "is in no user namespace of its user's" create x "$(init_of root)" "${ask[@]}"
lie "another user's process is not the user's" "another user's" create x $other "${ask[@]}"
lie "a cgroup of root's is refused" "e2e-roots is not its user's" create x $elsewhere "${ask[@]}"
lie "root's directories are as closed as they are" "Permission denied" \
	create x "$own" /root/secret oci-shield/profile e2e-rootless
lie "whether they are there or not" "Permission denied" create x "$own" /root/none oci-shield/profile e2e-rootless
lie "the host's root is no container's" "the host's own" create x "$own" / oci-shield/profile e2e-rootless
lie "no recordings" "shieldctl record start" create x "$own" /home/dev/root oci-shield/record x
lie "another descriptor is no pidfd" "no pidfd" descriptor /etc/passwd
lie "garbage" refused garbage
tell
says "root asks the hook itself" "unprivileged users only" "$("$e2e_dir/plead.py" <<<"poststop x")"

# The id of root's container.
lie "an id of root's is one of the user's" "done" create e2e-root "$own" "${ask[@]}"
lie "a cgroup has one container" "with the cgroup" create again "$own" "${ask[@]}"
tell
as $user sh -c "mkdir $slice/app.slice/e2e-two && echo $own >$slice/app.slice/e2e-two/cgroup.procs"
lie "a process has one profile" "process is under enforcement already" create again "$own" "${ask[@]}"
lie "poststop of what runs" "done" poststop e2e-root
tell
act root x setuid 33
equal "both are there, and root's is enforced" "$user_id/e2e-root e2e-root EPERM" \
	"$(shieldctl ps -o json | jq --raw-output '[.[].id] | sort | join(" ")') $answer"
kill "$own"
becomes "the user's own process ends" "" name_of "$own"
equal "poststop of what has ended" "done" "$(plead <<<"poststop e2e-root")"
equal "one is there" e2e-root "$(shieldctl ps -o json | jq --raw-output '.[].id')"

# More than one may have.
main=$(systemctl show --property MainPID shieldd)
coproc crowd { plead; }
crowd_process=$crowd_PID crowd_input=${crowd[1]} # bash forgets it when it ends
printf '%s\n' "hold 4" "poststop x" >&"$crowd_input"
read -r answer <&"${crowd[0]}"
says "too many at a time" busy "$answer"
equal "another user is served meanwhile" "done" "$(as nobody "$e2e_dir/plead.py" <<<"poststop x")"
exec {crowd_input}>&-
wait "$crowd_process"
plead <<<"flood 200"
equal "after a flood: served" "done" "$(as nobody "$e2e_dir/plead.py" <<<"poststop x")"
equal "shieldd is the same" "$main" "$(systemctl show --property MainPID shieldd)"
act root x setuid 33
equal "root's container is enforced" EPERM "$answer"

equal "the other rootless one is untouched" "0 0 0" "$(pod exec plain sh -c "$attempts" | tail -n 1)"
kill $other $elsewhere
wait $other $elsewhere 2>/dev/null
stop root
pod rm --all --force --time 0 >/dev/null
systemctl stop shieldd
rmdir /sys/fs/cgroup/e2e-roots "$slice/app.slice/e2e-two" /root/secret
loginctl disable-linger $user
rm -rf "$said" /home/dev/root /home/dev/fuse
equal "nothing is left" "" "$(leftovers)"
