/* SPDX-License-Identifier: Apache-2.0 */
#include "node.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/usable.h"

static void tell(struct node *node, const char *sentence)
{
	size_t used = strlen(node->told), length = strlen(node->folder.path);
	char *at;

	snprintf(node->told + used, sizeof(node->told) - used, "%s\n", sentence);
	while ((at = strstr(node->told, node->folder.path)))
		memmove(at, at + length, strlen(at + length) + 1);
}

static void hear_fault(const char *sentence, void *context)
{
	struct node *node = context;

	node->faults++;
	tell(node, sentence);
}

static void hear_note(const char *sentence, void *context)
{
	struct node *node = context;

	node->notes++;
	tell(node, sentence);
}

/* In memory, where there is room: each activation waits for the disk several times. */
static struct folder make_quick_folder(void)
{
	struct folder folder = { "/dev/shm/shield-test-XXXXXX" };

	return mkdtemp(folder.path) ? folder : make_folder();
}

void node_make(struct node *node)
{
	*node = (struct node){ .folder = make_quick_folder() };
	in_folder(&node->folder, "etc", node->etc);
	in_folder(&node->folder, "etc/profiles.d", node->profiles);
	in_folder(&node->folder, "etc/config.json", node->config);
	in_folder(&node->folder, "share", node->share);
	in_folder(&node->folder, "var/config.json", node->copy);
	in_folder(&node->folder, "run/pending", node->pending);
	in_folder(&node->folder, "dir", node->from);
	mkdir(node->etc, 0755);
	mkdir(node->profiles, 0755);
	mkdir(node->share, 0755);
	mkdir(node->from, 0755);
	node->path[0] = node->profiles;
	node->path[1] = node->share;
	node->dirs.path = node->path;
	node->places = (struct shield_apply_places){ node->etc, node->copy, node->pending, &node->dirs };
	node->talk = (struct shield_apply_talk){ hear_fault, hear_note, node };
}

void node_remove(struct node *node)
{
	remove_folder(&node->folder);
}

void node_write(struct node *node, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "dir/%s", name);
	write_file(&node->folder, path, text);
}

void node_drop(struct node *node, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", node->from, name);
	CU_ASSERT_EQUAL(unlink(path), 0);
}

static int apply(struct node *node, const char *from)
{
	_cleanup_activation_ struct shield_activation activation = { .lock = -1 };
	struct shield_error error = {};
	int r;

	node->faults = node->notes = 0;
	node->told[0] = '\0';
	r = shield_activation_begin(&node->places, from, &node->talk, &activation, &error);
	if (r == 0)
		r = shield_activation_check(&activation, 1u << SHIELD_KIND_UNIX, &error);
	if (r == 0)
		r = shield_activation_commit(&activation, &error);
	if (r < 0)
		tell(node, error.message);
	else
		shield_activation_followed(&activation);
	return r < 0 ? r : activation.unchanged;
}

int node_apply(struct node *node)
{
	return apply(node, node->from);
}

int node_take_away(struct node *node)
{
	return apply(node, NULL);
}

bool node_has(const struct node *node, const char *path, const char *text)
{
	_cleanup_fclose_ FILE *file = NULL;
	char whole[256], now[4096] = "";

	file = fopen(in_folder(&node->folder, path, whole), "r");
	if (!file || !text)
		return !file && !text;
	now[fread(now, 1, sizeof(now) - 1, file)] = '\0';
	for (char *c = now; *c; c++)
		if (*c == '"')
			*c = '\'';
	return !strcmp(now, text);
}

bool node_is_whole(const struct node *node)
{
	_cleanup_config_ struct shield_config *config = NULL;

	return shield_config_load(node->config, &config, NULL) == 0 &&
	       !shield_config_check(config, &node->dirs, NULL, NULL);
}

bool node_is_clean(const struct node *node)
{
	_cleanup_closedir_ DIR *dir = opendir(node->etc);
	struct dirent *entry;

	while ((entry = readdir(dir)))
		if (entry->d_name[0] == '.' && strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			return false;
	return true;
}
