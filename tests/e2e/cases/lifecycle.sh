# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# From start to teardown under a plain runtime; exec into a container; what goes on beside it.

profile e2e-life '{"version":1, "name":"e2e-life", "exec":{"deny":["/opt/denied"]}, "setuid":{"default":"deny"}}'
profile e2e-life-b '{"version":1, "name":"e2e-life-b", "exec":{"deny":["/opt/other"]}}'

# Two at once, each under its own profile, sharing nothing.
start life --profile e2e-life || return
start life-twin --profile e2e-life || return
start life-b --profile e2e-life-b || return
act life x exec /opt/denied
equal "a profile of its own: denied" EACCES "$answer"
act life x exec /opt/other
equal "a profile of its own: allowed" ok "$answer"
act life-b x exec /opt/other
equal "another beside it: denied" EACCES "$answer"
act life-b x exec /opt/denied
equal "another beside it: allowed" ok "$answer"
equal "equal profiles are one policy" 2 "$(entries policy_index)"
stop life-twin
act life x exec /opt/denied
equal "the policy stays with the other" EACCES "$answer"

# Later tasks of the container.
in_life() {
	"$runtime" exec "$(id_of life)" "$@" >"$work/output" 2>&1
	echo $?
}
equal "exec into it: allowed" 0 "$(in_life /opt/other)"
equal "exec into it: denied program" refused "$([[ $(in_life /opt/denied) == 0 ]] || echo refused)"
equal "exec into it: denied act" 10 "$(in_life /acts/acts setuid 33)"
equal "exec into it: its child" 10 "$(in_life /acts/acts exec /acts/acts exec /opt/denied)"
"$runtime" exec --user 33 "$(id_of life)" /opt/other >"$work/output" 2>&1
equal "exec into it as another user, which the runtime changes to" 0 $?
equal "exec into the other" 0 "$("$runtime" exec "$(id_of free)" /opt/denied >/dev/null 2>&1; echo $?)"
"$runtime" pause "$(id_of life)" && "$runtime" resume "$(id_of life)"
act life x exec /opt/denied
equal "pause and resume" EACCES "$answer"
says "an exec that is refused is an event" "/opt/denied" "$(shieldctl events)"

# A user that the runtime changes to before the entrypoint.
if start life-user --profile e2e-life --uid 33; then
	act life-user x setuid 33
	equal "a user from the start" ok "$answer"
	stop life-user
else
	not_ok "a user from the start" "$(said life-user)"
fi

# Teardown.
pin=$(shieldctl inspect -o json "$(id_of life)" | jq .slot)
stop life
stop life-b
equal "nothing is left" "" "$(leftovers)"
equal "poststop of what is gone, slot $pin" "" "$(poststop "$(id_of life)")"
equal "poststop of what never was" "" "$(poststop e2e-never)"

# No annotation: untouched, also where the hook runs.
start life-none --annotation oci-shield.example/other value || return
act life-none x exec /opt/denied
equal "no annotation of ours" ok "$answer"
equal "no annotation of ours: no slot" "" "$(leftovers)"
stop life-none

# ... but for what the node's own configuration says.
config_file=/etc/oci-shield/config.json
echo '{"version":1, "default_profile":"e2e-life", "annotations":{"mode":false}}' >"$config_file"
if start life-default --annotation oci-shield/mode audit; then
	act life-default x exec /opt/denied
	equal "the node's default profile" EACCES "$answer"
	stop life-default
else
	not_ok "the node's default profile" "$(said life-default)"
fi
rm -f "$config_file"

# No poststop at all: the next call sweeps.
start life-lost --profile e2e-life --hooks create || return
stop life-lost
test_that "without poststop something is left" test -n "$(leftovers)"
start life --profile e2e-life || return
stop life
equal "the next call sweeps it" "" "$(leftovers)"

# The same id again, while its first incarnation was not taken down.
start life-again --profile e2e-life --hooks create || return
stop life-again
start life-again --profile e2e-life || return
act life-again x exec /opt/denied
equal "an id used again" EACCES "$answer"
# poststop of the first incarnation comes late
poststop "$(id_of life-again)" >/dev/null
act life-again x exec /opt/denied
equal "a late poststop leaves the living alone" EACCES "$answer"
stop life-again
equal "nothing is left of it" "" "$(leftovers)"

# A container in a container's cgroup.
start life --profile e2e-life || return
outer=/sys/fs/cgroup/e2e/$(id_of life)
mkdir "$outer/leaf"
while read -r process; do
	echo "$process" >"$outer/leaf/cgroup.procs"
done <"$outer/cgroup.procs"
if start life-inner --profile e2e-life --cgroup "/e2e/$(id_of life)/inner"; then
	not_ok "a second profile inside is refused" "it runs"
	stop life-inner
else
	says "a second profile inside is refused" "inside another" "$(said life-inner)"
fi
stop life
