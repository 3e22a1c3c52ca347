# Stage 03 on AWS: stage 02 and a cache.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
  # more than one person deploys? terraform/README.md has the backend for a shared state
}

provider "aws" {
  region = var.region
  default_tags { tags = { Project = local.name, Stage = "03-caching", ManagedBy = "terraform" } }
}

locals { name = "stagecraft-03" }

module "network" {
  source = "../../modules/network"
  name   = local.name
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
  client_security_group_ids = [module.shop.security_group_id]
  kms_key_arn               = module.secrets.kms_key_arn
  instance_class            = "db.t3.small"
  storage_gb                = 50
  keep                      = var.keep
}

module "redis" {
  source                    = "../../modules/redis"
  name                      = local.name
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.private_subnet_ids
  client_security_group_ids = [module.shop.security_group_id]
  kms_key_arn               = module.secrets.kms_key_arn
  node_type                 = "cache.t3.micro"
  policy                    = "allkeys-lfu"
  port                      = 6379
}

module "shop" {
  source              = "../../modules/app_instance"
  name                = local.name
  vpc_id              = module.network.vpc_id
  subnet_id           = module.network.public_subnet_ids[0]
  instance_type       = "t3.small"
  image               = var.image
  kms_key_arn         = module.secrets.kms_key_arn
  databases           = { POSTGRES_URL = module.postgres.address }
  postgres_secret_arn = module.postgres.secret_arn
  signing_key_arn     = module.secrets.signing_key_arn
  provider_url        = var.provider_url
  redis               = { CACHE_REDIS_URL = module.redis.for_shop }
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
