# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Beside AppArmor: each denies what it forbids, whatever the other allows; its changes of profile and its confinement of
# the runtime leave enforcement as it is, or let no container start.
# Once: who comes first is decided by the kernel.

# Where the machine keeps it: runtimes that find it load a profile for each container.
readonly parser=/opt/apparmor_parser installed_parser=/usr/sbin/apparmor_parser

if [[ ! -x $parser || ! -d /sys/kernel/security/apparmor ]]; then
	skip "all" "no AppArmor in this kernel, or no parser"
	return
fi

cat >"$work/apparmor" <<-'RULES'
	profile e2e-apparmor flags=(attach_disconnected, mediate_deleted) {
		capability, network, mount, umount, pivot_root, ptrace, signal, unix, file,
		deny /opt/other x,
		deny /opt/tree/four r,
		deny /opt/app/bin/one x,
		/opt/launcher cx -> launched,
		profile launched flags=(attach_disconnected, mediate_deleted) {
			capability, network, signal, unix, file,
			deny /opt/script.sh rx,
		}
	}
	profile e2e-runtime flags=(attach_disconnected, mediate_deleted) {
		capability, network, mount, umount, pivot_root, ptrace, signal, unix, file, change_profile,
	}
	profile e2e-blind flags=(attach_disconnected, mediate_deleted) {
		capability, network, mount, umount, pivot_root, ptrace, signal, unix, file, change_profile,
		deny /run/oci-shield/** rwk,
	}
RULES
"$parser" --replace --skip-cache "$work/apparmor" 2>"$work/parser.log" || {
	not_ok "rules of AppArmor are loaded" "$(<"$work/parser.log")"
	return
}

profile e2e-apparmor '{"version":1, "name":"e2e-apparmor", "exec":{"deny":["/opt/denied", "/opt/app/bin/one"]},
	"files":{"deny":["/opt/tree/denied"]}, "setuid":{"default":"deny", "setuid_exec":"deny"}}'

# Who is asked first says no, and the other one is not asked. AppArmor is ahead of BPF LSM, and behind what stands in front.
first='exec deny exec.deny[1]'
! grep --quiet --word-regexp bpf /sys/kernel/security/lsm || first=''

session apparmor e2e-apparmor --apparmor e2e-apparmor || return
equal "AppArmor confines it" "e2e-apparmor (enforce)" "$(tr --delete '\0' <"/proc/$(init_of apparmor)/attr/current")"
permits "what both allow" exec /opt/allowed
refuses "ours" exec 'exec.deny[0]' exec /opt/denied
refuses "ours: a file" files 'files.deny[0]' open read /opt/tree/denied
refuses "ours: ids" setuid setuid.default setuid 33
try EACCES "" "AppArmor's is no event" exec /opt/other
try EACCES "" "AppArmor's is no event: a file" open read /opt/tree/four
try EACCES "$first" "what both deny" exec /opt/app/bin/one

# To another profile of AppArmor, and with no way to gain privileges.
permits "its change of profile" exec /opt/launcher pass
try "exit 10" "" "its change of profile: AppArmor's is no event" exec /opt/launcher exec /opt/script.sh
refuses -a -w "exit 10" "its change of profile: ours" exec 'exec.deny[0]' exec /opt/launcher exec /opt/denied
refuses -a -w "exit 1" "no_new_privs: ours" exec 'exec.deny[0]' sh 'setpriv --no-new-privs /opt/denied || exit 1'
end_session

# The hook is confined with its runtime.
session apparmor-runtime e2e-apparmor --launcher "aa-exec --profile e2e-runtime --" || return
refuses "a confined runtime" exec 'exec.deny[0]' exec /opt/denied
end_session
if start apparmor-blind --profile e2e-apparmor --launcher "aa-exec --profile e2e-blind --"; then
	not_ok "a hook that AppArmor keeps from its lock lets no container start" "it runs"
	stop apparmor-blind
else
	says "a hook that AppArmor keeps from its lock lets no container start" "/run/oci-shield/lock
Permission denied" "$(said apparmor-blind)"
fi
if start apparmor-none --launcher "aa-exec --profile e2e-blind --"; then
	ok "... but those that ask for nothing"
	stop apparmor-none
else
	not_ok "... but those that ask for nothing" "$(said apparmor-none)"
fi

# podman's own profile for containers.
in_podman() {
	podman exec apparmor "$@" >/dev/null 2>&1
	echo $?
}

mv "$parser" "$installed_parser"
podman --runtime "$runtime" run --detach --name apparmor --network none --annotation oci-shield/profile=e2e-apparmor \
	--volume "$layer/opt:/opt:ro" localhost/debian sleep infinity >"$work/podman.log" 2>&1
mv "$installed_parser" "$parser"
says "podman: AppArmor confines it" "containers-default" \
	"$(tr --delete '\0' <"/proc/$(podman inspect --format '{{.State.Pid}}' apparmor)/attr/current")"
equal "podman: what both allow" 0 "$(in_podman /opt/allowed)"
equal "podman: ours" 126 "$(in_podman sh -c /opt/denied)"
podman rm --force --time 0 apparmor >/dev/null
"$parser" --remove "$work/apparmor"
