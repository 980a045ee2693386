// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's result text, docs/protocol.md. It comes from a guest that
 * may be broken, so each line is held against the format to the letter.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/util.h"
#include "contract/hist-layout.h"
#include "contract/text-format.h"
#include "result/measurement.h"

#define LINE_LENGTH_MAX	1023
#define NAME_LENGTH_MAX	63
#define WORDS_MAX	8
/* More of any kind than a module could mean; bounds the search for duplicates. */
#define NAMES_MAX	256

struct text_reader {
	struct lines lines;
	unsigned int line;		/* number of the current line, or of the one that is missing */
	char text[LINE_LENGTH_MAX + 1];	/* the current line */
	char cut[LINE_LENGTH_MAX + 1];	/* its words, each with a NUL */
	char *word[WORDS_MAX];
	unsigned int words;
	char *error;
};

static int __attribute__((format(printf, 2, 3)))
text_error(struct text_reader *r, const char *fmt, ...)
{
	char text[2 * LINE_LENGTH_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	r->error = xstrdup(text);
	return -1;
}

/* Words are separated by single blanks; what is beyond WORDS_MAX is not cut. */
static void cut_words(struct text_reader *r)
{
	char *rest = r->cut;

	memcpy(r->cut, r->text, sizeof(r->cut));
	for (r->words = 0; rest && r->words < WORDS_MAX; r->words++)
		r->word[r->words] = strsep(&rest, " ");
}

/* Takes the next line; -1 when there is none or it is not plain text. */
static int next_line(struct text_reader *r)
{
	struct lines *line = &r->lines;
	size_t good;

	r->line++;
	if (!lines_next(line))
		return text_error(r, "the text ends before \"end\": truncated");
	if (!line->whole)
		return text_error(r, "the text ends within a line: truncated");
	good = line_printable(line);
	if (good < line->length && line->length <= LINE_LENGTH_MAX)
		return text_error(r, "byte 0x%02x in column %zu is not printable ASCII",
				  (unsigned char)line->text[good], good + 1);
	if (!line_copy(line, r->text, sizeof(r->text)))
		return text_error(r, "line of %zu bytes; at most %d are allowed", line->length,
				  LINE_LENGTH_MAX);
	cut_words(r);
	return 0;
}

static bool line_is(const struct text_reader *r, const char *first_word)
{
	return !strcmp(r->word[0], first_word);
}

static int expect_words(struct text_reader *r, unsigned int n, const char *form)
{
	if (r->words != n)
		return text_error(r, "\"%s\" is not of the form \"%s\"", r->text, form);
	return 0;
}

static int read_number(struct text_reader *r, unsigned int word, uint64_t *value)
{
	if (parse_u64(r->word[word], MEASUREMENT_NUMBER_MAX, value))
		return 0;
	return text_error(r, "\"%s\" is not a whole number from 0 to %lld", r->word[word],
			  (long long)MEASUREMENT_NUMBER_MAX);
}

/* A name of a parameter, counter or histogram. */
static int check_name(struct text_reader *r, const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!islower(name[i]) && name[i] != '_' && !(i && isdigit(name[i])))
			break;
	if (!i || name[i] || i > NAME_LENGTH_MAX)
		return text_error(r, "\"%s\" is not a name ([a-z_][a-z0-9_]*)", name);
	return 0;
}

/* "scenario NAME" and its like, in the place where the format has it. */
static int read_identity(struct text_reader *r, const char *key, const char *planned, char **value)
{
	char form[32];

	snprintf(form, sizeof(form), "%s NAME", key);
	if (next_line(r) || expect_words(r, 2, form))
		return -1;
	if (!line_is(r, key) || !*r->word[1])
		return text_error(r, "\"%s\" where \"%s\" belongs", r->text, form);
	if (planned && strcmp(planned, r->word[1]))
		return text_error(r, "%s %s, but the step asked for %s", key, r->word[1], planned);
	*value = xstrdup(r->word[1]);
	return 0;
}

