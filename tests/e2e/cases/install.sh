# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# install.sh and what tells runtimes of the hook: a dry run, killed in the middle, twice, an upgrade while a container
# runs, all of it gone again; and what the doctor says of each thing that can be wrong. CRI-O, which Debian does not
# have, is a script that says its configuration.
# Once: podman decides what is called, not the runtime below it.

checkout=$(realpath "$e2e_dir/../..")
readonly default_hooks=/usr/share/containers/oci/hooks.d own_hooks=/etc/containers/oci/hooks.d
readonly drop_in=/etc/containers/containers.conf.d/10-e2e.conf handler=/etc/crio/crio.conf.d/50-oci-shield.conf
readonly configure=/usr/share/oci-shield/runtime-config/configure

profile e2e-install '{"version":1, "name":"e2e-install", "exec":{"deny":["/usr/bin/id"]}}'
readonly profiled=(--annotation oci-shield/profile=e2e-install)

install_sh() {
	"$checkout/install.sh" "$@" 2>&1
}

# What there is; a file that was written anew is another one.
tree() {
	find /usr /etc /var/lib/oci-shield \( -type d -printf '%p %m\n' -o -printf '%p %m %s %T@ %i %l\n' \) 2>/dev/null |
		sort >"$work/$1"
}

# same NAME TREE TREE
same() {
	equal "$1" "" "$(diff "$work/$2" "$work/$3")"
}

pod() {
	podman --runtime "$runtime" "$@" 2>&1
}

# status COMMAND...: how it ended
status() {
	"$@" >/dev/null 2>&1
	echo $?
}

run_once() {
	status pod run --rm --network none "$@"
}

# enforced NAME: allowed, denied, and a container that asked for nothing
enforced() {
	equal "$1: allowed" 0 "$(run_once "${profiled[@]}" localhost/debian true)"
	equal "$1: denied" 126 "$(run_once "${profiled[@]}" localhost/debian sh -c id)"
	equal "$1: without a profile" 0 "$(run_once localhost/debian sh -c id)"
}

# doctor NAME STATUS WORDS [SHIELDCTL]: what it says, and how it ends
doctor() {
	local output code=0

	output=$("${4:-shieldctl}" doctor 2>&1) || code=$?
	says "doctor: $1" "$3" "$output"
	equal "doctor: $1: its status" "$2" $code
}

# traced COMMAND...: its renames and removals
traced() {
	strace -qq -f -o "$work/trace" -e trace=rename,renameat,renameat2,unlink,unlinkat "$@" >/dev/null 2>&1
}

# order FILE...: in which order they came, or went
order() {
	awk -v files="$*" 'BEGIN { n = split(files, file, " ") }
		/= 0$/ { for (i = 1; i <= n; i++) if (index($0, "\"" file[i] "\"")) print file[i] }' \
		"$work/trace" | xargs --no-run-if-empty basename --multiple | paste --serial --delimiters=' '
}

# The node's own, which nothing may change.
systemctl --quiet stop shieldd
install_sh --uninstall >/dev/null
equal "uninstalled: nothing is left" "" "$(find /usr /etc/containers -name '*oci-shield*' -o -name 'shield[dc]*')"
mkdir -p /etc/oci-shield "${drop_in%/*}"
echo '{ "version": 1, "stdout": false }' >/etc/oci-shield/shieldd.json
printf '[containers]\npids_limit = 1000\n' >"$drop_in"
tree bare

output=$(install_sh --dry-run --runtime podman)
says "dry run: says what, and which text" "would install /usr/bin/oci-shield (mode 755)
would install $default_hooks/oci-shield-create.json (mode 644)
+    \"path\": \"/usr/bin/oci-shield\"," "$output"
tree dry
same "dry run: changes nothing" bare dry

# Killed before the hook's file has its name: nothing is half there.
mkdir "$work/bin"
script "$work/bin/mv" '#!/bin/sh' "case \$3 in $default_hooks/*) kill -KILL \$PPID; exit 1 ;; esac" 'exec /usr/bin/mv "$@"'
equal "killed: it says that it failed" 1 "$(PATH=$work/bin:$PATH status install_sh --runtime podman)"
equal "killed: no hook is called" "" "$(find $default_hooks -type f)"
equal "killed: containers run" 0 "$(run_once localhost/debian true)"
doctor "killed" 1 "it reads hooks in $default_hooks, and nothing there calls oci-shield at createRuntime"

# Again: it mends. The programs are whole before anything calls them.
rm /usr/bin/oci-shield
traced "$checkout/install.sh" --runtime podman
equal "install: the program, then what calls it" "oci-shield oci-shield-create.json oci-shield-poststop.json" \
	"$(order $default_hooks/oci-shield-{create,poststop}.json /usr/bin/oci-shield)"
equal "install: nothing unfinished" "" "$(find /usr /etc -name '.*.oci-shield')"
tree installed
equal "twice: no change" "install.sh: nothing to change" "$(install_sh --runtime none)"
equal "twice: podman, no change" "podman: nothing to change" "$($configure podman)"
tree again
same "twice: the same" installed again
enforced "installed"
doctor "installed" 0 "$default_hooks/oci-shield-create.json calls /usr/bin/oci-shield
Containers on this node can be enforced."

# An upgrade, while a container runs.
mkdir -p "$work/newer/build"
cp -r "$checkout"/{install.sh,profiles,runtime-config,docs} "$work/newer"
cp "$checkout"/build/shieldd* "$checkout"/build/tests/e2e/upgraded/{oci-shield,shieldctl} "$work/newer/build"
pod run --detach --name before --network none "${profiled[@]}" localhost/debian sleep infinity >/dev/null
while [[ ! -e $work/upgraded ]]; do
	status pod exec before sh -c id
	status pod exec before true
