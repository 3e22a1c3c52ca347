# A read replica of modules/postgres, in the other zone if need be. It has the users, the passwords and the network of the
# one it follows, and no backups of its own.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "source_id" { type = string }
variable "source_storage_gb" { type = number }
variable "security_group_id" { type = string }
variable "parameter_group" { type = string }
variable "kms_key_arn" { type = string }
variable "instance_class" { type = string }
variable "keep" { # false: may be destroyed
  type    = bool
  default = true
}

resource "aws_db_instance" "this" {
  identifier                 = "${var.name}-replica"
  replicate_source_db        = var.source_id
  instance_class             = var.instance_class
  allocated_storage          = var.source_storage_gb # as the source has it; said for the price
  max_allocated_storage      = var.source_storage_gb * 4
  storage_type               = "gp3"
  storage_encrypted          = true
  kms_key_id                 = var.kms_key_arn
  vpc_security_group_ids     = [var.security_group_id]
  parameter_group_name       = var.parameter_group
  publicly_accessible        = false
  backup_retention_period    = 0
  auto_minor_version_upgrade = true
  deletion_protection        = var.keep
  skip_final_snapshot        = true # it has nothing that the source has not
  tags                       = { Name = "${var.name}-replica" }
}

output "address" { value = aws_db_instance.this.address }
