/* SPDX-License-Identifier: GPL-2.0-only */
/* Quilt series: a folder with the file "series", which names patches in order. */
#ifndef SERIES_H
#define SERIES_H

#include "util.h"

struct series {
	char *name;
	struct str_list patches;	/* paths */
	struct str_list touched;	/* files that they change, relative to the tree */
	char hash[65];			/* over names and contents, in order */
};

/*
 * Reads @folder/series and checks every patch before anything is built:
 * missing, empty, listed twice, same content twice, unsafe name, strip level
 * other than -p1. -1 after a message that names the patch.
 */
int series_load(struct series *series, const char *folder, const char *name);
void series_free(struct series *series);

/*
 * Applies it to @tree with no fuzz. -1 after a message that names the patch,
 * the file and the hunk, or when interrupted.
 */
int series_apply(const struct series *series, const char *tree);

#endif
