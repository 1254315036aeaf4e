/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/print.h"

#include <string.h>

#include "base/address.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "profile/capabilities.h"
#include "profile/families.h"
#include "profile/rule.h"

/* Where in the text the next member goes. */
struct printer {
	struct shield_text text;
	unsigned int level;
	bool first; /* no comma before the next member */
};

const char *shield_action_name(unsigned int action)
{
	static const char *const names[SHIELD_VERDICTS] = { "allow", "audit", "deny", "kill" };

	return action < SHIELD_VERDICTS ? names[action] : "unknown";
}

/* A new line for the next member or element. */
static void next(struct printer *out)
{
	static const char indent[] = "\n        ";

	if (!out->first)
		shield_text_add_bytes(&out->text, ",", 1);
	out->first = false;
	shield_text_add_bytes(&out->text, indent, 1 + 2 * out->level);
}

static void add_key(struct printer *out, const char *key)
{
	next(out);
	shield_text_add_bytes(&out->text, "\"", 1);
	shield_text_add(&out->text, key);
	shield_text_add_bytes(&out->text, "\": ", 3);
}

static void add_word(struct printer *out, const char *key, const char *word)
{
	add_key(out, key);
	shield_text_add_json(&out->text, word);
}

static void add_action(struct printer *out, const char *key, uint8_t action)
{
	add_word(out, key, shield_action_name(action));
}

static void add_default(struct printer *out, bool deny, uint8_t action)
{
	add_word(out, "default", deny ? "deny" : "allow");
	add_action(out, "action", action);
}

/* Opens an object ('{') or array ('[') after a key. */
static void open_value(struct printer *out, const char *key, char bracket)
{
	add_key(out, key);
	shield_text_add_bytes(&out->text, &bracket, 1);
	out->level++;
	out->first = true;
}

static void close_value(struct printer *out, char bracket)
{
	out->level--;
	out->first = true;
	next(out);
	out->first = false;
	shield_text_add_bytes(&out->text, &bracket, 1);
}

/* Strings on one line. */
static void add_inline_strings(struct printer *out, const struct shield_strings *list)
{
	shield_text_add(&out->text, "[");
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			shield_text_add(&out->text, ", ");
		shield_text_add_json(&out->text, list->item[i]);
	}
	shield_text_add(&out->text, "]");
}

static void add_exec_entries(struct printer *out, const char *key, const struct shield_exec_entries *list)
{
	if (!list->count)
		return;
	open_value(out, key, '[');
	for (size_t i = 0; i < list->count; i++) {
		const struct shield_exec_entry *entry = &list->item[i];

		next(out);
		if (!entry->from.count) {
			shield_text_add_json(&out->text, entry->path);
			continue;
		}
		shield_text_add(&out->text, "{\"path\": ");
		shield_text_add_json(&out->text, entry->path);
		shield_text_add(&out->text, ", \"from\": ");
		add_inline_strings(out, &entry->from);
		shield_text_add(&out->text, "}");
	}
	close_value(out, ']');
}

/* Strings, one on each line; nothing where there are none. */
static void add_strings(struct printer *out, const char *key, const struct shield_strings *list)
{
	if (!list->count)
		return;
	open_value(out, key, '[');
	for (size_t i = 0; i < list->count; i++) {
		next(out);
		shield_text_add_json(&out->text, list->item[i]);
	}
	close_value(out, ']');
}

static void add_libraries(struct printer *out, const struct shield_profile *profile)
{
	const struct shield_strings *list = &profile->exec.library;

	if (profile->exec.libraries != SHIELD_LIBRARIES_LIST) {
		add_word(out, "libraries", profile->exec.libraries == SHIELD_LIBRARIES_IMAGE ? "image" : "any");
		return;
	}
	open_value(out, "libraries", '[');
	for (size_t i = 0; i < list->count; i++) {
		next(out);
		shield_text_add_json(&out->text, list->item[i]);
	}
	close_value(out, ']');
}

static void add_exec(struct printer *out, const struct shield_profile *profile)
{
	if (!profile->exec.present)
		return;
	open_value(out, "exec", '{');
	add_default(out, profile->exec.default_deny, profile->exec.action);
	add_action(out, "drift", profile->exec.drift);
	add_action(out, "fileless", profile->exec.fileless);
	add_libraries(out, profile);
	add_exec_entries(out, "allow", &profile->exec.allow);
	add_exec_entries(out, "deny", &profile->exec.deny);
	close_value(out, '}');
}

/* A number, or "low-high". */
static void add_span(struct printer *out, uint32_t low, uint32_t high)
{
	if (low == high) {
		shield_text_add_number(&out->text, low);
		return;
	}
	shield_text_add(&out->text, "\"");
	shield_text_add_number(&out->text, low);
	shield_text_add(&out->text, "-");
	shield_text_add_number(&out->text, high);
	shield_text_add(&out->text, "\"");
}

