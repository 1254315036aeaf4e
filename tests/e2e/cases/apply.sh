# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shieldctl apply: a folder of profiles and a configuration comes into force as a whole, or not at all.
# Once: it is about files of the node, and reload.sh is about containers.

readonly folder=$work/apply config_file=/etc/oci-shield/config.json copy=/var/lib/oci-shield/config.json
pod=(--annotation io.kubernetes.pod.namespace e2e --annotation io.kubernetes.pod.name web-0
	--annotation io.kubernetes.container.name nginx)

# put NAME TEXT: into the folder that is applied
put() {
	mkdir -p "$folder"
	echo "$2" >"$folder/$1"
}

# apply [OPTION...]: $answer is what it says, $status how it ends
apply() {
	answer=$(shieldctl apply "$@" 2>&1)
	status=$?
}

# does NAME ACT: what comes of an act of a container
does() {
	act "$1" x exec "$2"
	echo "$answer"
}

control_events() {
	shieldctl events -o json | jq --raw-output 'select(.kind == "control") | .operand.act'
}

put e2e-base.json '{"version":1, "exec":{"deny":["/opt/denied"]}}'
put e2e-applied.json '{"version":1, "extends":"e2e-base"}'
put config.json '{"version":1, "bindings":[{"namespace":"e2e", "profile":"e2e-applied"}]}'
profile e2e-own '{"version":1}'

# --- it comes into force
apply --dry-run "$folder"
equal "dry run: valid" "0 $folder is valid: 2 profiles added, 0 replaced, 0 taken away; the configuration changes" \
	"$status $answer"
test_that "dry run: nothing is there" test ! -e "$config_file" -a ! -e "$profiles/e2e-applied.json"
apply "$folder"
equal "apply" "0 $folder is in force: 2 profiles added, 0 replaced, 0 taken away; the configuration changes" \
	"$status $answer"
test_that "the node's own profile stays" test -e "$profiles/e2e-own.json"
equal "select: what is bound" "profile e2e-applied, enforce: by bindings[0] of the node's configuration" \
	"$(shieldctl select --namespace e2e --pod web-0)"
shieldctl select --namespace e2e --annotation oci-shield/profile=e2e-own 2>/dev/null
equal "select: what would be refused" 4 $?
start bound "${pod[@]}" || return
equal "a bound container" EACCES "$(does bound /opt/denied)"
equal "a bound container, what is allowed" ok "$(does bound /opt/other)"
equal "a container without a profile" ok "$(does free /opt/denied)"
control_events >/dev/null
apply "$folder"
equal "again: nothing to do" "0 $folder is in force already: nothing to do" "$status $answer"
equal "again: no reload" "" "$(control_events)"

# --- running containers follow what the profile extends
put e2e-base.json '{"version":1, "exec":{"deny":["/opt/other"]}}'
apply -o json "$folder"
equal "a change" "0 applied 1 e2e-applied true" \
	"$status $(jq --raw-output '"\(.result) \(.replaced) \(.containers[] | "\(.profile) \(.changed)")"' <<<"$answer")"
equal "a change: the event" reload "$(control_events)"
equal "a change: what is denied now" EACCES "$(does bound /opt/other)"
equal "a change: what is allowed now" ok "$(does bound /opt/denied)"
equal "a change: a container without a profile" ok "$(does free /opt/other)"

# --- nothing of what is not valid
put e2e-bad.json '{"version":1, "exec":{"alow":[]}}'
put config.json '{"version":1, "default_profile":"e2e-none"}'
apply "$folder"
says "not valid: all of it is told" "$folder/e2e-bad.json: exec.alow: unknown key; did you mean \"allow\"?
$folder/config.json: default_profile: no profile \"e2e-none\"
$folder is not valid: nothing was changed" "$answer"
equal "not valid: refused" 1 "$status"
put e2e-own.json '{"version":1}'
rm "$folder/e2e-bad.json"
apply "$folder"
says "a profile of the node's own" "$profiles/e2e-own.json is the node's own, and not replaced" "$answer"
rm "$folder/e2e-own.json"
equal "not valid: the old policy" EACCES "$(does bound /opt/other)"
stop bound

# --- a mistake by hand: the last valid configuration
echo '{"version":1, "bindings":[{"namespace":"e2e", "profile":"e2e-aplied"}]}' >"$config_file"
if start bound "${pod[@]}"; then
	equal "a mistake in config.json: still bound" EACCES "$(does bound /opt/other)"
else
	not_ok "a mistake in config.json: it starts" "$(said bound)"
	return
fi
says "a mistake in config.json: status" "problem      the configuration of " "$(shieldctl status)"
says "a mistake in config.json: doctor" "bindings[0].profile: no profile \"e2e-aplied\"" "$(shieldctl doctor)"

# --- a ConfigMap that is watched
# flip N: another version of it
flip() {
	mkdir -p "$work/map"
	cp -r "$folder" "$work/map/..$1"
	ln -s "..$1" "$work/map/..data_tmp"
	mv -T "$work/map/..data_tmp" "$work/map/..data"
	for file in "$folder"/*; do
		ln -sf "..data/${file##*/}" "$work/map/"
	done
}

is_ready() {
	[[ -e $work/ready-file ]] && echo ready
}

complains() {
	grep --quiet "e2e-base.json: exec.deny" "$work/watch.log" && echo told
}

# has NAME WORDS: the profile in force
has() {
	grep --count --fixed-strings -e "$2" "$profiles/$1.json"
}

put config.json '{"version":1, "bindings":[{"namespace":"e2e", "profile":"e2e-applied"}]}'
flip 1
shieldctl apply --watch --ready "$work/ready-file" "$work/map" >"$work/watch.log" 2>&1 &
watcher=$!
becomes "watch: ready" ready is_ready
put e2e-base.json '{"version":1, "exec":{"deny":["/opt/allowed"]}}'
flip 2
becomes "watch: a flip comes into force" 1 has e2e-base /opt/allowed
becomes "watch: ready again" ready is_ready
equal "watch: the container follows, denied" EACCES "$(does bound /opt/allowed)"
equal "watch: the container follows, allowed" ok "$(does bound /opt/other)"
put e2e-base.json '{"version":1, "exec":{"deny":["opt"]}}'
flip 3
becomes "watch: what is not valid is not ready" "" is_ready
becomes "watch: it says so" told complains
equal "watch: the old policy" EACCES "$(does bound /opt/allowed)"
kill "$watcher"
wait "$watcher"
equal "watch: ends" 0 "$?"
stop bound

# --- and away with it
echo '{"version":1, "default_profile":"e2e-applied"}' >"$folder/config.json"
put e2e-base.json '{"version":1}'
apply "$folder"
equal "another configuration" 0 "$status"
apply --remove
equal "removed" "0 what was applied is taken away: 0 profiles added, 0 replaced, 2 taken away; the configuration changes" \
	"$status $answer"
equal "nothing is left of it" "$profiles/e2e-own.json" "$(ls "$profiles"/e2e-{applied,base,own}.json "$config_file" "$copy" 2>/dev/null)"
equal "nothing is left beside it" "" "$(find /etc/oci-shield -name '.profiles*')"
