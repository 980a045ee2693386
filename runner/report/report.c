// SPDX-License-Identifier: GPL-2.0-only
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fsutil.h"
#include "report/forms.h"
#include "report/plots.h"

static int write_file(const char *dir, const char *name, const char *text, size_t length)
{
	char *path = xasprintf("%s/%s", dir, name);
	int ret = file_write_atomic(path, text, length);

	free(path);
	return ret;
}

static int write_markdown(const struct report_model *model, const struct picture_list *list,
			  const char *dir)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	int ret;

	markdown_report(out, model, list);
	fclose(out);
	ret = write_file(dir, "report.md", text, length);
	free(text);
	return ret;
}

static int write_html(const struct report_model *model, const struct picture_list *list,
		      const char *dir)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	int ret = html_report(out, model, list, dir);

	fclose(out);
	if (!ret)
		ret = write_file(dir, "report.html", text, length);
	free(text);
	return ret;
}

int report_write(const struct result *r, const char *dir, const char *root, char **no_pictures)
{
	const struct picture_list *drawn;
	struct report_model model;
	struct picture_list list;
	int ret;

	report_model_make(&model, r);
	pictures_of(&list, &model);
	drawn = pictures_draw(&list, &model, dir, root, no_pictures) ? NULL : &list;
	/* what hinders the one file hinders the other, and is said once */
	ret = write_markdown(&model, drawn, dir) || write_html(&model, drawn, dir) ? -1 : 0;
	pictures_free(&list);
	report_model_free(&model);
	return ret;
}
