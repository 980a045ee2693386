// SPDX-License-Identifier: GPL-2.0-only
/* One document with every element and texts that any format could trip over, in all formats. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "lib-report.h"
#include "lib-scratch.h"
#include "output/format.h"
#include "output/layout.h"

#define NASTY "a|b \"c\", <d>&'e' ]]> ::f %g #h _i_ \\j `k`\n\033[31m\302\265s"

static const struct doc_outcome outcomes[] = {
	[MARK_GOOD] = { MARK_GOOD, "passed", "pass" },
	[MARK_BETTER] = { MARK_BETTER, "improved", "improvement" },
	[MARK_BAD] = { MARK_BAD, "regressed", "regression" },
	[MARK_UNKNOWN] = { MARK_UNKNOWN, "could not judge", "could not judge" },
	[MARK_SKIPPED] = { MARK_SKIPPED, "skipped", "skipped" },
};

static void add_row(struct doc_table *table, const char *name, double value, enum mark mark)
{
	struct doc_row *row = doc_row(table);

	row->mark = mark;
	doc_cell(row, name);
	doc_cell_value(row, value, "ns", isfinite(value) ? "12.3 \302\265s" : "never");
	doc_cell(row, "not for narrow lines");
	doc_cell(row, mark == MARK_BAD ? "worse, and so much that it is told in a line of its own" :
					 "better");
	if (mark == MARK_BAD)
		str_list_add(&row->notes, "note: " NASTY);
}

static void add_tables(struct document *doc)
{
	struct doc_head *head = doc_head(doc), *plain = doc_head(doc);
	struct doc_table *table;

	doc_column(head, ALIGN_LEFT, "metric");
	doc_column(head, ALIGN_RIGHT, "a side with a very long name")->short_head = xstrdup("old");
	doc_column(head, ALIGN_RIGHT, "detail")->is_detail = true;
	doc_column(head, ALIGN_LEFT, "claim")->shows_mark = true;
	plain->is_plain = true;
	doc_columns(plain, ALIGN_LEFT, "what;value");
	doc_legend(doc, head);
	table = doc_table(doc, head);
	add_row(table, "a metric of a long name p50", 12345.6, MARK_BETTER);
	add_row(table, NASTY, INFINITY, MARK_BAD);
	doc_line(doc, 2, "= equal: %s", "x, y");
	doc_heading(doc, 3, "Facts \302\267 " NASTY);
	table = doc_table(doc, plain);
	doc_cell(doc_row(table), "a row that is not whole");
	/* nothing of it may be seen */
	doc_table(doc, head);
}

/* @checks: with one of each outcome. */
static void make(struct document *doc, bool checks)
{
	struct str_list items = { 0 }, none = { 0 };
	struct doc_element *list;

	document_init(doc, "toy", "A title: " NASTY);
	doc_set_verdict(doc, MARK_BAD, "regression");
	doc_heading(doc, 1, doc->title);
	doc_paragraph(doc, "A paragraph of words that is longer than the lines of a cover letter, which has 72 columns. " NASTY);
	doc_show_verdict(doc);
	str_list_add(&items, "first");
	str_list_add(&items, NASTY);
	doc_list(doc, 2, "A list", &items)->is_alarm = true;
	list = doc_list(doc, 0, "could not be compared", &items);
	list->mark = MARK_UNKNOWN;
	list->shown = 1;
	doc_list(doc, 0, NULL, &none);
	add_tables(doc);
	doc_picture(doc, NASTY, "plots/a.svg", scratch("a.svg"));
	for (size_t i = MARK_GOOD; checks && i < ARRAY_SIZE(outcomes); i++)
		doc_check(doc, &outcomes[i], "where " NASTY, i % 2 ? "what" : "", "text " NASTY, NULL);
	doc_show_checks(doc);
	str_list_free(&items);
}

static char *written(enum format_id format, bool checks)
{
	struct document doc;

	scratch_write("a.svg", "<svg/>");
	make(&doc, checks);
	return written_document(&doc, format);
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		n++;
	return n;
}

/* No format lets a terminal or a parser meet a control character. */
static void test_no_control_characters(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMATS; i++) {
		char *text = written((enum format_id)i, true);

		/* in CSV a field is what it is */
		for (const char *c = text; i != FORMAT_csv && *c; c++)
			if ((unsigned char)*c < ' ' && *c != '\n')
				fail_msg("%s: control character %d", formats[i].name, *c);
		assert_true(*text);
		free(text);
	}
}

