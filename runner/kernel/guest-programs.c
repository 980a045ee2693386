// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/guest-programs.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/version.h"
#include "contract/guest-format.h"
#include "kernel/build-env.h"
#include "kernel/build.h"
#include "kernel/cache.h"
#include "kernel/guest-packages.h"
#include "kernel/kbuild.h"
#include "kernel/source.h"

/* A change of the way of building raises it. */
#define RECIPE "program 1"
/* The kernel whose perf it is: the last that has libtraceevent in it. */
#define PERF_KERNEL "6.1"
#define PROGRAM_MAX (64u << 20)
#define ERROR_LINES 3

enum inputs {
	FROM_PACKAGES = 1,	/* the pinned packages */
	FROM_KERNEL = 2,	/* Debian's kernel PERF_KERNEL */
	WITH_LIBC = 4,
	WITH_CONTRACT = 8,	/* contract/, what the guest shares with runner and module */
};

enum program {
#define GUEST_PROGRAM(id, name, what, mib, folder, inputs) PROGRAM_##id,
#include "kernel/guest-programs.def"
#undef GUEST_PROGRAM
};

static const struct recipe {
	const char *name, *what, *folder;
	unsigned int mib, inputs;
} recipes[] = {
#define GUEST_PROGRAM(id, name_, what_, mib_, folder_, inputs_) \
	{ .name = name_, .what = what_, .folder = folder_, .mib = mib_, .inputs = inputs_ },
#include "kernel/guest-programs.def"
#undef GUEST_PROGRAM
};

/* What the scripts are given. */
struct builder {
	const char *root;
	char *packages;		/* folder of the pinned packages; NULL: not to be had */
	char *libc;		/* folder of the C library; NULL: the host's is linked in */
};

/* The kernel's tarball with its hash, or why not. To be freed. */
static char *kernel_tarball(char hex[65])
{
	char *path = kernel_debian_tarball(PERF_KERNEL);

	if (file_exists(path) && !sha256_file(path, hex))
		return path;
	diag_error("the guest's perf is built from Linux %s, and %s is not there", PERF_KERNEL,
		   path);
	diag_hint("apt-get install linux-source-" PERF_KERNEL);
	free(path);
	return NULL;
}

/* A folder of the checkout, that the script finds by @variable. -1 after a message. */
static int add_folder(const struct builder *builder, const char *name, const char *variable,
		      struct str_list *key, struct str_list *env)
{
	char *folder = xasprintf("%s/%s", builder->root, name), hex[65];
	int ret = sha256_tree(folder, NULL, hex);

	str_list_add(key, hex);
	str_list_addf(env, "%s=%s", variable, folder);
	free(folder);
	return ret;
}

/* Everything that the program depends on, and the variables of its script. -1 after a message. */
static int gather(const struct builder *builder, const struct recipe *recipe, const char *script,
		  struct str_list *key, struct str_list *env)
{
	char hex[65], *tarball;

	str_list_add(key, RECIPE);
	if (sha256_file(script, hex) || kbuild_tools(key))
		return -1;
	str_list_addf(key, "%s %s", recipe->name, hex);
	build_env_add(env, NULL);
	str_list_addf(env, "JOBS=%ld", sysconf(_SC_NPROCESSORS_ONLN) + 1);
	if (recipe->folder && add_folder(builder, recipe->folder, "SOURCE", key, env))
		return -1;
	if (recipe->inputs & WITH_CONTRACT && add_folder(builder, "contract", "CONTRACT", key, env))
		return -1;
	if (recipe->inputs & FROM_PACKAGES) {
		guest_packages_pins(key);
		str_list_addf(env, "PACKAGES=%s", builder->packages);
	}
	if (recipe->inputs & FROM_KERNEL) {
		tarball = kernel_tarball(hex);
		if (!tarball)
			return -1;
		str_list_add(key, hex);
		str_list_addf(env, "TARBALL=%s", tarball);
		str_list_add(env, "CC=gcc");
		free(tarball);
	}
	if (recipe->inputs & WITH_LIBC && builder->libc) {
		str_list_add(key, strrchr(builder->libc, '/'));
		str_list_addf(env, "CC=%s/cc", builder->libc);
		str_list_addf(env, "ZLIB=-I%s/zlib -L%s/zlib", builder->libc, builder->libc);
	} else if (recipe->inputs & WITH_LIBC) {
		str_list_add(key, "the host's own library");
		str_list_add(env, "CC=gcc");
		str_list_add(env, "ZLIB=");
	}
	return 0;
}

