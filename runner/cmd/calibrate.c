// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench calibrate: the same thing against itself, to know what a host can tell apart. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "calibrate/calibrate.h"
#include "calibrate/document.h"
#include "calibrate/exact.h"
#include "cmd/command-verdict.h"
#include "cmd/commands.h"
#include "output/format.h"
#include "run/run.h"

enum { OPT_SET = 256, OPT_WAIT, OPT_RULES, OPT_LIMITS, OPT_REPLACE, OPT_FACTOR };

struct settings {
	struct run_options run;
	const char *result, *rules, *limits;
	struct format_choice choice;
	bool replace;
	struct str_list *reasons;	/* of the verdict */
};

static const struct argp_option option_list[] = {
	{ "mode", 'm', "realtime|exact", 0,
	  "realtime (default): noise, false alarms, limits for the gate; exact: proof that there is "
	  "no noise, and the spread over seeds", 0 },
	{ "workload", 'w', "NAME|FILE", 0,
	  "what to boot again and again (default: calibrate; exact: gate)", 0 },
	{ "kernel", 'k', "VERSION|TARBALL|TREE", 0, "kernel source (default: 6.12, Debian's)", 0 },
	{ "set", OPT_SET, "[SECTION.]KEY=VALUE", 0,
	  "override a key of the workload, such as boots=48", 0 },
	{ "host-wait-limit", OPT_WAIT, "PERCENT", 0, "the same as for run", 0 },
	{ "timeout-factor", OPT_FACTOR, "X", 0, "the same as for run", 0 },
	{ "rules", OPT_RULES, "FILE", 0, "rules of the gate (default: results/gate.conf)", 0 },
	{ "limits", OPT_LIMITS, "FILE|none", 0,
	  "file that gets this host's limits (default: ~/.config/pcpbench/gate-host.conf)", 0 },
	{ "replace", OPT_REPLACE, NULL, 0,
	  "replace the limits that are there; the old ones are kept as FILE~", 0 },
	{ "output", 'o', "DIR", 0, "folder that gets the run's folder (default: results/runs)", 0 },
	{ 0 },
};

static int usage_error(struct argp_state *state, const char *what, const char *value)
{
	argp_failure(state, EXIT_CANNOT, 0, "%s: '%s'", what, value);
	return EINVAL;
}

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;
	char *end;

	switch (key) {
	case ARGP_KEY_INIT:
		settings->choice.format = &formats[FORMAT_markdown];
		state->child_inputs[0] = &settings->choice;
		return 0;
	case 'm':
		if (strcmp(arg, "exact") && strcmp(arg, "realtime"))
			return usage_error(state, "the mode is exact or realtime", arg);
		settings->run.mode = strcmp(arg, "exact") ? MODE_REALTIME : MODE_EXACT;
		return 0;
	case 'w':
		settings->run.workload = arg;
		return 0;
	case 'k':
		str_list_free(&settings->run.kernels);
		str_list_add(&settings->run.kernels, arg);
		return 0;
	case 'o':
		settings->run.runs_dir = arg;
		return 0;
	case OPT_SET:
		str_list_add(&settings->run.overrides, arg);
		return 0;
	case OPT_WAIT:
		settings->run.host_wait_limit = strtod(arg, &end) / 100;
		if (*end || end == arg || !(settings->run.host_wait_limit >= 0 &&
					    settings->run.host_wait_limit <= 1))
			return usage_error(state, "--host-wait-limit takes 0 to 100", arg);
		return 0;
	case OPT_FACTOR:
		settings->run.factor = strtod(arg, &end);
		if (*end || end == arg ||
		    !(settings->run.factor >= 0.01 && settings->run.factor <= 1000))
			return usage_error(state, "--timeout-factor takes 0.01 to 1000", arg);
		return 0;
	case OPT_RULES:
		settings->rules = arg;
		return 0;
	case OPT_LIMITS:
		settings->limits = arg;
		return 0;
	case OPT_REPLACE:
		settings->replace = true;
		return 0;
	case ARGP_KEY_ARG:
		if (settings->result)
			return usage_error(state, "one RESULT at a time", arg);
		settings->result = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp cmd_calibrate_argp = {
	option_list, take_option, "[RESULT]",
	"Boots the same thing again and again, and finds out how small a change this host can show: "
	"the noise of each metric, how often the gate raises a false alarm, and how many boots a side "
	"it needs to find a change of 10 %. Leaves the limits that follow for `pcpbench gate`. RESULT "
	"is an earlier realtime run to calibrate by instead.\v"
	"Exit status: 0 all figures are reached; 1 they are not, and no limits were written (exact: "
	"two runs of one seed differ); 2 could not measure, or limits are there already.",
	format_children, NULL, NULL,
};

/* The file that gets the limits, which the caller frees; NULL when none is to be written. */
static char *limits_path(const struct settings *settings)
{
	if (!settings->limits)
		return gate_host_path();
	return strcmp(settings->limits, "none") ? xstrdup(settings->limits) : NULL;
}

/*
 * A limits file that somebody has written is overwritten on request only. The
 * check comes before minutes of measuring.
 */
static int check_limits(const char *path, bool replace)
{
	if (!path || replace || !file_exists(path))
		return 0;
	diag_error("%s is there already", path);
	diag_hint("--replace replaces it (the old one is kept as %s~), --limits names another file or none",
		  path);
	return -1;
}

static int write_limits(const char *path, const struct calibration *c,
			const struct gate_rules *rules)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
	char *kept = xasprintf("%s~", path), *text = calibration_limits(c, rules);
	int failed = make_dirs(*dir ? dir : "/");

	if (!failed && file_exists(path))
		failed = file_copy(path, kept);
	if (!failed)
		failed = file_write_atomic(path, text, strlen(text));
	if (!failed)
		diag_info("limits of this host: %s", path);
	free(text);
	free(kept);
	free(dir);
	return failed;
}

