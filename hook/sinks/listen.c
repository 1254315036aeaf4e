/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"

#define BACKLOG 16

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static int parse_port(const char *text, in_port_t *ret)
{
	char *end;
	unsigned long port;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	port = strtoul(text, &end, 10);
	if (*end || port > UINT16_MAX)
		return -EINVAL;
	*ret = htons((uint16_t)port);
	return 0;
}

/* "127.0.0.1:9463" or "[::1]:9463" */
static int parse_address(const char *text, union address *ret, socklen_t *ret_length)
{
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + 2];
	size_t length = colon ? (size_t)(colon - text) : 0;
	in_port_t port;

	if (!length || length >= sizeof(host) || parse_port(colon + 1, &port) < 0)
		return -EINVAL;
	memcpy(host, text, length);
	host[length] = '\0';
	*ret = (union address){};
	if (host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = port;
		*ret_length = sizeof(ret->v6);
		return inet_pton(AF_INET6, host + 1, &ret->v6.sin6_addr) == 1 ? 0 : -EINVAL;
	}
	ret->v4.sin_family = AF_INET;
	ret->v4.sin_port = port;
	*ret_length = sizeof(ret->v4);
	return inet_pton(AF_INET, host, &ret->v4.sin_addr) == 1 ? 0 : -EINVAL;
}

int shield_listen(const char *address, int *ret_fd, struct shield_error *error)
{
	_cleanup_close_ int fd = -1;
	union address parsed;
	socklen_t length;

	if (parse_address(address, &parsed, &length) < 0)
		return shield_fail(error, EINVAL, "'%s' is no ADDRESS:PORT, such as 127.0.0.1:9463 or [::1]:9463",
				   address);
	fd = socket(parsed.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot create a socket");
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) < 0 ||
	    bind(fd, &parsed.any, length) < 0 || listen(fd, BACKLOG) < 0)
		return shield_fail_errno(error, errno, "cannot listen at %s", address);
	*ret_fd = TAKE_FD(fd);
	return 0;
}
