# Compiles one stage in one variant. Everything made lies under .run/build/$(VARIANT):
#
#   common.a                        all of common/ but main.c: what a program does not use is not linked
#   generated/statements.h          the named statements of the modules
#   generated/web_files.c           the storefront's pages and assets
#   stages/$(STAGE)/generated/*.c   statements, migrations, version and settings as this stage has them
#   stages/$(STAGE)/shop            the program, and beside it those that the stage has for special purposes
#   infra/sandbox/sandbox, infra/seed/seed
#
# Objects depend on headers through -MMD. Variants: release, asan (address + undefined), tsan,
# and fuzz (asan and libFuzzer's counters, by clang).

CC          ?= gcc
BUILD       := .run/build/$(VARIANT)
STAGE_BUILD := $(BUILD)/stages/$(STAGE)
GENERATED   := $(STAGE_BUILD)/generated

ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(VARIANT),fuzz)
CC := $(or $(FUZZ_CC),clang)
endif

VARIANT_FLAGS_release := -O2 -g
VARIANT_FLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
VARIANT_FLAGS_tsan    := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
VARIANT_FLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
VARIANT_FLAGS         := $(VARIANT_FLAGS_$(VARIANT))
ifeq ($(VARIANT_FLAGS),)
$(error there is no variant '$(VARIANT)'; choose release, asan, tsan or fuzz)
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
            -Wformat=2 -Wvla -Wno-missing-field-initializers -Werror
CPPFLAGS := -I. -I$(BUILD)/generated -D_GNU_SOURCE $(shell pkg-config --cflags $(STAGE_LIBRARIES) 2>/dev/null)
CFLAGS   := -std=gnu2x -pthread $(VARIANT_FLAGS) $(WARNINGS)
LDFLAGS  := -pthread $(VARIANT_FLAGS)
# Takes malloc's place in the shop's release build (decision 0009); the sanitizers bring their own.
ALLOCATOR_release := -lmimalloc
# libharu and mimalloc of Debian 12 have no .pc file
LDLIBS    = $(shell pkg-config --libs $(STAGE_LIBRARIES)) -lhpdf -lm

# the generator's drawing is arithmetic on one thread: nothing for tsan to find, and it would take minutes
ifeq ($(VARIANT),tsan)
$(BUILD)/infra/seed/pictures/%.o: CFLAGS += -fno-sanitize=thread
endif

