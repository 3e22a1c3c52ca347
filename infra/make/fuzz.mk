# Builds and runs the fuzz targets: one program per file of tests/fuzz/targets, in the variant fuzz.
# Targets that speak for the sandbox or the load generator are linked with their objects; the linker takes what a
# target uses.

FUZZ_NAMES    := $(sort $(patsubst tests/fuzz/targets/%.c,%,$(wildcard tests/fuzz/targets/*.c)))
FUZZ_PROGRAMS := $(FUZZ_NAMES:%=$(BUILD)/tests/fuzz/%)
FUZZ_LIBRARY  := $(BUILD)/tests/fuzz.a
FUZZ_SHARED   := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/fuzz/*.c)))

##@ Test and measure

fuzz: install ## search for inputs that break something (TARGET=… SECONDS=…)
	@$(MAKE) --no-print-directory VARIANT=fuzz fuzz-programs
	@tests/fuzz/run --seconds $(or $(filter-out 0,$(SECONDS)),60) --grow $(TARGET)

fuzz-programs: $(FUZZ_PROGRAMS)

$(FUZZ_LIBRARY): $(FUZZ_SHARED) $(filter-out %/main.o,$(call objects_of,infra/sandbox))
	@rm -f $@
	@ar rcs $@ $^

# a target's own definitions come first: where it stands in for a part, the real one is not taken from the archive
$(FUZZ_PROGRAMS): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/targets/%.o $(FUZZ_LIBRARY) $(BUILD)/tests/load.a $(BUILD)/common.a $(STAGE_OBJECTS) $(SETTINGS_OBJECTS)
	@mkdir -p $(@D)
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(FUZZ_LIBRARY) $(BUILD)/tests/load.a $(SETTINGS_OBJECTS) $(BUILD)/common.a $(STAGE_OBJECTS) $(LDLIBS)

.PHONY: fuzz fuzz-programs
