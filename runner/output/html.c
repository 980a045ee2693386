// SPDX-License-Identifier: GPL-2.0-only
/* One page that fetches nothing and runs nothing; pictures are inside it. */
#include <stdlib.h>
#include <string.h>

#include "base/fsutil.h"
#include "output/format.h"

#define PICTURE_MAX_BYTES (16u << 20)

static const char head_begin[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	/* nothing is fetched and nothing runs, whatever the result contains */
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	"img-src data:; style-src 'unsafe-inline'\">\n";

static const char style[] =
	"<style>\n"
	":root { color-scheme: light dark; --text: #1b1f24; --dim: #59636e; --line: #d1d9e0;\n"
	"  --paper: #fff; --stripe: #f6f8fa; --alarm: #b3261e; }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"  :root { --text: #e6edf3; --dim: #9198a1; --line: #3d444d; --paper: #0d1117;\n"
	"    --stripe: #161b22; --alarm: #ff8a80; } }\n"
	"body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 1180px; color: var(--text);\n"
	"  background: var(--paper); font: 16px/1.55 system-ui, 'DejaVu Sans', sans-serif; }\n"
	"h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .75rem; }\n"
	"h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem;\n"
	"  border-bottom: 1px solid var(--line); }\n"
	"h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }\n"
	"p, li { max-width: 75ch; overflow-wrap: anywhere; }\n"
	"li { margin: .3rem 0; }\n"
	".lead { color: var(--dim); }\n"
	".alarm h2, .alarm li::marker { color: var(--alarm); }\n"
	".wide { overflow-x: auto; }\n"
	"table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }\n"
	"th, td { padding: .35rem .65rem; border-bottom: 1px solid var(--line);\n"
	"  vertical-align: top; text-align: left; }\n"
	"th { font-weight: 600; vertical-align: bottom; }\n"
	".figures th + th, .figures td + td { text-align: right; }\n"
	".figures td { white-space: nowrap; }\n"
	".figures th.claim, .figures td.claim { text-align: left; }\n"
	"tbody tr:nth-child(even) { background: var(--stripe); }\n"
	".note { color: var(--dim); white-space: normal; }\n"
	".word { color: var(--dim); font-style: italic; }\n"
	".facts td { overflow-wrap: anywhere; }\n"
	".facts td:first-child { color: var(--dim); white-space: nowrap; }\n"
	".pictures { display: grid; gap: 1rem; margin: 1rem 0;\n"
	"  grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); }\n"
	".pictures img { width: 100%; height: auto; border-radius: 4px; background: #fff; }\n"
	"</style>\n"
	"</head>\n"
	"<body>\n";

static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			/* control characters are not allowed in HTML, not even escaped */
			putc((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text, out);
		}
	}
}

static void put_element(FILE *out, const char *tag, const char *text)
{
	fprintf(out, "<%s>", tag);
	put_text(out, text);
	fprintf(out, "</%s>\n", tag);
}

static void put_heading(FILE *out, unsigned int level, const char *text)
{
	static const char *const tags[] = { "h3", "h1", "h2", "h3" };

	put_element(out, tags[level < ARRAY_SIZE(tags) ? level : 3], text);
}

static void put_list(FILE *out, const struct doc_element *list)
{
	if (!list->items.n && !list->text)
		return;
	if (list->is_alarm)
		fputs("<section class=\"alarm\">\n", out);
	if (list->text)
		put_heading(out, list->level, list->text);
	fputs("<ul>\n", out);
	for (size_t i = 0; i < list->items.n; i++)
		put_element(out, "li", list->items.item[i]);
	fputs("</ul>\n", out);
	if (list->is_alarm)
		fputs("</section>\n", out);
}

static bool has_figures(const struct doc_head *head)
{
	for (size_t c = 0; c < head->columns; c++)
		if (head->column[c].align == ALIGN_RIGHT)
			return true;
	return false;
}

/* Words after the first column of a table of figures stand to the left all the same. */
static bool is_claim(const struct doc_head *head, size_t c)
{
	return c && has_figures(head) && head->column[c].align == ALIGN_LEFT;
}

/* A word where a figure could stand: dimmed, so that figures stand out. Never is a finding. */
static bool is_word(const char *cell)
{
	return strcmp(cell, "never") && (*cell >= 'a' && *cell <= 'z') && strchr(cell, '%') == NULL;
}

