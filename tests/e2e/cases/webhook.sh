# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What leaves the node: every event arrives at a webhook, in the shape that Falcosidekick takes, whatever the webhook
# does meanwhile, and whoever is killed; what cannot be kept is counted and told; metrics are the engine's counters.
# Once: what carries events away is the same for every runtime.

profile e2e-webhook '{"version":1, "name":"e2e-webhook", "exec":{"deny":["/opt/denied"]}, "setuid":{"default":"deny"},
	"network":{"egress":{"default":"deny"}}}'

readonly received=$work/received log=/var/log/oci-shield-e2e spool=/var/lib/oci-shield/spool/e2e

# --- the receiver

start_receiver() {
	local tries

	rm -f "$received/port"
	"$e2e_dir/receiver.py" "$received" --port "${1-0}" 2>"$work/receiver.log" &
	receiver=$!
	for ((tries = 0; tries < 300; tries++)); do
		[[ ! -s $received/port ]] || break
		sleep 0.1
	done
	port=$(<"$received/port")
}

stop_receiver() {
	kill "$receiver"
	wait "$receiver" 2>/dev/null
}

mode() {
	echo "$*" >"$received/mode"
}

# --- shieldd

configure() {
	cat >"$work/shieldd.json" <<-JSON
		{"version":1, "stdout":false, "file":{"path":"$log/events.jsonl"}, "metrics":{"listen":"127.0.0.1:9463"},
		 "webhooks":[{"name":"e2e", "url":"http://127.0.0.1:$port/falco", "headers":{"X-Test":"secret-of-e2e"},
			"timeout":5, "max_bytes":262144}]}
	JSON
}

# It reads the events once its metrics can be asked for.
start_shieldd() {
	becomes "the port of the metrics is free" "" ss --no-header --listening --tcp --numeric 'sport = :9463'
	shieldd --config "$work/shieldd.json" 2>>"$work/shieldd.log" &
	shieldd=$!
	becomes "shieldd serves" "ok" healthz
}

get() {
	python3 -c 'import sys, urllib.request as r; print(r.urlopen("http://127.0.0.1:9463" + sys.argv[1]).read().decode())' \
		"$1" 2>/dev/null
}

healthz() {
	get /healthz | head --lines=1
}

# metric NAME [LABEL=VALUE]...: the value of the one sample with these labels
metric() {
	local page label

	page=$(get /metrics | grep --extended-regexp "^oci_shield_$1[{ ]")
	shift
	for label; do
		page=$(grep --extended-regexp "[{,]${label%%=*}=\"${label#*=}\"[,}]" <<<"$page")
	done
	echo "${page##* }"
}

# The process that sends, once it runs.
sender() {
	local tries

	for ((tries = 0; tries < 300; tries++)); do
		pgrep --parent "$shieldd" --full '^shieldd-webhook' && break
		sleep 0.1
	done
}

# --- what is to arrive

denied() {
	act webhook "$@" >/dev/null
}

# How many events are in the file, and how many of these did not arrive.
events() {
	cat "$log"/events.jsonl* 2>/dev/null | wc --lines
}

missing() {
	comm -23 <(jq --raw-output .id "$log"/events.jsonl* | sort) \
		<(jq --raw-output .uuid "$received/records" 2>/dev/null | sort) | wc --lines
}

# all_arrive NAME COUNT: so many events are in the file in the end, and all but `gone` of them arrive
gone=0
all_arrive() {
	local tries

	for ((tries = 0; tries < 300; tries++)); do
		(($(events) < $2 || $(missing) > gone)) || break
		sleep 0.2
	done
	equal "$1: events in the file" "$2" "$(events)"
	equal "$1: all arrive" "$gone" "$(missing)"
}

requests_with() {
	grep --count "^$1 " "$received/requests"
}

# fails_then NAME MODE: an event meets a webhook that fails, and arrives when it does no more
fails_then() {
	local tries before

	before=$(requests_with "$2")
	mode "$2"
	denied who exec /opt/denied
	for ((tries = 0; tries < 300 && $(requests_with "$2") <= before; tries++)); do
		sleep 0.1
	done
	mode ok
	count=$((count + 1))
	all_arrive "$1" "$count"
}

rm -rf "$log" "$spool"
mkdir -p "$received"
start_receiver
configure
start webhook --profile e2e-webhook || {
	not_ok "a container starts" "$(said webhook)"
	stop_receiver
	return
}
shieldctl events >/dev/null
start_shieldd

