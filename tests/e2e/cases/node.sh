# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the DaemonSet's pods do on a Kubernetes node, in a container as privileged as theirs: the node is installed, follows a
# folder of profiles as a ConfigMap has them, has its events read, and is given back.
# Once: podman runs the pod, whatever the runtime of other containers.

readonly tree=/opt/oci-shield/build/image/tree
readonly node_hook=/usr/local/bin/oci-shield
readonly volume=$work/volume

# pod [OPTION...] -- COMMAND...: the DaemonSet's, with its image's files
pod() {
	local -a options=()

	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	podman run --name e2e-pod --replace --privileged --pid host --network none --read-only \
		--volume "$tree:/opt/oci-shield:ro" --volume "$volume:/policy:ro" "${options[@]}" localhost/debian \
		/opt/oci-shield/runtime-config/kubernetes/node "${@:2}" 2>&1
}

# fails WORDS WHAT COMMAND...: says these words
fails() {
	local words=$1 name=$2 output

	if output=$("${@:3}"); then
		not_ok "$name" "it succeeds: $output"
	else
		says "$name" "$words" "$output"
	fi
}

# All files where programs and settings are; with inodes, which a file that was replaced has not any more.
files() {
	find /etc /usr/local /usr/share/containers /usr/share/oci-shield /var/lib/oci-shield -type f "$@" 2>/dev/null | sort
}

sums() {
	files -print | xargs --delimiter='\n' sha256sum
}

# publish NAME JSON: as kubelet does, by a link that flips
publish() {
	local version
	version=..$EPOCHREALTIME

	mkdir -p "$volume/$version"
	echo "$2" >"$volume/$version/$1.json"
	echo '{"version":1}' >"$volume/$version/config.json"
	ln -sfn "$version" "$volume/..new"
	mv -T "$volume/..new" "$volume/..data"
	ln -sfn "..data/$1.json" "$volume/$1.json"
	ln -sfn ..data/config.json "$volume/config.json"
}

mkdir -p "$volume"
publish e2e-node '{"version":1, "name":"e2e-node", "exec":{"deny":["/opt/denied"]}}'

fails "this node has oci-shield from a package (/usr/bin/oci-shield)" "a node with the package is left alone" \
	pod -- install
removed=$("$e2e_dir/../../install.sh" --uninstall 2>&1)
hash -r
[[ ! -e $hook ]] || not_ok "what the machine has is taken away" "$removed"
before=$(sums)
fails "not privileged, or does not share" "without privileges" pod --privileged=false -- install

# Install, and once more.
test_that "install" pod --env DEFAULT_HANDLER=yes -- install
hash -r
test_that "the programs bring what they link" /usr/local/bin/shieldd --help
says "the runtime knows the handler" "/etc/containerd/oci-shield-spec.json
default_runtime_name = \"oci-shield\"" "$(containerd config dump)"
says "and its hook" "$node_hook" "$(</etc/containerd/oci-shield-spec.json)"
installed=$(files -printf '%i %p\n')
test_that "install again" pod --env DEFAULT_HANDLER=yes -- install
equal "changes no file" "" "$(diff <(echo "$installed") <(files -printf '%i %p\n'))"
test_that "install without the default handler" pod --env DEFAULT_HANDLER=no -- install
equal "it is no longer the default" "" "$(containerd config dump | grep 'default_runtime_name.*oci-shield')"
test_that "install with it" pod --env DEFAULT_HANDLER=yes -- install
script "$work/older" '#!/bin/sh' 'echo "oci-shield 0.0.1 (engine 0, ABI 1)"'
fails "the node has $(shieldctl version | cut --delimiter=' ' --fields=2), this image 0.0.1: older" \
	"an older image does not replace it" pod --volume "$work/older:/opt/oci-shield/build/shieldctl:ro" -- install

# Profiles, and events of who is under one.
fails "the ConfigMap is not in force here" "a probe, before it is" pod -- ready
pod --detach --name e2e-profiles -- profiles /policy >"$work/output"
becomes "what is published is in force" yes is_there /run/oci-shield/applied
test_that "a probe sees that" pod -- ready
echo '{"version":1}' >"$volume/shieldd.json"
shieldctl engine load >/dev/null # that takes longer on a busy machine than is waited for below
pod --detach --name e2e-shieldd -- shieldd /policy/shieldd.json >>"$work/output"
reads_events() {
	socat -u OPEN:/dev/null UNIX-CONNECT:/run/oci-shield/events.sock 2>/dev/null && echo yes
}
becomes "the node's events are read" yes reads_events
if start node --profile e2e-node --hook $node_hook; then
	act node x exec /opt/denied
	equal "under the profile: denied" EACCES "$answer"
	act node x exec /opt/other
	equal "under the profile: allowed" ok "$answer"
	act free x exec /opt/denied
	equal "without it" ok "$answer"
	publish e2e-node '{"version":1, "name":"e2e-node", "exec":{"deny":["/opt/other"]}}'
	verdict() {
		act node x exec /opt/other
		echo "$answer"
	}
	becomes "another version of it is published: denied" EACCES verdict
	act node x exec /opt/denied
	equal "another version of it is published: allowed" ok "$answer"
	fails "under a profile on this node:
e2e-node" "uninstall, while it runs" pod -- uninstall
	act node x exec /opt/other
	equal "it is still enforced" EACCES "$answer"
	stop node
	logged() {
		podman logs e2e-shieldd 2>/dev/null | jq --raw-output 'select(.kind == "exec") | .operand.path' | head --lines=1
	}
	becomes "its events are in the pod's log" /opt/denied logged
else
	not_ok "a container starts under the profile" "$(said node)"
fi
says "the node's shieldctl" "engine " "$(pod -- shieldctl status)"
podman rm --force --time 20 e2e-profiles e2e-shieldd >/dev/null

# And back.
test_that "uninstall" pod -- uninstall
hash -r
equal "all is as before" "" "$(diff <(echo "$before") <(sums))"
test_that "uninstall again" pod -- uninstall
equal "nothing is left in the kernel" "" "$(ls /sys/fs/bpf/oci-shield 2>/dev/null)"
podman rm --force e2e-pod >/dev/null
"$e2e_dir/../../install.sh" --runtime podman >/dev/null 2>&1
hash -r
shieldctl engine load >/dev/null
