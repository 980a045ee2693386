// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/guest-packages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "kernel/cache.h"

/* A change of the way of fetching raises it. */
#define RECIPE "packages 1"
#define PACKAGES_MIB 200
#define KEYRING "/usr/share/keyrings/debian-archive-keyring.gpg"
#define DEBIAN "http://deb.debian.org/debian"

enum kind { SOURCE, BINARY };

static const struct pin {
	const char *package, *version, *file, *hash;
	enum kind kind;
} pins[] = {
#define GUEST_SUITE(name)
#define GUEST_FILE(package_, version_, kind_, file_, hash_) \
	{ .package = package_, .version = version_, .kind = kind_, .file = file_, .hash = hash_ },
#include "kernel/guest-packages.def"
#undef GUEST_SUITE
#undef GUEST_FILE
};

#define GUEST_SUITE(name) static const char suite[] = name;
#define GUEST_FILE(package, version, kind, file, hash)
#include "kernel/guest-packages.def"

/* Why a fetch fails: an error, or a warning where there is a way without. */
struct fetch {
	const char *dir;	/* apt's own state, lists and cache are in it */
	const char *files;	/* where the files go */
	const char *log;
	bool needed;
};

static int __attribute__((format(printf, 2, 3)))
fetch_failed(const struct fetch *fetch, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	if (!fetch->needed)
		diag_warn("%s", text ? text : fmt);
	else
		diag_error("%s", text ? text : fmt);
	free(text);
	return -1;
}

void guest_packages_pins(struct str_list *lines)
{
	for (size_t i = 0; i < ARRAY_SIZE(pins); i++)
		str_list_addf(lines, "%s %s", pins[i].file, pins[i].hash);
}

const char *guest_packages_version(const char *package)
{
	for (size_t i = 0; i < ARRAY_SIZE(pins); i++)
		if (!strcmp(pins[i].package, package))
			return pins[i].version;
	return NULL;
}

/* apt-get with a state of its own and the words that follow, NULL-terminated. */
static int run_apt(const struct fetch *fetch, ...)
{
	struct str_list words = { 0 };
	struct command cmd = { .cwd = fetch->files, .log = fetch->log };
	const char *word;
	va_list args;
	int status;

	str_list_split(&words, "apt-get -q -y -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any "
		       "-o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::Preferences=/dev/null "
		       "-o Dir::Etc::PreferencesParts=/dev/null -o Acquire::Retries=2", " ");
	str_list_add(&words, "-o");
	str_list_addf(&words, "Dir::State=%s/state", fetch->dir);
	str_list_add(&words, "-o");
	str_list_addf(&words, "Dir::State::status=%s/status", fetch->dir);
	str_list_add(&words, "-o");
	str_list_addf(&words, "Dir::Cache=%s/cache", fetch->dir);
	str_list_add(&words, "-o");
	str_list_addf(&words, "Dir::Etc::SourceList=%s/sources.list", fetch->dir);
	va_start(args, fetch);
	while ((word = va_arg(args, const char *)))
		str_list_add(&words, word);
	va_end(args);
	cmd.argv = str_list_argv(&words);
	status = command_run(&cmd);
	str_list_free(&words);
	return status;
}

/* Debian's mirrors: those of the host's own lists, then the one that everybody has. */
static void find_mirrors(struct str_list *mirrors)
{
	const char *argv[] = {
		"apt-get", "indextargets", "--format", "$(ORIGIN) $(CODENAME) $(REPO_URI)", NULL,
	};
	struct str_list lines = { 0 };
	char *output = NULL, *wanted = xasprintf("Debian %s ", suite);
	struct command cmd = { .argv = (char *const *)argv, .output = &output };

	if (!command_run(&cmd) && output)
		str_list_split(&lines, output, "\n");
	for (size_t i = 0; i < lines.n; i++)
		if (!strncmp(lines.item[i], wanted, strlen(wanted)))
			str_list_add_new(mirrors, lines.item[i] + strlen(wanted));
	str_list_add_new(mirrors, DEBIAN "/");
	str_list_free(&lines);
	free(wanted);
	free(output);
}

static int write_sources(const struct fetch *fetch, const char *mirror)
{
	char *path = xasprintf("%s/sources.list", fetch->dir);
	char *text = xasprintf("deb [arch=amd64 signed-by=" KEYRING "] %s %s main\n"
			       "deb-src [signed-by=" KEYRING "] %s %s main\n",
			       mirror, suite, mirror, suite);
	int ret = file_write_atomic(path, text, strlen(text));

	free(text);
	free(path);
	return ret;
}

