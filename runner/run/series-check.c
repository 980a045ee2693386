// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "run/series-check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "kernel/folder-hold.h"
#include "kernel/kbuild.h"
#include "kernel/patch-file.h"
#include "kernel/series.h"
#include "kernel/source.h"
#include "kernel/tree-copy.h"
#include "run/run.h"

#define LOG_MAX		(64u << 20)
#define BOOT_WORKLOAD	"smoke"

const char *const series_test_names[SERIES_TESTS] = {
	[TEST_STYLE] = "checkpatch",
	[TEST_BUILD] = "builds",
	[TEST_WARNINGS] = "W=1, sparse",
	[TEST_BOOT] = "boots",
};

/* All that the checks of one series have in common. */
struct work {
	const char *root, *kernel;
	char *scratch;
	struct series series;
	struct str_list known;	/* warnings of the kernel without the patch in hand */
};

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* MACRO_ARG_REUSE: what defines and initialises an object names it more than once. */
static void check_style(const char *tree, const char *patch, struct series_row *row)
{
	const char *argv[] = { "perl", "scripts/checkpatch.pl", "--strict", "--terse", "--no-summary",
			       "--ignore", "MACRO_ARG_REUSE", patch, NULL };
	char *output = NULL;
	struct command cmd = { .argv = (char *const *)argv, .cwd = tree, .output = &output };
	int status = command_run(&cmd);

	row->answer[TEST_STYLE] = status ? ANSWER_BAD : ANSWER_GOOD;
	if (status)
		str_list_split(&row->complaints, output ? output : "checkpatch.pl did not run", "\n");
	free(output);
}

/* "mm/x.c:12:34: warning: …" without the numbers, which every patch moves. */
static char *without_numbers(const char *line)
{
	char *copy = xcalloc(strlen(line) + 1, 1), *to = copy;

	for (const char *from = line; *from; from++)
		if (from == line || *from < '0' || *from > '9' ||
		    (from[-1] != ':' && (from[-1] < '0' || from[-1] > '9')))
			*to++ = *from;
	return copy;
}

/* Warnings of @log that are not in @known go there, and to @row when that is set. */
static void note_warnings(const char *log, struct str_list *known, struct series_row *row)
{
	struct str_list lines = { 0 };

	str_list_split(&lines, log, "\n");
	for (size_t i = 0; i < lines.n; i++) {
		char *plain;

		if (!strstr(lines.item[i], "warning:") && !strstr(lines.item[i], "error:"))
			continue;
		plain = without_numbers(lines.item[i]);
		if (!str_list_has(known, plain)) {
			str_list_add(known, plain);
			if (row) {
				str_list_add(&row->complaints, lines.item[i]);
				row->answer[TEST_WARNINGS] = ANSWER_BAD;
			}
		}
		free(plain);
	}
	str_list_free(&lines);
}

static bool is_source(const char *file)
{
	size_t length = strlen(file);

	return length > 2 && file[length - 2] == '.' && strchr("cS", file[length - 1]);
}

/* The object of @file in @tree, to be freed; NULL when this configuration does not make it. */
static char *object_of(const char *tree, const char *file)
{
	char *object = xasprintf("%.*so", (int)strlen(file) - 1, file);
	char *path = xasprintf("%s/%s", tree, object);

	if (!file_exists(path)) {
		free(object);
		object = NULL;
	}
	free(path);
	return object;
}

/* Objects of @tree that are made from files that the whole series touches. */
static void touched_objects(const struct work *work, const char *tree, struct str_list *objects)
{
	for (size_t i = 0; i < work->series.touched.n; i++) {
		const char *file = work->series.touched.item[i];
		char *object = is_source(file) ? object_of(tree, file) : NULL;

		if (object)
			str_list_add(objects, object);
		free(object);
	}
}

static bool is_header(const char *file)
{
	size_t length = strlen(file);

	return length > 2 && !strcmp(file + length - 2, ".h");
}

/* True when kbuild's note of one of @objects says that it was made from @header. */
static bool is_included(const char *tree, const char *header, const struct str_list *objects)
{
	char *word = xasprintf(" %s ", header);
	bool included = false;

	for (size_t i = 0; !included && i < objects->n; i++) {
		const char *name = file_name(objects->item[i]);
		char *note = xasprintf("%s/%.*s.%s.cmd", tree, (int)(name - objects->item[i]),
				       objects->item[i], name), *text;
		size_t length;

		if (file_exists(note) && !file_read(note, LOG_MAX, &text, &length)) {
			included = strstr(text, word);
			free(text);
		}
		free(note);
	}
	free(word);
	return included;
}

