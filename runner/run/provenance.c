// SPDX-License-Identifier: GPL-2.0-only
/* What a reader needs to make the same measurements again. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/version.h"
#include "contract/guest-format.h"
#include "result/notes.h"
#include "run/run.h"

static void set_text(json_t *object, const char *key, const char *text)
{
	/* foreign text (a CPU model, a tool's version) may not be UTF-8 */
	json_t *value = json_string(text ? text : "unknown");

	json_object_set_new(object, key, value ? value : json_string("not UTF-8"));
}

/* First line of what @argv prints, or NULL; to be freed. */
static char *first_line(char *const *argv, const char *cwd)
{
	char *output = NULL;
	struct command cmd = { .argv = argv, .cwd = cwd, .output = &output };

	if (command_run(&cmd) || !output) {
		free(output);
		return NULL;
	}
	output[strcspn(output, "\n")] = '\0';
	return output;
}

static void set_version(json_t *object, const char *key, const char *program)
{
	char *line = first_line((char *const[]){ (char *)program, "--version", NULL }, NULL);

	set_text(object, key, line);
	free(line);
}

static void set_describe(json_t *object, const char *root)
{
	char *line = first_line((char *const[]){ "git", "describe", "--always", "--dirty", NULL },
				root);

	set_text(object, "git_describe", line);
	free(line);
}

static void set_host(json_t *object)
{
	char *text, *line;
	size_t length;

	if (!file_read("/proc/cpuinfo", 1 << 20, &text, &length)) {
		line = strstr(text, "model name");
		line = line ? strchr(line, ':') : NULL;
		if (line) {
			line[strcspn(line, "\n")] = '\0';
			set_text(object, "host_cpu", line + 2);
		}
		free(text);
	}
	if (!file_read("/proc/loadavg", 4096, &text, &length)) {
		text[strcspn(text, "\n")] = '\0';
		set_text(object, "host_load", text);
		free(text);
	}
}

static void set_start(json_t *object)
{
	time_t now = time(NULL);
	struct tm tm;
	char stamp[32];

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	set_text(object, "started", stamp);
}

static void set_workload(json_t *object, const struct run *run)
{
	json_t *list = json_array();
	char hash[65];

	set_text(object, "workload", run->workload.name);
	if (!sha256_file(run->workload.path, hash))
		set_text(object, "workload_hash", hash);
	for (size_t i = 0; i < run->options->overrides.n; i++)
		json_array_append_new(list, json_string(run->options->overrides.item[i]));
	for (size_t i = 0; i < run->options->strategies.n; i++)
		json_array_append_new(list, json_sprintf("strategy=%s",
							 run->options->strategies.item[i]));
	json_object_set_new(object, "overrides", list);
}

/* "trace 4711 (traces/storm.txt): SHA-256 of the file" of each that is replayed. */
static void set_traces(json_t *object, const struct workload *workload)
{
	json_t *list = json_array();

	for (size_t i = 0; i < workload->sections; i++) {
		const struct trace *trace = &workload->section[i].trace;

		if (trace->id && workload_trace(workload, trace->id) == trace)
			json_array_append_new(list, json_sprintf("trace %llu (%s): %s",
								 (unsigned long long)trace->id,
								 trace->name, trace->hash));
	}
	if (json_array_size(list))
		json_object_set(object, "traces", list);
	json_decref(list);
}

/* A text of every target: plain when there is one target, else a list in their order. */
static void set_of_targets(json_t *object, const char *key, const struct run *run, size_t offset)
{
	json_t *list = json_array();

	for (size_t i = 0; i < run->targets; i++) {
		const char *text = *(char *const *)((const char *)&run->target[i] + offset);

		json_array_append_new(list, json_string(text ? text : "none"));
	}
	if (run->targets == 1) {
		json_object_set(object, key, json_array_get(list, 0));
		json_decref(list);
	} else {
		json_object_set_new(object, key, list);
	}
}

