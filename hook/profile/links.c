/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/links.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

const char *shield_links_find(const struct shield_links *links, size_t count, const char *place)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(links->item[i].place, place))
			return links->item[i].target;
	return NULL;
}

int shield_links_add(struct shield_links *links, const char *place, const char *target, struct shield_error *error)
{
	struct shield_link link = {}, *larger;

	if (shield_links_find(links, links->count, place))
		return 0;
	larger = reallocarray(links->item, links->count + 1, sizeof(*larger));
	if (!larger)
		return shield_fail(error, ENOMEM, "out of memory");
	links->item = larger;
	link.place = strdup(place);
	link.target = strdup(target);
	if (!link.place || !link.target) {
		free(link.place);
		free(link.target);
		return shield_fail(error, ENOMEM, "out of memory");
	}
	links->item[links->count++] = link;
	return 0;
}

int shield_links_pack(const struct shield_links *links, char **ret, size_t *ret_length, struct shield_error *error)
{
	struct shield_text text = {};

	shield_text_add(&text, ""); /* no links are no bytes, and not NULL */
	for (size_t i = 0; i < links->count; i++) {
		shield_text_add_bytes(&text, links->item[i].place, strlen(links->item[i].place) + 1);
		shield_text_add_bytes(&text, links->item[i].target, strlen(links->item[i].target) + 1);
	}
	if (shield_text_take(&text, ret, ret_length) < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	return 0;
}

int shield_links_unpack(const char *bytes, size_t length, struct shield_links *ret, struct shield_error *error)
{
	_cleanup_links_ struct shield_links links = {};
	const char *end = bytes + length;

	while (bytes < end) {
		const char *place = bytes, *target = memchr(place, '\0', (size_t)(end - place));
		int r;

		target = target ? target + 1 : end;
		if (!memchr(target, '\0', (size_t)(end - target)))
			break;
		r = shield_links_add(&links, place, target, error);
		if (r < 0)
			return r;
		bytes = target + strlen(target) + 1;
	}
	*ret = links;
	links = (struct shield_links){}; /* handed over */
	return 0;
}

void shield_links_free(struct shield_links *links)
{
	for (size_t i = 0; i < links->count; i++) {
		free(links->item[i].place);
		free(links->item[i].target);
	}
	free(links->item);
	*links = (struct shield_links){};
}
