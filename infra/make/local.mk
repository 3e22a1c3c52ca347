# Runs the shop on this machine. The work is done by infra/local/stack (see there); make installs and builds
# first, and passes on what the stage says about itself.

STACK := infra/local/stack

# on all cores, unless make was given a number of jobs already
ALL_CORES = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

export STAGE VARIANT STAGE_CONFIG STAGE_SERVERS STAGE_SERVICES STAGE_ENTRY

##@ Run

up: install ## install what is missing, build, start everything, print the address (DATA=large: on a million users)
	@$(MAKE) --no-print-directory $(ALL_CORES) build
	@$(STACK) up

seed: install ## fill a set of data: SIZE=small|10k|100k|large (REPLACE=yes: make one anew); `make up DATA=large` opens it
	@$(MAKE) --no-print-directory $(ALL_CORES) build
	@$(STACK) seed

down: ## stop everything; the data stays
	@$(STACK) down

rolling-restart: ## start every instance anew, one after another, without a failed request (from stage 04 on)
	@$(STACK) rolling-restart

scale: ## run more or fewer instances, without a failed request: INSTANCES=5 (from stage 04 on), WORKERS=4 (from 05 on)
	@$(if $(filter-out file default undefined,$(origin WORKERS)),$(STACK) scale worker $(WORKERS),$(STACK) scale shop $(INSTANCES))

dlq: ## the dead letters of the running shop; SHOW=letter, REPLAY=letter|all, DROP=letter|all (from stage 05 on)
	@$(STACK) dlq $(if $(SHOW),show '$(SHOW)',$(if $(REPLAY),replay '$(REPLAY)',$(if $(DROP),drop '$(DROP)',list)))

# from and to are numbers or names; what runs must be FROM
upgrade: ## take the running shop to the next stage, without a failed request: FROM=01 TO=02
	@$(MAKE) --no-print-directory STAGE='$(TO)' install
	@$(MAKE) --no-print-directory $(ALL_CORES) STAGE='$(TO)' build
	@$(STACK) upgrade '$(call stage_named,$(FROM))' '$(call stage_named,$(TO))'

downgrade: ## take it back to the stage before, without a failed request: FROM=02 TO=01
	@$(MAKE) --no-print-directory STAGE='$(TO)' install
	@$(MAKE) --no-print-directory $(ALL_CORES) STAGE='$(TO)' build
	@$(STACK) downgrade '$(call stage_named,$(FROM))' '$(call stage_named,$(TO))'

status: ## what runs, with ports and memory (also written to .run/status.json)
	@$(STACK) status

logs: ## follow the logs of all servers (on a terminal; else the last lines)
	@$(STACK) logs

clean-data: ## stop, and remove the database, mail and passwords (YES=1: do not ask)
	@$(STACK) clean-data

install: ## install the distribution packages that are missing
	@infra/local/install.sh build run $(sort $(INSTALL_ALSO) $(STAGE_PACKAGES))

# the tests build every stage, so they need every stage's packages
STAGES_PACKAGES := $(shell sed -n 's/^\[\([0-9].*\)\]$$/\1/p' infra/packages.txt)
test bench capacity soak kill audit faults: INSTALL_ALSO = test $(STAGES_PACKAGES)
test: INSTALL_ALSO += prove
prove: INSTALL_ALSO = prove

# for infra/local/stack when it is not started by make
stage-facts:
	@printf '%s\n' '$(STAGE) $(STAGE_CONFIG) $(STAGE_ENTRY)' '$(STAGE_SERVERS)' '$(STAGE_SERVICES)'

# for infra/make/stages.py
stage-files:
	@printf '%s\n' 'name:$(STAGE)' 'wire:$(STAGE_WIRE)' 'config:$(STAGE_CONFIG)' 'sources:$(STAGE_SOURCES)' \
	  'queries:$(COMMON_QUERIES) $(STAGE_QUERIES)' 'migrations:$(MIGRATIONS)' 'servers:$(STAGE_SERVERS) $(STAGE_SERVICES)' \
	  'libraries:$(STAGE_LIBRARIES)' 'packages:$(STAGE_PACKAGES)' 'settings:$(STAGE_SETTINGS)' \
	  'services:$(STAGE_SERVICES)' 'entry:$(STAGE_ENTRY)' 'ports:$(STAGE_PORTS)' \
	  'programs:$(STAGE_PROGRAMS)'

.PHONY: up seed down rolling-restart scale dlq upgrade downgrade status logs clean-data install stage-facts stage-files
