# What is done behind the shop: each instance runs a relay and a worker. Of all relays one works and the others stand by;
# all workers share the work. Nobody talks to them, so there is no balancer.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "instance_type" { type = string }
variable "image" { type = string } # ACCOUNT.dkr.ecr.REGION.amazonaws.com/shop:05-queues
variable "kms_key_arn" { type = string }
variable "databases" { type = map(string) } # as modules/machine takes them, and those below
variable "postgres_secret_arn" { type = string }
variable "signing_key_arn" { type = string }
variable "provider_url" { type = string }
variable "redis" { type = map(object({ endpoint = string, port = number, url_secret_arn = string })) }
variable "settings" { type = map(string) }
variable "processes" { type = number } # that are beside these on the same database, at most
variable "instances_min" { type = number }
variable "instances_max" { type = number }

locals {
  parts = ["relay", "worker"]
  most  = length(local.parts) * (var.instances_max + 1) # one more while they change
}

module "machine" {
  source              = "../machine"
  name                = var.name
  vpc_id              = var.vpc_id
  image               = var.image
  parts               = local.parts
  kms_key_arn         = var.kms_key_arn
  databases           = var.databases
  postgres_secret_arn = var.postgres_secret_arn
  signing_key_arn     = var.signing_key_arn
  provider_url        = var.provider_url
  redis               = var.redis
  settings            = merge(var.settings, { PROCESS_INSTANCES = tostring(local.most + var.processes) })
}

module "group" {
  source            = "../group"
  name              = var.name
  subnet_ids        = var.subnet_ids
  instance_type     = var.instance_type
  instances_min     = var.instances_min
  instances_max     = var.instances_max
  system            = module.machine.system
  first_boot        = module.machine.first_boot
  instance_profile  = module.machine.instance_profile
  security_group_id = module.machine.security_group_id
}

output "security_group_id" { value = module.machine.security_group_id }
