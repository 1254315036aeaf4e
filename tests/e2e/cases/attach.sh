# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shieldctl attach: a container that runs already, with all of its tasks.
# Once: it is about containers that run.

profile e2e-attach '{"version":1, "name":"e2e-attach", "exec":{"default":"deny", "allow":["/acts/*", "/usr/bin/*",
	{"path":"/opt/by", "from":["/acts/acts"]}]}, "setuid":{"default":"deny"},
	"network":{"egress":{"default":"deny", "allow":[{"to":"192.0.2.1"}]}}}'
profile e2e-attach-other '{"version":1, "name":"e2e-attach-other", "exec":{"deny":["/opt/denied"]}}'

attach() {
	patiently shieldctl attach "$@"
}

# As session() does, for a container that was started before.
session_of() {
	session_container=$1
	session_id=$(id_of "$1")
	test_name=() test_event=() test_trouble=()
	: >"$work/taken"
	shieldctl events >/dev/null 2>&1
}

# A container that no hook was called for.
start plain --mount '{"destination":"/data","type":"bind","source":"/etc","options":["rbind","ro"]}' || return
act plain prepare exec /opt/denied
equal "before: no rule" ok "$answer"
collect
says "attach" "e2e-plain: profile e2e-attach, enforce
1 processes with 1 tasks run on under it" "$(attach "$(id_of plain)" e2e-attach)"
equal "it leaves an event" "attach" "$(shieldctl events -o json |
	jq --raw-output 'select(.kind == "control") | .operand.act')"
session_of plain
refuses "exec" exec exec.default exec /opt/denied
permits "exec: allowed" exec /usr/bin/true
permits "exec: from what ran already" exec /opt/by
refuses "setuid" setuid setuid.default setuid 33
refuses "egress" egress network.egress.default connect tcp 198.51.100.1 8080
permits "egress: allowed" connect tcp 192.0.2.1 8080
equal "its state" armed "$(shieldctl inspect -o json "$session_id" | jq --raw-output .state)"
collect
says "to another profile" "profile e2e-attach-other, audit" "$(attach "$session_id" e2e-attach-other --mode audit)"
shieldctl events >/dev/null
audits "the other profile" exec 'exec.deny[0]' exec /opt/denied
permits "what the first refused" setuid 33
collect
attach e2e-plai e2e-attach >/dev/null
shieldctl events >/dev/null
refuses "and back, by the beginning of its id" exec exec.default exec /opt/denied
end_session
poststop "$session_id"
equal "nothing is left of it" "" "$(leftovers)"

# From a recording to its profile, without a restart.
start learnt --annotation oci-shield/record e2e-learnt || return
act learnt prepare exec /opt/other
equal "under recording" ok "$answer"
test_that "its profile is saved" shieldctl record save --force e2e-learnt
says "attach under recording" "profile e2e-learnt, enforce" "$(attach "$(id_of learnt)" e2e-learnt --mode enforce)"
session_of learnt
equal "the program of recordings goes with the last one, and no other" "" \
	"$(ls /sys/fs/bpf/oci-shield/*/link/record_syscall 2>/dev/null)"
permits "what was recorded" exec /opt/other
refuses "what was not" exec exec.default exec /opt/denied
refuses "another kind that was not" capability capabilities.default setuid 33
collect
says "what was recorded is kept" '"/opt/other"
"setuid"' "$(shieldctl record show e2e-learnt)"
end_session
shieldctl record remove e2e-learnt >/dev/null

# A container that runs already, recorded from now on.
start late || return
act late prepare exec /opt/denied
says "record start" "Recording e2e-late: 1 processes from now on" "$(shieldctl record start "$(id_of late)" e2e-late)"
act late prepare exec /opt/other
equal "it goes on" ok "$answer"
equal "what was before is not in it" '["/opt/other"]' \
	"$(shieldctl record show e2e-late | jq --compact-output '.exec.allow | map(.path? // .)')"
