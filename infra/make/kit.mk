# Takes a stage elsewhere: as images (infra/docker), to a container host (infra/compose), a cluster (k8s), to AWS
# (terraform), or as somebody's own project (infra/fork).

# where a stage can go, and what brings it there
DEPLOY_compose := infra/compose/deploy.sh up
DESTROY_compose := infra/compose/deploy.sh down
DEPLOY_k8s := k8s/deploy.sh up
DESTROY_k8s := k8s/deploy.sh down
DEPLOY_aws = /usr/bin/python3 terraform/deploy.py up '$(STAGE)'
DESTROY_aws = /usr/bin/python3 terraform/deploy.py down '$(STAGE)'
TARGETS := $(sort $(patsubst DEPLOY_%,%,$(filter DEPLOY_%,$(.VARIABLES))))

# the shell finds what make was told in its environment: there a quote in it is a letter like others
go_to = $(or $($(1)_$(TARGET)),echo "there is no TARGET='$$TARGET'; choose one of: $(TARGETS)" >&2; exit 1)

##@ Take it elsewhere

image: ## container images of a stage (STAGE=NN-name; BUILD_OPTIONS=--network=host)
	@STAGE='$(STAGE)' SECTIONS='build $(STAGE_PACKAGES)' IMAGES='tools shop $(if $(filter nginx,$(STAGE_SERVERS)),balancer)' infra/docker/image.sh

deploy: ## a stage to TARGET=compose|k8s|aws: a container host, a cluster, the cloud (STAGE=NN-name)
	@STAGE='$(STAGE)' INSTANCES='$(INSTANCES)' WORKERS='$(WORKERS)' $(call go_to,DEPLOY)

destroy: ## take it away again, and prove that nothing is left (YES=1: do not ask)
	@STAGE='$(STAGE)' $(call go_to,DESTROY)

cost: ## what a stage on AWS costs a month, by its plan and the price table (STAGE=NN-name)
	@/usr/bin/python3 terraform/cost.py '$(STAGE)'

test-kit: install ## build, deploy, ask and destroy each stage for real (needs root; minutes)
	@tests/kit/run

fork: ## a stage as your own project (STAGE=NN-name NAME=myshop DEST=../myshop)
	@infra/fork/fork.py '$(STAGE)' "$$NAME" "$$DEST"

test-kit: INSTALL_ALSO = test kit

.PHONY: image deploy destroy cost test-kit fork
