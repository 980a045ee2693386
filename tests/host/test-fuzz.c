// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every parser of what comes from outside, fed with damaged input under the
 * sanitizers. PCPBENCH_FUZZ_RUNS inputs for each (default 4,000), from
 * PCPBENCH_FUZZ_SEED (default 1). One that crashes is left as
 * build/tests/crash-PARSER.
 */
#include <fcntl.h>
#include <sanitizer/common_interface_defs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "console.h"
#include "driver-result.h"
#include "fio-result.h"
#include "frame.h"
#include "fsutil.h"
#include "lib-capture.h"
#include "lib-frames.h"
#include "lib-mutate.h"
#include "result.h"
#include "util.h"
#include "workload.h"

static struct {
	const char *parser;
	const unsigned char *data;
	size_t length;
} current;

/* Called when a sanitizer is about to end the program. */
static void keep_input(void)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "build/tests/crash-%s", current.parser);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd >= 0 && write(fd, current.data, current.length) >= 0)
		close(fd);
	fprintf(stdout, "# %s: the input is build/tests/crash-%s\n", current.parser, current.parser);
	fputs(capture_stderr_end(), stdout);
	fflush(stdout);
}

static uint64_t from_environment(const char *name, uint64_t preset)
{
	const char *text = getenv(name);
	uint64_t value;

	return text && parse_u64(text, UINT64_MAX, &value) ? value : preset;
}

typedef void (*parser_fn)(const unsigned char *data, size_t length);

/* @parse is slow by its nature when @share is above 1: so many times fewer inputs. */
static void fuzz(const char *name, parser_fn parse, const void *seed_input, size_t length,
		 unsigned int share)
{
	uint64_t seed = from_environment("PCPBENCH_FUZZ_SEED", 1);
	uint64_t runs = from_environment("PCPBENCH_FUZZ_RUNS", 4000) / share;

	current.parser = name;
	capture_stderr_start();
	for (uint64_t run = 0; run < runs; run++) {
		unsigned char *data = mutate(seed_input, length, &seed, &current.length);

		current.data = data;
		parse(data, current.length);
		free(data);
	}
	free(capture_stderr_end());
}

static char *data_file(const char *name, size_t *length)
{
	char *path = xasprintf("tests/host/%s", name), *text;

	assert_int_equal(file_read(path, 1 << 20, &text, length), 0);
	free(path);
	return text;
}

static void fuzz_file(const char *name, parser_fn parse, const char *file, unsigned int share)
{
	size_t length;
	char *text = data_file(file, &length);

	fuzz(name, parse, text, length, share);
	free(text);
}

static void parse_frames(const unsigned char *data, size_t length)
{
	struct frame_decoder d;
	struct frame frame;
	unsigned int step;
	uint64_t value;

	frame_decoder_init(&d);
	frame_decoder_feed(&d, data, length);
	frame_decoder_finish(&d);
	while (frame_decoder_next(&d, &frame)) {
		frame_step(&frame, &step);
		frame_number(&frame, "progress", &value);
		frame_free(&frame);
	}
	frame_decoder_free(&d);
}

static void test_frames(void **state)
{
	struct stream s = { 0 };

	(void)state;
	stream_frame(&s, PCPB_FRAME_HELLO, "agent 1\nkernel 6.12\n");
	stream_deflated(&s, PCPB_FRAME_RESULT, "step 0\npcpbench-result 1\n", 25, 25);
	stream_frame(&s, PCPB_FRAME_HEARTBEAT, "uptime_ns 5\nstep 0\nprogress 17\n");
	stream_frame(&s, PCPB_FRAME_BYE, "steps 1\n");
	fuzz("frames", parse_frames, s.data, s.length, 1);
	stream_free(&s);
}

static void parse_console(const unsigned char *data, size_t length)
{
	char *excerpt;

	console_judge((const char *)data, length, &excerpt);
	free(excerpt);
}

static void test_console(void **state)
{
	(void)state;
	fuzz_file("console", parse_console, "consoles/oops.txt", 1);
}

static void parse_module_text(const unsigned char *data, size_t length)
{
	struct measurement m;
	char *error = NULL;
	unsigned int line;

	measurement_init(&m);
	if (measurement_parse_module_text(&m, (const char *)data, length, &error, &line))
		assert_non_null(error);
	free(error);
	measurement_free(&m);
}

static void test_module_text(void **state)
{
	(void)state;
	fuzz_file("module-text", parse_module_text, "data/module-storm.txt", 1);
}

static void parse_fio(const unsigned char *data, size_t length)
{
	struct fio_result fio;
	char *error = NULL;

	if (fio_parse(&fio, "ns", (const char *)data, length, &error))
		assert_non_null(error);
	else
		fio_result_free(&fio);
	free(error);
}

