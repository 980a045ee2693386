// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench: picks the subcommand. */
#include <argp.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/subprocess.h"
#include "base/util.h"
#include "base/version.h"
#include "cmd/commands.h"

static const struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} subcommands[] = {
	{ "doctor", cmd_doctor, "what this machine has and lacks for a run, on one screen" },
	{ "list", cmd_list, "strategies, scenarios, contexts, parameters, workloads, kernels" },
	{ "run", cmd_run, "build, boot, measure, report" },
	{ "compare", cmd_compare, "what differs between results, and what of it means anything" },
	{ "compare-series", cmd_compare_series, "run on several series, or after each patch, and compare" },
	{ "report", cmd_report, "tables and plots of a stored result, made again" },
	{ "gate", cmd_gate, "has anything become worse than the rules allow?" },
	{ "calibrate", cmd_calibrate, "what this host can tell apart, by the same thing against itself" },
	{ "merge", cmd_merge, "the results of a run's shards as one" },
	{ "verify", cmd_verify, "a stored exact result, made again and compared" },
	{ "series-check", cmd_series_check, "each patch of a series: style, build, warnings, boot" },
	{ "shell", cmd_shell, "boot the measured kernel and hand over its console" },
};

static void print_usage(FILE *out)
{
	fputs("Usage: pcpbench COMMAND [OPTION...]\n\n"
	      "Measures per-CPU allocation strategies of the Linux kernel in QEMU guests.\n\n",
	      out);
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		fprintf(out, "  %-14s %s\n", subcommands[i].name, subcommands[i].summary);
	fputs("\n`pcpbench COMMAND --help` explains each. Exit status: 0 good, 1 a judged failure,\n"
	      "2 could not judge.\n",
	      out);
}

static int unknown_command(const char *word)
{
	const char *names[ARRAY_SIZE(subcommands) + 1] = { 0 };
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		names[i] = subcommands[i].name;
	near = nearest_name(word, names);
	diag_error("there is no command '%s'", word);
	if (near)
		diag_hint("did you mean '%s'?", near);
	print_usage(stderr);
	return EXIT_CANNOT;
}

/* A result is hundreds of thousands of small values: give memory back at the end, not in between. */
static void keep_memory(void)
{
	mallopt(M_TRIM_THRESHOLD, 128 << 20);
	mallopt(M_TOP_PAD, 4 << 20);
}

/* An interrupt never ends silently, and never as a success. */
static int end_of(int status)
{
	const char *what = progress_interrupted();

	if (!interrupt_requested())
		return status;
	progress_end();
	diag_error("interrupted%s%s", what ? " while " : "", what ? what : "");
	diag_hint("start it again: what is in the cache is not made again");
	return EXIT_CANNOT;
}

int main(int argc, char **argv)
{
	keep_memory();
	argp_err_exit_status = EXIT_CANNOT;
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_CANNOT;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_usage(stdout);
		return EXIT_GOOD;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("pcpbench " PCPBENCH_VERSION);
		return EXIT_GOOD;
	}
	interrupt_install();
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++) {
		char *name;
		int status;

		if (strcmp(argv[1], subcommands[i].name))
			continue;
		name = xasprintf("pcpbench %s", argv[1]);
		argv[1] = name;
		status = subcommands[i].run(argc - 1, argv + 1);
		free(name);
		return end_of(status);
	}
	return unknown_command(argv[1]);
}