static void add_ports(struct printer *out, const struct shield_net_entry *entry)
{
	shield_text_add(&out->text, "\"ports\": [");
	for (size_t i = 0; i < entry->port_count; i++) {
		if (i)
			shield_text_add(&out->text, ", ");
		add_span(out, entry->ports[i].low, entry->ports[i].high);
	}
	shield_text_add(&out->text, "]");
}

static void add_net_entry(struct printer *out, const struct shield_net_entry *entry)
{
	static const char *const protos[] = {
		[SHIELD_PROTO_TCP] = "tcp", [SHIELD_PROTO_UDP] = "udp", [SHIELD_PROTO_ICMP] = "icmp"
	};
	const char *separator = "";

	next(out);
	shield_text_add(&out->text, "{");
	if (entry->family) {
		struct shield_cidr cidr = { .family = entry->family, .prefix = entry->prefix };
		char address[SHIELD_CIDR_MAX];

		memcpy(cidr.address, entry->address, sizeof(cidr.address));
		shield_text_add(&out->text, "\"to\": ");
		shield_text_add_json(&out->text, shield_cidr_format(&cidr, address));
		separator = ", ";
	}
	if (entry->proto) {
		shield_text_add(&out->text, separator);
		shield_text_add(&out->text, "\"proto\": ");
		shield_text_add_json(&out->text, protos[entry->proto]);
		separator = ", ";
	}
	if (entry->port_count) {
		shield_text_add(&out->text, separator);
		add_ports(out, entry);
	}
	shield_text_add(&out->text, "}");
}

static void add_net_entries(struct printer *out, const char *key, const struct shield_net_entries *list)
{
	if (!list->count)
		return;
	open_value(out, key, '[');
	for (size_t i = 0; i < list->count; i++)
		add_net_entry(out, &list->item[i]);
	close_value(out, ']');
}

static void add_net_rules(struct printer *out, const char *key, const struct shield_net_rules *rules)
{
	if (!rules->present)
		return;
	open_value(out, key, '{');
	add_default(out, rules->default_deny, rules->action);
	add_net_entries(out, "allow", &rules->allow);
	add_net_entries(out, "deny", &rules->deny);
	close_value(out, '}');
}

static void add_unix(struct printer *out, const struct shield_profile *profile)
{
	if (!profile->network.unix_sockets.present)
		return;
	open_value(out, "unix", '{');
	add_default(out, profile->network.unix_sockets.default_deny, profile->network.unix_sockets.action);
	add_strings(out, "allow", &profile->network.unix_sockets.allow);
	add_strings(out, "deny", &profile->network.unix_sockets.deny);
	close_value(out, '}');
}

static void add_families(struct printer *out, uint64_t families)
{
	const char *separator = "";

	add_key(out, "families");
	shield_text_add(&out->text, "[");
	for (unsigned int i = 0; i < SHIELD_FAMILIES; i++) {
		const char *name = shield_family_name(i);

		if (!(families & 1ull << i))
			continue;
		shield_text_add(&out->text, separator);
		separator = ", ";
		if (name)
			shield_text_add_json(&out->text, name);
		else
			shield_text_add_number(&out->text, i);
	}
	shield_text_add(&out->text, "]");
}

static void add_network(struct printer *out, const struct shield_profile *profile)
{
	const struct shield_net_rules *rules = profile->network.rules;

	if (!rules[SHIELD_EGRESS].present && !rules[SHIELD_BIND].present && !profile->network.families_action &&
	    !profile->network.raw && !profile->network.unix_sockets.present)
		return;
	open_value(out, "network", '{');
	add_net_rules(out, "egress", &rules[SHIELD_EGRESS]);
	add_net_rules(out, "bind", &rules[SHIELD_BIND]);
	add_unix(out, profile);
	if (profile->network.families_action != SHIELD_ALLOW) {
		add_families(out, profile->network.families);
		add_action(out, "families_action", profile->network.families_action);
	}
	add_action(out, "raw", profile->network.raw);
	close_value(out, '}');
}

static void add_ptrace(struct printer *out, const struct shield_profile *profile)
{
	const struct shield_strings *tracers = &profile->ptrace.tracers;

	if (!profile->ptrace.present)
		return;
	open_value(out, "ptrace", '{');
	add_default(out, profile->ptrace.default_deny, profile->ptrace.action);
	if (tracers->count) {
		open_value(out, "allow", '[');
		for (size_t i = 0; i < tracers->count; i++) {
			next(out);
			shield_text_add(&out->text, "{\"tracer\": ");
			shield_text_add_json(&out->text, tracers->item[i]);
			shield_text_add(&out->text, "}");
		}
		close_value(out, ']');
	}
	close_value(out, '}');
}

/* The spans of one entry, from *at on; moves *at behind them. Returns whether there were any. */
static bool add_ids(struct printer *out, const char *key, const struct shield_id_spans *list, uint16_t entry,
		    size_t *at)
{
	size_t first = *at;

	for (; *at < list->count && list->item[*at].entry == entry; ++*at) {
		shield_text_add(&out->text, *at == first ? key : ", ");
		add_span(out, list->item[*at].low, list->item[*at].high);
	}
	if (*at == first)
		return false;
	shield_text_add(&out->text, "]");
	return true;
}

