// SPDX-License-Identifier: GPL-2.0-only
#include "gate/rules.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/ini-file.h"

static struct gate_rule *find_rule(const struct gate_rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->n; i++)
		if (!strcmp(rules->rule[i].name, name))
			return &rules->rule[i];
	return NULL;
}

static struct gate_rule *rule_named(struct gate_rules *rules, const char *name)
{
	struct gate_rule *rule = find_rule(rules, name);

	if (rule)
		return rule;
	GROW(rules->rule, rules->n);
	rule = &rules->rule[rules->n++];
	*rule = (struct gate_rule){
		.name = xstrdup(name),
		.cpus_most = UINT64_MAX,
		.ceiling = INFINITY,
	};
	return rule;
}

static char *set_patterns(struct str_list *list, const char *key, const char *value)
{
	str_list_split(list, value, " \t,");
	return list->n ? NULL : xasprintf("%s lists nothing", key);
}

/* "0.2 %" or "0.002"; *share as a share. */
static char *set_share(double *share, const char *key, const char *value)
{
	return parse_share(value, share) ? NULL :
	       xasprintf("%s = '%s' is no share such as 2 %% or 0.02", key, value);
}

/* A number, or of shares "0.1 %". */
static char *set_amount(double *amount, const char *key, const char *value)
{
	char *end;
	double number = strtod(value, &end);

	if (strchr(value, '%'))
		return set_share(amount, key, value);
	if (end == value || *end || !(number >= 0 && number <= 1e18))
		return xasprintf("%s = '%s' is not a number from 0 on", key, value);
	*amount = number;
	return NULL;
}

static char *set_cpus(struct gate_rule *rule, const char *value)
{
	const char *dash = strchr(value, '-');
	char *first = dash ? xstrndup(value, (size_t)(dash - value)) : xstrdup(value);
	bool good = parse_u64(first, 1024, &rule->cpus_least) &&
		    parse_u64(dash ? dash + 1 : value, 1024, &rule->cpus_most) &&
		    rule->cpus_least && rule->cpus_least <= rule->cpus_most;

	free(first);
	return good ? NULL : xasprintf("cpus = '%s' is neither a number nor LOW-HIGH", value);
}

/* The place of @value among @words (NULL-terminated), or what is wrong. */
static char *set_word(int *place, const char *key, const char *value, const char *const *words)
{
	struct str_list all = { 0 };
	char *joined, *error;

	for (*place = 0; words[*place]; (*place)++)
		if (!strcmp(words[*place], value))
			return NULL;
	for (; *words; words++)
		str_list_add(&all, *words);
	joined = str_list_join(&all, ", ");
	error = xasprintf("%s = '%s' is none of: %s", key, value, joined);
	free(joined);
	str_list_free(&all);
	return error;
}

static char *set_choice(struct gate_rule *rule, const char *key, const char *value)
{
	static const char *const modes[] = { "any", "exact", "realtime", NULL };
	static const char *const zeros[] = { "agree", "any", NULL };
	static const char *const news[] = { "any", "zero", NULL };
	static const char *const yes_no[] = { "no", "yes", NULL };
	int place;
	char *error;

	if (!strcmp(key, "mode")) {
		error = set_word(&place, key, value, modes);
		rule->mode = (enum rule_mode)place;
	} else if (!strcmp(key, "from_zero")) {
		error = set_word(&place, key, value, zeros);
		rule->from_zero_any = place == 1;
	} else if (!strcmp(key, "new")) {
		error = set_word(&place, key, value, news);
		rule->zero_if_new = place == 1;
	} else {
		error = set_word(&place, key, value, yes_no);
		rule->optional = place == 1;
	}
	return error;
}

static char *set_limit(struct gate_rule *rule, const char *key, const char *value)
{
	rule->has_limit = true;
	rule->holds_changes |= strcmp(key, "ceiling") != 0;
	if (!strcmp(key, "relative"))
		return set_share(&rule->relative, key, value);
	return set_amount(!strcmp(key, "absolute") ? &rule->absolute : &rule->ceiling, key, value);
}

static char *set_proof(struct gate_proof *proof, const char *key, const char *value)
{
	static const char *const keys[] = { "strategy", "base", NULL };
	char **text = &proof->strategy;
	int place;
	char *error = set_word(&place, "a key", key, keys);

	if (error)
		return error;
	if (place)
		text = &proof->base;
	*text = xstrdup(value);
	return **text ? NULL : xasprintf("%s is empty", key);
}

static char *set_determinism(struct gate_rules *rules, const char *key, const char *value)
{
	static const char *const keys[] = { "required", NULL };
	static const char *const no_yes[] = { "no", "yes", NULL };
	int place;
	char *error = set_word(&place, "a key", key, keys);

	if (!error)
		error = set_word(&place, key, value, no_yes);
	if (!error)
		rules->determinism_required = place;
	return error;
}

static char *take_rule_key(struct gate_rule *rule, const char *key, const char *value)
{
	static const char *const keys[] = {
		"metric", "scenario", "strategy", "context", "mode", "cpus", "relative",
		"absolute", "ceiling", "minimum_count", "from_zero", "new", "optional", NULL,
	};
	struct str_list *const patterns[] = {
		&rule->metric, &rule->scenario, &rule->strategy, &rule->context,
	};
	int place;
	char *error = set_word(&place, "a key", key, keys);

	if (error)
		return error;
	if ((size_t)place < ARRAY_SIZE(patterns))
		return set_patterns(patterns[place], key, value);
	if (!strcmp(key, "cpus"))
		return set_cpus(rule, value);
	if (!strcmp(key, "mode") || !strcmp(key, "from_zero") || !strcmp(key, "new") ||
	    !strcmp(key, "optional"))
		return set_choice(rule, key, value);
	if (strcmp(key, "minimum_count"))
		return set_limit(rule, key, value);
	if (parse_u64(value, INT64_MAX, &rule->minimum_count))
		return NULL;
	return xasprintf("minimum_count = '%s' is not a whole number", value);
}

