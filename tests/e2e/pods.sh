# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Pods, asked for as a kubelet does (tests/cri/cri). Of whoever sources this: $cri_socket, the container runtime's;
# $cgroup_parent, of all pods.

readonly descriptors=$e2e_dir/../../build/tests/cri/cri.pb
readonly busybox=localhost/busybox:latest
readonly node_config=/etc/oci-shield/config.json

start_client() {
	rm -f "$work/asked" "$work/answered"
	mkfifo "$work/asked" "$work/answered"
	"$e2e_dir/../cri/cri" "$descriptors" "$cri_socket" <"$work/asked" >"$work/answered" 2>"$work/client.log" &
	client=$!
	exec {client_in}>"$work/asked" {client_out}<"$work/answered"
}

end_client() {
	exec {client_in}>&- {client_out}<&-
	wait "$client"
}

# cri REQUEST WORD...: its status; what it says is in $answer
cri() {
	local status

	echo "${@@Q}" >&"$client_in"
	read -r -t 300 status answer <&"$client_out" || status=1 answer="no answer: $(tail --lines=3 "$work/client.log")"
	return "$status"
}

list() {
	cri list
	echo "$answer"
}

# status REQUEST WORD...: as text
status() {
	cri "$@"
	echo $?
}

# pod NAME [OPTION...]: a pod of our handler, in the namespace shop unless told; its id is in $pod
pod() {
	cri pod --handler oci-shield --namespace shop --cgroup "$cgroup_parent" "${@:2}" "$1" ||
		not_ok "pod $1 runs" "$answer"
	pod=$answer
}

# run NAME [WORD...]: a container of the pod, which waits unless told; its id is in $container
run() {
	local name=$1

	shift
	(($#)) || set -- sleep infinity
	cri run --mount "$layer:/e2e" "$pod" "$name" "$busybox" "$@" || not_ok "container $name starts" "$answer"
	container=$answer
}

# ends NAME [WORD...]: the exit status of a container of the pod
ends() {
	run "$@"
	status wait "$container"
}

# What either profile refuses, and both allow.
setuid() {
	status exec "$1" /e2e/acts/acts setuid 33
}

denied_program() {
	status exec "$1" sh -c '/e2e/opt/denied pass'
}

pass() {
	status exec "$1" /e2e/acts/acts pass
}

# refused NAME WORDS POD_OPTION...: a pod whose container does not start, and what is said. crun tells the log alone.
refused() {
	local name=$1 words=$2 since

	shift 2
	since=$(date +%s)
	pod refused "$@"
	if cri run "$pod" web "$busybox" sleep infinity; then
		not_ok "$name" "it runs"
	else
		journalctl --sync
		says "$name" "$words" "$answer $(journalctl --identifier oci-shield --since "@$since" --output cat)"
	fi
	cri stop-pod "$pod"
	cri remove-pod "$pod"
}
