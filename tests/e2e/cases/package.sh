# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The Debian package: installed, upgraded while a container runs, removed, purged.
# Once: it tells podman, and has no part in what runtimes do.

deb=$(find "$e2e_dir/../../build" -maxdepth 1 -name 'oci-shield_*.deb')

profile e2e-package '{"version":1, "name":"e2e-package", "exec":{"deny":["/opt/denied"]}}'
profile e2e-package-none '{"version":1, "name":"e2e-package-none", "exec":{"default":"deny"}}'

# All files; without what changes by itself, the suite's profiles, and what install.sh notes while these are in its folder.
files() {
	find /etc /usr/bin /usr/lib/systemd /usr/lib/sysusers.d /usr/share/{bash-completion,containers,doc,man,oci-shield} \
		/usr/local /var/lib/{oci-shield,systemd} ! -type d 2>/dev/null | grep --invert-match --extended-regexp \
		'/var/lib/systemd/(timesync|random-seed|catalog|timers|linger)|/etc/oci-shield/profiles.d/e2e-|/var/lib/oci-shield/folders' | sort
}

pod_run() {
	podman --runtime "$runtime" run --rm --network none "$@" localhost/busybox true 2>&1
}

# What the profile denies is the container's own program.
is_refused() {
	! pod_run "$@" || return
	shieldctl events -o json | grep --quiet '"profile":"e2e-package-none"'
}

# package ACT...: by dpkg
package() {
	dpkg "$@" </dev/null 2>&1
}

is_active() {
	systemctl is-active shieldd
}

removed=$("$e2e_dir/../../install.sh" --uninstall 2>&1)
hash -r
[[ ! -e $hook ]] || not_ok "what the machine has is taken away" "$removed"
before=$(files)
# On a busy machine that takes longer than systemd and podman wait.
"$e2e_dir/../../build/shieldctl" engine load >/dev/null
test_that "installed" package --install "$deb"
equal "shieldd runs" "active enabled" "$(is_active) $(systemctl is-enabled shieldd)"
test_that "podman calls the hook: denied" is_refused --annotation oci-shield/profile=e2e-package-none
test_that "podman calls the hook: another container" pod_run

# An upgrade.
echo '{ "version": 1, "stdout": false }' >/etc/oci-shield/shieldd.json
dpkg-deb --raw-extract "$deb" "$work/package"
sed -i 's/^Version: .*/Version: 99/' "$work/package/DEBIAN/control"
dpkg-deb -Znone --build "$work/package" "$work/upgrade.deb" >/dev/null
program=$(stat --format=%i "$hook")
if start package --profile e2e-package; then
	act package x exec /opt/denied
	equal "denied" EACCES "$answer"
	act package x exec /opt/other
	equal "allowed" ok "$answer"
	test_that "upgraded" package --install "$work/upgrade.deb"
	equal "upgraded: the program is another file" other "$([[ $(stat --format=%i "$hook") == "$program" ]] || echo other)"
	equal "upgraded: the version" 99 "$(dpkg-query --show --showformat='${Version}' oci-shield)"
	act package x exec /opt/denied
	equal "upgraded: denied" EACCES "$answer"
	says "upgraded: denied to who enters" "ermission denied" "$("$runtime" exec "$(id_of package)" /opt/denied 2>&1)"
	act package x exec /opt/other
	equal "upgraded: allowed" ok "$answer"
	act free x exec /opt/denied
	equal "upgraded: without a profile" ok "$answer"
	equal "upgraded: shieldd runs" active "$(is_active)"
	says "upgraded: its configuration is the administrator's" '"stdout": false' "$(</etc/oci-shield/shieldd.json)"
	says "removed while it runs: it is named" "e2e-package" "$(package --remove oci-shield)"
	act package x exec /opt/denied
	equal "removed while it runs: denied" EACCES "$answer"
	equal "removed while it runs: podman has no hook" "" "$(find /usr/share/containers/oci -name 'oci-shield*' 2>/dev/null)"
	test_that "installed again" package --install "$deb"
	act package x exec /opt/denied
	equal "installed again: denied" EACCES "$answer"
	stop package
else
	not_ok "a container starts under its profile" "$(said package)"
fi

# And back.
test_that "removed" package --remove oci-shield
hash -r
says "removed: the configuration stays" '"stdout": false' "$(</etc/oci-shield/shieldd.json)"
equal "removed: no engine stays" "" "$(ls /sys/fs/bpf/oci-shield 2>/dev/null)"
test_that "purged" package --purge oci-shield
equal "purged: all is as before" "" "$(diff <(echo "$before") <(files))"
"$e2e_dir/../../install.sh" --runtime podman >/dev/null 2>&1
hash -r
shieldctl engine load >/dev/null
