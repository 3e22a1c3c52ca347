# Builds and runs the tests. One program per folder of tests/unit, one for all port suites; tests/run runs them and the
# suites in Python, counts, and prints the closing line.

TEST_BUILD := $(BUILD)/tests
UNIT_LAYERS := $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard tests/unit/*/*.c)))))
UNIT_PROGRAMS := $(UNIT_LAYERS:%=$(TEST_BUILD)/unit/%/run)
PORTS_PROGRAM := $(TEST_BUILD)/ports/run
TEST_LIBS      = $(shell pkg-config --libs cmocka)

objects_of = $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard $(1)/*.c)))

##@ Test

test: install ## install what is missing and run every test on private servers, beside a running shop
	@$(MAKE) --no-print-directory VARIANT=asan test-programs
	@$(MAKE) --no-print-directory VARIANT=release test-programs
	@tests/run

unit: $(UNIT_PROGRAMS) ## run the unit tests alone (VARIANT=release|asan|tsan)
	@tests/run --variant $(VARIANT) unit

test-programs: build $(UNIT_PROGRAMS) $(PORTS_PROGRAM) ## compile the tests (VARIANT=release|asan|tsan)

$(TEST_BUILD)/unit/sandbox/run: $(filter-out %/main.o,$(call objects_of,infra/sandbox))
$(TEST_BUILD)/unit/seed/run: $(filter-out %/main.o,$(call objects_of,infra/seed) $(call objects_of,infra/seed/pictures)) $(BUILD)/infra/sandbox/ledger.o $(BUILD)/infra/sandbox/ledger_line.o $(BUILD)/infra/sandbox/key_table.o $(BUILD)/tests/unit/pg/server.o

define unit_program
$(TEST_BUILD)/unit/$(1)/run: $(call objects_of,tests/unit/$(1)) $(GENERATED_OBJECTS) $(GENERATED)/settings.o $(BUILD)/$NAME.a
	@mkdir -p $$$$(@D)
	@echo "  link  $$$$@"
	@$$$$(CC) $$$$(LDFLAGS) -o $$$$@ $$$$(filter %.o,$$$$^) $(BUILD)/$NAME.a $$$$(LDLIBS) $$$$(TEST_LIBS)
endef
$(foreach layer,$(UNIT_LAYERS),$(eval $(call unit_program,$(layer))))

# what wraps or replaces ports has its cases in a folder of tests/ports
PORTS_OBJECTS = $(foreach folder,$(PORT_FOLDERS),$(call objects_of,tests/ports/$(folder))) $(GENERATED)/ports.o

$(GENERATED)/ports.c: Makefile
	@mkdir -p $(@D)
	@{ echo '#include "tests/ports/harness.h"'; echo; \
	  for name in $(subst -,_,$(PORT_FOLDERS)); do echo "extern const struct implementation_table ports_$$$$name;"; done; \
	  echo 'const struct implementation_table *const more_tables[] = {'; \
	  for name in $(subst -,_,$(PORT_FOLDERS)); do echo "    &ports_$$$$name,"; done; echo '    NULL,'; echo '};'; } > $@

$(PORTS_PROGRAM): $(call objects_of,tests/ports) $(PORTS_OBJECTS) $(GENERATED_OBJECTS) $(GENERATED)/settings.o $(BUILD)/$NAME.a
	@mkdir -p $(@D)
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(TEST_LIBS)

format: ## clang-format every C file
	@clang-format -i $$$$(git ls-files '*.c' '*.h')

.PHONY: test unit test-programs format
