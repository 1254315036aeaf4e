/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/pretty.h"

#include <errno.h>
#include <string.h>

#include "base/address.h"
#include "base/text.h"
#include "base/tidy.h"
#include "profile/capabilities.h"
#include "profile/families.h"
#include "profile/print.h"

/* JSON without blanks, for shield_text_add_tidy(). */
struct pretty {
	struct shield_text text;
	bool comma; /* before the next member */
};

static void next(struct pretty *out)
{
	if (out->comma)
		shield_text_add_bytes(&out->text, ",", 1);
	out->comma = true;
}

/* @key: NULL in an array */
static void add_key(struct pretty *out, const char *key)
{
	next(out);
	if (!key)
		return;
	shield_text_add_json(&out->text, key);
	shield_text_add_bytes(&out->text, ":", 1);
}

static void add_word(struct pretty *out, const char *key, const char *word)
{
	add_key(out, key);
	shield_text_add_json(&out->text, word);
}

static void open_value(struct pretty *out, const char *key, char bracket)
{
	add_key(out, key);
	shield_text_add_bytes(&out->text, &bracket, 1);
	out->comma = false;
}

static void close_value(struct pretty *out, char bracket)
{
	shield_text_add_bytes(&out->text, &bracket, 1);
	out->comma = true;
}

/* Only where it is not what the parser assumes. */
static void add_action(struct pretty *out, const char *key, uint8_t action, uint8_t assumed)
{
	if (action != assumed)
		add_word(out, key, shield_action_name(action));
}

static void add_default(struct pretty *out, bool deny, uint8_t action)
{
	add_word(out, "default", deny ? "deny" : "allow");
	add_action(out, "action", action, SHIELD_DENY);
}

static void add_list(struct pretty *out, const char *key, const struct shield_strings *list)
{
	open_value(out, key, '[');
	for (size_t i = 0; i < list->count; i++)
		add_word(out, NULL, list->item[i]);
	close_value(out, ']');
}

static void add_strings(struct pretty *out, const char *key, const struct shield_strings *list)
{
	if (list->count)
		add_list(out, key, list);
}

static void add_exec_entries(struct pretty *out, const char *key, const struct shield_exec_entries *list)
{
	if (!list->count)
		return;
	open_value(out, key, '[');
	for (size_t i = 0; i < list->count; i++) {
		if (!list->item[i].from.count) {
			add_word(out, NULL, list->item[i].path);
			continue;
		}
		open_value(out, NULL, '{');
		add_word(out, "path", list->item[i].path);
		add_list(out, "from", &list->item[i].from);
		close_value(out, '}');
	}
	close_value(out, ']');
}

static void add_libraries(struct pretty *out, const struct shield_profile *profile)
{
	enum shield_libraries assumed = profile->exec.default_deny ? SHIELD_LIBRARIES_IMAGE : SHIELD_LIBRARIES_ANY;

	if (profile->exec.libraries == SHIELD_LIBRARIES_LIST)
		add_list(out, "libraries", &profile->exec.library);
	else if (profile->exec.libraries != assumed)
		add_word(out, "libraries", profile->exec.libraries == SHIELD_LIBRARIES_IMAGE ? "image" : "any");
}

static void add_exec(struct pretty *out, const struct shield_profile *profile)
{
	if (!profile->exec.present)
		return;
	open_value(out, "exec", '{');
	add_default(out, profile->exec.default_deny, profile->exec.action);
	add_exec_entries(out, "allow", &profile->exec.allow);
	add_exec_entries(out, "deny", &profile->exec.deny);
	add_libraries(out, profile);
	add_action(out, "drift", profile->exec.drift, SHIELD_ALLOW);
	add_action(out, "fileless", profile->exec.fileless, SHIELD_ALLOW);
	close_value(out, '}');
}

/* A number, or "low-high". */
static void add_span(struct pretty *out, uint32_t low, uint32_t high)
{
	next(out);
	if (low != high)
		shield_text_add_bytes(&out->text, "\"", 1);
	shield_text_add_number(&out->text, low);
	if (low == high)
		return;
	shield_text_add_bytes(&out->text, "-", 1);
	shield_text_add_number(&out->text, high);
	shield_text_add_bytes(&out->text, "\"", 1);
}

