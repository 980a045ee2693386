// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a command. Nothing of it is trusted: every word is checked against
 * the tables before anything is run.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "command.h"
#include "contract/text-format.h"
#include "tables.h"

#define DIGITS		"0123456789"
#define KEY_CHARS	"abcdefghijklmnopqrstuvwxyz_"
#define VALUE_CHARS	"abcdefghijklmnopqrstuvwxyz" \
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "._-"

static const char * const verb_names[] = {
	[PCPB_RUN]	= PCPB_VERB_RUN,
	[PCPB_BEGIN]	= PCPB_VERB_BEGIN,
	[PCPB_END]	= PCPB_VERB_END,
};

/* Keys seen so far: these three, then one per parameter. */
enum {
	KEY_SCENARIO,
	KEY_STRATEGY,
	KEY_CONTEXT,
	KEY_PARAMS,
};

struct parser {
	struct pcpb_step *step;
	struct pcpb_error *error;
	u64 seen;		/* bit KEY_* */
};

static __printf(2, 3)
void append(struct pcpb_error *error, const char *format, ...)
{
	size_t used = strlen(error->text);
	va_list args;

	va_start(args, format);
	vscnprintf(error->text + used, sizeof(error->text) - used, format,
		   args);
	va_end(args);
}

static int unknown_strategy(struct parser *p, const char *name)
{
	const struct pcpb_strategy_entry *entry;

	pcpb_error_set(p->error, "unknown strategy '%.64s'; the valid ones are",
		       name);
	for (entry = pcpb_strategies; entry->name; entry++)
		append(p->error, " %s", entry->name);
	return -ENOENT;
}

static int unknown_scenario(struct parser *p, const char *name)
{
	const struct pcpb_scenario_entry *entry;

	pcpb_error_set(p->error, "unknown scenario '%.64s'; the valid ones are",
		       name);
	for (entry = pcpb_scenarios; entry->name; entry++)
		append(p->error, " %s", entry->name);
	return -ENOENT;
}

static int unknown_context(struct parser *p, const char *name)
{
	int i;

	pcpb_error_set(p->error, "unknown context '%.64s'; the valid ones are",
		       name);
	for (i = 0; i < PCPB_CTX_COUNT; i++)
		append(p->error, " %s", pcpb_contexts[i].name);
	return -ENOENT;
}

static int unknown_key(struct parser *p, const char *key)
{
	const struct pcpb_param *param;

	pcpb_error_set(p->error,
		       "unknown key '%.64s'; the valid ones are scenario strategy context",
		       key);
	for (param = pcpb_params; param->name; param++)
		append(p->error, " %s", param->name);
	return -EINVAL;
}

static int see(struct parser *p, unsigned int bit, const char *key)
{
	if (p->seen & BIT_ULL(bit)) {
		pcpb_error_set(p->error, "key '%.64s' is given twice", key);
		return -EINVAL;
	}
	p->seen |= BIT_ULL(bit);
	return 0;
}

static int parse_param(struct parser *p, const struct pcpb_param *param,
		       const char *value)
{
	u64 number;

	/* kstrtou64() would take a sign */
	if (strspn(value, DIGITS) != strlen(value) ||
	    kstrtou64(value, 10, &number) ||
	    number < param->lowest || number > param->highest) {
		pcpb_error_set(p->error, "%s=%.64s is no number from %llu to %llu",
			       param->name, value, param->lowest,
			       param->highest);
		return -EINVAL;
	}
	*pcpb_param_value(p->step, param) = number;
	return 0;
}

static int parse_name(struct parser *p, unsigned int key, const char *value)
{
	int context;

	switch (key) {
	case KEY_SCENARIO:
		p->step->scenario = pcpb_find_scenario(value);
		return p->step->scenario ? 0 : unknown_scenario(p, value);
	case KEY_STRATEGY:
		p->step->strategy = pcpb_find_strategy(value);
		return p->step->strategy ? 0 : unknown_strategy(p, value);
	default:
		context = pcpb_find_context(value);
		if (context < 0)
			return unknown_context(p, value);
		p->step->context = context;
		return 0;
	}
}

