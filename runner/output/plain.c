// SPDX-License-Identifier: GPL-2.0-only
#include "output/plain.h"

#include <stdlib.h>
#include <string.h>

#include "output/layout.h"
#include "output/plain-table.h"

enum previous { NOTHING, HEADING, LINE, BLOCK };

struct writer {
	struct plain_tables t;
	enum previous previous;		/* what stands above: whether a blank line is due */
};

/* A title for a posting: no middle dots, which ASCII lacks, and a colon before what follows. */
static char *narrow_title(const char *title)
{
	char *plain = xcalloc(strlen(title) + 2, 1), *to = plain;

	for (const char *from = title; *from; from++) {
		if (!strncmp(from, " \302\267 ", 4)) {
			*to++ = ',';
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	if (to > plain && to[-1] != ':')
		*to = ':';
	return plain;
}

static void put_title(struct writer *w, const char *title)
{
	char *narrow = w->t.style->is_narrow ? narrow_title(title) : NULL;

	put_words(w->t.out, narrow ? narrow : title, 0, w->t.width);
	free(narrow);
}

static void put_items(const struct writer *w, const struct str_list *items, size_t shown)
{
	size_t width = w->t.width ? w->t.width - PLAIN_INDENT : 0;

	for (size_t i = 0; i < items->n && (!shown || i < shown); i++)
		put_words(w->t.out, items->item[i], PLAIN_INDENT, width);
	if (shown && items->n > shown)
		fprintf(w->t.out, "  and %zu more (--json has all)\n", items->n - shown);
}

static void put_check(const struct writer *w, const struct doc_check *check)
{
	char *line = *check->what ? xasprintf("%s: %s: %s", check->where, check->what, check->text) :
				    xstrdup(check->text);

	put_words(w->t.out, line, PLAIN_INDENT, w->t.style->is_narrow ? w->t.width - PLAIN_INDENT : 0);
	free(line);
}

static void separate(struct writer *w)
{
	if (w->previous != NOTHING && w->previous != HEADING)
		putc('\n', w->t.out);
}

/* What needs somebody's eyes, the worst first. */
static void put_checks(struct writer *w)
{
	static const enum mark order[] = { MARK_BAD, MARK_UNKNOWN, MARK_BETTER };

	for (size_t o = 0; o < ARRAY_SIZE(order); o++) {
		bool begun = false;

		for (size_t i = 0; i < w->t.doc->checks; i++) {
			const struct doc_check *check = &w->t.doc->check[i];

			if (check->outcome->mark != order[o])
				continue;
			if (!begun) {
				separate(w);
				fprintf(w->t.out, "%s\n", check->outcome->word);
			}
			begun = true;
			put_check(w, check);
			w->previous = BLOCK;
		}
	}
}

static void put_element(struct writer *w, const struct doc_element *element)
{
	size_t left = w->t.width ? w->t.width - element->indent : 0;

	switch (element->kind) {
	case DOC_HEADING:
	case DOC_VERDICT:
		if (w->previous != NOTHING)
			putc('\n', w->t.out);
		if (element->kind == DOC_HEADING)
			put_title(w, element->text);
		else
			fprintf(w->t.out, "%s: %s\n", w->t.doc->name, w->t.doc->verdict);
		w->previous = HEADING;
		break;
	case DOC_PARAGRAPH:
		if (!element->is_close)
			separate(w);
		put_words(w->t.out, element->text, element->indent, left);
		w->previous = element->is_close ? LINE : BLOCK;
		break;
	case DOC_LIST:
		if (!element->items.n)
			break;
		separate(w);
		if (element->text)
			put_words(w->t.out, element->text, 0, w->t.width);
		put_items(w, &element->items, element->shown);
		w->previous = BLOCK;
		break;
	case DOC_TABLE:
		if (!element->table.rows)
			break;
		if (w->previous == BLOCK)
			putc('\n', w->t.out);
		plain_table_put(&w->t, &element->table);
		w->previous = BLOCK;
		break;
	case DOC_CHECKS:
		put_checks(w);
		break;
	case DOC_LEGEND:
		plain_legend_put(&w->t, element->table.head);
		break;
	case DOC_PICTURE:
		break;
	}
}

int plain_write(FILE *out, const struct document *doc, const struct plain_style *style)
{
	struct writer w = { .t = {
		.out = out, .doc = doc, .style = style,
		.width = style->width ? style->width : doc->width,
	} };

	plain_tables_make(&w.t);
	for (size_t i = 0; i < doc->elements; i++)
		put_element(&w, &doc->element[i]);
	plain_tables_free(&w.t);
	return 0;
}
