# SPDX-License-Identifier: GPL-2.0-only
# pcpbench's front door. `make help` lists the targets.

# what to run: make bench WORKLOAD=smoke MODE=realtime KERNEL=~/linux STRATEGY=percpu-pool
WORKLOAD ?= default
MODE ?= exact
KERNEL ?=
STRATEGY ?=
RUN ?= results/runs/latest

CC ?= gcc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Werror
LIBS := -ljansson -linih -larchive -lcrypto -lz -lm
BASE_CFLAGS := -std=gnu17 $(WARN) -MMD -MP

RUNNER_SRC := $(wildcard runner/*.c)
RUNNER_OBJ := $(RUNNER_SRC:%.c=build/%.o)
export PCPBENCH := runner/pcpbench

RUN_ARGS := --workload $(WORKLOAD) --mode $(MODE) $(if $(KERNEL),--kernel $(KERNEL)) \
	$(if $(STRATEGY),--strategy $(STRATEGY))

.PHONY: all bench test report doctor list shell deps clean distclean help
.DEFAULT_GOAL := help

bench: all		## measure: build, boot, run, report (WORKLOAD=, MODE=, KERNEL=, STRATEGY=)
	@$(PCPBENCH) run $(RUN_ARGS)

test: all		## all tests, host and guest; ends with one line of totals
	@tests/run-tests

report: all		## tables and plots of a stored run again (RUN=folder or result.json)
	@$(PCPBENCH) report $(RUN)

doctor: all		## what this machine has and lacks
	@$(PCPBENCH) doctor

list: all		## strategies, scenarios, workloads, parameters
	@$(PCPBENCH) list

shell: all		## an interactive guest (Ctrl-A X leaves)
	@$(PCPBENCH) shell $(if $(KERNEL),--kernel $(KERNEL))

deps:			## install what is missing (apt, Debian or Ubuntu), or say what to install
	@runner/deps.sh

all: deps		## the host program alone
	@$(MAKE) --no-print-directory $(PCPBENCH)

clean:			## remove what was built here; results and the cache stay
	rm -rf build $(PCPBENCH)

distclean: clean	## the cache of kernels and images, too
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/pcpbench"

help:			## this list
	@echo "Usage: make TARGET [VARIABLE=value ...]"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

$(PCPBENCH): $(RUNNER_OBJ)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

build/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(BASE_CFLAGS) $(CFLAGS) -c -o $@ $<

# Tests: every runner object but main, built with the sanitizers.
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -O1 -g
TEST_SRC := $(wildcard tests/host/test-*.c)
TEST_BIN := $(TEST_SRC:tests/host/%.c=build/tests/%)
SAN_OBJ := $(patsubst %.c,build/san/%.o,$(filter-out runner/main.c,$(RUNNER_SRC)) \
	$(wildcard tests/host/lib-*.c))

.PHONY: host-tests
host-tests: $(TEST_BIN)

build/san/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(BASE_CFLAGS) $(SAN) -Irunner -c -o $@ $<

build/tests/%: build/san/tests/host/%.o $(SAN_OBJ)
	@mkdir -p $(@D)
	$(CC) $(SAN) -o $@ $^ $(LIBS) -lcmocka

.SECONDARY:
-include $(wildcard build/runner/*.d build/san/*/*.d build/san/*/*/*.d)
