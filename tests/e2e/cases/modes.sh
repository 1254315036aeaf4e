# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Modes: audit by annotation and by profile; break-glass for a container and for the node.

profile e2e-modes '{"version":1, "name":"e2e-modes", "exec":{"deny":["/opt/denied"], "action":"kill", "fileless":"deny"},
	"setuid":{"default":"deny"}, "network":{"egress":{"default":"deny"}}}'
profile e2e-modes-audit '{"version":1, "name":"e2e-modes-audit", "extends":"e2e-modes", "mode":"audit"}'
profile e2e-actions-audit '{"version":1, "name":"e2e-actions-audit", "exec":{"deny":["/opt/denied"], "action":"audit",
	"drift":"audit"}, "setuid":{"default":"deny", "action":"audit"}, "ptrace":{"default":"deny", "action":"audit"},
	"network":{"bind":{"default":"deny", "action":"audit"}, "raw":"audit"}, "reverse_shell":"audit"}'

audit_all() {
	audits "exec" exec 'exec.deny[0]' exec /opt/denied
	audits "fileless" fileless exec.fileless exec-memfd /opt/other
	audits "setuid" setuid setuid.default setuid 33
	audits "egress" egress network.egress.default connect tcp 192.0.2.1 8080
}

session audit-annotation e2e-modes --annotation oci-shield/mode audit || return
audit_all
end_session

session audit-profile e2e-modes-audit || return
audit_all
end_session

session audit-profile-enforced e2e-modes-audit --annotation oci-shield/mode enforce || return
kills "the annotation is stricter" exec 'exec.deny[0]' exec /opt/denied
end_session

session audit-actions e2e-actions-audit || return
audits "exec" exec 'exec.deny[0]' exec /opt/denied
audits "drift" drift exec.drift copy /opt/other /tmp/copy4 : exec /tmp/copy4
audits "setuid" setuid setuid.default setuid 33
audits "ptrace" ptrace ptrace.default attach child
audits "bind" bind network.bind.default bind-port tcp 0.0.0.0 8090
audits "raw" raw network.raw socket 2 3 1
audits "reverse shell" reverse_shell reverse_shell connected tcp 192.0.2.1 8080 0,1 : exec /opt/other
end_session

# control_event NAME ACT: the event that the last switch left
control_event() {
	equal "$1 leaves an event" "$2" "$(shieldctl events -o json |
		jq --raw-output 'select(.kind == "control") | .operand.act')"
}

session modes e2e-modes || return
id=$(id_of modes)
kills "enforced" exec 'exec.deny[0]' exec /opt/denied
collect

test_that "shieldctl mode audit" shieldctl mode "$id" audit
control_event "mode audit" "mode audit"
audit_all
collect
test_that "shieldctl mode enforce" shieldctl mode "$id" enforce
control_event "mode enforce" "mode enforce"
refuses "enforced again" setuid setuid.default setuid 33
collect

test_that "shieldctl engine off" shieldctl engine off
control_event "engine off" "engine off"
permits "the engine is off: exec" exec /opt/denied
permits "the engine is off: setuid" setuid 33
permits "the engine is off: egress" connect tcp 192.0.2.1 8080
says "shieldctl status says so" OFF "$(shieldctl status)"
test_that "shieldctl engine on" shieldctl engine on
control_event "engine on" "engine on"
refuses "the engine is on again" setuid setuid.default setuid 33
end_session

profile e2e-modes-off '{"version":1, "name":"e2e-modes-off", "exec":{"deny":["/opt/denied"]}}'
shieldctl engine off >/dev/null
session modes-off e2e-modes-off || return
shieldctl engine on >/dev/null
shieldctl events >/dev/null
refuses "a container that began while the engine was off" exec 'exec.deny[0]' exec /opt/denied
end_session

# What is executed while nobody sees it is not taken for what ran before.
profile e2e-modes-unseen '{"version":1, "name":"e2e-modes-unseen", "exec":{"default":"deny",
	"allow":["/usr/bin/*", "/opt/launcher", "/opt/other", {"path":"/opt/by", "from":["/opt/launcher"]}]}}'
run_as() {
	cat /proc/[0-9]*/comm 2>/dev/null | grep --count --line-regexp "$1"
}
script='/opt/launcher exec /opt/by pass >/seen 2>&1; echo $? >>/seen; '
script+='/opt/launcher after /off exec /opt/other after /on exec /opt/by pass >/unseen 2>&1'
bundle unseen --profile e2e-modes-unseen -- /bin/sh -c "$script"
run_bundle unseen
becomes "it runs the launcher" 1 run_as launcher
shieldctl engine off >/dev/null
touch "$(dir_of unseen)/rootfs/off"
becomes "the engine is off: it runs another program" 1 run_as other
shieldctl engine on >/dev/null
touch "$(dir_of unseen)/rootfs/on"
wait_bundle unseen
equal "by the launcher" 0 "$(<"$(dir_of unseen)/upper/seen")"
says "the engine is on again: by what ran unseen" EACCES "$(<"$(dir_of unseen)/upper/unseen")"
drop_bundle unseen
shieldctl events >/dev/null
