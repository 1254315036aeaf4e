/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/post.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>

struct shield_post {
	CURL *curl;
	struct curl_slist *headers;
	char problem[CURL_ERROR_SIZE];
};

/* What the receiver says beside its status is not read: it may say as much as it likes. */
static size_t ignore(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes, (void)context;
	return size * count;
}

static int add_header(struct shield_post *post, const char *header)
{
	struct curl_slist *longer = curl_slist_append(post->headers, header);

	if (!longer)
		return -ENOMEM;
	post->headers = longer;
	return 0;
}

static int add_headers(struct shield_post *post, const struct shield_webhook *webhook)
{
	/* an empty Expect: not to wait for a "100 Continue" that many receivers never send */
	int r = add_header(post, "Expect:");

	if (r == 0)
		r = add_header(post, "Content-Type: application/json");
	for (size_t i = 0; i < webhook->header_count && r == 0; i++)
		r = add_header(post, webhook->header[i]);
	return r;
}

#define SET(option, value)                                                       \
	do {                                                                     \
		if (curl_easy_setopt(post->curl, (option), (value)) != CURLE_OK) \
			return -EINVAL;                                          \
	} while (0)

/* Certificates are verified, which is libcurl's default; redirects are not followed, for the same reason. */
static int set_options(struct shield_post *post, const struct shield_webhook *webhook)
{
	SET(CURLOPT_URL, webhook->url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTPHEADER, post->headers);
	SET(CURLOPT_USERAGENT, "oci-shield/" SHIELD_VERSION);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_TIMEOUT, (long)webhook->timeout);
	SET(CURLOPT_CONNECTTIMEOUT, (long)webhook->timeout);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_WRITEFUNCTION, ignore);
	SET(CURLOPT_ERRORBUFFER, post->problem);
	if (webhook->ca_file)
		SET(CURLOPT_CAINFO, webhook->ca_file);
	return 0;
}

int shield_post_open(const struct shield_webhook *webhook, struct shield_post **ret, struct shield_error *error)
{
	_cleanup_post_ struct shield_post *post = NULL;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return shield_fail(error, EIO, "cannot set libcurl up");
	post = calloc(1, sizeof(*post));
	if (post)
		post->curl = curl_easy_init();
	if (!post || !post->curl || add_headers(post, webhook) < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	if (set_options(post, webhook) < 0)
		return shield_fail(error, EINVAL, "libcurl does not take the webhook's settings");
	*ret = TAKE_PTR(post);
	return 0;
}

static void read_status(struct shield_post *post, struct shield_reply *ret)
{
	curl_off_t retry_after = 0;
	long status = 0;

	curl_easy_getinfo(post->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(post->curl, CURLINFO_RETRY_AFTER, &retry_after);
	ret->retry_after = retry_after > UINT32_MAX ? UINT32_MAX : (uint32_t)retry_after;
	snprintf(ret->reason, sizeof(ret->reason), "it answers with status %ld%s", status,
		 status / 100 == 3 ? ", a redirect: put where it leads to into \"url\"" : "");
	if (status / 100 == 2)
		ret->kind = SHIELD_REPLY_TAKEN;
	else if (status >= 500 || status == 429 || status == 425 || status == 408)
		ret->kind = SHIELD_REPLY_LATER;
	else
		ret->kind = SHIELD_REPLY_REFUSED;
}

void shield_post_send(struct shield_post *post, const char *record, size_t length, struct shield_reply *ret)
{
	CURLcode code;

	*ret = (struct shield_reply){ .kind = SHIELD_REPLY_LATER };
	post->problem[0] = '\0';
	curl_easy_setopt(post->curl, CURLOPT_POSTFIELDS, record);
	curl_easy_setopt(post->curl, CURLOPT_POSTFIELDSIZE, (long)length);
	code = curl_easy_perform(post->curl);
	if (code == CURLE_OK)
		read_status(post, ret);
	else
		snprintf(ret->reason, sizeof(ret->reason), "%s",
			 post->problem[0] ? post->problem : curl_easy_strerror(code));
}

void shield_post_close(struct shield_post *post)
{
	if (!post)
		return;
	curl_easy_cleanup(post->curl);
	curl_slist_free_all(post->headers);
	free(post);
	curl_global_cleanup();
}
