// SPDX-License-Identifier: GPL-2.0-only
#include "compare/each-patch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The row of @line, made behind the others of its title when there is none. */
static struct patch_row *find_row(struct patch_table *table, const char *title,
				  const struct compare_line *line)
{
	size_t place = table->rows;
	struct patch_row *row;

	for (size_t i = 0; i < table->rows; i++) {
		if (strcmp(table->row[i].title, title))
			continue;
		if (!strcmp(table->row[i].metric, line->name))
			return &table->row[i];
		place = i + 1;
	}
	GROW(table->row, table->rows);
	row = &table->row[place];
	memmove(row + 1, row, (table->rows++ - place) * sizeof(*row));
	*row = (struct patch_row){
		.title = xstrdup(title), .metric = xstrdup(line->name), .unit = line->unit,
		.value = xcalloc(table->steps->n, sizeof(*row->value)),
		.known = xcalloc(table->steps->n, sizeof(*row->known)),
		.same = true, .runs = SIZE_MAX,
	};
	return row;
}

static void set_value(struct patch_row *row, size_t step, const struct side_value *figure)
{
	row->value[step] = *figure;
	row->known[step] = true;
}

static bool has_moved(const struct compare_line *line, size_t comparisons)
{
	if (line->claim != CLAIM_LOWER && line->claim != CLAIM_HIGHER)
		return false;
	return line->p * (double)comparisons <= COMPARE_ALPHA;
}

static void add_move(struct patch_row *row, size_t from, size_t to,
		     const struct compare_line *line)
{
	bool lower = line->claim == CLAIM_LOWER;

	GROW(row->move, row->moves);
	row->move[row->moves++] = (struct patch_move){
		.from = from, .to = to, .ratio = line->ratio, .claim = line->claim,
		.good = lower == (line->better == LOWER), .advisory = line->advisory,
	};
}

static void add_line(struct patch_table *table, const struct comparison *c, size_t from, size_t to,
		     const char *title, const struct compare_line *line, size_t comparisons)
{
	struct patch_row *row = find_row(table, title, line);
	size_t runs = line->a.n < line->b.n ? line->a.n : line->b.n, need;

	set_value(row, from, &line->old);
	set_value(row, to, &line->new);
	row->same &= line->claim == CLAIM_SAME;
	if (line->claim == CLAIM_SAME)
		return;
	if (line->smallest > row->smallest)
		row->smallest = line->smallest;
	need = c->exact ? sign_test_least(COMPARE_ALPHA / (double)comparisons) : 0;
	if (line->need > need)
		need = line->need;
	if (need > row->need)
		row->need = need;
	if (runs < row->runs)
		row->runs = runs;
	if (has_moved(line, comparisons))
		add_move(row, from, to, line);
}

/* The step whose series is the word of @side. */
static size_t step_of(const struct patch_steps *steps, const struct compare_side *side)
{
	size_t i = 0;

	while (i + 1 < steps->n && strcmp(steps->step[i].series, side->word))
		i++;
	return i;
}

static void add_comparison(struct patch_table *table, const struct comparison *c,
			   size_t comparisons)
{
	size_t from = step_of(table->steps, c->old), to = step_of(table->steps, c->new);

	for (size_t b = 0; b < c->blocks; b++)
		for (size_t k = 0; k < c->block[b].lines; k++)
			add_line(table, c, from, to, c->block[b].title, &c->block[b].line[k],
				 comparisons);
	for (size_t i = 0; i < c->refused.n; i++)
		str_list_add(&table->refused, c->refused.item[i]);
	for (size_t i = 0; i < c->left_out.n; i++)
		str_list_add_new(&table->warnings, c->left_out.item[i]);
}

void patch_table_make(struct patch_table *table, const struct patch_steps *steps,
		      const struct comparison *comparison)
{
	size_t comparisons = 0;

	*table = (struct patch_table){ .steps = steps };
	for (size_t i = 0; i < steps->n; i++)
		comparisons += comparison[i].old != NULL;
	for (size_t i = 0; i < steps->n; i++)
		if (comparison[i].old)
			add_comparison(table, &comparison[i], comparisons);
}

void patch_table_free(struct patch_table *table)
{
	for (size_t i = 0; i < table->rows; i++) {
		free(table->row[i].title);
		free(table->row[i].metric);
		free(table->row[i].value);
		free(table->row[i].known);
		free(table->row[i].move);
	}
	free(table->row);
	str_list_free(&table->warnings);
	str_list_free(&table->refused);
	*table = (struct patch_table){ 0 };
}

void patch_steps_free(struct patch_steps *steps)
{
	for (size_t i = 0; i < steps->n; i++) {
		free(steps->step[i].series);
		free(steps->step[i].subject);
		free(steps->step[i].failure);
	}
	free(steps->step);
	*steps = (struct patch_steps){ 0 };
}
