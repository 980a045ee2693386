# SPDX-License-Identifier: GPL-2.0-only
# pcpbench's front door. `make help` lists the targets.

# what to run: make bench WORKLOAD=smoke MODE=realtime KERNEL=~/linux STRATEGY=percpu-pool
WORKLOAD ?= default
MODE ?= exact
KERNEL ?=
STRATEGY ?=
# FIO=path: a static fio of your own for the guests; else one is built from pinned sources
RUN ?= results/runs/latest
# tests by name or glob, and the kernels that they are about: make test T='faults gate*' KERNELS=6.12
T ?=
KERNELS ?= $(notdir $(patsubst %/series,%,$(wildcard patches/*/series)))
# what make gate judges by; a tree or tarball has no reference of its own
BASELINE ?= results/reference/$(or $(call version,$(KERNEL)),6.12)/gate.json

CC ?= gcc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Werror
LIBS := -ljansson -linih -larchive -lcrypto -lz -lm
BASE_CFLAGS := -std=gnu17 $(WARN) -MMD -MP

RUNNER_SRC := $(wildcard runner/*/*.c)
# the one include root; contract/ is named from the top
RUNNER_INC := -Irunner -I.
RUNNER_OBJ := $(RUNNER_SRC:%.c=build/%.o)
export PCPBENCH := runner/pcpbench

# "6.12" of "6.12.117"
version = $(subst $() ,.,$(wordlist 1,2,$(subst ., ,$1)))
# one word for the shell, whatever is in it; "~/" as not every shell has it done already
quote = '$(subst ','\'',$(subst :^:,,$(subst :^:~/,$(HOME)/,:^:$1)))'
option = $(if $2,$1 $(call quote,$2))
RUN_ARGS = $(call option,--workload,$(WORKLOAD)) $(call option,--mode,$(MODE)) \
	$(call option,--kernel,$(KERNEL)) $(call option,--strategy,$(STRATEGY))
TEST_ENV = KERNELS=$(call quote,$(KERNELS))
# one place for the verdict, whether or not there is a run
JUDGE = --baseline $(call quote,$(BASELINE)) --output results/runs/gate

.PHONY: all bench test test-full report readme-picture doctor list shell gate verify series-check figures-check deps install uninstall clean distclean help
.DEFAULT_GOAL := help

bench: all		## measure: build, boot, run, report (WORKLOAD=, MODE=, KERNEL=, STRATEGY=)
	@$(PCPBENCH) run $(RUN_ARGS)

test: all		## the tests, in minutes; ends with one line of totals (T=names, KERNELS=6.12)
	@$(TEST_ENV) tests/run-tests $(foreach t,$(T),$(call quote,$t))

test-full: all		## those that build kernels, too: half an hour
	@$(TEST_ENV) tests/run-tests --full

report: all		## tables and plots of a stored run again (RUN=folder or result.json)
	@$(PCPBENCH) report $(call quote,$(RUN))

# of the workload's storm with areas of 512 bytes
readme-picture: all	## docs/storm-time-to-usable.svg from a run of workload default (RUN=folder)
	@$(PCPBENCH) report $(call quote,$(RUN)) >/dev/null
	@cp $(call quote,$(RUN))/plots/storm-irqs-off-512-b-4-cpus-time-to-usable.svg docs/storm-time-to-usable.svg

doctor: all		## what this machine has and lacks
	@$(PCPBENCH) doctor

list: all		## strategies, scenarios, workloads, parameters
	@$(PCPBENCH) list

shell: all		## an interactive guest (exit, Ctrl-D or Ctrl-A X leaves)
	@$(PCPBENCH) shell $(call option,--kernel,$(KERNEL))

gate: all		## measure workload gate and judge it against results/reference (KERNEL=, BASELINE=)
	@$(PCPBENCH) gate --check-baseline $(JUDGE)
	@$(PCPBENCH) run --workload gate $(call option,--kernel,$(KERNEL)) >/dev/null
	@$(PCPBENCH) gate $(JUDGE) results/runs/latest

verify: all		## make every reference result again, to the bit
	@for f in results/reference/*/*.json; do echo "$$f:"; $(PCPBENCH) verify $$f || exit $$?; done

series-check: all	## each patch of each series: checkpatch, build, W=1 and sparse, boot
	@$(PCPBENCH) series-check $(call option,--kernel,$(KERNEL))

figures-check: all	## measure every figure of README, docs, patches and letters again (FILES=)
	@tests/figures-check $(FILES)

deps:			## install all that is missing (apt), or say what to install
	@CC="$(CC)" runner/deps.sh $(NEEDS)

# a target asks for what it needs, and goes without the rest: runner/deps.txt
NEEDS = build run test
all report doctor list: NEEDS = build
bench shell gate verify series-check: NEEDS = build run
test test-full: NEEDS = build run test

# as many compilers as there are cores, unless make was told how many
at_once = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

all: deps		## the host program alone
	@$(MAKE) --no-print-directory $(if $(V),,-s) $(at_once) $(PCPBENCH)

install: all		## program, man page, completion, data and docs below PREFIX=/usr/local (DESTDIR=)
	@$(MAKE) --no-print-directory -s build/pcpbench.1 build/pcpbench.bash
	@install -D -m 755 $(PCPBENCH) $(BIN)/pcpbench
	@install -D -m 644 build/pcpbench.1 $(MAN)/pcpbench.1
	@install -D -m 644 build/pcpbench.bash $(COMPLETIONS)/pcpbench
	@rm -rf $(DATA) $(DOC)
	@for f in $(call files,$(DATA_PARTS)); do install -D -m 644 "$$f" $(DATA)/"$$f" || exit; done
	@for f in README.md $(wildcard CONTRIBUTING.md) $(call files,docs); do install -D -m 644 "$$f" $(DOC)/"$$f" || exit; done

uninstall:		## remove what `make install` put there (the same PREFIX=, DESTDIR=)
	rm -f $(BIN)/pcpbench $(MAN)/pcpbench.1 $(COMPLETIONS)/pcpbench
	rm -rf $(DATA) $(DOC)

clean:			## remove what was built here; results and the cache stay
	rm -rf build $(PCPBENCH)

distclean: clean	## the cache of kernels and images, too
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/pcpbench"

help:			## this list
	@echo "Usage: make TARGET [VARIABLE=value ...]"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

# Installation: where things go, and what the program needs when the checkout is gone.
PREFIX ?= /usr/local
DESTDIR ?=
into = $(call quote,$(DESTDIR)$(PREFIX)/$1)
BIN = $(call into,bin)
MAN = $(call into,share/man/man1)
COMPLETIONS = $(call into,share/bash-completion/completions)
DATA = $(call into,share/pcpbench)
DOC = $(call into,share/doc/pcpbench)
DATA_PARTS := bench-module contract guest patches plot workloads results/gate.conf \
	results/reference results/schema.json runner/deps.txt COPYING
# nothing that was built there by hand
files = $(sort $(shell find $1 -type f ! -name '*.o' ! -name '*.ko' ! -name '*.mod' ! -name '*.mod.c' \
	! -name '.*' ! -name '*.symvers' ! -name '*.order' ! -name '*~' ! -name '*.in'))

# What the program prints of its commands takes the place of the line @COMMANDS@, or stands first.
build/pcpbench.1: docs/pcpbench.1.in $(PCPBENCH)
	@$(PCPBENCH) help --man >build/man-commands
	@sed -e '/^@COMMANDS@$$/{r build/man-commands' -e 'd}' \
		-e "s/@VERSION@/$$($(PCPBENCH) --version | cut -d ' ' -f 2)/" $< >$@

build/pcpbench.bash: runner/completion.bash $(PCPBENCH)
	@{ $(PCPBENCH) help --bash-completion && cat $<; } >$@

# V=1 shows the commands
say = $(if $(V),,@echo '  $1' >&2;)

$(PCPBENCH): $(RUNNER_OBJ)
	$(call say,LD  $@)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

build/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  $<)$(CC) $(BASE_CFLAGS) $(RUNNER_INC) $(CFLAGS) -c -o $@ $<

# Tests: everything again with the sanitizers. What all of them share is one library, so that a changed
# file links that alone again. The program itself is whole, as tests carry it elsewhere.
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -O1 -g1 -fPIC
san = $(patsubst %.c,build/san/%.o,$1)
SAN_RUNNER := $(call san,$(filter-out runner/cmd/main.c,$(RUNNER_SRC)))
SAN_TEST_LIB := $(call san,$(wildcard tests/host/lib-*.c tests/guest/lib-*.c))
SAN_FUZZ_LIB := $(call san,$(wildcard tests/fuzz/lib-*.c))
TEST_LIB := build/tests/libtest.so
# one program of each; the folder says what it needs, and scripts are run as they are
FUZZERS := $(patsubst %.c,build/%,$(wildcard tests/fuzz/fuzz-*.c))
TEST_PROGRAMS := $(patsubst %.c,build/%,$(wildcard tests/*/test-*.c)) $(FUZZERS)

.PHONY: test-programs
test-programs: $(TEST_PROGRAMS) build/tests/pcpbench

build/san/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  $< (sanitized))$(CC) $(BASE_CFLAGS) $(SAN) $(RUNNER_INC) -Itests -c -o $@ $<

build/tests/pcpbench: build/san/runner/cmd/main.o $(SAN_RUNNER)
	@mkdir -p $(@D)
	$(call say,LD  $@)$(CC) $(SAN) -o $@ $^ $(LIBS)

# moved into its place, as tests may be running
$(TEST_LIB): $(SAN_RUNNER) $(SAN_TEST_LIB)
	@mkdir -p $(@D)
	$(call say,LD  $@)$(CC) $(SAN) -shared -o $@.new $^ $(LIBS) -lcmocka && mv $@.new $@

$(FUZZERS): $(SAN_FUZZ_LIB)

build/tests/%: build/san/tests/%.o | $(TEST_LIB)
	@mkdir -p $(@D)
	$(call say,LD  $@)$(CC) $(SAN) -Wl,-rpath,'$$ORIGIN/..' -o $@ $^ $(TEST_LIB) $(LIBS) -lcmocka

.SECONDARY:
-include $(wildcard build/runner/*/*.d build/san/*/*/*.d)
