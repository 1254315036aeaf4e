# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Random operations in containers under random profiles: what the kernel does against what the plain reference of the
# tests says (../random/). The seed is always the same, with --long the time;
# `env SEED=N tests/e2e/run random` takes another.
# Once: the verdicts are the kernel's.

readonly random_programs=${acts%/acts}/random
readonly random_dir=$work/random
readonly random_operations=420
if [[ $long == yes ]]; then
	readonly random_seed=${SEED:-$(date +%s)} containers=250
else
	readonly random_seed=${SEED:-1} containers=25
fi

# A root file system of its own: the tree, and the actor.
make_random_root() {
	mkdir -p "$random_dir"/{lower/acts,lower/t,lower/m,upper,work,root}
	cp "$random_programs/actor" "$random_dir/lower/acts/actor"
	cp "$random_programs/target" "$random_dir/target"
	"$random_programs/cases" tree "$random_dir/lower/t" "$random_dir/target" || return
	mount -t overlay overlay -o "lowerdir=$random_dir/lower,upperdir=$random_dir/upper,workdir=$random_dir/work" \
		"$random_dir/root"
}

# cases COMMAND [COUNT]: of the container at hand
cases() {
	"$random_programs/cases" "$1" "$seed" "$ids" "${@:2}"
}

start_random() {
	local -a options=(--profile e2e-random --root "$random_dir/root" --mount
		"{\"destination\":\"/m\",\"type\":\"bind\",\"source\":\"$random_dir/lower/t\",\"options\":[\"rbind\"]}")

	((ids == 4294967295)) || options+=(--user-namespace)
	cases profile >"$profiles/e2e-random.json"
	shieldctl events >/dev/null 2>&1 # of earlier ones
	start random "${options[@]}" -- /acts/actor
}

do_operations() {
	cases operations "$random_operations" >&"${in_of[random]}" &
	timeout 300 head -n "$random_operations" <&"${out_of[random]}" >"$random_dir/answers"
}

# What the container counted, and how many events it made, reported or not, are the refusals that the reference expects.
check_random_counters() {
	local counted counters total

	shieldctl events -o json >"$random_dir/events"
	shieldctl inspect -o json "$(id_of random)" >"$random_dir/inspected"
	counted=$(jq --raw-output '.violations | to_entries[] | .key as $kind | .value | to_entries[] |
		select(.value > 0) | "\($kind) \(.key) \(.value)"' "$random_dir/inspected" | sort)
	counters=$(sed -n 's/^counter //p' "$random_dir/compared" | sort)
	[[ $counted == "$counters" ]] ||
		echo "wrong counters by the reference ${counters//$'\n'/, }; the container has ${counted//$'\n'/, }"
	total=$(jq --slurpfile inspected "$random_dir/inspected" --null-input \
		'[inputs | select(.container.id == $inspected[0].id)] | length + ($inspected[0] | .lost + .suppressed)' \
		"$random_dir/events")
	echo "events $total $(awk '{ n += $3 } END { print n + 0 }' <<<"$counters")"
}

random_container() {
	local seed=$1 ids=$2

	if ! start_random; then
		echo "wrong start $answer: $(said random | tr '\n' ' ')"
		return
	fi
	do_operations
	cases compare "$random_operations" <"$random_dir/answers" >"$random_dir/compared"
	check_random_counters >>"$random_dir/compared"
	stop random
	cat "$random_dir/compared"
}

# The first container that something was wrong in, for whoever looks into it.
show_random() {
	[[ ! -e $random_dir/shown ]] || return
	: >"$random_dir/shown"
	echo "# container $1: seed $2, $3 ids, profile:"
	sed 's/^/# /' "$profiles/e2e-random.json"
}

random_containers() {
	local i ids

	for ((i = 0; i < containers; i++)); do
		ids=$((i % 2 ? 65536 : 4294967295)) # every other one has a user namespace
		random_container "$((random_seed + i))" "$ids" >"$random_dir/result"
		sed "s/^wrong [a-z]*/& in container $i:/" "$random_dir/result" >>"$random_dir/results"
		! grep --quiet '^wrong' "$random_dir/result" || show_random "$i" "$((random_seed + i))" "$ids"
	done
}

# sum NAME COLUMN: of the lines that begin so
sum() {
	awk -v name="$1" -v column="$2" 'index($0, name " ") == 1 { n += $column } END { print n + 0 }' \
		"$random_dir/results"
}

# none_wrong NAME SUBJECT
none_wrong() {
	equal "$1" "" "$(sed -n "s/^wrong $2 //p" "$random_dir/results" | head -n 5)"
}

# Some of each kind must have been refused, and some not: else the drawing is at fault.
report_kind() {
	local cases refused

	cases=$(sum "kind $1" 3) refused=$(sum "kind $1" 4)
	if ((refused == 0 || refused == cases)); then
		not_ok "$1" "$refused of $cases cases are refusals"
	else
		none_wrong "$1: $cases cases agree, $refused of them refusals" "$1"
	fi
}

report_random() {
	local kind

	none_wrong "containers start under $containers profiles" start
	for kind in exec egress bind setuid; do
		report_kind "$kind"
	done
	none_wrong "counters agree" counters
	equal "a refusal is one event" "$(sum events 3)" "$(sum events 2)"
}

echo "# $subject: seed $random_seed"
make_random_root || {
	not_ok "the tree" "it cannot be made"
	return
}
random_containers
report_random
umount "$random_dir/root"