static int parse_pair(struct parser *p, const char *key, const char *value)
{
	static const char * const names[] = {
		[KEY_SCENARIO]	= PCPB_KEY_SCENARIO,
		[KEY_STRATEGY]	= PCPB_KEY_STRATEGY,
		[KEY_CONTEXT]	= PCPB_KEY_CONTEXT,
	};
	const struct pcpb_param *param;
	unsigned int i;

	for (i = 0; i < KEY_PARAMS; i++)
		if (!strcmp(key, names[i]))
			return see(p, i, key) ?: parse_name(p, i, value);
	param = pcpb_find_param(key);
	if (!param)
		return unknown_key(p, key);
	p->step->named |= BIT_ULL(param - pcpb_params);
	return see(p, KEY_PARAMS + (param - pcpb_params), key) ?:
	       parse_param(p, param, value);
}

static int parse_word(struct parser *p, char *word)
{
	char *value = strchr(word, '=');

	if (!*word) {
		pcpb_error_set(p->error, "an empty word: words are separated by single blanks");
		return -EINVAL;
	}
	if (value)
		*value++ = '\0';
	if (!value || !*word || !*value ||
	    strspn(word, KEY_CHARS) != strlen(word) ||
	    strspn(value, VALUE_CHARS) != strlen(value)) {
		pcpb_error_set(p->error, "word '%.64s%s%.64s' is not of the form key=value",
			       word, value ? "=" : "", value ?: "");
		return -EINVAL;
	}
	return parse_pair(p, word, value);
}

static int check_step(struct parser *p)
{
	const struct pcpb_step *step = p->step;

	if (!step->scenario || !step->strategy ||
	    !(p->seen & BIT_ULL(KEY_CONTEXT))) {
		pcpb_error_set(p->error, "scenario, strategy and context must be given");
		return -EINVAL;
	}
	if (!is_power_of_2(step->align)) {
		pcpb_error_set(p->error, "align=%llu is not a power of two",
			       step->align);
		return -EINVAL;
	}
	if (step->pool_high && step->pool_low > step->pool_high) {
		pcpb_error_set(p->error, "pool_low=%llu is above pool_high=%llu",
			       step->pool_low, step->pool_high);
		return -EINVAL;
	}
	return 0;
}

static int parse_step(struct pcpb_step *step, char *words,
		      struct pcpb_error *error)
{
	struct parser p = { .step = step, .error = error };
	const struct pcpb_param *param;
	char *word;
	int ret;

	BUILD_BUG_ON(KEY_PARAMS + sizeof(struct pcpb_step) / sizeof(u64) > 64);
	for (param = pcpb_params; param->name; param++)
		*pcpb_param_value(step, param) = param->preset;
	while ((word = strsep(&words, " "))) {
		ret = parse_word(&p, word);
		if (ret)
			return ret;
	}
	return check_step(&p);
}

/* One line that ends in a newline, of printable characters. */
static int check_text(char *text, size_t length, struct pcpb_error *error)
{
	size_t i;

	if (!length || text[length - 1] != '\n') {
		pcpb_error_set(error, "the command does not end with a newline: was it cut short?");
		return -EINVAL;
	}
	text[length - 1] = '\0';
	for (i = 0; i < length - 1; i++) {
		if (text[i] < ' ' || text[i] > '~') {
			pcpb_error_set(error,
				       "byte %zu of the command is 0x%02x: one line of printable characters is wanted",
				       i, (unsigned char)text[i]);
			return -EINVAL;
		}
	}
	return 0;
}

int pcpb_command_parse(struct pcpb_command *command, char *text, size_t length,
		       struct pcpb_error *error)
{
	char *verb;
	int ret, i;

	memset(command, 0, sizeof(*command));
	ret = check_text(text, length, error);
	if (ret)
		return ret;
	verb = strsep(&text, " ");
	i = match_string(verb_names, ARRAY_SIZE(verb_names), verb);
	if (i < 0) {
		pcpb_error_set(error,
			       "unknown command '%.64s'; the valid ones are run STEP, begin STEP, end",
			       verb);
		return -EINVAL;
	}
	command->verb = i;
	if (command->verb == PCPB_END) {
		if (!text)
			return 0;
		pcpb_error_set(error, "end takes nothing behind it");
		return -EINVAL;
	}
	if (text)
		return parse_step(&command->step, text, error);
	pcpb_error_set(error, "the step is missing: %s scenario=... strategy=... context=...",
		       verb);
	return -EINVAL;
}
