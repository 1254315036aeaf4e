# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Many containers at once: each under its own profile, whatever the others are under, and each gone without a trace.
# Once: the runtime takes most of its time.

if [[ $long == yes ]]; then
	readonly many=500
else
	readonly many=30
fi
readonly per_container=16384 # bytes that the kernel may take for one more, with two names and eight CPUs

profile e2e-scale-0 '{"version":1, "name":"e2e-scale-0", "exec":{"deny":["/opt/denied"]}, "setuid":{"default":"deny"},
	"network":{"egress":{"default":"deny", "allow":[{"to":"192.0.2.1"}]}}}'
profile e2e-scale-1 '{"version":1, "name":"e2e-scale-1", "exec":{"deny":["/opt/other"]}}'

# What maps hold of containers, in bytes; of a map with a value for each CPU, for eight. Arrays do not grow.
held() {
	local pin type key value total=0

	for pin in /sys/fs/bpf/oci-shield/*/map/*; do
		read -r type key value < <(bpftool map show pinned "$pin" --json |
			jq --raw-output '"\(.type) \(.bytes_key) \(.bytes_value)"')
		[[ $type != *percpu* ]] || value=$((8 * value))
		[[ $type != *hash ]] || total=$((total + $(entries "${pin##*/}") * (key + value)))
	done
	echo "$total"
}

# try_one NUMBER: what its own profile says of both programs
try_one() {
	local said name=scale-$1

	act "$name" x exec /opt/denied
	said=$answer
	act "$name" x exec /opt/other
	echo "$said $answer"
}

readonly -a own=("EACCES ok" "ok EACCES") # by profile
before=$(held)
running=0
for ((i = 1; i <= many; i++)); do
	start "scale-$i" --profile "e2e-scale-$((i % 2))" || break
	running=$i
done
equal "$many containers run" "$many" "$running"
((running == many)) || {
	said "scale-$i"
	return
}
equal "all are armed" "$many" "$(shieldctl ps -o json | jq '[.[] | select(.state == "armed")] | length')"
equal "each has an entry" "$many $many $many $many" \
	"$(entries cgroups) $(entries containers) $(entries info) $(entries counters)"
equal "equal profiles are one policy" 2 "$(entries policy_index)"
took=$((($(held) - before) / many))
test_that "the maps hold $took bytes for each" test "$took" -le "$per_container"

shieldctl events >/dev/null
for i in 1 2 $((many / 2)) $((many / 2 + 1)) $((many - 1)) "$many"; do
	equal "number $i: its own profile" "${own[i % 2]}" "$(try_one "$i")"
done
equal "an event for each denial, of who did it" \
	"$(for i in 1 2 $((many / 2)) $((many / 2 + 1)) $((many - 1)) "$many"; do id_of "scale-$i"; done)" \
	"$(shieldctl events -o json | jq --raw-output .container.id)"
act free x exec /opt/denied
equal "a container without a profile: exec" ok "$answer"
act free x setuid 33
equal "a container without a profile: setuid" ok "$answer"
equal "a container without a profile: no event" "" "$(shieldctl events)"

# One whose poststop never came: shieldd finds it among the others, and leaves those.
start scale-lost --profile e2e-scale-1 --hooks create || return
stop scale-lost
equal "without poststop an entry stays" $((many + 1)) "$(entries cgroups)"
shieldd >"$work/scale.said" 2>&1 &
sweeper=$!
becomes "shieldd removes it" "$many" entries cgroups
kill $sweeper
wait $sweeper

# Every second one goes: the others stay as they are, and whoever comes gets a place that is free.
for ((i = 1; i <= many; i += 2)); do
	stop "scale-$i"
done
equal "half of them are gone" $((many / 2)) "$(entries cgroups)"
for i in 2 "$many"; do
	equal "number $i stays under its profile" "${own[i % 2]}" "$(try_one "$i")"
done
start scale-new --profile e2e-scale-1 || return
test_that "a newcomer takes a place that became free" test "$(shieldctl inspect -o json "$(id_of scale-new)" | jq .slot)" -lt "$many"
act scale-new x exec /opt/other
equal "a newcomer is under its profile" EACCES "$answer"
stop_all
equal "nothing is left" "" "$(leftovers)"
