# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Network services in containers (services/NAME): `entrypoint` is what the container runs, `load` what its clients do
# with it every day, `attack` prints what the output of id(1) is where it succeeds. Clients run in a container of their
# own, without a profile, in the same network and with the same data folder.
#
#   start_services		the network, the image, the client
#   new_data			the services' data folder becomes empty, and root's
#   start_service NAME SERVICE [OPTION...]	false when it does not answer; see said()
#   client COMMAND...
#   end_service NAME
#   end_services

readonly services=$work/services
readonly podman_capabilities='"CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FOWNER","CAP_FSETID","CAP_KILL","CAP_NET_BIND_SERVICE",
"CAP_SETFCAP","CAP_SETGID","CAP_SETPCAP","CAP_SETUID","CAP_SYS_CHROOT"'
declare -A runs
readonly -A port_of=([nginx]=8080 [redis]=6379 [postgres]=5432 [python]=8080)

# Addresses as outside of it, and a server that services connect to.
start_network() {
	ip netns add e2e-services
	ip -n e2e-services link set lo up
	ip -n e2e-services link add dummy0 type dummy
	ip -n e2e-services address add 192.0.2.1/24 dev dummy0
	ip -n e2e-services address add 198.51.100.1/24 dev dummy0
	ip -n e2e-services link set dummy0 up
	nsenter --net=/run/netns/e2e-services "$acts" hold tcp 8081 >/dev/null &
	collector=$!
}

start_services() {
	mkdir -p "$services"/{image/etc,data}
	cp -r "$e2e_dir/services" "$services/image"
	cp "$e2e_dir/../../build/tests/e2e/module.so" "$services/image/services/redis"
	echo '127.0.0.1 localhost' "$(hostname)" >"$services/image/etc/hosts"
	: >"$services/image/etc/resolv.conf"
	start_network
	run_service client -- sleep infinity
	becomes "the client runs" running state_of client
}

end_services() {
	"$runtime" kill "$(id_of client)" KILL
	wait "${runs[client]}"
	unset 'runs[client]'
	drop_bundle client
	kill "$collector"
	ip netns delete e2e-services
	rm -rf "$services"
}

state_of() {
	"$runtime" state "$(id_of "$1")" 2>/dev/null | jq --raw-output .status
}

# run_service NAME [OPTION...]: see bundle.sh
run_service() {
	local name=$1 dir

	dir=$(dir_of "$name")
	bundle "$name" --lower "$services/image:/opt/images/services" --network-namespace e2e-services \
		--capabilities "$podman_capabilities" \
		--mount "{\"destination\":\"/data\",\"type\":\"bind\",\"source\":\"$services/data\",\"options\":[\"rbind\"]}" \
		"${@:2}" || return
	"$runtime" run --bundle "$dir" "$(id_of "$name")" </dev/null >"$dir/log" 2>&1 &
	runs[$name]=$!
}

answers() {
	nsenter --net=/run/netns/e2e-services bash -c "</dev/tcp/127.0.0.1/$1" 2>/dev/null
}

new_data() {
	find "$services/data" -mindepth 1 -delete
	chown 0:0 "$services/data"
}

start_service() {
	local name=$1 service=$2

	run_service "$name" "${@:3}" -- "/services/$service/entrypoint" || return
	until answers "${port_of[$service]}"; do
		kill -0 "${runs[$name]}" 2>/dev/null || return
		sleep 0.2
	done
}

client() {
	"$runtime" exec "$(id_of client)" "$@" 2>&1
}

# As a runtime's stop does.
end_service() {
	"$runtime" kill "$(id_of "$1")" TERM
	wait "${runs[$1]}"
	unset "runs[$1]"
	drop_bundle "$1"
}
