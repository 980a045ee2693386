// SPDX-License-Identifier: GPL-2.0-only
/* The order in which sides have their turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/interleave.h"

#define SIDES_MOST	9

static void test_abba(void **state)
{
	static const char order[] = "ABBAABBAABBA";

	(void)state;
	for (size_t i = 0; order[i]; i++)
		assert_int_equal(interleave(2, i / 2, i % 2), order[i] - 'A');
}

static void test_one_side(void **state)
{
	(void)state;
	for (size_t round = 0; round < 5; round++)
		assert_int_equal(interleave(1, round, 0), 0);
	assert_int_equal(interleave_period(1), 1);
	assert_int_equal(interleave_period(0), 1);
}

/* Every round has every side once, wherever in the sequence it stands. */
static void test_rounds_are_whole(void **state)
{
	(void)state;
	for (size_t sides = 1; sides <= SIDES_MOST; sides++)
		for (size_t round = 0; round < 40; round++) {
			unsigned int seen = 0;

			for (size_t turn = 0; turn < sides; turn++)
				seen |= 1u << interleave(sides, round, turn);
			assert_int_equal(seen, (1u << sides) - 1);
		}
}

/* Over a period: each side equally often at each place, and behind each other one. */
static void test_balanced(void **state)
{
	(void)state;
	for (size_t sides = 2; sides <= SIDES_MOST; sides++) {
		size_t place[SIDES_MOST][SIDES_MOST] = { 0 };
		size_t behind[SIDES_MOST][SIDES_MOST] = { 0 };
		size_t period = interleave_period(sides);

		for (size_t round = 0; round < period; round++)
			for (size_t turn = 0; turn < sides; turn++) {
				size_t side = interleave(sides, round, turn);

				place[side][turn]++;
				if (turn)
					behind[interleave(sides, round, turn - 1)][side]++;
			}
		for (size_t a = 0; a < sides; a++)
			for (size_t b = 0; b < sides; b++) {
				assert_int_equal(place[a][b], period / sides);
				assert_int_equal(behind[a][b], a == b ? 0 : period / sides);
			}
	}
}

static void test_begins_again(void **state)
{
	(void)state;
	for (size_t sides = 2; sides <= SIDES_MOST; sides++)
		for (size_t turn = 0; turn < sides; turn++)
			assert_int_equal(interleave(sides, 3, turn),
					 interleave(sides, 3 + interleave_period(sides), turn));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_abba),
		cmocka_unit_test(test_one_side),
		cmocka_unit_test(test_rounds_are_whole),
		cmocka_unit_test(test_balanced),
		cmocka_unit_test(test_begins_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
