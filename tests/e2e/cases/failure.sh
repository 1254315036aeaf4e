# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What goes wrong is told, and fails closed: files and annotations that are no good, what the node lacks.

readonly config_file=/etc/oci-shield/config.json
readonly ten_megabytes=$work/ten-megabytes
head --bytes=10000000 /dev/zero | tr '\0' ' ' >"$ten_megabytes"

profile e2e-failure '{"version":1, "name":"e2e-failure", "exec":{"deny":["/opt/denied"]}}'

# A process to be told of, in a cgroup of its own. No container.
sleep infinity &
process=$!
mkdir -p /sys/fs/cgroup/e2e-failure
echo "$process" >/sys/fs/cgroup/e2e-failure/cgroup.procs

nested() {
	printf '%*s' "$1" '' | tr ' ' '['
}

# told STATE: what the hook says of it, and its status
told() {
	"$hook" createRuntime 2>&1
	echo "status $?"
}

# refused NAME WORDS STATE: with WORDS in the message
refused() {
	says "$1" "$2
status 1" "$(told <<<"$3")"
}

a_state() {
	state e2e-failure "$process" "$work/failure" oci-shield/profile "${1:-e2e-failure}"
}

a_bundle() {
	mkdir -p "$work/failure/rootfs"
	cat >"$work/failure/config.json"
}

# The state.
good=$(a_state)
refused "state: empty" "standard input" ""
refused "state: truncated" "standard input" "${good:0:60}"
refused "state: not an object" "standard input" "[]"
refused "state: deeply nested" "standard input" "{\"annotations\":$(nested 5000)"
refused "state: not UTF-8" "standard input" "${good/e2e-failure/$'\xff\xfe'}"
refused "state: no id" "id" "${good/\"id\"/\"no-id\"}"
refused "state: no bundle" "bundle" "${good/\"bundle\"/\"no-bundle\"}"
refused "state: no pid" "pid" "${good/\"pid\":$process,/}"
refused "state: a pid that is gone" "" "${good/\"pid\":$process/\"pid\":4194303}"
says "state: 10 MB" "standard input
status 1" "$(told <"$ten_megabytes")"

# Annotations.
refused "annotation: unknown profile, and the nearest" "e2e-failur
e2e-failure" "$(a_state e2e-failur)"
pod_state=$(state e2e-failure "$process" "$work/failure" oci-shield/profile e2e-failur io.kubernetes.pod.namespace prod \
	io.kubernetes.pod.name web-0 io.kubernetes.container.name nginx)
refused "annotation: unknown profile, of a pod" "pod prod/web-0, container nginx
/etc/oci-shield/profiles.d
/usr/share/oci-shield/profiles" "$pod_state"
says "shieldctl status: who needs it" "profile e2e-failur is missing or not valid: pod prod/web-0 (container nginx) needs it, since " \
	"$(shieldctl status)"
equal "shieldctl status -o json: who needs it" "prod web-0 nginx" "$(shieldctl status -o json | jq --raw-output \
	'.missing_profiles[] | select(.pod) | "\(.namespace) \(.pod) \(.pod_container)"')"
says "shieldctl doctor: who needs it" "pod prod/web-0 (container nginx)" "$(shieldctl doctor)"
profile e2e-failur '{"version":1}'
equal "shieldctl status: nobody any more" "[]" "$(shieldctl status -o json | jq --compact-output .missing_profiles)"
rm -f "$profiles/e2e-failur.json"
refused "annotation: ../" "../x" "$(a_state ../x)"
refused "annotation: a path" "annotation oci-shield/profile" "$(a_state /etc/passwd)"
refused "annotation: empty" "annotation oci-shield/profile" "$(state x "$process" "$work" oci-shield/profile "")"
refused "annotation: a key of the runtime that is not there" "io.kubernetes.cri.sandbox-namespace" \
	"$(state x "$process" "$work" io.kubernetes.pod.namespace mine io.kubernetes.cri.sandbox-namespace kube-system)"
