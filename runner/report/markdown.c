// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "report/forms.h"
#include "report/report.h"
#include "report/table.h"
#include "report/text.h"

/* An underscore inside a word marks nothing up, and names are full of them. */
static bool inside_word(const char *text, const char *c)
{
	return c > text && isalnum((unsigned char)c[-1]) && isalnum((unsigned char)c[1]);
}

char *markdown_escape(const char *text)
{
	char *escaped = NULL;
	size_t size;
	FILE *out = open_memstream(&escaped, &size);

	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			putc(' ', out);
		else if (*c == '&')
			fputs("&amp;", out);
		else if (*c == '<')
			fputs("&lt;", out);
		else if (strchr("\\`*[]|~", *c) || (*c == '_' && !inside_word(text, c)))
			fprintf(out, "\\%c", *c);
		else
			putc(*c, out);
	}
	fclose(out);
	return escaped;
}

static void put_escaped(FILE *out, const char *before, const char *text, const char *after)
{
	char *escaped = markdown_escape(text);

	fprintf(out, "%s%s%s", before, escaped, after);
	free(escaped);
}

static void put_list(FILE *out, const struct str_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		put_escaped(out, "- ", list->item[i], "\n");
}

static void put_padded(FILE *out, const char *text, size_t width, bool left)
{
	int padding = (int)(width - text_width(text));

	if (left)
		fprintf(out, " %s%*s |", text, padding, "");
	else
		fprintf(out, " %*s%s |", padding, "", text);
}

void markdown_table(FILE *out, const struct report_table *table, bool figures)
{
	size_t columns = table->head.n;
	size_t *width = xcalloc(columns, sizeof(*width));
	struct str_list *line = xcalloc(table->rows + 1, sizeof(*line));

	for (size_t l = 0; l <= table->rows; l++) {
		const struct str_list *from = l ? &table->row[l - 1] : &table->head;

		for (size_t c = 0; c < columns; c++) {
			char *text = markdown_escape(from->item[c]);

			str_list_add(&line[l], text);
			if (text_width(text) > width[c])
				width[c] = text_width(text);
			free(text);
		}
	}
	for (size_t l = 0; l <= table->rows; l++) {
		putc('|', out);
		for (size_t c = 0; c < columns; c++)
			put_padded(out, line[l].item[c], width[c], !figures || !c);
		putc('\n', out);
		if (!l) {
			putc('|', out);
			for (size_t c = 0; c < columns; c++) {
				for (size_t i = 0; i < width[c] + 1; i++)
					putc('-', out);
				fputs(figures && c ? ":|" : "-|", out);
			}
			putc('\n', out);
		}
		str_list_free(&line[l]);
	}
	free(line);
	free(width);
}

static void put_group_table(FILE *out, const struct report_group *group)
{
	struct report_table table;

	put_escaped(out, "\n### ", group->title, "\n\n");
	report_table_make(&table, group);
	markdown_table(out, &table, true);
	report_table_free(&table);
	report_perf_make(&table, group);
	if (table.rows) {
		putc('\n', out);
		markdown_table(out, &table, true);
	}
	report_table_free(&table);
}

static void put_checks(FILE *out, const struct report_model *model)
{
	struct report_table table;

	report_checks_make(&table, model);
	if (table.rows) {
		fputs("\n### Without latencies\n\n", out);
		markdown_table(out, &table, false);
	}
	report_table_free(&table);
}

static void put_verdicts_and_summary(FILE *out, const struct report_text *text)
{
	if (text->verdicts.n) {
		fputs("## Not ok\n\n", out);
		put_list(out, &text->verdicts);
		putc('\n', out);
	}
	fputs("## Summary\n\n", out);
	put_list(out, &text->summary);
}

void markdown_tables(FILE *out, const struct report_model *model)
{
	struct report_text text;

	report_text_make(&text, model);
	put_verdicts_and_summary(out, &text);
	for (size_t g = 0; g < model->groups; g++)
		if (model->group[g].measured)
			put_group_table(out, &model->group[g]);
	put_checks(out, model);
	report_text_free(&text);
}

static void put_pictures(FILE *out, const struct picture_list *list,
			 const struct report_group *group)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct picture *picture = &list->picture[i];

		if (picture->group != group)
			continue;
		put_escaped(out, "\n![", picture->title, "]");
		fprintf(out, "(plots/%s.svg)\n", picture->name);
	}
}

static void put_facts(FILE *out, const struct report_text *text)
{
	fputs("| | |\n|-|-|\n", out);
	for (size_t i = 0; i < text->fact.n; i++) {
		put_escaped(out, "| ", text->fact.item[i], "");
		put_escaped(out, " | ", text->value.item[i], " |\n");
	}
}

void markdown_report(FILE *out, const struct report_model *model, const struct picture_list *list)
{
	struct report_text text;

	report_text_make(&text, model);
	fputs("# Per-CPU allocation strategies compared\n\n", out);
	put_escaped(out, "Mode ", text.mode, "\n\n");
	put_verdicts_and_summary(out, &text);
	fputs("\n## Figures\n", out);
	if (!list)
		fputs("\nThere are no pictures: gnuplot was missing, failed, or had no room.\n", out);
	for (size_t g = 0; g < model->groups; g++) {
		if (!model->group[g].measured)
			continue;
		put_group_table(out, &model->group[g]);
		if (list)
			put_pictures(out, list, &model->group[g]);
	}
	put_checks(out, model);
	fputs("\n## How to read this\n\n", out);
	put_list(out, &text.reading);
	fputs("\n## Not measured\n\n", out);
	put_list(out, &text.missing);
	fputs("\n## Where it comes from\n\n", out);
	put_facts(out, &text);
	report_text_free(&text);
}

char *report_markdown(const struct result *r, bool pictures)
{
	struct report_model model;
	struct picture_list list;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	report_model_make(&model, r);
	pictures_of(&list, &model);
	markdown_report(out, &model, pictures ? &list : NULL);
	fclose(out);
	pictures_free(&list);
	report_model_free(&model);
	return text;
}
