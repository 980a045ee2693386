/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON texts parsed into memory that is given back in one piece. A result is
 * hundreds of thousands of small values, and a third of the time that it takes
 * to load went into allocating and freeing each.
 */
#ifndef JSON_ARENA_H
#define JSON_ARENA_H

#include <jansson.h>
#include <stddef.h>

#include "base/must-check.h"

struct json_arena {
	struct arena_chunk *chunk;	/* the newest */
	size_t used;			/* bytes of it */
};

/*
 * json_loadb() into @arena, which is to be all zeros at first. The value and all below
 * it live as long as the arena: read them, take json_deep_copy() of what is to
 * stay, and let no json_decref() free any. NULL with @error filled when @text is
 * no JSON. Any thread, each with its own arena.
 */
MUST_CHECK json_t *json_arena_load(struct json_arena *arena, const char *text, size_t length,
				   size_t flags, json_error_t *error);
void json_arena_free(struct json_arena *arena);
/* Ends the life of all that it holds and keeps some of its memory for the next. */
void json_arena_reset(struct json_arena *arena);

#endif
