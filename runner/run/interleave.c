// SPDX-License-Identifier: GPL-2.0-only
#include "run/interleave.h"

size_t interleave_period(size_t sides)
{
	if (sides <= 1)
		return 1;
	/* an odd square balances neighbours only together with its mirror image */
	return sides % 2 ? 2 * sides : sides;
}

/* The first row of the square: 0, 1, n - 1, 2, n - 2, ... All its steps differ. */
static size_t zigzag(size_t sides, size_t turn)
{
	size_t half = (turn + 1) / 2;

	return turn % 2 || !half ? half : sides - half;
}

size_t interleave(size_t sides, size_t round, size_t turn)
{
	if (sides <= 1)
		return 0;
	round %= interleave_period(sides);
	if (round >= sides)
		turn = sides - 1 - turn;
	return (zigzag(sides, turn) + round) % sides;
}
