# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The life of a profile: real services are recorded under load, the profile is saved and enforced, the same load goes on
# without a denial, and an attack that works without the profile is refused.
# Once: each kernel has it with another runtime first.

# shellcheck source=tests/e2e/service.sh
. "$e2e_dir/service.sh"

# What an attack runs into, as KIND VERDICT.
declare -A refused_by=([nginx]="exec deny" [redis]="drift deny" [postgres]="exec deny" [python]="exec deny
egress deny")

# starts WHAT SERVICE [OPTION...]: a container named after both
starts() {
	start_service "$1-$2" "$2" "${@:3}" && return
	not_ok "$2 starts, $1" "$(said "$1-$2")"
	return 1
}

# What else a profile says; its notes tell when and how it was made.
saved() {
	jq 'del(.notes)' "$profiles/e2e-trip-$1.json"
}

recorded() {
	local first=$work/first-$1.json

	new_data
	starts recorded "$1" --annotation oci-shield/record "e2e-trip-$1" || return
	test_that "$1, recorded: the load" client "/services/$1/load"
	end_service "recorded-$1"
	test_that "$1: the recording is saved" shieldctl record save --force --seccomp "$work/seccomp-$1.json" "e2e-trip-$1"
	shieldctl record remove "e2e-trip-$1"
	equal "$1: nothing is missing in it" "[]" \
		"$(jq --compact-output '[.notes[] | select(startswith("recorded: ") | not)]' "$profiles/e2e-trip-$1.json")"
	test_that "$1: the profile passes its check" shieldctl profile check "$profiles/e2e-trip-$1.json"
	if [[ -e $first ]]; then
		equal "$1: both runtimes give the same profile" "$(<"$first")" "$(saved "$1")"
	else
		saved "$1" >"$first"
	fi
}

# under_seccomp SERVICE: options for the seccomp profile of its recording, in the words that podman has for a runtime.
# For redis only: attacks on the others begin with system calls that it refuses before any rule of ours is asked.
under_seccomp() {
	local filter='{defaultAction, defaultErrnoRet, architectures, syscalls: [.syscalls[] | {names, action}]}'

	seccomp_options=()
	[[ $1 != redis ]] || seccomp_options=(--seccomp "$(jq --compact-output "$filter" "$work/seccomp-redis.json")")
}

violations() {
	shieldctl inspect -o json "$(id_of "$1")" | jq --compact-output \
		'[.violations | to_entries[] | .key as $kind | .value | to_entries[] | select(.value > 0) | [$kind, .key, .value]]'
}

# events_of_service NAME: KIND VERDICT of each
events_of_service() {
	shieldctl events -o json | jq --raw-output --arg id "$(id_of "$1")" \
		'select(.container.id == $id) | [.kind, .verdict] | join(" ")' | sort --unique
}

enforced() {
	local said

	under_seccomp "$1"
	new_data
	starts enforced "$1" --profile "e2e-trip-$1" "${seccomp_options[@]}" || return
	test_that "$1, enforced: the load" client "/services/$1/load"
	equal "$1, enforced: no denial" "[]" "$(violations "enforced-$1")"
	shieldctl events >/dev/null
	said=$(client "/services/$1/attack")
	equal "$1, enforced: the attack brings nothing" "" "$(grep uid= <<<"$said")"
	says "$1, enforced: what refused it" "${refused_by[$1]}" "$(events_of_service "enforced-$1")"
	end_service "enforced-$1"
}

# With the data that is there.
without_profile() {
	starts plain "$1" || return
	says "$1, without a profile: the attack succeeds" "uid=" "$(client "/services/$1/attack")"
	end_service "plain-$1"
}

start_services
for service in nginx redis postgres python; do
	recorded "$service" && enforced "$service"
	without_profile "$service"
done
end_services
