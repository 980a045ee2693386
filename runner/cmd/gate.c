// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench gate: judges a result against a baseline by rules. */
#include <argp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "cmd/commands.h"
#include "cmd/words.h"
#include "gate/document.h"

enum { OPT_RULES = 256, OPT_HOST, OPT_CHECK };

struct options {
	const char *baseline, *result, *rules, *host, *output;
	struct format_choice choice;
	bool check_only;
};

static const struct argp_option option_list[] = {
	{ "baseline", 'b', "FILE", 0, "result to hold it against (a list with commas for several boots)",
	  0 },
	{ "rules", OPT_RULES, "FILE", 0, "rules (default: results/gate.conf)", 0 },
	{ "host", OPT_HOST, "FILE|none", 0,
	  "limits of this host for realtime results, from `pcpbench calibrate` (default: "
	  "~/.config/pcpbench/gate-host.conf, when there is one)", 0 },
	{ "output", 'o', "DIR", 0,
	  "folder that gets verdict.json, junit.xml, gate.ktap and gate.md (default: gate/ beside "
	  "the result)", 0 },
	{ "check-baseline", OPT_CHECK, NULL, 0,
	  "only see whether there is a baseline to judge by, before minutes of measuring", 0 },
	{ 0 },
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options->choice.format = &formats[FORMAT_text];
		state->child_inputs[0] = &options->choice;
		return 0;
	case 'b':
		options->baseline = arg;
		return 0;
	case 'o':
		options->output = arg;
		return 0;
	case OPT_HOST:
		options->host = arg;
		return 0;
	case OPT_RULES:
		options->rules = arg;
		return 0;
	case OPT_CHECK:
		options->check_only = true;
		return 0;
	case ARGP_KEY_ARG:
		if (options->result)
			argp_error(state, "one RESULT at a time: '%s' is too much", arg);
		options->result = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp cmd_gate_argp = {
	option_list, take_option, "--baseline FILE RESULT",
	"Holds RESULT against a baseline by the rules of results/gate.conf, and leaves verdict.json, "
	"JUnit XML, KTAP and Markdown. docs/gate.md explains the rules.\v"
	"Exit status: 0 pass; 1 a regression; 2 could not judge (something that the baseline has is "
	"missing, skipped, incomplete or of too few runs, or a rule matches nothing). Where GITHUB_ACTIONS "
	"is true, --github is the default.",
	format_children, NULL, NULL,
};

struct side_files {
	struct compare_side side;
	struct str_list path;
	struct result *result;
	const struct result **pointer;
};

static int load_side(struct side_files *files, const char *label, const char *argument)
{
	*files = (struct side_files){ .side = { .label = xstrdup(label) } };
	result_paths(&files->path, argument);
	files->result = xcalloc(files->path.n, sizeof(*files->result));
	files->pointer = xcalloc(files->path.n, sizeof(const struct result *));
	if (!files->path.n)
		return diag_error("'%s' names no result", argument);
	if (result_load_all(files->result, (const char *const *)files->path.item, files->path.n))
		return -1;
	for (size_t i = 0; i < files->path.n; i++)
		files->pointer[i] = &files->result[i];
	files->side.result = files->pointer;
	files->side.results = files->path.n;
	return 0;
}

static void free_side(struct side_files *files)
{
	for (size_t i = 0; i < files->path.n; i++)
		result_free(&files->result[i]);
	free(files->result);
	free(files->pointer);
	free(files->side.label);
	str_list_free(&files->path);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* The result file that @path stands for, to be freed. */
static char *file_of(const char *path)
{
	return is_folder(path) ? xasprintf("%s/result.json", path) : xstrdup(path);
}

/* The folder of the outputs: gate/ beside the first result. The caller frees it. */
static char *output_dir(const struct options *options, const char *result_file)
{
	const char *slash = strrchr(result_file, '/');

	if (options->output)
		return xstrdup(options->output);
	return slash ? xasprintf("%.*s/gate", (int)(slash - result_file), result_file) :
		       xstrdup("gate");
}

/* The same for a result as it was given, which may not be there; NULL without any. To be freed. */
static char *output_dir_of(const struct options *options)
{
	struct str_list paths = { 0 };
	char *file, *dir;

	if (options->output)
		return xstrdup(options->output);
	if (options->result)
		result_paths(&paths, options->result);
	if (!paths.n)
		return NULL;
	file = file_of(paths.item[0]);
	dir = output_dir(options, file);
	free(file);
	str_list_free(&paths);
	return dir;
}

/*
 * The folder of the outputs as far as the words tell, before they are parsed: bad usage ends the
 * program there, and a verdict of an earlier time must not stay. NULL where they tell of none.
 */
static char *output_dir_of_words(int argc, char **argv, bool *is_named)
{
	static const char *const takes_value[] = { "-b", "--baseline", "--rules", "--host", "--format" };
	struct options options = { 0 };

	if (!words_look(argc, argv, takes_value, ARRAY_SIZE(takes_value), &options.output,
			&options.result))
		return NULL;
	*is_named = options.output != NULL;
	return output_dir_of(&options);
}

/* Takes the place of whatever verdict is in @dir; the folder is made only for one that is to last. */
static int write_no_verdict(const char *dir, const struct options *options,
			    const struct str_list *reasons, bool lasting)
{
	static const char *const others[] = { "junit.xml", "gate.ktap", "gate.md" };
	const struct gate_origin origin = { options->baseline, options->result, options->rules, NULL };
	json_t *json = gate_no_verdict(&origin, reasons);
	char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
	char *path = xasprintf("%s/verdict.json", dir);
	int ret = -1;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		char *old = xasprintf("%s/%s", dir, others[i]);

		unlink(old);
		free(old);
	}
	unlink(path);
	/* a reason may hold bytes that are no text: without a verdict is better than with an old one */
	if (text && (lasting || is_folder(dir)) && !make_dirs(dir)) {
		char *line = xasprintf("%s\n", text);

		ret = file_write_atomic(path, line, strlen(line));
		free(line);
	}
	free(path);
	free(text);
	json_decref(json);
	return ret;
}

static int write_outputs(const char *dir, const struct document *doc)
{
	/* the verdict last: where it is, the others are */
	static const struct {
		const char *name;
		enum format_id format;
	} files[] = {
		{ "junit.xml", FORMAT_junit }, { "gate.ktap", FORMAT_ktap },
		{ "gate.md", FORMAT_markdown }, { "verdict.json", FORMAT_json },
	};

	if (make_dirs(dir))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = xasprintf("%s/%s", dir, files[i].name);
		int failed = document_save(doc, &formats[files[i].format], path);

		free(path);
		if (failed)
			return -1;
	}
	return 0;
}

