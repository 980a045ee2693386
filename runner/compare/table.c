// SPDX-License-Identifier: GPL-2.0-only
/* The table of a comparison and the sentences around it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/forms.h"

static void add_figure(struct str_list *list, struct figure figure)
{
	str_list_add(list, figure.text);
}

static void add_side(struct str_list *cells, const struct side_figure *figure, const char *unit)
{
	if (known_value(figure->known))
		add_figure(cells, format_metric(figure->value, unit));
	else
		str_list_add(cells, known_word(figure->known));
}

static void add_difference(struct str_list *cells, const struct compare_line *line)
{
	struct figure size = format_metric(fabs(line->difference), line->unit);

	/* there is no distance to never */
	if (!line->difference || !isfinite(line->difference))
		str_list_add(cells, line->difference ? "n/a" : "0");
	else
		str_list_addf(cells, "%s%s", line->difference < 0 ? "-" : "+", size.text);
}

static void add_range(struct str_list *cells, const struct compare_line *line, bool known,
		      double low, double high)
{
	struct figure from = format_change_of(low, line->old.value, line->new.value);
	struct figure to = format_change_of(high, line->old.value, line->new.value);

	if (known && isinf(low) && !strcmp(from.text, to.text))
		add_figure(cells, from);
	else if (known)
		str_list_addf(cells, "%s to %s", from.text, to.text);
	else
		str_list_add(cells, "n/a");
}

static void add_p(struct str_list *cells, double p)
{
	if (p < 0.0001)
		str_list_add(cells, "< 0.0001");
	else
		str_list_addf(cells, "%.2g", p);
}

/* Which way the pairs went that do not agree, or in real time that the middle stands still. */
static char *uneven_words(const struct compare_line *line)
{
	if (!line->up && !line->down)
		return xstrdup("~ uneven");
	if (!line->down)
		return xasprintf("~ uneven: %zu of %zu up", line->up, line->a.n);
	if (!line->up)
		return xasprintf("~ uneven: %zu of %zu down", line->down, line->a.n);
	return xasprintf("~ uneven: %zu up, %zu down", line->up, line->down);
}

/* Is the change that is seen as large as what would have shown, if only it were seen everywhere? */
static bool is_uneven(const struct compare_line *line)
{
	double change = line->ratio < 1 ? 1 / line->ratio - 1 : line->ratio - 1;

	if ((line->up || line->down) && (!line->up || !line->down))
		return true;
	return change >= line->smallest || (isinf(line->smallest) && line->ratio == 1);
}

/* What the runs could have shown, where they show nothing. */
static char *power_words(const struct compare_line *line)
{
	size_t least = line->a.n < line->b.n ? line->a.n : line->b.n;

	if (!least)
		return xstrdup("~ too few a run");
	if (least < line->need)
		return xasprintf("~ %zu of %zu runs", least, line->need);
	if (is_uneven(line))
		return uneven_words(line);
	if (isinf(line->smallest))
		return xstrdup("~ too wide");
	return xasprintf("~ sees %s", format_size(line->smallest).text);
}

static void add_power(struct str_list *cells, const struct compare_line *line)
{
	char *words = power_words(line);

	str_list_add(cells, words);
	free(words);
}

static void add_claim(struct str_list *cells, const struct compare_line *line)
{
	bool lower = line->claim == CLAIM_LOWER;

	if (line->claim == CLAIM_SAME)
		str_list_add(cells, "=");
	else if (line->claim == CLAIM_NONE)
		add_power(cells, line);
	else
		str_list_addf(cells, "%s%s", lower == (line->better == LOWER) ? "better" : "worse",
			      line->advisory ? ", advisory" : "");
}

static enum row_mood mood_of(const struct compare_line *line)
{
	if (line->claim == CLAIM_SAME || line->claim == CLAIM_NONE || line->advisory)
		return MOOD_PLAIN;
	return (line->claim == CLAIM_LOWER) == (line->better == LOWER) ? MOOD_GOOD : MOOD_BAD;
}

static struct compare_row *add_row(struct compare_table *table, enum row_kind kind)
{
	GROW(table->row, table->rows);
	table->row[table->rows] = (struct compare_row){ .kind = kind };
	return &table->row[table->rows++];
}

