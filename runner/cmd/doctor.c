// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench doctor: what this machine has and lacks for a run. */
#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/checkout.h"
#include "base/exit-status.h"
#include "cmd/commands.h"
#include "cmd/doctor-checks.h"
#include "output/format.h"

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = state->input;
		return 0;
	case ARGP_KEY_ARG:
		argp_failure(state, EXIT_CANNOT, 0, "unexpected argument: '%s'", arg);
		return EXIT_CANNOT;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp cmd_doctor_argp = {
	NULL, take_option, NULL,
	"Says what this machine has and lacks for a run: programs, kernel sources, room, modes.\v"
	"Exit status: 0 a run can work; 2 something that it needs is missing.", format_children, NULL, NULL,
};

static const char *const state_words[] = {
	[CHECK_GOOD] = "good",
	[CHECK_NOTE] = "note",
	[CHECK_MISSING] = "missing",
};

/* What each state is called in a table, and what a program that counts tests makes of it. */
static const struct doc_outcome state_outcomes[] = {
	[CHECK_GOOD] = { MARK_GOOD, "ok", "ok" },
	[CHECK_NOTE] = { MARK_GOOD, "note", "note" },
	[CHECK_MISSING] = { MARK_BAD, "MISSING", "missing" },
};

static json_t *to_json(const struct check *checks, size_t n, bool ready)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, json_pack("{ss ss ss* ss*}", "name", checks[i].name,
						       "state", state_words[checks[i].state],
						       "found", checks[i].found,
						       "advice", checks[i].advice));
	return json_pack("{sb so}", "ready", ready, "checks", array);
}

static void add_check(struct document *doc, struct doc_table *table, const struct check *check)
{
	const struct doc_outcome *outcome = &state_outcomes[check->state];
	struct doc_row *row = doc_row(table);
	char *text = check->advice ? xasprintf("%s; %s", check->found, check->advice) :
				     xstrdup(check->found);

	row->mark = outcome->mark;
	doc_cell(row, check->name);
	doc_cell(row, outcome->word);
	doc_cell(row, check->found);
	if (check->advice)
		str_list_addf(&row->notes, "-> %s", check->advice);
	doc_check(doc, outcome, "this machine", check->name, text, NULL);
	free(text);
}

static void doctor_document(struct document *doc, const struct check *checks, size_t n, bool ready)
{
	struct doc_head *head;
	struct doc_table *table;

	document_init(doc, "doctor", "What this machine has and lacks for a run");
	doc_set_verdict(doc, ready ? MARK_GOOD : MARK_BAD, ready ? "ready" : "something is missing");
	doc_set_data(doc, to_json(checks, n, ready), JSON_INDENT(2));
	head = doc_head(doc);
	head->is_plain = true;
	doc_column(head, ALIGN_LEFT, "what")->width = 17;
	doc_column(head, ALIGN_LEFT, "state")->width = 7;
	doc_column(head, ALIGN_LEFT, "found");
	table = doc_table(doc, head);
	for (size_t i = 0; i < n; i++)
		add_check(doc, table, &checks[i]);
}

int cmd_doctor(int argc, char **argv)
{
	struct format_choice choice = { .format = &formats[FORMAT_text] };
	struct check checks[CHECKS_MAX];
	struct document doc;
	bool ready = true;
	int failed;
	size_t n;

	if (argp_parse(&cmd_doctor_argp, argc, argv, 0, NULL, &choice))
		return EXIT_CANNOT;
	n = doctor_checks(checks, checkout_root());
	for (size_t i = 0; i < n; i++)
		if (checks[i].state == CHECK_MISSING)
			ready = false;
	doctor_document(&doc, checks, n, ready);
	failed = document_print(&doc, &choice);
	document_free(&doc);
	doctor_checks_free(checks, n);
	return ready && !failed ? EXIT_GOOD : EXIT_CANNOT;
}
