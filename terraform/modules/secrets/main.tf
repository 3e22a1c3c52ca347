# One key for everything at rest, and the secrets whose values a person puts in, so that no value is in this code or in
# its state:  aws secretsmanager put-secret-value --secret-id NAME/signing-key --secret-string …
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }

resource "aws_kms_key" "this" {
  description             = "${var.name}: data at rest"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  tags                    = { Name = var.name }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_secretsmanager_secret" "signing_key" {
  name                    = "${var.name}/signing-key"
  description             = "signs requests to the payment provider"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = 0 # destroying the stage shall leave nothing
  tags                    = { Name = "${var.name}-signing-key" }
}

output "kms_key_arn" { value = aws_kms_key.this.arn }
output "signing_key_arn" { value = aws_secretsmanager_secret.signing_key.arn }
