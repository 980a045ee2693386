// SPDX-License-Identifier: GPL-2.0-only
/* Recorded traces: the three recorders' lines, the pairing, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/fsutil.h"
#include "base/util.h"
#include "contract/trace-format.h"
#include "lib-capture.h"
#include "lib-scratch.h"
#include "workload/plan.h"
#include "workload/trace-line.h"
#include "workload/trace-program.h"
#include "workload/workload.h"

#define ALLOC(at, size, ptr) \
	"fio-1 [000] " at ": percpu_alloc_percpu: is_atomic=1 size=" size " align=8 ptr=" ptr "\n"
#define FREE(at, ptr) "fio-1 [000] " at ": percpu_free_percpu: ptr=" ptr "\n"

static void takes(struct trace *trace, const char *text)
{
	char *error = trace_parse(trace, text, strlen(text));

	if (error)
		fail_msg("refused: %s", error);
}

static void refuses_bytes(const char *text, size_t length, const char *says)
{
	struct trace trace;
	char *error = trace_parse(&trace, text, length);

	assert_non_null(error);
	if (!strstr(error, says))
		fail_msg("expected '%s' in: %s", says, error);
	assert_null(trace.program);
	free(error);
}

static void refuses(const char *text, const char *says)
{
	refuses_bytes(text, strlen(text), says);
}

static uint32_t op(const struct trace *trace, size_t i)
{
	uint32_t value;

	memcpy(&value, (const char *)trace->program + sizeof(struct pcpb_trace_header) +
	       trace->classes * sizeof(struct pcpb_trace_class) + i * sizeof(value), sizeof(value));
	return value;
}

/* 6.1 and 6.12, three recorders: one alloc that may sleep, of 16 bytes. */
static void test_lines(void **state)
{
	static const char *const lines[] = {
		"            fio-97      [001] d..1.     2.345678: percpu_alloc_percpu: call_site=mm_init+0x1d1/0x2d0 reserved=0 is_atomic=0 size=16 align=4 base_addr=ffff888029e2d000 off=18416 ptr=00000000000317f0 bytes_alloc=64 gfp_flags=GFP_KERNEL|__GFP_NOWARN",
		"             fio-97    [001]     2.345678: percpu_alloc_percpu:  reserved=0 is_atomic=0 size=16 align=4 base_addr=0xffff888029e2d000 off=8 ptr=0x317f0",
		"my job  3117 [001]     2.345678000: percpu:percpu_alloc_percpu: reserved=0 is_atomic=0 size=16 align=4 base_addr=0xffff888029e2d000 off=8 ptr=0x317F0",
	};
	struct trace_event event;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *error = trace_line_parse(lines[i], &event);

		assert_null(error);
		assert_int_equal(event.kind, TRACE_ALLOC);
		assert_int_equal(event.time_ns, 2345678000);
		assert_int_equal(event.pointer, 0x317f0);
		assert_int_equal(event.size, 16);
		assert_int_equal(event.align, 4);
		assert_true(event.may_sleep);
	}
	assert_null(trace_line_parse("fio-1 [000] 1.000000: sched_switch: a ==> b", &event));
	assert_int_equal(event.kind, TRACE_OTHER);
	assert_null(trace_line_parse("cpus=4", &event));
	assert_int_equal(event.kind, TRACE_NOTHING);
	assert_null(trace_line_parse("# entries-in-buffer/entries-written: 7/7   #P:4", &event));
}

/*
 * The output of the tools, recorded from Linux 6.12, trace-cmd 3.1.6 and perf
 * 6.1: data/traces. One of the commands is named "a 1.250: [b]" and a newline.
 */
