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

static void add_word(struct text *text, const char *name, const char *word)
{
	text_addf(text, "%s%s=%s", text->length ? " " : "", name, word);
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

		if ((parts & param_part(param->name)) &&
		    !(leaves_out && leaves_out(m, param, arg)))
			text_addf(&text, "%s%s=%llu", text.length ? " " : "", param->name,
				  (unsigned long long)param->value);
	}
	return text_take(&text);
}

char *measurement_key(const struct measurement *m)
{
	return measurement_key_of(m, KEY_ALL, NULL, NULL);
}
