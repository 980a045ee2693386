// SPDX-License-Identifier: GPL-2.0-only
/* The driver's word: a result in the form of the module's, then lines of I/Os issued. */
#define _GNU_SOURCE
#include "result/driver.h"

#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/util.h"
#include "contract/guest-format.h"
#include "contract/text-format.h"

#define LINE_LENGTH_MAX	1023
#define CGROUPS_MAX	8192
#define RESULT_END	"\n" PCPB_RESULT_END "\n"

/* "issued NAME N N …", a number per disk. */
static int read_issued(struct storm_issued *issued, char *line, char **error)
{
	char *rest = line, *word = strsep(&rest, " "), *name = strsep(&rest, " ");
	uint64_t d, *ios;

	if (strcmp(word, PCPB_DRIVER_ISSUED) || !name || !*name)
		return storm_error(error, "\"issued NAME N …\" belongs here");
	if (issued->n >= CGROUPS_MAX)
		return storm_error(error, "more than %d cgroups", CGROUPS_MAX);
	ios = storm_issued_add(issued, name);
	for (d = 0; d < issued->disks; d++) {
		word = strsep(&rest, " ");
		if (!word || !parse_u64(word, STORM_IOS_MAX, &ios[d]))
			return storm_error(error, "cgroup %.40s has no number of I/Os for disk %llu",
					   name, (unsigned long long)d);
	}
	if (rest)
		return storm_error(error, "cgroup %.40s has more numbers than there are disks",
				   name);
	return 0;
}

static int read_lines(struct storm_issued *issued, const char *text, size_t length, char **error)
{
	struct lines lines = lines_of(text, length);

	while (lines_next(&lines)) {
		char line[LINE_LENGTH_MAX + 1], *wrong = NULL;

		if (!lines.whole || !line_copy(&lines, line, sizeof(line)))
			return storm_error(error, "I/Os issued, line %u: truncated or too long",
					   lines.number);
		if (read_issued(issued, line, &wrong)) {
			storm_error(error, "I/Os issued, line %u: %s", lines.number, wrong);
			free(wrong);
			return -1;
		}
	}
	return 0;
}

/* Refuses a counter or histogram of @said that the module has measured, too. */
static int check_names(const struct measurement *m, const struct measurement *said, char **error)
{
	uint64_t value;
	size_t i;

	for (i = 0; i < said->counters; i++)
		if (measurement_counter(m, said->counter[i].name, &value))
			return storm_error(error, "the driver has a counter %.40s, as the module has",
					   said->counter[i].name);
	for (i = 0; i < said->hists; i++)
		if (measurement_hist(m, said->hist[i].name))
			return storm_error(error, "the driver has a histogram %.40s, as the module has",
					   said->hist[i].name);
	return 0;
}

static void take_over(struct measurement *m, struct measurement *said)
{
	size_t i;

	for (i = 0; i < said->counters; i++)
		measurement_set_counter(m, said->counter[i].name, said->counter[i].value);
	for (i = 0; i < said->hists; i++) {
		struct hist *from = &said->hist[i].hist;
		struct hist *h = measurement_add_hist(m, said->hist[i].name, from->unit);

		hist_free(h);
		*h = *from;
		hist_init(from, h->unit);
	}
}

/* The part in the form of a module's result; @said has the words that it must agree with. */
static int read_result(struct measurement *said, const char *text, size_t length, char **error)
{
	unsigned int line;
	char *wrong;

	if (!measurement_parse_module_text(said, text, length, &wrong, &line))
		return 0;
	storm_error(error, "the driver's report, line %u: %s", line, wrong);
	free(wrong);
	return -1;
}

int driver_parse(struct measurement *m, struct storm_issued *issued, const char *text,
		 size_t length, char **error)
{
	const char *end = memmem(text, length, RESULT_END, strlen(RESULT_END));
	struct measurement said;
	size_t head;
	int ret;

	if (!end)
		return storm_error(error, "the driver's report has no end: truncated");
	head = (size_t)(end - text) + strlen(RESULT_END);
	measurement_init(&said);
	said.scenario = xstrdup(m->scenario);
	said.strategy = xstrdup(m->strategy);
	said.context = xstrdup(m->context);
	ret = read_result(&said, text, head, error);
	if (!ret)
		ret = read_lines(issued, text + head, length - head, error);
	if (!ret)
		ret = check_names(m, &said, error);
	if (!ret)
		take_over(m, &said);
	measurement_free(&said);
	return ret;
}
