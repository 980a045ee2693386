// SPDX-License-Identifier: GPL-2.0-only
/*
 * When cgroups arrive. Integers only: the agent is static, and a schedule must
 * be the same to the last bit wherever it is computed.
 */
#include "churn.h"

#define NS_PER_S	1000000000u
#define LN2_Q32		2977044472u	/* ln 2 x 2^32 */

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t churn_draw(uint64_t seed, uint64_t n)
{
	return mix(mix(seed) + (n + 1) * 0x9e3779b97f4a7c15u);
}

/* log2(@v) in units of 2^-32, rounded down, v > 0: a bit of it for every squaring. */
static uint64_t log2_q32(uint64_t v)
{
	unsigned int whole = 63 - (unsigned int)__builtin_clzll(v);
	uint64_t m = v << (63 - whole), log = whole;

	for (int bit = 0; bit < 32; bit++) {
		unsigned __int128 square = (unsigned __int128)m * m;
		bool above_two = square >> 127;

		m = (uint64_t)(square >> (above_two ? 64 : 63));
		log = log << 1 | above_two;
	}
	return log;
}

uint64_t churn_exponential(uint64_t random)
{
	uint64_t log2_of_inverse = (53ull << 32) - log2_q32((random >> 11) + 1);

	return (uint64_t)((unsigned __int128)log2_of_inverse * LN2_Q32 >> 32);
}

void churn_schedule(const struct churn_step *step, uint64_t *due, unsigned int n)
{
	/* units of 2^-32 of a mean interval: nothing is lost by adding up */
	unsigned __int128 at = 0;

	for (unsigned int i = 0; i < n; i++) {
		due[i] = (uint64_t)((at * NS_PER_S / step->rate) >> 32);
		at += step->poisson ? churn_exponential(churn_draw(step->seed, i)) : 1ull << 32;
	}
}
