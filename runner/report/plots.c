// SPDX-License-Identifier: GPL-2.0-only
#include "report/plots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/format.h"
#include "report/gnuplot.h"
#include "report/plot-data.h"
#include "report/plot-pareto.h"

#define LABEL_MAX 40
#define HEADING_MAX 100

static const struct picture_info {
	const char *suffix, *histogram, *form, *script;
	bool storm_only;
} picture_info[PICTURE_KINDS] = {
	[PICTURE_HISTOGRAM] = { "histogram", "call_latency", ", histogram", "histogram", false },
	[PICTURE_CALL] = { "percentiles", "call_latency", ", percentiles", "percentiles", false },
	[PICTURE_USABLE] = { "time-to-usable", "time_to_usable", ", percentiles", "percentiles",
			     false },
	[PICTURE_FIO] = { "fio", "fio_clat", ", percentiles", "percentiles", true },
	[PICTURE_PARETO] = { "pareto", "time_to_usable", "", "pareto", false },
};

static const char *picture_title(enum picture_kind kind)
{
	return kind == PICTURE_PARETO ?
		       "what goes wrong, over time to usable and over memory held" :
		       hist_info_of(picture_info[kind].histogram)->title;
}

static bool group_has(const struct report_group *group, enum picture_kind kind)
{
	const struct picture_info *info = &picture_info[kind];

	if (kind == PICTURE_PARETO)
		return pareto_possible(group);
	if (info->storm_only && !group->storm)
		return false;
	for (size_t i = 0; i < group->rows; i++)
		if (measurement_hist(&group->row[i].total, info->histogram))
			return true;
	return false;
}

static void add_picture(struct picture_list *list, const struct report_group *group,
			enum picture_kind kind)
{
	const struct picture_info *info = &picture_info[kind];

	GROW(list->picture, list->n);
	list->picture[list->n++] = (struct picture){
		.group = group,
		.kind = kind,
		.name = xasprintf("%s-%s", group->slug, info->suffix),
		.title = xasprintf("%s: %s%s", group->title, picture_title(kind), info->form),
	};
}

void pictures_of(struct picture_list *list, const struct report_model *model)
{
	*list = (struct picture_list){ 0 };
	for (size_t g = 0; g < model->groups; g++)
		for (int kind = 0; kind < PICTURE_KINDS; kind++)
			if (group_has(&model->group[g], (enum picture_kind)kind))
				add_picture(list, &model->group[g], (enum picture_kind)kind);
}

void pictures_free(struct picture_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->picture[i].name);
		free(list->picture[i].title);
	}
	free(list->picture);
	*list = (struct picture_list){ 0 };
}

/* The legend's line of a row that is drawn. */
static char *legend(const struct report_row *row, const struct plot_row *plot)
{
	char *n = xstrdup(format_count(plot->hist->count + plot->never).text), *text;

	if (plot->never)
		text = xasprintf("%.*s (n = %s; %s never)", LABEL_MAX, row->label, n,
				 format_count(plot->never).text);
	else
		text = xasprintf("%.*s (n = %s)", LABEL_MAX, row->label, n);
	free(n);
	return text;
}

/* The reason why a row is not drawn. */
static const char *why_absent(const struct report_row *row, const struct plot_row *plot)
{
	if (!plot->hist)
		return row->verdict == VERDICT_OK ? "not measured" : verdict_name(row->verdict);
	return plot->hist->count || plot->never ? "too few figures" : "no samples";
}

/* The designs that have nothing to draw, for a note; the floor is none. To be freed. */
static char *absent_text(const struct report_group *group, const struct plot_row *row)
{
	struct str_list words = { 0 };
	char *joined, *text;

	for (size_t i = 0; i < group->rows; i++)
		if (row[i].block < 0 && !asks_for_no_area(&group->row[i]))
			str_list_addf(&words, "%.*s (%s)", LABEL_MAX, group->row[i].label,
				      why_absent(&group->row[i], &row[i]));
	joined = str_list_join(&words, ", ");
	text = words.n ? xasprintf("not drawn: %s", joined) : xstrdup("");
	free(joined);
	str_list_free(&words);
	return text;
}

static const char *picture_unit(const struct plot_row *row, size_t rows)
{
	for (size_t i = 0; i < rows; i++)
		if (row[i].hist)
			return row[i].hist->unit;
	return "";
}

/* gnuplot's `array NAME[N] = [` … `]; ` with a number for each; it knows none of no items. */
static void put_array(struct text *out, const char *name, const int *number, size_t n)
{
	text_addf(out, "array %s[%zu] = [", name, n ? n : 1);
	for (size_t i = 0; i < n; i++)
		text_addf(out, "%s%d", i ? "," : "", number[i]);
	text_add(out, n ? "]; " : "0]; ");
}