refused "annotation: a mode that is none" "oci-shield/mode
enforce" "$(state x "$process" "$work" oci-shield/mode off oci-shield/profile e2e-failure)"
refused "annotation: unknown key, and the nearest" "oci-shield/profil
oci-shield/profile" "$(state x "$process" "$work" oci-shield/profil e2e-failure)"
refused "annotation: a recording's name" "oci-shield/record" \
	"$(state x "$process" "$work" oci-shield/profile e2e-failure oci-shield/record ../new)"
refused "annotation: files of a recording" "oci-shield/record-files" \
	"$(state x "$process" "$work" oci-shield/record new oci-shield/record-files maybe)"

# The bundle.
rm -rf "$work/failure"
refused "config.json: missing" "config.json" "$good"
a_bundle <<<""
refused "config.json: empty" "config.json" "$good"
a_bundle <<<'{"root":{"path":"rootfs"},"mou'
refused "config.json: truncated" "config.json" "$good"
a_bundle <<<'{"root":{"path":7}}'
refused "config.json: a path that is none" "config.json
root: path" "$good"
nested 100000 | a_bundle
refused "config.json: deeply nested" "config.json" "$good"
printf '{"root":{"path":"\xff\xfe"}}' | a_bundle
refused "config.json: not UTF-8" "" "$good"
a_bundle <"$ten_megabytes"
refused "config.json: 10 MB" "config.json" "$good"
a_bundle <<<'{"root":{"path":"rootfs"},"annotations":{"run.oci.handler":"wasm"}}'
refused "what never executes" "run.oci.handler" "$good"
a_bundle <<<'{"root":{"path":"/"}}'
refused "the host's own root" "root" "$good"

# What criu is about to restore: its first process, as the runtime tells of it.
cp /bin/sleep "$work/criu"
"$work/criu" infinity &
restoring=$!
until [[ $(</proc/$restoring/comm) == criu ]]; do
	sleep 0.1
done
refused "a restore from a checkpoint" "checkpoint" "$(state e2e-failure "$restoring" "$work/failure" oci-shield/profile e2e-failure)"
kill "$restoring"
wait "$restoring" 2>/dev/null

# Where the process is.
echo "$process" >/sys/fs/cgroup/cgroup.procs
refused "the root cgroup" "root cgroup" "$good"
mkdir -p /sys/fs/cgroup/e2e-failure
echo "$BASHPID" >/sys/fs/cgroup/e2e-failure/cgroup.procs
echo "$process" >/sys/fs/cgroup/e2e-failure/cgroup.procs
refused "the hook's own cgroup" "cgroup" "$good"
echo "$BASHPID" >/sys/fs/cgroup/cgroup.procs

# Profiles.
# bad_profile NAME WORDS TEXT
bad_profile() {
	profile e2e-bad "$3"
	refused "profile: $1" "e2e-bad.json
$2" "$(a_state e2e-bad)"
}
a_bundle <<<'{"root":{"path":"rootfs"}}'
bad_profile "empty" "" ""
bad_profile "truncated" "" '{"version":1, "exec":{"allow":["/a"'
bad_profile "an unknown key, and the nearest" 'exec.alow
"allow"' '{"version":1, "exec":{"alow":["/a"]}}'
bad_profile "a wrong type" "exec.allow[0]" '{"version":1, "exec":{"allow":[7]}}'
bad_profile "a key twice" "the same key twice" '{"version":1, "exec":{}, "exec":{}}'
bad_profile "deeply nested" "" "{\"version\":1, \"exec\":$(nested 5000)"
bad_profile "not UTF-8" "" "{\"version\":1, \"exec\":{\"allow\":[\"/$(printf '\xff\xfe')\"]}}"
bad_profile "10 MB" "" "{\"version\":1}$(<"$ten_megabytes")}"
bad_profile "another version" "version" '{"version":2}'
bad_profile "a path that is not absolute" "exec.allow[0]" '{"version":1, "exec":{"allow":["bin/sh"]}}'
bad_profile "bits beyond a prefix" "network.egress.allow[0].to" \
	'{"version":1, "network":{"egress":{"allow":[{"to":"10.0.0.1/8"}]}}}'
