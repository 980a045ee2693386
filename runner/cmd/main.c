// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench: picks the subcommand. */
#include <argp.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/exit-status.h"
#include "base/subprocess.h"
#include "base/version.h"
#include "cmd/commands.h"

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
	const struct subcommand *command;

	keep_memory();
	argp_err_exit_status = EXIT_CANNOT;
	if (argc < 2) {
		usage_print(stderr);
		return EXIT_CANNOT;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		usage_print(stdout);
		return EXIT_GOOD;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("pcpbench " PCPBENCH_VERSION);
		return EXIT_GOOD;
	}
	command = subcommand_find(argv[1]);
	if (!command) {
		usage_print(stderr);
		return EXIT_CANNOT;
	}
	interrupt_install();
	return end_of(subcommand_run(command, argc - 2, argv + 2));
}
