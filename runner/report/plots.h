/* SPDX-License-Identifier: GPL-2.0-only */
/* The pictures of a report. */
#ifndef PLOTS_H
#define PLOTS_H

#include "base/must-check.h"
#include "report/model.h"

enum picture_kind { PICTURE_HISTOGRAM, PICTURE_CALL, PICTURE_USABLE, PICTURE_FIO,
		    PICTURE_PARETO, PICTURE_KINDS };

struct picture {
	const struct report_group *group;
	enum picture_kind kind;
	char *name;		/* file name below plots/, without .svg or .png */
	char *title;		/* what it shows, in words */
};

struct picture_list {
	struct picture *picture;
	size_t n;
};

/* All pictures of @model, group by group. Free with pictures_free(). */
void pictures_of(struct picture_list *list, const struct report_model *model);
void pictures_free(struct picture_list *list);

/*
 * Draws @list as @dir/plots/NAME.svg and .png, with the data that gnuplot read
 * in @dir/plots/data/. @dir/plots is replaced as a whole, or left as it was.
 * -1 with the reason in *why, else NULL; to be freed.
 */
MUST_CHECK int pictures_draw(const struct picture_list *list, const struct report_model *model,
			     const char *dir, const char *root, char **why);

#endif
