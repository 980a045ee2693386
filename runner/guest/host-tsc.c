// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "guest/host-tsc.h"

#include <stdint.h>
#include <time.h>

#define WINDOW_NS	50000000
#define TRIES		16

#ifdef __x86_64__
struct moment {
	uint64_t tsc, ns;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Both clocks as near together as they can be read: an interrupt between would show. */
static struct moment look(void)
{
	struct moment best = { 0 };
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = __builtin_ia32_rdtsc(), ns = now_ns();
		uint64_t after = __builtin_ia32_rdtsc();

		if (after - before < least) {
			least = after - before;
			best = (struct moment){ before + least / 2, ns };
		}
	}
	return best;
}

static unsigned int measure(void)
{
	const struct timespec window = { .tv_nsec = WINDOW_NS };
	struct moment start = look(), end;

	nanosleep(&window, NULL);
	end = look();
	return (unsigned int)((end.tsc - start.tsc) * 1000000 / (end.ns - start.ns));
}
#else
static unsigned int measure(void)
{
	return 0;
}
#endif

unsigned int host_tsc_khz(void)
{
	static unsigned int khz;

	if (!khz)
		khz = measure();
	return khz;
}
