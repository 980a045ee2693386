/* SPDX-License-Identifier: GPL-2.0-only */
/* Quilt series: a folder with the file "series", which names patches in order. */
#ifndef SERIES_H
#define SERIES_H

#include "base/must-check.h"
#include "base/util.h"

struct series {
	char *name;
	struct str_list patches;	/* paths */
	struct str_list names;		/* as the series file has them, below its folder */
	struct str_list touched;	/* files that they name: for messages; a tree knows better */
	char hash[65];			/* over names and contents, in order */
};

/*
 * Reads @folder/series and checks every patch before anything is built:
 * missing, empty, binary, listed twice, same content twice, unsafe name, strip
 * level other than -p1. -1 after a message that names the patch, or what is to
 * be done with a mailbox, a single patch or a folder without the file.
 */
MUST_CHECK int series_load(struct series *series, const char *folder, const char *name);
void series_free(struct series *series);

/*
 * Applies it to @tree with no fuzz. -1 after a message that names the patch,
 * the file and the hunk, or when interrupted.
 */
MUST_CHECK int series_apply(const struct series *series, const char *tree);

/* Makes @folder a series of the first @n patches, copies under their names. -1 after a message. */
MUST_CHECK int series_cut(const struct series *series, size_t n, const char *folder);
/* Subject of patch @i (from 0), or the patch's name; to be freed. */
MUST_CHECK char *series_subject(const struct series *series, size_t i);
/*
 * The subject in the mail's head of a patch: in UTF-8, unfolded, decoded (RFC
 * 2047), printable and without "[PATCH ...]". NULL when there is none; to be freed.
 */
MUST_CHECK char *patch_subject(const char *text);

#endif
