# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Containers come and go, also at once, also on a cold engine; they, their runtime, the hook and shieldd are killed at
# random moments: nothing of them stays, and none does what it may not.
# Once: the runtimes take most of its time.

if [[ $long == yes ]]; then
	readonly orderly=200 random=2000
else
	readonly orderly=20 random=80
fi
# The same seed makes the same choices; not the same moments.
readonly seed=${SHIELD_SEED:-$((SRANDOM % 32768))}

profile e2e-churn '{"version":1, "name":"e2e-churn", "exec":{"deny":["/opt/denied"], "drift":"deny"},
	"network":{"egress":{"default":"deny"}}}'

files() {
	find /run/oci-shield /etc/oci-shield -type f | sort
}

# run_some PREFIX FROM TO: one after the other, each its own container from one bundle
run_some() {
	local i failed=0

	for ((i = $2; i <= $3; i++)); do
		"$runtime" run --bundle "$(dir_of "$1")" "e2e-$1-$i" >>"$work/churn.log" 2>&1 || failed=$((failed + 1))
	done
	echo "$failed" >>"$work/churn.failed"
}

# Two hooks at once on a cold engine.
shieldctl engine unload >/dev/null
test_that "the engine is unloaded" test ! -e /sys/fs/bpf/oci-shield
rm -f "$work/churn.failed"
bundle cold-a --profile e2e-churn --cgroup /e2e/cold-a -- /acts/acts exec /opt/other
bundle cold-b --profile e2e-churn --cgroup /e2e/cold-b -- /acts/acts exec /opt/denied
run_some cold-a 1 1 &
"$runtime" run --bundle "$(dir_of cold-b)" e2e-cold-b >"$work/output" 2>&1
equal "two at once on a cold engine: denied" 10 $?
wait $!
equal "two at once on a cold engine: allowed" 0 "$(<"$work/churn.failed")"
equal "there is one engine" 1 "$(find /sys/fs/bpf/oci-shield -mindepth 1 -maxdepth 1 | wc --lines)"
drop_bundle cold-a
drop_bundle cold-b

# Two at a time, in order.
before=$(settled objects)
files_before=$(files)
rm -f "$work"/churn.{failed,log}
bundle churn-a --profile e2e-churn --cgroup /e2e/churn-a -- /acts/acts exec /opt/other
bundle churn-b --profile e2e-churn --cgroup /e2e/churn-b -- /acts/acts exec /opt/other
run_some churn-a 1 $((orderly / 2)) &
run_some churn-b 1 $((orderly / 2))
wait $!
equal "$orderly containers ran" "0 0" "$(paste --serial --delimiters=' ' "$work/churn.failed")"
equal "$orderly containers: no pin and no map entry is left" "" "$(leftovers)"
becomes "$orderly containers: nothing in the kernel is left" "$before" objects
equal "$orderly containers: no file is left" "$files_before" "$(files)"
equal "$orderly containers: no word from the hook" "" "$(cat "$work/churn.log" "$work/hook.log" 2>/dev/null)"
says "shieldctl status" "containers   0 of" "$(shieldctl status)"
drop_bundle churn-a
drop_bundle churn-b

# Two at a time, at random. What a container may not do would leave a directory behind.
readonly -a denied=(/acts/acts exec /opt/denied mkdir /ran)

nap() {
	sleep "0.$(printf '%03d' $((RANDOM % $1)))"
}

# One container that lives for a while; whatever happens to it meanwhile.
disturb() {
	local worker=$1 id=$2 runner pid

	"$runtime" run --bundle "$(dir_of "$worker")" "$id" >/dev/null 2>&1 &
	runner=$!
	nap 800
	((RANDOM % 2)) || "$runtime" exec "$id" "${denied[@]}" >/dev/null 2>&1
	pid=$("$runtime" state "$id" 2>/dev/null | jq '.pid // empty' 2>/dev/null)
	case $((RANDOM % 4)) in
	0) [[ -z $pid || $pid == 0 ]] || kill -KILL "$pid" ;;
	1) kill -KILL "$runner" ;;
	2) echo 1 >"/sys/fs/cgroup/e2e/$worker/cgroup.kill" ;;
	3) "$runtime" exec "$id" "${denied[@]}" >/dev/null 2>&1 ;; # and ends by itself
	esac 2>/dev/null
	wait "$runner" 2>/dev/null
}