static void tell_errors(const char *log)
{
	struct str_list lines = { 0 };
	unsigned int shown = 0;
	size_t length;
	char *text;

	if (!file_read(log, PROGRAM_MAX, &text, &length)) {
		str_list_split(&lines, text, "\n");
		free(text);
	}
	for (size_t i = 0; i < lines.n && shown < ERROR_LINES; i++)
		if (strstr(lines.item[i], "rror:")) {
			diag_hint("%s", lines.item[i]);
			shown++;
		}
	str_list_free(&lines);
	diag_hint("the log: %s", log);
}

static int run_script(const struct recipe *recipe, const char *script, struct str_list *env,
		      const struct cache_entry *entry)
{
	/* the umask is the user's own, too */
	const char *argv[] = { "sh", "-c", "umask 022 && exec sh \"$0\"", script, NULL };
	struct command cmd = {
		.argv = (char *const *)argv, .env = (const char *const *)str_list_argv(env), .cwd = entry->work,
		.log = entry->log,
	};
	char *what = xasprintf("building %s", recipe->what);
	int status;

	progress(0, 0, what);
	status = command_run(&cmd);
	progress_end();
	free(what);
	if (status > 0) {
		diag_error("%s cannot be built (status %d)", recipe->what, status);
		tell_errors(entry->log);
	}
	return status ? -1 : 0;
}

/* Its folder in the cache, to be freed; NULL after a message. */
static char *build(const struct builder *builder, enum program program)
{
	const struct recipe *recipe = &recipes[program];
	char *script = xasprintf("%s/guest/programs/%s.sh", builder->root, recipe->name);
	struct str_list lines = { 0 }, env = { 0 };
	char *dir = NULL, *key = NULL, *kind = xasprintf("program-%s", recipe->name);
	struct cache_entry entry;
	int ret = gather(builder, recipe, script, &lines, &env);

	if (!ret) {
		key = cache_key(&lines);
		ret = cache_open(&entry, kind, key, recipe->what, recipe->mib);
	}
	if (!ret) {
		if (entry.work)
			ret = run_script(recipe, script, &env, &entry);
		if (!ret)
			ret = cache_publish(&entry);
		if (!ret)
			dir = xstrdup(entry.dir);
		cache_close(&entry);
	}
	free(kind);
	free(key);
	str_list_free(&env);
	str_list_free(&lines);
	free(script);
	return dir;
}

/* A program that asks for a loader and libraries, which the guest does not have. */
static bool is_static(const char *path, bool *is_program)
{
	const Elf64_Ehdr *head;
	bool asks = false;
	size_t length;
	char *data;

	*is_program = false;
	if (file_read(path, PROGRAM_MAX, &data, &length))
		return false;
	head = (const Elf64_Ehdr *)(const void *)data;
	if (length >= sizeof(*head) && !memcmp(head->e_ident, ELFMAG, SELFMAG) &&
	    head->e_ident[EI_CLASS] == ELFCLASS64 && head->e_machine == EM_X86_64 &&
	    head->e_phentsize == sizeof(Elf64_Phdr) && head->e_phoff <= length &&
	    head->e_phnum <= (length - head->e_phoff) / sizeof(Elf64_Phdr)) {
		*is_program = true;
		for (size_t i = 0; i < head->e_phnum; i++) {
			Elf64_Phdr part;

			memcpy(&part, data + head->e_phoff + i * sizeof(part), sizeof(part));
			asks |= part.p_type == PT_INTERP;
		}
	}
	free(data);
	return *is_program && !asks;
}

/* What @program calls its version, the last word of the line, to be freed. */
static char *own_version(const char *program)
{
	const char *argv[] = { program, "--version", NULL };
	char *output = NULL, *version = NULL;
	struct command cmd = { .argv = (char *const *)argv, .output = &output };
	struct str_list words = { 0 };

	if (!command_run(&cmd) && output) {
		output[strcspn(output, "\n")] = '\0';
		str_list_split(&words, output, " ");
	}
	version = xstrdup(words.n ? words.item[words.n - 1] : "unknown");
	str_list_free(&words);
	free(output);
	return version;
}

