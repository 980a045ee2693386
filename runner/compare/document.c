// SPDX-License-Identifier: GPL-2.0-only
/* Comparisons as a document: the tables and the sentences around them. */
#include "compare/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/format.h"
#include "result/provenance.h"

#define WORDS_WIDTH	100	/* columns of plain text */
#define LIST_SHOWN	12	/* items of a list in plain text */

static void add_figure(struct doc_row *row, struct short_text figure)
{
	doc_cell(row, figure.text);
}

static void add_side(struct doc_row *row, const struct side_value *figure, const char *unit)
{
	if (known_value(figure->known))
		add_figure(row, format_metric(figure->value, unit));
	else
		doc_cell(row, known_word(figure->known));
}

static void add_difference(struct doc_row *row, const struct compare_line *line)
{
	struct short_text size = format_metric(fabs(line->difference), line->unit);

	/* there is no distance to never */
	if (!line->difference || !isfinite(line->difference))
		doc_cell(row, line->difference ? "n/a" : "0");
	else
		doc_cellf(row, "%s%s", line->difference < 0 ? "-" : "+", size.text);
}

static void add_range(struct doc_row *row, const struct compare_line *line, bool known,
		      double low, double high)
{
	struct short_text from = format_change_of(low, line->old.value, line->new.value);
	struct short_text to = format_change_of(high, line->old.value, line->new.value);

	if (known && isinf(low) && !strcmp(from.text, to.text))
		add_figure(row, from);
	else if (known)
		doc_cellf(row, "%s to %s", from.text, to.text);
	else
		doc_cell(row, "n/a");
}

