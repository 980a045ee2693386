// SPDX-License-Identifier: GPL-2.0-only
/* A replay: the trace that the step names goes to the module, then it runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"

void trace_step(unsigned int step, const char *line)
{
	char *id = step_value(line, "trace"), *program, *text, name[56];
	size_t length = 0;
	int error;

	snprintf(name, sizeof(name), PCPB_FW_CFG_TRACE "%s", id ? id : "");
	free(id);
	program = fw_cfg_file(name, &length);
	if (!program) {
		step_end(step, "failed", "QEMU was given no file %s", name);
		return;
	}
	error = module_load_trace(program, length);
	free(program);
	if (error) {
		text = module_error();
		step_end(step, "failed", "the module refused the trace: %s (%s)", text,
			 strerror(-error));
		free(text);
		return;
	}
	module_step(step, line);
}
