/* SPDX-License-Identifier: GPL-2.0-only */
/* One patch as patch(1) understands it: which files it says that it changes. */
#ifndef PATCH_FILE_H
#define PATCH_FILE_H

#include <stdbool.h>

#include "base/util.h"

#define PATCH_BYTES_MAX (64u << 20)	/* of a patch's file */

/* What stands in a patch, for messages and for choosing objects: what it changes only a tree can tell. */
struct patch_file {
	struct str_list names;	/* files, without their first folder, each once */
	bool changes;		/* anything at all: a hunk, a rename, a mode, a new empty file */
	bool cut;		/* the last line of a hunk has no newline: patch(1) does not take it */
	bool encoded;		/* the mail's body is in quoted-printable or base64 */
	char *binary;		/* a file whose change is binary, which patch(1) cannot make; or NULL */
};

/*
 * Reads the text of a patch: unified and context diffs with any first folder
 * ("a/", "i/", "linux.orig/"), and git's headers. What it does not know it
 * passes over; patch(1) refuses it if it is wrong.
 */
void patch_file_parse(struct patch_file *patch, const char *text);
void patch_file_free(struct patch_file *patch);

#endif
