# Builds and runs the tests. One program per folder of tests/unit, one for all port suites, and the shop in
# the variant asked for; tests/run runs them all, counts, and prints the closing line.

TEST_BUILD := $(BUILD)/tests
UNIT_LAYERS := $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard tests/unit/*/*.c)))))
UNIT_PROGRAMS := $(UNIT_LAYERS:%=$(TEST_BUILD)/unit/%/run)
PORTS_PROGRAM := $(STAGE_BUILD)/tests/ports/run
MUTANT_SHOP   := $(STAGE_BUILD)/shop-check-then-set
TEST_LIBS      = $(shell pkg-config --libs cmocka)

objects_of = $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard $(1)/*.c)))

##@ Test and measure

test: install ## install what is missing and run every test on private servers, beside a running shop
	@$(MAKE) --no-print-directory VARIANT=asan test-programs
	@$(MAKE) --no-print-directory VARIANT=release test-programs
	@$(MAKE) --no-print-directory VARIANT=fuzz fuzz-programs
	@for stage in $(filter-out $(STAGE),$(STAGES)); do for variant in asan release; do \
	  $(MAKE) --no-print-directory STAGE=$$stage VARIANT=$$variant build || exit 1; done; done
	@tests/run

unit: $(UNIT_PROGRAMS) ## run the unit tests alone (VARIANT=release|asan|tsan)
	@tests/run --variant $(VARIANT) unit

test-programs: build $(UNIT_PROGRAMS) $(PORTS_PROGRAM) $(MUTANT_SHOP)

$(TEST_BUILD)/unit/sandbox/run: $(filter-out %/main.o,$(call objects_of,infra/sandbox))
$(TEST_BUILD)/unit/seed/run: $(filter-out %/main.o,$(call objects_of,infra/seed) $(call objects_of,infra/seed/pictures)) $(BUILD)/tests/unit/pg/server.o

define unit_program
$(TEST_BUILD)/unit/$(1)/run: $(call objects_of,tests/unit/$(1)) $(STAGE_OBJECTS) $(BUILD)/common.a
	@mkdir -p $$(@D)
	@echo "  link  $$@"
	@$$(CC) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) $(BUILD)/common.a $$(LDLIBS) $$(TEST_LIBS)
endef
$(foreach layer,$(UNIT_LAYERS),$(eval $(call unit_program,$(layer))))

$(PORTS_PROGRAM): $(call objects_of,tests/ports) $(STAGE_SOURCES:%.c=$(BUILD)/%.o) $(STAGE_OBJECTS) $(BUILD)/common.a
	@mkdir -p $(@D)
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(TEST_LIBS)

# the shop with its capacity guard replaced: the race test must catch it
$(MUTANT_SHOP): $(BUILD)/common/app/main.o $(call objects_of,tests/faults) $(STAGE_WIRE:%.c=$(BUILD)/%.mutant.o) $(STAGE_SOURCES:%.c=$(BUILD)/%.o) $(STAGE_OBJECTS) $(BUILD)/common.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# the stage's wire() under another name, so that the mutant's wire() can call it and then replace a port
$(BUILD)/%.mutant.o: %.c | $(BUILD)/generated/statements.h
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -Dwire=stage_wire -MMD -MP -c -o $@ $<

# the bare libmicrohttpd that /healthz is measured against
$(TEST_BUILD)/bench/hello: $(BUILD)/tests/bench/hello.o
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $^ -lmicrohttpd

bench: install ## measure against the bars and the peers, and every route on large data (QUICK=1: roughly)
	@$(MAKE) --no-print-directory VARIANT=release build $(BUILD)/tests/bench/hello
	@tests/bench/run

soak: install ## a million requests of all sorts: do memory and descriptors stay flat? (writes .run/results/soak.json)
	@$(MAKE) --no-print-directory VARIANT=release build
	@tests/soak/run

diff: ## what a stage adds to the one before (STAGE=02, or FROM=01 TO=03)
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

.PHONY: test unit test-programs bench soak diff explain readme storefront format