static void test_fio(void **state)
{
	(void)state;
	fuzz_file("fio", parse_fio, "data/fio-three-jobs.txt", 4);
}

static void parse_books(const unsigned char *data, size_t length)
{
	struct storm_issued issued = { .disks = 2 };
	struct measurement m;
	char *error = NULL;

	measurement_init(&m);
	storm_issued_add(&issued, "j0000")[0] = 2;
	if (storm_balance(&m, &issued, (const char *)data, length, &error))
		assert_non_null(error);
	free(error);
	storm_issued_free(&issued);
	measurement_free(&m);
}

static void test_books(void **state)
{
	static const char books[] =
		"disks 2\nfirst 252:0\ncgroup root before\n 252:0 rbytes=4096 rios=1 wios=0\n"
		"cgroup storm before\ncgroup j0000 after\n 252:0 rios=2 wios=0\n"
		"cgroup storm after\n 252:0 rios=2 wios=0\ncgroup root after\n 252:0 rios=3 wios=0\n";

	(void)state;
	fuzz("books", parse_books, books, sizeof(books) - 1, 1);
}

static void parse_driver(const unsigned char *data, size_t length)
{
	struct storm_issued issued = { .disks = 2 };
	struct measurement m;
	char *error = NULL;

	measurement_init(&m);
	m.scenario = xstrdup("churn");
	m.strategy = xstrdup("empty");
	m.context = xstrdup("irqs-off");
	if (driver_parse(&m, &issued, (const char *)data, length, &error))
		assert_non_null(error);
	free(error);
	storm_issued_free(&issued);
	measurement_free(&m);
}

static void test_driver(void **state)
{
	static const char text[] =
		"pcpbench-result 1\nscenario churn\nstrategy empty\ncontext irqs-off\nverdict ok\n"
		"counter cgroups 1\nhist first_io_latency insn 1 7 7 7\nb 7 7 1\nend hist\nend\n"
		"issued j0000 2 2\n";

	(void)state;
	fuzz("driver", parse_driver, text, sizeof(text) - 1, 1);
}

static void parse_result(const unsigned char *data, size_t length)
{
	char path[] = "build/tests/fuzz-result.json";
	struct result r;

	assert_int_equal(file_write_atomic(path, data, length), 0);
	if (!result_load(&r, path))
		result_free(&r);
}

static void test_result(void **state)
{
	static const char text[] =
		"{\"schema\":\"pcpbench-result/1\",\"id\":\"x\",\"digest\":\"sha256:\",\"mode\":\"exact\","
		"\"provenance\":{\"fio\":\"fio-3.33\"},\"measurements\":[{\"scenario\":\"pair\","
		"\"strategy\":\"empty\",\"context\":\"task\",\"kernel\":\"6.12\",\"series\":\"none\","
		"\"params\":{\"cpus\":4},\"verdict\":\"ok\",\"counters\":{\"requests\":3},\"histograms\":"
		"{\"call_latency\":{\"unit\":\"insn\",\"count\":3,\"min\":7,\"max\":9,\"sum\":24,"
		"\"percentiles\":{\"50\":8,\"90\":null,\"99\":null,\"99.9\":null,\"99.99\":null},"
		"\"buckets\":[[7,7,1],[8,8,1],[9,9,1]]}}}]}";

	(void)state;
	fuzz("result", parse_result, text, sizeof(text) - 1, 4);
}

static void parse_workload(const unsigned char *data, size_t length)
{
	char path[] = "build/tests/fuzz-workload.ini";
	struct workload workload;

	assert_int_equal(file_write_atomic(path, data, length), 0);
	if (!workload_load(&workload, ".", path, NULL))
		workload_free(&workload);
}

static void test_workload(void **state)
{
	static const char text[] =
		"[workload]\ndescription = x\ncpus = 4\n\n[pair]\narea_size = 64 512\nalign = 8\n"
		"[storms]\nscenario = storm\ncpus = 1 2\njobs = 4\ndisks = 2\nseed = 1 2 3\n";

	(void)state;
	fuzz("workload", parse_workload, text, sizeof(text) - 1, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_console),
		cmocka_unit_test(test_module_text),
		cmocka_unit_test(test_fio),
		cmocka_unit_test(test_books),
		cmocka_unit_test(test_driver),
		cmocka_unit_test(test_result),
		cmocka_unit_test(test_workload),
	};

	__sanitizer_set_death_callback(keep_input);
	return cmocka_run_group_tests_name("fuzz", tests, NULL, NULL);
}
