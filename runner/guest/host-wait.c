// SPDX-License-Identifier: GPL-2.0-only
#include "guest/host-wait.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

bool schedstat_parse(const char *text, uint64_t *ran, uint64_t *waited)
{
	struct str_list words = { 0 };
	uint64_t first, second;
	bool good;

	str_list_split(&words, text, " \n");
	good = words.n == 3 && parse_u64(words.item[0], UINT64_MAX, &first) &&
	       parse_u64(words.item[1], UINT64_MAX, &second);
	if (good) {
		*ran = first;
		*waited = second;
	}
	str_list_free(&words);
	return good;
}

bool task_read(pid_t pid, pid_t tid, const char *name, char *text, size_t size)
{
	char path[96];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)pid, (int)tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* QEMU calls them "CPU 0/TCG", "CPU 1/KVM". */
static bool is_cpu(pid_t pid, pid_t tid)
{
	char name[32];

	return task_read(pid, tid, "comm", name, sizeof(name)) && !strncmp(name, "CPU ", 4);
}

static void find_threads(struct host_wait_watch *w)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)w->pid);
	dir = opendir(path);
	if (!dir)
		return;
	w->found = 0;
	while (w->found < w->cpus && (entry = readdir(dir))) {
		uint64_t tid;

		if (parse_u64(entry->d_name, INT32_MAX, &tid) && is_cpu(w->pid, (pid_t)tid))
			w->thread[w->found++] = (struct vcpu_thread){ .tid = (pid_t)tid };
	}
	closedir(dir);
}

void host_wait_start(struct host_wait_watch *w, pid_t pid, unsigned int cpus)
{
	*w = (struct host_wait_watch){
		.pid = pid, .cpus = cpus < HOST_WAIT_CPUS ? cpus : HOST_WAIT_CPUS,
	};
}

void host_wait_look(struct host_wait_watch *w)
{
	char text[96];

	if (w->found < w->cpus)
		find_threads(w);
	for (unsigned int i = 0; i < w->found; i++)
		if (task_read(w->pid, w->thread[i].tid, "schedstat", text, sizeof(text)))
			schedstat_parse(text, &w->thread[i].ran, &w->thread[i].waited);
}

void host_wait_begin(struct host_wait_watch *w)
{
	for (unsigned int i = 0; i < w->found; i++) {
		w->thread[i].waited_before = w->thread[i].waited;
		w->thread[i].ran_before = w->thread[i].ran;
	}
}

struct host_wait host_wait_sum(const struct host_wait_watch *w)
{
	struct host_wait sum = { 0 };

	for (unsigned int i = 0; i < w->found; i++) {
		sum.waited += w->thread[i].waited - w->thread[i].waited_before;
		sum.ran += w->thread[i].ran - w->thread[i].ran_before;
	}
	sum.known = sum.ran > 0;
	return sum;
}

double host_wait_share(const struct host_wait *wait, unsigned int cpus, unsigned int host_cpus)
{
	double waited = (double)wait->waited, ran = (double)wait->ran, own = 0;

	if (!wait->known || !host_cpus || !(waited + ran > 0))
		return 0;
	/* with all of them busy, each second of one is one in which another can't run */
	if (cpus > host_cpus)
		own = ran * (double)(cpus - host_cpus) / (double)host_cpus;
	return waited > own ? (waited - own) / (waited - own + ran) : 0;
}
