# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Containers come and go, also at once, also on a cold engine: nothing of them stays.

# Many with the first runtime; the others share all that matters here.
case $long/$runtime in
yes/*) readonly containers=2000 ;;
no/crun) readonly containers=200 ;;
*) readonly containers=40 ;;
esac

profile e2e-churn '{"version":1, "name":"e2e-churn", "exec":{"deny":["/opt/denied"], "drift":"deny"},
	"network":{"egress":{"default":"deny"}}}'

count_links() {
	bpftool link list | grep --count '^[0-9]'
}

# run_some PREFIX FROM TO: one after the other, each its own container from one bundle
run_some() {
	local i failed=0

	for ((i = $2; i <= $3; i++)); do
		"$runtime" run --bundle "$(dir_of "$1")" "e2e-$1-$i" >>"$work/churn.log" 2>&1 || failed=$((failed + 1))
	done
	echo "$failed" >>"$work/churn.failed"
}

# Two hooks at once on a cold engine.
shieldctl engine unload >/dev/null
test_that "the engine is unloaded" test ! -e /sys/fs/bpf/oci-shield
rm -f "$work/churn.failed"
bundle cold-a --profile e2e-churn --cgroup /e2e/cold-a -- /acts/acts exec /opt/other
bundle cold-b --profile e2e-churn --cgroup /e2e/cold-b -- /acts/acts exec /opt/denied
run_some cold-a 1 1 &
"$runtime" run --bundle "$(dir_of cold-b)" e2e-cold-b >"$work/output" 2>&1
equal "two at once on a cold engine: denied" 10 $?
wait $!
equal "two at once on a cold engine: allowed" 0 "$(<"$work/churn.failed")"
equal "there is one engine" 1 "$(find /sys/fs/bpf/oci-shield -mindepth 1 -maxdepth 1 | wc --lines)"
drop_bundle cold-a
drop_bundle cold-b

# Two at a time.
links=$(count_links)
files=$(find /run/oci-shield /etc/oci-shield | sort)
rm -f "$work"/churn.{failed,log}
bundle churn-a --profile e2e-churn --cgroup /e2e/churn-a -- /acts/acts exec /opt/other
bundle churn-b --profile e2e-churn --cgroup /e2e/churn-b -- /acts/acts exec /opt/other
run_some churn-a 1 $((containers / 2)) &
run_some churn-b 1 $((containers / 2))
wait $!
equal "$containers containers ran" "0 0" "$(paste --serial --delimiters=' ' "$work/churn.failed")"
equal "$containers containers: no pin and no map entry is left" "" "$(leftovers)"
equal "$containers containers: no link is left" "$links" "$(count_links)"
equal "$containers containers: no file is left" "$files" "$(find /run/oci-shield /etc/oci-shield | sort)"
equal "$containers containers: no word from the hook" "" "$(cat "$work/churn.log" "$work/hook.log" 2>/dev/null)"
says "shieldctl status" "containers   0 of" "$(shieldctl status)"
drop_bundle churn-a
drop_bundle churn-b
