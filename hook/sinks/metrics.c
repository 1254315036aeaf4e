/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/metrics.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdint.h>
#include <string.h>

#define CONNECTION_MEMORY 8192 /* bytes of a request's head: nobody sends us more */
#define PLAIN "text/plain; charset=utf-8"
#define EXPOSITION "text/plain; version=0.0.4; charset=utf-8"

struct shield_metrics {
	struct MHD_Daemon *server;
	shield_metrics_page page;
	void *context;
};

/* Answers with text; @text is released. */
static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status, const char *type,
			      struct shield_text *text)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	if (text->failed) {
		shield_text_free(text);
		return MHD_NO;
	}
	response = MHD_create_response_from_buffer(text->length, text->data, MHD_RESPMEM_MUST_COPY);
	shield_text_free(text);
	if (!response)
		return MHD_NO;
	result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (result == MHD_YES && status == MHD_HTTP_METHOD_NOT_ALLOWED)
		result = MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (result == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_words(struct MHD_Connection *connection, unsigned int status, const char *words)
{
	struct shield_text text = {};

	shield_text_add(&text, words);
	return answer(connection, status, PLAIN, &text);
}

static enum MHD_Result answer_metrics(struct shield_metrics *metrics, struct MHD_Connection *connection)
{
	struct shield_text text = {};

	if (metrics->page(&text, metrics->context) < 0 || text.failed) {
		shield_text_free(&text);
		return answer_words(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "the counters cannot be read now\n");
	}
	return answer(connection, MHD_HTTP_OK, EXPOSITION, &text);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
				  const char *version, const char *upload, size_t *upload_size, void **state)
{
	(void)version, (void)upload, (void)upload_size, (void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer_words(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "GET alone\n");
	if (!strcmp(url, "/healthz"))
		return answer_words(connection, MHD_HTTP_OK, "ok\n");
	if (!strcmp(url, "/metrics"))
		return answer_metrics(context, connection);
	return answer_words(connection, MHD_HTTP_NOT_FOUND, "there are /metrics and /healthz\n");
}

/* Requests of outsiders are no news. */
static void ignore_message(void *context, const char *format, va_list arguments)
{
	(void)context, (void)format, (void)arguments;
}

int shield_metrics_open(int listener, shield_metrics_page page, void *context, struct shield_metrics **ret,
			struct shield_error *error)
{
	struct shield_metrics *metrics = malloc(sizeof(*metrics));

	if (!metrics) {
		close(listener);
		return shield_fail(error, ENOMEM, "out of memory");
	}
	*metrics = (struct shield_metrics){ .page = page, .context = context };
	metrics->server =
		MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, metrics,
				 MHD_OPTION_EXTERNAL_LOGGER, ignore_message, NULL, MHD_OPTION_LISTEN_SOCKET, listener,
				 MHD_OPTION_CONNECTION_LIMIT, (unsigned int)SHIELD_METRICS_CONNECTIONS,
				 MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)SHIELD_METRICS_TIMEOUT,
				 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_END);
	if (!metrics->server) {
		close(listener);
		free(metrics);
		return shield_fail(error, EIO, "cannot start serving metrics (libmicrohttpd)");
	}
	*ret = metrics;
	return 0;
}

int shield_metrics_fd(const struct shield_metrics *metrics)
{
	return MHD_get_daemon_info(metrics->server, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int shield_metrics_timeout(const struct shield_metrics *metrics)
{
	unsigned long long timeout;

	if (MHD_get_timeout(metrics->server, &timeout) != MHD_YES)
		return -1;
	return timeout < INT32_MAX ? (int)timeout : INT32_MAX;
}

void shield_metrics_run(struct shield_metrics *metrics)
{
	MHD_run(metrics->server);
}

void shield_metrics_close(struct shield_metrics *metrics)
{
	if (!metrics)
		return;
	MHD_stop_daemon(metrics->server);
	free(metrics);
}