static void add_p(struct doc_row *row, double p)
{
	if (p < 0.0001)
		doc_cell(row, "< 0.0001");
	else
		doc_cellf(row, "%.2g", p);
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

/* True when the change is as large as one that would have shown, had it been seen everywhere. */
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

static void add_power(struct doc_row *row, const struct compare_line *line)
{
	char *words = power_words(line);

	doc_cell(row, words);
	free(words);
}

static void add_claim(struct doc_row *row, const struct compare_line *line)
{
	bool lower = line->claim == CLAIM_LOWER;

	if (line->claim == CLAIM_SAME)
		doc_cell(row, "=");
	else if (line->claim == CLAIM_NONE)
		add_power(row, line);
	else
		doc_cellf(row, "%s%s", lower == (line->better == LOWER) ? "better" : "worse",
			      line->advisory ? ", advisory" : "");
}

static enum mark mark_of(const struct compare_line *line)
{
	if (line->claim == CLAIM_SAME || line->claim == CLAIM_NONE || line->advisory)
		return MARK_NONE;
	return (line->claim == CLAIM_LOWER) == (line->better == LOWER) ? MARK_BETTER : MARK_BAD;
}

static void add_line(struct doc_table *table, const struct compare_line *line)
{
	struct doc_row *row = doc_row(table);

	row->mark = mark_of(line);
	doc_cell(row, line->name);
	add_side(row, &line->old, line->unit);
	add_side(row, &line->new, line->unit);
	add_figure(row, format_change_of(line->ratio, line->old.value, line->new.value));
	add_difference(row, line);
	add_range(row, line, !isnan(line->ratio_min), line->ratio_min, line->ratio_max);
	add_range(row, line, line->has_interval, line->interval.low, line->interval.high);
	add_p(row, line->p);
	add_claim(row, line);
}

/* Metrics that get no line of their own, by name. */
static void add_names(struct document *doc, const char *before, const struct str_list *names)
{
	char *joined;

	if (!names->n)
		return;
	joined = str_list_join(names, ", ");
	doc_line(doc, 2, "%s: %s", before, joined);
	free(joined);
}

/* Lines of @block that are to be shown into a table, the names of others into @small and @equal. */
static void add_lines(struct document *doc, const struct compare_block *block,
		      const struct compare_view *view, struct doc_head *head,
		      struct str_list *small, struct str_list *equal)
{
	struct doc_table *table = NULL;
	size_t n;
	const struct compare_line **line = compare_view_lines(view, block, &n);

	for (size_t i = 0; i < n; i++) {
		if (!compare_is_relevant(view, line[i])) {
			str_list_add(small, line[i]->name);
		} else if (view->all || line[i]->claim != CLAIM_SAME) {
			if (!table)
				table = doc_table(doc, head);
			add_line(table, line[i]);
		} else {
			str_list_add(equal, line[i]->name);
		}
	}
	free(line);
}

static void add_block(struct document *doc, const struct compare_block *block,
		      const struct compare_view *view, struct doc_head *head)
{
	struct str_list equal = { 0 }, small = { 0 };
	char *text;

	doc_heading(doc, 3, block->title);
	if (block->identical)
		doc_line(doc, 2, "= identical in every figure, %zu run%s", block->old_runs.n,
			 block->old_runs.n == 1 ? "" : "s");
	add_lines(doc, block, view, head, &small, &equal);
	text = xasprintf("changed by less than %s", format_size(view->relevant).text);
	add_names(doc, text, &small);
	free(text);
	if (!block->identical)
		add_names(doc, "= in every run", &equal);
	str_list_free(&small);
	str_list_free(&equal);
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

static void say_what(struct str_list *list, const struct comparison *c)
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
		str_list_addf(list, "= identical: both results are %s, bit for bit",
			      c->old->result[0]->digest);
	if (c->blocks && c->exact)
		str_list_addf(list, "exact mode, instructions; %s against %s, %s seed%s a measurement, paired",
			      c->old->label, c->new->label, old, old_most == 1 ? "" : "s");
	else if (c->blocks)
		str_list_addf(list, "realtime mode; %s against %s, %s and %s boots (one result is one), p by Holm",
			      c->old->label, c->new->label, old, new);
	if (c->exact && c->blocks && !c->same_digest && old_least < sign_test_least(COMPARE_ALPHA))
		str_list_addf(list, "fewer than %zu seeds that differ can never reach 5 %% in a sign test: differences are shown, nothing is claimed of them (try --set seed=1,2,3,4,5,6,7,8)",
			      sign_test_least(COMPARE_ALPHA));
	free(old);
	free(new);
}

static void list_means(struct str_list *list, const struct comparison *c,
		       const struct compare_view *view)
{
	for (size_t i = 0; i < c->means; i++)
		if (c->mean[i].ratios.n > 1 && c->mean[i].ratio != 1 &&
		    compare_view_has_mean(view, &c->mean[i]))
			str_list_addf(list, "%s, %s, %s: %s (%zu measurements)",
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

static bool has_shares(const struct comparison *c)
{
	for (size_t i = 0; i < c->blocks; i++)
		for (size_t k = 0; k < c->block[i].lines; k++)
			if (c->block[i].line[k].kind == METRIC_SHARE)
				return true;
	return false;
}

static void explain(struct str_list *list, const struct comparison *c)
{
	if (!c->blocks || c->same_digest)
		return;
	str_list_add(list, c->exact ?
		     "change, difference: median over the pairs of one seed; range: their least and "
		     "most; 95 %: interval for the median by the sign test, whose two-sided p, adjusted "
		     "by Benjamini and Hochberg over all lines, is p" :
		     "change, difference: Hodges-Lehmann; 95 %: the interval that inverts the "
		     "Mann-Whitney test; p: that test's, exact up to 25 boots a side, adjusted by "
		     "Holm; counts that add up: change and interval of their sums; advisory: a tail, of "
		     "which boots say little");
	if (!c->exact && uses_yardstick(c))
		str_list_add(list, "old, new: as measured; change and all that follows "
			     "from it: each boot's call and free latencies held against the speed of "
			     "the machine in that boot, by its yardstick");
	str_list_add(list, "quantiles come from the runs' histograms merged, counts that "
		     "add up are per run; = equal in every run; ~ nothing can be claimed: a "
		     "change of the size that it sees would have shown, one of too few runs shows "
		     "none of any size; uneven: some runs moved, and the others did not or the other way");
	if (has_shares(c))
		str_list_add(list, "PART/WHOLE is a share: the sum of the parts of all runs over the sum "
			     "of their wholes; shares are a family of tests of their own, so that they "
			     "cost no other line its claim");
}

/* The columns of all tables of @c, which stand below each other. */
static struct doc_head *add_head(struct document *doc, const struct comparison *c)
{
	struct doc_head *head = doc_head(doc);
	struct doc_column *column;

	doc_column(head, ALIGN_LEFT, "metric");
	doc_column(head, ALIGN_RIGHT, c->old->label)->short_head = xstrdup("old");
	doc_column(head, ALIGN_RIGHT, c->new->label)->short_head = xstrdup("new");
	doc_column(head, ALIGN_RIGHT, "change");
	for (size_t i = 0; i < 4; i++) {
		static const char *const details[] = { "difference", "range", "95 %", "p" };

		column = doc_column(head, ALIGN_RIGHT, details[i]);
		column->is_detail = true;
	}
	column = doc_column(head, ALIGN_LEFT, "claim");
	column->shows_mark = true;
	return head;
}

static void add_list(struct document *doc, const char *title, const struct str_list *items,
		     enum mark mark)
{
	struct doc_element *list;

	if (!items->n)
		return;
	list = doc_list(doc, 0, title, items);
	list->shown = LIST_SHOWN;
	list->mark = mark;
}

/* Frees the sentences. */
static void add_sentences(struct document *doc, struct str_list *sentences)
{
	for (size_t i = 0; i < sentences->n; i++) {
		if (i)
			doc_line(doc, 0, "%s", sentences->item[i]);
		else
			doc_paragraph(doc, sentences->item[i]);
	}
	str_list_free(sentences);
}

static void list_commands(struct str_list *list, const struct compare_side *side)
{
	for (size_t i = 0; i < side->results; i++) {
		char *command = provenance_command(side->result[i]);

		str_list_addf(list, "%s: %s", side->label, command);
		free(command);
	}
}

/* How to get the figures again: what a reader of a posting asks first. */
static void add_commands(struct document *doc, const struct comparison *c, const char *command)
{
	struct str_list list = { 0 };

	str_list_addf(&list, "Made with: %s", command);
	list_commands(&list, c->old);
	if (c->old->by == BY_FILE)
		list_commands(&list, c->new);
	add_sentences(doc, &list);
}

static void add_comparison(struct document *doc, const struct comparison *c,
			   const struct compare_view *view, unsigned int uses, const char *command)
{
	struct doc_head *head = add_head(doc, c);
	struct str_list sentences = { 0 }, means = { 0 };
	size_t n;
	const struct compare_block **block = compare_view_blocks(view, c, &n);

	say_what(&sentences, c);
	add_sentences(doc, &sentences);
	doc_legend(doc, head);
	add_list(doc, uses & USES_NARROW ? "Besides that, this differs:" :
					   "WARNING: this differs, too, and may have moved the figures",
		 &c->warnings, MARK_NONE);
	for (size_t i = 0; i < n && (view->all || !c->same_digest); i++)
		add_block(doc, block[i], view, head);
	free(block);
	list_means(&means, c, view);
	add_list(doc, "geometric mean of the changes", &means, MARK_NONE);
	str_list_free(&means);
	add_list(doc, "could not be compared", &c->refused, MARK_UNKNOWN);
	add_list(doc, "left out", &c->left_out, MARK_NONE);
	if (uses & USES_NARROW) {
		add_commands(doc, c, command);
	} else {
		explain(&sentences, c);
		add_list(doc, "how to read it", &sentences, MARK_NONE);
		str_list_free(&sentences);
	}
}

void compare_document(struct document *doc, const struct comparison *c, size_t n,
		      const struct compare_view *view, unsigned int uses, const char *command)
{
	document_init(doc, "compare", "Results compared");
	doc->width = WORDS_WIDTH;
	if (uses & USES_DATA)
		doc_set_data(doc, compare_to_json(c, n, view), JSON_INDENT(1));
	if (uses & USES_RECORDS)
		compare_add_records(doc, c, n, view);
	for (size_t i = 0; i < n && format_uses_elements(uses); i++)
		add_comparison(doc, &c[i], view, uses, command);
}
