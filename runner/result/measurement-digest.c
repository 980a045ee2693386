// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of a measurement that digests are made of. It is written straight from the
 * measurement: by way of a JSON tree it takes ten times as long, and every result that
 * is loaded is checked by it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/canonical-json.h"
#include "base/text.h"
#include "result/measurement.h"
#include "result/own-params.h"

/* @before, then the name in quotes and a colon: names need no escapes. */
static void put_key(struct text *text, const char *before, const char *name)
{
	text_add(text, before);
	text_add(text, "\"");
	text_add(text, name);
	text_add(text, "\":");
}

/* A member that is a text, escaped as JSON wants it. */
static void put_text(struct text *text, const char *before, const char *key, json_t *value)
{
	size_t length;
	char *quoted = canonical_json(value, &length);

	put_key(text, before, key);
	text_add_bytes(text, quoted, length);
	free(quoted);
	json_decref(value);
}

static void put_number(struct text *text, bool first, const struct named_number *number)
{
	put_key(text, first ? "" : ",", number->name);
	text_add_u64(text, number->value);
}

static void put_params(struct text *text, const struct measurement *m)
{
	bool first = true;

	put_key(text, ",", "params");
	text_add(text, "{");
	for (size_t i = 0; i < m->params; i++) {
		uint64_t preset;

		if (own_param(m, m->param[i].name, &preset) && m->param[i].value == preset)
			continue;
		put_number(text, first, &m->param[i]);
		first = false;
	}
	text_add(text, "}");
}

static void put_counters(struct text *text, const struct measurement *m)
{
	put_key(text, ",", "counters");
	text_add(text, "{");
	for (size_t i = 0; i < m->counters; i++)
		put_number(text, !i, &m->counter[i]);
	text_add(text, "}");
}

static void put_hist(struct text *text, const struct hist *h)
{
	text_add(text, "{\"buckets\":[");
	for (size_t i = 0; i < h->n; i++) {
		text_add(text, i ? ",[" : "[");
		text_add_u64(text, h->bucket[i].low);
		text_add(text, ",");
		text_add_u64(text, h->bucket[i].high);
		text_add(text, ",");
		text_add_u64(text, h->bucket[i].count);
		text_add(text, "]");
	}
	text_add(text, "],\"count\":");
	text_add_u64(text, h->count);
	text_add(text, ",\"max\":");
	text_add_u64(text, h->max);
	text_add(text, ",\"min\":");
	text_add_u64(text, h->min);
	text_add(text, ",\"sum\":");
	text_add_u64(text, (uint64_t)h->sum);
	text_add(text, ",\"unit\":\"");
	text_add(text, h->unit);
	text_add(text, "\"}");
}

static void put_hists(struct text *text, const struct measurement *m)
{
	put_key(text, ",", "histograms");
	text_add(text, "{");
	for (size_t i = 0; i < m->hists; i++) {
		put_key(text, i ? "," : "", m->hist[i].name);
		put_hist(text, &m->hist[i].hist);
	}
	text_add(text, "}");
}

char *measurement_canonical(const struct measurement *m, size_t *length)
{
	json_t *reason = measurement_reason_json(m);
	struct text text = { 0 };

	put_text(&text, "{", "context", json_string(m->context));
	put_counters(&text, m);
	put_hists(&text, m);
	put_text(&text, ",", "kernel", json_string(m->kernel));
	put_params(&text, m);
	if (reason)
		put_text(&text, ",", "reason", reason);
	put_text(&text, ",", "scenario", json_string(m->scenario));
	put_text(&text, ",", "series", json_string(m->series));
	put_text(&text, ",", "strategy", json_string(m->strategy));
	put_text(&text, ",", "verdict", json_string(verdict_name(m->verdict)));
	text_add(&text, "}");
	*length = text.length;
	return text_take(&text);
}