static void add_net_entry(struct pretty *out, const struct shield_net_entry *entry)
{
	static const char *const protos[] = {
		[SHIELD_PROTO_TCP] = "tcp", [SHIELD_PROTO_UDP] = "udp", [SHIELD_PROTO_ICMP] = "icmp"
	};
	struct shield_cidr cidr = { .family = entry->family, .prefix = entry->prefix };
	char address[SHIELD_CIDR_MAX];

	memcpy(cidr.address, entry->address, sizeof(cidr.address));
	open_value(out, NULL, '{');
	if (entry->family)
		add_word(out, "to", shield_cidr_format(&cidr, address));
	if (entry->proto)
		add_word(out, "proto", protos[entry->proto]);
	if (entry->port_count) {
		open_value(out, "ports", '[');
		for (size_t i = 0; i < entry->port_count; i++)
			add_span(out, entry->ports[i].low, entry->ports[i].high);
		close_value(out, ']');
	}
	close_value(out, '}');
}

static void add_net_entries(struct pretty *out, const char *key, const struct shield_net_entries *list)
{
	if (!list->count)
		return;
	open_value(out, key, '[');
	for (size_t i = 0; i < list->count; i++)
		add_net_entry(out, &list->item[i]);
	close_value(out, ']');
}

static void add_net_rules(struct pretty *out, const char *key, const struct shield_net_rules *rules)
{
	if (!rules->present)
		return;
	open_value(out, key, '{');
	add_default(out, rules->default_deny, rules->action);
	add_net_entries(out, "allow", &rules->allow);
	add_net_entries(out, "deny", &rules->deny);
	close_value(out, '}');
}

static void add_unix(struct pretty *out, const struct shield_profile *profile)
{
	if (!profile->network.unix_sockets.present)
		return;
	open_value(out, "unix", '{');
	add_default(out, profile->network.unix_sockets.default_deny, profile->network.unix_sockets.action);
	add_strings(out, "allow", &profile->network.unix_sockets.allow);
	add_strings(out, "deny", &profile->network.unix_sockets.deny);
	close_value(out, '}');
}

/* With its list: what would follow without one depends on the rest of network. */
static void add_families(struct pretty *out, const struct shield_profile *profile)
{
	if (profile->network.families_action == SHIELD_ALLOW)
		return;
	open_value(out, "families", '[');
	for (unsigned int i = 0; i < SHIELD_FAMILIES; i++) {
		if (!(profile->network.families & 1ull << i))
			continue;
		if (shield_family_name(i))
			add_word(out, NULL, shield_family_name(i));
		else
			add_span(out, i, i);
	}
	close_value(out, ']');
	add_action(out, "families_action", profile->network.families_action, SHIELD_DENY);
}

static void add_network(struct pretty *out, const struct shield_profile *profile)
{
	const struct shield_net_rules *rules = profile->network.rules;
	uint8_t raw = rules[SHIELD_EGRESS].default_deny ? SHIELD_DENY : SHIELD_ALLOW;

	if (!rules[SHIELD_EGRESS].present && !rules[SHIELD_BIND].present && !profile->network.families_action &&
	    !profile->network.raw && !profile->network.unix_sockets.present)
		return;
	open_value(out, "network", '{');
	add_net_rules(out, "egress", &rules[SHIELD_EGRESS]);
	add_net_rules(out, "bind", &rules[SHIELD_BIND]);
	add_unix(out, profile);
	add_families(out, profile);
	add_action(out, "raw", profile->network.raw, raw);
	close_value(out, '}');
}

static void add_ptrace(struct pretty *out, const struct shield_profile *profile)
{
	const struct shield_strings *tracers = &profile->ptrace.tracers;

	if (!profile->ptrace.present)
		return;
	open_value(out, "ptrace", '{');
	add_default(out, profile->ptrace.default_deny, profile->ptrace.action);
	if (tracers->count) {
		open_value(out, "allow", '[');
		for (size_t i = 0; i < tracers->count; i++) {
			open_value(out, NULL, '{');
			add_word(out, "tracer", tracers->item[i]);
			close_value(out, '}');
		}
		close_value(out, ']');
	}
	close_value(out, '}');
}

