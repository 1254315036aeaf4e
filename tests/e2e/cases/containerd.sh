# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Pods of containerd, asked for as a kubelet does: the handler that configure adds, profiles by annotation, container and
# binding, what their containers are refused, and how all of it goes again.
# Once: each runtime is the default one in some machine of `make check`.

readonly configure=$e2e_dir/../../runtime-config/containerd/configure

[[ -n $(type -P containerd) ]] || {
	skip "all" "there is no containerd"
	return
}

# --- a node

# busybox as an image that can also be a pod's own container: it has a command.
import_image() {
	local dir=$work/busybox

	mkdir -p "$dir"
	tar -xf /opt/images/busybox.tar -C "$dir"
	sed -i 's/"config":{}/"config":{"Cmd":["\/bin\/sleep","infinity"]}/' "$dir"/*.json
	tar -cf "$work/busybox.tar" -C "$dir" .
	ctr --namespace k8s.io images import "$work/busybox.tar" >/dev/null
}

# As nodes have it: systemd's cgroups for runc. crun has cgroups of its own.
node() {
	local cri='plugins."io.containerd.grpc.v1.cri"'

	cat <<-END
		version = 2
		[$cri]
		  sandbox_image = "$busybox"
		[$cri.containerd]
		  default_runtime_name = "$runtime"
		[$cri.containerd.runtimes.runc]
		  runtime_type = "io.containerd.runc.v2"
		[$cri.containerd.runtimes.runc.options]
		  SystemdCgroup = true
		[$cri.containerd.runtimes.crun]
		  runtime_type = "io.containerd.runc.v2"
		[$cri.containerd.runtimes.crun.options]
		  BinaryName = "/usr/bin/crun"
	END
}

case $runtime in
runc) cgroup_parent=e2econtainerd.slice ;;
crun) cgroup_parent=/e2e-containerd ;;
esac

# tree: what is below /etc/containerd
tree() {
	(cd /etc/containerd && find . -printf '%p %m %y ' -type f -exec sha256sum {} \; -o -printf '%p %m %y\n' | sort)
}

handlers() {
	containerd config dump 2>/dev/null | sed -n "s/^ *\[.*runtimes\.\([^].]*\)\]$/\1/p" | paste --serial --delimiters=' '
}

# --- pods

readonly cri_socket=/run/containerd/containerd.sock
# shellcheck source=tests/e2e/pods.sh
. "$e2e_dir/pods.sh"

# --- the handler is added, and nothing else changes

profile e2e-setuid '{"version":1, "name":"e2e-setuid", "setuid":{"default":"deny"}}'
profile e2e-exec '{"version":1, "name":"e2e-exec", "exec":{"deny":["/e2e/opt/denied"]}}'
# The programs for their rules are loaded by containers that nobody waits for: on a busy machine it takes longer than the
# hook is given.
for name in e2e-setuid e2e-exec; do
	if start "warm-$name" --profile "$name"; then
		stop "warm-$name"
	else
		not_ok "warm-$name starts" "$(said "warm-$name")"
	fi
done
systemctl stop containerd
mkdir -p /etc/containerd
cp -a /etc/containerd "$work/etc-containerd"
node >/etc/containerd/config.toml
tree >"$work/before"

says "doctor: no handler" "no runtime handler calls oci-shield" "$(shieldctl doctor)"
output=$("$configure" --dry-run 2>&1)
says "dry run: what would change" "+imports = [\"/etc/containerd/conf.d/50-oci-shield.toml\"] # oci-shield" "$output"
test_that "dry run: nothing changes" cmp "$work/before" <(tree)
test_that "configure" "$configure"
equal "configured: the runtimes" "crun oci-shield runc" "$(handlers)"
equal "configured again: nothing changes" "containerd: nothing to change" "$("$configure")"

[[ -e /etc/resolv.conf ]] || : >/etc/resolv.conf # pods get a copy
systemctl start containerd
import_image
start_client
shieldctl events >/dev/null
output=$(shieldctl doctor)
says "doctor: the handler" "the runtime handler oci-shield calls /usr/bin/oci-shield" "$output"
says "doctor: not the default" "pods without a RuntimeClass" "$output"

# --- containers of a pod, each under its own profile or none

pod web --annotation oci-shield/profile.setup=e2e-setuid --annotation oci-shield/profile.one=e2e-setuid \
	--annotation oci-shield/profile.two=e2e-exec --annotation oci-shield/profile.debug=e2e-setuid
web=$pod
equal "an init container: denied" 10 "$(ends setup /e2e/acts/acts setuid 33)"
run one
one=$container
run two
two=$container
run three
three=$container

equal "one: allowed" 0 "$(pass "$one")"
equal "one: denied" 10 "$(setuid "$one")"
equal "one: what the other's profile denies" 0 "$(denied_program "$one")"
equal "two: denied" 126 "$(denied_program "$two")"
equal "two: what the other's profile denies" 0 "$(setuid "$two")"
equal "three, without a profile: one's" 0 "$(setuid "$three")"
equal "three, without a profile: two's" 0 "$(denied_program "$three")"
cri run --target "$one" --mount "$layer:/e2e" "$web" debug "$busybox" /e2e/acts/acts setuid 33
equal "an ephemeral container: denied" 10 "$(status wait "$answer")"
equal "under enforcement: no pause container" "e2e-exec e2e-setuid" \
	"$(shieldctl ps -o json | jq --raw-output '[.[].profile] | sort | join(" ")')"
equal "events: who" "shop/web/one/$busybox shop/web/two/$busybox" "$(shieldctl events -o json |
	jq --slurp --raw-output '[.[].container | select(.name == "one" or .name == "two") |
		"\(.namespace)/\(.pod)/\(.name)/\(.image)"] | unique | join(" ")')"

# Of another handler.
cri pod --handler "$runtime" --namespace shop --cgroup "$cgroup_parent" --annotation oci-shield/profile=e2e-setuid other ||
	not_ok "a pod of another handler runs" "$answer"
pod=$answer other=$answer
equal "a pod of another handler: nothing is refused" 0 "$(ends web /e2e/acts/acts setuid 33)"
many_files='[ "$(ulimit -Hn)" -gt 1024 ]' # which is the limit in containerd's own default spec
equal "limits of a pod of another handler" 0 "$(ends limits sh -c "$many_files")"
pod limited
equal "limits of a pod of ours" 0 "$(ends limits sh -c "$many_files")"
cri stop-pod "$pod"
cri remove-pod "$pod"
pod=$other

# --- what does not start, and who says so

refused "an unknown profile" "e2e-setuit
pod shop/refused, container web" --annotation oci-shield/profile=e2e-setuit

# --- containerd restarts, and everybody comes under the handler; its hook is called twice, as by NRI beside it

echo '{"version":1, "bindings":[{"namespace":"bound", "profile":"e2e-setuid"}]}' >"$node_config"
says "configure as the default" "to take effect: systemctl restart containerd" "$("$configure" --default-handler)"
jq '.hooks.createRuntime += .hooks.createRuntime' /etc/containerd/oci-shield-spec.json >"$work/spec"
cp "$work/spec" /etc/containerd/oci-shield-spec.json
says "doctor: started before the files changed" "it was started before /etc/containerd/" "$(shieldctl doctor)"
systemctl restart containerd
becomes "containerd restarted: its containers are known" \
	"other/limits other/web web/debug web/one web/setup web/three web/two" list # not as soon as it has started
equal "containerd restarted: still denied" 10 "$(setuid "$one")"
equal "containerd restarted: still allowed" 0 "$(setuid "$three")"
refused "a binding stands against the annotation" "binds this container to \"e2e-setuid\" without override" \
	--namespace bound --annotation oci-shield/profile=e2e-exec
cri pod --namespace bound --cgroup "$cgroup_parent" --annotation oci-shield/mode=audit bound || not_ok "a bound pod" "$answer"
pod=$answer
equal "a bound pod without a handler, asking for audit: denied" 10 "$(ends web /e2e/acts/acts setuid 33)"
cri stop-pod "$pod"
cri remove-pod "$pod"
rm "$node_config"

# --- all of it goes again

cri stop "$two"
cri remove "$two"
cri stop-pod "$web"
cri remove-pod "$web"
cri stop-pod "$other"
cri remove-pod "$other"
becomes "pods removed: nothing is under enforcement" "" leftovers
sed -i 's/^# Made by oci-shield for .*/# Made by oci-shield for containerd of yesterday/' /etc/containerd/conf.d/50-oci-shield.toml
says "doctor: the default, by another containerd" "the runtime handler oci-shield is the default
made for another version of containerd" "$(shieldctl doctor)"
code=0
output=$("$configure" --uninstall) || code=$?
equal "uninstall, while containerd goes on: its status" 3 "$code"
says "uninstall, while containerd goes on: it still calls the hook" "to take effect: systemctl restart containerd" "$output"
says "uninstall" "containerd: restarted" "$("$configure" --uninstall --restart)"
equal "uninstalled: the runtimes" "crun runc" "$(handlers)"
test_that "uninstalled: everything as before" cmp "$work/before" <(tree)

end_client
systemctl stop containerd
rm -rf /etc/containerd
mv "$work/etc-containerd" /etc/containerd