static bool is_on_github(void)
{
	const char *actions = getenv("GITHUB_ACTIONS");

	return actions && !strcmp(actions, "true");
}

static int publish(const struct gate *gate, const struct options *options, const char *rules,
		   const char *result_file)
{
	const struct gate_origin origin = {
		options->baseline, options->result, rules, result_file,
	};
	struct format_choice choice = options->choice;
	char *dir = output_dir(options, result_file);
	struct document doc;
	int failed;

	choice.github |= is_on_github();
	gate_document(&doc, gate, &origin);
	failed = write_outputs(dir, &doc);
	if (document_print(&doc, &choice))
		failed = -1;
	document_free(&doc);
	if (!failed)
		diag_info("gate: %s; wrote verdict.json, junit.xml, gate.ktap and gate.md in %s",
			  gate_verdict_name(gate), dir);
	free(dir);
	return failed;
}

/* The file with this host's limits for @result, which the caller frees; NULL when there is none. */
static char *host_limits(const struct options *options, const struct result *result)
{
	char *path;

	if (strcmp(result->mode, "realtime") ||
	    (options->host && !strcmp(options->host, "none")))
		return NULL;
	if (options->host)
		return xstrdup(options->host);
	path = gate_host_path();
	if (file_exists(path))
		return path;
	free(path);
	return NULL;
}

