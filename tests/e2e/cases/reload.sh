# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shieldctl reload: running containers go from one policy to another, and nothing slips through in between.
# Once: it is about containers that run.

readonly reloads=50 with_names=4
readonly common='"exec":{"deny":["/opt/denied"], "allow":["/opt/other", "/acts/*", "/usr/bin/*"'
readonly egress='"network":{"egress":{"default":"deny", "allow":[{"to":"192.0.2.1"}'
readonly first="$common]}, $egress]}}, \"setuid\":{\"default\":\"deny\"}"
readonly second="$common, \"/opt/by\"]}, $egress, {\"to\":\"198.51.100.1\"}]}},
	\"setuid\":{\"default\":\"deny\", \"allow\":[{\"uids\":[34]}]}, \"ptrace\":{\"default\":\"deny\"}"
readonly named="$common, {\"path\":\"/opt/by\", \"from\":[\"/opt/launcher\"]}]}, $egress]}}"

# reloaded NAME RULES: with other rules; NAME is the profile's, too
reloaded() {
	profile "e2e-$1" "{\"version\":1, \"name\":\"e2e-$1\", $2}"
	patiently shieldctl reload "e2e-$1"
}

# quiet_reload NAME RULES: in a session, whose events are others
quiet_reload() {
	local output

	collect
	if ! output=$(reloaded "$@" 2>&1); then
		not_ok "reload $1" "$output"
	fi
	equal "a reload leaves an event" "reload" "$(shieldctl events -o json |
		jq --raw-output 'select(.kind == "control") | .operand.act')"
}

# hammers WORDS: a command whose processes do each line of it all the time, each with a file for what came of it
hammers() {
	local i=0 words script=''

	while IFS= read -r words; do
		script+="/acts/acts hammer /stop $words >/result-$((i++)) 2>&1 & "
	done <<<"$1"
	echo "$script wait"
}

# results NAME: of a container that has hammered
results() {
	cat "$(dir_of "$1")"/upper/result-* | sed 's/: [0-9]* rounds//' | sort
}

expected() {
	sed -E 's/^(allowed|denied) ([^ ]*) ?([^ ]*).*/\2 \3, always/' <<<"$1" | sort
}

# begin_hammering NAME WORDS [OPTION...]: a container that does
begin_hammering() {
	local name=$1 words=$2 tries

	shift 2
	bundle "$name" "$@" -- /bin/sh -c "$(hammers "$words")"
	run_bundle "$name"
	for ((tries = 0; tries < 300; tries++)); do
		[[ -e $(dir_of "$name")/upper/result-0 ]] && return
		sleep 0.1
	done
	not_ok "$name runs" "$(cat "$work/$name.log" "$work/hook.log" 2>/dev/null)"
}

end_hammering() {
	touch "$(dir_of "$1")/rootfs/stop"
	wait_bundle "$1"
}

readonly denied='denied exec-vfork /opt/denied
denied connect udp 203.0.113.1 9'
readonly allowed='allowed exec-vfork /opt/other
allowed connect udp 192.0.2.1 8053'
readonly beside='allowed exec-vfork /opt/denied
allowed connect udp 198.51.100.1 8053'

profile e2e-hammer "{\"version\":1, \"name\":\"e2e-hammer\", $first}"
profile e2e-beside '{"version":1, "name":"e2e-beside", "setuid":{"default":"deny"}}'
begin_hammering hammer "$denied
$allowed" --profile e2e-hammer
begin_hammering beside "$beside" --profile e2e-beside
failed=0
for ((i = 0; i < reloads + with_names; i++)); do
	rules=$first
	((i % 2)) || rules=$second
	((i % 2 || i < reloads)) || rules=$named
	reloaded hammer "$rules" >>"$work/reload.log" 2>&1 || failed=$((failed + 1))
done
equal "$((reloads + with_names)) reloads" 0 "$failed"
equal "each is a change" $((reloads + with_names)) "$(grep --count ': reloaded, enforce' "$work/reload.log")"
equal "the container runs on" 0 "$(cat "/sys/fs/cgroup/e2e/$(id_of hammer)/cgroup.freeze")"
equal "the other's counters" 0 "$(shieldctl inspect -o json "$(id_of beside)" | jq '[.violations[][]] | add')"
end_hammering hammer
end_hammering beside
equal "under fire: what both deny never succeeds, what both allow never fails" "$(expected "$denied
$allowed")" "$(results hammer)"
equal "under fire: another container notices nothing" "$(expected "$beside")" "$(results beside)"
drop_bundle hammer
drop_bundle beside
equal "nothing is left" "" "$(leftovers)"

# A container that starts meanwhile: its profile is read before the node's lock is had, and it is not there to be found.
blocked() {
	grep --count -- "-> FLOCK .*:$(stat --format=%i /run/oci-shield/lock) " /proc/locks
}