static void add_line(struct compare_table *table, const struct compare_line *line)
{
	struct compare_row *row = add_row(table, ROW_FIGURES);

	row->mood = mood_of(line);
	str_list_add(&row->cell, line->name);
	add_side(&row->cell, &line->old, line->unit);
	add_side(&row->cell, &line->new, line->unit);
	add_figure(&row->cell, format_change_of(line->ratio, line->old.value, line->new.value));
	add_difference(&row->cell, line);
	add_range(&row->cell, line, !isnan(line->ratio_min), line->ratio_min, line->ratio_max);
	add_range(&row->cell, line, line->has_interval, line->interval.low, line->interval.high);
	add_p(&row->cell, line->p);
	add_claim(&row->cell, line);
}

static void add_words(struct compare_table *table, enum row_kind kind, const char *text)
{
	str_list_add(&add_row(table, kind)->cell, text);
}

/* Metrics that get no line of their own, by name. */
static void add_names(struct compare_table *table, const char *before, const struct str_list *names)
{
	char *joined, *text;

	if (!names->n)
		return;
	joined = str_list_join(names, ", ");
	text = xasprintf("%s: %s", before, joined);
	add_words(table, ROW_WORDS, text);
	free(text);
	free(joined);
}

static void add_block(struct compare_table *table, const struct compare_block *block,
		      const struct compare_view *view)
{
	struct str_list equal = { 0 }, small = { 0 };
	size_t n;
	const struct compare_line **line = compare_view_lines(view, block, &n);
	char *text;

	add_words(table, ROW_TITLE, block->title);
	if (block->identical) {
		text = xasprintf("= identical in every figure, %zu run%s", block->old_runs.n,
				 block->old_runs.n == 1 ? "" : "s");
		add_words(table, ROW_WORDS, text);
		free(text);
	}
	for (size_t i = 0; i < n; i++) {
		if (!compare_is_relevant(view, line[i]))
			str_list_add(&small, line[i]->name);
		else if (view->all || line[i]->claim != CLAIM_SAME)
			add_line(table, line[i]);
		else
			str_list_add(&equal, line[i]->name);
	}
	text = xasprintf("changed by less than %s", format_size(view->relevant).text);
	add_names(table, text, &small);
	free(text);
	if (!block->identical)
		add_names(table, "= in every run", &equal);
	str_list_free(&small);
	str_list_free(&equal);
	free(line);
}

static void runs_of(size_t *least, size_t *most, size_t n)
{
	if (!*most || n < *least)
		*least = n;
	if (n > *most)
		*most = n;
}

/* "8", or "6 to 8" where blocks differ. */
static char *span(size_t least, size_t most)
{
	return least == most ? xasprintf("%zu", least) : xasprintf("%zu to %zu", least, most);
}

static void say_what(struct compare_table *table, const struct comparison *c)
{
	size_t old_least = 0, old_most = 0, new_least = 0, new_most = 0;
	char *old, *new;

	for (size_t i = 0; i < c->blocks; i++) {
		runs_of(&old_least, &old_most, c->block[i].old_runs.n);
		runs_of(&new_least, &new_most, c->block[i].new_runs.n);
	}
	old = span(old_least, old_most);
	new = span(new_least, new_most);
	if (c->same_digest)
		str_list_addf(&table->before, "= identical: both results are %s, bit for bit",
			      c->old->result[0]->digest);
	if (c->blocks && c->exact)
		str_list_addf(&table->before, "exact mode, instructions; %s against %s, %s seed%s a measurement, paired",
			      c->old->label, c->new->label, old, old_most == 1 ? "" : "s");
	else if (c->blocks)
		str_list_addf(&table->before, "realtime mode; %s against %s, %s and %s boots (one result is one), p by Holm",
			      c->old->label, c->new->label, old, new);
	if (c->exact && c->blocks && !c->same_digest && old_least < sign_test_least(COMPARE_ALPHA))
		str_list_addf(&table->before, "fewer than %zu seeds that differ can never reach 5 %% in a sign test: differences are shown, nothing is claimed of them (try --set seed=1,2,3,4,5,6,7,8)",
			      sign_test_least(COMPARE_ALPHA));
	free(old);
	free(new);
}