static void test_recorders(void **state)
{
	static const struct {
		const char *name;
		size_t allocs, frees;
	} recorded[] = {
		{ "tracefs", 7, 2 },
		{ "tracefs-tgid", 2, 0 },
		{ "tracefs-latency", 7, 2 },
		{ "tracefs-latency-verbose", 7, 2 },
		{ "tracefs-counter", 2, 0 },
		{ "tracefs-latency-counter", 2, 0 },
		{ "tracefs-tsc", 3, 0 },
		{ "tracefs-latency-tsc", 3, 0 },
		{ "tracefs-stacks", 3, 0 },
		{ "tracefs-function", 2, 0 },
		{ "trace-cmd", 9, 0 },
		{ "trace-cmd-empty-cpus", 2, 2 },
		{ "trace-cmd-t", 9, 0 },
		{ "trace-cmd-l", 9, 0 },
		{ "trace-cmd-R", 9, 0 },
		{ "trace-cmd-ts-diff", 9, 0 },
		{ "trace-cmd-verbose", 5, 0 },
		{ "trace-cmd-stacks", 3, 0 },
		{ "trace-cmd-counter", 9, 0 },
		{ "trace-cmd-tsc", 9, 0 },
		{ "trace-cmd-date", 9, 0 },
		{ "perf", 3, 0 },
		{ "perf-pid-tid", 4, 0 },
		{ "perf-time-only", 1, 0 },
		{ "perf-period", 4, 0 },
		{ "perf-ip-sym", 4, 0 },
		{ "perf-ns", 4, 0 },
		{ "perf-reltime", 4, 0 },
		{ "perf-misc", 4, 0 },
		{ "perf-header", 3, 0 },
		{ "perf-task", 3, 0 },
		{ "perf-rounds", 3, 0 },
		{ "perf-mixed", 2, 0 },
		{ "perf-mixed-task", 3, 0 },
		{ "perf-sampling", 2, 2 },
		{ "perf-chains", 2, 0 },
		{ "perf-chains-frees", 2, 2 },
		{ "perf-chains-short", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		char *path = xasprintf("tests/host/data/traces/%s.txt", recorded[i].name);
		char *text, *crlf, *at;
		struct trace trace, other;
		size_t length;

		assert_int_equal(file_read(path, 1 << 20, &text, &length), 0);
		print_message("%s\n", recorded[i].name);
		takes(&trace, text);
		assert_int_equal(trace.allocs, recorded[i].allocs);
		assert_int_equal(trace.frees, recorded[i].frees);
		/* the same from a serial console */
		crlf = at = xcalloc(2 * length + 1, 1);
		for (size_t k = 0; k < length; k++) {
			if (text[k] == '\n')
				*at++ = '\r';
			*at++ = text[k];
		}
		takes(&other, crlf);
		assert_true(other.id == trace.id);
		trace_free(&other);
		trace_free(&trace);
		free(crlf);
		free(text);
		free(path);
	}
}

/* Names of commands, and other lines that stand between the events. */
static void test_between(void **state)
{
#define EVENT ": percpu_alloc_percpu: is_atomic=1 size=8 align=8 ptr=10\n"
	static const char *const texts[] = {
		"1.250: 7-12 [000] 9.000001" EVENT,
		"a-1 [000] 5: -12 [000] d..1. 9.000001" EVENT,
		"percpu_free: x-12 [000] 9.000001" EVENT,
		"CPU:1 [LOST 1 -12 [000] 9.000001" EVENT,
		"<...>-12 (-----) [000] 9.000001" EVENT,
		"guest.dat: cpus=4\nguest.dat: CPU 2 is empty\nguest.dat:  x-12 [000] 9.000001" EVENT,
		"[    9.000001] percpu_alloc_percpu: is_atomic=1 size=8 align=8 ptr=10\n",
		"x-12 [000] ..... 9.0001: tracing_mark_write: a\ntext of three\nlines\nx-12 [000] 9.000001" EVENT,
		"x-12 [000] ..... 9.0001: tracing_mark_write: percpu_free_percpu: ptr=10\nx-12 [000] 9.000001" EVENT,
		"x-12 [000] 9.000001: <user stack trace>\n =>  <00007f12>\nx-12 [000] 9.000001" EVENT,
		"x 12 [000] 9.000001: 1 cycles:P:\n\t0 [unknown] ([unknown])\n\nx-12 [000] 9.000001" EVENT,
		"x 12 [000] 9.000001: PERF_RECORD_SWITCH_CPU_WIDE OUT next pid/tid: 0/0\nx-12 [000] 9.000001" EVENT,
	};
	struct trace trace;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		print_message("%s", texts[i]);
		takes(&trace, texts[i]);
		assert_int_equal(trace.allocs, 1);
		assert_int_equal(trace.frees, 0);
		trace_free(&trace);
	}
}

/*
 * A trace that cannot be read gets a message with the cause and the way out;
 * lost events are told.
 */