static char *take_key(void *arg, const char *section, const char *key, const char *value,
		      unsigned int line)
{
	struct gate_rules *rules = arg;

	(void)line;
	if (!strcmp(section, "canary"))
		return set_proof(&rules->canary, key, value);
	if (!strcmp(section, "same"))
		return set_proof(&rules->same, key, value);
	if (!strcmp(section, "determinism"))
		return set_determinism(rules, key, value);
	return take_rule_key(rule_named(rules, section), key, value);
}

static bool is_half(const struct gate_proof *proof)
{
	return !proof->strategy != !proof->base;
}

/* Shares are called PART/WHOLE, and a pattern matches one only if it says so itself. */
static bool names_share(const struct gate_rule *rule)
{
	for (size_t i = 0; i < rule->metric.n; i++)
		if (strchr(rule->metric.item[i], '/'))
			return true;
	return false;
}

/* A share is never more than 1, so that a limit beyond it would hold nothing. */
static int check_share_limits(const struct gate_rule *rule, const char *path)
{
	bool ceiling = isfinite(rule->ceiling) && rule->ceiling >= 1;

	if (!names_share(rule) || (rule->absolute < 1 && !ceiling))
		return 0;
	return diag_error("%s: [%s] names a share, of which %s = %g lets all pass: say 0.1 %% or 0.001",
			  path, rule->name, ceiling ? "ceiling" : "absolute",
			  ceiling ? rule->ceiling : rule->absolute);
}

/* A rule that could judge nothing, or let all pass, is a mistake. */
static int check_rules(const struct gate_rules *rules, const char *path)
{
	if (!rules->n)
		return diag_error("%s has no rule: a gate that checks nothing must not pass", path);
	if (is_half(&rules->canary) || is_half(&rules->same))
		return diag_error("%s: [%s] needs both strategy and base", path,
				  is_half(&rules->canary) ? "canary" : "same");
	for (size_t i = 0; i < rules->n; i++) {
		if (!rules->rule[i].metric.n)
			return diag_error("%s: [%s] names no metric", path, rules->rule[i].name);
		if (!rules->rule[i].has_limit)
			return diag_error("%s: [%s] sets no limit: relative, absolute or ceiling",
					  path, rules->rule[i].name);
		if (check_share_limits(&rules->rule[i], path))
			return -1;
	}
	return 0;
}

int gate_rules_load(struct gate_rules *rules, const char *path)
{
	*rules = (struct gate_rules){ 0 };
	if (!ini_file_read(path, "rules", take_key, rules) && !check_rules(rules, path))
		return 0;
	gate_rules_free(rules);
	return -1;
}

static char *adapt_key(void *arg, const char *section, const char *key, const char *value,
		       unsigned int line)
{
	struct gate_rule *rule = find_rule(arg, section);

	(void)line;
	if (!rule)
		return xasprintf("there is no rule [%s] to adapt", section);
	if (!strcmp(key, "boots"))
		return parse_u64(value, INT64_MAX, &rule->boots) ? NULL :
		       xasprintf("boots = '%s' is not a whole number", value);
	if (!rule->has_limit || (strcmp(key, "relative") && strcmp(key, "absolute")))
		return xasprintf("%s: a host has only limits of its own: relative, absolute, boots",
				 key);
	return set_limit(rule, key, value);
}

int gate_rules_adapt(struct gate_rules *rules, const char *path)
{
	return ini_file_read(path, "limits of this host", adapt_key, rules);
}

char *gate_host_path(void)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config && *config == '/')
		return xasprintf("%s/pcpbench/gate-host.conf", config);
	return xasprintf("%s/.config/pcpbench/gate-host.conf", home ? home : "");
}

void gate_rules_free(struct gate_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++) {
		struct gate_rule *rule = &rules->rule[i];

		free(rule->name);
		str_list_free(&rule->metric);
		str_list_free(&rule->scenario);
		str_list_free(&rule->strategy);
		str_list_free(&rule->context);
	}
	free(rules->rule);
	free(rules->canary.strategy);
	free(rules->canary.base);
	free(rules->same.strategy);
	free(rules->same.base);
	*rules = (struct gate_rules){ 0 };
}

/* FNM_PATHNAME: a "*" for counts and latencies must not judge shares by the limits of those. */
static bool matches(const struct str_list *patterns, const char *text, int flags)
{
	for (size_t i = 0; i < patterns->n; i++)
		if (!fnmatch(patterns->item[i], text, flags))
			return true;
	return !patterns->n;
}

struct gate_rule *gate_rule_for(struct gate_rules *rules, bool exact, const struct measurement *m,
				const char *metric)
{
	uint64_t cpus = 1;

	measurement_param(m, "cpus", &cpus);
	for (size_t i = 0; i < rules->n; i++) {
		struct gate_rule *rule = &rules->rule[i];

		if (rule->mode == (exact ? RULE_REALTIME : RULE_EXACT) ||
		    cpus < rule->cpus_least || cpus > rule->cpus_most)
			continue;
		if (matches(&rule->metric, metric, FNM_PATHNAME) &&
		    matches(&rule->scenario, m->scenario, 0) &&
		    matches(&rule->strategy, m->strategy, 0) &&
		    matches(&rule->context, m->context, 0))
			return rule;
	}
	return NULL;
}
