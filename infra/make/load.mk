# Builds the load generator and lets it loose. It is linked with its own files, the dice of the seed, and what it uses of
# common/: the event loop, tasks, JSON.

LOAD := $(BUILD)/tests/load/load
# all but main.c: the unit tests and the fuzz targets are linked with these too
LOAD_OBJECTS := $(filter-out %/main.o,$(call objects_of,tests/load)) $(BUILD)/infra/seed/random.o

# a mix is named as its file in tests/load/mixes, or by a path of its own
LOAD_MIX = $(if $(findstring /,$(1)),$(1),tests/load/mixes/$(1).yaml)
# no mix where the URL has a path: then that is what is asked for
LOAD_MIX_OF_URL = $(if $(word 3,$(subst /, ,$(URL))),,--mix $(call LOAD_MIX,shoppers))

##@ Test and measure

load-generator: $(LOAD)

# --rate has no meaning in a closed loop
load: install ## send visitors to the running shop, or to any URL=http://… (MIX=shoppers RATE=200 SECONDS=30, or SATURATE=64)
	@$(MAKE) --no-print-directory VARIANT=release load-generator
	@.run/build/release/tests/load/load --url '$(or $(URL),http://127.0.0.1:8080)' \
	  $(if $(MIX),--mix '$(call LOAD_MIX,$(MIX))',$(LOAD_MIX_OF_URL)) \
	  $(if $(SATURATE),--saturate '$(SATURATE)',--rate '$(or $(RATE),200)') \
	  --seconds '$(or $(filter-out 0,$(SECONDS)),30)' $(OPTIONS)

$(LOAD): $(BUILD)/tests/load/main.o $(LOAD_OBJECTS) $(BUILD)/common.a
	@mkdir -p $(@D)
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(ALLOCATOR_$(VARIANT)) $(LDLIBS)

# its unit tests; common.a is last, where the rule in test.mk puts it
$(TEST_BUILD)/unit/load/run: $(LOAD_OBJECTS)

# for the fuzz targets. An archive of its own: names of its files and functions are those of the sandbox, too
$(BUILD)/tests/load.a: $(LOAD_OBJECTS)
	@rm -f $@
	@ar rcs $@ $^

.PHONY: load-generator load
