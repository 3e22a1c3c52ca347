# Redis as a service, for what may be lost: in private subnets, encrypted at rest and on the way, with a password. Its token
# has to be known to the service, so it is in the state: keep the state encrypted (terraform/README.md). The shop reaches it
# through a tunnel on its machine (modules/machine): the URL in the secret leads to that.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "client_security_group_ids" { type = list(string) } # who may talk to it
variable "kms_key_arn" { type = string }
variable "node_type" { type = string }
variable "policy" { type = string } # what is forgotten when the memory is full
variable "port" { type = number }   # of the tunnel on the shop's machine

resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
  tags       = { Name = var.name }
}

resource "aws_security_group" "this" {
  name        = "${var.name}-redis"
  description = "Redis, from the shop alone"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-redis" }
}

resource "aws_vpc_security_group_ingress_rule" "shop" {
  count                        = length(var.client_security_group_ids)
  security_group_id            = aws_security_group.this.id
  description                  = "the shop"
  referenced_security_group_id = var.client_security_group_ids[count.index]
  from_port                    = 6379
  to_port                      = 6379
  ip_protocol                  = "tcp"
  tags                         = { Name = "${var.name}-redis" }
}

resource "aws_elasticache_parameter_group" "this" {
  name   = var.name
  family = "redis7"
  parameter {
    name  = "maxmemory-policy"
    value = var.policy
  }
  tags = { Name = var.name }
}

data "aws_secretsmanager_random_password" "token" {
  password_length     = 48
  exclude_punctuation = true
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = var.name
  description                = "${var.name}: redis"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = var.node_type
  num_cache_clusters         = 1 # what it has may be lost: the shop goes on without it
  parameter_group_name       = aws_elasticache_parameter_group.this.name
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.this.id]
  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn
  transit_encryption_enabled = true
  auth_token                 = data.aws_secretsmanager_random_password.token.random_password
  tags                       = { Name = var.name }
  lifecycle { ignore_changes = [auth_token] } # asked anew at every plan; the first one stays
}

resource "aws_secretsmanager_secret" "url" {
  name                    = "${var.name}/redis-url"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 0
  tags                    = { Name = "${var.name}-redis-url" }
}

resource "aws_secretsmanager_secret_version" "url" {
  secret_id     = aws_secretsmanager_secret.url.id
  secret_string = "redis://:${aws_elasticache_replication_group.this.auth_token}@tunnel:${var.port}/0"
}

output "for_shop" { # as modules/machine takes it
  value = {
    endpoint       = aws_elasticache_replication_group.this.primary_endpoint_address
    port           = var.port
    url_secret_arn = aws_secretsmanager_secret.url.arn
  }
}
