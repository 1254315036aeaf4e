# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Evidence: what an event tells, counters, the rate limit, and what shieldctl shows.
# Once: they come from the programs.

profile e2e-events '{"version":1, "name":"e2e-events", "exec":{"deny":["/opt/denied"]}, "setuid":{"default":"deny"},
	"network":{"egress":{"default":"deny", "allow":[{"to":"192.0.2.1", "ports":[8080]}]}}, "ptrace":{"default":"deny"}}'

start events --profile e2e-events || {
	not_ok "a container starts" "$(said events)"
	return
}
id=$(id_of events)
shieldctl events >/dev/null

# event FILTER: of the one event that there is
event() {
	jq --compact-output "$1" <<<"$event_json"
}

happens() {
	act events "$@"
	event_json=$(shieldctl events -o json)
}

happens who exec /opt/denied
equal "one event" 1 "$(wc --lines <<<"$event_json")"
equal "its container" "\"$id\" \"e2e-events\"" "$(event '.container.id, .container.profile' | paste --serial --delimiters=' ')"
equal "its process" '["who","/acts/acts",0]' "$(event '[.process.comm, .process.exe, .process.uid]')"
equal "its operand" '{"type":"path","path":"/opt/denied","cut":false}' "$(event .operand)"
equal "its rule" '["exec","deny","exec.deny[0]"]' "$(event '[.kind, .verdict, .rule]')"
test_that "its time is now" jq --exit-status '(.time[0:19] + "Z" | fromdate) as $t | $t > now - 600 and $t < now + 30' \
	<<<"$event_json"
happens who connect tcp ::ffff:192.0.2.1 8443
equal "an address" '["inet","192.0.2.1",8443,"tcp"]' \
	"$(event '.operand | [.family, .address, .port, .proto]')"
happens who connect udp 2001:db8::1 53
equal "a v6 address" '["inet6","2001:db8::1",53,"udp"]' "$(event '.operand | [.family, .address, .port, .proto]')"
happens who setuid 33
equal "ids" '["uid",0,33]' "$(event '.operand | [.change, .before, .wanted]')"
happens who attach child
equal "a task" '["task","who"]' "$(event '.operand | [.type, .comm]')"
happens who exec-memfd /opt/other
equal "a reason" '"the file has no name in the container'"'"'s own file system"' "$(event .reason)"
act events who exec /opt/denied
says "the compact form" "deny
exec
/acts/acts
/opt/denied
exec.deny[0]" "$(shieldctl events)"

says "shieldctl ps" "${id:0:12}
e2e-events
enforce
armed" "$(shieldctl ps)"
equal "shieldctl ps -o json" '["e2e-events","enforce","armed",7]' \
	"$(shieldctl ps -o json | jq --compact-output ".[] | select(.id == \"$id\") | [.profile, .mode, .state, .denials]")"
says "shieldctl inspect" "e2e-events
armed
exec.*3
setuid.*1" "$(shieldctl inspect "$id" | sed 's/^\(exec\|setuid\) .* \([0-9]\+\) .*$/\1.*\2/')"
equal "shieldctl inspect finds it by the beginning of its id" "\"$id\"" \
	"$(shieldctl inspect -o json "${id:0:10}" | jq .id)"
says "shieldctl status" "engine       loaded
enforcement  on
containers   1 of
recordings   0 of
shieldd      does not serve events" "$(shieldctl status)"
equal "shieldctl status -o json" '[true,1,1,0,null,false,[]]' "$(shieldctl status -o json | jq --compact-output \
	'[.enforcement, .containers, .armed, .recordings, .reader, .served, .others]')"

# completed WORD...: what the completion for bash offers for the last one
completed() {
	(
		# shellcheck source=/dev/null
		. /usr/share/bash-completion/completions/shieldctl
		COMP_WORDS=(shieldctl "$@")
		COMP_CWORD=$#
		_shieldctl
		echo "${COMPREPLY[*]}"
	)
}

