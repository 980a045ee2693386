// SPDX-License-Identifier: GPL-2.0-only
/* For the log of a GitHub workflow: text, annotations below it, and a summary beside it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "output/format.h"

/* Escapes of the workflow commands; a property ends at ':' and ','. */
static void put_escaped(FILE *out, const char *text, bool is_property)
{
	for (; *text; text++) {
		if (*text == '%' || *text == '\r' || *text == '\n' ||
		    (is_property && (*text == ':' || *text == ',')))
			fprintf(out, "%%%02X", (unsigned int)(unsigned char)*text);
		else
			putc((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text, out);
	}
}

static void put_annotation(FILE *out, const struct doc_check *check)
{
	fprintf(out, "::%s title=", check->outcome->mark == MARK_BETTER ? "notice" : "error");
	put_escaped(out, check->outcome->noun, true);
	fputs("::", out);
	if (*check->what) {
		put_escaped(out, check->where, false);
		fputs(": ", out);
		put_escaped(out, check->what, false);
		fputs(": ", out);
	}
	put_escaped(out, check->text, false);
	putc('\n', out);
}

/* What needs somebody's eyes, the worst first: GitHub shows no more than the first ten. */
static void put_annotations(FILE *out, const struct document *doc)
{
	static const enum mark order[] = { MARK_BAD, MARK_UNKNOWN, MARK_BETTER };
	size_t n;
	struct doc_check *check = doc_cases(doc, &n);

	for (size_t o = 0; o < ARRAY_SIZE(order); o++)
		for (size_t i = 0; i < n; i++)
			if (check[i].outcome->mark == order[o])
				put_annotation(out, &check[i]);
	doc_cases_free(check, n);
}

/* Appends: other steps of the job may have written there. */
static int append_summary(const struct document *doc)
{
	const char *summary = getenv("GITHUB_STEP_SUMMARY");
	FILE *out;

	if (!summary || !*summary)
		return 0;
	out = fopen(summary, "ae");
	if (!out)
		return diag_error("cannot append to %s: %s", summary, strerror(errno));
	markdown_write(out, doc);
	return fclose(out) ? diag_error("cannot write to %s: %s", summary, strerror(errno)) : 0;
}

int github_tell(FILE *out, const struct document *doc)
{
	put_annotations(out, doc);
	return append_summary(doc);
}

int github_write(FILE *out, const struct document *doc)
{
	text_write(out, doc);
	return github_tell(out, doc);
}