static void put_head(FILE *out, const struct doc_head *head)
{
	if (head->is_plain) {
		fputs("<div class=\"wide\"><table class=\"facts\"><tbody>\n", out);
		return;
	}
	fprintf(out, "<div class=\"wide\"><table class=\"%s\">\n<thead><tr>\n",
		has_figures(head) ? "figures" : "texts");
	for (size_t c = 0; c < head->columns; c++) {
		fputs(is_claim(head, c) ? "<th class=\"claim\">" : "<th>", out);
		put_text(out, head->column[c].head);
		fputs("</th>\n", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

static void put_cell(FILE *out, const struct doc_head *head, const struct doc_row *row, size_t c)
{
	const char *text = c < row->cells ? row->cell[c].text : "";

	if (is_claim(head, c))
		fputs("<td class=\"claim\">", out);
	else if (!head->is_plain && c && head->column[c].align == ALIGN_RIGHT && is_word(text))
		fputs("<td class=\"word\">", out);
	else
		fputs("<td>", out);
	put_text(out, text);
	for (size_t i = 0; c + 1 == head->columns && i < row->notes.n; i++) {
		fputs("<div class=\"note\">", out);
		put_text(out, row->notes.item[i]);
		fputs("</div>", out);
	}
	fputs("</td>", out);
}

static void put_table(FILE *out, const struct doc_table *table)
{
	if (!table->rows)
		return;
	put_head(out, table->head);
	for (size_t i = 0; i < table->rows; i++) {
		fputs("<tr>", out);
		for (size_t c = 0; c < table->head->columns; c++)
			put_cell(out, table->head, &table->row[i], c);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

static void put_base64(FILE *out, const unsigned char *data, size_t length)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < length; i += 3) {
		unsigned int bits = (unsigned int)data[i] << 16;

		if (i + 1 < length)
			bits |= (unsigned int)data[i + 1] << 8;
		if (i + 2 < length)
			bits |= data[i + 2];
		putc(digit[bits >> 18], out);
		putc(digit[bits >> 12 & 63], out);
		putc(i + 1 < length ? digit[bits >> 6 & 63] : '=', out);
		putc(i + 2 < length ? digit[bits & 63] : '=', out);
	}
}

/*
 * The SVG as an image of its own inside the page: gnuplot gives the parts of
 * every picture the same ids, which must not meet in one document.
 */
static int put_picture(FILE *out, const struct doc_element *picture)
{
	char *svg;
	size_t length;

	if (!picture->file)
		return 0;
	if (file_read(picture->file, PICTURE_MAX_BYTES, &svg, &length))
		return -1;
	fputs("<img alt=\"", out);
	put_text(out, picture->text);
	fputs("\" src=\"data:image/svg+xml;base64,", out);
	put_base64(out, (const unsigned char *)svg, length);
	fputs("\">\n", out);
	free(svg);
	return 0;
}

static void put_checks(FILE *out, const struct document *doc)
{
	static const enum mark order[] = { MARK_BAD, MARK_UNKNOWN, MARK_BETTER };

	for (size_t o = 0; o < ARRAY_SIZE(order); o++) {
		struct doc_element list = { .kind = DOC_LIST, .is_alarm = order[o] != MARK_BETTER };

		for (size_t i = 0; i < doc->checks; i++) {
			const struct doc_check *check = &doc->check[i];

			if (check->outcome->mark != order[o])
				continue;
			if (!list.text)
				list.text = xstrdup(check->outcome->word);
			if (*check->what)
				str_list_addf(&list.items, "%s: %s: %s", check->where, check->what,
					      check->text);
			else
				str_list_add(&list.items, check->text);
		}
		put_list(out, &list);
		free(list.text);
		str_list_free(&list.items);
	}
}

static bool is_of(const struct document *doc, size_t i, enum doc_kind kind)
{
	return i < doc->elements && doc->element[i].kind == kind;
}

/* What the page as a whole is about. */
static bool is_lead(const struct document *doc, size_t i)
{
	return !i || (is_of(doc, i - 1, DOC_HEADING) && doc->element[i - 1].level == 1);
}

static int put_next(FILE *out, const struct document *doc, size_t i)
{
	const struct doc_element *element = &doc->element[i];
	int ret = 0;

	switch (element->kind) {
	case DOC_HEADING:
		put_heading(out, element->level, element->text);
		break;
	case DOC_VERDICT:
		fputs("<h2>", out);
		put_text(out, doc->name);
		fputs(": ", out);
		put_text(out, doc->verdict);
		fputs("</h2>\n", out);
		break;
	case DOC_PARAGRAPH:
		fputs(is_lead(doc, i) ? "<p class=\"lead\">" : "<p>", out);
		put_text(out, element->text);
		fputs("</p>\n", out);
		break;
	case DOC_LIST:
		put_list(out, element);
		break;
	case DOC_TABLE:
		put_table(out, &element->table);
		break;
	case DOC_PICTURE:
		/* pictures in a row share a grid */
		fputs(!i || !is_of(doc, i - 1, DOC_PICTURE) ? "<div class=\"pictures\">\n" : "", out);
		ret = put_picture(out, element);
		fputs(is_of(doc, i + 1, DOC_PICTURE) ? "" : "</div>\n", out);
		break;
	case DOC_CHECKS:
		put_checks(out, doc);
		break;
	case DOC_LEGEND:
		break;
	}
	return ret;
}

int html_write(FILE *out, const struct document *doc)
{
	bool has_title = is_of(doc, 0, DOC_HEADING) && doc->element[0].level == 1;
	int ret = 0;

	fputs(head_begin, out);
	put_element(out, "title", doc->title);
	fputs(style, out);
	if (!has_title)
		put_element(out, "h1", doc->title);
	for (size_t i = 0; !ret && i < doc->elements; i++)
		ret = put_next(out, doc, i);
	fputs("</body>\n</html>\n", out);
	return ret;
}
