// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "plots.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diag.h"
#include "fsutil.h"
#include "plot-data.h"
#include "plot-pareto.h"
#include "report-format.h"
#include "report.h"
#include "subprocess.h"

/* gnuplot runs on one core; a picture takes it some 0.1 s. */
#define PROCESSES 2
#define LABEL_MAX 40
#define HEADING_MAX 100

static const struct picture_info {
	const char *suffix, *histogram, *what, *of, *form, *script;
	bool storm_only;
} picture_info[PICTURE_KINDS] = {
	[PICTURE_HISTOGRAM] = { "histogram", "call_latency", "call latency", "calls",
				", histogram", "histogram", false },
	[PICTURE_CALL] = { "percentiles", "call_latency", "call latency", "calls",
			   ", percentiles", "percentiles", false },
	[PICTURE_USABLE] = { "time-to-usable", "time_to_usable",
			     "time from request to usable area", "requests", ", percentiles",
			     "percentiles", false },
	[PICTURE_FIO] = { "fio", "fio_clat", "fio completion latency", "I/Os", ", percentiles",
			  "percentiles", true },
	[PICTURE_PARETO] = { "pareto", "call_latency", "tail latency and failures over memory held",
			     "calls", "", "pareto", false },
};

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

	list->picture = xrealloc_array(list->picture, list->n + 1, sizeof(*list->picture));
	list->picture[list->n++] = (struct picture){
		.group = group,
		.kind = kind,
		.name = xasprintf("%s-%s", group->slug, info->suffix),
		.title = xasprintf("%s: %s%s", group->title, info->what, info->form),
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

/*
 * @text as a gnuplot string. A result is foreign text, and gnuplot's strings
 * can run programs: only what is harmless in any kind of quotes passes.
 */
static void put_string(FILE *out, const char *text, size_t max)
{
	size_t n = 0;

	putc('\'', out);
	for (const char *c = text; *c; c++, n++) {
		if (n == max) {
			fputs("...", out);
			break;
		}
		if (!strncmp(c, "·", strlen("·"))) {
			fputs("·", out);
			c += strlen("·") - 1;
		} else {
			putc(*c < ' ' || *c > '~' || strchr("'\"`\\$@", *c) ? '?' : *c, out);
		}
	}
	putc('\'', out);
}

/* The legend's line of a row. */
static char *legend(const struct report_row *row, const struct plot_row *plot)
{
	uint64_t count = plot->hist ? plot->hist->count : 0;
	char *n = xstrdup(format_count(count + plot->never).text), *text;

	if (!plot->hist)
		text = xasprintf("%.*s: %s", LABEL_MAX, row->label,
				 row->verdict == VERDICT_OK ? "not measured" :
							      verdict_name(row->verdict));
	else if (plot->never)
		text = xasprintf("%.*s (n = %s; %s never)", LABEL_MAX, row->label, n,
				 format_count(plot->never).text);
	else if (count)
		text = xasprintf("%.*s (n = %s)", LABEL_MAX, row->label, n);
	else
		text = xasprintf("%.*s: no samples", LABEL_MAX, row->label);
	free(n);
	return text;
}

static const char *picture_unit(const struct plot_row *row, size_t rows)
{
	for (size_t i = 0; i < rows; i++)
		if (row[i].hist)
			return row[i].hist->unit;
	return "";
}

/* gnuplot's `array NAME[ROWS] = [` … `]; ` with a number for each row. */
static void put_array(FILE *out, const char *name, const int *number, size_t n)
{
	fprintf(out, "array %s[%zu] = [", name, n);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%d", i ? "," : "", number[i]);
	fputs("]; ", out);
}

static void put_rows(FILE *out, const struct report_group *group, const struct plot_row *row)
{
	size_t n = group->rows, drawn = 0;
	int *number = xcalloc(n, sizeof(*number));

	fprintf(out, "rows = %zu; array label[%zu] = [", n, n);
	for (size_t i = 0; i < n; i++) {
		char *text = legend(&group->row[i], &row[i]);

		fputs(i ? "," : "", out);
		put_string(out, text, 2 * LABEL_MAX);
		free(text);
	}
	fputs("]; ", out);
	for (size_t i = 0; i < n; i++)
		number[i] = group->row[i].floor ? -1 : (int)group->row[i].style;
	put_array(out, "style", number, n);
	/* gnuplot looks at the first item even of what it is not to draw: all must be valid */
	for (size_t i = 0; i < n; i++)
		number[i] = row[i].block < 0 ? 0 : row[i].block;
	put_array(out, "block", number, n);
	/* the floor first, so that it lies behind the others */
	for (int floor = 1; floor >= 0; floor--)
		for (size_t i = 0; i < n; i++)
			if (row[i].block >= 0 && group->row[i].floor == floor)
				number[drawn++] = (int)i + 1;
	for (size_t i = drawn; i < n; i++)
		number[i] = 1;
	put_array(out, "shown", number, n);
	fprintf(out, "drawn = %zu; ", drawn);
	free(number);
}

static void put_axes(FILE *out, const struct picture *picture, const struct plot_scale *scale,
		     const char *unit, const char *mode)
{
	const struct picture_info *info = &picture_info[picture->kind];
	const char *in = strcmp(unit, "ns") ? unit_in_words(unit) : "time in ns, µs, ms";
	const char *value = picture->kind == PICTURE_HISTOGRAM ? "xtitle" : "ytitle";

	fprintf(out, "%s = '%s (%s, %s mode)'; ", value,
		picture->kind == PICTURE_PARETO ? "p99.9 of call latency" : info->what, in,
		strcmp(mode, "exact") ? "realtime" : "exact");
	if (picture->kind == PICTURE_HISTOGRAM)
		fprintf(out, "ytitle = 'share of %s per bar (%d bars a decade)'; ", info->of,
			BARS_PER_DECADE);
	else if (picture->kind == PICTURE_PARETO)
		fputs("xtitle = 'memory held at peak, all possible CPUs'; ", out);
	else
		fprintf(out, "xtitle = 'percentile of %s'; ", info->of);
	fprintf(out, "unit = '%s'; zero_label = '%s'; ", strcmp(unit, "ns") ? "insn" : "ns",
		picture->kind == PICTURE_USABLE ? "0 (at once)" : "0");
	fprintf(out, "low = %d; high = %d; zero = %.9g; never = %.9g; band = %.9g; "
		"most = %.9g; floor_share = %.9g", scale->low, scale->high, scale->zero,
		scale->never, scale->band, scale->most, scale->floor_share);
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
		if (picture->kind == PICTURE_USABLE && row[i].hist)
			row[i].never = row_never_served(from);
	}
	return row;
}