static bool was_compiled(const char *tree, const char *file, const struct str_list *objects)
{
	char *object;
	bool was;

	if (is_header(file))
		return is_included(tree, file, objects);
	object = object_of(tree, file);
	was = object && str_list_has(objects, object);
	free(object);
	return was;
}

void series_note_uncompiled(const char *tree, const char *patch, const struct str_list *objects,
			    struct series_row *row)
{
	struct patch_file parsed;
	size_t files = 0, compiled = 0, length;
	char *text;

	if (file_read(patch, LOG_MAX, &text, &length))
		return;
	patch_file_parse(&parsed, text);
	free(text);
	for (size_t i = 0; i < parsed.names.n; i++) {
		const char *file = parsed.names.item[i];
		char *path = xasprintf("%s/%s", tree, file);

		/* one that the patch removes has no object for good reason */
		if ((is_source(file) || is_header(file)) && file_exists(path)) {
			files++;
			if (was_compiled(tree, file, objects))
				compiled++;
			else
				str_list_addf(&row->complaints,
					      "W=1, sparse: %s is not compiled in this configuration",
					      file);
		}
		free(path);
	}
	patch_file_free(&parsed);
	if (row->answer[TEST_WARNINGS] != ANSWER_GOOD || (files ? compiled : objects->n))
		return;
	row->answer[TEST_WARNINGS] = ANSWER_NOT_RUN;
	str_list_add(&row->complaints, "W=1, sparse: not run: no file that the patch changes was compiled");
}

/* Compiles the touched files of a copy of @tree again, with W=1 and sparse: @objects. */
static int collect_warnings(struct work *work, const char *tree, struct str_list *objects,
			    struct series_row *row)
{
	char *copy = xasprintf("%s/tree", work->scratch), *log = xasprintf("%s/w1.log", work->scratch);
	struct tree_copy job = { .from = tree, .to = copy, .how = TREE_COPY };
	struct str_list argv = { 0 }, env = { 0 };
	struct command cmd = { .cwd = copy, .log = log };
	char *text = NULL;
	size_t length;
	int ret = remove_tree(copy) || remove_tree(log) || tree_copy(&job) ? -1 : 0;

	touched_objects(work, tree, objects);
	str_list_split(&argv, "make W=1 C=2 CHECK=sparse", " ");
	for (size_t i = 0; i < objects->n; i++)
		str_list_add(&argv, objects->item[i]);
	cmd.argv = str_list_argv(&argv);
	kbuild_env_add(&env);
	cmd.env = (const char *const *)str_list_argv(&env);
	if (!ret && objects->n) {
		int status = command_run(&cmd);

		ret = status < 0 || file_read(log, LOG_MAX, &text, &length) ? -1 : 0;
		if (!ret)
			note_warnings(text, &work->known, row);
		if (!ret && status && row) {
			row->answer[TEST_WARNINGS] = ANSWER_BAD;
			str_list_add(&row->complaints, "the touched files do not compile with W=1 C=2");
		}
	}
	free(text);
	str_list_free(&env);
	str_list_free(&argv);
	free(log);
	free(copy);
	return ret;
}

static void check_warnings(struct work *work, const char *tree, const char *patch,
			   struct series_row *row)
{
	struct str_list objects = { 0 };

	if (!program_exists("sparse")) {
		str_list_add(&row->complaints, "W=1, sparse: not run: sparse is not installed");
		return;
	}
	row->answer[TEST_WARNINGS] = ANSWER_GOOD;
	if (collect_warnings(work, tree, &objects, row))
		row->answer[TEST_WARNINGS] = ANSWER_NOT_RUN;
	else
		series_note_uncompiled(tree, patch, &objects, row);
	str_list_free(&objects);
}

