// SPDX-License-Identifier: GPL-2.0-only
#include "base/parse.h"

#include <stdlib.h>
#include <string.h>

bool parse_share(const char *s, double *share)
{
	char *end;
	double number = strtod(s, &end);

	if (end == s || !(number >= 0 && number <= 1e6))
		return false;
	end += strspn(end, " \t");
	if (*end && strcmp(end, "%"))
		return false;
	*share = *end ? number / 100 : number;
	return true;
}

bool parse_u64(const char *s, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;

	if (!*s)
		return false;
	for (; *s; s++) {
		unsigned int digit = (unsigned char)*s - '0';

		if (digit > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, digit, &sum))
			return false;
	}
	if (sum > max)
		return false;
	*value = sum;
	return true;
}