static int read_head(struct text_reader *r, struct measurement *m, const struct measurement *planned)
{
	if (next_line(r))
		return -1;
	if (strcmp(r->text, PCPB_RESULT_HEAD))
		return text_error(r, "\"%s\" where \"" PCPB_RESULT_HEAD "\" belongs", r->text);
	if (read_identity(r, PCPB_KEY_SCENARIO, planned->scenario, &m->scenario) ||
	    read_identity(r, PCPB_KEY_STRATEGY, planned->strategy, &m->strategy) ||
	    read_identity(r, PCPB_KEY_CONTEXT, planned->context, &m->context))
		return -1;
	return 0;
}

/* The verdicts that a module can give; the others are a guest's fate. */
static int read_verdict(struct text_reader *r, struct measurement *m)
{
	int verdict;

	if (next_line(r) || expect_words(r, 2, PCPB_RESULT_VERDICT " NAME"))
		return -1;
	verdict = verdict_from_name(r->word[1]);
	if (!line_is(r, PCPB_RESULT_VERDICT) || verdict < 0 ||
	    !verdict_of_module((enum verdict)verdict))
		return text_error(r, "\"%s\" where \"" PCPB_RESULT_VERDICT " ok\", \"skipped\", "
				  "\"unsupported\" or \"failed\" belongs", r->text);
	m->verdict = (enum verdict)verdict;
	return 0;
}

static int read_reason(struct text_reader *r, struct measurement *m)
{
	const char *text = r->text + strlen(PCPB_RESULT_REASON);

	if (text[0] != ' ' || !text[strspn(text, " ")])
		return text_error(r, "a reason without a text");
	m->reason = xstrdup(text + 1);
	return 0;
}

/* The current line is "param NAME VALUE" or "counter NAME VALUE". */
static int read_named_number(struct text_reader *r, struct measurement *m, bool is_param)
{
	const char *name;
	uint64_t value, earlier;

	if (expect_words(r, 3, is_param ? PCPB_RESULT_PARAM " NAME VALUE" :
						PCPB_RESULT_COUNTER " NAME VALUE"))
		return -1;
	name = r->word[1];
	if (check_name(r, name) || read_number(r, 2, &value))
		return -1;
	if (is_param ? measurement_param(m, name, &earlier) :
		       measurement_counter(m, name, &earlier))
		return text_error(r, "%s %s is there twice", r->word[0], name);
	if ((is_param ? m->params : m->counters) >= NAMES_MAX)
		return text_error(r, "more than %d lines of %s", NAMES_MAX, r->word[0]);
	if (is_param)
		measurement_set_param(m, name, value);
	else
		measurement_set_counter(m, name, value);
	return 0;
}

static int read_bucket(struct text_reader *r, struct hist *h)
{
	uint64_t low, high, count;
	unsigned int index;

	if (!line_is(r, PCPB_RESULT_BUCKET))
		return text_error(r, "\"%s\" within a histogram", r->text);
	if (expect_words(r, 4, PCPB_RESULT_BUCKET " LOW HIGH COUNT") || read_number(r, 1, &low) ||
	    read_number(r, 2, &high) || read_number(r, 3, &count))
		return -1;
	index = pcpb_hist_index(low);
	if (low != pcpb_hist_low(index) || high != pcpb_hist_high(index))
		return text_error(r, "%s to %s is not a bucket of the layout", r->word[1],
				  r->word[2]);
	if (!hist_append_bucket(h, low, high, count))
		return text_error(r, "a bucket is empty, or does not lie above the one before");
	return 0;
}

/* The lines of @h up to "end hist". */
static int read_buckets(struct text_reader *r, struct hist *h)
{
	for (;;) {
		if (next_line(r))
			return -1;
		if (!strcmp(r->text, PCPB_RESULT_HIST_END))
			return 0;
		if (read_bucket(r, h))
			return -1;
	}
}

