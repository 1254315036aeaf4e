# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Another build takes over: its engine loads beside the old one, whose containers stay enforced until they end, and which
# goes with the last of them. And back.
# Once: engines are the same for every runtime.

profile e2e-upgrade '{"version":1, "name":"e2e-upgrade", "exec":{"deny":["/opt/denied"]},
	"network":{"egress":{"default":"deny"}}}'

readonly upgraded=$e2e_dir/../../build/tests/e2e/upgraded
readonly bpffs=/sys/fs/bpf/oci-shield
# The hook that the runtime knows; an upgrade replaces it.
readonly installed=$work/installed-hook

# engine_of SHIELDCTL: the hash of the engine that its build forms
engine_of() {
	"$1" version | sed 's/.*(engine \([0-9a-f]*\),.*/\1/'
}

old=$(engine_of shieldctl)
new=$(engine_of "$upgraded/shieldctl")

# install_hook PROGRAM: by a rename, as install.sh does
install_hook() {
	cp "$1" "$installed.new"
	mv "$installed.new" "$installed"
}

# In place of a hook: dies in a stage at the N-th of a system call. The file `kill` says: STAGE CALL N HOOK
cat >"$work/dying-hook" <<HOOK
#!/bin/sh
read -r stage call n hook <$work/kill
[ "\$stage" = "\$1" ] || exec "\$hook" "\$@"
exec strace -qq -o $work/strace -e trace="\$call" -e inject="\$call:signal=KILL:when=\$n" "\$hook" "\$@"
HOOK
chmod 755 "$work/dying-hook"

# dies_at STAGE CALL N HOOK
dies_at() {
	echo "$*" >"$work/kill"
	: >"$work/strace"
	install_hook "$work/dying-hook"
}

died() {
	grep --quiet 'killed by SIGKILL' "$work/strace" && echo died
}

# any_call HOOK: of a container that nobody knows
any_call() {
	state e2e-never 0 / | "$1" poststop
}

engines() {
	find "$bpffs" -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort | paste --serial --delimiters=' '
}

both_engines() {
	printf '%s\n' "$old" "$new" | sort | paste --serial --delimiters=' '
}

# enforced NAME WHEN: also on who comes in later
enforced() {
	local output

	act "$1" x exec /opt/denied
	equal "$2: denied in $1" EACCES "$answer"
	act "$1" x exec /opt/other
	equal "$2: allowed in $1" ok "$answer"
	act "$1" x connect tcp 192.0.2.1 8080
	equal "$2: connect denied in $1" EPERM "$answer"
	"$runtime" exec "$(id_of "$1")" /acts/acts exec /opt/denied >/dev/null 2>&1
	equal "$2: denied to who enters $1" 10 $?
	output=$("$runtime" exec "$(id_of "$1")" /opt/other 2>&1)
	equal "$2: allowed to who enters $1" "0 " "$? $output"
	act free x exec /opt/denied
	equal "$2: without a profile" ok "$answer"
}

begin() {
	start "$1" --profile e2e-upgrade --hook "$installed" && return
	not_ok "$1 starts" "$(said "$1")"
	return 1
}

shieldctl engine unload >/dev/null
equal "no engine is left of earlier cases" "" "$(engines)"
install_hook "$hook"
begin before || return
one_engine=$(settled objects)

# The upgrade.
install_hook "$upgraded/oci-shield"
begin after || return
equal "two engines, side by side" "$(both_engines)" "$(engines)"
enforced before "after the upgrade"
enforced after "after the upgrade"

# shieldctl of the new build knows them all.
says "status: both engines" "engine       loaded, $new
other        $old (ABI $("$upgraded/shieldctl" version | sed 's/.*ABI \([0-9]*\).*/\1/')), of another version: enforces 1 container" \
	"$("$upgraded/shieldctl" status)"
equal "ps: both containers" "$(printf '%s\n' "e2e-after $new" "e2e-before $old")" \
	"$("$upgraded/shieldctl" ps -o json | jq --raw-output '.[] | "\(.id) \(.engine)"' | sort)"
equal "inspect: the old one's" "$old armed" \
	"$("$upgraded/shieldctl" inspect -o json e2e-before | jq --raw-output '"\(.engine) \(.state)"')"
