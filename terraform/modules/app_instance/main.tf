# The shop on one instance with an address of its own. Only CloudFront may talk to it.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.80" }
  }
}

variable "name" { type = string }
variable "vpc_id" { type = string }
variable "subnet_id" { type = string }
variable "instance_type" { type = string }
variable "image" { type = string } # ACCOUNT.dkr.ecr.REGION.amazonaws.com/shop:02-indexing
variable "kms_key_arn" { type = string }
variable "databases" { type = map(string) } # as modules/machine takes them, and those below
variable "postgres_secret_arn" { type = string }
variable "signing_key_arn" { type = string }
variable "provider_url" { type = string }
variable "redis" {
  type    = map(object({ endpoint = string, port = number, url_secret_arn = string }))
  default = {}
}

module "machine" {
  source              = "../machine"
  name                = var.name
  vpc_id              = var.vpc_id
  image               = var.image
  kms_key_arn         = var.kms_key_arn
  databases           = var.databases
  postgres_secret_arn = var.postgres_secret_arn
  signing_key_arn     = var.signing_key_arn
  provider_url        = var.provider_url
  redis               = var.redis
}

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  security_group_id = module.machine.security_group_id
  description       = "CloudFront"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  from_port         = 8080
  to_port           = 8080
  ip_protocol       = "tcp"
  tags              = { Name = "${var.name}-shop-in" }
}

data "aws_default_tags" "all" {} # of the provider: its disk must be given them by name

resource "aws_instance" "this" {
  ami                         = module.machine.system
  instance_type               = var.instance_type
  subnet_id                   = var.subnet_id
  vpc_security_group_ids      = [module.machine.security_group_id]
  iam_instance_profile        = module.machine.instance_profile
  user_data_replace_on_change = true
  user_data                   = module.machine.first_boot
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1 # containers do not reach the instance's credentials
  }
  root_block_device {
    volume_type = "gp3"
    volume_size = 20
    encrypted   = true
    kms_key_id  = var.kms_key_arn
  }
  tags        = { Name = "${var.name}-shop" }
  volume_tags = merge(data.aws_default_tags.all.tags, { Name = "${var.name}-shop" })
  lifecycle { ignore_changes = [ami] } # a newer system comes with the next replacement, not by itself
}

resource "aws_eip" "this" {
  domain   = "vpc"
  instance = aws_instance.this.id
  tags     = { Name = "${var.name}-shop" }
}

output "security_group_id" { value = module.machine.security_group_id }
output "host" { value = aws_eip.this.public_dns }
