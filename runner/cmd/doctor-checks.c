// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "cmd/doctor-checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/checkout.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "guest/guest.h"
#include "kernel/build.h"
#include "kernel/cache.h"
#include "kernel/source.h"
#include "report/gnuplot.h"

#define DEPS_BYTES_MAX 65536
#define GIB (1024.0 * 1024 * 1024)
/* A kernel tree, its sources, an image and the guests' initrds. */
#define DISK_WANTED (4 * GIB)
/* Two guests of the default workload and a kernel build. */
#define MEMORY_WANTED (3 * GIB)
/* The folder of a small run. */
#define ROOM_NEEDED (GIB / 64)

struct checks {
	struct check *check;
	size_t n;
};

/* Takes over @found. */
static void add(struct checks *checks, const char *name, enum check_state state, char *found,
		const char *advice)
{
	checks->check[checks->n++] = (struct check){
		.name = xstrdup(name), .state = state, .found = found,
		.advice = state == CHECK_GOOD || !advice ? NULL : xstrdup(advice),
	};
}

/* First line of what "@program --version" prints, to be freed; NULL when it is not there. */
static char *program_version(const char *program)
{
	const char *argv[] = { program, "--version", NULL };
	char *output = NULL, *first;
	struct command cmd = { .argv = (char *const *)argv, .output = &output };

	if (!program_exists(program) || command_run(&cmd) || !output) {
		free(output);
		return NULL;
	}
	/* perl begins with an empty line */
	first = xstrdup(output + strspn(output, "\n"));
	first[strcspn(first, "\n")] = '\0';
	free(output);
	return first;
}

/* The columns of runner/deps.txt. */
enum deps_column { DEPS_KIND, DEPS_NAME, DEPS_FOR, DEPS_PACKAGE, DEPS_COLUMNS = 7 };

/* The installer of this machine, and its place among the table's packages. */
static const char *installer(size_t *column)
{
	static const char *const programs[] = { "apt-get", "dnf", "pacman", "zypper" };

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		*column = DEPS_PACKAGE + i;
		if (program_exists(programs[i]))
			return programs[i];
	}
	*column = DEPS_PACKAGE;
	return NULL;
}

/* The caller frees the text. */
static char *deps_advice(const struct str_list *row)
{
	size_t column;
	const char *program = installer(&column), *package = row->item[column];

	if (!strcmp(package, "-"))
		return xasprintf("%s is in no package here", row->item[DEPS_NAME]);
	if (!program)
		return xasprintf("install it; Debian's package is %s", package);
	return xasprintf("%s%s %s %s", program[0] == 'a' ? "make deps, or " : "", program,
			 strcmp(program, "pacman") ? "install" : "-S", package);
}

/* A program that a run needs; one with a '?' is optional. */
static void check_program(struct checks *checks, const struct str_list *row)
{
	const char *program = row->item[DEPS_NAME];
	bool optional = strchr(row->item[DEPS_FOR], '?');
	char *version = program_version(program), *advice;

	if (version) {
		add(checks, program, CHECK_GOOD, version, NULL);
		return;
	}
	/* not all programs have --version */
	if (program_exists(program)) {
		add(checks, program, CHECK_GOOD, xstrdup("is there"), NULL);
		return;
	}
	advice = deps_advice(row);
	add(checks, program, optional ? CHECK_NOTE : CHECK_MISSING,
	    xasprintf("not in PATH%s", optional ? ": a run goes on without it" : ""), advice);
	free(advice);
}