/* The current line is "hist NAME UNIT COUNT MIN MAX SUM". */
static int read_hist(struct text_reader *r, struct measurement *m)
{
	struct hist *h;
	const char *wrong;
	char *name;
	uint64_t sum;
	int ret;

	if (expect_words(r, 7, PCPB_RESULT_HIST " NAME UNIT COUNT MIN MAX SUM") ||
	    check_name(r, r->word[1]))
		return -1;
	if (strcmp(r->word[2], PCPB_UNIT_EXACT) && strcmp(r->word[2], PCPB_UNIT_REALTIME))
		return text_error(r, "unit \"%s\" is neither \"" PCPB_UNIT_EXACT "\" nor \""
				  PCPB_UNIT_REALTIME "\"", r->word[2]);
	if (measurement_hist(m, r->word[1]))
		return text_error(r, "histogram %s is there twice", r->word[1]);
	if (m->hists >= NAMES_MAX)
		return text_error(r, "more than %d histograms", NAMES_MAX);
	h = measurement_add_hist(m, r->word[1], r->word[2]);
	if (read_number(r, 3, &h->count) || read_number(r, 4, &h->min) ||
	    read_number(r, 5, &h->max) || read_number(r, 6, &sum))
		return -1;
	h->sum = sum;
	/* reading goes on over the line that has the name */
	name = xstrdup(r->word[1]);
	ret = read_buckets(r, h);
	wrong = ret ? NULL : hist_check(h);
	if (wrong)
		ret = text_error(r, "histogram %s: %s", name, wrong);
	free(name);
	return ret;
}

/* Reads from the line after "verdict" to "end". */
static int read_body(struct text_reader *r, struct measurement *m)
{
	if (next_line(r))
		return -1;
	if (line_is(r, PCPB_RESULT_REASON) && (read_reason(r, m) || next_line(r)))
		return -1;
	if (m->verdict != VERDICT_OK && !m->reason)
		return text_error(r, "verdict %s without a reason", verdict_name(m->verdict));
	while (line_is(r, PCPB_RESULT_PARAM))
		if (read_named_number(r, m, true) || next_line(r))
			return -1;
	while (strcmp(r->text, PCPB_RESULT_END)) {
		int failed;

		if (line_is(r, PCPB_RESULT_COUNTER))
			failed = read_named_number(r, m, false);
		else if (line_is(r, PCPB_RESULT_HIST))
			failed = read_hist(r, m);
		else
			failed = text_error(r, "\"%s\" where a counter, a histogram or \"end\" "
					    "belongs", r->text);
		if (failed || next_line(r))
			return -1;
	}
	if (r->lines.next != r->lines.end)
		return text_error(r, "%zu bytes follow \"end\"",
				  (size_t)(r->lines.end - r->lines.next));
	return 0;
}

/* @read becomes @m, which keeps its kernel, its series and parameters of the plan. */
static void take_over(struct measurement *m, struct measurement *read)
{
	struct measurement old = *m;
	size_t i;

	for (i = 0; i < read->params; i++)
		measurement_set_param(&old, read->param[i].name, read->param[i].value);
	*m = *read;
	m->kernel = old.kernel;
	m->series = old.series;
	m->param = old.param;
	m->params = old.params;
	old.kernel = NULL;
	old.series = NULL;
	old.param = read->param;
	old.params = read->params;
	measurement_free(&old);
}

int measurement_parse_module_text(struct measurement *m, const char *text, size_t length,
				  char **error, unsigned int *line)
{
	struct text_reader *r = xcalloc(1, sizeof(*r));
	struct measurement read;
	int ret = -1;

	r->lines = lines_of(text, length);
	measurement_init(&read);
	if (read_head(r, &read, m) || read_verdict(r, &read) || read_body(r, &read)) {
		measurement_free(&read);
		*error = r->error;
		*line = r->line;
	} else {
		take_over(m, &read);
		*error = NULL;
		ret = 0;
	}
	free(r);
	return ret;
}