# late START|RELOAD...: both wait for the lock in this order; the profile changes once the start has read it
late() {
	local n=0 what script='until [ -e /go ]; do sleep 0.1; done; '

	script+='for file in denied other; do /opt/$file pass && echo $file; done >/result 2>/dev/null'
	rm -f "$work"/{held,go}
	profile e2e-late '{"version":1, "name":"e2e-late", "exec":{"deny":["/opt/other"]}}'
	flock /run/oci-shield/lock sh -c 'touch "$1/held"; until [ -e "$1/go" ]; do sleep 0.1; done' sh "$work" &
	becomes "late: the lock is held" yes is_there "$work/held"
	bundle late --profile e2e-late -- /bin/sh -c "$script"
	for what; do
		case $what in
		start) run_bundle late ;;
		reload)
			shieldctl reload e2e-late >>"$work/reload.log" 2>&1 &
			reload=$!
			;;
		esac
		becomes "late: $what waits" $((++n)) blocked
		[[ $what == reload ]] || profile e2e-late '{"version":1, "name":"e2e-late", "exec":{"deny":["/opt/denied"]}}'
	done
	touch "$work/go"
	wait "$reload"
	touch "$(dir_of late)/rootfs/go"
	wait_bundle late
	equal "late: $*: it is under the profile as it is now" other "$(<"$(dir_of late)/upper/result")"
	drop_bundle late
}
late start reload
late reload start

# What running tasks execute is known under the new policy at once.
readonly plain='"exec":{"default":"deny", "allow":["/acts/*", "/usr/bin/*", "/opt/other", "/opt/script.sh", "/opt/launcher"'
profile e2e-names "{\"version\":1, \"name\":\"e2e-names\", $plain]}}"
session names e2e-names || return
refuses "before" exec exec.default exec /opt/by
quiet_reload names "$plain, {\"path\":\"/opt/by\", \"from\":[\"/acts/acts\"]}]}"
permits "from what runs already" exec /opt/by
permits "from a thread of it" exec-thread /opt/by
quiet_reload names "$plain, \"/opt/allowed\", {\"path\":\"/opt/by\", \"from\":[\"/opt/launcher\", \"/acts/acts\"]}]}"
permits "the name is another bit" exec /opt/by
permits "from the other" exec /opt/launcher exec /opt/by
quiet_reload names "$plain, {\"path\":\"/opt/by\", \"from\":[\"/opt/launcher\"]}]}"
refuses "no more from what runs already" exec 'exec.allow[5]' exec /opt/by
quiet_reload names '"ptrace":{"default":"deny", "allow":[{"tracer":"/acts/acts"}]}'
permits "a tracer that runs already" attach child
quiet_reload names '"ptrace":{"default":"deny", "allow":[{"tracer":"/usr/bin/debugger"}]}'
refuses "no tracer any more" ptrace ptrace.default attach child
permits "the new tracer" exec /usr/bin/debugger attach child
end_session

# A container that replaces the image's links does not choose what a rule means.
profile e2e-links '{"version":1, "name":"e2e-links", "exec":{"deny":["/bin/sh"]}, "files":{"deny":["/opt/link"]}}'
ln --symbolic --force denied "$layer/opt/link"
session links e2e-links || return
refuses "a link" exec 'exec.deny[0]' exec /usr/bin/dash
act links prepare unlink /usr/bin/sh : symlink /opt/other /usr/bin/sh
equal "the container replaces the link" ok "$answer"
act links prepare unlink /bin : mkdir /bin : copy /opt/other /bin/sh
equal "and the folder it is in" ok "$answer"
quiet_reload links '"exec":{"deny":["/opt/denied", "/bin/sh"]}'
refuses "the link is as it was at the start" exec 'exec.deny[1]' exec /usr/bin/dash
quiet_reload links '"exec":{"deny":["/bin/sh"]}'
refuses "and at the second reload" exec 'exec.deny[0]' exec /usr/bin/dash
end_session
rm "$layer/opt/link"

# All or nothing; modes.
profile e2e-all "{\"version\":1, \"name\":\"e2e-all\", $first}"
profile e2e-broken "{\"version\":1, \"name\":\"e2e-broken\", $first}"
session all e2e-all || return
start broken --profile e2e-broken
profile e2e-all '{"version":1, "name":"e2e-all", "mode":"audit"}'
profile e2e-broken '{"version":1, "name":"e2e-broken", "exec":{"deni":[]}}'
says "one that is broken" "e2e-broken.json: exec.deni" "$(shieldctl reload 2>&1)"
refuses "and none has changed" exec 'exec.deny[0]' exec /opt/denied
says "a dry run" "e2e-all: would be reloaded, audit" "$(shieldctl reload --dry-run e2e-all)"
refuses "after the dry run" exec 'exec.deny[0]' exec /opt/denied
shieldctl reload e2e-nobody >/dev/null 2>&1
equal "a profile that nobody has" 3 $?
quiet_reload all "\"mode\":\"audit\", $first"
audits "the profile is in audit mode now" exec 'exec.deny[0]' exec /opt/denied
collect
shieldctl mode "$(id_of all)" enforce >/dev/null
shieldctl events >/dev/null
quiet_reload all "\"mode\":\"audit\", $second"
refuses "a mode that was set by hand stays" exec 'exec.deny[0]' exec /opt/denied
permits "what is new" connect udp 198.51.100.1 8053
says "nothing new" "unchanged, enforce" "$(shieldctl reload e2e-all)"
stop broken
end_session
equal "nothing stays" "" "$(leftovers)"
