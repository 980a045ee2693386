// SPDX-License-Identifier: GPL-2.0-only
/* A patch of which nothing was compiled has no good answer to what compilers say of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "lib-folder.h"
#include "run/series-check.h"

#define CHANGE(file) "--- a/" file "\n+++ b/" file "\n@@ -1 +1 @@\n-a\n+b\n"

static char *dir;

static int set_up(void **state)
{
	(void)state;
	dir = folder_make();
	folder_put(dir, "tree/mm/percpu.c", "b\n");
	folder_put(dir, "tree/mm/percpu.o", "object");
	folder_put(dir, "tree/mm/.percpu.o.cmd", "deps := \\\n  mm/percpu-internal.h \\\n  end\n");
	folder_put(dir, "tree/mm/percpu-internal.h", "b\n");
	folder_put(dir, "tree/drivers/card.c", "b\n");
	folder_put(dir, "tree/include/linux/card.h", "b\n");
	folder_put(dir, "tree/mm/Kconfig", "b\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(dir);
	return 0;
}

/* The answer to @patch when @objects were compiled without a warning, and what is said, to be freed. */
static enum series_answer answer(const char *patch, const struct str_list *objects, char **said)
{
	char *tree = xasprintf("%s/tree", dir), *path = xasprintf("%s/one.patch", dir);
	struct series_row row = { .answer[TEST_WARNINGS] = ANSWER_GOOD };

	folder_put(dir, "one.patch", patch);
	series_note_uncompiled(tree, path, objects, &row);
	*said = str_list_join(&row.complaints, "\n");
	str_list_free(&row.complaints);
	free(tree);
	free(path);
	return row.answer[TEST_WARNINGS];
}

static void expect(enum series_answer expected, const char *patch, const struct str_list *objects,
		   const char *says)
{
	char *said;

	if (answer(patch, objects, &said) != expected)
		fail_msg("another answer than %d to\n%s%s", (int)expected, patch, said);
	if (says ? !strstr(said, says) : *said != '\0')
		fail_msg("'%s' is not '%s'", said, says ? says : "nothing");
	free(said);
}

static void test_what_was_compiled(void **state)
{
	struct str_list objects = { 0 }, none = { 0 };

	(void)state;
	str_list_add(&objects, "mm/percpu.o");
	expect(ANSWER_GOOD, CHANGE("mm/percpu.c"), &objects, NULL);
	expect(ANSWER_GOOD, CHANGE("mm/percpu-internal.h"), &objects, NULL);
	expect(ANSWER_GOOD, CHANGE("mm/percpu.c") CHANGE("drivers/card.c"), &objects,
	       "drivers/card.c is not compiled");
	expect(ANSWER_NOT_RUN, CHANGE("drivers/card.c"), &objects, "drivers/card.c is not compiled");
	expect(ANSWER_NOT_RUN, CHANGE("include/linux/card.h"), &objects, "card.h is not compiled");
	expect(ANSWER_NOT_RUN, CHANGE("mm/percpu.c"), &none, "no file that the patch changes");
	/* beside what was compiled, and alone */
	expect(ANSWER_GOOD, CHANGE("mm/Kconfig"), &objects, NULL);
	expect(ANSWER_NOT_RUN, CHANGE("mm/Kconfig"), &none, "no file that the patch changes");
	/* a file that is no more */
	expect(ANSWER_GOOD, CHANGE("mm/gone.c"), &objects, NULL);
	/* headers of -mm */
	expect(ANSWER_NOT_RUN, "--- a/drivers/card.c~x\n+++ a/drivers/card.c\n@@ -1 +1 @@\n-a\n+b\n",
	       &objects, "drivers/card.c is not compiled");
	str_list_free(&objects);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_was_compiled, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("series-check", tests, NULL, NULL);
}