says "once is enough" "recorded already, as e2e-late" "$(shieldctl record start "$(id_of late)" e2e-again 2>&1)"
shieldctl record save --force e2e-late >/dev/null
says "attach" "profile e2e-late, enforce" "$(attach "$(id_of late)" e2e-late --mode enforce)"
says "beside a profile" "what the profile e2e-late refuses or reports" \
	"$(shieldctl record start "$(id_of late)" e2e-again)"
shieldctl events >/dev/null
session_of late
refuses "what came before" exec exec.default exec /opt/denied
says "is gathered" '"/opt/denied"' "$(shieldctl record show -o observations e2e-again)"
end_session
poststop "$session_id"
shieldctl record remove e2e-late >/dev/null
shieldctl record remove e2e-again >/dev/null
rm -f "$profiles/e2e-late.json"

# Many threads, and tasks that fork and end all the time: each is judged from the moment that attach is done.
readonly away='connect udp 198.51.100.1 8053'
script="/acts/acts threads 40 after /attached hammer /stop denied $away >/result-threads 2>&1 & "
for i in 1 2 3; do
	script+="/acts/acts relay /attached /stop $away >/result-$i 2>&1 & "
done
script+='/opt/other after /stop pass & '
script+='until [ -s /result-1 ] && [ -s /result-2 ] && [ -s /result-3 ]; do sleep 0.1; done; wait'
bundle storm -- /bin/sh -c "$script"
root=$(dir_of storm)/rootfs
run_bundle storm
# storms: 1 once it has its threads, and what the profile refuses
storms() {
	sed 's,.*,/proc/&/comm,' "/sys/fs/cgroup/e2e/$(id_of storm)/cgroup.threads" | xargs --no-run-if-empty cat |
		awk '/^acts$/ { acts++ } /^other$/ { other++ } END { print (acts > 40 && other) }'
} 2>/dev/null
becomes "it storms" 1 storms
says "attach in a storm" "/opt/other (exec.default)" "$(attach "$(id_of storm)" e2e-attach)"
equal "it goes on" 0 "$(cat "/sys/fs/cgroup/e2e/$(id_of storm)/cgroup.freeze")"
touch "$root/attached"
sleep 2
touch "$root/stop"
wait_bundle storm
equal "no task slipped through" "relay: always denied
relay: always denied
relay: always denied" "$(cat "$root"/result-[123])"
equal "no thread did" "40 connect udp, always" "$(sed 's/: [0-9]* rounds//' "$root/result-threads" | sort |
	uniq --count | sed 's/^ *//')"
drop_bundle storm
poststop "$(id_of storm)"
equal "nothing is left of the storm" "" "$(leftovers)"

# What attach refuses.
mkdir -p /etc/oci-shield
start bound || return
echo '{"version":1, "bindings":[{"container":"*", "profile":"e2e-attach-other"}]}' >/etc/oci-shield/config.json
says "a binding of the node" "binds this container to \"e2e-attach-other\" without override" \
	"$(attach "$(id_of bound)" e2e-attach)"
says "but for what it binds to" "profile e2e-attach-other, enforce" "$(attach "$(id_of bound)" e2e-attach-other)"
rm /etc/oci-shield/config.json
says "an unknown profile" "e2e-attach-otter" "$(attach "$(id_of bound)" e2e-attach-otter)"
attach e2e-nobody e2e-attach >/dev/null
equal "an unknown container" 3 $?
stop bound

[[ -z $(type -P podman) ]] || {
	podman --runtime "$runtime" rm --force --ignore --time 0 attached >/dev/null 2>&1
	podman --runtime "$runtime" run --name attached --network none --detach --volume "$layer:/e2e:ro" \
		localhost/debian sleep infinity >/dev/null 2>&1
	profile e2e-attach-podman '{"version":1, "name":"e2e-attach-podman", "setuid":{"default":"deny"}}'
	says "a container of podman, by its name" "profile e2e-attach-podman, enforce" "$(attach attached e2e-attach-podman)"
	podman --runtime "$runtime" exec attached /e2e/acts/acts setuid 33 >/dev/null 2>&1
	equal "podman exec is judged" 10 $?
	podman --runtime "$runtime" rm --force --time 0 attached >/dev/null 2>&1
	rm "$profiles/e2e-attach-podman.json"
}
becomes "nothing stays" "" leftovers
