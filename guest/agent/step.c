// SPDX-License-Identifier: GPL-2.0-only
/* A step's line, and how a step ends. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"

char *step_value(const char *line, const char *key)
{
	size_t length = strlen(key);

	for (const char *at = line; *at; at += strspn(at, " ")) {
		size_t word = strcspn(at, " ");

		if (word > length && at[length] == '=' && !memcmp(at, key, length)) {
			char *value = xmalloc(word - length);

			memcpy(value, at + length + 1, word - length - 1);
			value[word - length - 1] = '\0';
			return value;
		}
		at += word;
	}
	return NULL;
}

unsigned long step_number(const char *line, const char *key, unsigned long preset)
{
	char *value = step_value(line, key), *end;
	unsigned long number;

	if (!value)
		return preset;
	errno = 0;
	number = strtoul(value, &end, 10);
	if (errno || end == value || *end)
		die("the plan has a step whose %s is no number: %s", key, line);
	free(value);
	return number;
}

void step_end(unsigned int step, const char *verdict, const char *fmt, ...)
{
	char reason[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	frame_sendf(PCPB_FRAME_STEP_END, PCPB_LINE_STEP " %u\n" PCPB_RESULT_VERDICT " %s\n"
		    PCPB_RESULT_REASON " %s\n", step, verdict, reason);
}
