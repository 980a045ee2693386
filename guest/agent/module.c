// SPDX-License-Identifier: GPL-2.0-only
/* percpu_bench.ko and the files in debugfs through which it is driven. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent.h"

#define DEBUGFS "/sys/kernel/debug/" PCPB_MODULE_NAME "/"

int module_load(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error;

	if (fd < 0)
		return -errno;
	error = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return error;
}

int module_control(const char *verb, const char *line)
{
	char *command = xmalloc(strlen(verb) + strlen(line) + 3);
	int error;

	sprintf(command, "%s%s%s\n", verb, *line ? " " : "", line);
	error = write_file(DEBUGFS PCPB_FILE_CONTROL, command);
	free(command);
	return error;
}

char *module_error(void)
{
	char *text = read_file(DEBUGFS PCPB_FILE_ERROR, NULL);

	if (!text)
		return xstrdup("the module is not there");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

int module_load_trace(const void *program, size_t length)
{
	return write_bytes(DEBUGFS PCPB_FILE_TRACE, program, length);
}

int module_send_result(unsigned int step)
{
	char head[32], *text, *payload;
	size_t length;
	int head_length = snprintf(head, sizeof(head), PCPB_LINE_STEP " %u\n", step);

	text = read_file(DEBUGFS PCPB_FILE_RESULT, &length);
	if (!text)
		return -errno;
	payload = xmalloc((size_t)head_length + length);
	memcpy(payload, head, (size_t)head_length);
	memcpy(payload + head_length, text, length);
	frame_send_deflated(PCPB_FRAME_RESULT, payload, (size_t)head_length + length);
	free(payload);
	free(text);
	return 0;
}

unsigned long long module_progress(void)
{
	char *text = read_file(DEBUGFS PCPB_FILE_PROGRESS, NULL);
	unsigned long long progress = text ? strtoull(text, NULL, 10) : 0;

	free(text);
	return progress;
}

int module_fault(const char *name)
{
	return write_file(DEBUGFS PCPB_FILE_FAULT, name);
}