static void set_targets(json_t *object, const struct run *run)
{
	static const struct {
		const char *key;
		size_t offset;
	} texts[] = {
		{ "kernel_release", offsetof(struct run_target, kernel.release) },
		{ "kernel_source_hash", offsetof(struct run_target, kernel.source_hash) },
		{ "series", offsetof(struct run_target, kernel.series) },
		{ "series_hash", offsetof(struct run_target, kernel.series_hash) },
		{ "config_hash", offsetof(struct run_target, kernel.config_hash) },
		{ "compiler", offsetof(struct run_target, kernel.compiler) },
		{ "module_hash", offsetof(struct run_target, module_hash) },
		{ "image_hash", offsetof(struct run_target, image.hash) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		set_of_targets(object, texts[i].key, run, texts[i].offset);
	/* tarballs have none: then the key is left out */
	for (size_t i = 0; i < run->targets; i++)
		if (run->target[i].kernel.source_commit)
			set_of_targets(object, "kernel_commit", run,
				       offsetof(struct run_target, kernel.source_commit));
}

static const char *fio_version(const struct image *image)
{
	for (size_t i = 0; i < image->from.n; i++)
		if (!strcmp(image->from.item[i].file, PCPB_GUEST_FIO))
			return image->from.item[i].version;
	return NULL;
}

/* True when the ingredient @one is in the images of all targets. */
static bool is_in_all(const struct run *run, const struct ingredient *one)
{
	for (size_t t = 0; t < run->targets; t++) {
		const struct ingredient_list *from = &run->target[t].image.from;
		size_t i = 0;

		while (i < from->n && (strcmp(from->item[i].file, one->file) ||
				       strcmp(from->item[i].hash, one->hash)))
			i++;
		if (i == from->n)
			return false;
	}
	return true;
}

/* What the image is made of; what only one kernel's image has is said to be its own. */
static void set_image(json_t *object, const struct run *run)
{
	json_t *list = json_array();

	for (size_t t = 0; t < run->targets; t++) {
		const struct run_target *target = &run->target[t];

		for (size_t i = 0; i < target->image.from.n; i++) {
			const struct ingredient *one = &target->image.from.item[i];
			bool in_all = is_in_all(run, one);
			json_t *json;

			if (in_all && t)
				continue;
			json = json_object();
			set_text(json, "file", one->file);
			set_text(json, "package", one->package);
			set_text(json, "version", one->version);
			set_text(json, "sha256", one->hash);
			if (!in_all) {
				set_text(json, "kernel", target->kernel.version);
				set_text(json, "series", target->kernel.series);
			}
			json_array_append_new(list, json);
		}
	}
	json_object_set_new(object, "image", list);
}

/* Which steps of the whole run these are: what pcpbench merge puts them together by. */
static void set_shard(json_t *object, const struct run *run)
{
	size_t *place = xcalloc(run->plan.steps * run->targets, sizeof(*place)), n = 0;
	char *text;

	for (size_t g = 0; g < run_guests(run); g++) {
		const struct guest_plan *guest = run_guest_plan(run, g);

		for (size_t i = 0; i < guest->steps; i++)
			place[n++] = g / run->plan.guests * run->plan.whole + guest->step[i].place;
	}
	text = xasprintf("%u/%u", run->options->shard.number, run->options->shard.of);
	set_text(object, "shard", text);
	free(text);
	text = places_text(place, n);
	set_text(object, "shard_steps", text);
	free(text);
	free(place);
	json_object_set_new(object, "all_steps",
			    json_integer((json_int_t)(run->plan.whole * run->targets)));
}

void run_provenance(struct run *run)
{
	json_t *object = run->result.provenance;

	set_targets(object, run);
	set_text(object, "accelerator", run->accel == ACCEL_ICOUNT ? "tcg-icount" :
				       run->accel == ACCEL_KVM ? "kvm" : "tcg-multi");
	set_text(object, "accelerator_reason", run->accel_reason);
	set_version(object, "qemu", "qemu-system-x86_64");
	set_text(object, "fio", fio_version(&run->target[0].image));
	set_image(object, run);
	set_text(object, "pcpbench", PCPBENCH_VERSION);
	set_describe(object, run->root);
	set_workload(object, run);
	set_traces(object, &run->workload);
	set_host(object);
	set_start(object);
	if (run->options->record)
		set_text(object, "recorded", "percpu events of storms");
	if (run->options->shard.of)
		set_shard(object, run);
}

/* One boot in words of the form key=value, like a step's line. */
static json_t *boot_words(const struct run *run, size_t b)
{
	const struct run_boot *boot = &run->boot[b];
	const struct kernel_build *kernel = &run_guest_target(run, boot->guest)->kernel;
	const struct host_wait *wait = &boot->outcome.wait;
	struct str_list words = { 0 };
	char *text;
	json_t *json;

	str_list_addf(&words, "guest=%02zu kernel=%s series=%s boot=%u", b, kernel->version,
		      kernel->series, boot->number);
	if (wait->known)
		str_list_addf(&words, "host_wait_ns=%llu host_run_ns=%llu",
			      (unsigned long long)wait->waited, (unsigned long long)wait->ran);
	if (boot->replaces)
		str_list_addf(&words, "replaces=%u", boot->replaces);
	if (boot->contaminated)
		str_list_add(&words, "contaminated");
	text = str_list_join(&words, " ");
	json = json_string(text);
	free(text);
	str_list_free(&words);
	return json;
}

void run_boots_provenance(struct run *run)
{
	json_t *list = json_array();

	if (run->options->mode == MODE_EXACT) {
		json_decref(list);
		return;
	}
	for (unsigned int turn = 1; turn <= run->turns; turn++)
		for (size_t b = 0; b < run->boots; b++)
			if (run->boot[b].turn == turn)
				json_array_append_new(list, boot_words(run, b));
	json_object_set_new(run->result.provenance, "boot_order", list);
	json_object_set_new(run->result.provenance, "boots",
			    json_integer((json_int_t)run_boots_wanted(run)));
	json_object_set_new(run->result.provenance, "host_wait_limit",
			    json_real(run->options->host_wait_limit));
}

/* Boots are told by their folders, guests/NN. */
static void add_guest(struct str_list *names, size_t at, size_t boot)
{
	char *more = xasprintf("%s %02zu", names->item[at], boot);

	free(names->item[at]);
	names->item[at] = more;
}

/* @texts: each note once; @names: "guest 00 03", where each was seen. */
static void collect_notes(const struct run *run, struct str_list *texts, struct str_list *names)
{
	for (size_t b = 0; b < run->boots; b++) {
		const struct str_list *notes = &run->boot[b].outcome.notes;

		for (size_t i = 0; i < notes->n; i++) {
			size_t at = 0;

			while (at < texts->n && strcmp(texts->item[at], notes->item[i]))
				at++;
			if (at == texts->n) {
				str_list_add(texts, notes->item[i]);
				str_list_add(names, "guest");
			}
			add_guest(names, at, b);
		}
	}
}

void run_console_notes(struct run *run)
{
	struct str_list texts = { 0 }, names = { 0 }, notes = { 0 };

	collect_notes(run, &texts, &names);
	for (size_t i = 0; i < texts.n; i++) {
		str_list_addf(&notes, "%s: %s", names.item[i], texts.item[i]);
		diag_warn("%s", notes.item[i]);
	}
	notes_set(&run->result, &notes);
	str_list_free(&notes);
	str_list_free(&names);
	str_list_free(&texts);
}