says "inspect: a beginning of both" "more than one" "$("$upgraded/shieldctl" inspect e2e- 2>&1)"
"$upgraded/shieldctl" mode e2e-before audit >/dev/null
act before x exec /opt/denied
equal "mode: the old one's, audit" ok "$answer"
"$upgraded/shieldctl" mode e2e-before enforce >/dev/null
act before x exec /opt/denied
equal "mode: the old one's, enforce" EACCES "$answer"
says "engine unload: not while containers run" "under enforcement" "$("$upgraded/shieldctl" engine unload 2>&1)"

# Break-glass is for the node.
"$upgraded/shieldctl" engine off >/dev/null
for name in before after; do
	act $name x exec /opt/denied
	equal "engine off: $name" ok "$answer"
done
says "engine off: status of both" "enforcement  OFF
OFF, 1 container" "$("$upgraded/shieldctl" status)"
"$upgraded/shieldctl" engine on >/dev/null
for name in before after; do
	act $name x exec /opt/denied
	equal "engine on: $name" EACCES "$answer"
done
for ctl in shieldctl "$upgraded/shieldctl"; do
	equal "engine off and on: an event each, in $(engine_of "$ctl")" "engine off
engine on" "$("$ctl" events -o json | jq --raw-output 'select(.operand.act? // "" | startswith("engine")) | .operand.act')"
done

# A container in a container of the old engine belongs to that one.
outer=/sys/fs/cgroup/e2e/$(id_of before)
mkdir "$outer/leaf"
while read -r process; do
	echo "$process" >"$outer/leaf/cgroup.procs"
done <"$outer/cgroup.procs"
if start inner --profile e2e-upgrade --hook "$installed" --cgroup "/e2e/$(id_of before)/inner"; then
	not_ok "a second profile inside is refused" "it runs"
	stop inner
else
	says "a second profile inside is refused" "inside another" "$(said inner)"
fi

# A task that was moved out of its container's cgroup is still judged: its engine stays.
mkdir -p /sys/fs/cgroup/e2e-moved
while read -r process; do
	echo "$process" >/sys/fs/cgroup/e2e-moved/cgroup.procs
done <"$outer/leaf/cgroup.procs"
any_call "$upgraded/oci-shield"
equal "a moved container: its engine stays" "$(both_engines)" "$(engines)"
act before x exec /opt/denied
equal "a moved container: it is enforced" EACCES "$answer"

# The old one ends, and the new hook takes it down; one that is killed at that leaves it to the next.
dies_at poststop unlinkat 6 "$upgraded/oci-shield"
stop before
rmdir /sys/fs/cgroup/e2e-moved
equal "killed while it removes an engine: remains" "died $(both_engines)" "$(died) $(engines)"
act after x exec /opt/denied
equal "killed while it removes an engine: the other one enforces" EACCES "$answer"
any_call "$upgraded/oci-shield"
equal "the old engine goes with its last container" "$new" "$(engines)"
becomes "and leaves nothing in the kernel" "$one_engine" objects
enforced after "with the old engine gone"

# The downgrade.
install_hook "$hook"
begin before || return
equal "the older build loads again" "$(both_engines)" "$(engines)"
enforced before "after the downgrade"
enforced after "after the downgrade"
dies_at poststop unlinkat 30 "$hook"
stop after
equal "killed while it removes the newer engine: remains" "died $(both_engines)" "$(died) $(engines)"

# The newer build loads again where its engine was being removed.
install_hook "$upgraded/oci-shield"
begin after || return
enforced after "loaded where one was being removed"
enforced before "beside one that was loaded where one was being removed"
install_hook "$hook"
stop after
equal "the newer engine goes" "$old" "$(engines)"
becomes "and leaves nothing in the kernel, either" "$one_engine" objects
enforced before "with the newer engine gone"

# One that is killed while it loads its engine leaves it there, hooks attached: another build's hook clears it away.
dies_at createRuntime rename,renameat,renameat2 1 "$upgraded/oci-shield"
if start after --profile e2e-upgrade --hook "$installed"; then
	not_ok "killed while it loads: no container runs" "it does"
	stop after
fi
# runc calls poststop then, which does so at once
half=$(both_engines)
[[ $runtime != runc ]] || half=$old
equal "killed while it loads: half an engine" "died $half" "$(died) $(engines | sed 's/-new//')"
any_call "$hook"
equal "another build's hook clears it away" "$old" "$(engines)"
becomes "and nothing of it stays" "$one_engine" objects
act before x exec /opt/denied
equal "and the container beside it is enforced" EACCES "$answer"
install_hook "$hook"
stop before
equal "nothing is left" "" "$(leftovers)"