static void test_text(void **state)
{
	char *text = written(FORMAT_text, true);

	(void)state;
	text_has(text, "\ntoy: regression\n");
	text_has(text, "\nA list\n  first\n  a|b \"c\", <d>&'e' ]]> ");
	text_has(text, "\n  and 1 more (--json has all)\n");
	text_has(text, "\n  a metric of a long name p50 ");
	text_has(text, " a side with a very long name  ");
	text_has(text, "\n  a row that is not whole\n");
	text_has(text, "\nregressed\n  where a|b");
	text_has(text, "\ncould not judge\n");
	assert_null(strstr(text, "\npassed\n"));
	assert_null(strstr(text, "old: "));
	assert_null(strstr(text, " \n"));
	/* a table without rows has no head either */
	assert_int_equal(count(text, "claim\n"), 1);
	free(text);
}

static void test_letter(void **state)
{
	char *text = written(FORMAT_letter, true), *line;

	(void)state;
	text_has(text, "old: a side with a very long name\n");
	text_has(text, "\nFacts, a|b");
	assert_null(strstr(text, "detail"));
	assert_null(strstr(text, "not for narrow lines"));
	text_has(text, "\n      worse, and so much that it is told in a line of its own\n");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (text_width(line) > 72)
			fail_msg("%zu columns: %s", text_width(line), line);
	free(text);
}

/* A last cell that has room beside the others is broken there. */
static void test_letter_of_two_columns(void **state)
{
	struct document doc;
	struct doc_head *head;
	struct doc_row *row;
	char *text;

	(void)state;
	document_init(&doc, "toy", "names");
	doc_heading(&doc, 2, "Names");
	head = doc_head(&doc);
	head->is_plain = true;
	doc_columns(head, ALIGN_LEFT, "name;summary");
	row = doc_row(doc_table(&doc, head));
	doc_cell(row, "percpu-pool");
	doc_cell(row, "a cache of ready areas, which a work item refills whenever it is low");
	text = written_document(&doc, FORMAT_letter);
	assert_string_equal(text, "Names:\n"
			    "  percpu-pool  a cache of ready areas, which a work item refills\n"
			    "               whenever it is low\n");
	free(text);
}

/* A row has as many cells as its head, and foreign text marks nothing up. */
static void test_markdown(void **state)
{
	char *text = written(FORMAT_markdown, true), *line;
	size_t bars = 0;

	(void)state;
	text_has(text, "# A title: a\\|b \"c\", &lt;d>&amp;'e' \\]\\]> ::f %g #h \\_i\\_ \\\\j \\`k\\`");
	text_has(text, "\n\n## pcpbench toy: regression\n\n");
	text_has(text, "\n\n## A list\n\n- first\n- a\\|b");
	text_has(text, "\n\n**could not be compared**\n\n- first\n- a\\|b");
	text_has(text, "](plots/a.svg)\n");
	assert_null(strstr(text, "\n\n\n"));
	assert_null(strstr(text, "<d>"));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		size_t n = 0;

		for (const char *c = line; *line == '|' && *c; c++) {
			n += *c == '|';
			c += *c == '\\' && c[1];
		}
		if (bars && n && n != bars && n != 3)
			fail_msg("%zu bars instead of %zu: %s", n, bars, line);
		bars = n;
	}
	free(text);
}

static void test_json(void **state)
{
	char *text = written(FORMAT_json, true);
	json_t *all = json_loads(text, 0, NULL), *elements, *row = NULL, *element;
	size_t i;

	(void)state;
	assert_non_null(all);
	assert_string_equal(json_string_value(json_object_get(all, "title")), "A title: " NASTY);
	assert_string_equal(json_string_value(json_object_get(all, "verdict")), "regression");
	assert_int_equal(json_array_size(json_object_get(all, "checks")), 5);
	elements = json_object_get(all, "elements");
	json_array_foreach(elements, i, element)
		if (json_object_get(element, "table") && !row)
			row = json_array_get(json_object_get(element, "table"), 0);
	assert_non_null(row);
	assert_string_equal(json_string_value(json_object_get(row, "mark")), "better");
	row = json_object_get(json_object_get(row, "cells"), "a side with a very long name");
	assert_true(json_real_value(json_object_get(row, "value")) == 12345.6);
	assert_string_equal(json_string_value(json_object_get(row, "unit")), "ns");
	json_decref(all);
	free(text);
}

/* Data that has a form of its own is left as it is. */
static void test_json_of_its_own(void **state)
{
	struct document doc;
	char *text;

	(void)state;
	make(&doc, true);
	doc_set_data(&doc, json_pack("{s:s}", "schema", "toy/1"), JSON_COMPACT);
	text = written_document(&doc, FORMAT_json);
	assert_string_equal(text, "{\"schema\":\"toy/1\"}\n");
	free(text);
}

/*
 * Reads a field of RFC 4180 into *field, to be freed, and moves *at behind it. Returns what
 * follows: ',', '\n' for the end of a line, or 0.
 */
