# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the cases are written with:
#
#   profile NAME JSON		a profile of the node
#   start NAME [OPTION...]	a container that waits for acts (options: bundle.sh)
#   act NAME ACT...		has it do a chain of acts (attacks/acts.c); $answer is what came of it
#   stop NAME
#
# and, for rules, sessions: a container under a profile, with the same acts done in a container without one (`free`)
# which runs all the time.
#
#   session NAME PROFILE [OPTION...]
#   both ACT...			prepares: must succeed in both
#   permits NAME ACT...		succeeds in both, and leaves no event
#   refuses NAME KIND RULE ACT...	is refused with the errno of its kind and leaves one event; succeeds in `free`
#   kills NAME KIND RULE ACT...	the same, with SIGKILL
#   audits NAME KIND RULE ACT...	succeeds in both, and leaves one event
#   end_session			compares events and counters with all that was done

readonly work=/var/lib/oci-shield-e2e
readonly acts="$e2e_dir/../../build/tests/e2e/acts"
readonly profiles=/etc/oci-shield/profiles.d
readonly hook=/usr/bin/oci-shield

# shellcheck source=tests/e2e/bundle.sh
. "$e2e_dir/bundle.sh"
# shellcheck source=tests/e2e/session.sh
. "$e2e_dir/session.sh"

# --- results

note() {
	echo "$1" >>"$work/results"
}

ok() {
	note ok
	echo "ok $subject: $1"
}

not_ok() {
	note failed
	echo "not ok $subject: $1: $2"
}

skip() {
	note skipped
	echo "skip $subject: $1: $2"
}

count_of() {
	grep --count "^$1\$" "$work/results"
}

totals() {
	echo "$(count_of ok) passed, $(count_of failed) failed, $(count_of skipped) skipped"
	(($(count_of failed) == 0))
}

# test_that NAME COMMAND...: it succeeds
test_that() {
	local name=$1 output

	shift
	if output=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "${output:-$* failed}"
	fi
}

# equal NAME WANT HAVE
equal() {
	if [[ $2 == "$3" ]]; then
		ok "$1"
	else
		not_ok "$1" "wanted '$2', have '$3'"
	fi
}

# says NAME WORDS WHERE: each line of WORDS is somewhere in WHERE
says() {
	local words

	while IFS= read -r words; do
		if [[ $3 != *"$words"* ]]; then
			not_ok "$1" "'$words' is not in: $3"
			return
		fi
	done <<<"$2"
	ok "$1"
}

# becomes NAME WANT COMMAND...: what it says comes to be WANT; the kernel frees what is gone after a while
becomes() {
	local name=$1 want=$2 have tries

	shift 2
	for ((tries = 0; tries < 600; tries++)); do
		have=$("$@")
		[[ $have != "$want" ]] || break
		sleep 0.1
	done
	equal "$name" "$want" "$have"
}

# settled COMMAND...: what it says, once it says the same twice in a row
settled() {
	local before have tries

	have=$("$@")
	for ((tries = 0; tries < 600; tries++)); do
		before=$have
		sleep 0.5
		have=$("$@")
		[[ $have != "$before" ]] || break
	done
	echo "$have"
}

# patiently COMMAND...: again while a container does not stand still in time, as on a busy machine; all that it says at
# last, on stdout, and its status
patiently() {
	local output status tries

	for ((tries = 0; tries < 20; tries++)); do
		output=$("$@" 2>&1)
		status=$?
		[[ $output == *"does not stand still"* ]] || break
	done
	echo "$output"
	return "$status"
}

# is_there PATH: yes
is_there() {
	[[ ! -e $1 ]] || echo yes
}

# --- the machine

set_up() {
	rm -rf "$work"
	mkdir -p "$work" "$profiles"
	: >"$work/results"
	systemctl stop shieldd 2>/dev/null # one reader of the ring
	ip addr add 192.0.2.66/32 dev dummy0 2>/dev/null
	sysctl --quiet --write net.ipv4.ping_group_range='0 0' net.ipv4.tcp_fastopen=1
	dmesg --clear
	# On a busy machine it takes longer than a container is waited for. What fails is said by the containers.
	shieldctl engine load >/dev/null 2>&1
	make_layer
	start_servers
}

tear_down() {
	[[ -z ${servers-} ]] || kill "$servers"
	rm -f "$profiles"/e2e-*.json
}

# What acts connect to: it lives outside of any container.
start_servers() {
	local ready

	"$acts" hold tcp 8080 tcp 8443 tcp 9005 udp 8053 udp 8054 >"$work/servers" &
	servers=$!
	for ((ready = 0; ready < 600; ready++)); do
		[[ -s $work/servers ]] && return
		sleep 0.1
	done
	echo "tests/e2e/run: the servers do not start" >&2
	exit 1
}

# outside ACT...: a process outside of any container, which tells when it is ready; its pid is added to `others`
others=()
outside() {
	local ready

	: >"$work/ready"
	"$acts" "$@" >"$work/ready" &
	others+=($!)
	for ((ready = 0; ready < 600; ready++)); do
		[[ -s $work/ready ]] && return
		sleep 0.1
	done
	not_ok "outside" "$* does not start"
}