static void add_allowed_ids(struct printer *out, const struct shield_id_spans *uids, const struct shield_id_spans *gids)
{
	size_t uid = 0, gid = 0;

	open_value(out, "allow", '[');
	for (uint16_t entry = 0; uid < uids->count || gid < gids->count; entry++) {
		next(out);
		shield_text_add(&out->text, "{");
		if (add_ids(out, "\"uids\": [", uids, entry, &uid) && gid < gids->count &&
		    gids->item[gid].entry == entry)
			shield_text_add(&out->text, ", ");
		add_ids(out, "\"gids\": [", gids, entry, &gid);
		shield_text_add(&out->text, "}");
	}
	close_value(out, ']');
}

static void add_setuid(struct printer *out, const struct shield_profile *profile)
{
	if (!profile->setuid.present)
		return;
	open_value(out, "setuid", '{');
	add_default(out, profile->setuid.default_deny, profile->setuid.action);
	add_action(out, "setuid_exec", profile->setuid.setuid_exec);
	if (profile->setuid.uids.count || profile->setuid.gids.count)
		add_allowed_ids(out, &profile->setuid.uids, &profile->setuid.gids);
	close_value(out, '}');
}

static void add_capability_list(struct printer *out, const char *key, const struct shield_capabilities *list)
{
	if (!list->count)
		return;
	open_value(out, key, '[');
	for (size_t i = 0; i < list->count; i++) {
		next(out);
		shield_text_add_json(&out->text, shield_capability_name(list->item[i]));
	}
	close_value(out, ']');
}

static void add_capabilities(struct printer *out, const struct shield_profile *profile)
{
	if (!profile->capabilities.present)
		return;
	open_value(out, "capabilities", '{');
	add_default(out, profile->capabilities.default_deny, profile->capabilities.action);
	add_capability_list(out, "allow", &profile->capabilities.allow);
	add_capability_list(out, "deny", &profile->capabilities.deny);
	close_value(out, '}');
}

static void add_kernel(struct printer *out, const struct shield_profile *profile)
{
	if (!profile->kernel.mount && !profile->kernel.bpf && !profile->kernel.modules && !profile->kernel.userns)
		return;
	open_value(out, "kernel", '{');
	add_action(out, "mount", profile->kernel.mount);
	add_action(out, "bpf", profile->kernel.bpf);
	add_action(out, "modules", profile->kernel.modules);
	add_action(out, "userns", profile->kernel.userns);
	close_value(out, '}');
}

static void add_derived_files(struct printer *out, const struct shield_derived_files *list)
{
	if (!list->count)
		return;
	open_value(out, "derived", '[');
	for (size_t i = 0; i < list->count; i++) {
		const struct shield_derived_file *file = &list->item[i];
		char rule[SHIELD_RULE_PATH_MAX];

		shield_rule_path(SHIELD_KIND_FILES, file->rule, rule, sizeof(rule));
		next(out);
		shield_text_add(&out->text, file->list == SHIELD_LIST_DENY ? "{\"deny\": " : "{\"read_only\": ");
		shield_text_add_json(&out->text, file->path);
		shield_text_add(&out->text, ", \"rule\": ");
		shield_text_add_json(&out->text, rule);
		shield_text_add(&out->text, "}");
	}
	close_value(out, ']');
}

static void add_files(struct printer *out, const struct shield_profile *profile)
{
	if (!profile->files.present)
		return;
	open_value(out, "files", '{');
	add_action(out, "action", profile->files.action);
	add_strings(out, "deny", &profile->files.deny);
	add_strings(out, "read_only", &profile->files.read_only);
	add_derived_files(out, &profile->files.derived);
	close_value(out, '}');
}

static int print(const struct shield_profile *profile, bool with_notes, char **ret, size_t *ret_length,
		 struct shield_error *error)
{
	struct printer out = { .level = 1 };
	int result;

	shield_text_add(&out.text, "{\n  \"version\": 1");
	if (profile->name[0])
		add_word(&out, "name", profile->name);
	if (with_notes)
		add_strings(&out, "notes", &profile->notes);
	add_word(&out, "mode", profile->audit ? "audit" : "enforce");
	add_exec(&out, profile);
	add_network(&out, profile);
	add_ptrace(&out, profile);
	add_setuid(&out, profile);
	add_capabilities(&out, profile);
	add_kernel(&out, profile);
	add_files(&out, profile);
	add_action(&out, "reverse_shell", profile->reverse_shell);
	close_value(&out, '}');
	shield_text_add(&out.text, "\n");
	result = shield_text_take(&out.text, ret, ret_length);
	return result < 0 ? shield_fail(error, -result, "profile %s: out of memory", profile->name) : 0;
}

int shield_profile_print(const struct shield_profile *profile, char **ret, size_t *ret_length,
			 struct shield_error *error)
{
	return print(profile, false, ret, ret_length, error);
}

int shield_profile_print_file(const struct shield_profile *profile, char **ret, struct shield_error *error)
{
	return print(profile, true, ret, NULL, error);
}
