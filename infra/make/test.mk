# Builds and runs the tests. One program per folder of tests/unit, one for all port suites, and the shop in
# the variant asked for; tests/run runs them all, counts, and prints the closing line. A folder of tests/unit that is
# named as a stage is linked with that stage's own sources, and there only.

TEST_BUILD := $(BUILD)/tests
UNIT_FOLDERS := $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard tests/unit/*/*.c)))))
UNIT_LAYERS := $(filter-out $(STAGES),$(UNIT_FOLDERS)) $(filter $(STAGE),$(UNIT_FOLDERS))
UNIT_PROGRAMS := $(UNIT_LAYERS:%=$(TEST_BUILD)/unit/%/run)
STAGE_UNIT_PROGRAM := $(filter %/$(STAGE)/run,$(UNIT_PROGRAMS))
PORTS_PROGRAM := $(STAGE_BUILD)/tests/ports/run
MUTANT_SHOP   := $(STAGE_BUILD)/shop-mutant
TEST_LIBS      = $(shell pkg-config --libs cmocka)

objects_of = $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard $(1)/*.c)))

##@ Test and measure

test: install ## install what is missing and run every test on private servers, beside a running shop (STAGE=02: one stage)
	@$(MAKE) --no-print-directory VARIANT=asan test-programs
	@$(MAKE) --no-print-directory VARIANT=release test-programs
	@$(MAKE) --no-print-directory VARIANT=tsan threaded-programs
	@$(MAKE) --no-print-directory VARIANT=fuzz fuzz-programs
	@for stage in $(filter-out $(STAGE),$(STAGES)); do for variant in asan release; do \
	  $(MAKE) --no-print-directory STAGE=$$stage VARIANT=$$variant $(if $(STAGE_ASKED),build,stage-programs) || exit 1; done; done
	@tests/run --again 3 $(if $(STAGE_ASKED),,--every-stage)

unit: $(UNIT_PROGRAMS) ## run the unit tests alone (VARIANT=release|asan|tsan)
	@tests/run --variant $(VARIANT) unit

# THREADED of tests/support/suites.py
threaded-programs: build $(foreach layer,http pg runtime,$(TEST_BUILD)/unit/$(layer)/run)

test-programs: stage-programs load-generator $(UNIT_PROGRAMS)

# what differs from stage to stage
stage-programs: build $(PORTS_PROGRAM) $(MUTANT_SHOP) $(STAGE_UNIT_PROGRAM)

$(STAGE_UNIT_PROGRAM): $(SETTINGS_OBJECTS)
$(TEST_BUILD)/unit/sandbox/run: $(filter-out %/main.o,$(call objects_of,infra/sandbox))
$(TEST_BUILD)/unit/seed/run: $(filter-out %/main.o,$(call objects_of,infra/seed) $(call objects_of,infra/seed/pictures)) $(BUILD)/infra/sandbox/ledger.o $(BUILD)/infra/sandbox/ledger_line.o $(BUILD)/infra/sandbox/key_table.o $(BUILD)/tests/unit/pg/server.o

define unit_program
$(TEST_BUILD)/unit/$(1)/run: $(call objects_of,tests/unit/$(1)) $(STAGE_OBJECTS) $(BUILD)/common.a
	@mkdir -p $$(@D)
	@echo "  link  $$@"
	@$$(CC) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) $(BUILD)/common.a $$(LDLIBS) $$(TEST_LIBS)
endef
$(foreach layer,$(UNIT_LAYERS),$(eval $(call unit_program,$(layer))))

# a stage that wraps or replaces ports has implementations of its own, in a folder of its name
STAGE_PORTS_OBJECTS = $(foreach folder,$(STAGE_PORTS),$(call objects_of,tests/ports/$(folder))) $(GENERATED)/ports.o

$(GENERATED)/ports.c: FORCE
	@mkdir -p $(@D)
	@{ echo '#include "tests/ports/harness.h"'; echo; \
	  for name in $(subst -,_,$(STAGE_PORTS)); do echo "extern const struct implementation_table ports_$$name;"; done; \
	  echo 'const struct implementation_table *const stage_tables[] = {'; \
	  for name in $(subst -,_,$(STAGE_PORTS)); do echo "    &ports_$$name,"; done; echo '    NULL,'; echo '};'; } > $@.new
	@cmp -s $@.new $@ || cp $@.new $@
	@rm -f $@.new

$(PORTS_PROGRAM): $(call objects_of,tests/ports) $(STAGE_PORTS_OBJECTS) $(SETTINGS_OBJECTS) $(STAGE_OBJECTS) $(BUILD)/common.a
	@mkdir -p $(@D)
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(TEST_LIBS)

# the shop with a mistake in it (MUTANT=name): tests and the auditor must catch each
# a stage's own mistakes lie in a folder of its name; --wrap: one of them stands before a function of the stage
MUTANT_OBJECTS = $(call objects_of,tests/audit/mutants) $(foreach folder,$(STAGE_PORTS),$(call objects_of,tests/audit/mutants/$(folder)))

$(MUTANT_SHOP): $(BUILD)/common/app/main.o $(MUTANT_OBJECTS) $(STAGE_WIRE:%.c=$(BUILD)/%.mutant.o) $(SETTINGS_OBJECTS) $(STAGE_OBJECTS) $(BUILD)/common.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) $(foreach folder,$(filter 05-queues,$(STAGE_PORTS)),-Wl,--wrap=subscriptions_add) -o $@ $^ $(LDLIBS)

# the stage's wire() under another name, so that the mutant's wire() can call it and then replace a port
$(BUILD)/%.mutant.o: %.c | $(BUILD)/generated/statements.h
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -Dwire=stage_wire -MMD -MP -c -o $@ $<

# the bare libmicrohttpd that /healthz is measured against
$(TEST_BUILD)/bench/hello: $(BUILD)/tests/bench/hello.o
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $^ -lmicrohttpd

bench: install ## measure against the bars and the peers, and every route on large data (QUICK=1: roughly)
	@$(MAKE) --no-print-directory VARIANT=release build load-generator $(BUILD)/tests/bench/hello
	@tests/bench/run

capacity: install ## how many requests and orders a stage carries on this machine, for make cost (STAGE=NN-name; RECORD=1)
	@$(MAKE) --no-print-directory VARIANT=release build load-generator
	@tests/bench/capacity

# the stage before, of the first stage itself: then the proof says that there is nothing before it
STAGE_BEFORE = $(shell printf '%s\n' $(STAGES) | grep -B 1 -xF '$(STAGE)' | head -n 1)

prove: install ## show with an interval what a stage gains, against the one before (STAGE=02; QUICK=1, ONLY="home …", FRESH=1)
	@for stage in $(STAGE_BEFORE) $(STAGE); do \
	  $(MAKE) --no-print-directory $(ALL_CORES) STAGE=$$stage VARIANT=release build load-generator || exit 2; done
	@STAGE=$(STAGE) tests/prove/run

soak: install ## a million requests of all sorts: do memory and descriptors stay flat? (writes .run/results/soak.json)
	@$(MAKE) --no-print-directory VARIANT=release build
	@tests/soak/run

# looks at the stack that runs under RUN; the shop goes on
audit: install ## do all books of the running shop agree? (RUN=folder, LEDGER=files of the load clients, WAIT=seconds)
	@tests/audit/run $(if $(RUN),--run $(RUN)) $(if $(WAIT),--wait $(WAIT)) $(LEDGER)

faults: install ## break everything under load, in the order of a SEED, for a DURATION (10m), then audit all books
	@$(MAKE) --no-print-directory VARIANT=release build load-generator
	@tests/faults/run --stage $(STAGE) --seed $(or $(SEED),1) --seconds $(or $(DURATION),10m)

kill: install ## kill -9 the shop and PostgreSQL in the middle of checkouts, 50 times each (KILLS=… SEED=…)
	@$(MAKE) --no-print-directory VARIANT=release build
	@KILLS=$(or $(KILLS),50) VARIANT=release /usr/bin/python3 -m pytest -qs -p no:cacheprovider tests/faults/test_kill.py

diff: ## what a stage adds to the one before (STAGE=02, or FROM=01 TO=03; RENDERED=1: new objects in full)
	@infra/make/diff.py $(FROM) $(or $(TO),$(STAGE))

# FROM is the stage before unless given; TO is STAGE unless given
explain: ## EXPLAIN a stage's statements before it and with it, on the open database (STAGE=02 [CASE=word], PLANS=1)
	@infra/make/explain.py $(FROM) $(or $(TO),$(STAGE)) $(CASE)

readme: ## rewrite the generated parts of the READMEs
	@infra/make/readme.py

storefront: install ## take the picture of the front page that stands in the README
	@$(MAKE) --no-print-directory VARIANT=release build
	@tests/browser/run --front

format: ## clang-format every C file
	@clang-format -i $$(git ls-files '*.c' '*.h')

.PHONY: test unit test-programs threaded-programs stage-programs bench capacity prove soak kill audit faults diff explain readme storefront format
