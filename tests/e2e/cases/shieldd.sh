# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shieldd: its processes and what they may, each event exactly once in its file whoever is killed, rotation, bursts,
# garbage at its socket, one container's events, and how much memory it takes.
# Once: what carries events away is the same for every runtime.

readonly socket=/run/oci-shield/events.sock log=$work/log/events.jsonl
readonly denied_kind='select(.kind == "setuid")'

case $long in
yes) readonly idle=100 kills=12 ;;
*) readonly idle=10 kills=5 ;;
esac

profile e2e-shieldd '{"version":1, "name":"e2e-shieldd", "setuid":{"default":"deny"}}'
cat >"$work/shieldd.json" <<-JSON
	{"version":1, "stdout":false, "file":{"path":"$log", "max_size":1048576, "max_files":100},
	"metrics":{"listen":"127.0.0.1:9463"}}
JSON
rm -rf "$work/log"

# run_shieldd: starts one; its pid is in $shieldd
run_shieldd() {
	shieldd --config "$work/shieldd.json" 2>>"$work/shieldd.said" &
	shieldd=$!
}

# reads_events: does a shieldd serve its socket?
reads_events() {
	socat -u OPEN:/dev/null "UNIX-CONNECT:$socket" 2>/dev/null && echo yes
}

start_shieldd() {
	: >"$work/shieldd.said"
	becomes "the port of the metrics is free" "" ss --no-header --listening --tcp --numeric 'sport = :9463'
	run_shieldd
	becomes "shieldd serves" yes reads_events
}

stop_shieldd() {
	kill "$shieldd"
	wait "$shieldd"
	equal "shieldd ends when told to" 0 $?
}

reader_of() {
	pgrep --parent "$1" --full shieldd | head --lines=1
}

# field PID NAME: of its status
field() {
	awk -v name="$2:" '$1 == name { $1 = ""; print }' "/proc/$1/status" | xargs
}

# Every line of its file and of those that it was before, the oldest first.
written() {
	local -a files

	mapfile -t files < <(find "$work/log" -name 'events.jsonl*' | sort --version-sort --reverse)
	cat "${files[@]}"
}

# count FILTER: how many lines it lets through
count() {
	written | jq --compact-output "$1" | wc --lines
}

# counter NAME KEY: of a container
counter() {
	shieldctl inspect -o json "$(id_of "$1")" | jq "$2"
}

# begin NAME ACT...: as act, but does not wait; end_of NAME does
begin() {
	local name=$1

	shift
	echo "$*" >&"${in_of[$name]}"
}

end_of() {
	IFS= read -r -t 300 answer <&"${out_of[$1]}"
}

for name in noisy calm; do
	start $name --profile e2e-shieldd || {
		not_ok "$name starts" "$(said $name)"
		return
	}
done
shieldctl events >/dev/null # nothing is left of before

# Privileges.
start_shieldd
filter() {
	field "$(reader_of "$shieldd")" Seccomp 2>/dev/null
}
becomes "the reader's system calls are filtered" 2 filter
reader=$(reader_of "$shieldd")
user=$(id --user oci-shield)
equal "the reader is another user" "$user $user $user $user" "$(field "$reader" Uid)"
equal "the reader has no groups" "" "$(field "$reader" Groups)"
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	equal "the reader has no capabilities: $set" 0000000000000000 "$(field "$reader" "$set")"
done
equal "the reader gains none" 1 "$(field "$reader" NoNewPrivs)"
act calm calm setuid 33
becomes "an event is in the file" 1 count "$denied_kind"

# Garbage, from many at once.
talkers=()
for ((i = 0; i < 8; i++)); do
	head --bytes=$((i * 20000)) /dev/urandom 2>/dev/null | timeout 10 socat -u - "UNIX-CONNECT:$socket" 2>/dev/null &
	talkers+=($!)
	timeout 1 socat -u "UNIX-CONNECT:$socket" - >/dev/null & # who asks nothing
	talkers+=($!)
done
wait "${talkers[@]}"
equal "garbage on the socket: the reader lives" "$reader" "$(reader_of "$shieldd")"
equal "garbage on the socket: others are served" 1 \
	"$(shieldctl events -o json | jq --compact-output "$denied_kind" | wc --lines)"

# The reader alone is killed.
kill -KILL "$reader"
act calm calm setuid 33
becomes "the reader was killed: another one reads on" 2 count "$denied_kind"
says "the reader was killed: shieldd says so" "was killed by signal 9; started again in 1 s" "$(<"$work/shieldd.said")"
stop_shieldd

# Killed over and over while events come: each is in the file once.
kill_shieldds() {
	local i

	for ((i = 0; i < kills; i++)); do
		run_shieldd
		sleep "1.$((RANDOM % 1000))"
		kill -KILL "$shieldd"
		wait "$shieldd"
	done 2>/dev/null
}

rm -rf "$work/log"
: >"$work/shieldd.said"
before=$(counter calm .violations.setuid.deny)
begin calm calm repeat 300 setuid 33
end_of calm
kill_shieldds &
killer=$!
while kill -0 $killer 2>/dev/null; do
	begin noisy noisy repeat 400 setuid 33
	end_of noisy