done >"$work/judged" &
judging=$!
program=$(stat --format %i /usr/bin/oci-shield)
says "upgrade: says what it changes" "install /usr/bin/oci-shield (mode 755)" "$("$work/newer/install.sh" --runtime podman 2>&1)"
: >"$work/upgraded"
wait $judging
test_that "upgrade: the program is another file" test "$(stat --format %i /usr/bin/oci-shield)" != "$program"
equal "upgrade: who enters is judged all the while" "0 126" "$(sort --unique "$work/judged" | paste --serial --delimiters=' ')"
enforced "upgraded"
doctor "a hook of another build" 0 "/usr/bin/oci-shield is of another build than this shieldctl" "$checkout/build/shieldctl"

# What can be wrong.
mv /usr/bin/oci-shield "$work/parked"
doctor "no program" 1 "oci-shield-create.json calls /usr/bin/oci-shield, which is not there: it is skipped, containers run UNPROTECTED"
mv "$work/parked" /usr/bin/oci-shield
echo '{' >$default_hooks/broken.json
doctor "a malformed file" 1 "$default_hooks/broken.json: "
equal "a malformed file: no container starts, indeed" 126 "$(run_once localhost/debian true)"
rm $default_hooks/broken.json
pod run --detach --name missed --hooks-dir "$work/bin" --network none "${profiled[@]}" localhost/debian sleep infinity >/dev/null
doctor "a container that no hook was called for" 1 "runs WITHOUT the profile e2e-install that is meant for it"
pod rm --force --time 0 missed >/dev/null

mkdir -p $own_hooks
printf '[engine]\nhooks_dir = ["%s", "%s"]\n' $default_hooks $own_hooks >"$drop_in"
sed 's|/usr/bin/oci-shield|/usr/bin/true|' $default_hooks/oci-shield-create.json >$own_hooks/oci-shield-create.json
doctor "a file of the same name" 1 "$own_hooks/oci-shield-create.json hides the file of oci-shield in $default_hooks"
rm $own_hooks/oci-shield-create.json

printf '[engine]\nhooks_dir = ["%s"]\n' $own_hooks >"$drop_in"
doctor "other folders" 1 "it reads hooks in $own_hooks, and nothing there calls oci-shield
mend: $configure podman"
equal "other folders: nothing is enforced, indeed" 0 "$(run_once "${profiled[@]}" localhost/debian sh -c id)"
says "other folders: mended as it says" "install $own_hooks/oci-shield-create.json" "$($configure podman)"
enforced "other folders"
doctor "other folders, mended" 0 "$own_hooks/oci-shield-create.json calls /usr/bin/oci-shield"
says "other folders: and back" "remove $own_hooks/oci-shield-create.json" "$($configure --uninstall podman)"
rm -r /etc/containers/oci
printf '[containers]\npids_limit = 1000\n' >"$drop_in"
$configure podman >/dev/null

# CRI-O says this; what nobody has set is a comment.
script "$work/bin/crio" '#!/bin/sh' "[ \"\$1\" = config ] || { echo crio version 1.36; exit; }" 'cat <<END' '[crio.runtime]' \
	'# hooks_dir = [' "#$(printf ' \t')\"$default_hooks\"," '# ]' '# default_runtime = "crun"' \
	'# [crio.runtime.runtimes.crun]' '# runtime_path = ""' '# runtime_type = "oci"' '# runtime_root = "/run/crun"' \
	'# inherit_default_runtime = false' "\$(cat $handler 2>/dev/null)" END
rm "$work/bin/mv"
PATH=$work/bin:$PATH
doctor "CRI-O without a handler" 0 "no handler oci-shield: pods with that RuntimeClass do not start"
$configure crio >/dev/null
equal "CRI-O: the handler is the default one, by its path" "[crio.runtime.runtimes.oci-shield]
runtime_path = \"$(command -v crun)\"
runtime_type = \"oci\"
runtime_root = \"/run/crun\"
inherit_default_runtime = true" "$(grep --invert-match '^#' $handler)"
doctor "CRI-O" 0 "the handler oci-shield runs $(command -v crun)"
equal "CRI-O: again, no change" "CRI-O: nothing to change" "$($configure crio)"
says "podman goes, CRI-O stays: the files stay" "CRI-O reads the same files" "$($configure --uninstall podman)"
says "CRI-O goes, podman stays: the files stay" "podman reads the same files" "$($configure --uninstall crio)"
equal "CRI-O goes: its handler too" "2 0" "$(find $default_hooks -name '*.json' | wc --lines) $(find /etc/crio 2>/dev/null | wc --lines)"
PATH=${PATH#*:}

# All of it goes; the program, when the container that it is called for has ended.
traced "$work/newer/install.sh" --uninstall
equal "uninstall: what calls programs, then they" "oci-shield-create.json oci-shield-poststop.json shieldd" \
	"$(order $default_hooks/oci-shield-{create,poststop}.json /usr/bin/{oci-shield,shieldd})"
equal "uninstall: the container that runs is enforced" 126 "$(status pod exec before sh -c id)"
pod rm --force --time 0 before >/dev/null
equal "uninstall: and leaves nothing" "" "$(leftovers)"
says "uninstall again: the program" "remove /usr/bin/oci-shield" "$(install_sh --uninstall)"
tree gone
same "uninstall: as it was before" bare gone

rm /etc/oci-shield/shieldd.json "$drop_in"
install_sh --runtime podman >/dev/null
shieldctl engine load >/dev/null
test_that "installed again" shieldctl doctor
