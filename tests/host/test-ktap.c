// SPDX-License-Identifier: GPL-2.0-only
/* The agent's reader of KUnit's results: what is missing has failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"

#include "guest/agent/ktap.c"

#define HEAD	"KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: percpu_pool\n"
#define END	"# percpu_pool: pass:2 fail:0 skip:0 total:2\nok 1 percpu_pool\n"

static void test_counts(void **state)
{
	static const struct {
		const char *text, *first;
		unsigned int passed, failed, skipped;
	} trials[] = {
		{ HEAD "    1..2\n    ok 1 fill\n    ok 2 empty\n" END, "", 2, 0, 0 },
		/* as Linux 6.1 has it */
		{ "    # Subtest: percpu_pool\n    1..2\n    ok 1 - fill\n    not ok 2 - empty\nnot ok 1 - percpu_pool\n",
		  "empty", 1, 1, 0 },
		{ HEAD "    1..2\n    ok 1 fill\n    ok 2 race # SKIP one CPU\n" END, "", 1, 0, 1 },
		/* parameters of a test are no tests of the suite */
		{ HEAD "    1..1\n        KTAP version 1\n        1..3\n        ok 1 64\n    ok 1 size\n" END,
		  "", 1, 0, 0 },
		/* the suite ended early, or left one out */
		{ HEAD "    1..4\n    ok 1 fill\n    ok 2 empty\n" END,
		  "test 3 of 4 has no result: the suite ended early", 2, 2, 0 },
		{ HEAD "    1..3\n    ok 1 fill\n    ok 3 empty\n" END,
		  "test 2 of 3 has no result: the suite ended early", 2, 1, 0 },
		{ HEAD "    1..3\n    ok 1 fill\n    not ok 2 empty\n" END, "empty", 1, 2, 0 },
		{ HEAD "    1..2\n", "test 1 of 2 has no result: the suite ended early", 0, 2, 0 },
		{ HEAD "    ok 1 fill\n" END,
		  "the suite has no plan (1..N) that tells how many tests there are", 1, 1, 0 },
		{ "", "the suite has no plan (1..N) that tells how many tests there are", 0, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++) {
		char *text = xstrdup(trials[i].text);
		struct ktap ktap = { 0 };

		ktap_add(&ktap, text);
		assert_string_equal(ktap.first, trials[i].first);
		assert_int_equal(ktap.passed, trials[i].passed);
		assert_int_equal(ktap.failed, trials[i].failed);
		assert_int_equal(ktap.skipped, trials[i].skipped);
		free(text);
	}
}

/* Several suites make one sum; the first failure of all is named. */
static void test_adds(void **state)
{
	char *first = xstrdup(HEAD "    1..2\n    ok 1 fill\n    not ok 2 empty\n" END);
	char *second = xstrdup(HEAD "    1..2\n    not ok 1 twice\n    ok 2 one # SKIP one CPU\n" END);
	struct ktap ktap = { 0 };

	(void)state;
	ktap_add(&ktap, first);
	ktap_add(&ktap, second);
	assert_string_equal(ktap.first, "empty");
	assert_int_equal(ktap.passed, 1);
	assert_int_equal(ktap.failed, 2);
	assert_int_equal(ktap.skipped, 1);
	free(first);
	free(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_adds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