/* The rows that are drawn, in the order of the table: those without a mark are in no legend. */
static void put_rows(struct text *out, const struct report_group *group, const struct plot_row *row)
{
	int *style = xcalloc(group->rows + 1, sizeof(*style));
	int *block = xcalloc(group->rows + 1, sizeof(*block));
	struct str_list labels = { 0 };
	char *absent = absent_text(group, row);

	for (size_t i = 0; i < group->rows; i++) {
		char *text;

		if (row[i].block < 0)
			continue;
		style[labels.n] = group->row[i].floor ? -1 : (int)group->row[i].style;
		block[labels.n] = row[i].block;
		text = legend(&group->row[i], &row[i]);
		str_list_add(&labels, text);
		free(text);
	}
	text_addf(out, "rows = %zu; array label[%zu] = [", labels.n, labels.n ? labels.n : 1);
	for (size_t i = 0; i < labels.n; i++) {
		text_add(out, i ? "," : "");
		gnuplot_put_string(out, labels.item[i], 2 * LABEL_MAX);
	}
	text_add(out, labels.n ? "]; " : "'']; ");
	put_array(out, "style", style, labels.n);
	put_array(out, "block", block, labels.n);
	text_add(out, "absent = ");
	gnuplot_put_string(out, absent, HEADING_MAX);
	text_add(out, "; ");
	free(absent);
	free(style);
	free(block);
	str_list_free(&labels);
}

static void put_axes(struct text *out, const struct picture *picture,
		     const struct plot_scale *scale, const char *unit, const char *mode)
{
	const char *samples = hist_info_of(picture_info[picture->kind].histogram)->samples;
	const char *in = strcmp(unit, "ns") ? unit_in_words(unit) : "time in ns, µs, ms";
	bool across = picture->kind == PICTURE_HISTOGRAM || picture->kind == PICTURE_PARETO;
	char *what = picture->kind == PICTURE_PARETO ? pareto_time_title() :
						       xstrdup(picture_title(picture->kind));

	text_addf(out, "%s = '%s (%s, %s mode)'; ", across ? "xtitle" : "ytitle", what, in,
		  strcmp(mode, "exact") ? "realtime" : "exact");
	free(what);
	if (picture->kind == PICTURE_HISTOGRAM)
		text_addf(out, "ytitle = 'share of %s per bar (%d bars a decade)'; ", samples,
			  BARS_PER_DECADE);
	else if (picture->kind == PICTURE_PARETO)
		text_addf(out, "ytitle = '%s'; ", pareto_share_title(picture->group));
	else
		text_addf(out, "xtitle = 'percentile of %s'; ", samples);
	text_addf(out, "unit = '%s'; zero_label = '%s'; ", strcmp(unit, "ns") ? "insn" : "ns",
		  picture->kind == PICTURE_USABLE ? "0, at once" : "0");
	text_addf(out,
		  "low = %d; high = %d; zero = %.9g; never = %.9g; band = %.9g; "
		  "most = %.9g; floor_share = %.9g",
		  scale->low, scale->high, scale->zero, scale->never, scale->band, scale->most,
		  scale->floor_share);
}

/* The rows of @picture; to be freed. */
static struct plot_row *picture_rows(const struct picture *picture)
{
	const struct picture_info *info = &picture_info[picture->kind];
	struct plot_row *row = xcalloc(picture->group->rows, sizeof(*row));

	for (size_t i = 0; i < picture->group->rows; i++) {
		const struct report_row *from = &picture->group->row[i];

		row[i].label = from->label;
		row[i].hist = measurement_hist(&from->total, info->histogram);
		if (row[i].hist)
			row[i].never = hist_never(&from->total, info->histogram);
	}
	return row;
}

/* Fills in what gnuplot needs to draw @picture. */
static void describe(struct gnuplot_picture *to, const struct picture *picture, const char *mode)
{
	struct plot_row *row = picture_rows(picture);
	struct pareto_scale pareto = { 0 };
	struct plot_scale scale = { 0 };
	struct text data = { 0 }, settings = { 0 };

	to->name = xstrdup(picture->name);
	to->script = picture_info[picture->kind].script;
	if (picture->kind == PICTURE_HISTOGRAM)
		plot_data_histogram(&data, row, picture->group->rows, &scale);
	else if (picture->kind == PICTURE_PARETO)
		plot_data_pareto(&data, picture->group, row, &pareto);
	else
		plot_data_percentiles(&data, row, picture->group->rows, &scale);
	text_add(&settings, "subject = ");
	gnuplot_put_string(&settings, picture->group->title, HEADING_MAX);
	/* the axes say which form of it this is */
	text_addf(&settings, "; what = '%s'; ", picture_title(picture->kind));
	put_rows(&settings, picture->group, row);
	if (picture->kind == PICTURE_PARETO)
		plot_pareto_settings(&settings, &pareto);
	put_axes(&settings, picture, &scale, picture_unit(row, picture->group->rows), mode);
	to->data = text_take(&data);
	to->settings = text_take(&settings);
	free(row);
}

int pictures_draw(const struct picture_list *list, const struct report_model *model,
		  const char *dir, const char *root, char **why)
{
	struct gnuplot_picture *picture = xcalloc(list->n + 1, sizeof(*picture));
	char *folder = xasprintf("%s/plots", dir);
	int ret;

	for (size_t i = 0; i < list->n; i++)
		describe(&picture[i], &list->picture[i],
			 model->result->mode ? model->result->mode : "");
	ret = gnuplot_try(picture, list->n, folder, root, why);
	gnuplot_pictures_free(picture, list->n);
	free(folder);
	return ret;
}
