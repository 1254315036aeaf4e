# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shieldctl top: programs as bpftool counts them, containers as their counters have it, and the terminal.
# Once: it is about the programs.

profile e2e-top '{"version":1, "name":"e2e-top", "setuid":{"default":"deny"},
	"network":{"egress":{"default":"deny"}}}'

if ! start top --profile e2e-top || ! start top2 --profile e2e-top; then
	not_ok "containers start" "$(said top) $(said top2)"
	return
fi

# counted: the programs that bpftool has counted runs of, as {ID: {runs, time}}
counted() {
	bpftool prog list --json | jq '[.[] | select(.run_cnt) | {key: .id | tostring,
		value: {runs: .run_cnt, time: .run_time_ns}}] | from_entries'
}

counts() {
	find "/proc/$1/fd" -lname '*bpf-stats*' 2>/dev/null | wc --lines
}

# While top runs the kernel counts, and when it ends no more.
shieldctl top --count 0 --delay 3600 >/dev/null &
top=$!
becomes "the kernel counts while it runs" 1 counts $top
before=$(counted)
act top who repeat 200 connect tcp 192.0.2.1 8080
after=$(counted)
test_that "what containers do is counted" jq --null-input --exit-status --argjson a "$before" --argjson b "$after" \
	'[$b | to_entries[] | .value.runs - ($a[.key].runs // 0)] | max >= 200'
kill $top
wait $top 2>/dev/null
before=$(counted)
act top who repeat 20 connect tcp 192.0.2.1 8080
equal "it is not when it has ended" "$before" "$(counted)"

# Its numbers, between what bpftool says before and after.
shown=$(shieldctl top -o json --delay 0.1)
after=$(counted)
equal "it shows all programs of the engine" "$(find /sys/fs/bpf/oci-shield/*/{link,prog} -type f -printf '%f\n' | sort)" \
	"$(jq --raw-output '.programs[].name' <<<"$shown" | sort)"
test_that "they have their names" jq --exit-status --argjson all "$(bpftool prog list --json)" \
	'([$all[] | {key: .id | tostring, value: .name}] | from_entries) as $names |
	all(.programs[]; . as $program | .name | startswith($names[$program.id | tostring]))' <<<"$shown"
test_that "runs and times are bpftool's" jq --exit-status --argjson a "$before" --argjson b "$after" \
	'.programs | length > 10 and all(
		($a[.id | tostring] // {runs: 0, time: 0}) as $a | ($b[.id | tostring] // {runs: 0, time: 0}) as $b |
		$a.runs <= .total_runs - .runs and .total_runs <= $b.runs and
		$a.time <= .total_time_ns - .time_ns and .total_time_ns <= $b.time)' <<<"$shown"

# Denials, as they come: the intervals add up.
shieldctl top --output json --count 0 --delay 0.2 >"$work/top" &
top=$!
becomes "intervals are printed" true jq --slurp 'length > 0' "$work/top"
act top2 who repeat 70 setuid 33
act top who setuid 33

# added NAME: its denials of all intervals
added() {
	jq --slurp "[.[].containers[] | select(.id == \"$(id_of "$1")\").denials] | add" "$work/top"
}

becomes "denials of one container" 70 added top2
becomes "denials of the other" 1 added top
kill $top
wait $top 2>/dev/null
equal "their sums" '[221,70]' "$(shieldctl top --once -o json --delay 0.1 | jq --compact-output \
	--arg a "$(id_of top)" --arg b "$(id_of top2)" '[.containers[] | {key: .id, value: .total_denials}] |
	from_entries | [.[$a], .[$b]]')"
says "the tables" "PROGRAM
NS/RUN
exec_begin
all
DENIALS/S
e2e-top
enforce" "$(shieldctl top --once --delay 0.1)"

# live ROWS: what it shows on a terminal of so many, until q
live() {
	command script --quiet --return --command "stty rows $1 cols 100; shieldctl top --delay 3600" /dev/null <<<q
}

test_that "a terminal: q ends it" live 24
shown=$(live 12)
says "it takes the other screen, and gives it back" $'\e[?1049h\n\e[?1049l' "$shown"
says "it fits in 12 lines" $'more)\ne2e-top' "$shown"
test_that "and leaves few of them empty" test "$(grep --count $'\e\\[K' <<<"$shown")" -ge 10 -a \
	"$(grep --count $'\e\\[K' <<<"$shown")" -le 12
# Another size: drawn anew at once, not when the interval ends.
mkfifo "$work/keys"
command script --quiet --return --command "tty >$work/tty; stty rows 24 cols 100; shieldctl top --delay 3600" /dev/null \
	<"$work/keys" >"$work/screen" &
terminal=$!
exec {keys}>"$work/keys"
drawn() {
	grep --only-matching --fixed-strings $'\e[H' "$work/screen" | wc --lines
}
becomes "it draws" 1 drawn
stty --file "$(cat "$work/tty")" rows 9
becomes "it draws anew when the size changes" 2 drawn
says "with what fits" "more)" "$(cat "$work/screen")"
echo q >&"$keys"
exec {keys}>&-
wait $terminal
equal "and ends" 0 $?
equal "nonsense is refused" "2 2 2" "$(for word in --delay=0 --count=x --output=yaml; do
	shieldctl top "$word" >/dev/null 2>&1
	echo $?
done | paste --serial --delimiters=' ')"
stop top2
stop top