/* Reads the table that deps.sh reads, too. Headers do not matter once this program is built. */
static void check_programs(struct checks *checks, const char *root)
{
	char *path = xasprintf("%s/runner/deps.txt", root), *text;
	struct str_list lines = { 0 };
	size_t length;

	if (!file_read(path, DEPS_BYTES_MAX, &text, &length)) {
		str_list_split(&lines, text, "\n");
		free(text);
	}
	for (size_t i = 0; i < lines.n && checks->n < CHECKS_MAX / 2; i++) {
		struct str_list row = { 0 };

		str_list_split(&row, lines.item[i], "\t ");
		if (row.n == DEPS_COLUMNS && !strcmp(row.item[DEPS_KIND], "program") &&
		    strncmp(row.item[DEPS_FOR], "test", 4))
			check_program(checks, &row);
		str_list_free(&row);
	}
	str_list_free(&lines);
	free(path);
}

/* The guests' own fio is built from pinned sources, or is the user's. */
static void check_fio(struct checks *checks)
{
	const char *own = getenv("FIO");
	struct str_list folders = { 0 };

	if (cache_root())
		cache_list(&folders, "program-fio");
	if (own && *own)
		add(checks, "fio", file_exists(own) ? CHECK_GOOD : CHECK_MISSING,
		    xasprintf("FIO=%s", own), "FIO= names a static fio for the guests");
	else if (folders.n)
		add(checks, "fio", CHECK_GOOD, xasprintf("built for the guests: %s", folders.item[0]),
		    NULL);
	else
		add(checks, "fio", program_exists("apt-get") ? CHECK_NOTE : CHECK_MISSING,
		    xstrdup(program_exists("apt-get") ?
			    "not built yet: the first run fetches Debian's sources and builds it" :
			    "cannot be built: its sources are fetched with apt-get"),
		    program_exists("apt-get") ? "make bench builds it" :
		    "FIO=PATH takes a static fio of your own");
	str_list_free(&folders);
}

static void check_kernels(struct checks *checks, const char *root)
{
	struct str_list versions = { 0 }, found = { 0 }, missing = { 0 };
	char *have, *lack;

	series_versions(&versions, root);
	for (size_t i = 0; i < versions.n; i++) {
		char *tarball = kernel_debian_tarball(versions.item[i]);

		str_list_add(file_exists(tarball) ? &found : &missing, versions.item[i]);
		free(tarball);
	}
	have = str_list_join(&found, ", ");
	lack = str_list_join(&missing, ", ");
	if (!missing.n)
		add(checks, "kernel sources", CHECK_GOOD, xasprintf("Debian's linux-source: %s", have),
		    NULL);
	else
		add(checks, "kernel sources", found.n ? CHECK_NOTE : CHECK_MISSING,
		    xasprintf("Debian's linux-source: %s%snot installed: %s", have,
			      found.n ? "; " : "", lack),
		    "apt-get install linux-source-VERSION, or give KERNEL=tree");
	free(have);
	free(lack);
	str_list_free(&versions);
	str_list_free(&found);
	str_list_free(&missing);
}

static void check_host(struct checks *checks)
{
	struct sysinfo info;
	double memory = 0;

	add(checks, "cores", CHECK_GOOD,
	    xasprintf("%ld: so many exact guests run side by side", sysconf(_SC_NPROCESSORS_ONLN)),
	    NULL);
	if (!sysinfo(&info))
		memory = (double)info.totalram * info.mem_unit;
	add(checks, "memory", memory < MEMORY_WANTED ? CHECK_NOTE : CHECK_GOOD,
	    xasprintf("%.1f GiB", memory / GIB),
	    "guests of 768 MiB may not fit; run one at a time: --jobs 1");
}

static void check_cache(struct checks *checks)
{
	const char *root = cache_root();
	uint64_t used, available;

	if (!root) {
		add(checks, "cache", CHECK_MISSING, xstrdup("there is no folder for it"),
		    "set XDG_CACHE_HOME to a folder that can be written");
		return;
	}
	cache_usage(&used, &available);
	add(checks, "cache", (double)(used + available) < DISK_WANTED ? CHECK_NOTE : CHECK_GOOD,
	    xasprintf("%s: %.1f GiB used, %.1f GiB free", root, (double)used / GIB,
		      (double)available / GIB),
	    "a kernel and its images take some 4 GiB; `make distclean` empties the cache");
}