denied who exec /opt/denied
denied who setuid 33
denied who connect tcp 192.0.2.1 8443
count=3
all_arrive "three kinds" $count
equal "rules" 'oci-shield: egress denied,oci-shield: exec denied,oci-shield: setuid denied' \
	"$(jq --raw-output .rule "$received/records" | sort | paste --serial --delimiters=,)"
equal "fields are what the event says" "$(jq --compact-output '[.id, .process.tgid, .container.profile]' "$log/events.jsonl")" \
	"$(jq --compact-output '[.uuid, .output_fields["proc.pid"], .output_fields["oci_shield.profile"]]' "$received/records")"
equal "headers are sent with each" 0 "$(grep --count --invert-match ' secret-of-e2e$' "$received/requests")"
equal "secrets are on no command line" "" "$(grep --text --files-with-matches secret-of-e2e /proc/[0-9]*/cmdline 2>/dev/null)"
equal "the sender is nobody special" "0 2" "$(awk '/^CapEff|^Seccomp:/ { print +$2 }' "/proc/$(sender)/status" |
	paste --serial --delimiters=' ')"

fails_then "status 500" 500
fails_then "status 429" "429 1"
fails_then "a connection that is cut" close
fails_then "a webhook that hangs" hang
# libcurl itself repeats what was sent into a connection that the other end has just closed
test_that "failures are counted" test "$(metric webhook_failures_total webhook=e2e)" -ge 2

stop_receiver
denied who exec /opt/denied
denied who exec /opt/denied
start_receiver "$port"
count=$((count + 2))
all_arrive "nobody listens" $count

mode 404
denied who exec /opt/denied
becomes "a record that is refused is counted" 1 metric webhook_refused_total webhook=e2e
mode ok
denied who exec /opt/denied
count=$((count + 2)) gone=1
all_arrive "after one that is refused" $count

# Killed: the sender, the reader, all of shieldd; events go on.
mode slow 0.05
for _ in 1 2 3; do
	denied who repeat 20 exec /opt/denied
	kill -KILL "$(sender)"
done
count=$((count + 60))
all_arrive "the sender is killed" $count
denied who repeat 20 exec /opt/denied
kill -KILL "$shieldd"
wait "$shieldd" 2>/dev/null
denied who repeat 20 exec /opt/denied
start_shieldd
denied who repeat 20 exec /opt/denied
count=$((count + 60))
all_arrive "shieldd is killed" $count
equal "each is taken once" "" "$(jq --raw-output .uuid "$received/records" | sort | uniq --repeated)"
mode ok

# Over the bound: the oldest fall out, are counted, and the webhook hears of it when it is back.
stop_receiver
for _ in 1 2 3; do
	denied who repeat 200 exec /opt/denied
	sleep 1
done
count=$((count + 600))
becomes "the file has all" $count events
lost=$(metric webhook_lost_total webhook=e2e)
test_that "some are lost" test "$lost" -gt 100
test_that "the spool keeps its bound" test "$(du --bytes --apparent-size --summarize "$spool" | cut --fields=1)" -le 270000
start_receiver "$port"
gone=$((1 + lost))
all_arrive "over the bound" $count
equal "and it is told" "$lost" \
	"$(jq 'select(.rule == "oci-shield: events lost") | .output_fields["oci_shield.count"]' "$received/records")"
equal "before the records that come after it" "oci-shield: events lost" \
	"$(jq --raw-output .rule "$received/records" | tail --lines=$((600 - lost + 1)) | sed --quiet 1p)"
equal "nothing else but Falco's shape was sent" "" "$(cat "$received/invalid" 2>/dev/null)"

# Metrics are the counters.
counters=$(shieldctl inspect -o json "$(id_of webhook)")
for kind in exec setuid egress; do
	equal "metric of $kind" "$(jq ".violations.$kind.deny" <<<"$counters")" \
		"$(metric events_total "id=$(id_of webhook)" kind=$kind verdict=deny)"
done
equal "metric of suppressed events" "$(jq .suppressed <<<"$counters")" \
	"$(metric events_suppressed_total "id=$(id_of webhook)")"
equal "metric of lost events" "$(jq .lost <<<"$counters")" "$(metric events_lost_total "id=$(id_of webhook)")"
equal "metric of containers" 1 "$(metric containers mode=enforce)"
equal "metrics of the spool" "0 0" \
	"$(metric webhook_spooled_records webhook=e2e) $(metric webhook_spooled_bytes webhook=e2e)"

kill "$shieldd"
wait "$shieldd" 2>/dev/null
stop_receiver
stop webhook
rm -rf "$log" "$spool"
