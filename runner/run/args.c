// SPDX-License-Identifier: GPL-2.0-only
/* The options of a run. */
#include "run/args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exit-status.h"

enum { OPT_PERF = 256, OPT_SET, OPT_FACTOR, OPT_FAULT, OPT_SHARD, OPT_WAIT, OPT_RECORD, OPT_CONFIG };

static const struct argp_option option_list[] = {
	{ "workload", 'w', "NAME|FILE", 0, "workload to run (default: default)", 0 },
	{ "mode", 'm', "exact|realtime", 0,
	  "exact (default): QEMU counts instructions, bit-identical; realtime: nanoseconds", 0 },
	{ "kernel", 'k', "VERSION|TARBALL|TREE", 0,
	  "kernel source (default: 6.12, Debian's); repeat to compare", 0 },
	{ "series", 'p', "NAME|DIR", 0,
	  "patches of the kernel: percpu-pool (default, the one in patches/), none, or a folder; "
	  "repeat to compare", 0 },
	{ "config", OPT_CONFIG, "FILE", 0,
	  "one more fragment of the kernels' configuration, such as patches/config/extra/debug.config",
	  0 },
	{ "strategy", 's', "NAME[,NAME...]", 0, "measure only these strategies", 0 },
	{ "set", OPT_SET, "[SECTION.]KEY=VALUE", 0, "override a key of the workload", 0 },
	{ "jobs", 'j', "N", 0, "guests at once (exact: host cores; realtime: 1)", 0 },
	{ "output", 'o', "DIR", 0, "folder that gets the run's folder (default: results/runs)", 0 },
	{ "timeout-factor", OPT_FACTOR, "X", 0, "multiply every time limit, 0.01 to 1000", 0 },
	{ "shard", OPT_SHARD, "K/N", 0, "run part K of N; `pcpbench merge` joins the results", 0 },
	{ "perf", OPT_PERF, "stat|record", OPTION_ARG_OPTIONAL,
	  "perf stat around each step (the default), or perf record with a call-graph report per "
	  "strategy in the run's folder", 0 },
	{ "host-wait-limit", OPT_WAIT, "PERCENT", 0,
	  "realtime: a boot whose CPUs waited longer for the host's does not count and is made once "
	  "more (default: 50)", 0 },
	{ "record", OPT_RECORD, NULL, 0,
	  "record the percpu events of each storm into its guest's folder: traces to replay", 0 },
	{ "fault", OPT_FAULT, "NAME", OPTION_HIDDEN, "inject a fault of contract/faults.def into each guest: tests of the monitor", 0 },
	{ "plant", 0, NULL, OPTION_ALIAS | OPTION_HIDDEN, NULL, 0 },
	{ 0 },
};

static int usage_error(struct argp_state *state, const char *what, const char *value)
{
	argp_failure(state, EXIT_CANNOT, 0, "%s: '%s'", what, value);
	return EINVAL;
}

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct run_options *options = state->input;
	uint64_t number;
	char *end;

	switch (key) {
	case 'w':
		options->workload = arg;
		return 0;
	case 'k':
		str_list_add(&options->kernels, arg);
		return 0;
	case 'o':
		options->runs_dir = arg;
		return 0;
	case 'p':
		str_list_add(&options->series, arg);
		return 0;
	case 's':
		str_list_split(&options->strategies, arg, ", ");
		return 0;
	case 'm':
		if (strcmp(arg, "exact") && strcmp(arg, "realtime"))
			return usage_error(state, "the mode is exact or realtime", arg);
		options->mode = strcmp(arg, "exact") ? MODE_REALTIME : MODE_EXACT;
		return 0;
	case 'j':
		if (!parse_u64(arg, 256, &number) || !number)
			return usage_error(state, "--jobs takes 1 to 256", arg);
		options->parallel = (unsigned int)number;
		return 0;
	case OPT_SET:
		str_list_add(&options->overrides, arg);
		return 0;
	case OPT_FACTOR:
		options->factor = strtod(arg, &end);
		if (*end || end == arg || !(options->factor >= 0.01 && options->factor <= 1000))
			return usage_error(state, "--timeout-factor takes 0.01 to 1000", arg);
		return 0;
	case OPT_WAIT:
		options->host_wait_limit = strtod(arg, &end) / 100;
		if (*end || end == arg ||
		    !(options->host_wait_limit >= 0 && options->host_wait_limit <= 1))
			return usage_error(state, "--host-wait-limit takes 0 to 100", arg);
		return 0;
	case OPT_SHARD:
		if (!shard_parse(&options->shard, arg))
			return usage_error(state, "--shard takes K/N, 1 <= K <= N <= 10000", arg);
		return 0;
	case OPT_PERF:
		if (arg && strcmp(arg, "stat") && strcmp(arg, "record"))
			return usage_error(state, "--perf takes stat or record", arg);
		str_list_add(&options->overrides, arg && *arg == 'r' ? "perf=2" : "perf=1");
		return 0;
	case OPT_CONFIG:
		options->config = arg;
		return 0;
	case OPT_RECORD:
		options->record = true;
		return 0;
	case OPT_FAULT:
		options->fault = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp run_argp = { option_list, take_option, NULL, NULL, NULL, NULL, NULL };

void run_options_init(struct run_options *options)
{
	*options = (struct run_options){
		.workload = "default", .factor = 1, .host_wait_limit = HOST_WAIT_LIMIT,
	};
}

void run_options_free(struct run_options *options)
{
	str_list_free(&options->overrides);
	str_list_free(&options->strategies);
	str_list_free(&options->kernels);
	str_list_free(&options->series);
	free(options->places);
}
