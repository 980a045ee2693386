/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every format that a command can print, as one table: formats.def. A command
 * builds a document and hands it to the format that was asked for; it never
 * asks which one that is, but at most what it uses.
 */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

#include <argp.h>
#include <stdio.h>

#include "base/must-check.h"
#include "output/document.h"

/* What a format can use beyond the document's elements; to make it costs time. */
enum format_use {
	USES_NARROW = 1,	/* figures for lines of 72 columns, and how to get them again */
	USES_DATA = 2,		/* doc_set_data() */
	USES_RECORDS = 4,	/* doc_records() */
	USES_CHECKS = 8,	/* doc_check() */
};

enum format_id {
#define FORMAT(name, uses, what) FORMAT_##name,
#include "output/formats.def"
#undef FORMAT
	FORMATS,
};

struct format {
	const char *name, *what;
	unsigned int uses;	/* a set of enum format_use */
	/* 0; -1 after a message when a part could not be read or written. Errors of @out are not seen. */
	int (*write)(FILE *out, const struct document *doc);
};

extern const struct format formats[FORMATS];

/* What the options chose. */
struct format_choice {
	const struct format *format;
	bool github;		/* annotations and summary, too, whatever the format */
};

/*
 * --format=NAME, and for those who know it by that, an option for each older format. Its input
 * is a format_choice that holds the default.
 */
extern const struct argp format_argp;
/* For a command that has no other options of somebody else's: child_inputs[0] is the choice. */
extern const struct argp_child format_children[];

/* What a document for @choice should hold: a set of enum format_use. */
unsigned int format_uses(const struct format_choice *choice);
/* False when data or records are all of a document that is written. */
bool format_uses_elements(unsigned int uses);

/* @doc to stdout. -1 after a message. */
MUST_CHECK int document_print(const struct document *doc, const struct format_choice *choice);
/* The same into the file @path, atomically. */
MUST_CHECK int document_save(const struct document *doc, const struct format *format,
			     const char *path);

/* One for each row of the table, in a file of its own. */
#define FORMAT(name, uses, what) int name##_write(FILE *out, const struct document *doc);
#include "output/formats.def"
#undef FORMAT

/*
 * The annotations alone, and the summary where $GITHUB_STEP_SUMMARY names a file. -1 after a
 * message. github.c
 */
MUST_CHECK int github_tell(FILE *out, const struct document *doc);

#endif
