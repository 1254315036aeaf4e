# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Sessions (see lib.sh). What each act is expected to leave is noted, and compared with the events when the session
# ends: an act's process is called after the act, a1, a2, ..., and so is its event.

declare -a test_name test_event test_trouble
session_container='' session_id=''
free=free # the container without a profile; a case that needs another one sets it

errno_of() {
	case $1 in
	exec | library | drift | fileless | reverse_shell | files) echo EACCES ;;
	*) echo EPERM ;;
	esac
}

session() {
	local profile=$2

	session_container=$1
	session_id=$(id_of "$1")
	shift 2
	test_name=() test_event=() test_trouble=()
	: >"$work/taken"
	shieldctl events >/dev/null 2>&1 # of earlier ones
	if ! start "$session_container" --profile "$profile" "$@"; then
		not_ok "$session_container starts" "$answer: $(said $session_container)"
		return 1
	fi
}

# collect [NAME]: takes the events out of the ring; those of processes with strange names are the act's.
collect() {
	shieldctl events -o json | sed "s/^/${1--} /" >>"$work/taken"
}

# What was collected, a line each: COMM KIND VERDICT RULE; where it is not the session's, its container stands before.
list_events() {
	jq --raw-input --raw-output --arg id "$session_id" 'capture("^(?<act>[^ ]*) (?<event>.*)") | .act as $act |
		.event | fromjson |
		[(if .container.id == $id then "" else "(\(.container.id // "unknown")) " end) +
		 (if $act == "-" or (.process.comm | test("^a[0-9]+$")) then .process.comm else $act end),
		 .kind, .verdict, .rule // "-"] | join(" ")' "$work/taken" >"$work/events"
}

both() {
	act "$session_container" prepare "$@"
	[[ $answer == ok ]] || not_ok "preparation under the profile: $*" "$answer"
	act "$free" prepare "$@"
	[[ $answer == ok ]] || not_ok "preparation without a profile: $*" "$answer"
}

# try WANT EVENT [OPTION...] NAME ACT...
#   -a		the act's process takes another name: all events of other names are its own
#   -w ANSWER	instead of WANT
#   -s		what the kernel cannot do without a profile is skipped
#   -u		not in `free`
try() {
	local want=$1 event=$2 verdict=allow name option all='' may_lack='' alone='' n=${#test_name[@]} trouble=''
	local OPTIND=3

	while getopts aw:su option; do
		case $option in
		a) all=yes ;;
		w) want=$OPTARG ;;
		s) may_lack=yes ;;
		u) alone=yes ;;
		*) return 1 ;;
		esac
	done
	name=${!OPTIND}
	shift "$OPTIND"
	[[ -z $event ]] || read -r _ verdict _ <<<"$event"
	if [[ -z $alone ]]; then
		act "$free" "a$n" "$@"
		if [[ $answer != ok && -n $may_lack ]]; then
			skip "$name" "$answer without a profile"
			return
		fi
		[[ $answer == ok ]] || trouble="$answer without a profile"
	fi
	act "$session_container" "a$n" "$@"
	[[ $answer == "$want" ]] || trouble+="${trouble:+; }$answer instead of $want"
	[[ -z $all ]] || collect "a$n"
	test_name+=("$name, $verdict") test_event+=("$event") test_trouble+=("$trouble")
}

permits() {
	try ok "" "$@"
}

# The options come first.
judged() {
	local want=$1 verdict=$2 option OPTIND=3
	local -a options=()

	while getopts aw:su option; do
		options+=("-$option")
		[[ $option != w ]] || options+=("$OPTARG")
	done
	shift "$((OPTIND - 1))"
	[[ -n $want ]] || want=$(errno_of "$2")
	try "$want" "$2 $verdict $3" "${options[@]}" "$1" "${@:4}"
}

refuses() {
	judged "" deny "$@"
}

kills() {
	judged SIGKILL kill "$@"
}

audits() {
	judged ok audit "$@"
}

events_of() {
	sed -n "s/^$1 //p" "$work/events"
}

check_test() {
	local i=$1 have

	have=$(events_of "a$i" | paste --serial --delimiters=';')
	if [[ -n ${test_trouble[i]} ]]; then
		not_ok "${test_name[i]}" "${test_trouble[i]}${have:+ (events: $have)}"
	elif [[ $have != "${test_event[i]}" ]]; then
		not_ok "${test_name[i]}" "events: wanted '${test_event[i]}', have '$have'"
	else
		ok "${test_name[i]}"
	fi
}

# Counters are what the events say together.
check_counters() {
	local counted seen

	counted=$(shieldctl inspect -o json "$session_id" | jq --raw-output '.violations | to_entries[] | .key as $kind |
		.value | to_entries[] | select(.value > 0) | "\($kind) \(.key) \(.value)"' | sort)
	seen=$(awk '{ count[$2 " " $3]++ } END { for (i in count) print i, count[i] }' "$work/events" | sort)
	equal "$session_container: counters agree with events" "$seen" "$counted"
}

end_session() {
	local i strange

	collect
	list_events
	for i in "${!test_name[@]}"; do
		check_test "$i"
	done
	strange=$(grep --invert-match '^a[0-9]* ' "$work/events")
	equal "$session_container: no other events" "" "$strange"
	check_counters
	stop "$session_container"
}