/* The kernel of the newest finished build, to be freed; NULL when there is none. */
static char *any_vmlinux(void)
{
	struct str_list folders = { 0 };
	char *vmlinux = NULL;

	if (cache_root())
		cache_list(&folders, "kernel");
	if (folders.n)
		vmlinux = xasprintf("%s/vmlinux", folders.item[0]);
	str_list_free(&folders);
	return vmlinux;
}

static void check_modes(struct checks *checks)
{
	bool have_qemu = program_exists(QEMU_PROGRAM);
	char *vmlinux = any_vmlinux(), *why = NULL;

	add(checks, "exact mode", have_qemu ? CHECK_GOOD : CHECK_MISSING,
	    xstrdup(have_qemu ? "yes: QEMU counts instructions; bit-identical, whatever the host's load" :
		    "no: it is QEMU that counts instructions"),
	    "install QEMU, see above");
	if (!have_qemu) {
		add(checks, "realtime mode", CHECK_MISSING, xstrdup("no: there is no QEMU"),
		    "install QEMU, see above");
	} else if (!vmlinux) {
		add(checks, "realtime mode", CHECK_NOTE,
		    xstrdup("not probed yet: the probe boots a measured kernel, and none is built"),
		    "make bench builds one");
	} else {
		enum accelerator accel = realtime_probe(vmlinux, 1, &why);

		add(checks, "realtime mode", accel == ACCEL_KVM ? CHECK_GOOD : CHECK_NOTE, why,
		    "times under TCG compare strategies, not machines; tails are advisory");
	}
	free(vmlinux);
}

/*
 * Draws a picture to find out: gnuplot's version does not tell which terminals
 * it has. A run without pictures is as good.
 */
static void check_pictures(struct checks *checks)
{
	const char *fault = gnuplot_fault();

	if (!fault)
		add(checks, "pictures", CHECK_GOOD, xstrdup("gnuplot draws SVG and PNG"), NULL);
	else
		add(checks, "pictures", CHECK_NOTE,
		    xasprintf("none, gnuplot %s: a run is good without, `report` and `compare --plots` fail",
			      fault), "make deps, or apt-get install gnuplot-nox");
}

/* The nearest folder on the way to @path that is there, to be freed. */
static char *folder_that_exists(const char *path)
{
	char *folder = xstrdup(path), *slash;

	while (!file_exists(folder)) {
		slash = strrchr(folder, '/');
		if (!slash || slash == folder) {
			free(folder);
			return xstrdup(slash ? "/" : ".");
		}
		*slash = '\0';
	}
	return folder;
}

/* The folder of the runs must have room and be writable: without that none can be kept. */
static void check_results(struct checks *checks)
{
	const char *runs = checkout_runs();
	char *folder = folder_that_exists(runs);
	bool may_write = !access(folder, W_OK);
	struct statvfs fs;
	double room = 0;

	if (!statvfs(folder, &fs))
		room = (double)fs.f_bavail * (double)fs.f_frsize;
	add(checks, "results", may_write && room >= ROOM_NEEDED ? CHECK_GOOD : CHECK_MISSING,
	    may_write ? xasprintf("%s: %.1f GiB free", runs, room / GIB) :
			xasprintf("%s: this user cannot write there", runs),
	    may_write ? "a run's folder takes some MiB: make room, or say run --output DIR" :
			"go to a folder of your own, or say run --output DIR");
	free(folder);
}

size_t doctor_checks(struct check checks[CHECKS_MAX], const char *root)
{
	struct checks all = { .check = checks };

	check_programs(&all, root);
	check_fio(&all);
	check_kernels(&all, root);
	check_host(&all);
	check_cache(&all);
	check_modes(&all);
	check_pictures(&all);
	check_results(&all);
	return all.n;
}

void doctor_checks_free(struct check *checks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(checks[i].name);
		free(checks[i].found);
		free(checks[i].advice);
	}
}