COMMON_SOURCES := $(filter-out common/app/main.c,$(shell find common -name '*.c' | LC_ALL=C sort))
COMMON_OBJECTS := $(COMMON_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/generated/web_files.o
WEB_FILES      := common/web/layout.html $(wildcard common/web/pages/* common/web/assets/*)
COMMON_QUERIES := $(sort $(wildcard common/modules/*/queries.sql))
# declared for every stage, so that switching between them compiles nothing anew; defined where a stage has them
ALL_QUERIES    := $(COMMON_QUERIES) $(sort $(wildcard stages/*/queries.sql))
MIGRATIONS     := $(sort $(wildcard common/modules/*/migrations/*.sql)) $(STAGE_MIGRATIONS)

# a stage's source that defines what a file of common defines takes its place: it comes before the archive
SHOP_OBJECTS := $(BUILD)/common/app/main.o $(STAGE_WIRE:%.c=$(BUILD)/%.o) $(STAGE_SOURCES:%.c=$(BUILD)/%.o)
STAGE_OBJECTS := $(addprefix $(GENERATED)/,statements.o migrations.o about.o)
# the tables of the stage's own settings are in its sources: whoever links this one links those
SETTINGS_OBJECTS := $(GENERATED)/settings.o $(STAGE_SOURCES:%.c=$(BUILD)/%.o)

SHOP    := $(STAGE_BUILD)/shop
SANDBOX := $(BUILD)/infra/sandbox/sandbox
SEEDER  := $(BUILD)/infra/seed/seed

##@ Build

# what a stage has beside its shop: a program for each of its STAGE_PROGRAMS, stages/NN-name/NAME.c
PROGRAMS_BESIDE := $(foreach source,$(STAGE_PROGRAMS),$(STAGE_BUILD)/$(basename $(notdir $(source))))

build: $(SHOP) $(PROGRAMS_BESIDE) $(SANDBOX) $(SEEDER) ## compile the stage (VARIANT=release|asan|tsan)

$(SHOP): $(SHOP_OBJECTS) $(STAGE_OBJECTS) $(GENERATED)/settings.o $(BUILD)/common.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(ALLOCATOR_$(VARIANT)) $(LDLIBS)

define program_beside
$(STAGE_BUILD)/$(basename $(notdir $(1))): $(1:%.c=$(BUILD)/%.o) $(SETTINGS_OBJECTS) $(STAGE_OBJECTS) $(BUILD)/common.a
	@echo "  link  $$@"
	@$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach source,$(STAGE_PROGRAMS),$(eval $(call program_beside,$(source))))

$(SANDBOX): $(patsubst %.c,$(BUILD)/%.o,$(wildcard infra/sandbox/*.c)) $(BUILD)/common.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# it writes what the sandbox reads
$(SEEDER): $(patsubst %.c,$(BUILD)/%.o,$(wildcard infra/seed/*.c infra/seed/pictures/*.c)) $(BUILD)/infra/sandbox/ledger_line.o $(BUILD)/common.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# lists of files are prerequisites too: a deleted source must leave what was made of it
$(BUILD)/common.a: $(COMMON_OBJECTS) $(BUILD)/common.list
	@rm -f $@
	@ar rcs $@ $(COMMON_OBJECTS)

$(BUILD)/common.list: LISTED = $(COMMON_SOURCES)
$(BUILD)/web.list: LISTED = $(WEB_FILES)
$(BUILD)/common.list $(BUILD)/web.list: FORCE
	@mkdir -p $(@D)
	@echo '$(LISTED)' | cmp -s - $@ || echo '$(LISTED)' > $@

$(BUILD)/%.o: %.c | $(BUILD)/generated/statements.h
	@mkdir -p $(@D)
	@echo "  cc    $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(GENERATED)/%.o: $(GENERATED)/%.c
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# written anew only when its content changes, so that a changed statement does not rebuild all modules
$(BUILD)/generated/statements.h: $(BUILD)/generated/statements.stamp ;
$(BUILD)/generated/statements.stamp: $(ALL_QUERIES) infra/make/statements.awk
	@mkdir -p $(@D)
	@awk -v part=header -f infra/make/statements.awk $(ALL_QUERIES) > $@.new
	@cmp -s $@.new $(@D)/statements.h || cp $@.new $(@D)/statements.h
	@rm -f $@.new; touch $@

$(GENERATED)/statements.c: $(COMMON_QUERIES) $(STAGE_QUERIES) infra/make/statements.awk | $(BUILD)/generated/statements.h
	@mkdir -p $(@D)
	@awk -v part=source -f infra/make/statements.awk $(COMMON_QUERIES) $(STAGE_QUERIES) > $@

$(GENERATED)/migrations.c: $(MIGRATIONS) infra/make/migrations.awk
	@mkdir -p $(@D)
	@awk -f infra/make/migrations.awk $(MIGRATIONS) > $@

$(BUILD)/generated/web_files.c: $(WEB_FILES) $(BUILD)/web.list infra/make/web.sh
	@infra/make/web.sh common/web $(@D)

$(BUILD)/generated/web_files.o: $(BUILD)/generated/web_files.c
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(GENERATED)/about.c: FORCE
	@mkdir -p $(@D)
	@version=$(or $(VERSION),$$(git rev-parse --short HEAD 2>/dev/null || echo unknown)); \
	printf '#include "common/app/generated.h"\n\nconst char build_stage[] = "%s";\nconst char build_version[] = "%s";\n' \
	  '$(STAGE)' "$$version" | cmp -s - $@ || \
	printf '#include "common/app/generated.h"\n\nconst char build_stage[] = "%s";\nconst char build_version[] = "%s";\n' \
	  '$(STAGE)' "$$version" > $@

$(GENERATED)/settings.c: FORCE
	@mkdir -p $(@D)
	@{ echo '#include "common/app/settings_part.h"'; echo; \
	  for part in $(STAGE_SETTINGS); do echo "extern const struct settings_part $$part;"; done; \
	  echo 'const struct settings_part *const settings_parts[] = {'; \
	  for part in $(STAGE_SETTINGS); do echo "    &$$part,"; done; echo '    NULL,'; echo '};'; } > $@.new
	@cmp -s $@.new $@ || cp $@.new $@
	@rm -f $@.new

clean: ## remove what was compiled (data stays)
	rm -rf .run/build

FORCE:
.PHONY: build clean FORCE
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