/* The spans of one entry, from *at on; moves *at behind them. */
static void add_ids(struct pretty *out, const char *key, const struct shield_id_spans *list, uint16_t entry, size_t *at)
{
	if (*at == list->count || list->item[*at].entry != entry)
		return;
	open_value(out, key, '[');
	for (; *at < list->count && list->item[*at].entry == entry; ++*at)
		add_span(out, list->item[*at].low, list->item[*at].high);
	close_value(out, ']');
}

static void add_setuid(struct pretty *out, const struct shield_profile *profile)
{
	const struct shield_id_spans *uids = &profile->setuid.uids, *gids = &profile->setuid.gids;
	size_t uid = 0, gid = 0;

	if (!profile->setuid.present)
		return;
	open_value(out, "setuid", '{');
	add_default(out, profile->setuid.default_deny, profile->setuid.action);
	if (uids->count || gids->count) {
		open_value(out, "allow", '[');
		for (uint16_t entry = 0; uid < uids->count || gid < gids->count; entry++) {
			open_value(out, NULL, '{');
			add_ids(out, "uids", uids, entry, &uid);
			add_ids(out, "gids", gids, entry, &gid);
			close_value(out, '}');
		}
		close_value(out, ']');
	}
	add_action(out, "setuid_exec", profile->setuid.setuid_exec,
		   profile->setuid.default_deny ? profile->setuid.action : SHIELD_ALLOW);
	close_value(out, '}');
}

static void add_capability_list(struct pretty *out, const char *key, const struct shield_capabilities *list)
{
	if (!list->count)
		return;
	open_value(out, key, '[');
	for (size_t i = 0; i < list->count; i++)
		add_word(out, NULL, shield_capability_name(list->item[i]));
	close_value(out, ']');
}

static void add_capabilities(struct pretty *out, const struct shield_profile *profile)
{
	if (!profile->capabilities.present)
		return;
	open_value(out, "capabilities", '{');
	add_default(out, profile->capabilities.default_deny, profile->capabilities.action);
	add_capability_list(out, "allow", &profile->capabilities.allow);
	add_capability_list(out, "deny", &profile->capabilities.deny);
	close_value(out, '}');
}

static void add_kernel(struct pretty *out, const struct shield_profile *profile)
{
	if (!profile->kernel.mount && !profile->kernel.bpf && !profile->kernel.modules && !profile->kernel.userns)
		return;
	open_value(out, "kernel", '{');
	add_action(out, "mount", profile->kernel.mount, SHIELD_ALLOW);
	add_action(out, "bpf", profile->kernel.bpf, SHIELD_ALLOW);
	add_action(out, "modules", profile->kernel.modules, SHIELD_ALLOW);
	add_action(out, "userns", profile->kernel.userns, SHIELD_ALLOW);
	close_value(out, '}');
}

static void add_files(struct pretty *out, const struct shield_profile *profile)
{
	if (!profile->files.present)
		return;
	open_value(out, "files", '{');
	add_action(out, "action", profile->files.action, SHIELD_DENY);
	add_strings(out, "deny", &profile->files.deny);
	add_strings(out, "read_only", &profile->files.read_only);
	close_value(out, '}');
}

int shield_profile_pretty(const struct shield_profile *profile, char **ret, struct shield_error *error)
{
	_cleanup_text_ struct shield_text tidy = {};
	_cleanup_free_ char *json = NULL;
	struct pretty out = {};

	shield_text_add(&out.text, "{\"version\":1");
	out.comma = true;
	if (profile->name[0])
		add_word(&out, "name", profile->name);
	add_strings(&out, "notes", &profile->notes);
	if (profile->audit)
		add_word(&out, "mode", "audit");
	add_exec(&out, profile);
	add_network(&out, profile);
	add_ptrace(&out, profile);
	add_setuid(&out, profile);
	add_capabilities(&out, profile);
	add_kernel(&out, profile);
	add_files(&out, profile);
	add_action(&out, "reverse_shell", profile->reverse_shell, SHIELD_ALLOW);
	close_value(&out, '}');
	if (shield_text_take(&out.text, &json, NULL) < 0)
		return shield_fail(error, ENOMEM, "profile %s: out of memory", profile->name);
	shield_text_add_tidy(&tidy, json);
	if (shield_text_take(&tidy, ret, NULL) < 0)
		return shield_fail(error, ENOMEM, "profile %s: out of memory", profile->name);
	return 0;
}
