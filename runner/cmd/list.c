// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench list: what can be asked for. */
#include <argp.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/exit-status.h"
#include "cmd/commands.h"
#include "kernel/build.h"
#include "kernel/needs.h"
#include "output/format.h"
#include "workload/plan.h"
#include "workload/workload.h"

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = state->input;
		return 0;
	}
	if (key == ARGP_KEY_ARG) {
		argp_failure(state, EXIT_CANNOT, 0, "unexpected argument: '%s'", arg);
		return EINVAL;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp cmd_list_argp = {
	NULL, take_option, NULL,
	"Lists strategies, scenarios, contexts, parameters, workloads and kernels.", format_children, NULL, NULL,
};

static json_t *list_strategies(void)
{
	static const char *const class_names[] = {
		[RIVAL] = "rival",
		[REFERENCE] = "reference",
		[FLOOR] = "floor",
		[PROOF] = "proof",
	};
	json_t *array = json_array();

	for (const struct strategy_info *s = strategy_info; s->name; s++)
		json_array_append_new(array, json_pack("{ss ss ss}", "name", s->name, "class",
						       class_names[s->class],
						       "summary", s->summary));
	return array;
}

static const char *scenario_class(const struct scenario_info *s)
{
	static const char *const names[] = {
		[MODULE] = "module",
		[STORM] = "storm",
		[AGENT] = "agent",
	};

	return s->own_driver ? "driver" : names[s->runs];
}

static json_t *list_scenarios(void)
{
	json_t *array = json_array();

	for (const struct scenario_info *s = scenario_info; s->name; s++)
		json_array_append_new(array, json_pack("{ss ss ss}", "name", s->name, "class",
						       scenario_class(s),
						       "summary", s->summary));
	return array;
}

static json_t *list_contexts(void)
{
	json_t *array = json_array();

	for (const char *const *name = context_names; *name; name++)
		json_array_append_new(array, json_string(*name));
	return array;
}

static json_t *list_params(const struct param_info *param_info, int n)
{
	json_t *array = json_array();

	for (int p = 0; p < n; p++)
		json_array_append_new(array,
				      json_pack("{ss ss ss sI sI sI ss}", "name", param_info[p].name,
						"owners", param_info[p].owners ?
							  param_info[p].owners : "",
						"unit", param_info[p].unit, "lowest",
						(json_int_t)param_info[p].lowest, "highest",
						(json_int_t)param_info[p].highest, "default",
						(json_int_t)param_info[p].preset, "summary",
						param_info[p].what));
	return array;
}

/* Areas that a step of the module's asks for, or so, but for those that stay alive. */
static uint64_t operations(const struct workload *workload, const struct step *step)
{
	const struct trace *trace = workload_trace(workload, step->param[PARAM_trace]);

	return (trace ? trace->allocs : step->param[PARAM_count]) * step->param[PARAM_rounds];
}

static double step_seconds(const struct workload *workload, const struct step *step)
{
	const double least = 0.1, storm_io = 0.0002, operation = 0.0001, live_area = 0.00003;
	const uint64_t *param = step->param;

	if (scenario_find(step->scenario)->runs == STORM)
		return storm_io * (double)(param[PARAM_jobs] * param[PARAM_disks] *
					   param[PARAM_ios_per_disk]);
	return least + operation * (double)operations(workload, step) +
	       (strcmp(step->scenario, "live-set") ? 0 : live_area * (double)param[PARAM_live]);
}

/*
 * Seconds that a plan takes in exact mode once all is built, on two cores that
 * have nothing else to do: what was measured of a boot, of a storm's I/Os and of
 * other steps, to a factor of two. Guests run side by side, one per core.
 */
static json_int_t estimated_seconds(const struct workload *workload, const struct plan *plan)
{
	const double boot = 2, cores = 2;
	double seconds = 0;

	for (size_t g = 0; g < plan->guests; g++) {
		seconds += boot;
		for (size_t i = 0; i < plan->guest[g].steps; i++)
			seconds += step_seconds(workload, &plan->guest[g].step[i]);
	}
	return (json_int_t)(seconds / cores + 0.5);
}

/* NULL when one of the tracked workloads is broken; the message is out then. */
static json_t *list_workloads(const char *root)
{
	json_t *array = json_array();
	struct str_list names = { 0 };

	workload_names(&names, root);
	for (size_t i = 0; i < names.n && array; i++) {
		struct workload workload;
		struct plan plan;

		if (workload_load(&workload, root, names.item[i], NULL)) {
			json_decref(array);
			array = NULL;
			break;
		}
		plan_make(&plan, &workload);
		json_array_append_new(array, json_pack("{ss ss sI sI sI sI}", "name", workload.name,
						       "summary",
						       workload.description ? workload.description : "",
						       "cpus", (json_int_t)workload.guest[GUEST_cpus], "guests",
						       (json_int_t)plan.guests, "steps",
						       (json_int_t)plan.steps, "estimated_seconds",
						       estimated_seconds(&workload, &plan)));
		plan_free(&plan);
		workload_free(&workload);
	}
	str_list_free(&names);
	return array;
}

static json_t *list_kernels(const char *root)
{
	json_t *array = json_array();
	struct str_list versions = { 0 };

	series_versions(&versions, root);
	for (size_t i = 0; i < versions.n; i++)
		json_array_append_new(array, json_string(versions.item[i]));
	str_list_free(&versions);
	return array;
}

/* Adds what Linux @version with @series (NULL: none) cannot do. */
static void add_skipped(json_t *array, const char *version, const struct series *series)
{
	for (const struct strategy_info *s = strategy_info; s->name; s++) {
		const char *reason = kernel_lacks(version, series, s->name);

		if (reason)
			json_array_append_new(array, json_pack("{ss ss ss ss}", "kernel", version,
							       "series",
							       series ? series->name : "none",
							       "strategy", s->name, "reason",
							       reason));
	}
}

/* Per kernel, as its own series leaves it and as it is without. NULL after a message. */
static json_t *list_skipped(const char *root)
{
	struct str_list versions = { 0 };
	json_t *array = json_array();

	series_versions(&versions, root);
	for (size_t i = 0; i < versions.n && array; i++) {
		char *folder = xasprintf("%s/patches/%s", root, versions.item[i]);
		struct series series = { 0 };

		if (series_load(&series, folder, SERIES_OWN)) {
			json_decref(array);
			array = NULL;
		} else {
			add_skipped(array, versions.item[i], &series);
			add_skipped(array, versions.item[i], NULL);
		}
		series_free(&series);
		free(folder);
	}
	str_list_free(&versions);
	return array;
}

#define NAME_WIDTH 14

/* A table of names and what they stand for, below @title. */
static struct doc_table *add_names(struct document *doc, const char *title, const char *what)
{
	struct doc_head *head = doc_head(doc);

	head->is_plain = true;
	doc_column(head, ALIGN_LEFT, "name")->width = NAME_WIDTH;
	doc_column(head, ALIGN_LEFT, what);
	doc_heading(doc, 2, title);
	return doc_table(doc, head);
}

static const char *text_at(const json_t *item, const char *key)
{
	return json_string_value(json_object_get(item, key));
}

static long long number_at(const json_t *item, const char *key)
{
	return (long long)json_integer_value(json_object_get(item, key));
}

static void add_skipped_strategies(struct document *doc, const json_t *array)
{
	struct doc_table *table = add_names(doc,
		"Strategies that are skipped for want of the kernel's support", "reason");
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		struct doc_row *row = doc_row(table);

		doc_cell(row, text_at(item, "strategy"));
		doc_cellf(row, "on Linux %s, series %s: %s", text_at(item, "kernel"),
			  text_at(item, "series"), text_at(item, "reason"));
	}
}

