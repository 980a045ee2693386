// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "base/fsutil.h"
#include "report/forms.h"
#include "report/table.h"
#include "report/text.h"

#define PICTURE_MAX_BYTES (16u << 20)

static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	/* nothing is fetched and nothing runs, whatever the result contains */
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	"img-src data:; style-src 'unsafe-inline'\">\n"
	"<title>Per-CPU allocation strategies compared</title>\n"
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
	".mode { color: var(--dim); }\n"
	".alarm h2, .alarm li::marker { color: var(--alarm); }\n"
	".wide { overflow-x: auto; }\n"
	"table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }\n"
	"th, td { padding: .35rem .65rem; border-bottom: 1px solid var(--line);\n"
	"  vertical-align: top; text-align: left; }\n"
	"th { font-weight: 600; vertical-align: bottom; }\n"
	".figures th + th, .figures td + td { text-align: right; }\n"
	".figures td { white-space: nowrap; }\n"
	"tbody tr:nth-child(even) { background: var(--stripe); }\n"
	".word { color: var(--dim); font-style: italic; }\n"
	".facts td { overflow-wrap: anywhere; }\n"
	".facts td:first-child { color: var(--dim); white-space: nowrap; }\n"
	".pictures { display: grid; gap: 1rem; margin: 1rem 0;\n"
	"  grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); }\n"
	".pictures img { width: 100%; height: auto; border-radius: 4px; background: #fff; }\n"
	"</style>\n"
	"</head>\n"
	"<body>\n"
	"<h1>Per-CPU allocation strategies compared</h1>\n";

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

static void put_list(FILE *out, const struct str_list *list)
{
	fputs("<ul>\n", out);
	for (size_t i = 0; i < list->n; i++)
		put_element(out, "li", list->item[i]);
	fputs("</ul>\n", out);
}

/* A word where a figure could stand: dimmed, so that figures stand out. Never is a finding. */
static bool is_word(const char *cell)
{
	return strcmp(cell, "never") && (*cell >= 'a' && *cell <= 'z') && strchr(cell, '%') == NULL;
}

static void put_table(FILE *out, const struct report_table *table, bool figures)
{
	fprintf(out, "<div class=\"wide\"><table class=\"%s\">\n<thead><tr>\n",
		figures ? "figures" : "texts");
	for (size_t c = 0; c < table->head.n; c++)
		put_element(out, "th", table->head.item[c]);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < table->rows; i++) {
		fputs("<tr>", out);
		for (size_t c = 0; c < table->row[i].n; c++) {
			const char *cell = table->row[i].item[c];

			fputs(figures && c && is_word(cell) ? "<td class=\"word\">" : "<td>", out);
			put_text(out, cell);
			fputs("</td>", out);
		}
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
 * The SVG as an image of its own inside the file: gnuplot gives the parts of
 * every picture the same ids, which must not meet in one document.
 */
static int put_picture(FILE *out, const struct picture *picture, const char *dir)
{
	char *path = xasprintf("%s/plots/%s.svg", dir, picture->name);
	char *svg;
	size_t length;
	int ret = file_read(path, PICTURE_MAX_BYTES, &svg, &length);

	free(path);
	if (ret)
		return -1;
	fputs("<img alt=\"", out);
	put_text(out, picture->title);
	fputs("\" src=\"data:image/svg+xml;base64,", out);
	put_base64(out, (const unsigned char *)svg, length);
	fputs("\">\n", out);
	free(svg);
	return 0;
}

static int put_pictures(FILE *out, const struct picture_list *list,
			const struct report_group *group, const char *dir)
{
	int ret = 0;

	fputs("<div class=\"pictures\">\n", out);
	for (size_t i = 0; !ret && i < list->n; i++)
		if (list->picture[i].group == group)
			ret = put_picture(out, &list->picture[i], dir);
	fputs("</div>\n", out);
	return ret;
}

static int put_group(FILE *out, const struct report_group *group,
		     const struct picture_list *list, const char *dir)
{
	struct report_table table;

	put_element(out, "h3", group->title);
	report_table_make(&table, group);
	put_table(out, &table, true);
	report_table_free(&table);
	report_perf_make(&table, group);
	if (table.rows)
		put_table(out, &table, true);
	report_table_free(&table);
	return list ? put_pictures(out, list, group, dir) : 0;
}

static void put_checks(FILE *out, const struct report_model *model)
{
	struct report_table table;

	report_checks_make(&table, model);
	if (table.rows) {
		put_element(out, "h3", "Without latencies");
		put_table(out, &table, false);
	}
	report_table_free(&table);
}

static void put_facts(FILE *out, const struct report_text *text)
{
	put_element(out, "h2", "Where it comes from");
	fputs("<div class=\"wide\"><table class=\"facts\"><tbody>\n", out);
	for (size_t i = 0; i < text->fact.n; i++) {
		fputs("<tr><td>", out);
		put_text(out, text->fact.item[i]);
		fputs("</td><td>", out);
		put_text(out, text->value.item[i]);
		fputs("</td></tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

int html_report(FILE *out, const struct report_model *model, const struct picture_list *list,
		const char *dir)
{
	struct report_text text;
	int ret = 0;

	report_text_make(&text, model);
	fputs(head, out);
	fputs("<p class=\"mode\">Mode ", out);
	put_text(out, text.mode);
	fputs("</p>\n", out);
	if (text.verdicts.n) {
		fputs("<section class=\"alarm\">\n", out);
		put_element(out, "h2", "Not ok");
		put_list(out, &text.verdicts);
		fputs("</section>\n", out);
	}
	put_element(out, "h2", "Summary");
	put_list(out, &text.summary);
	put_element(out, "h2", "Figures");
	if (!list)
		put_element(out, "p", "There are no pictures: gnuplot was missing, failed, or had no room.");
	for (size_t g = 0; !ret && g < model->groups; g++)
		if (model->group[g].measured)
			ret = put_group(out, &model->group[g], list, dir);
	put_checks(out, model);
	put_element(out, "h2", "How to read this");
	put_list(out, &text.reading);
	put_element(out, "h2", "Not measured");
	put_list(out, &text.missing);
	put_facts(out, &text);
	fputs("</body>\n</html>\n", out);
	report_text_free(&text);
	return ret;
}
