// SPDX-License-Identifier: GPL-2.0-only
#include "guest/host-load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/util.h"

struct host_load {
	atomic_bool over;
	unsigned int threads;
	pthread_t thread[];
};

static void *spin(void *arg)
{
	struct host_load *load = arg;

	while (!atomic_load_explicit(&load->over, memory_order_relaxed))
		;
	return NULL;
}

struct host_load *host_load_start(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int most = cores > 0 ? (unsigned int)cores : 1;
	struct host_load *load = xcalloc(1, sizeof(*load) + most * sizeof(load->thread[0]));

	while (load->threads < most &&
	       !pthread_create(&load->thread[load->threads], NULL, spin, load))
		load->threads++;
	if (load->threads)
		return load;
	free(load);
	return NULL;
}

unsigned int host_load_threads(const struct host_load *load)
{
	return load->threads;
}

void host_load_stop(struct host_load *load)
{
	atomic_store(&load->over, true);
	for (unsigned int i = 0; i < load->threads; i++)
		pthread_join(load->thread[i], NULL);
	free(load);
}
