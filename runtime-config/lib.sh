# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: Apache-2.0
#
# How install.sh and the configure scripts change files: each appears whole, by a rename, and only where it is not what
# it is to be; every change is said. Of whoever sources this: $dry_run (yes: changes are only said), $destdir.

# What is written in this folder are the folders that were made here, so that they can go again.
readonly state=/var/lib/oci-shield
changes=0
umask 022 # rootless podman reads the folders, too
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
: >"$scratch/made" # folders, and what is removed: a dry run goes by these
: >"$scratch/gone"

fail() {
	echo "oci-shield: $*" >&2
	exit 1
}

# Says a change. Returns whether it is to be made.
change() {
	changes=$((changes + 1))
	if [ "$dry_run" = yes ]; then
		echo "would $*"
		return 1
	fi
	echo "$*"
}

say_changes() {
	[ $changes != 0 ] || echo "$1: nothing to change"
}

# $staged: the name that a file has until it is whole. In a folder of drop-ins a reader may take whatever is there for one.
stage() {
	staged_in=${1%/*}
	case $staged_in in
	*.d) staged_in=${staged_in%/*} ;;
	esac
	staged=$staged_in/.${1##*/}.oci-shield
}

make_folder() {
	[ ! -d "$1/" ] && ! grep -qxF "$1" "$scratch/made" || return 0
	make_folder "${1%/*}"
	echo "$1" >>"$scratch/made"
	change "make the folder $1" || return 0
	if [ -z "$destdir" ]; then
		mkdir -p "$state"
		echo "$1" >>"$state/folders"
	fi
	mkdir "$1"
}

is_installed() {
	cmp -s "$2" "$3" && [ "$(stat -c %a "$3")" = "$1" ]
}

# put MODE FILE TARGET
put() {
	target=$destdir$3
	! is_installed "$1" "$2" "$target" || return 0
	make_folder "${target%/*}"
	change "install $target (mode $1)" || return 0
	stage "$target"
	install -m "$1" "$2" "$staged"
	mv -f "$staged" "$target"
}

# put_text MODE FILE TARGET: of a text that is made here, a dry run says what it is, or how it differs from what is there.
put_text() {
	put "$@"
	[ "$dry_run" = yes ] || return 0
	[ -e "$destdir$3" ] && there=$destdir$3 || there=/dev/null
	diff -u --label "$there" --label "$destdir$3" "$there" "$2" || true
}

# has_more FOLDER: is there anything in it that does not go?
has_more() {
	find "$1" -mindepth 1 -maxdepth 1 | grep -qvxFf "$scratch/gone"
}

# forget PATH: the folders that were made there are gone
forget() {
	[ -e "$state/folders" ] || return 0
	awk -v path="$1" '$0 != path && index($0, path "/") != 1' "$state/folders" >"$state/folders.new"
	mv "$state/folders.new" "$state/folders"
}

# Folders that were made here, from this one upwards, as far as they are empty.
drop_folders() {
	made=$1
	while grep -qxF "$made" "$state/folders" 2>/dev/null && [ -d "$made" ] && ! has_more "$made"; do
		echo "$made" >>"$scratch/gone"
		if change "remove the folder $made"; then
			rmdir "$made"
			forget "$made"
		fi
		made=${made%/*}
	done
}

# drop TARGET: a file or a tree
drop() {
	stage "$destdir$1"
	[ "$dry_run" = yes ] || [ ! -e "$staged" ] || rm -f "$staged"
	if [ -e "$destdir$1" ] || [ -L "$destdir$1" ]; then
		echo "$1" >>"$scratch/gone"
		! change "remove $destdir$1" || rm -rf "$destdir$1"
	fi
	[ -z "$destdir" ] || return 0
	[ "$dry_run" = yes ] || forget "$1"
	drop_folders "${1%/*}"
}
