// SPDX-License-Identifier: GPL-2.0-only
/* The subject of a patch, from the head of the mail that it was. */
#define _GNU_SOURCE
#include <ctype.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fsutil.h"
#include "base/lines.h"
#include "kernel/patch-file.h"
#include "kernel/series.h"

/* What follows "Subject:" in the mail's head of a patch; NULL when it has none. */
static const char *find_subject(const char *text)
{
	struct lines lines = lines_of(text, strlen(text));

	while (lines_next(&lines) && !line_starts(&lines, "diff ") && !line_starts(&lines, "--- "))
		if (!strncasecmp(lines.text, "Subject:", 8))
			return lines.text + 8;
	return NULL;
}

/* The header's lines as one, with one blank where there was white space; to be freed. */
static char *unfold(const char *header)
{
	char *plain = xcalloc(strlen(header) + 1, 1), *to = plain;

	for (const char *at = header; *at; at++) {
		if (*at == '\n' && at[1] != ' ' && at[1] != '\t')
			break;
		if (!isspace((unsigned char)*at))
			*to++ = *at;
		else if (to != plain && to[-1] != ' ')
			*to++ = ' ';
	}
	while (to != plain && to[-1] == ' ')
		to--;
	*to = '\0';
	return plain;
}

/* @n bytes in @charset as UTF-8, to be freed; NULL when they are not in it or it is not known. */
static char *to_utf8(const char *charset, const char *bytes, size_t n)
{
	size_t room = 4 * n, left = n;
	char *in = (char *)bytes, *text = xcalloc(room + 1, 1), *out = text;
	iconv_t cd = iconv_open("UTF-8", charset);

	if (cd == (iconv_t)-1 || iconv(cd, &in, &left, &out, &room) == (size_t)-1 || left ||
	    strlen(text) != (size_t)(out - text)) {
		free(text);
		text = NULL;
	}
	if (cd != (iconv_t)-1)
		iconv_close(cd);
	return text;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "J=C3=BCrgen_M" of an encoded word into @to; its length, or -1. */
static long decode_q(const char *from, size_t n, char *to)
{
	char *start = to;

	for (size_t i = 0; i < n; i++) {
		if (from[i] != '=') {
			*to++ = from[i] == '_' ? ' ' : from[i];
			continue;
		}
		if (i + 2 >= n || hex_digit(from[i + 1]) < 0 || hex_digit(from[i + 2]) < 0)
			return -1;
		*to++ = (char)(hex_digit(from[i + 1]) * 16 + hex_digit(from[i + 2]));
		i += 2;
	}
	return to - start;
}

static long decode_b(const char *from, size_t n, char *to)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = 0, held = 0;
	char *start = to;

	for (size_t i = 0; i < n && from[i] != '='; i++) {
		const char *digit = strchr(digits, from[i]);

		if (!digit)
			return -1;
		bits = bits << 6 | (unsigned int)(digit - digits);
		held += 6;
		if (held >= 8) {
			held -= 8;
			*to++ = (char)(bits >> held);
			bits &= (1u << held) - 1;
		}
	}
	return to - start;
}

/*
 * "=?charset?Q?text?=" at @word: what it says in UTF-8, to be freed, and its
 * length in *@taken; NULL when it is no such word.
 */
static char *decode_word(const char *word, size_t *taken)
{
	const char *charset = word + 2, *kind, *text, *end;
	char *bytes, *name, *decoded = NULL;
	long n = -1;

	if (strncmp(word, "=?", 2) || !(kind = strchr(charset, '?')) || !kind[1] || kind[2] != '?')
		return NULL;
	text = kind + 3;
	end = strstr(text, "?=");
	if (!end)
		return NULL;
	/* RFC 2231 allows a language behind the charset: "utf-8*en" */
	name = xstrndup(charset, strcspn(charset, "*?"));
	bytes = xcalloc((size_t)(end - text) + 1, 1);
	if (kind[1] == 'q' || kind[1] == 'Q')
		n = decode_q(text, (size_t)(end - text), bytes);
	else if (kind[1] == 'b' || kind[1] == 'B')
		n = decode_b(text, (size_t)(end - text), bytes);
	if (n >= 0)
		decoded = to_utf8(name, bytes, (size_t)n);
	*taken = (size_t)(end + 2 - word);
	free(bytes);
	free(name);
	return decoded;
}

/* All encoded words decoded; blanks between two of them are not part of the text. To be freed. */
static char *decode(const char *text)
{
	struct str_list pieces = { 0 };
	bool behind_word = false;
	char *joined;

	while (*text) {
		const char *word = behind_word && *text == ' ' ? text + 1 : text;
		size_t taken = 1;
		char *piece = decode_word(word, &taken);

		behind_word = piece;
		if (piece)
			text = word;
		else
			piece = xstrndup(text, taken = 1);
		str_list_add(&pieces, piece);
		free(piece);
		text += taken;
	}
	joined = str_list_join(&pieces, "");
	str_list_free(&pieces);
	return joined;
}

/* Without what mailers put before it: "Re:", "[PATCH v2 3/5]", "[RFC]". */
static const char *skip_tags(const char *subject)
{
	for (;;) {
		const char *end;

		subject += strspn(subject, " ");
		if (!strncasecmp(subject, "re:", 3)) {
			subject += 3;
			continue;
		}
		end = *subject == '[' ? strchr(subject, ']') : NULL;
		if (!end || !end[1 + strspn(end + 1, " ")])
			return subject;
		subject = end + 1;
	}
}

/* Text that can be printed and put into JSON, whatever the patch holds; to be freed. */
static char *printable(const char *text)
{
	char *utf8 = to_utf8("UTF-8", text, strlen(text));

	/* old mails have it without saying so */
	if (!utf8)
		utf8 = to_utf8("ISO-8859-1", text, strlen(text));
	if (!utf8)
		utf8 = xstrdup(text);
	for (char *c = utf8; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return utf8;
}

char *patch_subject(const char *text)
{
	const char *subject = find_subject(text);
	char *line, *decoded, *result = NULL;

	if (!subject)
		return NULL;
	line = unfold(subject);
	decoded = decode(line);
	if (*skip_tags(decoded))
		result = printable(skip_tags(decoded));
	free(decoded);
	free(line);
	return result;
}

char *series_subject(const struct series *series, size_t i)
{
	char *text = NULL, *subject = NULL;
	size_t length;

	if (!file_read(series->patches.item[i], PATCH_BYTES_MAX, &text, &length))
		subject = patch_subject(text);
	free(text);
	return subject ? subject : xstrdup(series->names.item[i]);
}
