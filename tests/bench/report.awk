# SPDX-License-Identifier: Apache-2.0
#
# Tables from what tests/bench/measure wrote: report.awk results runs programs

BEGIN {
	# Operation, its name for people, and what may be added to the null program's cost; "=" = no hook, nothing
	# at all; "-" = not a target.
	n = split("getpid:getpid:=|open_close:open + close:=|fork:fork + exit + wait:150|" \
		"fork_exec:fork + exec + wait:1650|exec:exec:1500|exec_deep:exec, a path of 75 bytes:1500|" \
		"map_library:mmap of a library:150|socket:socket + close:150|bind:bind:400|" \
		"connect:TCP connect:400|connect6:TCP connect, IPv6:400|sendto:UDP sendto:400|" \
		"sendto6:UDP sendto, IPv6:400|recvfrom:UDP recvfrom:-|setuid_same:setuid, no change:150|" \
		"setuid_change:setuid, to an allowed id:150|ptrace:ptrace attach + detach:150", rows, "|")
	uninvolved = 60
}

FILENAME ~ /results$/ {
	median[$1, $2, $3] = $4
	mean[$1, $2, $3] = $5
}

FILENAME ~ /runs$/ {
	run[$1] = $2
	if ($2 == "skipped:")
		skipped = substr($0, index($0, ":") + 2)
}

FILENAME ~ /programs$/ && $1 != "restrict_filesystems" {
	programs[++program_count] = sprintf("%-20s %8d %8d %8d", $1, $2, $3, $4)
}

function added(state, place, name) {
	return median[state, place, name] - median["nothing", place, name]
}

function ratio(state, place, name) {
	return sprintf("%.3f", median[state, place, name] / median["nothing", place, name])
}

function over_null(state, place, name) {
	return median[state, place, name] - median["null", place, name]
}

# What cannot be told: by so much does an operation differ between the first measurement and one at the end.
function unsure(name,    change) {
	change = added("again", "container", name)
	return change < 0 ? -change : change
}

function judge(excess, allowed, doubt) {
	if (excess <= allowed && excess + doubt > allowed || excess > allowed && excess - doubt <= allowed)
		return "unclear"
	if (excess <= allowed)
		return "met"
	missed++
	return "MISSED"
}

function line(width) {
	while (width--)
		printf "-"
	print ""
}

function operations(    i, part, name, base, verdict, excess) {
	print "Instructions of an operation in a container, and what is added to them (ratio; instructions):"
	print ""
	printf "%-26s %8s  %14s %14s %14s %14s  %6s\n", "", "nothing", "null program", "not annotated", "audit",
		"enforce", "target"
	line(106)
	for (i = 1; i <= n; i++) {
		split(rows[i], part, ":")
		name = part[1]
		base = median["nothing", "container", name]
		printf "%-26s %8d  %6s %7d %6s %7d %6s %7d %6s %7d", part[2], base,
			ratio("null", "container", name), added("null", "container", name),
			ratio("uninvolved", "container", name), added("uninvolved", "container", name),
			ratio("audit", "container", name), added("audit", "container", name),
			ratio("enforce", "container", name), added("enforce", "container", name)
		if (part[3] == "-") {
			print ""
			continue
		}
		if (part[3] == "=") {
			excess = added("enforce", "container", name)
			verdict = judge(excess, base * 0.0005, 0)
		} else {
			excess = over_null("enforce", "container", name)
			verdict = judge(excess, part[3], unsure(name))
		}
		printf "  %+6d %s\n", excess, verdict
	}
	print ""
	print "The last column is enforce over the null program (getpid and open: over nothing), and whether that is " \
		"within the target:"
	print "150 for a fork, a mapping, a socket, setuid and ptrace; 400 for an address; 1500 for an exec. Unclear: the " \
		"difference"
	print "to the target is smaller than that between two measurements of the same."
	print ""
}

function bystanders(    i, part, name, place, p, places, excess) {
	print "Those that are not under a profile, over the null program (target: 60 instructions):"
	print ""
	printf "%-26s %22s %22s\n", "", "container", "host"
	line(74)
	split("container host", places, " ")
	for (i = 1; i <= n; i++) {
		split(rows[i], part, ":")
		name = part[1]
		printf "%-26s", part[2]
		for (p = 1; p <= 2; p++) {
			place = places[p]
			excess = over_null("uninvolved", place, name)
			printf " %6s %8d %6s", ratio("uninvolved", place, name), excess,
				judge(excess, uninvolved, unsure(name))
		}
		print ""
	}
	print ""
}

function put_off(    i, part, name) {
	print "With what the kernel puts off to later (means; less exact), enforce over the null program:"
	print ""
	for (i = 1; i <= n; i++) {
		split(rows[i], part, ":")
		name = part[1]
		if (name ~ /fork|exec|setuid|recvfrom/)
			printf "%-26s %8d %+8d\n", part[2], mean["nothing", "container", name],
				mean["enforce", "container", name] - mean["null", "container", name]
	}
	print ""
}

function program_table(    i) {
	print "The programs themselves, enforcing (some 60 instructions of each run are the clock's):"
	print ""
	printf "%-20s %8s %8s %8s\n", "", "runs", "a run", "bytes"
	line(47)
	for (i = 1; i <= program_count; i++)
		print programs[i]
	print ""
}

function run_row(name, people, target,    excess) {
	if (!(name in run))
		return
	printf "%-58s %10.3f %8.2f %10.3f", people, run[name] / 1e6, run[name] / run["none"],
		(run[name] - run["nothing"]) / 1e6
	if (target)
		printf "  %s", judge(run[name] - run["nothing"], target, 0)
	print ""
}

function runs() {
	print "crun run of /bin/true, millions of instructions:"
	print ""
	printf "%-58s %10s %8s %10s\n", "", "", "ratio", "over two"
	printf "%-58s %10s %8s %10s\n", "", "", "", "nothings"
	line(98)
	run_row("none", "no hook")
	run_row("nothing", "two hooks that do nothing")
	run_row("unannotated", "oci-shield, not annotated", 1e6)
	run_row("first", "oci-shield, the first container of a profile", 1e6)
	run_row("second", "oci-shield, one more of the same profile", 1e6)
	run_row("load", "shieldctl engine load")
	if (skipped)
		printf "%-58s %s\n", "oci-seccomp-bpf-hook, recording", "skipped: " skipped
	else
		run_row("rival", "oci-seccomp-bpf-hook, recording")
	print ""
}

# How well two measurements of the same agree.
function drift(    i, part, name, worst, at, change) {
	for (i = 1; i <= n; i++) {
		split(rows[i], part, ":")
		name = part[1]
		change = added("again", "container", name) / median["nothing", "container", name]
		if (change < 0)
			change = -change
		if (change > worst) {
			worst = change
			at = part[2]
		}
	}
	printf "Measured again at the end, with nothing loaded: at most %.2f %% from the start (%s).\n", 100 * worst, at
}

END {
	operations()
	bystanders()
	put_off()
	program_table()
	runs()
	drift()
	printf "%d targets missed.\n", missed
}
