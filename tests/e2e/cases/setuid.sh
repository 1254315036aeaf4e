# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# setuid: uid, gid and groups changes; set-id programs and file capabilities.

profile e2e-setuid '{"version":1, "name":"e2e-setuid", "setuid":{"default":"deny",
	"allow":[{"uids":[33, "1000-1999"], "gids":[33, "1000-1999"]}]}}'

# Without bpf in lsm= file capabilities are known only past the point of no return: who would gain them is killed, in the
# new program's name.
late=refuses killed=()
if ! grep --quiet --word-regexp bpf /sys/kernel/security/lsm; then
	late=kills killed=(-a)
fi

user="setgroups 1000 : setresgid 1000 1000 1000 : setresuid 1000 1000 1000"

# shellcheck disable=SC2086 # a chain
{
	session setuid e2e-setuid || return
	for act in "setuid 0" "setreuid 0 0" "setresuid 0 0 0" "setresuid -1 -1 -1" "setfsuid 0" "setgid 0" "setregid 0 0" \
		"setresgid 0 0 0" "setfsgid 0"; do
		permits "its own ids: $act" $act
	done
	for act in "setuid 33" "setuid 1500" "setreuid 1000 1999" "setresuid 33 33 33" "setresuid -1 33 -1" "setfsuid 33" \
		"setgid 33" "setregid 33 33" "setresgid 33 33 33" "setfsgid 33" "setgroups 33" "setgroups 33,1000,1999"; do
		permits "allowed ids: $act" $act
	done
	for act in "setuid 2000" "setuid 34" "setreuid 2000 -1" "setreuid -1 2000" "setresuid 2000 2000 2000" \
		"setresuid -1 -1 2000" "setfsuid 2000" "setgid 2000" "setregid 2000 -1" "setresgid -1 2000 -1" "setfsgid 2000" \
		"setgroups 2000" "setgroups 33,2000" "setgroups-many 65"; do
		refuses "other ids: $act" setuid setuid.default $act
	done
	for act in "ids32 setuid16 2000" "ids32 setgid16 2000" "ids32 setreuid16 2000 -1" "ids32 setregid16 -1 2000" \
		"ids32 setresuid16 -1 2000 -1" "ids32 setresgid16 2000 -1 -1" "ids32 setuid32 2000" "ids32 setgid32 2000" \
		"ids32 setreuid32 -1 2000" "ids32 setregid32 2000 -1" "ids32 setresuid32 -1 -1 2000" \
		"ids32 setresgid32 -1 2000 -1" "fsid32 setfsuid16 2000" "fsid32 setfsuid32 2000" "fsid32 setfsgid16 2000" \
		"fsid32 setfsgid32 2000" "groups32 setgroups16 2000" "groups32 setgroups32 2000"; do
		refuses -s "by the i386 table: $act" setuid setuid.default $act
	done
	permits -s "by the i386 table" ids32 setresuid32 33 33 33
	permits "the same groups" setgroups 33 : setgroups 33
	permits "no groups, where some are allowed" setgroups none
	refuses "back to root" setuid setuid.default setresuid -1 33 0 : setuid 0
	refuses "in a user namespace" setuid setuid.default unshare user : setuid 2000
	refuses "in a child's user namespace" setuid setuid.default setns-child user : setuid 2000
	permits "capabilities are no ids" ambient
	permits "in a user namespace" unshare user : setuid 1000

	permits "a program that is not set-id" $user : exec /opt/other
	refuses "a set-uid program" setuid_exec setuid.setuid_exec $user : exec /opt/suid euid-is 0
	refuses "a set-gid program" setuid_exec setuid.setuid_exec $user : exec /opt/sgid egid-is 0
	$late "${killed[@]}" "file capabilities" setuid_exec setuid.setuid_exec $user : exec /opt/fcaps has-net-raw
	refuses -s "a set-uid program, by binfmt_misc with its credentials" setuid_exec setuid.setuid_exec \
		copy /opt/other /tmp/x.suid : set-uid /tmp/x.suid : unshare mount : mount binfmt_misc /mnt - : \
		write /mnt/register :suid:E::suid::/usr/bin/true:C : $user : exec /tmp/x.suid
	# what the act executes has its name, and exits with 10 where it is refused
	inner=(-w "exit 10")
	[[ $late == refuses ]] || inner=()
	$late -a "${inner[@]}" "file capabilities, for a root that has none of its own" setuid_exec setuid.setuid_exec \
		no-root : exec /acts/acts exec /opt/fcaps has-net-raw
	permits "a set-uid program, by its owner" exec /opt/suid euid-is 0
	refuses -a -w "exit 1" "setpriv" setuid setuid.default sh 'setpriv --reuid=2000 true 2>/dev/null || exit 1'
	end_session

	# Ids are the container's own.
	session setuid-mapped e2e-setuid --user-namespace || return
	permits "mapped: an allowed id" setresuid 33 33 33
	permits "mapped: allowed groups" setgroups 33,1000
	refuses "mapped: another id" setuid setuid.default setuid 2000
	refuses "mapped: in a user namespace inside" setuid setuid.default unshare user : setuid 2000
	refuses "mapped: another group" setuid setuid.default setgroups 2000
	end_session

	profile e2e-setuid-exec '{"version":1, "name":"e2e-setuid-exec", "setuid":{"default":"allow", "setuid_exec":"kill"}}'

	session setuid-exec e2e-setuid-exec || return
	permits "calls" setuid 4711
	kills "a set-uid program" setuid_exec setuid.setuid_exec $user : exec /opt/suid euid-is 0
	kills "${killed[@]}" "file capabilities" setuid_exec setuid.setuid_exec $user : exec /opt/fcaps has-net-raw
	end_session
}

# The profile as it is shipped: whoever would change an id is killed before the call completes, its own ids pass.
session setuid-kill no-setuid || return
for act in "setuid 0" "setresuid 0 0 0" "setgid 0" "setresuid -1 -1 -1" "setfsuid 0"; do
	# shellcheck disable=SC2086 # a chain
	permits "its own ids: $act" $act
done
for act in "setuid 33" "setreuid -1 33" "setresuid -1 33 -1" "setfsuid 33" "setgid 33" "setregid 33 -1" \
	"setresgid 33 33 33" "setfsgid 33" "setgroups 33"; do
	# shellcheck disable=SC2086 # a chain
	kills "$act" setuid setuid.default $act
done
end_session
