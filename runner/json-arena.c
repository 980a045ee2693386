// SPDX-License-Identifier: GPL-2.0-only
#include "json-arena.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#define CHUNK_BYTES	((size_t)1 << 20)
#define ALIGNMENT	16

struct arena_chunk {
	struct arena_chunk *before;
	size_t size;
	_Alignas(ALIGNMENT) unsigned char memory[];
};

/* Where this thread's parser gets memory from; NULL outside of it. */
static _Thread_local struct json_arena *current;

static void *arena_malloc(size_t size)
{
	struct json_arena *arena = current;
	struct arena_chunk *chunk;
	void *memory;

	if (!arena)
		return malloc(size);
	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (!arena->chunk || arena->chunk->size - arena->used < size) {
		size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;

		chunk = malloc(sizeof(*chunk) + room);
		if (!chunk)
			return NULL;
		chunk->before = arena->chunk;
		chunk->size = room;
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