profile e2e-bad '{"version":1, "extends":"e2e-bad"}'
refused "profile: one that extends itself" "e2e-bad" "$(a_state e2e-bad)"
profile e2e-bad '{"version":1}'
chmod 666 "$profiles/e2e-bad.json"
refused "profile: one that all may write" "e2e-bad.json" "$(a_state e2e-bad)"
rm -f "$profiles/e2e-bad.json"

# The node's configuration.
# bad_config NAME WORDS TEXT
bad_config() {
	echo "$3" >"$config_file"
	refused "configuration: $1" "config.json
$2" "$good"
}
rm -f /var/lib/oci-shield/config.json # nothing that was valid before can stand in
bad_config "empty" "" ""
bad_config "truncated" "" '{"version":1, "bindings":['
bad_config "an unknown key, and the nearest" 'binding
"bindings"' '{"version":1, "binding":[]}'
bad_config "deeply nested" "" "{\"version\":1, \"bindings\":$(nested 5000)"
bad_config "not UTF-8" "" "{\"version\":1, \"default_profile\":\"$(printf '\xff\xfe')\"}"
bad_config "10 MB" "" "$(<"$ten_megabytes")"
bad_config "a profile that is not there" "default_profile
e2e-none" '{"version":1, "default_profile":"e2e-none"}'
refused "configuration: what might be bound" "config.json" "$(state x "$process" "$work")"
exempt=$(state x "$process" "$work" io.kubernetes.pod.namespace kube-system)
says "configuration: Kubernetes' own starts" "config.json
status 0" "$(told <<<"$exempt")"
echo '{"version":1, "unprofiled":"deny"}' >"$config_file"
refused "configuration: no container without a profile" "unprofiled" "$(state x "$process" "$work")"
echo '{"version":1, "annotations":{"profile":false}}' >"$config_file"
refused "configuration: annotations choose nothing" "annotations.profile" "$good"
bad_config "the last valid one stays in force" "stays in force
annotations.profile" '{'
rm -f "$config_file" /var/lib/oci-shield/config.json

# What the node lacks.
says "no bpf file system" "mount -t bpf
status 1" "$(unshare --mount sh -c "umount --lazy /sys/fs/bpf; $hook createRuntime 2>&1; echo status \$?" <<<"$good")"
restrict=$(sysctl --values kernel.kptr_restrict)
shieldctl engine unload >/dev/null
sysctl --quiet --write kernel.kptr_restrict=2
refused "the kernel's addresses are hidden" "sysctl kernel.kptr_restrict=1" "$good"
says "doctor: they are hidden" "kernel.kptr_restrict is 2" "$(shieldctl doctor)"
sysctl --quiet --write kernel.kptr_restrict="$restrict"
shieldctl engine load >/dev/null
says "no privileges" "status 1" \
	"$(setpriv --bounding-set -all sh -c "$hook createRuntime 2>&1; echo status \$?" <<<"$good")"
says "rootless podman" "rootless
status 1" "$(setpriv --reuid=dev --regid=dev --clear-groups unshare --user --map-root-user \
	sh -c "$hook createRuntime 2>&1; echo status \$?" <<<"$good")"

kill "$process"
wait "$process" 2>/dev/null
rmdir /sys/fs/cgroup/e2e-failure

# By the runtime, too: the container does not start, and the message comes through.
if start failure --profile e2e-none; then
	not_ok "the runtime refuses the container" "it runs"
	stop failure
else
	says "the runtime refuses the container" "e2e-none" "$(said failure)"
fi

# poststop never fails the runtime.
equal "poststop: what it cannot read" "status 0" "$("$hook" poststop 2>/dev/null <<<"{"; echo "status $?")"
equal "nothing is left" "" "$(leftovers)"