/* What is told of a class behind the summary; "" where that is the usual one. */
static const char *class_in_words(const char *class)
{
	static const struct {
		const char *class, *words;
	} names[] = {
		{ "floor", " [floor]" }, { "reference", " [reference]" },
		{ "proof", " [proof of the suite]" }, { "storm", " [fio]" },
		{ "driver", " [own driver]" },
	};

	for (size_t i = 0; class && i < ARRAY_SIZE(names); i++)
		if (!strcmp(class, names[i].class))
			return names[i].words;
	return "";
}

static void add_summaries(struct document *doc, const char *title, const json_t *array)
{
	struct doc_table *table = add_names(doc, title, "summary");
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		struct doc_row *row = doc_row(table);

		doc_cell(row, text_at(item, "name"));
		doc_cellf(row, "%s%s", text_at(item, "summary"),
			  class_in_words(text_at(item, "class")));
	}
}

static void add_params(struct document *doc, const char *title, const json_t *array)
{
	struct doc_table *table = add_names(doc, title, "summary");
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		struct doc_row *row = doc_row(table);
		const char *owners = text_at(item, "owners");

		doc_cell(row, text_at(item, "name"));
		doc_cellf(row, "%s%s%s (%lld to %lld%s%s; %lld)", owners, *owners ? ": " : "",
			  text_at(item, "summary"), number_at(item, "lowest"), number_at(item, "highest"),
			  *text_at(item, "unit") ? " " : "", text_at(item, "unit"),
			  number_at(item, "default"));
	}
}