done
wait $killer
start_shieldd
# A full ring would lose the last event.
unread() {
	echo $(($(counter noisy '.violations.setuid.deny - .suppressed - .lost') -
		$(count "$denied_kind | select(.container.id == \"$(id_of noisy)\")")))
}
becomes "killed $kills times: the ring is read" 0 unread
act calm last setuid 33
all=$(($(counter calm .violations.setuid.deny) - before))
becomes "killed $kills times: the last event is in the file" 1 count 'select(.process.comm == "last")'
equal "killed $kills times: each event is in the file once" "" "$(written | jq --raw-output .id | sort | uniq --repeated)"
test_that "killed $kills times: no line is torn" jq --exit-status --slurp 'length > 600' <(written)
equal "killed $kills times: all of one container, which was not over its rate" "$all" \
	"$(count "$denied_kind | select(.process.comm | test(\"^(calm|last)\"))")"
lost=$(($(counter noisy .lost) + $(counter calm .lost)))
equal "killed $kills times: what is not in the file is counted as lost" "$lost" \
	"$(written | jq --slurp "[.[] | $denied_kind | .sequence] | max - min + 1 - length")"

# A burst of one container hides nothing of another.
begin noisy noisy repeat 20000 setuid 33
act calm amidst setuid 33
end_of noisy
becomes "amidst a burst: the other container's event is in the file" 1 count 'select(.process.comm == "amidst")'
test_that "amidst a burst: some were over the rate" test "$(counter noisy .suppressed)" -gt 0
over='select(.operand.act == "events over the rate") | select(.container.id == "'$(id_of noisy)'")'
told() {
	written | jq "$over | .operand.count" | tail --lines=1
}
for ((i = 0; i < 30; i++)); do # it is told of every 10 s
	[[ $(told) != "$(counter noisy .suppressed)" ]] || break
	sleep 1
done
equal "what was over the rate is told of" "$(counter noisy .suppressed)" "$(told)"
equal "metrics tell of it, too" "$(counter noisy .suppressed)" \
	"$(python3 -c 'import urllib.request as r; print(r.urlopen("http://127.0.0.1:9463/metrics").read().decode())' |
		awk -v id="$(id_of noisy)" '/^oci_shield_events_suppressed_total/ && index($0, substr(id, 1, 12)) { print $2 }')"

# Rotation.
for ((i = 0; i < 20; i++)); do
	[[ ! -e $log.1 ]] || break
	act noisy noisy repeat 600 setuid 33
	sleep 1
done
test_that "the file is rotated" test -s "$log.1"
equal "no file is larger than it may be" "" "$(find "$work/log" -size +1048576c)"
act calm rotated setuid 33
becomes "events go on after it" 1 count 'select(.process.comm == "rotated")'
equal "rotated: each event is there once" "" "$(written | jq --raw-output .id | sort | uniq --repeated)"

# One container's.
echo '{"version":1}' >"$work/shieldd-calm.json"
shieldd --config "$work/shieldd-calm.json" --container "$(id_of calm)" >"$work/calm.out" 2>"$work/calm.said" &
sidecar=$!
serves_calm() {
	act calm only setuid 33
	act noisy only setuid 33
	jq --raw-output .process.comm "$work/calm.out" | sort --unique | grep only
}
becomes "one container's: its events come, from the other shieldd" only serves_calm
equal "one container's: and no others" "\"$(id_of calm)\"" "$(jq .container.id "$work/calm.out" | sort --unique)"
stop_shieldd
becomes "one container's: it takes the ring when the other one has ended" yes reads_events
act calm alone setuid 33
alone() {
	jq --raw-output .process.comm "$work/calm.out" | grep alone
}
becomes "one container's: its events come, from the ring" alone alone
stop calm
wait $sidecar
equal "one container's: it ends with the container" 0 $?
equal "one container's: events of others never came" 1 "$(jq .container.id "$work/calm.out" | sort --unique | wc --lines)"
stop noisy

# A configuration that is wrong says where.
echo '{"version":1, "file":{"path":"events"}}' >"$work/wrong.json"
says "a wrong configuration" "wrong.json: file.path: not the absolute path of a file" \
	"$(shieldd --config "$work/wrong.json" 2>&1)"

# Memory, with containers that do nothing.
start_shieldd
bundle idle --profile e2e-shieldd --cgroup /e2e/idle-ID -- /acts/acts sleep 1000
cp "$(dir_of idle)/config.json" "$work/idle.json"
for ((i = 0; i < idle; i++)); do
	sed "s/idle-ID/idle-$i/" "$work/idle.json" >"$(dir_of idle)/config.json"
	"$runtime" run --detach --bundle "$(dir_of idle)" "e2e-idle-$i" >"$work/idle.said" 2>&1 </dev/null || break
done
equal "$idle idle containers run" "$idle" "$(shieldctl ps -o json | jq length)"
for name in "shieldd $shieldd" "reader $(reader_of "$shieldd")"; do
	echo "# shieldd: $idle containers: ${name% *}: $(field "${name#* }" VmRSS) resident, $(field "${name#* }" RssAnon) of its own"
done
for ((i = 0; i < idle; i++)); do
	"$runtime" delete --force "e2e-idle-$i"
done
drop_bundle idle
stop_shieldd

# As a unit: who is ordered behind it finds the engine loaded.
shieldctl engine unload >/dev/null 2>&1
test_that "no engine is loaded" test ! -e /sys/fs/bpf/oci-shield
test_that "the unit starts" systemctl start shieldd
test_that "the engine is loaded when it has started" shieldctl status
test_that "the unit ends" systemctl stop shieldd
