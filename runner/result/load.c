// SPDX-License-Identifier: GPL-2.0-only
/* Many results at once. Reading one is mostly parsing, which each core can do for itself. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fsutil.h"
#include "base/util.h"
#include "result/result.h"

#define THREADS_MAX 8

struct work {
	struct result *result;
	const char *const *path;
	size_t n;
	atomic_size_t next;
	atomic_bool failed;
};

static void *load_some(void *arg)
{
	struct work *work = arg;
	size_t i;

	while (!work->failed && (i = work->next++) < work->n)
		if (result_load(&work->result[i], work->path[i]))
			work->failed = true;
	return NULL;
}

static size_t helpers_for(size_t n)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t threads = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (size_t)cores;

	if (threads > n)
		threads = n;
	return threads ? threads - 1 : 0;
}

int result_load_all(struct result *r, const char *const *path, size_t n)
{
	struct work work = { .result = r, .path = path, .n = n };
	size_t helpers = helpers_for(n), started = 0;
	pthread_t thread[THREADS_MAX];

	memset(r, 0, n * sizeof(*r));
	while (started < helpers && !pthread_create(&thread[started], NULL, load_some, &work))
		started++;
	load_some(&work);
	for (size_t i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	if (!work.failed)
		return 0;
	for (size_t i = 0; i < n; i++)
		result_free(&r[i]);
	return -1;
}

void result_paths(struct str_list *paths, const char *argument)
{
	if (file_exists(argument))
		str_list_add(paths, argument);
	else
		str_list_split(paths, argument, ",");
}
