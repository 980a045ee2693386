// SPDX-License-Identifier: GPL-2.0-only
/*
 * The process of a cgroup. It shares memory with the agent, which makes its
 * start as cheap as a start can be, and has no thread-local storage of its
 * own: no library call here, nothing that would touch errno.
 */
#include <linux/sched.h>
#include <sys/syscall.h>

#include "churn.h"

static long call1(long number, long a)
{
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"(number), "D"(a)
			 : "rcx", "r11", "memory");
	return ret;
}

static long read_at(int fd, char *buffer, size_t size, uint64_t offset)
{
	register uint64_t r10 __asm__("r10") = offset;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"((long)SYS_pread64), "D"((long)fd), "S"(buffer), "d"(size), "r"(r10)
			 : "rcx", "r11", "memory");
	return ret;
}

/* 1 to @most PAUSE instructions: a virtual CPU that shares its host thread ends its turn there. */
static void rest(uint64_t random, unsigned long most)
{
	if (!most)
		return;
	for (uint64_t left = 1 + (random >> 32) % most; left; left--)
		__builtin_ia32_pause();
}

/* False when the read failed. */
static bool read_once(struct churn_child *child, unsigned int disk, struct churn_first *first,
		      uint64_t random)
{
	const struct churn *churn = child->churn;
	uint64_t start, end;
	long got;

	start = churn_ticks();
	got = read_at(churn->disk[disk], child->buffer, CHURN_BLOCK,
		      random % churn->disk_blocks * CHURN_BLOCK);
	end = churn_ticks();
	if (got != CHURN_BLOCK) {
		child->error = got < 0 ? (int)-got : -1;
		child->error_disk = (int)disk;
		return false;
	}
	if (first)
		*first = (struct churn_first){ start, end };
	return true;
}

/* Each round starts at another disk, so that cgroups do not all meet on the first. */
static void read_disks(struct churn_child *child)
{
	const struct churn *churn = child->churn;
	const struct churn_step *step = &churn->step;
	size_t row = (size_t)child->cgroup * step->disks;
	uint64_t seed = churn_draw(step->seed, UINT32_MAX + (uint64_t)child->cgroup);
	uint64_t n = 0;

	for (unsigned long round = 0; round < step->ios_per_disk; round++) {
		unsigned int shift = (unsigned int)(seed % step->disks);

		for (unsigned int i = 0; i < step->disks; i++) {
			unsigned int disk = (i + shift) % step->disks;
			uint64_t random = churn_draw(seed, n++);

			if (!read_once(child, disk, round ? NULL : &churn->first[row + disk],
				       random))
				return;
			churn->issued[row + disk]++;
			rest(random, step->pause);
		}
	}
}

static void __attribute__((noreturn, used)) child_main(struct churn_child *child)
{
	read_disks(child);
	for (;;)
		call1(SYS_exit, 0);
}

/*
 * The new process comes back from the system call on an empty stack, where
 * there is no frame to return to: it is sent to its function at once.
 */
static long clone_on_stack(struct clone_args *args, struct churn_child *child)
{
	long ret;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "mov %[child], %%rdi\n\t"
			 "call *%[main]\n"
			 "1:"
			 : "=a"(ret)
			 : "0"((long)SYS_clone3), "D"(args), "S"(sizeof(*args)),
			   [child] "r"(child), [main] "r"(child_main)
			 : "rcx", "r11", "memory");
	return ret;
}

int churn_child_start(struct churn_child *child, int dir, char *stack, size_t stack_size)
{
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_INTO_CGROUP,
		.stack = (uintptr_t)stack,
		.stack_size = stack_size,
		.cgroup = (uint64_t)dir,
	};

	child->error = 0;
	return (int)clone_on_stack(&args, child);
}
