/* SPDX-License-Identifier: GPL-2.0-only */
/* The subcommands: one file each, <name>.c. All return an enum exit_status. */
#ifndef COMMANDS_H
#define COMMANDS_H

int cmd_calibrate(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_compare_series(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_gate(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_series_check(int argc, char **argv);
int cmd_shell(int argc, char **argv);
int cmd_verify(int argc, char **argv);

#endif
