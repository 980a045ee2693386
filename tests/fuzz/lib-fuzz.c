// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a fuzzer without libFuzzer: each seed as it is, then damaged ones,
 * PCPBENCH_FUZZ_RUNS of them (default: fuzz_runs), drawn from
 * PCPBENCH_FUZZ_SEED (default 1). Seeds are tests/fuzz/seeds/NAME/ * below
 * PCPBENCH_ROOT. A crash, a leak, or an input that takes too long is "not ok"
 * and leaves its input as build/tests/crash-NAME; files that are named on the
 * command line are run instead of all that.
 */
#define _GNU_SOURCE
#include "lib-fuzz.h"

#include <fcntl.h>
#include <glob.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fsutil.h"
#include "base/util.h"
#include "lib-mutate.h"

#define SEED_MAX	(1u << 20)
/* Most seconds for one input: far more than any needs, on a busy machine, too. */
#define SECONDS_MAX	30

struct seed {
	unsigned char *data;
	size_t length;
};

static struct {
	const char *name;		/* of the fuzzer */
	struct seed *seed;
	size_t seeds;
	uint64_t first, run;		/* the seed of all, and the iteration */
	const unsigned char *data;	/* of the input that runs; NULL: none does */
	size_t length;
	long blocks;			/* that it allocated and did not free */
} fuzz;

/* libasan's allocator_interface.h, which gcc does not install. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
					      void (*on_free)(const volatile void *));
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

/* So that abort() is reported like all other ends, */
const char *__asan_default_options(void)
{
	return "handle_abort=1";
}

/* and what UBSan finds, which has a library and death callbacks of its own. */
const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}

/* Only what a signal handler may call. */
static void report(const char *what)
{
	char text[512], path[128];
	int fd, n;

	if (!fuzz.data)
		return;
	snprintf(path, sizeof(path), "build/tests/crash-%s", fuzz.name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, fuzz.data, fuzz.length) != (ssize_t)fuzz.length)
		path[0] = '\0';
	n = snprintf(text, sizeof(text),
		     "not ok 1 - %s: %s with PCPBENCH_FUZZ_SEED=%llu in run %llu; "
		     "the input is %s\n", fuzz.name, what, (unsigned long long)fuzz.first, (unsigned long long)fuzz.run,
		     *path ? path : "lost");
	fuzz.data = NULL;
	if (write(STDOUT_FILENO, text, (size_t)n) != n)
		_exit(2);
}

static void died(void)
{
	report("died");
}

static void ended(void)
{
	report("ended the program");
}

static void took_too_long(int signal)
{
	(void)signal;
	report("took too long");
	_exit(1);
}

static void count_malloc(const volatile void *p, size_t size)
{
	(void)p;
	(void)size;
	fuzz.blocks++;
}

static void count_free(const volatile void *p)
{
	fuzz.blocks -= p != NULL;
}

/* Looking for leaks is slow: only after inputs that left something. */
static bool leaks(void)
{
	return fuzz.blocks > 0 && __lsan_do_recoverable_leak_check();
}

/* Takes over @data. */
static void run(unsigned char *data, size_t length)
{
	fuzz.data = data;
	fuzz.length = length;
	alarm(SECONDS_MAX);
	fuzz.blocks = 0;
	LLVMFuzzerTestOneInput(data, length);
	if (leaks()) {
		report("leaked");
		_exit(1);
	}
	fuzz.data = NULL;
	free(data);
}

static void add_seed(const char *path)
{
	struct seed *seed;
	char *text;

	GROW(fuzz.seed, fuzz.seeds);
	seed = &fuzz.seed[fuzz.seeds++];
	if (file_read(path, SEED_MAX, &text, &seed->length) < 0)
		exit(2);
	seed->data = (unsigned char *)text;
}

static void add_seeds(void)
{
	char *pattern = xasprintf("tests/fuzz/seeds/%s/*", fuzz.name);
	glob_t found;

	if (glob(pattern, 0, NULL, &found)) {
		fprintf(stderr, "there are no seeds: %s\n", pattern);
		exit(2);
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		add_seed(found.gl_pathv[i]);
	globfree(&found);
	free(pattern);
}

/* In memory of just its size, so that a read past the end shows. */
static unsigned char *exact(const unsigned char *data, size_t length)
{
	unsigned char *copy = malloc(length ? length : 1);

	if (!copy)
		abort();
	memcpy(copy, data, length);
	return copy;
}

static const struct seed *pick(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return &fuzz.seed[(*state >> 33) % fuzz.seeds];
}

/* One seed's head and another's tail, then damaged. */
static unsigned char *damaged(uint64_t *state, size_t *length)
{
	const struct seed *a = pick(state), *b = pick(state);
	size_t head = a->length, tail = b->length;
	unsigned char *joined, *data;

	if (*state >> 62) {
		tail = 0;
	} else {
		head = a->length ? (*state >> 20) % a->length : 0;
		tail -= b->length < head ? b->length : head;
	}
	joined = xcalloc(head + tail + 1, 1);
	memcpy(joined, a->data, head);
	memcpy(joined + head, b->data + b->length - tail, tail);
	data = mutate(joined, head + tail, state, length);
	free(joined);
	return data;
}

static void run_all(uint64_t runs)
{
	uint64_t state = fuzz.first;

	for (size_t i = 0; i < fuzz.seeds; i++)
		run(exact(fuzz.seed[i].data, fuzz.seed[i].length), fuzz.seed[i].length);
	for (fuzz.run = 1; fuzz.run <= runs; fuzz.run++) {
		size_t length;
		unsigned char *data = damaged(&state, &length);

		run(data, length);
	}
}

static uint64_t from_environment(const char *name, uint64_t preset)
{
	const char *text = getenv(name);
	uint64_t value;

	if (!text)
		return preset;
	if (!parse_u64(text, UINT64_MAX, &value)) {
		fprintf(stderr, "%s=%s is no number\n", name, text);
		exit(2);
	}
	return value;
}

/* What parsers say goes nowhere; the sanitizers write to the descriptor, which stays. */
static void silence(void)
{
	stderr = fopen("/dev/null", "we");
	if (!stderr)
		abort();
}

int main(int argc, char **argv)
{
	const char *root = getenv("PCPBENCH_ROOT");
	uint64_t runs;

	fuzz.name = strstr(argv[0], "fuzz-") ? strrchr(argv[0], '/') + sizeof("/fuzz-") - 1 : "";
	fuzz.first = from_environment("PCPBENCH_FUZZ_SEED", 1);
	runs = argc > 1 ? 0 : from_environment("PCPBENCH_FUZZ_RUNS", fuzz_runs);
	for (int i = 1; i < argc; i++)
		add_seed(argv[i]);
	if (root && chdir(root) < 0) {
		perror(root);
		return 2;
	}
	if (argc == 1)
		add_seeds();
	printf("1..1\n");
	fflush(stdout);
	__sanitizer_set_death_callback(died);
	__sanitizer_install_malloc_and_free_hooks(count_malloc, count_free);
	atexit(ended);
	signal(SIGALRM, took_too_long);
	silence();
	run_all(runs);
	alarm(0);
	fclose(stderr);
	printf("ok 1 - %s: %zu seeds, %llu damaged inputs\n", fuzz.name, fuzz.seeds,
	       (unsigned long long)runs);
	for (size_t i = 0; i < fuzz.seeds; i++)
		free(fuzz.seed[i].data);
	free(fuzz.seed);
	return 0;
}
