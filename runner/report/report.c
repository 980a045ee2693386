// SPDX-License-Identifier: GPL-2.0-only
#include "report/report.h"

#include <stdlib.h>

#include "report/plots.h"

/* What hinders the one file hinders the other, and is said once. */
static int write_files(const struct document *doc, const char *dir)
{
	char *page = xasprintf("%s/report.html", dir), *text = xasprintf("%s/report.md", dir);
	int ret = document_save(doc, &formats[FORMAT_markdown], text) ||
		  document_save(doc, &formats[FORMAT_html], page) ? -1 : 0;

	free(text);
	free(page);
	return ret;
}

int report_write(const struct result *r, const char *dir, const char *root, char **no_pictures)
{
	struct report_scope scope = { .is_whole = true, .dir = dir };
	struct report_model model;
	struct picture_list list;
	struct document doc;
	int ret;

	report_model_make(&model, r);
	pictures_of(&list, &model);
	scope.has_pictures = !pictures_draw(&list, &model, dir, root, no_pictures);
	pictures_free(&list);
	report_model_free(&model);
	report_document(&doc, r, &scope);
	ret = write_files(&doc, dir);
	document_free(&doc);
	return ret;
}