equal "completion knows containers" e2e-events "$(completed mode e2e)"
equal "and profiles" e2e-events "$(completed profile show e2e-ev)"
test_that "shieldctl doctor" shieldctl doctor
test_that "shieldctl profile check" shieldctl profile check "$profiles/e2e-events.json"

# Filters: where shieldctl reads the ring, and where shieldd does.
start other --profile e2e-events || not_ok "another container starts" "$(said other)"

# shown OPTION...: the kinds of the events that it shows
shown() {
	shieldctl events -o json "$@" | jq --raw-output .kind | paste --serial --delimiters=' '
}

# both_act: two events of each container
both_act() {
	act events who exec /opt/denied
	act events who setuid 33
	act other who connect tcp 192.0.2.1 8443
	act other who setuid 33
}

both_act
equal "one container's" "exec setuid" "$(shown --container e2e-events)"
both_act
equal "a kind, of any container" "setuid setuid" "$(shown --kind setuid)"
both_act
equal "none is left of those that were left out" "" "$(shown --since 2100-01-01T00:00:00Z; shown)"

equal "shieldctl ps is sorted" "e2e-events e2e-other" \
	"$(shieldctl ps | awk 'NR > 1 { print $1 }' | grep --fixed-strings --word-regexp --regexp e2e-events --regexp e2e-other |
		paste --serial --delimiters=' ')"
systemctl start shieldd
# served: whether shieldctl says that shieldd serves
served() {
	shieldctl status | grep --count '^shieldd      serves events'
}
becomes "shieldd serves" 1 served
both_act
becomes "all" "exec setuid egress setuid" shown
equal "a pattern of ids" "egress setuid" "$(shown --container '*other')"
equal "the beginning of an id" "exec setuid" "$(shown -c e2e-ev)"
equal "several" "exec setuid egress setuid" "$(shown -c e2e-ev -c e2e-o)"
equal "a rule" "egress" "$(shown --rule network)"
equal "the entry of a rule" "exec" "$(shown --rule 'exec.deny[0]')"
equal "a container's kinds" "setuid" "$(shown -c '*other' -k setuid -k exec)"
equal "verdicts" "exec setuid egress setuid" "$(shown --verdict deny --verdict kill)"
equal "no such verdict" "" "$(shown --verdict audit)"
equal "a pod's" "" "$(shown --pod '*')"
equal "an hour's" "exec setuid egress setuid" "$(shown --since 1h)"
equal "none of the future" "" "$(shown --since 2100-01-01T00:00:00Z)"
equal "a line for people" 1 "$(shieldctl events --rule network | wc --lines)"
shieldctl events --follow --kind egress -o json >"$work/followed" &
follower=$!
becomes "those that were" 1 jq --slurp length "$work/followed"
both_act
becomes "and those to come" "egress egress" eval 'jq --raw-output .kind "$work/followed" | paste --serial --delimiters=" "'
kill "$follower"
wait "$follower" 2>/dev/null
systemctl stop shieldd
stop other
equal "a kind that there is not" 2 "$(shieldctl events --kind exek >/dev/null 2>&1; echo $?)"

before=$(shieldctl inspect -o json "$id" | jq .violations.setuid.deny)
# A noisy container: counted in full, reported up to its rate.
act events noise repeat 3000 setuid 33
reported=$(shieldctl events -o json | jq --slurp length)
counts=$(shieldctl inspect -o json "$id" | jq --compact-output '[.violations.setuid.deny, .suppressed, .lost]')
equal "every one of 3000 violations is counted" $((before + 3000)) "$(jq '.[0]' <<<"$counts")"
equal "reported, suppressed and lost ones are all there are" 3000 \
	"$(jq --argjson reported "$reported" '$reported + .[1] + .[2]' <<<"$counts")"
test_that "some were over the rate" jq --exit-status '.[1] > 0' <<<"$counts"
act events after setuid 33

# Nobody reads: the ring fills, and the losses are counted.
stop events
equal "nothing is under enforcement" 3 "$(shieldctl ps >/dev/null 2>&1; echo $?)"
