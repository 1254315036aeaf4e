# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The hook is killed at each of its steps: its container never runs, the next one does, and nothing stays.
# Once: what the hook does at each of its steps is the same with both.

profile e2e-killed '{"version":1, "name":"e2e-killed", "exec":{"deny":["/opt/denied"]},
	"network":{"egress":{"default":"deny"}}}'

# In place of the hook: dies in a stage at the N-th of some system calls, which the file `kill` says.
cat >"$work/killed-hook" <<HOOK
#!/bin/sh
read -r stage calls n <$work/kill
[ "\$stage" = "\$1" ] || exec $hook "\$@"
exec strace -qq -o $work/strace -e trace="\$calls" -e inject="\$calls:signal=KILL:when=\$n" $hook "\$@"
HOOK
chmod 755 "$work/killed-hook"

# killed_at STAGE CALLS N: true while there is an N-th call; $status is the container's
killed_at() {
	echo "$*" >"$work/kill"
	: >"$work/strace"
	"$runtime" run --bundle "$(dir_of killed)" e2e-killed >"$work/output" 2>&1
	status=$?
	"$runtime" delete --force e2e-killed >/dev/null 2>&1
	grep --quiet 'killed by SIGKILL' "$work/strace"
}

# killed_at_each CALLS FIRST STEP: after each, the next container runs and finds all in order again
killed_at_each() {
	local n ran=0 kills=0 next=0

	for ((n = $2; n < 200; n += $3)); do
		killed_at createRuntime "$1" "$n" || break
		kills=$((kills + 1))
		((status)) || ran=$((ran + 1))
		killed_at none bpf 1
		next=$((next + status))
	done
	equal "killed at $kills calls of $1: no container ran" 0 "$ran"
	equal "killed at $kills calls of $1: each next one did" 0 "$next"
	test_that "killed at $kills calls of $1: they were some" test "$kills" -ge 1
}

bundle killed --profile e2e-killed --hook "$work/killed-hook" --cgroup /e2e/killed -- /acts/acts exec /opt/other
killed_at createRuntime bpf 9999
equal "it runs while nobody kills the hook" "0 " "$status $(<"$work/output")"

# The hook is the same with all runtimes: the whole of it only at length.
case $long/$runtime in
yes/*) step=1 ;;
no/crun) step=3 ;;
*) step=10 ;;
esac
killed_at_each bpf 1 $step
killed_at_each flock,mmap,munmap,pidfd_open,openat,unlink 1 $((2 * step))

# And while it mends what one that was killed has left.
killed_at createRuntime bpf 20
for n in 8 16 24 32 40; do
	killed_at createRuntime bpf "$n" || break
	equal "killed while it mends, $n: no container ran" refused "$( ((status)) && echo refused)"
done
test_that "killed while it mends, $n: it was" test "$n" -gt 16

session killed-after e2e-killed || return
refuses "the next container is whole" exec 'exec.deny[0]' exec /opt/denied
permits "the next container runs" exec /opt/other
end_session
equal "nothing is left" "" "$(leftovers)"

# poststop, killed: the next call finishes what it began.
for n in 1 4 7 10 13; do
	killed_at poststop bpf "$n" || break
done
test_that "poststop killed, $n: it was" test "$n" -gt 4
killed_at none bpf 1
equal "poststop killed: the next container runs" 0 "$status"
killed_at none bpf 1
equal "poststop killed: nothing is left" "" "$(leftovers)"

# On a cold engine: whoever comes next loads it.
for n in 20 90; do
	shieldctl engine unload >/dev/null
	killed_at createRuntime bpf "$n"
	equal "killed while it loads the engine, $n: it was, and no container ran" "0 refused" "$? $( ((status)) && echo refused)"
done
killed_at none bpf 1
equal "the next container loads it" 0 "$status"
equal "there is one engine" 1 "$(find /sys/fs/bpf/oci-shield -mindepth 1 -maxdepth 1 | wc --lines)"
equal "nothing is left of any" "" "$(leftovers)"
drop_bundle killed