# churn WORKER N SEED: containers one after the other. Notes how each went.
churn() {
	local worker=$1 dir i id want
	local -a kinds=(allowed allowed denied long long)
	dir=$(dir_of "$worker")

	RANDOM=$3
	for ((i = 1; i <= $2; i++)); do
		id=e2e-$worker-$i
		want=${kinds[RANDOM % ${#kinds[@]}]}
		cp "$dir/config-$want.json" "$dir/config.json"
		if [[ $want == long ]]; then
			disturb "$worker" "$id"
			echo long
		else
			"$runtime" run --bundle "$dir" "$id" >/dev/null 2>&1
			echo "$want $?"
		fi >>"$work/churn.outcomes"
		"$runtime" delete --force "$id" >/dev/null 2>&1
		[[ ! -e $dir/upper/ran ]] || echo "$id" >>"$work/churn.ran"
	done
}

# In place of the hook: one call in four is killed at some moment, if it is not over by then.
cat >"$work/random-hook" <<HOOK
#!/bin/bash
((RANDOM % 4)) && exec $hook "\$@"
$hook "\$@" <&0 &
((RANDOM % 3)) && sleep 0.0\$((RANDOM % 3))\$((RANDOM % 10))
kill -KILL \$! 2>/dev/null
wait \$! || { status=\$?; [[ \$status != 137 ]] || echo hook >>$work/churn.killed; exit \$status; }
HOOK
chmod 755 "$work/random-hook"

# shieldd comes and goes.
kill_shieldd() {
	local shieldd

	RANDOM=$((seed + 2))
	while [[ ! -e $work/churn.over ]]; do
		shieldd >/dev/null 2>&1 &
		shieldd=$!
		nap 1000
		nap 1000
		nap 1000
		kill -KILL $shieldd && echo shieldd >>"$work/churn.killed"
		wait $shieldd
	done 2>/dev/null
}

# A worker's bundle, as three kinds of containers have it.
churn_bundle() {
	local dir kind
	local -A commands=(
		[allowed]='/acts/acts exec /opt/other'
		[denied]="${denied[*]}"
		[long]="/acts/acts sleep 1 : ${denied[*]:1}"
	)

	dir=$(dir_of "$1")
	for kind in "${!commands[@]}"; do
		# shellcheck disable=SC2086 # words
		bundle "$1" --profile e2e-churn --hook "$work/random-hook" --cgroup "/e2e/$1" -- ${commands[$kind]}
		mv "$dir/config.json" "$work/config-$kind.json"
		drop_bundle "$1"
	done
	bundle "$1" --profile e2e-churn --cgroup "/e2e/$1"
	mv "$work"/config-{allowed,denied,long}.json "$dir"
}

# outcomes REGEX: how many went so
outcomes() {
	grep --count --line-regexp --extended-regexp "$1" "$work/churn.outcomes"
}

echo "# churn: SHIELD_SEED=$seed"
rm -f "$work"/churn.{over,outcomes,killed,ran}
churn_bundle random-a
churn_bundle random-b
kill_shieldd &
killer=$!
churn random-a $((random / 2)) "$seed" &
worker=$!
churn random-b $((random / 2)) $((seed + 1))
wait $worker
touch "$work/churn.over"
wait $killer
equal "$random at random: all were tried" "$random" "$(wc --lines <"$work/churn.outcomes")"
equal "$random at random: no denied act succeeded" "" "$(cat "$work/churn.ran" 2>/dev/null)"
equal "$random at random: no denied program ran" 0 "$(outcomes 'denied 0')"
test_that "$random at random: allowed programs ran" test "$(outcomes 'allowed 0')" -ge $((random / 10))
test_that "$random at random: denied programs were refused" test "$(outcomes 'denied 10')" -ge 1
test_that "$random at random: hooks were killed" test "$(grep --count hook "$work/churn.killed")" -ge 1
test_that "$random at random: shieldd was killed" test "$(grep --count shieldd "$work/churn.killed")" -ge 3
echo "# churn: $(sort "$work"/churn.{outcomes,killed} | uniq --count | awk '{ printf "%s %s %s; ", $1, $2, $3 }')"

# Nothing stays, after one sweep.
drop_bundle random-a
drop_bundle random-b
becomes "$random at random: no process is left" "" eval 'cat /sys/fs/cgroup/e2e/random-*/cgroup.procs 2>/dev/null'
rmdir /sys/fs/cgroup/e2e/random-* 2>/dev/null
shieldd >/dev/null 2>&1 &
sweeper=$!
becomes "$random at random: no pin and no map entry is left" "" leftovers
kill $sweeper
wait $sweeper
becomes "$random at random: nothing in the kernel is left" "$before" objects
becomes "$random at random: no cgroup is left" "" find /sys/fs/cgroup/e2e -mindepth 1 -name 'random-*'
session churn-after e2e-churn || return
refuses "the next container is whole" exec 'exec.deny[0]' exec /opt/denied
permits "the next container runs" exec /opt/other
end_session
