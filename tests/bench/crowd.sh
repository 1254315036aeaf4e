# shellcheck shell=bash disable=SC2154 # what measure sets
# SPDX-License-Identifier: Apache-2.0
#
# What many containers take, for tests/bench/measure: of the hook, which is called by hand for processes that wait in
# cgroups of their own, and of the kernel's memory.

readonly crowd=500 distinct=100 reloaded=100
declare -a crowd_pid

# Ten mounts beside /proc, as a pod's container has.
make_crowd_bundle() {
	local rootfs=$work/crowd/rootfs

	make_bundle crowd none '{}' /bin/true
	mkdir -p "$rootfs"/{dev,tmp} "$work"/volumes/{1..8}
	mount -t tmpfs bench "$rootfs/dev"
	mount -t tmpfs bench "$rootfs/tmp"
	jq --arg volumes "$work/volumes" '.mounts += [range(1; 9) | {destination: "/var/run/volumes/\(.)", type: "bind",
		source: "\($volumes)/\(.)", options: ["rbind", "ro"]}]' "$work/crowd/config.json" >"$work/output"
	mv "$work/output" "$work/crowd/config.json"
}

# make_crowd FIRST LAST
make_crowd() {
	local i

	for ((i = $1; i <= $2; i++)); do
		mkdir -p "$cgroup/crowd-$i"
		sleep infinity &
		crowd_pid[i]=$!
		echo "${crowd_pid[i]}" >"$cgroup/crowd-$i/cgroup.procs"
		sed "s/\"bench\"/\"crowd-$i\"/" "$here/profile.json" >"$profiles/crowd-$i.json"
	done
}

# call STAGE NUMBER PROFILE: the hook; its cost is in $work/output
call() {
	echo "{\"ociVersion\": \"1.0.2\", \"id\": \"crowd-$2\", \"status\": \"created\", \"pid\": ${crowd_pid[$2]},
		\"bundle\": \"$work/crowd\", \"annotations\": $(profile "$3")}" >"$work/state"
	"$tools/cost" 1 "$hook" "$1" <"$work/state" >"$work/output" 2>"$work/errors" || die "$(cat "$work/errors")"
}

# begin KIND FIRST LAST: puts them under a profile that they share, or each under one of its own; the CPUs take turns
begin() {
	local i name=bench

	say "containers $2 to $3: createRuntime, $1"
	for ((i = $2; i <= $3; i++)); do
		[[ $1 == shared ]] || name=crowd-$i
		taskset --cpu-list --pid $((i % $(nproc --all))) $$ >/dev/null
		call createRuntime "$i" "$name"
		echo "createRuntime-$1 $i $(<"$work/output")" >>"$out/crowd"
	done
}

# The last one first.
end_crowd() {
	local i

	say "containers $((crowd + distinct)) to 1: poststop"
	for ((i = crowd + distinct; i >= 1; i--)); do
		kill "${crowd_pid[i]}"
		wait "${crowd_pid[i]}" || true
		call poststop "$i" bench
		echo "poststop $i $(<"$work/output")" >>"$out/crowd"
		rmdir "$cgroup/crowd-$i"
		rm "$profiles/crowd-$i.json"
	done
}

# kernel_memory NAME: in KiB, without what only waits to be used again
kernel_memory() {
	sleep "$pause"
	echo 2 >/proc/sys/vm/drop_caches
	sleep "$pause"
	awk -v name="$1" '/^(Slab|Percpu|VmallocUsed|PageTables):/ {sum += $2} END {print name, sum}' \
		/proc/meminfo >>"$out/memory"
}

# The first ones fill what the kernel keeps for each CPU.
measure_crowd() {
	make_crowd_bundle
	make_crowd 1 $((crowd + distinct))
	begin shared 1 20
	kernel_memory shared-from
	begin shared 21 "$crowd"
	kernel_memory shared-to
	begin distinct $((crowd + 1)) $((crowd + distinct))
	kernel_memory distinct-to
	[[ $(find "$engine"/*/container -type f | wc -l) -ge $((2 * (crowd + distinct))) ]] ||
		die "the crowd is not under enforcement"
}

# reload_cost NAME: of a change that no container needs
reload_cost() {
	jq --arg name "$1" '.exec.deny += ["/usr/bin/\($name)"]' "$profiles/bench.json" >"$work/output"
	mv "$work/output" "$profiles/bench.json"
	settle
	"$tools/cost" 1 "$shieldctl" reload bench >"$work/output" 2>"$work/errors" || die "$(cat "$work/errors")"
	echo "$1 $(tail -n 1 "$work/output")" >>"$out/runs"
}

# Containers that run go under another policy, and one that runs without a profile under one.
measure_changes() {
	local i

	say "reload, attach"
	make_bundle attached none '{}' /usr/bin/busybox sleep 1000000
	crun run --detach --bundle "$work/attached" attached </dev/null >"$work/output" 2>&1
	settle
	"$tools/cost" 1 "$shieldctl" attach attached bench-audit >"$work/output" 2>"$work/errors" ||
		die "$(cat "$work/errors")"
	echo "attach $(tail -n 1 "$work/output")" >>"$out/runs"
	crun delete --force attached
	for ((i = 1; i <= reloaded; i++)); do
		start_beside "reloaded-$i" bench
		((i != 1)) || reload_cost reload-one
	done
	reload_cost reload-all
	for ((i = 1; i <= reloaded; i++)); do
		crun delete --force "reloaded-$i"
		umount "$work/reloaded-$i/rootfs"
	done
}
