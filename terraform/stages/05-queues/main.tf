# Stage 05 on AWS: stage 04, a broker, and instances that do what the shop has told it.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
  # more than one person deploys? terraform/README.md has the backend for a shared state
}

provider "aws" {
  region = var.region
  default_tags { tags = { Project = local.name, Stage = "05-queues", ManagedBy = "terraform" } }
}

locals {
  name      = "stagecraft-05"
  clients   = [module.shop.security_group_id, module.work.security_group_id]
  databases = { POSTGRES_URL = module.postgres.address, REPLICA_URL = module.replica.address }
  redis     = { CACHE_REDIS_URL = module.redis.for_shop, SESSIONS_REDIS_URL = module.sessions.for_shop }
  shop_max  = 6
  work_max  = 3
  # each of the groups knows how many the other has at most, and one more while they change: all their connections must fit
  beside_shop = 2 * (local.work_max + 1)
  beside_work = local.shop_max + 1
}

module "network" {
  source        = "../../modules/network"
  name          = local.name
  private_zones = 3 # one for each broker
}

module "secrets" {
  source = "../../modules/secrets"
  name   = local.name
}

module "postgres" {
  source                    = "../../modules/postgres"
  name                      = local.name
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.private_subnet_ids
  client_security_group_ids = local.clients
  kms_key_arn               = module.secrets.kms_key_arn
  instance_class            = "db.t3.small"
  storage_gb                = 50
  keep                      = var.keep
}

module "replica" {
  source            = "../../modules/postgres_replica"
  name              = local.name
  source_id         = module.postgres.id
  source_storage_gb = 50
  security_group_id = module.postgres.security_group_id
  parameter_group   = module.postgres.parameter_group
  kms_key_arn       = module.secrets.kms_key_arn
  instance_class    = "db.t3.small"
  keep              = var.keep
}

module "redis" {
  source                    = "../../modules/redis"
  name                      = local.name
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.private_subnet_ids
  client_security_group_ids = local.clients
  kms_key_arn               = module.secrets.kms_key_arn
  node_type                 = "cache.t3.micro"
  policy                    = "allkeys-lfu"
  port                      = 6379
}

module "sessions" {
  source                    = "../../modules/redis"
  name                      = "${local.name}-sessions"
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.private_subnet_ids
  client_security_group_ids = local.clients
  kms_key_arn               = module.secrets.kms_key_arn
  node_type                 = "cache.t3.micro"
  policy                    = "noeviction"
  port                      = 6380
}

module "kafka" {
  source                    = "../../modules/kafka"
  name                      = local.name
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.private_subnet_ids
  client_security_group_ids = local.clients
  kms_key_arn               = module.secrets.kms_key_arn
  instance_type             = "kafka.m7g.large" # the smallest that new clusters are said to be given
  storage_gb                = 20
}

module "shop" {
  source              = "../../modules/app_group"
  name                = local.name
  vpc_id              = module.network.vpc_id
  subnet_ids          = module.network.public_subnet_ids
  instance_type       = "t3.small"
  instances_min       = 2
  instances_max       = local.shop_max
  image               = var.image
  kms_key_arn         = module.secrets.kms_key_arn
  databases           = local.databases
  postgres_secret_arn = module.postgres.secret_arn
  signing_key_arn     = module.secrets.signing_key_arn
  provider_url        = var.provider_url
  redis               = local.redis
  settings            = module.kafka.settings
  processes           = local.beside_shop
  keep                = var.keep
}

module "work" {
  source              = "../../modules/work_group"
  name                = "${local.name}-work"
  vpc_id              = module.network.vpc_id
  subnet_ids          = module.network.public_subnet_ids
  instance_type       = "t3.small"
  instances_min       = 2
  instances_max       = local.work_max
  image               = var.image
  kms_key_arn         = module.secrets.kms_key_arn
  databases           = local.databases
  postgres_secret_arn = module.postgres.secret_arn
  signing_key_arn     = module.secrets.signing_key_arn
  provider_url        = var.provider_url
  redis               = local.redis
  settings            = module.kafka.settings
  processes           = local.beside_work
}

module "edge" {
  source      = "../../modules/edge"
  name        = local.name
  origin_host = module.shop.host
  domain      = var.domain
  zone_id     = var.zone_id
}

module "budget" {
  source            = "../../modules/budget"
  name              = local.name
  dollars_per_month = var.budget_dollars
  mail_to           = var.mail_to
}

output "url" { value = module.edge.url }
