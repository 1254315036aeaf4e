# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Where Debian comes from: the archive that this machine's own apt uses.

_mirror_in_lists() {
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format '$(REPO_URI)' \
		'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' |
		head --lines 1
}

# apt knows the origin of an archive only once its lists have been fetched.
find_mirror() {
	local uri

	uri=$(_mirror_in_lists)
	if [[ -z $uri ]]; then
		say "apt has no package lists; fetching them"
		flock "$cache_dir" apt-get --quiet --quiet update >&2 || die_unavailable "apt cannot fetch package lists"
		uri=$(_mirror_in_lists)
	fi
	[[ -n $uri ]] || die_unavailable "apt's sources name no Debian archive"
	echo "$uri"
}

# How this machine reaches the archive (proxies, a frozen mirror whose lists
# have expired), as options of mmdebstrap: it reads no apt.conf itself.
apt_options() {
	apt-config dump --format '%F "%v";%n' |
		grep -iE '^Acquire::(https?::proxy|Check-Valid-Until)' |
		sed 's/^/--aptopt=/' || true
}
