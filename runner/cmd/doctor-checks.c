// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "doctor-checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "build.h"
#include "cache.h"
#include "fsutil.h"
#include "guest.h"
#include "kernel-source.h"
#include "subprocess.h"

#define GIB (1024.0 * 1024 * 1024)
/* A kernel tree, its sources, an image and the guests' initrds. */
#define DISK_WANTED (4 * GIB)
/* Two guests of the default workload and a kernel build. */
#define MEMORY_WANTED (3 * GIB)

struct checks {
	struct check *check;
	size_t n;
};

/* Takes over @found. */
static void add(struct checks *checks, const char *name, enum check_state state, char *found,
		const char *advice)
{
	checks->check[checks->n++] = (struct check){
		.name = name, .state = state, .found = found,
		.advice = state == CHECK_GOOD ? NULL : advice,
	};
}

/* First line of what "@program --version" prints, to be freed; NULL when it is not there. */
static char *program_version(const char *program)
{
	const char *argv[] = { program, "--version", NULL };
	char *output = NULL;
	struct command cmd = { .argv = (char *const *)argv, .output = &output };

	if (!program_exists(program) || command_run(&cmd) || !output) {
		free(output);
		return NULL;
	}
	output[strcspn(output, "\n")] = '\0';
	return output;
}

static void check_program(struct checks *checks, const char *name, const char *program,
			  const char *advice)
{
	char *version = program_version(program);

	if (version)
		add(checks, name, CHECK_GOOD, version, NULL);
	else
		add(checks, name, CHECK_MISSING, xasprintf("%s is not in PATH, or does not run", program),
		    advice);
}

/* The plots need it; a run without it still measures. */
static void check_gnuplot(struct checks *checks)
{
	char *version = program_version("gnuplot");

	if (version)
		add(checks, "gnuplot", CHECK_GOOD, version, NULL);
	else
		add(checks, "gnuplot", CHECK_NOTE, xstrdup("not in PATH: no pictures, only tables"),
		    "make deps, or apt-get install gnuplot-nox");
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
	    "make deps, or apt-get install qemu-system-x86");
	if (!have_qemu) {
		add(checks, "realtime mode", CHECK_MISSING, xstrdup("no: there is no QEMU"),
		    "make deps, or apt-get install qemu-system-x86");
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

size_t doctor_checks(struct check checks[CHECKS_MAX], const char *root)
{
	struct checks all = { .check = checks };

	check_program(&all, "QEMU", QEMU_PROGRAM, "make deps, or apt-get install qemu-system-x86");
	check_fio(&all);
	check_gnuplot(&all);
	check_program(&all, "compiler", "gcc", "make deps, or apt-get install gcc");
	check_program(&all, "linker", "ld", "make deps, or apt-get install binutils");
	check_program(&all, "flex", "flex", "make deps, or apt-get install flex");
	check_program(&all, "bison", "bison", "make deps, or apt-get install bison");
	check_program(&all, "patch", "patch", "make deps, or apt-get install patch");
	check_kernels(&all, root);
	check_host(&all);
	check_cache(&all);
	check_modes(&all);
	return all.n;
}

void doctor_checks_free(struct check *checks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(checks[i].found);
}