/* An empty list of what is installed: what the host has is no matter. */
static int prepare(const struct fetch *fetch)
{
	static const char *const folders[] = { "state/lists/partial", "cache/archives/partial" };
	char *status = xasprintf("%s/status", fetch->dir);
	int ret = make_dirs(fetch->files);

	for (size_t i = 0; !ret && i < ARRAY_SIZE(folders); i++) {
		char *path = xasprintf("%s/%s", fetch->dir, folders[i]);

		ret = make_dirs(path);
		free(path);
	}
	if (!ret)
		ret = file_write_atomic(status, "", 0);
	free(status);
	return ret;
}

/* Each package once, although it has several files. 0, a status of apt-get, or -1. */
static int download_all(const struct fetch *fetch, const char **package)
{
	int status = 0;

	for (size_t i = 0; !status && i < ARRAY_SIZE(pins); i++) {
		char *word;

		if (i && !strcmp(pins[i].package, pins[i - 1].package))
			continue;
		*package = pins[i].package;
		word = xasprintf("%s=%s", pins[i].package, pins[i].version);
		status = pins[i].kind == SOURCE ?
			 run_apt(fetch, "source", "--download-only", word, NULL) :
			 run_apt(fetch, "download", word, NULL);
		free(word);
	}
	return status;
}

static int check_hashes(const struct fetch *fetch)
{
	for (size_t i = 0; i < ARRAY_SIZE(pins); i++) {
		char *path = xasprintf("%s/%s", fetch->files, pins[i].file), hex[65];
		int ret = sha256_file(path, hex);

		free(path);
		if (ret)
			return -1;
		if (strcmp(hex, pins[i].hash))
			return fetch_failed(fetch, "%s is not the pinned one: SHA-256 %.12s, expected %.12s",
					    pins[i].file, hex, pins[i].hash);
	}
	return 0;
}

static void tell_way_out(const struct fetch *fetch)
{
	if (!fetch->needed)
		return;
	diag_hint("FIO=PATH takes a static fio of your own instead; the pins are runner/kernel/guest-packages.def");
	diag_hint("apt's own words: %s", fetch->log);
}

static int check_apt(const struct fetch *fetch)
{
	if (!program_exists("apt-get") || !program_exists("dpkg-deb"))
		return fetch_failed(fetch, "the guest's fio is built from Debian's source package, and there is no apt-get here");
	if (!file_exists(KEYRING))
		return fetch_failed(fetch, "the guest's fio is built from Debian's source package, and Debian's keys (" KEYRING ", package debian-archive-keyring) are not here");
	return 0;
}

static int fetch_all(const struct fetch *fetch)
{
	struct str_list mirrors = { 0 };
	const char *package = NULL, *last = "";
	int status = -1;

	find_mirrors(&mirrors);
	for (size_t i = 0; status && i < mirrors.n && !interrupt_requested(); i++) {
		package = NULL;
		last = mirrors.item[i];
		if (write_sources(fetch, last))
			break;
		status = run_apt(fetch, "update", NULL);
		if (!status)
			status = download_all(fetch, &package);
	}
	if (status > 0 && package)
		fetch_failed(fetch, "%s %s, from which the guest's programs are built, is not to be had any more from %s (%s)",
			     package, guest_packages_version(package), last, suite);
	else if (status > 0)
		fetch_failed(fetch, "cannot fetch Debian's list of packages from %s", last);
	str_list_free(&mirrors);
	return status ? -1 : check_hashes(fetch);
}

static int build_in(const struct cache_entry *entry, bool needed)
{
	char *apt = xasprintf("%s/apt", entry->work);
	struct fetch fetch = {
		.dir = apt, .files = entry->work, .log = entry->log, .needed = needed,
	};
	int ret = check_apt(&fetch);

	if (!ret)
		ret = prepare(&fetch);
	if (!ret) {
		progress(0, 0, "fetching the sources of the guest's programs");
		ret = fetch_all(&fetch);
		progress_end();
	}
	if (ret && !interrupt_requested())
		tell_way_out(&fetch);
	if (!ret)
		ret = remove_tree(apt);
	free(apt);
	return ret;
}

int guest_packages(char **dir, bool needed)
{
	struct str_list lines = { 0 };
	struct cache_entry entry;
	char *key;
	int ret;

	str_list_add(&lines, RECIPE);
	guest_packages_pins(&lines);
	key = cache_key(&lines);
	ret = cache_open(&entry, "packages", key, "the sources of the guest's programs",
			 PACKAGES_MIB);
	if (!ret) {
		if (entry.work)
			ret = build_in(&entry, needed);
		if (!ret)
			ret = cache_publish(&entry);
		if (!ret)
			*dir = xstrdup(entry.dir);
		cache_close(&entry);
	}
	free(key);
	str_list_free(&lines);
	return ret;
}
