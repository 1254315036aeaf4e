# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Learning: what a container did under a recording is what its profile allows, and no more.
# Once: what is gathered of a container is the same however it was started.

recordings=/var/lib/oci-shield/recordings
rm -rf "$recordings" "$profiles"/e2e-record*.json
mkdir -p "$work/scripts"
# More than one line of a container's orders can say.
script "$work/scripts/ports" '#!/bin/bash' 'for ((i = 1; i <= $1; i++)); do : >/dev/udp/192.0.2.1/$i; done'
scripts="{\"destination\":\"/scripts\",\"type\":\"bind\",\"source\":\"$work/scripts\",\"options\":[\"rbind\",\"ro\"]}"
outside local-hold stream @e2e-record

# record NAME RECORDING [OPTION...]: a container under a recording
record() {
	start "$1" --annotation oci-shield/record "$2" --mount "$scripts" "${@:3}" && return
	not_ok "$1 starts" "$answer: $(said "$1")"
	return 1
}

# rules RECORDING [OPTION...]: its profile without the notes, which tell runs apart
rules() {
	shieldctl record show "$@" | jq --sort-keys 'del(.notes)'
}

# rule RECORDING FILTER
rule() {
	shieldctl record show "$1" | jq --compact-output "$2"
}

notes() {
	shieldctl record show "$1" | jq --raw-output '.notes[]'
}

acts_done=(
	"pass"
	"exec /opt/allowed pass"
	"exec /opt/script.sh"
	"exec /opt/dynamic"
	"map /opt/library.so"
	"connect tcp 192.0.2.1 8080"
	"connect tcp 192.0.2.1 8443"
	"connect tcp 2001:db8::1 8080"
	"connect tcp 0.0.0.0 8080"
	"sendto udp 192.0.2.1 8053"
	"listen tcp :: 8081"
	"listen tcp 0.0.0.0 8082"
	"local-connect stream @e2e-record"
	"setgroups 33 : setgid 33 : setuid 34"
	"tmpfs /mnt"
)

# do_all NAME: all of them; says what did not succeed
do_all() {
	local chain

	for chain in "${acts_done[@]}"; do
		# shellcheck disable=SC2086
		act "$1" acts $chain
		[[ $answer == ok ]] || echo "$chain: $answer"
	done
}

shieldctl events >/dev/null
record one e2e-record || return
equal "nothing is refused" "" "$(do_all one)"
equal "nothing is reported" "" "$(shieldctl events -o json)"
profile_now=$(rules e2e-record)
says "shown while it runs" '"/opt/allowed"' "$profile_now"
equal "who started what" '[["/opt/allowed",["/acts/acts"]],["/opt/dynamic",["/acts/acts"]],["/opt/script.sh",["/acts/acts"]],["/usr/bin/dash",["/opt/script.sh"]]]' \
	"$(rule e2e-record '[.exec.allow[] | objects | [.path, .from]] | sort')"
equal "what the runtime starts is for all" '["/acts/acts"]' "$(rule e2e-record '[.exec.allow[] | strings]')"
says "libraries" '"/opt/library.so"
ld-linux-x86-64.so.2' "$(rule e2e-record .exec.libraries)"
equal "egress" '[{"to":"127.0.0.1","proto":"tcp","ports":[8080]},{"to":"192.0.2.1","proto":"tcp","ports":[8080,8443]},{"to":"192.0.2.1","proto":"udp","ports":[8053]},{"to":"2001:db8::1","proto":"tcp","ports":[8080]}]' \
	"$(rule e2e-record .network.egress.allow)"
equal "bind" '[{"to":"0.0.0.0","proto":"tcp","ports":["8081-8082"]},{"to":"::","proto":"tcp","ports":[8081]}]' \
	"$(rule e2e-record .network.bind.allow)"
equal "unix" '["@e2e-record"]' "$(rule e2e-record .network.unix.allow)"
equal "families" '["unix","inet","inet6"]' "$(rule e2e-record .network.families)"
equal "ids" '[{"uids":[34],"gids":[33]}]' "$(rule e2e-record .setuid.allow)"
equal "capabilities" '["CAP_SETGID","CAP_SETUID","CAP_SYS_ADMIN"]' "$(rule e2e-record .capabilities.allow)"
equal "switches" '{"drift":"deny","fileless":"deny","kernel":{"bpf":"deny","modules":"deny","userns":"deny"},"ptrace":{"default":"deny"},"shell":"kill"}' \
	"$(rule e2e-record '{drift:.exec.drift,fileless:.exec.fileless,kernel,ptrace,shell:.reverse_shell}')"
observed=$(shieldctl record show -o observations e2e-record | jq --compact-output \
	'select(.kind == "egress" and .port == 8053) | [.address, .proto, .exe, .count]')
equal "observations" '["192.0.2.1","udp","/acts/acts",1]' "$observed"
says "list, running" "running" "$(shieldctl record list)"

