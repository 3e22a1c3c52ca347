# Runs the shop on this machine. The work is done by infra/local/stack (see there); make installs and builds
# first, and passes on what the stage says about itself.

STACK := infra/local/stack

# on all cores, unless make was given a number of jobs already
ALL_CORES = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

export STAGE VARIANT STAGE_CONFIG STAGE_SERVERS

##@ Run

up: install ## install what is missing, build, start everything, print the address (DATA=large: on a million users)
	@$(MAKE) --no-print-directory $(ALL_CORES) build
	@$(STACK) up

seed: install ## fill a set of data: SIZE=small|large (REPLACE=yes: make one anew); `make up DATA=large` opens it
	@$(MAKE) --no-print-directory $(ALL_CORES) build
	@$(STACK) seed

down: ## stop everything; the data stays
	@$(STACK) down

status: ## what runs, with ports and memory (also written to .run/status.json)
	@$(STACK) status

logs: ## follow the logs of all servers (on a terminal; else the last lines)
	@$(STACK) logs

clean-data: ## stop, and remove the database, mail and passwords (YES=1: do not ask)
	@$(STACK) clean-data

install: ## install the distribution packages that are missing
	@infra/local/install.sh build run $(INSTALL_ALSO) $(STAGE_PACKAGES)

test bench soak: INSTALL_ALSO = test

# for infra/local/stack when it is not started by make
stage-facts:
	@echo $(STAGE) $(STAGE_CONFIG) $(STAGE_SERVERS)

# for infra/make/stages.py
stage-files:
	@printf '%s\n' 'name:$(STAGE)' 'wire:$(STAGE_WIRE)' 'config:$(STAGE_CONFIG)' 'sources:$(STAGE_SOURCES)' \
	  'queries:$(COMMON_QUERIES) $(STAGE_QUERIES)' 'migrations:$(MIGRATIONS)' 'servers:$(STAGE_SERVERS)' \
	  'libraries:$(STAGE_LIBRARIES)' 'packages:$(STAGE_PACKAGES)'

.PHONY: up seed down status logs clean-data install stage-facts stage-files