static int take_own_fio(struct guest_programs *programs, const char *path)
{
	bool is_program;
	char *version;
	int ret;

	if (access(path, R_OK))
		return diag_error("FIO=%s: there is no such file", path);
	if (!is_static(path, &is_program)) {
		diag_error(is_program ? "FIO=%s needs shared libraries, and the guest has none" :
			   "FIO=%s is not a program for x86-64", path);
		diag_hint("in fio's sources: ./configure --build-static && make");
		return -1;
	}
	programs->fio = xstrdup(path);
	version = own_version(path);
	ret = ingredient_list_add(&programs->from, PCPB_GUEST_FIO, path, "FIO=", version);
	free(version);
	return ret;
}

/* @version: NULL for what the program itself says. */
static int add_built(struct guest_programs *programs, const struct builder *builder,
		     enum program program, const char *place, const char *package,
		     const char *version, char **path)
{
	char *dir = build(builder, program), *own;
	int ret;

	if (!dir)
		return -1;
	*path = xasprintf("%s/%s", dir, recipes[program].name);
	free(dir);
	own = version ? xstrdup(version) : own_version(*path);
	ret = ingredient_list_add(&programs->from, place, *path, package, own);
	free(own);
	return ret;
}

/* The libraries that the agent has, and with the pinned ones a pinned fio. */
static int add_libraries(struct guest_programs *programs, const struct builder *builder)
{
	static const struct {
		const char *file, *place, *package;
	} libraries[] = {
		{ "libc.a", "lib/libc.a", "musl-dev" },
		{ "libz.a", "zlib/libz.a", "zlib1g-dev" },
	};
	int ret = 0;

	for (size_t i = 0; builder->libc && !ret && i < ARRAY_SIZE(libraries); i++) {
		char *path = xasprintf("%s/%s", builder->libc, libraries[i].place);

		ret = ingredient_list_add(&programs->from, libraries[i].file, path,
				      libraries[i].package,
				      guest_packages_version(libraries[i].package));
		free(path);
	}
	return ret;
}

/* The packages and the library, without which one can do only where FIO= is given. */
static int prepare(struct builder *builder, const char *own_fio)
{
	if (!guest_packages(&builder->packages, !own_fio)) {
		builder->libc = build(builder, PROGRAM_LIBC);
		return builder->libc ? 0 : -1;
	}
	if (!own_fio || interrupt_requested())
		return -1;
	diag_warn("this host's C library goes into the guest's agent: its exact figures are this host's own");
	return 0;
}

int guest_programs_build(struct guest_programs *programs, const char *root, bool perf)
{
	const char *own_fio = getenv("FIO");
	struct builder builder = { .root = root };
	int ret;

	*programs = (struct guest_programs){ 0 };
	if (own_fio && !*own_fio)
		own_fio = NULL;
	ret = prepare(&builder, own_fio);
	if (!ret)
		ret = add_built(programs, &builder, PROGRAM_AGENT, PCPB_GUEST_INIT, "pcpbench",
				PCPBENCH_VERSION, &programs->agent);
	if (!ret && own_fio)
		ret = take_own_fio(programs, own_fio);
	else if (!ret)
		ret = add_built(programs, &builder, PROGRAM_FIO, PCPB_GUEST_FIO, "fio",
				guest_packages_version("fio"), &programs->fio);
	if (!ret && perf)
		ret = add_built(programs, &builder, PROGRAM_PERF, PCPB_GUEST_PERF,
				"linux-source-" PERF_KERNEL, NULL, &programs->perf);
	if (!ret)
		ret = add_libraries(programs, &builder);
	free(builder.packages);
	free(builder.libc);
	return ret;
}

void guest_programs_free(struct guest_programs *programs)
{
	free(programs->agent);
	free(programs->fio);
	free(programs->perf);
	ingredient_list_free(&programs->from);
	*programs = (struct guest_programs){ 0 };
}
