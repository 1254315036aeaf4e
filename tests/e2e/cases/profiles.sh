# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Profiles as texts, by what containers do: suggest, and test through podman.
# Once: it is about what is gathered of a container, however it was started.

readonly node_config=/etc/oci-shield/config.json
profile e2e-profiles '{"version":1, "name":"e2e-profiles", "mode":"audit", "exec":{"allow":["/acts/acts"], "drift":"deny"},
	"network":{"egress":{"default":"deny"}}, "setuid":{"default":"deny"}}'

# --- suggest: an audited container, what it lacks, and the amended profile enforced

session suggest e2e-profiles || return
id=$(id_of suggest)
shieldctl profile suggest "$id" >/dev/null 2>&1
equal "suggest: nothing yet" 3 $?
audits "exec" exec exec.default exec /opt/other
audits "egress" egress network.egress.default connect tcp 192.0.2.1 8080
audits "setuid" setuid setuid.default setuid 33
audits "drift" drift exec.drift copy /opt/other /tmp/copied : exec /tmp/copied
suggested=$(shieldctl profile suggest "$id")
says "suggest: a line for each" '+ exec.allow {"path": "/opt/other", "from": ["/acts/acts"]}
+ network.egress.allow {"to": "192.0.2.1", "proto": "tcp", "ports": [8080]}
+ setuid.allow {"uids": [33]}
# exec.drift /tmp/copied' "$suggested"
says "suggest: how often and by whom" "1 time, " "$suggested"
says "suggest: who" "by /acts/acts[" "$suggested"
shieldctl profile suggest -o json "$id" >"$work/e2e-profiles.json"
test_that "suggest -o json: a valid profile" shieldctl profile check "$work/e2e-profiles.json"
end_session

jq '.name = "e2e-amended" | .mode = "enforce" | del(.notes)' "$work/e2e-profiles.json" >"$profiles/e2e-amended.json"
session amended e2e-amended || return
permits "amended: exec" exec /opt/other
permits "amended: egress" connect tcp 192.0.2.1 8080
permits "amended: setuid" setuid 33
refuses "amended: another address" egress network.egress.default connect tcp 192.0.2.1 8443
refuses "amended: another id" setuid setuid.default setuid 34
refuses "amended: drift" drift exec.drift copy /opt/other /tmp/copied : exec /tmp/copied
end_session

# --- test

# test_run PROFILE [OPTION...] -- COMMAND...: in busybox; $answer is what is said, $status how it ends
test_run() {
	answer=$(shieldctl profile test "$@" 2>&1)
	status=$?
}

left_behind() {
	find /run/oci-shield/profiles.d /var/lib/oci-shield/recordings -name 'test-*' 2>/dev/null
}

cat >"$work/test.json" <<'EOF'
{"version":1, "setuid":{"default":"deny"}}
EOF
in_podman=(podman --runtime "$runtime" run --rm --network none localhost/busybox)
kept=
[[ -e $node_config ]] && kept=$(cat "$node_config")
echo '{"version":1, "annotations":{"record":false}}' >"$node_config"
test_run "$work/test.json" -- "${in_podman[@]}" true
equal "test: a node that does not record" 1 "$status"
says "test: says what to set" "set annotations.record to true in $node_config" "$answer"
echo '{"version":1, "annotations":{"record":true}}' >"$node_config"
test_run "$work/test.json" -- "${in_podman[@]}" true
equal "test: nothing is refused" 0 "$status"
test_run "$work/test.json" -- "${in_podman[@]}" sh -c 'exit 7'
equal "test: the command's status" 7 "$status"
test_run "$work/test.json" -- "${in_podman[@]}" sh -c 'su -s /bin/true nobody; true'
equal "test: a denial" 4 "$status"
says "test: says which" "deny setuid groups none: no entry of the profile allows it (setuid.default)   # 1 time, " "$answer"
test_run --mode audit "$work/test.json" -- "${in_podman[@]}" su -s /bin/true nobody
equal "test --mode audit: what would be refused" 4 "$status"
says "test --mode audit: says which" "audit setuid gid 65534: " "$answer"
test_run "$work/test.json" -- podman --runtime "$runtime" run --rm --network none localhost/no-such-image true
equal "test: a container that does not start" 125 "$status"
equal "test: nothing is left" "" "$(left_behind)"
if [[ -n $kept ]]; then
	echo "$kept" >"$node_config"
else
	rm "$node_config"
fi