end_others() {
	kill "${others[@]}"
	wait "${others[@]}" 2>/dev/null
}

check_kernel_log() {
	local subject=kernel splats

	splats=$(dmesg --kernel | grep --extended-regexp 'BUG|WARNING|Oops|Call Trace|general protection|refcount_t')
	equal "no complaint in its log" "" "$splats"
}

profile() {
	echo "$2" >"$profiles/$1.json"
}

# --- containers that wait for acts

declare -A in_of out_of runner_of

dir_of() {
	echo "$work/bundles/$1"
}

id_of() {
	echo "e2e-$1"
}

# start NAME [OPTION...]: false when it did not start; see said()
start() {
	local name=$1 dir id in out
	local -a runner=("$runtime" run)

	shift
	dir=$(dir_of "$name") id=$(id_of "$name")
	bundle "$name" "$@" || return
	((preserve_fds)) && runner+=(--preserve-fds "$preserve_fds")
	mkfifo "$dir/in" "$dir/out"
	"${launcher[@]}" "${runner[@]}" --bundle "$dir" "$id" <"$dir/in" >"$dir/out" 2>"$dir/log" &
	runner_of[$name]=$!
	exec {in}>"$dir/in" {out}<"$dir/out"
	in_of[$name]=$in out_of[$name]=$out
	act "$name" ready pass
	[[ $answer == ok ]] && return
	stop "$name" # it may only be slow
	return 1
}

# run_bundle NAME: in the background, without a session
run_bundle() {
	"$runtime" run --bundle "$(dir_of "$1")" "$(id_of "$1")" >"$work/$1.log" 2>&1 &
	runner_of["$1"]=$!
}

# wait_bundle NAME: until it has ended by itself
wait_bundle() {
	wait "${runner_of[$1]}"
	unset "runner_of[$1]"
}

# said NAME: what the runtime and the hook said
said() {
	cat "$(dir_of "$1")/log" "$work/hook.log" 2>/dev/null
}

act() {
	local name=$1

	shift
	answer=
	{ echo "$*" >&"${in_of[$name]}"; } 2>/dev/null
	IFS= read -r -t 300 answer <&"${out_of[$name]}" || answer="no answer"
}

finish() {
	local name=$1 in=${in_of[$1]} out=${out_of[$1]}

	exec {in}>&- # one that starts late finds nothing to wait for
	wait "${runner_of[$name]}" 2>/dev/null
	exec {out}<&-
	unset "in_of[$name]" "out_of[$name]" "runner_of[$name]"
	drop_bundle "$name"
}

stop() {
	{ echo quit >&"${in_of[$1]}"; } 2>/dev/null
	finish "$1"
}

# Those that this shell started.
stop_all() {
	local name

	for name in "${!runner_of[@]}"; do
		[[ $name == free && $BASH_SUBSHELL != 0 ]] || stop "$name"
	done
}

# The container without a profile, whose acts all succeed.
start_free() {
	start free || {
		said free >&2
		exit 1
	}
}

# init_of NAME: the pid of its first process, on the host
init_of() {
	"$runtime" state "$(id_of "$1")" | jq .pid
}

# --- the hook by hand

# state ID PID BUNDLE [ANNOTATION VALUE]...
state() {
	local id=$1 pid=$2 bundle=$3
	local -a pairs=()

	shift 3
	while (($#)); do
		pairs+=("\"$1\":\"$2\"")
		shift 2
	done
	echo "{\"ociVersion\":\"1.0.2\",\"id\":\"$id\",\"status\":\"created\",\"pid\":$pid,\"bundle\":\"$bundle\",
		\"annotations\":{$(joined "${pairs[@]}")}}"
}

# poststop ID: what it says, and its status where it is not 0
poststop() {
	state "$1" 0 / | "$hook" poststop 2>&1 || echo "status $?"
}

# --- what is left of containers

# entries MAP: how many a map of the engine has
entries() {
	local pin

	for pin in /sys/fs/bpf/oci-shield/*/map/"$1"; do
		bpftool map dump pinned "$pin" | grep --count '"key"'
	done
}

# What the engine has of containers, as one line; empty is nothing.
leftovers() {
	local map n

	for map in cgroups containers info counters mounts policy_index; do
		n=$(entries "$map")
		((n == 0)) || printf '%s in %s; ' "$n" "$map"
	done
	find /sys/fs/bpf/oci-shield/*/container -type f -printf '%f; '
}

# What engines have in the kernel, in numbers: programs, links, maps, and the bytes of these. The programs that runtimes
# and systemd put on cgroups, which come and go by themselves, have no name or begin with sd_.
objects() {
	local kind

	{
		bpftool prog list --json | jq '[.[] | select(.name // "" | test("^(sd_|$)") | not)] | length'
		for kind in link map; do
			bpftool "$kind" list | grep --count '^[0-9]*:'
		done
		bpftool map list --json | jq '[.[].bytes_memlock] | add'
	} | paste --serial --delimiters=' '
}
