# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The archive that tells a machine its work: the guest's scripts, the command,
# the project, and what is shared.

readonly -a project_parts=(build install.sh profiles runtime-config tests docs)

# Objects and archives of a build are large and serve nobody there; BPF
# objects may be wanted.
_project_files() {
	local part
	local -a parts=()

	for part in "${project_parts[@]}"; do
		[[ ! -e $project_dir/$part ]] || parts+=("$part")
	done
	((${#parts[@]})) || return 0
	(cd "$project_dir" && find "${parts[@]}" \
		\( -name '*.o' ! -name '*.bpf.o' -o -name '*.a' -o -name '*.d' -o -path tests/vm \
		-o -path build/sanitized -o -path build/fuzz -o -path build/arm64 -o -path build/unit-tests \) \
		-prune -o -type d -o -print0)
}

# make_input DIR INSTALL(yes|no) SHARE COMMAND...
make_input() {
	local dir=$1 install=$2 share=$3

	shift 3
	mkdir -p "$dir/job"
	printf 'exec %s\n' "$(printf '%q ' "$@")" >"$dir/job/command"
	[[ $install == no ]] || : >"$dir/job/install"
	[[ -z $share ]] || : >"$dir/job/share"

	tar -cf "$dir/input.tar" -C "$dir" job -C "$vm_dir" guest
	if [[ -n $share ]]; then
		tar -rf "$dir/input.tar" -C "$share" --transform='s,^\.,share,S' .
	fi
	_project_files | tar -rf "$dir/input.tar" -C "$project_dir" \
		--null --ignore-failed-read --no-recursion --verbatim-files-from --files-from=- --transform='s,^,oci-shield/,S'
}