static void check_boot(const struct work *work, const char *folder, struct series_row *row)
{
	struct run_options options = {
		.workload = BOOT_WORKLOAD, .factor = 1,
	};
	struct run run = { .options = &options };
	char *runs = xasprintf("%s/runs", work->scratch);
	int status;

	options.runs_dir = runs;
	if (work->kernel)
		str_list_add(&options.kernels, work->kernel);
	str_list_add(&options.series, folder);
	status = run_make(&run);
	run_free(&run);
	row->answer[TEST_BOOT] = status == EXIT_GOOD ? ANSWER_GOOD : ANSWER_BAD;
	if (status != EXIT_GOOD)
		str_list_add(&row->complaints, "the workload " BOOT_WORKLOAD " failed on this kernel");
	str_list_free(&options.kernels);
	str_list_free(&options.series);
	free(runs);
}

/* Patch @i (from 0) with those before it. */
static int check_patch(struct work *work, size_t i, struct series_row *row)
{
	char *folder = xasprintf("%s/first-%zu", work->scratch, i + 1);
	struct kernel_request request = {
		.root = work->root, .source = work->kernel, .series = folder,
	};
	struct kernel_build kernel;

	if (series_cut(&work->series, i + 1, folder)) {
		free(folder);
		return -1;
	}
	row->patch = xstrdup(work->series.names.item[i]);
	diag_info("%s", row->patch);
	if (kernel_build(&kernel, &request)) {
		row->answer[TEST_BUILD] = ANSWER_BAD;
		str_list_add(&row->complaints, "does not apply or does not build: see above");
	} else {
		row->answer[TEST_BUILD] = ANSWER_GOOD;
		check_style(kernel.dir, work->series.patches.item[i], row);
		check_warnings(work, kernel.dir, work->series.patches.item[i], row);
		check_boot(work, folder, row);
		kernel_build_free(&kernel);
	}
	free(folder);
	return interrupt_requested() ? -1 : 0;
}

/* What W=1 and sparse say of the files before the first patch. */
static int learn_stock_warnings(struct work *work, char **version)
{
	struct kernel_request request = {
		.root = work->root, .source = work->kernel, .series = "none",
	};
	struct kernel_build kernel;
	struct str_list objects = { 0 };
	int ret = 0;

	if (kernel_build(&kernel, &request))
		return -1;
	*version = xstrdup(kernel.version);
	if (program_exists("sparse"))
		ret = collect_warnings(work, kernel.dir, &objects, NULL);
	str_list_free(&objects);
	kernel_build_free(&kernel);
	return ret;
}

/* "a/b/" is named "b", as results name it. */
static char *name_of_folder(const char *folder)
{
	char *copy = xstrdup(folder), *name;

	for (size_t n = strlen(copy); n > 1 && copy[n - 1] == '/'; n--)
		copy[n - 1] = '\0';
	name = xstrdup(file_name(copy));
	free(copy);
	return name;
}

static int load_series(struct work *work, const char *folder)
{
	char *version, *own, *name;
	int ret = -1;

	if (folder) {
		name = name_of_folder(folder);
		ret = series_load(&work->series, folder, name);
		free(name);
		return ret;
	}
	version = kernel_source_version(work->kernel);
	if (!version)
		return -1;
	own = xasprintf("%s/patches/%s", work->root, version);
	if (!series_check_version(work->root, version))
		ret = series_load(&work->series, own, SERIES_OWN);
	free(own);
	free(version);
	return ret;
}

int series_check(struct series_report *report, const char *root, const char *kernel,
		 const char *folder)
{
	struct work work = { .root = root, .kernel = kernel };
	int ret;

	*report = (struct series_report){ 0 };
	work.scratch = scratch_folder_make("series-check");
	if (!work.scratch)
		return -1;
	ret = load_series(&work, folder);
	if (!ret)
		report->name = xstrdup(work.series.name);
	if (!ret)
		ret = learn_stock_warnings(&work, &report->kernel);
	for (size_t i = 0; !ret && i < work.series.patches.n; i++) {
		GROW(report->row, i);
		report->row[i] = (struct series_row){ 0 };
		report->rows = i + 1;
		ret = check_patch(&work, i, &report->row[i]);
	}
	discard_tree(work.scratch);
	free(work.scratch);
	series_free(&work.series);
	str_list_free(&work.known);
	return ret;
}

void series_report_free(struct series_report *report)
{
	for (size_t i = 0; i < report->rows; i++) {
		free(report->row[i].patch);
		str_list_free(&report->row[i].complaints);
	}
	free(report->row);
	free(report->kernel);
	free(report->name);
}
