/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests whether every patch of a series can be applied without those behind it. */
#ifndef SERIES_CHECK_H
#define SERIES_CHECK_H

#include "base/must-check.h"
#include "base/util.h"

enum series_test {
	TEST_STYLE,	/* checkpatch.pl --strict has nothing to say */
	TEST_BUILD,	/* applies without fuzz and builds */
	TEST_WARNINGS,	/* W=1 and sparse say nothing new of the files that the series touches */
	TEST_BOOT,	/* a short workload measures in guests of this kernel */
	SERIES_TESTS
};
extern const char *const series_test_names[SERIES_TESTS];

enum series_answer { ANSWER_NOT_RUN, ANSWER_GOOD, ANSWER_BAD };

struct series_row {
	char *patch;			/* file name */
	enum series_answer answer[SERIES_TESTS];
	struct str_list complaints;	/* lines, for people */
};

struct series_report {
	char *kernel, *name;
	struct series_row *row;
	size_t rows;
};

/*
 * Checks the series in @folder (NULL: patches/<version>) on @kernel (as
 * kernel_request takes it), patch by patch; takes minutes per patch, builds
 * are cached. 0 when every patch was looked at, whatever the answers, -1
 * after a message. Free @report even then.
 */
MUST_CHECK int series_check(struct series_report *report, const char *root, const char *kernel,
			    const char *folder);
/*
 * Of the sources and headers that the file @patch names, those that are in none
 * of the compiled @objects of @tree go to @row; when that is all of them, its
 * warnings were not looked for.
 */
void series_note_uncompiled(const char *tree, const char *patch, const struct str_list *objects,
			    struct series_row *row);
void series_report_free(struct series_report *report);

#endif
