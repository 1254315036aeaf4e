/* SPDX-License-Identifier: Apache-2.0 */
#include "events/backlog.h"

#include <errno.h>
#include <stdlib.h>

int shield_backlog_init(struct shield_backlog *backlog, struct shield_error *error)
{
	backlog->item = calloc(SHIELD_BACKLOG, sizeof(*backlog->item));
	backlog->end = 0;
	return backlog->item ? 0 : shield_fail(error, ENOMEM, "out of memory for the last events");
}

void shield_backlog_free(struct shield_backlog *backlog)
{
	free(backlog->item);
	*backlog = (struct shield_backlog){};
}

static struct shield_evidence *item_at(const struct shield_backlog *backlog, uint64_t place)
{
	return &backlog->item[place & (SHIELD_BACKLOG - 1)];
}

struct shield_evidence *shield_backlog_next(struct shield_backlog *backlog)
{
	return item_at(backlog, backlog->end);
}

void shield_backlog_commit(struct shield_backlog *backlog)
{
	backlog->end++;
}

uint64_t shield_backlog_start(const struct shield_backlog *backlog)
{
	return backlog->end > SHIELD_BACKLOG ? backlog->end - SHIELD_BACKLOG : 0;
}

const struct shield_evidence *shield_backlog_at(const struct shield_backlog *backlog, uint64_t place)
{
	if (place >= backlog->end || place < shield_backlog_start(backlog))
		return NULL;
	return item_at(backlog, place);
}
