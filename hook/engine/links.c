/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/links.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"

static struct shield_links_key key_of(const struct shield_engine *engine, uint32_t slot, uint32_t index)
{
	return (struct shield_links_key){
		.slot = slot,
		.generation = engine->slots[slot].generation,
		.index = index,
	};
}

int shield_slot_links_write(struct shield_engine *engine, uint32_t slot, const struct shield_links *links,
			    struct shield_error *error)
{
	int r, map = shield_engine_map(engine, SHIELD_MAP_LINKS, error);
	_cleanup_free_ char *bytes = NULL;
	size_t length, at = 0;
	uint32_t index;

	if (map < 0)
		return map;
	r = shield_links_pack(links, &bytes, &length, error);
	if (r < 0)
		return r;
	for (index = 0; at < length; index++) {
		struct shield_links_key key = key_of(engine, slot, index);
		struct shield_links_piece piece = { .length = sizeof(piece.bytes) };

		if (length - at < piece.length)
			piece.length = (uint32_t)(length - at);
		memcpy(piece.bytes, bytes + at, piece.length);
		at += piece.length;
		if (bpf_map_update_elem(map, &key, &piece, BPF_ANY) < 0)
			return errno == E2BIG ? shield_fail(error, E2BIG,
							    "the profiles of this node's containers lead through more "
							    "symbolic links than the engine keeps")
					      : shield_fail_errno(error, errno, "cannot keep the symbolic links");
	}
	return (int)index;
}

int shield_slot_links_read(struct shield_engine *engine, uint32_t slot, struct shield_links *ret,
			   struct shield_error *error)
{
	int map = shield_engine_map(engine, SHIELD_MAP_LINKS, error);
	_cleanup_text_ struct shield_text text = {};

	if (map < 0)
		return map;
	for (uint32_t index = 0;; index++) {
		struct shield_links_key key = key_of(engine, slot, index);
		struct shield_links_piece piece;

		if (bpf_map_lookup_elem(map, &key, &piece) < 0)
			break;
		if (piece.length > sizeof(piece.bytes))
			return shield_fail(error, EPROTO, "the symbolic links that were kept cannot be read");
		shield_text_add_bytes(&text, piece.bytes, piece.length);
	}
	if (text.failed)
		return shield_fail(error, ENOMEM, "out of memory");
	return shield_links_unpack(text.data, text.length, ret, error);
}

void shield_slot_links_delete(struct shield_engine *engine, uint32_t slot)
{
	int map = shield_engine_map(engine, SHIELD_MAP_LINKS, NULL);

	for (uint32_t index = 0;; index++) {
		struct shield_links_key key = key_of(engine, slot, index);

		if (bpf_map_delete_elem(map, &key) < 0)
			return;
	}
}