/* Writes the data of @picture below @dir; adds gnuplot's arguments for it. */
static int prepare(const struct picture *picture, const char *mode, const char *dir,
		   const char *root, struct str_list *argv)
{
	struct plot_row *row = picture_rows(picture);
	char *data = NULL, *settings = NULL, *path;
	size_t data_size, settings_size;
	struct plot_scale scale = { 0 };
	FILE *out;
	int ret;

	out = open_memstream(&data, &data_size);
	if (picture->kind == PICTURE_HISTOGRAM)
		plot_data_histogram(out, row, picture->group->rows, &scale);
	else if (picture->kind == PICTURE_PARETO)
		plot_data_pareto(out, picture->group, row);
	else
		plot_data_percentiles(out, row, picture->group->rows, &scale);
	fclose(out);
	path = xasprintf("%s/data/%s.dat", dir, picture->name);
	ret = file_write_atomic(path, data, data_size);

	out = open_memstream(&settings, &settings_size);
	fprintf(out, "name = '%s'; data = 'data/%s.dat'; heading = ", picture->name,
		picture->name);
	put_string(out, picture->title, HEADING_MAX);
	fputs("; ", out);
	put_rows(out, picture->group, row);
	put_axes(out, picture, &scale, picture_unit(row, picture->group->rows), mode);
	fclose(out);
	str_list_add(argv, "-e");
	str_list_add(argv, settings);
	str_list_addf(argv, "%s/plot/%s.gp", root, picture_info[picture->kind].script);
	free(path);
	free(settings);
	free(data);
	free(row);
	return ret;
}

struct drawing {
	struct str_list argv;
	char *log;
	pid_t pid;
};

static int start(struct drawing *drawing, const char *dir)
{
	struct command cmd = { .cwd = dir, .log = drawing->log };
	char **argv = xcalloc(drawing->argv.n + 1, sizeof(*argv));

	memcpy(argv, drawing->argv.item, drawing->argv.n * sizeof(*argv));
	cmd.argv = argv;
	drawing->pid = command_spawn(&cmd);
	free(argv);
	return drawing->pid < 0 ? -1 : 0;
}