stop one
says "list, ended" "ended" "$(shieldctl record list)"
equal "kept when the container has ended" "$profile_now" "$(rules e2e-record)"
equal "nothing is left in the maps" "0 0" "$(entries observations) $(entries syscalls)"
if [[ -e $work/recorded-rules ]]; then
	equal "the other runtime's recording comes to the same" "$(<"$work/recorded-rules")" "$profile_now"
else
	echo "$profile_now" >"$work/recorded-rules"
fi

# Enforced, the same run goes on, and what was not in it does not.
test_that "save" shieldctl record save e2e-record
if shieldctl record save e2e-record 2>/dev/null; then
	not_ok "save again" "it replaces a file without --force"
else
	ok "save again"
fi
test_that "save --force" shieldctl record save --force e2e-record
test_that "the profile is valid" shieldctl profile check "$profiles/e2e-record.json"
shieldctl events >/dev/null
if start enforced --profile e2e-record --mount "$scripts"; then
	equal "the same run is allowed" "" "$(do_all enforced)"
	equal "and leaves no event" "" "$(shieldctl events -o json)"
	for chain in "exec /opt/other" "map /usr/lib/x86_64-linux-gnu/libz.so.1" "connect tcp 198.51.100.1 8080" \
		"listen tcp 0.0.0.0 8083" "setuid 35" "unshare user" "chown /opt/tree"; do
		# shellcheck disable=SC2086
		act enforced acts $chain
		says "another act is refused: $chain" "E" "$answer"
	done
	stop enforced
else
	not_ok "the profile starts" "$answer: $(said enforced)"
fi

# Replicas come together.
record two e2e-record || return
act two acts exec /opt/other pass
says "a replica adds to it" '"/opt/other"' "$(rules e2e-record)"
act two acts exec /opt/app/bin/one pass : exec /opt/app/bin/deep/two pass
stop two
equal "a line for each container" 2 "$(shieldctl record list | grep --count e2e-record)"
says "a note for each container" "container e2e-one
container e2e-two" "$(notes e2e-record)"
says "directories, when asked for" '"/opt/*"' "$(rules e2e-record --directories 2)"
says "networks, when asked for" '"192.0.2.0/24"' "$(rules e2e-record --cidr 24)"
test_that "remove" shieldctl record remove e2e-record
shieldctl record show e2e-record >/dev/null 2>&1
equal "removed" 3 $?

# However many and fast.
record burst e2e-record-burst || return
act burst acts exec /scripts/ports 3000
equal "a burst: done" ok "$answer"
equal "a burst: complete" '["1-3000"]' "$(rule e2e-record-burst '.network.egress.allow[] | select(.proto == "udp") | .ports')"
says "a burst: list" " complete " "$(shieldctl record list)"
act burst acts exec /scripts/ports 6000
equal "too many: done" ok "$answer"
stop burst
says "too many: a note" "incomplete: container e2e-burst did" "$(notes e2e-record-burst)"
says "too many: list" " incomplete " "$(shieldctl record list)"

# Files, where asked for.
record files e2e-record-files --annotation oci-shield/record-files yes || return
act files acts open create /var/lib/x : mkdir /srv/y : chmod /opt/tree/four
equal "files: done" ok "$answer"
stop files
says "files: what was written is not read-only" '"/etc/**"' "$(rule e2e-record-files .files.read_only)"
equal "files: what was written is not read-only" "" \
	"$(rule e2e-record-files '.files.read_only[]' | grep --extended-regexp '^"/(var|srv|opt)/')"

# podman, with system calls.
podman_run() {
	podman --runtime "$runtime" run --rm --network none "$@" 2>&1
}

work_done='id; ls /etc >/dev/null; echo x | sort; test $(cat /proc/self/comm) = cat && echo finished'
podman_run --annotation oci-shield/record=e2e-record-pod localhost/debian sh -c "$work_done" >/dev/null
test_that "podman: save" shieldctl record save --force --seccomp "$work/seccomp.json" e2e-record-pod
shieldctl events >/dev/null
says "podman: the same run is allowed" finished "$(podman_run --annotation oci-shield/profile=e2e-record-pod \
	--security-opt "seccomp=$work/seccomp.json" localhost/debian sh -c "$work_done")"
equal "podman: and leaves no event" "" "$(shieldctl events -o json)"
says "podman: another system call is refused" "Operation not permitted" "$(podman_run \
	--security-opt "seccomp=$work/seccomp.json" localhost/debian unshare --mount true)"
for r in crun runc; do
	says "podman, $r: no_new_privileges, user, terminal" finished "$(podman --runtime $r run --rm --network none --user 33 \
		--tty --security-opt no-new-privileges --security-opt "seccomp=$work/seccomp.json" localhost/debian \
		sh -c "$work_done" 2>&1)"
done

end_others
rm -rf "$recordings" "$profiles"/e2e-record*.json
equal "nothing is left" "" "$(leftovers)"
