# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What podman does around a container goes on under a profile that denies setuid. The hook comes from podman's default
# folder.

profile e2e-podman '{"version":1, "name":"e2e-podman", "setuid":{"default":"deny"}, "exec":{"drift":"deny"}}'

profiled=(--annotation oci-shield/profile=e2e-podman)

# What it says to stderr, warnings too, is kept for who asks.
pod() {
	podman --runtime "$runtime" "$@" 2>"$work/podman.log"
}

# pod_run NAME [OPTION...] IMAGE COMMAND...
pod_run() {
	local name=$1

	shift
	pod run --name "$name" --network none -v "$layer:/e2e:ro" "$@"
}

first_uid='awk "/^Uid/ { print \$2 }" /proc/self/status'

pod rm --all --force --time 0 >/dev/null
pod_run plain --detach localhost/debian sleep infinity >/dev/null
pod_run one --detach "${profiled[@]}" --init --health-cmd '/e2e/acts/acts pass' --health-interval disable \
	localhost/debian sleep infinity >/dev/null
id=$(pod inspect --format '{{.Id}}' one)
says "a container with --init is armed" "e2e-podman" "$(shieldctl inspect "$id")"
says "podman's init runs" "init" "$(tr '\0' ' ' <"/proc/$(pod inspect --format '{{.State.Pid}}' one)/cmdline")"

# status COMMAND...: how it ended
status() {
	"$@" >/dev/null 2>&1
	echo $?
}

equal "exec: allowed" 0 "$(status pod exec one /e2e/acts/acts pass)"
equal "exec: denied" 10 "$(status pod exec one /e2e/acts/acts setuid 33)"
equal "exec without a profile beside it" 0 "$(status pod exec plain /e2e/acts/acts setuid 33)"
equal "exec --user" 33 "$(pod exec --user 33 one sh -c "$first_uid")"
equal "exec --user: denied" 10 "$(status pod exec --user 33 --privileged one /e2e/acts/acts setuid 34)"
equal "exec: su is denied" 1 "$(status pod exec one su -s /bin/true nobody)"
equal "exec: drift" 126 "$(status pod exec one sh -c 'cp /bin/true /tmp/x; /tmp/x')"
equal "a healthcheck" 0 "$(status pod healthcheck run one)"
equal "pause" 0 "$(status pod pause one)"
equal "unpause" 0 "$(status pod unpause one)"
equal "exec after pause" 10 "$(status pod exec one /e2e/acts/acts setuid 33)"
equal "stop" 0 "$(status pod stop --time 1 one)"
equal "stopped: nothing is under enforcement" "" "$(leftovers)"
equal "start again" 0 "$(status pod start one)"
equal "started again: denied" 10 "$(status pod exec one /e2e/acts/acts setuid 33)"
equal "restart" 0 "$(status pod restart --time 0 one)"
equal "restarted: denied" 10 "$(status pod exec one /e2e/acts/acts setuid 33)"

# conmon is killed: nobody calls poststop.
kill -KILL "$(pod inspect --format '{{.State.ConmonPid}}' one)"
pod rm --force --time 0 one >/dev/null

equal "run --user" 33 "$(pod_run two --rm "${profiled[@]}" --user 33 localhost/debian sh -c "$first_uid")"
equal "what lost its conmon is swept" "" "$(leftovers)"
equal "run --user: denied" 10 \
	"$(status pod_run three --rm "${profiled[@]}" --user 33 --cap-add setuid localhost/debian /e2e/acts/acts setuid 34)"
equal "run without a profile" 0 "$(status pod_run four --rm localhost/debian /e2e/acts/acts setuid 33)"
equal "run --read-only" 0 "$(status pod_run five --rm "${profiled[@]}" --read-only localhost/busybox true)"

# Restarts by policy: the hook is there each time.
shieldctl events >/dev/null
pod_run six --detach "${profiled[@]}" --restart on-failure:2 localhost/debian /e2e/acts/acts setuid 33 >/dev/null
equal "a restart policy: denied in the end" 10 "$(timeout 600 podman --runtime "$runtime" wait six)"
for ((i = 0; i < 100; i++)); do
	[[ $(pod inspect --format '{{.RestartCount}} {{.State.Status}}' six) == "2 exited" ]] && break
	sleep 0.2
done
equal "a restart policy: restarted" 2 "$(pod inspect --format '{{.RestartCount}}' six)"
equal "a restart policy: denied each time" 3 "$(shieldctl events -o json | grep --count '"wanted":33')"

# crun keeps what a hook says to itself, unless it is told of a file.
# refused NAME WORDS OPTION...
refused() {
	local name=$1 words=$2

	shift 2
	rm -f "$work/hook.log"
	if pod_run seven --rm --annotation "run.oci.hooks.stderr=$work/hook.log" "$@" localhost/busybox true; then
		not_ok "$name" "it runs"
	else
		says "$name" "$words" "$(cat "$work/podman.log" "$work/hook.log" 2>/dev/null)"
	fi
	pod rm --force --ignore seven >/dev/null
}

[[ $runtime != crun ]] || refused "--cgroups=disabled is refused" "cgroup of its own" "${profiled[@]}" --cgroups=disabled
refused "an unknown profile is refused" "e2e-podmen
e2e-podman" --annotation oci-shield/profile=e2e-podmen

equal "the other is untouched" 0 "$(status pod exec plain /e2e/acts/acts setuid 33)"
pod rm --all --force --time 0 >/dev/null
equal "nothing is left" "" "$(leftovers)"