/* What gnuplot said before it gave up: the last lines of its log. */
static int gnuplot_failed(const struct drawing *drawing, const char *how, int number)
{
	char *text, *line = NULL;
	size_t length;

	diag_error("gnuplot could not draw the pictures (%s %d)", how, number);
	if (file_read(drawing->log, 1 << 20, &text, &length))
		return -1;
	while (length && (text[length - 1] == '\n' || text[length - 1] == ' '))
		text[--length] = '\0';
	line = strrchr(text, '\n');
	if (length)
		diag_hint("it said: %s", line ? line + 1 : text);
	else
		diag_hint("it gave no reason; the terminals svg and pngcairo are needed "
			  "(Debian: apt-get install gnuplot-nox)");
	free(text);
	return -1;
}

static int finish(struct drawing *drawing)
{
	int pidfd = pidfd_open(drawing->pid, 0), status = 0;
	struct pollfd fds[2] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = interrupt_fd(), .events = POLLIN },
	};
	pid_t pid = drawing->pid;

	while (pidfd >= 0 && !interrupt_requested() && !fds[0].revents)
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			break;
	if (pidfd >= 0)
		close(pidfd);
	if (interrupt_requested())
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	drawing->pid = 0;
	if (WIFSIGNALED(status))
		return gnuplot_failed(drawing, "killed by signal", WTERMSIG(status));
	if (WEXITSTATUS(status))
		return gnuplot_failed(drawing, "exit status", WEXITSTATUS(status));
	unlink(drawing->log);
	return 0;
}

static int check_drawn(const struct picture_list *list, const char *dir)
{
	static const char *const ending[] = { "svg", "png" };
	int missing = 0;

	for (size_t i = 0; i < list->n; i++) {
		for (size_t e = 0; e < ARRAY_SIZE(ending); e++) {
			char *path = xasprintf("%s/%s.%s", dir, list->picture[i].name, ending[e]);
			struct stat st;

			if (stat(path, &st) || !st.st_size)
				missing = diag_error("gnuplot ended well, but did not write %s",
						     path);
			free(path);
		}
	}
	return missing;
}

static int draw_in(const struct picture_list *list, const char *mode, const char *dir,
		   const char *root)
{
	struct drawing drawing[PROCESSES] = { 0 };
	int ret = 0;

	for (size_t p = 0; p < PROCESSES; p++) {
		drawing[p].log = xasprintf("%s/gnuplot-%zu.log", dir, p);
		str_list_add(&drawing[p].argv, "gnuplot");
		str_list_addf(&drawing[p].argv, "%s/plot/style.gp", root);
	}
	for (size_t i = 0; !ret && i < list->n; i++)
		ret = prepare(&list->picture[i], mode, dir, root, &drawing[i % PROCESSES].argv);
	for (size_t p = 0; !ret && p < PROCESSES && p < list->n; p++)
		ret = start(&drawing[p], dir);
	for (size_t p = 0; p < PROCESSES; p++)
		if (!ret && drawing[p].pid > 0)
			ret = finish(&drawing[p]);
	for (size_t p = 0; p < PROCESSES; p++) {
		command_kill(drawing[p].pid);
		free(drawing[p].log);
		str_list_free(&drawing[p].argv);
	}
	return ret ? ret : check_drawn(list, dir);
}

static int replace_folder(const char *from, const char *to)
{
	if (remove_tree(to))
		return -1;
	if (rename(from, to))
		return diag_error("cannot rename %s to %s: %s", from, to, strerror(errno));
	return 0;
}

int pictures_draw(const struct picture_list *list, const struct report_model *model,
		  const char *dir, const char *root)
{
	char *final, *work, *data, *absolute_root;
	int ret;

	if (!program_exists("gnuplot")) {
		diag_error("cannot draw the pictures: gnuplot is not installed");
		diag_hint("Debian and Ubuntu: apt-get install gnuplot-nox");
		return -1;
	}
	/* gnuplot runs in the folder that it fills */
	absolute_root = realpath(root, NULL);
	final = xasprintf("%s/plots", dir);
	work = xasprintf("%s/plots.part-%d", dir, (int)getpid());
	data = xasprintf("%s/data", work);
	ret = make_dirs(data);
	if (!ret)
		ret = draw_in(list, model->result->mode ? model->result->mode : "", work,
			      absolute_root ? absolute_root : root);
	if (!ret)
		ret = replace_folder(work, final);
	if (ret)
		remove_tree(work);
	free(absolute_root);
	free(data);
	free(work);
	free(final);
	return ret;
}

int plots_write(const struct result *r, const char *dir, const char *root)
{
	struct report_model model;
	struct picture_list list;
	int ret;

	report_model_make(&model, r);
	pictures_of(&list, &model);
	ret = pictures_draw(&list, &model, dir, root);
	pictures_free(&list);
	report_model_free(&model);
	return ret;
}