static void add_workloads(struct document *doc, const json_t *array)
{
	struct doc_table *table = add_names(doc,
		"Workloads (time on two cores in exact mode, once all is built)", "summary");
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		struct doc_row *row = doc_row(table);

		doc_cell(row, text_at(item, "name"));
		doc_cellf(row, "%s (%lld steps in %lld guests, about %lld s)",
			  text_at(item, "summary"), number_at(item, "steps"),
			  number_at(item, "guests"), number_at(item, "estimated_seconds"));
	}
}

static void add_words(struct document *doc, const char *title, const json_t *array)
{
	struct str_list words = { 0 };
	const json_t *item;
	char *joined;
	size_t i;

	json_array_foreach(array, i, item)
		str_list_add(&words, json_string_value(item));
	joined = str_list_join(&words, " ");
	doc_line(doc, 0, "%s: %s", title, joined);
	free(joined);
	str_list_free(&words);
}

/* Takes over @all. */
static void list_document(struct document *doc, json_t *all)
{
	document_init(doc, "list", "What can be asked for");
	add_summaries(doc, "Strategies", json_object_get(all, "strategies"));
	add_skipped_strategies(doc, json_object_get(all, "skipped"));
	add_summaries(doc, "Scenarios", json_object_get(all, "scenarios"));
	add_params(doc, "Parameters of a step, and whose: all who make requests, or these scenarios or strategies (lowest to highest; default)",
		   json_object_get(all, "parameters"));
	add_params(doc, "Parameters of its guest (lowest to highest; default)",
		   json_object_get(all, "guest_parameters"));
	add_workloads(doc, json_object_get(all, "workloads"));
	add_words(doc, "Contexts", json_object_get(all, "contexts"));
	add_words(doc, "Kernels with a series", json_object_get(all, "kernels"));
	doc_set_data(doc, all, JSON_INDENT(2) | JSON_SORT_KEYS);
}

int cmd_list(int argc, char **argv)
{
	const char *root = checkout_root();
	struct format_choice choice = { .format = &formats[FORMAT_text] };
	json_t *all, *workloads, *skipped;
	struct document doc;
	int failed;

	if (argp_parse(&cmd_list_argp, argc, argv, 0, NULL, &choice))
		return EXIT_CANNOT;
	workloads = list_workloads(root);
	skipped = workloads ? list_skipped(root) : NULL;
	if (!skipped) {
		json_decref(workloads);
		return EXIT_CANNOT;
	}
	all = json_pack("{so so so so so so so so}", "strategies", list_strategies(), "scenarios",
			list_scenarios(), "contexts", list_contexts(), "parameters",
			list_params(param_info, PARAM_COUNT),
			"guest_parameters",
			list_params(guest_param_info, GUEST_PARAM_COUNT),
			"workloads", workloads, "kernels", list_kernels(root), "skipped", skipped);
	list_document(&doc, all);
	failed = document_print(&doc, &choice);
	document_free(&doc);
	return failed ? EXIT_CANNOT : EXIT_GOOD;
}