static void test_foreign(void **state)
{
	static const struct {
		const char *text, *says;
	} foreign[] = {
		{ "CPU:2 [LOST 12 EVENTS]\n", "lost events" },
		{ "CPU:2 [LOST EVENTS]\n", "lost events" },
		{ "CPU:0 [87 EVENTS DROPPED]\n", "lost events" },
		{ "guest.dat: CPU:0 [87 EVENTS DROPPED]\n", "lost events" },
		{ "CPU 0: 3464 events lost\n", "lost events" },
		{ "perf   537 [001]   229.873947: PERF_RECORD_LOST lost 46\n", "lost events" },
		{ "perf   537 [001]   229.873947: PERF_RECORD_LOST_SAMPLES lost 4\n", "lost events" },
		{ "Processed 41477 events and lost 42 chunks!\n", "lost events" },
		{ "LOST 5 events!\n", "lost events" },
		{ "Lost 5 events\n", "lost events" },
		{ "##### CPU 1 buffer started ####\n", "overwrote" },
		{ "# latency: 0 us, #4/9, CPU#0 | (M:server VP:0, KP:0, SP:0 HP:0 #P:4)\n", "overwrote" },
		{ "percpu_free_percpu: base_addr=0 off=1 ptr=10\n", "perf script -F +time" },
		{ "     percpu:percpu_free_percpu: base_addr=0 off=1 ptr=10\n", "options/context-info" },
		{ "call_site=mm_init+0x268 reserved=0 is_atomic=0 size=16 align=8 ptr=10\n", "+event" },
		{ "x 1 [000] 1.000001:      percpu:percpu_alloc_percpu: \n", "-F +trace" },
		{ " 1)               |  /* percpu_free_percpu: ptr=10 */\n", "function_graph" },
		{ " 1) + 99.839 us   |    pcpu_alloc_area();\n", "function_graph" },
		{ " 1)               |  pcpu_alloc_noprof() {\n", "function_graph" },
		{ "     7.215 mkdir/578 percpu:percpu_alloc_percpu(call_site: -1, size: 8)\n", "perf trace" },
		{ "1 1 6947324111 type: 615\n", "options/raw" },
		{ "0x428@p.data [0x38]: event: 79\n", "without -D" },
		{ "Attaching 3 probes...\n", "bpftrace" },
		{ "@[kworker/0:1]: 12\n", "bpftrace" },
		{ "    14.85%   0.00%  swapper        [k] pv_native_safe_halt\n", "a summary" },
		{ "some words that nobody traced\n", "no time stamp" },
		{ "half a name\n\n", "line 1: no time stamp" },
		{ "half a name\n", "line 1: no time stamp" },
		{ "half a name\nx-12 [000] 9.000001" EVENT, "line 1: no time stamp" },
		{ "x-12 [000] 9.000002" EVENT "x-12 [000] 9.000001" EVENT, "line 2: its time is before that of line 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
		refuses(foreign[i].text, foreign[i].says);
#undef EVENT
}

/* An address that is used again is another alloc; a failed one is never freed. */
static void test_pairing(void **state)
{
	struct trace trace;

	(void)state;
	takes(&trace, "# head\n" ALLOC("1.000001", "120", "10") ALLOC("1.000002", "8", "20")
	      FREE("1.000003", "10") ALLOC("1.000003", "8", "10")
	      "fio-1 [000] 1.000004: percpu_alloc_percpu_fail: reserved=0 is_atomic=0 size=120 align=8\n"
	      FREE("1.000005", "10") FREE("1.000006", "0x20"));
	assert_int_equal(trace.allocs, 4);
	assert_int_equal(trace.frees, 3);
	assert_int_equal(trace.classes, 2);
	assert_int_equal(trace.live_peak, 3);
	assert_int_equal(trace.failed, 1);
	assert_int_equal(trace.sleepable, 1);
	assert_int_equal(op(&trace, 0), 0);
	assert_int_equal(op(&trace, 1), 1);
	assert_int_equal(op(&trace, 2), PCPB_TRACE_FREE | 0);
	assert_int_equal(op(&trace, 3), 1);
	assert_int_equal(op(&trace, 4), PCPB_TRACE_MAY_SLEEP | 0);
	assert_int_equal(op(&trace, 5), PCPB_TRACE_FREE | 2);
	assert_int_equal(op(&trace, 6), PCPB_TRACE_FREE | 1);
	trace_free(&trace);
}

/* The digest of a trace is that of what is replayed, not of how it was written down. */
static void test_id(void **state)
{
	struct trace a, b, c;

	(void)state;
	takes(&a, ALLOC("1.000001", "8", "10") FREE("1.000002", "10"));
	takes(&b, "# another day\n" ALLOC("7.000001", "8", "0xabc0") FREE("7.000002", "0xabc0"));
	takes(&c, ALLOC("1.000001", "16", "10") FREE("1.000002", "10"));
	assert_true(a.id == b.id);
	assert_true(a.id != c.id && a.id && a.id < (uint64_t)1 << 60);
	assert_string_not_equal(a.hash, b.hash);
	trace_free(&a);
	trace_free(&b);
	trace_free(&c);
}

static void test_refusals(void **state)
{
	(void)state;
	refuses("", "no alloc in it");
	refuses("# nothing\n\n", "no alloc in it");
	refuses(FREE("1.000001", "10"), "no alloc in it");
	refuses(ALLOC("1.000001", "8", "10") FREE("1.000002", "20"),
		"line 2: a free without its alloc");
	refuses(ALLOC("1.000001", "8", "10") ALLOC("1.000002", "8", "10"),
		"line 2: an alloc of 0x10, which is live since line 1");
	refuses(ALLOC("1.000001", "8", "10") FREE("1.000002", "10") FREE("1.000003", "10"),
		"line 3: a free of 0x10, which line 2 freed already");
	refuses(ALLOC("1.000002", "8", "10") ALLOC("1.000001", "8", "20"),
		"line 2: its time is before that of line 1");
	refuses(ALLOC("1.000001", "0", "10"), "line 1: size=0 is no number from 1 to 32768");
	refuses(ALLOC("1.000001", "32769", "10"), "size=32769 is no number");
	refuses(ALLOC("1.000001", "99999999999999999999", "10"), "is no number");
	refuses(ALLOC("1.000001", "-8", "10"), "size=-8 is no number");
	refuses(ALLOC("1.000001", "8", "(null)"), "ptr=(null) is no pointer");
	refuses(ALLOC("1.000001", "8", "0"), "ptr=0 is no pointer");
	refuses(ALLOC("1.000001", "8", "12345678901234567"), "is no pointer");
	refuses("fio-1 [000] 1.000001: percpu_alloc_percpu: is_atomic=1 size=8 align=24 ptr=10\n",
		"align=24 is not a power of two");
	refuses("fio-1 [000] 1.000001: percpu_alloc_percpu: is_atomic=2 size=8 align=8 ptr=10\n",
		"is_atomic=2 is no number from 0 to 1");
	refuses("# entries-in-buffer/entries-written: 100/250   #P:4\n" ALLOC("1.000001", "8", "10"),
		"line 1: the recorder overwrote events");
	refuses(ALLOC("1.000001", "8", "10") "CPU:1 [LOST 12 EVENTS]\n", "line 2: the recorder lost");
}

/* Wherever a line is cut, it is told: no half line is taken for a whole one. */
static void test_cut_short(void **state)
{
	static const char line[] = ALLOC("1.000001", "8", "10");

	(void)state;
	for (size_t n = 1; n < sizeof(line) - 1; n++) {
		char *text = xasprintf("%.*s", (int)n, line);

		refuses(text, "line 1: no newline at its end");
		free(text);
	}
	refuses("fio-1 [000] 1.000001: percpu_alloc_percpu: is_atomic=1 size=8 align=8\n",
		"line 1: percpu_alloc_percpu without ptr=");
	refuses("fio-1 [000] 1.000001: percpu_alloc_percpu: is_ato\n", "without is_atomic=");
	refuses("fio-1 [000] 1.000001: percpu_al\n", "no event's name");
	refuses("fio-1 [000] 1.00\n", "no time stamp");
	refuses("fio-1 [000] 1.000001:\n", "no event's name");
	refuses_bytes("fio-1\0 [000]\n", 13, "line 1: a NUL byte");
}

static void test_bounds(void **state)
{
	const size_t many = PCPB_TRACE_OPS_MAX + 1;
	char *text = xcalloc(many, 100), *at = text;
	char *line = xcalloc(TRACE_LINE_MAX + 2, 1);

	(void)state;
	for (size_t i = 1; i <= many; i++)
		at += sprintf(at, "a-1 1.000: percpu_alloc_percpu: is_atomic=1 size=8 align=8 ptr=%zx\n",
			      8 * i);
	refuses(text, "line 200001: more than 200000 allocs and frees");
	at = text;
	for (unsigned int i = 1; i <= PCPB_TRACE_CLASSES_MAX + 1; i++)
		at += sprintf(at, "a-1 1.000: percpu_alloc_percpu: is_atomic=1 size=%u align=8 ptr=%x\n",
			      i, 8 * i);
	refuses(text, "line 257: more than 256 different sizes");
	memset(line, '#', TRACE_LINE_MAX);
	line[TRACE_LINE_MAX] = '\n';
	refuses(line, "line 1: longer than 4095 bytes");
	free(line);
	free(text);
}

/* One free in ten may be older than the recording, and is left out; not one in nine. */
static void test_old_frees(void **state)
{
	char text[4096] = "", *at = text;
	struct trace trace;

	(void)state;
	for (unsigned int i = 1; i <= 9; i++) {
		at += sprintf(at, "a-1 1.%03u: percpu_alloc_percpu: is_atomic=1 size=8 align=8 ptr=%x\n",
			      i, 16 * i);
		at += sprintf(at, "a-1 1.%03u: percpu_free_percpu: ptr=%x\n", i, 16 * i);
	}
	at += sprintf(at, "a-1 2.000: percpu_free_percpu: ptr=fff0\n");
	takes(&trace, text);
	assert_int_equal(trace.old_frees, 1);
	assert_int_equal(trace.old_line, 19);
	assert_int_equal(trace.frees, 9);
	trace_free(&trace);
	sprintf(at, "a-1 2.000: percpu_free_percpu: ptr=ffe0\n");
	refuses(text, "line 19: a free without its alloc, and so are 2 of the 11 frees");
}

static void test_files(void **state)
{
	struct trace trace;
	char *error;

	(void)state;
	error = trace_read(&trace, scratch("missing.txt"));
	assert_non_null(strstr(error, "cannot be opened"));
	free(error);
	assert_int_equal(mkfifo(scratch("pipe"), 0600), 0);
	error = trace_read(&trace, scratch("pipe"));
	assert_non_null(strstr(error, "is no file"));
	free(error);
	scratch_write("good.txt", ALLOC("1.000001", "8", "10"));
	assert_null(trace_read(&trace, scratch("good.txt")));
	assert_int_equal(trace.live_peak, 1);
	trace_free(&trace);
}

/* The section's areas are the trace's largest, its step has the id. */
static void test_workload(void **state)
{
	struct workload workload;
	struct plan plan;
	const struct step *step;

	(void)state;
	scratch_write("t/a.txt", ALLOC("1.000001", "8", "10") ALLOC("1.000002", "120", "20"));
	scratch_write("t.ini", "[trace]\ntrace = t/a.txt\nstrategies = gfp-nowait\n");
	assert_int_equal(workload_load(&workload, ".", scratch("t.ini"), NULL), 0);
	plan_make(&plan, &workload);
	step = &plan.guest[0].step[0];
	assert_int_equal(step->param[PARAM_size], 120);
	assert_int_equal(step->param[PARAM_align], 8);
	assert_int_equal(step->param[PARAM_trace], workload.section[0].trace.id);
	assert_ptr_equal(workload_trace(&workload, step->param[PARAM_trace]),
			 &workload.section[0].trace);
	assert_null(workload_trace(&workload, 0));
	plan_free(&plan);
	workload_free(&workload);
}

static void workload_refuses(const char *text, const char *says)
{
	struct workload workload;
	char *said;

	scratch_write("bad.ini", text);
	capture_stderr_start();
	assert_int_not_equal(workload_load(&workload, ".", scratch("bad.ini"), NULL), 0);
	said = capture_stderr_end();
	if (!strstr(said, says))
		fail_msg("expected '%s' in: %s", says, said);
	free(said);
}

static void test_bad_workload(void **state)
{
	(void)state;
	scratch_write("t/a.txt", ALLOC("1.000001", "120", "20"));
	scratch_write("t/bad.txt", ALLOC("1.000001", "120", "20") "cut sho\n");
	workload_refuses("[trace]\nrounds = 1\n", "no trace to replay");
	workload_refuses("[pair]\ntrace = t/a.txt\n", "2: 'trace' is a parameter of trace, not of pair");
	workload_refuses("[trace]\ntrace = t/bad.txt\n", "t/bad.txt: line 2: no time stamp");
	workload_refuses("[trace]\ntrace = t/none.txt\n", "t/none.txt: cannot be opened");
	workload_refuses("[trace]\ntrace = t/a.txt\narea_size = 64\n",
			 "area_size = 64 is less than the 120 that the trace asks for");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_recorders),
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_pairing),
		cmocka_unit_test(test_id),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_old_frees),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_workload),
		cmocka_unit_test(test_bad_workload),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