static char read_field(const char **at, char **field)
{
	const char *c = *at;
	size_t n = 0;

	*field = xcalloc(strlen(c) + 1, 1);
	if (*c == '"') {
		for (c++; *c != '"' || c[1] == '"'; c++) {
			assert_true(*c);
			c += *c == '"';
			(*field)[n++] = *c;
		}
		c++;
	} else {
		for (; *c && !strchr(",\r\n", *c); c++) {
			assert_int_not_equal(*c, '"');
			(*field)[n++] = *c;
		}
	}
	*at = c + 1;
	if (*c == ',')
		return ',';
	assert_int_equal(*c, '\r');
	assert_int_equal(c[1], '\n');
	*at = c + 2;
	return '\n';
}

/* Every line has as many fields as the first; @nasty of them are the nasty text. */
static void check_csv(const char *text, size_t lines, size_t fields, size_t nasty)
{
	size_t n = 0, found = 0, rows = 0;

	for (const char *at = text; *at;) {
		char *field, next = read_field(&at, &field);

		n++;
		found += strstr(field, NASTY) != NULL;
		free(field);
		if (next == ',')
			continue;
		assert_int_equal(n, fields);
		rows++;
		n = 0;
	}
	assert_int_equal(rows, lines);
	assert_int_equal(found, nasty);
}

static void test_csv(void **state)
{
	struct document doc;
	struct doc_row *row;
	struct doc_head *head;
	char *text = written(FORMAT_csv, true);

	(void)state;
	/* table, six heads of two tables, notes; heading of the tables, a name, and a note are nasty */
	check_csv(text, 4, 8, 5);
	text_has(text, ",12345.6,");
	free(text);

	document_init(&doc, "toy", "checks alone");
	doc_check(&doc, &outcomes[MARK_BAD], NASTY, "what", NASTY, "kind");
	text = written_document(&doc, FORMAT_csv);
	check_csv(text, 2, 5, 2);
	free(text);

	make(&doc, true);
	head = doc_head(&doc);
	doc_columns(head, ALIGN_LEFT, "name;low;high;none");
	row = doc_row(doc_records(&doc, head));
	doc_cell(row, NASTY);
	doc_cell_value(row, 0.1, NULL, NULL);
	doc_cell_value(row, INFINITY, NULL, NULL);
	doc_cell_value(row, NAN, NULL, NULL);
	text = written_document(&doc, FORMAT_csv);
	check_csv(text, 2, 4, 1);
	text_has(text, "\r\n\"");
	text_has(text, "\",0.10000000000000001,inf,\r\n");
	free(text);
}

/* The name of the tag at @c, "/" in front of one that ends; moves behind the tag. */
static bool read_tag(const char **at, char name[32], bool *empty)
{
	const char *c = *at + 1;
	size_t n = 0;
	char quote = 0;

	for (; isalnum((unsigned char)*c) || (*c && strchr("/!?-", *c) && !n); c++)
		if (n < 31)
			name[n++] = *c;
	name[n] = '\0';
	for (; *c && (quote || *c != '>'); c++) {
		if (quote && *c == quote)
			quote = 0;
		else if (!quote && (*c == '"' || *c == '\''))
			quote = *c;
		else if (*c == '<')
			return false;
	}
	*empty = c[-1] == '/' || c[-1] == '?';
	*at = c + 1;
	return *c == '>';
}

/* Tags are closed in their order, and '&' and '<' are nothing but mark-up. */
static void check_markup(const char *text)
{
	static const char *const voids[] = { "meta", "img", "!DOCTYPE", "?xml" };
	struct str_list open = { 0 };

	for (const char *at = text; *at;) {
		char name[32];
		bool empty;

		if (*at == '&') {
			size_t n = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz#0123456789");

			if (!n || at[1 + n] != ';')
				fail_msg("a bare &: %.40s", at);
		}
		if (*at != '<') {
			at++;
			continue;
		}
		if (!read_tag(&at, name, &empty))
			fail_msg("a tag without an end: %.40s", at);
		for (size_t i = 0; i < ARRAY_SIZE(voids); i++)
			empty |= !strcmp(name, voids[i]);
		if (*name == '/') {
			assert_true(open.n);
			assert_string_equal(open.item[open.n - 1], name + 1);
			free(open.item[--open.n]);
		} else if (!empty) {
			str_list_add(&open, name);
		}
	}
	assert_int_equal(open.n, 0);
	str_list_free(&open);
}

static void test_html(void **state)
{
	char *text = written(FORMAT_html, true);

	(void)state;
	check_markup(text);
	text_has(text, "<title>A title: a|b &quot;c&quot;, &lt;d&gt;&amp;&#39;e&#39; ]]&gt;");
	text_has(text, "<section class=\"alarm\">\n<h2>A list</h2>");
	text_has(text, "<td class=\"claim\">better</td>");
	/* the picture itself: <svg/> */
	text_has(text, "src=\"data:image/svg+xml;base64,PHN2Zy8+\">");
	assert_int_equal(count(text, "<h1>"), 1);
	assert_int_equal(count(text, "<table "), 2);
	assert_null(strstr(text, "<script"));
	free(text);
}

