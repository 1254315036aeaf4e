# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the machine's scripts share: messages, places, the package lists.

vm_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
project_dir=$(realpath "$vm_dir/../..")
cache_dir=$(realpath --canonicalize-missing "${SHIELD_CACHE:-$project_dir/.cache}")/vm
readonly vm_dir project_dir cache_dir

say() {
	echo "vm: $*" >&2
}

die() {
	say "$@"
	exit 125
}

# What the archive does not have is no fault of ours.
die_unavailable() {
	say "$@"
	exit 69
}

# One package per line; '#' starts a comment.
package_list() {
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"
}
