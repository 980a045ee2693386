// SPDX-License-Identifier: GPL-2.0-only
/* KTAP version 1, Documentation/dev-tools/ktap.rst of the kernel: a line for all that was judged. */
#include "output/format.h"

/* '#' would begin a directive, and a line ends a result. */
static void put_words(FILE *out, const char *text)
{
	for (; *text; text++)
		putc(*text == '#' || (unsigned char)*text < ' ' ? ' ' : *text, out);
}

static void put_result(FILE *out, const struct doc_check *check, size_t number)
{
	enum mark mark = check->outcome->mark;
	bool bad = mark == MARK_BAD || mark == MARK_UNKNOWN;

	if (bad) {
		fprintf(out, "# %s: ", check->outcome->word);
		put_words(out, check->text);
		putc('\n', out);
	}
	fprintf(out, "%s %zu ", bad ? "not ok" : "ok", number);
	put_words(out, check->where);
	fputs(": ", out);
	put_words(out, *check->what ? check->what : check->text);
	if (mark == MARK_SKIPPED) {
		fputs(" # SKIP ", out);
		put_words(out, check->text);
	}
	putc('\n', out);
}

int ktap_write(FILE *out, const struct document *doc)
{
	size_t n;
	struct doc_check *check = doc_cases(doc, &n);

	fprintf(out, "KTAP version 1\n1..%zu\n", n);
	for (size_t i = 0; i < n; i++)
		put_result(out, &check[i], i + 1);
	doc_cases_free(check, n);
	return 0;
}