/* A picture that is to be in the page and is not there: the page is not whole. */
static void test_html_without_its_picture(void **state)
{
	struct document doc;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	document_init(&doc, "toy", "title");
	doc_picture(&doc, "picture", "plots/b.svg", scratch("b.svg"));
	assert_int_equal(html_write(out, &doc), -1);
	fclose(out);
	free(text);
	document_free(&doc);
}

static void test_junit(void **state)
{
	char *text = written(FORMAT_junit, true), *command;

	(void)state;
	check_markup(text);
	text_has(text, "<testsuite name=\"pcpbench toy\" tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"1\">");
	text_has(text, "<failure type=\"regression\" message=\"text a|b &quot;c&quot;, &lt;d>&amp;'e'");
	text_has(text, "<skipped message=");
	scratch_write("junit.xml", text);
	free(text);
	if (!program_exists("xmllint"))
		return;
	command = xasprintf("xmllint --noout %s", scratch("junit.xml"));
	assert_int_equal(system(command), 0);
	free(command);
}

/* Without checks every row is a case, and so is every item of a list that says what is unknown. */
static void test_rows_as_cases(void **state)
{
	char *text = written(FORMAT_junit, false);

	(void)state;
	check_markup(text);
	text_has(text, "tests=\"5\" failures=\"1\" errors=\"2\" skipped=\"0\"");
	text_has(text, "name=\"a metric of a long name p50\"/>");
	text_has(text, "a side with a very long name never, detail not for narrow lines, claim worse");
	free(text);
}

static void test_ktap(void **state)
{
	char *text = written(FORMAT_ktap, true), *line;
	size_t results = 0;

	(void)state;
	text_has(text, "KTAP version 1\n1..5\n");
	text_has(text, "# regressed: text a|b");
	text_has(text, "ok 1 where a|b");
	text_has(text, " # SKIP text a|b");
	assert_int_equal(count(text, "\nnot ok "), 2);
	strtok(text, "\n");
	strtok(NULL, "\n");
	for (line = strtok(NULL, "\n"); line; line = strtok(NULL, "\n")) {
		const char *sharp = strchr(line, '#');

		if (*line == '#')
			continue;
		assert_int_equal(strtoul(line + (*line == 'n' ? 7 : 3), NULL, 10), ++results);
		/* what is behind it would be a directive */
		if (sharp)
			assert_int_equal(strncmp(sharp, "# SKIP ", 7), 0);
	}
	assert_int_equal(results, 5);
	free(text);
}

/* What GitHub makes of the text of a workflow command; to be freed. */
static char *unescaped(const char *text)
{
	char *plain = xcalloc(strlen(text) + 1, 1), *to = plain;
	unsigned int byte;

	for (; *text; text++) {
		if (*text == '%' && sscanf(text + 1, "%2X", &byte) == 1) {
			*to++ = (char)byte;
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	return plain;
}

static void test_github(void **state)
{
	char *text, *line, *plain;
	size_t errors = 0;

	(void)state;
	scratch_write("summary", "before\n");
	setenv("GITHUB_STEP_SUMMARY", scratch("summary"), 1);
	text = written(FORMAT_github, true);
	unsetenv("GITHUB_STEP_SUMMARY");
	text_has(text, "\n::notice title=improvement::");
	text_has(text, "\n::error title=regression::");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, "::", 2))
			continue;
		plain = unescaped(line);
		text_has(plain, "text a|b \"c\", <d>&'e' ]]> ::f %g #h _i_ \\j `k`\n [31m");
		free(plain);
		errors += !strncmp(line, "::error ", 8);
	}
	assert_int_equal(errors, 2);
	free(text);
	assert_int_equal(file_read(scratch("summary"), 1 << 20, &text, &(size_t){ 0 }), 0);
	text_has(text, "before\n# A title: ");
	free(text);
}

/* A document with nothing in it can be written, too. */
static void test_empty(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMATS; i++) {
		struct document doc;

		document_init(&doc, "toy", "nothing");
		free(written_document(&doc, (enum format_id)i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_control_characters),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_letter),
		cmocka_unit_test(test_letter_of_two_columns),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_of_its_own),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_html_without_its_picture),
		cmocka_unit_test(test_junit),
		cmocka_unit_test(test_rows_as_cases),
		cmocka_unit_test(test_ktap),
		cmocka_unit_test(test_github),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests_name("output", tests, scratch_make, scratch_remove);
}
