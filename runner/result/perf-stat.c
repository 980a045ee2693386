// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf-stat(1), "CSV FORMAT": VALUE,UNIT,EVENT,TIME RUN,PERCENT,… a line.
 */
#include "result/perf-stat.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"

#define EVENTS_MAX	1000
#define FIELDS		3	/* those that are read */
#define NS_DECIMALS	6	/* of a millisecond */

struct field {
	const char *text;
	size_t length;
};

static bool field_is(const struct field *field, const char *text)
{
	return field->length == strlen(text) && !memcmp(field->text, text, field->length);
}

static bool split(const char *line, size_t length, struct field field[FIELDS])
{
	for (size_t i = 0; i < FIELDS; i++) {
		const char *comma = memchr(line, ',', length);

		if (!comma)
			return false;
		field[i] = (struct field){ line, (size_t)(comma - line) };
		length -= field[i].length + 1;
		line = comma + 1;
	}
	return true;
}

/* A decimal number times 10^@decimals, what is beyond them cut off. */
static bool decimal(const struct field *field, unsigned int decimals, uint64_t *value)
{
	bool point = false;

	if (!field->length || !isdigit((unsigned char)*field->text))
		return false;
	*value = 0;
	for (size_t i = 0; i < field->length; i++) {
		char c = field->text[i];

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (!isdigit((unsigned char)c))
			return false;
		if (point && !decimals)
			continue;
		if (__builtin_mul_overflow(*value, 10u, value) ||
		    __builtin_add_overflow(*value, (unsigned int)(c - '0'), value))
			return false;
		decimals -= point;
	}
	while (decimals--)
		if (__builtin_mul_overflow(*value, 10u, value))
			return false;
	return *value <= MEASUREMENT_NUMBER_MAX;
}

static char *counter_name(const struct field *event, const char *suffix)
{
	char *name = xasprintf(PERF_COUNTER "%.*s%s", (int)event->length, event->text, suffix);

	for (char *c = name; *c; c++)
		*c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '_';
	return name;
}

/* NULL, or what is wrong. */
static const char *take_line(struct measurement *m, struct str_list *absent, const char *line,
			     size_t length)
{
	struct field field[FIELDS];
	uint64_t value;
	char *name;
	bool time;

	if (!split(line, length, field))
		return "not VALUE,UNIT,EVENT,...";
	if (!field[2].length || field[2].length > 100)
		return "no event's name";
	if (field_is(&field[0], "<not supported>") || field_is(&field[0], "<not counted>")) {
		name = xstrndup(field[2].text, field[2].length);
		str_list_add_new(absent, name);
		free(name);
		return NULL;
	}
	time = field_is(&field[1], "msec");
	if (!time && field[1].length)
		return "a unit other than msec";
	if (!decimal(&field[0], time ? NS_DECIMALS : 0, &value))
		return "the value is no number, or too large";
	name = counter_name(&field[2], time ? "_ns" : "");
	measurement_set_counter(m, name, value);
	free(name);
	return NULL;
}

static const char *take_text(struct measurement *m, struct str_list *absent, const char *text,
			     size_t length, unsigned int *line)
{
	struct lines lines = lines_of(text, length);
	unsigned int events = 0;

	while (lines_next(&lines)) {
		const char *wrong;

		*line = lines.number;
		if (!lines.whole)
			return "the line is cut off";
		if (!lines.length || *lines.text == '#')
			continue;
		if (++events > EVENTS_MAX)
			return "too many events";
		wrong = take_line(m, absent, lines.text, lines.length);
		if (wrong)
			return wrong;
	}
	*line = lines.number + 1;
	return events ? NULL : "no event";
}

int perf_stat_parse(struct measurement *m, struct str_list *absent, const char *text,
		    size_t length, char **error, unsigned int *line)
{
	struct measurement read;
	struct str_list missing = { 0 };
	const char *wrong;

	measurement_init(&read);
	wrong = take_text(&read, &missing, text, length, line);
	for (size_t i = 0; !wrong && i < read.counters; i++)
		measurement_set_counter(m, read.counter[i].name, read.counter[i].value);
	for (size_t i = 0; !wrong && i < missing.n; i++)
		str_list_add_new(absent, missing.item[i]);
	*error = wrong ? xstrdup(wrong) : NULL;
	measurement_free(&read);
	str_list_free(&missing);
	return wrong ? -1 : 0;
}
