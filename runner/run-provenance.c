// SPDX-License-Identifier: GPL-2.0-only
/* What a reader needs to make the same measurements again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "fsutil.h"
#include "run.h"
#include "subprocess.h"

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

void run_provenance(struct run *run)
{
	json_t *object = run->result.provenance;

	set_text(object, "kernel_release", run->kernel.release);
	set_text(object, "kernel_source_hash", run->kernel.source_hash);
	set_text(object, "series", run->kernel.series);
	set_text(object, "series_hash", run->kernel.series_hash);
	set_text(object, "config_hash", run->kernel.config_hash);
	set_text(object, "compiler", run->kernel.compiler);
	set_text(object, "module_hash", run->module_hash);
	set_text(object, "image_hash", run->image_hash);
	set_text(object, "accelerator", run->accel == ACCEL_ICOUNT ? "tcg-icount" :
				       run->accel == ACCEL_KVM ? "kvm" : "tcg-multi");
	set_text(object, "accelerator_reason", run->accel_reason);
	set_version(object, "qemu", "qemu-system-x86_64");
	set_version(object, "fio", "fio");
	set_text(object, "pcpbench", PCPBENCH_VERSION);
	set_describe(object, run->root);
	set_workload(object, run);
	set_host(object);
	set_start(object);
}
