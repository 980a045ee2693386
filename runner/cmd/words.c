// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/words.h"

#include <string.h>

#include "base/util.h"

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

bool words_look(int argc, char **argv, const char *const *takes_value, size_t n,
		const char **output, const char **argument)
{
	static const char *const only_tells[] = { "--help", "-?", "--usage", "--version", "-V" };
	static const char name[] = "--output=";
	const char *first = NULL;

	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];

		if (is_one_of(word, only_tells, ARRAY_SIZE(only_tells)))
			return false;
		if (is_one_of(word, takes_value, n))
			i++;
		else if ((!strcmp(word, "-o") || !strcmp(word, "--output")) && i + 1 < argc)
			*output = argv[++i];
		else if (!strncmp(word, "-o", 2) && word[2])
			*output = word + 2;
		else if (!strncmp(word, name, strlen(name)))
			*output = word + strlen(name);
		else if (*word != '-' && !first)
			first = word;
	}
	if (first)
		*argument = first;
	return true;
}
