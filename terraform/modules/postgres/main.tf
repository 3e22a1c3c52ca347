# PostgreSQL as a service: in private subnets, encrypted at rest and on the way, backed up every night and to the minute.
# The password is in Secrets Manager, and in the state: keep that encrypted (terraform/README.md). RDS could keep one itself
# (manage_master_user_password), but changes it every week without telling who is logged in, and then allows no replica.
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
variable "instance_class" { type = string }
variable "storage_gb" { type = number }
variable "multi_az" {
  type    = bool
  default = false
}
variable "backup_days" {
  type    = number
  default = 7
}
variable "keep" { # false: destroying takes the data along, without a last snapshot
  type    = bool
  default = true
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
  tags       = { Name = var.name }
}

resource "aws_security_group" "this" {
  name        = "${var.name}-postgres"
  description = "PostgreSQL, from the shop alone"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-postgres" }
}

resource "aws_vpc_security_group_ingress_rule" "shop" {
  count                        = length(var.client_security_group_ids)
  security_group_id            = aws_security_group.this.id
  description                  = "the shop"
  referenced_security_group_id = var.client_security_group_ids[count.index]
  from_port                    = 5432
  to_port                      = 5432
  ip_protocol                  = "tcp"
  tags                         = { Name = "${var.name}-postgres" }
}

resource "aws_db_parameter_group" "this" {
  name   = var.name
  family = "postgres15"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  parameter {
    name  = "log_min_duration_statement"
    value = "500"
  }
  tags = { Name = var.name }
}

data "aws_secretsmanager_random_password" "shop" {
  password_length     = 40
  exclude_punctuation = true
}

resource "aws_db_instance" "this" {
  identifier                 = var.name
  engine                     = "postgres"
  engine_version             = "15"
  instance_class             = var.instance_class
  allocated_storage          = var.storage_gb
  max_allocated_storage      = var.storage_gb * 4
  storage_type               = "gp3"
  storage_encrypted          = true
  kms_key_id                 = var.kms_key_arn
  db_name                    = "shop"
  username                   = "shop"
  password                   = data.aws_secretsmanager_random_password.shop.random_password
  db_subnet_group_name       = aws_db_subnet_group.this.name
  vpc_security_group_ids     = [aws_security_group.this.id]
  parameter_group_name       = aws_db_parameter_group.this.name
  publicly_accessible        = false
  multi_az                   = var.multi_az
  backup_retention_period    = var.backup_days
  copy_tags_to_snapshot      = true
  auto_minor_version_upgrade = true
  deletion_protection        = var.keep
  skip_final_snapshot        = !var.keep
  final_snapshot_identifier  = var.keep ? "${var.name}-last" : null
  tags                       = { Name = var.name }
  lifecycle { ignore_changes = [password] } # asked anew at every plan; the first one stays
}

resource "aws_secretsmanager_secret" "login" {
  name                    = "${var.name}/postgres"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 0
  tags                    = { Name = "${var.name}-postgres" }
}

resource "aws_secretsmanager_secret_version" "login" {
  secret_id     = aws_secretsmanager_secret.login.id
  secret_string = jsonencode({ username = "shop", password = aws_db_instance.this.password })
}

output "address" { value = aws_db_instance.this.address }
output "secret_arn" { value = aws_secretsmanager_secret.login.arn }
output "id" { value = aws_db_instance.this.identifier }
output "security_group_id" { value = aws_security_group.this.id }
output "parameter_group" { value = aws_db_parameter_group.this.name }
