// SPDX-License-Identifier: GPL-2.0-only
#include "base/json-arena.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define FIRST_BYTES	((size_t)1 << 18)
#define MOST_BYTES	((size_t)1 << 23)
#define HUGE_PAGE	((size_t)1 << 21)
#define ALIGNMENT	16

struct arena_chunk {
	struct arena_chunk *before;
	size_t size;	/* with this head, a power of two */
	_Alignas(ALIGNMENT) unsigned char memory[];
};

/* The arena that gives memory to this thread's parser; NULL outside of a parse. */
static _Thread_local struct json_arena *current;

/* Each is twice as large as the one before; large ones are worth huge pages. */
static struct arena_chunk *new_chunk(const struct arena_chunk *before, size_t least)
{
	size_t size = before ? 2 * before->size : FIRST_BYTES;
	struct arena_chunk *chunk;

	if (size > MOST_BYTES)
		size = MOST_BYTES;
	while (size - sizeof(*chunk) < least)
		size *= 2;
	chunk = size < HUGE_PAGE ? malloc(size) : aligned_alloc(HUGE_PAGE, size);
	if (!chunk)
		return NULL;
	if (size >= HUGE_PAGE)
		madvise(chunk, size, MADV_HUGEPAGE);
	chunk->size = size;
	return chunk;
}

static void *arena_malloc(size_t size)
{
	struct json_arena *arena = current;
	struct arena_chunk *chunk;
	void *memory;

	if (!arena)
		return malloc(size);
	if (size > SIZE_MAX / 8)
		return NULL;
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (!arena->chunk || arena->chunk->size - sizeof(*chunk) - arena->used < size) {
		chunk = new_chunk(arena->chunk, size);
		if (!chunk)
			return NULL;
		chunk->before = arena->chunk;
		arena->chunk = chunk;
		arena->used = 0;
	}
	memory = arena->chunk->memory + arena->used;
	arena->used += size;
	return memory;
}

/* The parser frees what it has allocated itself, and that goes with the arena. */
static void arena_release(void *memory)
{
	if (!current)
		free(memory);
}

static void install(void)
{
	/* the seed is chosen at first use, which must not be a race */
	json_object_seed(0);
	json_set_alloc_funcs(arena_malloc, arena_release);
}

json_t *json_arena_load(struct json_arena *arena, const char *text, size_t length, size_t flags,
			json_error_t *error)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	json_t *root;

	pthread_once(&once, install);
	current = arena;
	root = json_loadb(text, length, flags, error);
	current = NULL;
	return root;
}

void json_arena_free(struct json_arena *arena)
{
	while (arena->chunk) {
		struct arena_chunk *before = arena->chunk->before;

		free(arena->chunk);
		arena->chunk = before;
	}
	arena->used = 0;
}

void json_arena_reset(struct json_arena *arena)
{
	struct arena_chunk *newest = arena->chunk;

	if (newest) {
		arena->chunk = newest->before;
		json_arena_free(arena);
		newest->before = NULL;
		arena->chunk = newest;
	}
	arena->used = 0;
}
