/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a command has to say, apart from how it is written. A command builds one
 * document; format.h writes it in any format. Texts are plain UTF-8 and may
 * hold anything: each format escapes them for itself.
 *
 * A document owns all that it is given, as copies. Nothing here can fail: memory
 * that runs out ends the program.
 */
#ifndef OUTPUT_DOCUMENT_H
#define OUTPUT_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

/* What is to be thought of a row, a list or a check. */
enum mark {
	MARK_NONE,	/* nothing was judged */
	MARK_GOOD,
	MARK_BETTER,	/* good, and worth telling */
	MARK_BAD,
	MARK_UNKNOWN,	/* it could not be judged */
	MARK_SKIPPED,
};

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct doc_column {
	char *head;
	char *short_head;	/* in place of @head where lines are narrow; NULL: there is none */
	enum align align;
	size_t width;		/* of aligned text: at least so many columns */
	bool is_detail;		/* left out where lines are narrow */
	bool wraps;		/* its head is broken into lines of @width columns */
	bool shows_mark;	/* a terminal colours it by the mark of its row */
};

/* The head of one table, or of several that stand aligned below each other. */
struct doc_head {
	struct doc_column *column;
	size_t columns;
	size_t number;		/* its place among the heads of the document */
	bool is_plain;		/* the cells speak for themselves: aligned text shows no heads */
};

struct doc_cell {
	char *text;		/* as a reader wants it */
	bool has_value;
	double value;		/* the same as a number: infinite or NaN is possible */
	char *unit;		/* of @value; NULL: none */
};

struct doc_row {
	struct doc_cell *cell;	/* as many as the head has columns, or fewer */
	size_t cells;
	enum mark mark;
	struct str_list notes;	/* sentences below it */
};

struct doc_table {
	struct doc_head *head;	/* owned by the document */
	struct doc_row *row;
	size_t rows;
};

enum doc_kind {
	DOC_HEADING, DOC_PARAGRAPH, DOC_LIST, DOC_TABLE, DOC_PICTURE,
	DOC_VERDICT,	/* the document's verdict, as a heading */
	DOC_CHECKS,	/* the document's checks, those that are good left out */
	DOC_LEGEND,	/* what the short heads of a table stand for, where they are used */
};

struct doc_element {
	enum doc_kind kind;
	char *text;		/* heading, paragraph, title of a list or of a picture, or NULL */
	unsigned int level;	/* of a heading or a list's title: 1 to 3; 0: a title in bold */
	size_t indent;		/* of a paragraph in plain text, columns */
	bool is_close;		/* in plain text no blank line stands before it */
	bool is_alarm;		/* of a list: it says that something is wrong */
	struct str_list items;	/* of a list */
	size_t shown;		/* of those in plain text; 0: all */
	enum mark mark;		/* of every item */
	struct doc_table table;	/* DOC_TABLE; DOC_LEGEND has the head alone */
	char *link, *file;	/* of a picture: its relative address, and the SVG to embed or NULL */
};

/* How a check can end. */
struct doc_outcome {
	enum mark mark;
	const char *word;	/* "regressed" */
	const char *noun;	/* "regression" */
};

/* Something that was judged. */
struct doc_check {
	const struct doc_outcome *outcome;	/* static */
	char *where;		/* what it is about: a measurement, a patch, a machine */
	char *what;		/* the figure or rule; "": @text says it */
	char *text;		/* what was found */
	char *kind;		/* of a doubt or failure: one word for programs; NULL: the noun */
};

struct document {
	char *name;		/* of the command: "gate" */
	char *title;
	size_t width;		/* of plain text: lines of paragraphs and lists; 0: not broken */
	struct doc_element *element;
	size_t elements;
	struct doc_head **head;
	size_t heads;
	enum mark mark;		/* of the verdict: MARK_NONE without any */
	char *verdict;		/* its word */
	struct doc_check *check;
	size_t checks;
	char *data;		/* all of it as JSON, where that has a form of its own; or NULL */
	struct doc_table *records;	/* raw numbers, a line for each; or NULL */
};

/* @name of the command, @title of the document as a whole. */
void document_init(struct document *doc, const char *name, const char *title);
void document_free(struct document *doc);

void doc_heading(struct document *doc, unsigned int level, const char *text);
/* A paragraph of its own, */
void doc_paragraph(struct document *doc, const char *text);
void doc_paragraphf(struct document *doc, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* ... or, in plain text, a line directly below what is there, @indent columns to the right. */
void doc_line(struct document *doc, size_t indent, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A list below @title (NULL: none) of @level. Copies @items. To be adjusted by the caller. */
struct doc_element *doc_list(struct document *doc, unsigned int level, const char *title,
			     const struct str_list *items);
void doc_picture(struct document *doc, const char *title, const char *link, const char *file);
void doc_set_verdict(struct document *doc, enum mark mark, const char *word);
void doc_show_verdict(struct document *doc);
void doc_show_checks(struct document *doc);
void doc_legend(struct document *doc, struct doc_head *head);

/* A head without columns, for tables of @doc; it keeps its place until the document is freed. */
struct doc_head *doc_head(struct document *doc);
/* The next column, to be adjusted by the caller; the pointer holds until the next one. */
struct doc_column *doc_column(struct doc_head *head, enum align align, const char *text);
/* Columns of one alignment, by @texts with ';' between. */
void doc_columns(struct doc_head *head, enum align align, const char *texts);

/* A table below @head; the pointer holds until the next element. */
struct doc_table *doc_table(struct document *doc, struct doc_head *head);
/* The table of raw numbers. */
struct doc_table *doc_records(struct document *doc, struct doc_head *head);
/* The next row; the pointer holds until the next one. */
struct doc_row *doc_row(struct doc_table *table);
void doc_cell(struct doc_row *row, const char *text);
void doc_cellf(struct doc_row *row, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A cell whose value is known as a number, too. @text NULL: with as many digits as it has. */
void doc_cell_value(struct doc_row *row, double value, const char *unit, const char *text);

void doc_check(struct document *doc, const struct doc_outcome *outcome, const char *where,
	       const char *what, const char *text, const char *kind);

/* What programs read: @json, which is taken over, written with @flags of jansson's. */
void doc_set_data(struct document *doc, json_t *json, size_t flags);
/* The same as text, which is taken over. */
void doc_set_data_text(struct document *doc, char *text);

/*
 * All that @doc judged: its checks or, without any, the rows of its tables, the items of its
 * marked lists, or its verdict. An array of *n to be freed, texts and all, with doc_cases_free().
 */
struct doc_check *doc_cases(const struct document *doc, size_t *n);
void doc_cases_free(struct doc_check *check, size_t n);

#endif
