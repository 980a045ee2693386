// SPDX-License-Identifier: GPL-2.0-only
#include "result/key.h"

#include <string.h>

#include "base/text.h"
#include "workload/workload.h"

enum key_part param_part(const char *name)
{
	if (is_replicate_param(name))
		return KEY_REPLICATE;
	return param_is_strategys(name) || !strncmp(name, "blkg_", 5) ? KEY_DESIGN : KEY_SUBJECT;
}

/* True when a parameter of that name is in a key of @parts. */
static bool counts(const char *name, unsigned int parts)
{
	const unsigned int things = KEY_SUBJECT | KEY_DESIGN;

	if (is_replicate_param(name))
		return parts & KEY_REPLICATE;
	/* the tables are asked only where they must tell one from the other */
	if ((parts & things) == things || !(parts & things))
		return parts & things;
	return parts & param_part(name);
}

static void add_word(struct text *text, const char *name, const char *word)
{
	if (text->length)
		text_add_char(text, ' ');
	text_add(text, name);
	text_add_char(text, '=');
	text_add(text, word);
}

/* Made for every parameter of a result, so without printf. */
static void add_number(struct text *text, const char *name, uint64_t number)
{
	char digits[24], *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	add_word(text, name, at);
}

char *measurement_key_of(const struct measurement *m, unsigned int parts,
			 leaves_out_fn leaves_out, const void *arg)
{
	const struct {
		enum key_part part;
		const char *name, *word;
	} words[] = {
		{ KEY_SCENARIO, "scenario", m->scenario }, { KEY_STRATEGY, "strategy", m->strategy },
		{ KEY_CONTEXT, "context", m->context }, { KEY_KERNEL, "kernel", m->kernel },
		{ KEY_SERIES, "series", m->series },
	};
	struct text text = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (parts & words[i].part)
			add_word(&text, words[i].name, words[i].word);
	for (size_t i = 0; i < m->params; i++) {
		const struct named_number *param = &m->param[i];

		if (counts(param->name, parts) && !(leaves_out && leaves_out(m, param, arg)))
			add_number(&text, param->name, param->value);
	}
	return text_take(&text);
}

char *measurement_key(const struct measurement *m)
{
	return measurement_key_of(m, KEY_ALL, NULL, NULL);
}