static int load_rules(struct gate_rules *rules, const char *path, const char *host)
{
	if (gate_rules_load(rules, path))
		return -1;
	if (!host)
		return 0;
	if (gate_rules_adapt(rules, host)) {
		gate_rules_free(rules);
		return -1;
	}
	diag_info("gate: limits of this host from %s", host);
	return 0;
}

static int judge(const struct side_files *baseline, const struct side_files *result,
		 const struct options *options, const char *rules_path, bool *published)
{
	char *file = file_of(result->path.item[0]);
	char *host = host_limits(options, &result->result[0]);
	char *sources = host ? xasprintf("%s, %s", rules_path, host) : xstrdup(rules_path);
	struct comparison c;
	struct gate_rules rules;
	struct gate gate;
	int status = EXIT_CANNOT;

	if (!load_rules(&rules, rules_path, host)) {
		compare_make(&c, &baseline->side, &result->side);
		for (size_t i = 0; i < c.warnings.n; i++)
			diag_warn("%s", c.warnings.item[i]);
		gate_judge(&gate, &c, &rules);
		*published = !publish(&gate, options, sources, file);
		status = *published ? gate.status : EXIT_CANNOT;
		gate_free(&gate);
		comparison_free(&c);
		gate_rules_free(&rules);
	}
	free(sources);
	free(host);
	free(file);
	return status;
}

/* Loads and judges; *published when a verdict with findings was left. */
static int gate_files(const struct options *options, bool *published)
{
	struct side_files baseline = { 0 }, result = { 0 };
	char *rules = options->rules ? xstrdup(options->rules) :
				       xasprintf("%s/results/gate.conf", checkout_root());
	int status = EXIT_CANNOT;

	if (!load_side(&baseline, "baseline", options->baseline) &&
	    !load_side(&result, "result", options->result))
		status = judge(&baseline, &result, options, rules, published);
	free_side(&baseline);
	free_side(&result);
	free(rules);
	return status;
}

/* A check that finds nothing wrong leaves the verdict "not finished" in place. */
static int check_baseline(const struct options *options)
{
	struct side_files baseline;
	int failed = load_side(&baseline, "baseline", options->baseline);

	free_side(&baseline);
	if (!failed)
		return EXIT_GOOD;
	diag_error("no baseline to judge by");
	diag_hint("give a result of the kernel that is the measure: --baseline FILE (make gate: BASELINE=result.json)");
	return EXIT_CANNOT;
}

/* Until there is a verdict there is this one: a program that dies leaves no old pass behind. */
static void begin_verdict(int argc, char **argv)
{
	const struct options none = { 0 };
	struct str_list reasons = { 0 };
	bool is_named = false;
	char *dir = output_dir_of_words(argc, argv, &is_named);

	str_list_add(&reasons, "the gate did not come to an end: bad usage, or it was stopped");
	if (dir)
		write_no_verdict(dir, &none, &reasons, is_named);
	str_list_free(&reasons);
	free(dir);
}

int cmd_gate(int argc, char **argv)
{
	struct options options = { 0 };
	struct str_list reasons = { 0 };
	bool published = false;
	int status = EXIT_CANNOT;
	char *dir;

	begin_verdict(argc, argv);
	if (argp_parse(&cmd_gate_argp, argc, argv, 0, NULL, &options))
		return EXIT_CANNOT;
	diag_collect(&reasons);
	if (!options.baseline || (!options.result && !options.check_only)) {
		diag_error("gate needs %s", options.baseline ? "a RESULT" : "--baseline FILE");
		diag_hint("`pcpbench gate --help` explains");
	} else if (options.check_only) {
		status = check_baseline(&options);
	} else {
		status = gate_files(&options, &published);
	}
	diag_collect(NULL);
	dir = published ? NULL : output_dir_of(&options);
	if (dir && reasons.n)
		write_no_verdict(dir, &options, &reasons, options.output || is_folder(dir));
	free(dir);
	str_list_free(&reasons);
	return status;
}
