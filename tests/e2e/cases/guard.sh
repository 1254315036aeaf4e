# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# guard: the engine's programs, maps, links and pins, from containers that may do all and have the bpffs.
# Once: the verdicts are the kernel's.

profile e2e-guard '{"version":1, "name":"e2e-guard", "exec":{"deny":["/opt/denied"]},
	"network":{"egress":{"default":"deny", "allow":[{"to":"192.0.2.1"}]}}}'

engine=$(find /sys/fs/bpf/oci-shield -mindepth 1 -maxdepth 1 -type d | head -n 1)
inside=/bpf${engine#/sys/fs/bpf}
privileged=(--mount '{"destination":"/bpf","type":"bind","source":"/sys/fs/bpf","options":["rbind","rw"]}'
	--mount '{"destination":"/machine","type":"bind","source":"/sys/fs/cgroup","options":["rbind","rw"]}'
	--mount '{"destination":"/tracing","type":"tracefs","source":"tracefs"}')
ftrace=/proc/sys/kernel/ftrace_enabled

# id_of_pin map|prog|link PIN
id_of_pin() {
	bpftool "$1" show pinned "$engine/$2" --json | jq '(.[0]? // .).id'
}

map_ids() {
	local pin

	for pin in "$engine"/map/*; do
		id_of_pin map "map/${pin##*/}"
	done
}

# The roads, each as NAME: ACT...
roads() {
	cat <<-ROADS
		a map, by its pin: bpf-get $inside/map/slots
		a map, by its pin, to be changed: bpf-set $inside/map/control
		a program, by its pin: bpf-get $inside/prog/resolve
		a pin is removed: unlink $inside/map/slots
		a link's pin is removed: unlink $inside/link/exec_begin
		a pin is renamed: rename $inside/link/exec_begin $inside/link/other
		a pin takes the place of another: rename $inside/link/exec_commit $inside/link/exec_begin
		the engine's folder is renamed: rename $inside $inside-gone
		the folder of engines is renamed: rename /bpf/oci-shield /bpf/gone
		the file system is unmounted: unmount /bpf
		the sysctl: write $ftrace 0
		the sysctl, in a proc mounted again: unshare mount : mount proc /mnt - : write /mnt/sys/kernel/ftrace_enabled 0
	ROADS
}

# attempt ACT...: in the container without a profile
attempt() {
	act guard-free x "$@"
	echo "$answer"
}

# reached KIND ID...: those that the container without a profile got a descriptor of
reached() {
	local id

	for id in "${@:2}"; do
		[[ $(attempt bpf-by-id "$1" "$id") == EPERM ]] || echo "$id"
	done | paste --serial
}

# Without a profile, in nobody's name.
start guard-free "${privileged[@]}" || return
shieldctl events >/dev/null 2>&1 # of earlier ones
while IFS=: read -r name road; do
	# shellcheck disable=SC2086 # a chain
	equal "without a profile: $name" EPERM "$(attempt $road)"
done < <(roads)
mapfile -t maps < <(map_ids)
mapfile -t programs < <(bpftool prog list --json |
	jq --raw-output '.[] | select(.name // "" | test("^(exec|files|guard)_")) | .id')
equal "no map of the engine by its id" "" "$(reached map "${maps[@]}")"
equal "no program of the engine by its id" "" "$(reached program "${programs[@]}")"
equal "each is told" $(($(roads | wc --lines) + ${#maps[@]} + ${#programs[@]})) \
	"$(shieldctl events -o json | jq --raw-output 'select(.kind == "guard" and .container.id == null) | .kind' | wc --lines)"
equal "the sysctl is 1" 1 "$(<$ftrace)"

free=guard-free
session guard e2e-guard "${privileged[@]}" || return
permits "a map and a program of its own" bpf-map : bpf-program : bpf-own
permits "a pin of its own" bpf-pin "/bpf/own-$runtime" : bpf-set "/bpf/own-$runtime" : \
	rename "/bpf/own-$runtime" "/bpf/own2-$runtime" : bpf-get "/bpf/own2-$runtime" : unlink "/bpf/own2-$runtime"
permits "the sysctl stays 1" write $ftrace 1
while IFS=: read -r name road; do
	# shellcheck disable=SC2086 # a chain
	refuses -u "$name" guard - $road
done < <(roads)
permits -u -w EOPNOTSUPP "a hook's link lets nobody go" bpf-detach "$(id_of_pin link link/exec_begin)"
permits -u -w ENOENT "the sysctl's program is detached" bpf-detach-sysctl /machine
permits -u -w EPERM "the sysctl's program gives way to another" bpf-replace-sysctl /machine
equal "the sysctl's program is at the root cgroup" guard_sysctl "$(bpftool cgroup show /sys/fs/cgroup --json |
	jq --raw-output '.[] | select(.attach_type // "" | test("sysctl")) | .name')"
refuses "enforcement goes on" exec 'exec.deny[0]' exec /opt/denied
refuses "enforcement goes on, addresses" egress network.egress.default connect tcp 198.51.100.1 8080
end_session
test_that "the host looks at its maps" bpftool map dump pinned "$engine/map/control"
stop guard-free
