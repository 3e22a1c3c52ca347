# Stagecraft: one booking shop, eight runnable stages. This file is the front door; `make help` lists it.
# The work is in infra/make: build.mk compiles, local.mk starts and stops, test.mk tests and measures,
# load.mk sends visitors, fuzz.mk makes up inputs, kit.mk takes a stage elsewhere.

# `make test` runs every stage unless one was asked for
STAGE_ASKED := $(STAGE)
STAGE   ?= 01-monolith
VARIANT ?= release

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# a stage may be named by its number alone: STAGE=02
STAGES      := $(patsubst stages/%/stage.mk,%,$(sort $(wildcard stages/*/stage.mk)))
stage_named  = $(filter $(1) $(1)-%,$(STAGES))
ifneq ($(words $(call stage_named,$(STAGE))),1)
$(error there is no stage '$(STAGE)'; choose one of: $(STAGES))
endif
override STAGE := $(call stage_named,$(STAGE))

include stages/$(STAGE)/stage.mk
include infra/make/build.mk
include infra/make/local.mk
include infra/make/test.mk
include infra/make/load.mk
include infra/make/fuzz.mk
include infra/make/kit.mk

##@ Help

help: ## list the commands
	@awk -f infra/make/help.awk $(MAKEFILE_LIST)

.PHONY: help
