// SPDX-License-Identifier: GPL-2.0-only
/* The recorded trace of a section of scenario `trace`. */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "contract/trace-format.h"
#include "workload/workload.h"

const struct trace *workload_trace(const struct workload *workload, uint64_t id)
{
	for (size_t i = 0; i < workload->sections; i++)
		if (id && workload->section[i].trace.id == id)
			return &workload->section[i].trace;
	return NULL;
}

char *workload_set_trace(const struct workload *workload, struct workload_section *section,
			 const char *value)
{
	const char *slash = strrchr(workload->path, '/');
	char *path, *wrong, *error = NULL;

	if (!*value)
		return xstrdup("trace names no file");
	path = xasprintf("%.*s%s", *value == '/' || !slash ? 0 :
			 (int)(slash + 1 - workload->path), workload->path, value);
	trace_free(&section->trace);
	wrong = trace_read(&section->trace, path);
	if (wrong)
		error = xasprintf("trace %s: %s", path, wrong);
	else
		section->trace.name = xstrdup(value);
	free(wrong);
	free(path);
	return error;
}

static void set_one(struct value_list *list, uint64_t value)
{
	free(list->value);
	list->value = xcalloc(1, sizeof(*list->value));
	list->value[0] = value;
	list->n = 1;
}

/* The largest size and the strictest alignment of all that @trace asks for. */
static struct pcpb_trace_class largest(const struct trace *trace)
{
	const char *at = (const char *)trace->program + sizeof(struct pcpb_trace_header);
	struct pcpb_trace_class all = { 0 };

	for (size_t i = 0; i < trace->classes; i++) {
		struct pcpb_trace_class class;

		memcpy(&class, at + i * sizeof(class), sizeof(class));
		if (class.size > all.size)
			all.size = class.size;
		if (class.align > all.align)
			all.align = class.align;
	}
	return all;
}

static char *check_list(const struct value_list *list, const char *key, uint64_t least)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->value[i] < least)
			return xasprintf("%s = %llu is less than the %llu that the trace asks for",
					 key, (unsigned long long)list->value[i],
					 (unsigned long long)least);
	return NULL;
}

char *workload_finish_trace(struct workload_section *section)
{
	struct value_list *size = &section->param[PARAM_size];
	struct value_list *align = &section->param[PARAM_align];
	bool replays = !strcmp(section->scenario->name, "trace");
	struct pcpb_trace_class all;
	char *error;

	if (!replays && !section->trace.id)
		return NULL;
	if (!replays)
		return xstrdup("a trace is for scenario trace");
	if (!section->trace.id)
		return xstrdup("no trace to replay: name its file with trace =");
	all = largest(&section->trace);
	set_one(&section->param[PARAM_trace], section->trace.id);
	if (!size->n)
		set_one(size, all.size);
	if (!align->n)
		set_one(align, all.align);
	error = check_list(size, "area_size", all.size);
	return error ? error : check_list(align, "align", all.align);
}

void workload_warn_of_traces(const struct workload *workload)
{
	for (size_t i = 0; i < workload->sections; i++) {
		const struct trace *trace = &workload->section[i].trace;

		if (trace->old_frees && workload_trace(workload, trace->id) == trace)
			diag_warn("[%s] trace %s: %zu of %zu frees are of areas from before the recording, and left out; the first is in line %u",
				  workload->section[i].label, trace->name, trace->old_frees,
				  trace->old_frees + trace->frees, trace->old_line);
	}
}
