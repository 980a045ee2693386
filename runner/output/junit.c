// SPDX-License-Identifier: GPL-2.0-only
/* JUnit as Jenkins and GitLab read it: a test case for all that was judged. */
#include "output/format.h"

static void put_xml(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '"')
			fputs("&quot;", out);
		else
			/* no other control character is allowed in XML 1.0 */
			putc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
}

static void put_case(FILE *out, const struct doc_check *check)
{
	static const char *const tags[] = {
		[MARK_BAD] = "failure", [MARK_UNKNOWN] = "error", [MARK_SKIPPED] = "skipped",
	};
	enum mark mark = check->outcome->mark;
	const char *tag = mark < ARRAY_SIZE(tags) ? tags[mark] : NULL;

	fputs("  <testcase classname=\"", out);
	put_xml(out, check->where);
	fputs("\" name=\"", out);
	put_xml(out, *check->what ? check->what : check->text);
	if (!tag) {
		fputs("\"/>\n", out);
		return;
	}
	fprintf(out, "\">\n    <%s", tag);
	if (mark != MARK_SKIPPED) {
		fputs(" type=\"", out);
		put_xml(out, check->kind ? check->kind : check->outcome->noun);
		fputs("\"", out);
	}
	fputs(" message=\"", out);
	put_xml(out, check->text);
	fputs("\"/>\n  </testcase>\n", out);
}

static size_t count(const struct doc_check *check, size_t n, enum mark mark)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += check[i].outcome->mark == mark;
	return found;
}

int junit_write(FILE *out, const struct document *doc)
{
	size_t n;
	struct doc_check *check = doc_cases(doc, &n);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"pcpbench ", out);
	put_xml(out, doc->name);
	fprintf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", n,
		count(check, n, MARK_BAD), count(check, n, MARK_UNKNOWN),
		count(check, n, MARK_SKIPPED));
	for (size_t i = 0; i < n; i++)
		put_case(out, &check[i]);
	fputs("</testsuite>\n", out);
	doc_cases_free(check, n);
	return 0;
}
