# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: Apache-2.0
#
# What podman and CRI-O have in common: JSON files in folders of hooks, oci-hooks(5). Sourced by their configure scripts.
#
# The files go where the runtime looks: its default folder, or, where its configuration names folders without that one,
# the last of these, which wins over the others. So its configuration stays as it is, now and when it changes, and
# nothing else that lies in the default folder comes to life.

here=$(dirname "$(realpath "$0")")
# shellcheck source=runtime-config/lib.sh
. "$here/../lib.sh"

readonly default_folder=/usr/share/containers/oci/hooks.d
readonly handler_file=/etc/crio/crio.conf.d/50-oci-shield.conf
# The call at the start is what protects: it comes first and goes first.
readonly hook_files='oci-shield-create.json oci-shield-poststop.json'
hook=${OCI_SHIELD_HOOK:-/usr/bin/oci-shield}
destdir='' dry_run=no uninstall=no restart=no

parse_arguments() {
	for word; do
		case $word in
		--dry-run) dry_run=yes ;;
		--uninstall) uninstall=yes ;;
		--default-handler | --no-default-handler) ;; # the hook is called for every container here, whatever its handler
		--restart) restart=yes ;;
		*) fail "no option '$word'" ;;
		esac
	done
}

# Is the other runtime to be configured by the same call?
goes_with() {
	case " ${OCI_SHIELD_RUNTIMES-} " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

# choose_folder FOLDERS: of those that a runtime reads, a line each, the one for our files: $chosen
choose_folder() {
	has_default=no chosen='' has_ours=''
	while read -r folder; do
		[ "$folder" != "$default_folder" ] || has_default=yes
		chosen=${folder:-$chosen}
		! grep -qs '/oci-shield"' "$folder/oci-shield-create.json" || has_ours=$folder
	done <<-FOLDERS
		$1
	FOLDERS
	[ $has_default = no ] && [ -n "$chosen" ] || chosen=$default_folder
	chosen=${has_ours:-$chosen} # another one would be hidden by it
}

# put_hooks FOLDERS
put_hooks() {
	choose_folder "$1"
	for file in $hook_files; do
		sed "s|@HOOK@|$hook|" "$here/../hooks/$file" >"$scratch/$file"
		put_text 644 "$scratch/$file" "$chosen/$file"
	done
}

# Those that call another program are of another installation.
drop_hook() {
	if [ -e "$1" ] && ! grep -qF "\"$hook\"" "$1"; then
		echo "$1 stays: it does not call $hook"
	else
		drop "$1"
	fi
}

# drop_hooks FOLDERS
drop_hooks() {
	while read -r folder; do
		for file in $hook_files; do
			[ -z "$folder" ] || drop_hook "$folder/$file"
		done
	done <<-FOLDERS
		$1
	FOLDERS
}