static void list_means(struct compare_table *table, const struct comparison *c,
		       const struct compare_view *view)
{
	for (size_t i = 0; i < c->means; i++)
		if (c->mean[i].ratios.n > 1 && c->mean[i].ratio != 1 &&
		    compare_view_has_mean(view, &c->mean[i]))
			str_list_addf(&table->means, "%s, %s, %s: %s (%zu measurements)",
				      c->mean[i].scenario, c->mean[i].strategy, c->mean[i].metric,
				      format_change(c->mean[i].ratio).text, c->mean[i].ratios.n);
}

static bool uses_yardstick(const struct comparison *c)
{
	for (size_t i = 0; i < c->blocks; i++)
		if (!isnan(c->block[i].speed))
			return true;
	return false;
}

static void explain(struct compare_table *table, const struct comparison *c)
{
	if (!c->blocks || c->same_digest)
		return;
	str_list_add(&table->reading, c->exact ?
		     "change, difference: median over the pairs of one seed; range: their least and "
		     "most; 95 %: interval for the median by the sign test, whose two-sided p, adjusted "
		     "by Benjamini and Hochberg over all lines, is p" :
		     "change, difference: Hodges-Lehmann; 95 %: the interval that inverts the "
		     "Mann-Whitney test; p: that test's, exact up to 25 boots a side, adjusted by "
		     "Holm; counts that add up: change and interval of their sums; advisory: a tail, of "
		     "which boots say little");
	if (!c->exact && uses_yardstick(c))
		str_list_add(&table->reading, "old, new: as measured; change and all that follows "
			     "from it: each boot's call and free latencies held against the speed of "
			     "the machine in that boot, by its yardstick");
	str_list_add(&table->reading, "quantiles come from the runs' histograms merged, counts that "
		     "add up are per run; = equal in every run; ~ nothing can be claimed: a "
		     "change of the size that it sees would have shown, one of too few runs shows "
		     "none of any size; uneven: some runs moved, and the others did not or the other way");
}

static void copy_list(struct str_list *to, const struct str_list *from)
{
	for (size_t i = 0; i < from->n; i++)
		str_list_add(to, from->item[i]);
}

static const char *column_name(const struct comparison *c, enum compare_column column)
{
	static const char *const names[] = {
		[COLUMN_METRIC] = "metric", [COLUMN_CHANGE] = "change",
		[COLUMN_DIFFERENCE] = "difference", [COLUMN_RANGE] = "range",
		[COLUMN_INTERVAL] = "95 %", [COLUMN_P] = "p", [COLUMN_CLAIM] = "claim",
	};

	if (column == COLUMN_OLD)
		return c->old->label;
	return column == COLUMN_NEW ? c->new->label : names[column];
}

void compare_table_make(struct compare_table *table, const struct comparison *c,
			const struct compare_view *view)
{
	size_t n;
	const struct compare_block **block = compare_view_blocks(view, c, &n);

	*table = (struct compare_table){ 0 };
	say_what(table, c);
	copy_list(&table->warnings, &c->warnings);
	for (unsigned int i = 0; i < COLUMNS_OF_COMPARE; i++)
		str_list_add(&table->head, column_name(c, (enum compare_column)i));
	for (size_t i = 0; i < n && (view->all || !c->same_digest); i++)
		add_block(table, block[i], view);
	free(block);
	list_means(table, c, view);
	copy_list(&table->refused, &c->refused);
	copy_list(&table->left_out, &c->left_out);
	explain(table, c);
}

void compare_table_free(struct compare_table *table)
{
	for (size_t i = 0; i < table->rows; i++)
		str_list_free(&table->row[i].cell);
	free(table->row);
	str_list_free(&table->before);
	str_list_free(&table->warnings);
	str_list_free(&table->head);
	str_list_free(&table->means);
	str_list_free(&table->refused);
	str_list_free(&table->left_out);
	str_list_free(&table->reading);
	*table = (struct compare_table){ 0 };
}
