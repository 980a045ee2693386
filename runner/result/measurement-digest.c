// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of a measurement that digests are made of. It is written straight from the
 * measurement: by way of a JSON tree it takes ten times as long, and every result that
 * is loaded is checked by it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/canonical-json.h"
#include "base/util.h"
#include "result/measurement.h"
#include "result/own-params.h"

struct buffer {
	char *data;
	size_t length, size;
};

static void put_bytes(struct buffer *text, const char *bytes, size_t n)
{
	if (text->size - text->length < n + 1) {
		text->size = 2 * (text->size + n + 1);
		text->data = xrealloc_array(text->data, text->size, 1);
	}
	memcpy(text->data + text->length, bytes, n);
	text->length += n;
}

static void put(struct buffer *text, const char *s)
{
	put_bytes(text, s, strlen(s));
}

static void put_integer(struct buffer *text, uint64_t value)
{
	char digits[24], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + value % 10);
	while (value /= 10);
	put_bytes(text, at, (size_t)(digits + sizeof(digits) - at));
}

/* @before, then the name in quotes and a colon: names need no escapes. */
static void put_key(struct buffer *text, const char *before, const char *name)
{
	put(text, before);
	put(text, "\"");
	put(text, name);
	put(text, "\":");
}

/* A member that is a text, escaped as JSON wants it. */
static void put_text(struct buffer *text, const char *before, const char *key, json_t *value)
{
	size_t length;
	char *quoted = canonical_json(value, &length);

	put_key(text, before, key);
	put_bytes(text, quoted, length);
	free(quoted);
	json_decref(value);
}

static void put_number(struct buffer *text, bool first, const struct named_number *number)
{
	put_key(text, first ? "" : ",", number->name);
	put_integer(text, number->value);
}

static void put_params(struct buffer *text, const struct measurement *m)
{
	bool first = true;

	put_key(text, ",", "params");
	put(text, "{");
	for (size_t i = 0; i < m->params; i++) {
		uint64_t preset;

		if (own_param(m, m->param[i].name, &preset) && m->param[i].value == preset)
			continue;
		put_number(text, first, &m->param[i]);
		first = false;
	}
	put(text, "}");
}

static void put_counters(struct buffer *text, const struct measurement *m)
{
	put_key(text, ",", "counters");
	put(text, "{");
	for (size_t i = 0; i < m->counters; i++)
		put_number(text, !i, &m->counter[i]);
	put(text, "}");
}

static void put_hist(struct buffer *text, const struct hist *h)
{
	put(text, "{\"buckets\":[");
	for (size_t i = 0; i < h->n; i++) {
		put(text, i ? ",[" : "[");
		put_integer(text, h->bucket[i].low);
		put(text, ",");
		put_integer(text, h->bucket[i].high);
		put(text, ",");
		put_integer(text, h->bucket[i].count);
		put(text, "]");
	}
	put(text, "],\"count\":");
	put_integer(text, h->count);
	put(text, ",\"max\":");
	put_integer(text, h->max);
	put(text, ",\"min\":");
	put_integer(text, h->min);
	put(text, ",\"sum\":");
	put_integer(text, (uint64_t)h->sum);
	put(text, ",\"unit\":\"");
	put(text, h->unit);
	put(text, "\"}");
}

static void put_hists(struct buffer *text, const struct measurement *m)
{
	put_key(text, ",", "histograms");
	put(text, "{");
	for (size_t i = 0; i < m->hists; i++) {
		put_key(text, i ? "," : "", m->hist[i].name);
		put_hist(text, &m->hist[i].hist);
	}
	put(text, "}");
}

char *measurement_canonical(const struct measurement *m, size_t *length)
{
	json_t *reason = measurement_reason_json(m);
	struct buffer text = { 0 };

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
	put(&text, "}");
	text.data[text.length] = '\0';
	*length = text.length;
	return text.data;
}
