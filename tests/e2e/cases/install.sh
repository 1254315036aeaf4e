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
readonly upgraded=$checkout/build/tests/e2e/upgraded

profile e2e-install '{"version":1, "name":"e2e-install", "exec":{"deny":["/usr/bin/id"]}}'
readonly profiled=(--network none --annotation oci-shield/profile=e2e-install)

install_sh() {
	"$checkout/install.sh" "$@" 2>&1
}

# What there is; a file that was written anew is another one.
tree() {
	find /usr /etc \( -type d -printf '%p %m\n' -o -printf '%p %m %s %T@ %i %l\n' \) | sort >"$work/$1"
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

# enforced NAME: allowed and then denied; both without a profile
enforced() {
	equal "$1: allowed, then denied" 126 "$(status pod run --rm "${profiled[@]}" localhost/debian sh -c 'true || exit; id')"
	equal "$1: without a profile" 0 "$(status pod run --rm --network none localhost/debian sh -c 'true || exit; id')"
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
	strace -qq -f --seccomp-bpf -o "$work/trace" -e trace=rename,renameat,renameat2,unlink,unlinkat "$@" >/dev/null 2>&1
}

# order FILE...: in which order they came, or went
order() {
	awk -v files="$*" 'BEGIN { n = split(files, file, " ") }
		/= 0$/ { for (i = 1; i <= n; i++) if (index($0, "\"" file[i] "\"")) print file[i] }' "$work/trace" |
		xargs --no-run-if-empty basename --multiple | paste --serial --delimiters=' '
}

# CRI-O says this; what nobody has set is a comment.
mkdir "$work/bin"
script "$work/bin/crio" '#!/bin/sh' '[ "$1" != status ] || exit 1 # it does not run' \
	'[ "$1" = config ] || { echo crio version 1.36; exit; }' 'cat <<END' '[crio.runtime]' \
	'# hooks_dir = [' "# 	\"$default_hooks\"," '# ]' '# default_runtime = "crun"' \
	'# [crio.runtime.runtimes.crun]' '# runtime_path = ""' '# runtime_type = "oci"' '# runtime_root = "/run/crun"' \
	'# inherit_default_runtime = false' "\$(cat $handler 2>/dev/null)" END
PATH=$work/bin:$PATH

# The node's own, which nothing may change.
systemctl --quiet stop shieldd
# As on a node without containerd.
test_that "uninstall" unshare --mount sh -c 'mount --bind /dev/null "$(command -v containerd)" && exec "$@"' \
	sh "$checkout/install.sh" --uninstall
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
script "$work/bin/mv" '#!/bin/sh' "case \$3 in $default_hooks/*) kill -KILL \$PPID; exit 1 ;; esac" 'exec /usr/bin/mv "$@"'
equal "killed: it says that it failed" 1 "$(status install_sh --runtime podman)"
rm "$work/bin/mv"
equal "killed: no hook is called" "" "$(find $default_hooks -type f)"
equal "killed: containers run" 0 "$(status pod run --rm --network none localhost/debian true)"
doctor "killed" 1 "it reads hooks in $default_hooks, and nothing there calls oci-shield at createRuntime
mend: $configure podman"

# Again: it mends. The programs are whole before anything calls them.
rm /usr/bin/oci-shield
traced "$checkout/install.sh" --runtime podman
equal "install: the program, then what calls it" "oci-shield oci-shield-create.json oci-shield-poststop.json" \
	"$(order $default_hooks/oci-shield-{create,poststop}.json /usr/bin/oci-shield)"
equal "install: nothing unfinished" "" "$(find /usr /etc -name '.*.oci-shield')"
tree installed
equal "twice: no change" "install.sh: nothing to change" "$(install_sh --runtime none)"
equal "twice: podman, no change" "podman: nothing to change" "$($configure podman)"
says "another prefix: it is followed" "-    \"path\": \"/usr/bin/oci-shield\",
+    \"path\": \"/usr/bin/true\"," "$(OCI_SHIELD_HOOK=/usr/bin/true $configure --dry-run podman)"
says "another prefix: what is another's stays" "stays: it does not call /usr/bin/true" \
	"$(OCI_SHIELD_HOOK=/usr/bin/true $configure --uninstall podman crio)"
says "no program: it is refused" "/usr/bin/none is not installed" "$(OCI_SHIELD_HOOK=/usr/bin/none $configure podman 2>&1)"
tree again
same "none of these changes anything" installed again
enforced "installed"
doctor "installed" 0 "podman            $default_hooks/oci-shield-create.json calls /usr/bin/oci-shield
crio              $default_hooks/oci-shield-create.json calls /usr/bin/oci-shield
no handler oci-shield: pods with that RuntimeClass do not start
Containers on this node can be enforced."
equal "doctor: installed: programs of one build" "" "$(shieldctl doctor | grep 'another build')"

# CRI-O's handler; podman and CRI-O share the other files.
$configure crio >/dev/null
equal "CRI-O: the handler is the default one, by its path" "[crio.runtime.runtimes.oci-shield]
runtime_path = \"$(command -v crun)\"
runtime_type = \"oci\"
runtime_root = \"/run/crun\"
inherit_default_runtime = true" "$(grep --invert-match '^#' $handler)"
doctor "CRI-O: the handler" 0 "the handler oci-shield runs $(command -v crun)"
equal "CRI-O: again, no change" "CRI-O: nothing to change" "$($configure crio)"
says "podman goes, CRI-O stays: the files stay" "CRI-O reads the same files" "$($configure --uninstall podman)"
says "CRI-O goes, podman stays: the files stay" "podman reads the same files" "$($configure --uninstall crio)"
equal "CRI-O goes: its handler too" "2 0" "$(find $default_hooks -type f | wc --lines) $(find /etc/crio 2>/dev/null | wc --lines)"

# An upgrade, while a container runs: other files for the programs.
mkdir -p "$work/newer/build"
cp -r "$checkout"/{install.sh,profiles,runtime-config,docs} "$work/newer"
cp "$checkout"/build/{oci-shield,shieldctl,shieldd,shieldd-webhook} "$work/newer/build"
echo >>"$work/newer/build/oci-shield"
pod run --detach --name before "${profiled[@]}" localhost/debian sleep infinity >/dev/null
while [[ ! -e $work/over ]]; do
	status pod exec before sh -c 'true || exit; id'
done >"$work/judged" &
judging=$!
equal "upgrade: what is another file is replaced" "install /usr/bin/oci-shield (mode 755)
podman: nothing to change" "$("$work/newer/install.sh" --runtime podman 2>&1)"
: >"$work/over"
wait $judging
test_that "upgrade: it is replaced" cmp /usr/bin/oci-shield "$work/newer/build/oci-shield"
equal "upgrade: who enters is judged all the while" 126 "$(sort --unique "$work/judged")"

# What can be wrong.
mkdir -p $own_hooks
printf '[engine]\nhooks_dir = ["%s", "%s"]\n' $default_hooks $own_hooks >"$drop_in"
sed 's|/usr/bin/oci-shield|/usr/bin/true|' $default_hooks/oci-shield-create.json >$own_hooks/oci-shield-create.json
pod run --detach --name missed "${profiled[@]}" localhost/debian sleep infinity >/dev/null
echo '{' >$own_hooks/broken.json
doctor "hidden, malformed, missed, another build" 1 "$own_hooks/oci-shield-create.json hides the file of oci-shield in $default_hooks
it reads hooks in $default_hooks, $own_hooks, and nothing there calls oci-shield at createRuntime
$own_hooks/broken.json: 
runs WITHOUT the profile e2e-install that is meant for it
/usr/bin/oci-shield is of another build than this shieldctl" "$upgraded/shieldctl"
pod rm --force --time 0 missed >/dev/null
rm $own_hooks/*

printf '[engine]\nhooks_dir = ["%s"]\n' $own_hooks >"$drop_in"
says "other folders: they are used" "install $own_hooks/oci-shield-create.json" "$($configure podman)"
enforced "other folders"
mv /usr/bin/oci-shield "$work/parked"
doctor "no program" 1 \
	"$own_hooks/oci-shield-create.json calls /usr/bin/oci-shield, which is not there: it is skipped, containers run UNPROTECTED"
mv "$work/parked" /usr/bin/oci-shield

# All of it goes; the program, when the container that it is called for has ended.
traced "$work/newer/install.sh" --uninstall
equal "uninstall: what calls programs, then they" "oci-shield-create.json oci-shield-poststop.json shieldd" \
	"$(order $default_hooks/oci-shield-{create,poststop}.json /usr/bin/{oci-shield,shieldd})"
equal "uninstall: from the other folder, too" "" "$(find $own_hooks -type f)"
equal "uninstall: the container that runs is enforced" 126 "$(status pod exec before sh -c 'true || exit; id')"
pod rm --force --time 0 before >/dev/null
equal "uninstall: it leaves nothing" "" "$(leftovers)"
says "uninstall again: the program" "remove /usr/bin/oci-shield" "$(install_sh --uninstall)"
rm -r /etc/containers/oci
printf '[containers]\npids_limit = 1000\n' >"$drop_in"
tree gone
equal "uninstall: as it was before, but for the file that this case wrote" "" \
	"$(diff <(grep --invert-match "^$drop_in " "$work/bare") <(grep --invert-match "^$drop_in " "$work/gone"))"

PATH=${PATH#*:}
rm /etc/oci-shield/shieldd.json "$drop_in"
install_sh --runtime podman >/dev/null
test_that "installed again" shieldctl engine load