static int print_calibration(const struct calibration *c, const struct gate_rules *rules,
			     const struct format_choice *choice)
{
	struct document doc;
	int ret;

	calibration_document(&doc, c, rules);
	ret = document_print(&doc, choice);
	document_free(&doc);
	return ret;
}

static int judge(const struct result *r, const struct settings *settings, const char *limits)
{
	char *path = settings->rules ? xstrdup(settings->rules) :
				       xasprintf("%s/results/gate.conf", checkout_root());
	struct calibration c = { 0 };
	struct gate_rules rules;
	int status = EXIT_CANNOT;

	if (!gate_rules_load(&rules, path)) {
		if (!calibrate(&c, r, &rules) && !print_calibration(&c, &rules, &settings->choice))
			status = c.chosen ? EXIT_GOOD : EXIT_JUDGED;
		if (status == EXIT_JUDGED)
			str_list_add(settings->reasons, "this host does not reach the figures, and no limits were written");
		if (status == EXIT_JUDGED)
			diag_hint("no limits were written; measure more boots (--set boots=N), or when the host is quieter");
		if (status == EXIT_GOOD && limits && write_limits(limits, &c, &rules))
			status = EXIT_CANNOT;
		calibration_free(&c);
		gate_rules_free(&rules);
	}
	free(path);
	return status;
}

static int calibrate_stored(const struct settings *settings, const char *limits)
{
	struct result r;
	int status;

	if (result_load(&r, settings->result))
		return EXIT_CANNOT;
	status = judge(&r, settings, limits);
	result_free(&r);
	return status;
}

static int calibrate_fresh(const struct settings *settings, const char *limits)
{
	struct run run = { .options = &settings->run };
	int status = run_make(&run);

	if (run.dir && !run.temp_dir)
		diag_info("run folder: %s", run.dir);
	if (status == EXIT_GOOD)
		status = judge(&run.result, settings, limits);
	else
		status = EXIT_CANNOT;
	for (size_t i = 0; i < run.reasons.n; i++)
		str_list_add_new(settings->reasons, run.reasons.item[i]);
	run_free(&run);
	return status;
}

int cmd_calibrate(int argc, char **argv)
{
	struct settings settings = { .run = {
		.mode = MODE_REALTIME, .factor = 1, .host_wait_limit = HOST_WAIT_LIMIT,
	} };
	struct command_verdict verdict = {
		.command = "calibrate", .about = "what this host can tell apart",
		.word = { "good", "not reached", "could not judge" },
	};
	char *limits;
	int status = EXIT_CANNOT;

	command_verdict_begin(&verdict, argc, argv);
	settings.reasons = &verdict.reasons;
	if (argp_parse(&cmd_calibrate_argp, argc, argv, 0, NULL, &settings))
		return command_verdict_end(&verdict, EXIT_CANNOT);
	limits = limits_path(&settings);
	if (!settings.run.workload)
		settings.run.workload = settings.run.mode == MODE_EXACT ? "gate" : "calibrate";
	if (settings.run.mode == MODE_EXACT && settings.result)
		diag_error("exact mode proves itself by two runs: it takes no RESULT");
	else if (settings.run.mode == MODE_EXACT)
		status = calibrate_exact(&settings.run, &settings.choice, settings.reasons);
	else if (!check_limits(limits, settings.replace))
		status = settings.result ? calibrate_stored(&settings, limits) :
					   calibrate_fresh(&settings, limits);
	free(limits);
	str_list_free(&settings.run.kernels);
	str_list_free(&settings.run.overrides);
	return command_verdict_end(&verdict, status);
}
