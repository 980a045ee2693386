// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench doctor: what this machine has and lacks for a run. */
#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/checkout.h"
#include "base/exit-status.h"
#include "cmd/commands.h"
#include "cmd/doctor-checks.h"

static const struct argp_option option_list[] = {
	{ "json", 'J', NULL, 0, "print JSON", 0 },
	{ 0 },
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	bool *as_json = state->input;

	switch (key) {
	case 'J':
		*as_json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_failure(state, EXIT_CANNOT, 0, "unexpected argument: '%s'", arg);
		return EXIT_CANNOT;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp cmd_doctor_argp = {
	option_list, take_option, NULL,
	"Says what this machine has and lacks for a run: programs, kernel sources, room, modes.\v"
	"Exit status: 0 a run can work; 2 something that it needs is missing.", NULL, NULL, NULL,
};

static const char *const state_words[] = {
	[CHECK_GOOD] = "good",
	[CHECK_NOTE] = "note",
	[CHECK_MISSING] = "missing",
};

static const char *const state_marks[] = {
	[CHECK_GOOD] = "ok",
	[CHECK_NOTE] = "note",
	[CHECK_MISSING] = "MISSING",
};

static void print_text(const struct check *checks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		printf("%-18s %-8s %s\n", checks[i].name, state_marks[checks[i].state],
		       checks[i].found);
		if (checks[i].advice)
			printf("%-18s %-8s -> %s\n", "", "", checks[i].advice);
	}
}

static void print_json(const struct check *checks, size_t n, bool ready)
{
	json_t *array = json_array(), *all;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, json_pack("{ss ss ss* ss*}", "name", checks[i].name,
						       "state", state_words[checks[i].state],
						       "found", checks[i].found,
						       "advice", checks[i].advice));
	all = json_pack("{sb so}", "ready", ready, "checks", array);
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

int cmd_doctor(int argc, char **argv)
{
	struct check checks[CHECKS_MAX];
	bool as_json = false, ready = true;
	size_t n;

	if (argp_parse(&cmd_doctor_argp, argc, argv, 0, NULL, &as_json))
		return EXIT_CANNOT;
	n = doctor_checks(checks, checkout_root());
	for (size_t i = 0; i < n; i++)
		if (checks[i].state == CHECK_MISSING)
			ready = false;
	if (as_json)
		print_json(checks, n, ready);
	else
		print_text(checks, n);
	doctor_checks_free(checks, n);
	return ready ? EXIT_GOOD : EXIT_CANNOT;
}
