# SPDX-License-Identifier: Apache-2.0
#
# Tables of what many containers take, and of what happens beside them, from what tests/bench/measure wrote:
# crowd.awk results runs crowd memory cpus/memory

BEGIN {
	tenth = 10
}

FILENAME ~ /results$/ {
	median[$1, $2, $3] = $4
}

FILENAME ~ /runs$/ {
	run[$1] = $2
}

FILENAME ~ /crowd$/ {
	cost[$1, $2] = $3
}

FILENAME ~ /memory$/ {
	cpus = FILENAME ~ /cpus\/memory$/ ? 8 : 1
	memory[cpus, $1] = $2
}

# The median of ten calls, to the container of that number.
function of_ten(stage, last,    i, j, n, value, sorted) {
	for (i = last - tenth + 1; i <= last; i++) {
		value = cost[stage, i]
		for (j = n++; j > 0 && sorted[j - 1] > value; j--)
			sorted[j] = sorted[j - 1]
		sorted[j] = value
	}
	return (sorted[tenth / 2 - 1] + sorted[tenth / 2]) / 2
}

function line(width) {
	while (width--)
		printf "-"
	print ""
}

function million(value) {
	return sprintf("%.3f", value / 1e6)
}

function judge(value, allowed) {
	return value <= allowed ? "met" : "MISSED"
}

function hook_row(stage, people, first, middle, last,    ratio) {
	ratio = of_ten(stage, last) / of_ten(stage, first)
	printf "%-40s %8s %8s %8s  %6.3f %s\n", people, million(of_ten(stage, first)),
		middle ? million(of_ten(stage, middle)) : "", million(of_ten(stage, last)), ratio, judge(ratio, 1.2)
}

function hooks() {
	print "The hook, millions of instructions, with so many containers on the node (medians of ten; target: 1.2):"
	print ""
	printf "%-40s %8s %8s %8s  %6s\n", "", "10", "100", "500", "ratio"
	line(76)
	hook_row("createRuntime-shared", "createRuntime, one profile for all", 10, 100, 500)
	hook_row("poststop", "poststop", 10, 100, 500)
	print ""
	printf "%-40s %8s %8s %8s  %6s\n", "", "510", "", "600", "ratio"
	line(76)
	hook_row("createRuntime-distinct", "createRuntime, a profile for each", 510, 0, 600)
	hook_row("poststop", "poststop, a profile for each", 510, 0, 600)
	print ""
}

function memory_row(people, from, to, count, allowed,    c, kib, worst) {
	printf "%-40s", people
	for (c = 1; c <= 8; c += 7) {
		kib = (memory[c, to] - memory[c, from]) / count
		worst = kib > worst ? kib : worst
		printf " %8.1f", kib
	}
	print allowed ? "  " judge(worst, allowed) : ""
}

function kernel_memory() {
	print "The kernel's memory for one container more, KiB (target: 16):"
	print ""
	printf "%-40s %8s %8s\n", "", "1 CPU", "8 CPUs"
	line(66)
	memory_row("of one profile: the 21st to the 500th", "shared-from", "shared-to", 480, 16)
	memory_row("a profile for each", "shared-to", "distinct-to", 100, 0)
	print ""
}

function recording(    i, n, part, rows, name, base) {
	print "While a recording runs on the node, in a container that is not annotated (ratio; instructions added):"
	print ""
	printf "%-26s %8s  %14s %14s\n", "", "nothing", "no recording", "recording"
	line(66)
	n = split("getpid:getpid|open_close:open + close|fork:fork + exit + wait|exec:exec|connect:TCP connect", rows, "|")
	for (i = 1; i <= n; i++) {
		split(rows[i], part, ":")
		name = part[1]
		base = median["nothing", "container", name]
		printf "%-26s %8d  %6.3f %7d %6.3f %7d\n", part[2], base,
			median["uninvolved", "container", name] / base, median["uninvolved", "container", name] - base,
			median["recording", "container", name] / base, median["recording", "container", name] - base
	}
	print ""
}

function changes() {
	print "Containers that run, millions of instructions:"
	print ""
	printf "%-40s %8s\n", "shieldctl attach", million(run["attach"])
	printf "%-40s %8s\n", "shieldctl reload, 1 container", million(run["reload-one"])
	printf "%-40s %8s\n", "shieldctl reload, 100 containers", million(run["reload-all"])
	print ""
}

END {
	recording()
	changes()
	hooks()
	kernel_memory()
}
